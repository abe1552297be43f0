"""`python -m app` is the `playground` command."""

import sys

from app.cli import main

sys.exit(main())
