"""Puts the page into the wheel: templates, translations and what esbuild made of `static/`. The
source archive carries the latter as well, so that a wheel can be made from it without Node.js.

An editable install gets nothing copied: there `app` reads `templates/`, `static/i18n/` and
`build/static/` of the checkout, which need not exist yet.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = "build/static"
MAP = ".map"
"""Of files that only a developer's tools ask for: they hold the sources again, in each language."""
CARRIED = {
    "templates": "app/_templates",
    "static/i18n": "app/_i18n",
    BUILT: "app/_static",
}


class PageBuildHook(BuildHookInterface):
    """Builds the page if it is not there, then names the folders that the wheel carries."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / BUILT / "manifest.json").is_file():
            self._build_page(root)
        carried = CARRIED if self.target_name == "wheel" else {BUILT: BUILT}
        build_data["force_include"] |= {
            str(file): f"{target}/{file.relative_to(root / source).as_posix()}"
            for source, target in carried.items()
            for file in (root / source).rglob("*")
            if file.is_file() and file.suffix != MAP
        }

    def _build_page(self, root: Path) -> None:
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(
                "The page is not built and npm was not found: "
                "run `make build` first, or install Node.js 20 or newer."
            )
        subprocess.run([npm, "ci", "--omit=dev"], cwd=root, check=True)
        subprocess.run([npm, "run", "build"], cwd=root, check=True)
