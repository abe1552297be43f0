"""`python -m bench.run NAME FILE`: one benchmark in its own process, its rows to a JSON file."""

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: workers must not fight

from bench.table import Row, markdown


def main(name: str, file: str) -> int:
    """Measures, prints the table, and writes the rows."""
    rows: list[Row] = import_module(f"bench.{name}").measure()
    print(markdown(rows))
    Path(file).write_text(json.dumps([asdict(row) for row in rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
