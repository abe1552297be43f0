/** The texts of the page, from all the files of a language. */

import english from "../i18n/en.json" with { type: "json" };
import files from "../i18n/en.files.json" with { type: "json" };
import insights from "../i18n/en.insights.json" with { type: "json" };
import panels from "../i18n/en.panels.json" with { type: "json" };
import views from "../i18n/en.views.json" with { type: "json" };

export const ENGLISH = [english, files, views, panels, insights];
