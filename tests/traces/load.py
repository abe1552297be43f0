"""Reads the recordings of TensorFlow Playground in this folder (README.md says what they are)."""

import functools
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

TRACES = sorted(path.stem for path in FOLDER.glob("t[0-9][0-9]_*.json"))


@functools.cache
def recording(name: str) -> Any:
    """One recording by its file name without suffix; shared between tests, so only to be read."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
