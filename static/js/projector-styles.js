// The style sheet of projector mode, fetched when that is first wanted.

import css from "../css/late/projector.css";
import { addStyles } from "./late.js";

addStyles(css);
