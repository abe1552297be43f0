"""All benchmarks: `python -m bench`, or `python -m bench engine frames` for some of them.

Each runs in a process of its own. All of them together write one Markdown table and one JSON file
to bench/results/, with a description of the machine.
"""

import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import describe
from bench.table import Row, markdown

BENCHMARKS = {
    "engine": "The engine, against the same network in other programs",
    "stack": "Many runs of one shape together, against one by one",
    "frames": "A frame, and a session's memory",
    "insides": "Looking inside: panels open, against panels closed",
    "sessions": "Many sessions on two workers",
    "page": "The page in headless Chromium",
}
RESULTS = Path(__file__).parent / "results"


def main(names: list[str]) -> int:
    """Runs the named benchmarks, or all; returns the exit status."""
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        known = ", ".join(BENCHMARKS)
        print(f"Unknown benchmark {unknown[0]!r}; expected: {known}", file=sys.stderr)
        return 2
    found: dict[str, list[Row]] = {}
    for name in names or BENCHMARKS:
        print(f"\n## {BENCHMARKS[name]}\n", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "rows.json")
            command = [sys.executable, "-m", "bench.run", name, str(file)]
            if status := subprocess.run(command).returncode:
                return status
            found[name] = [Row(**row) for row in json.loads(file.read_text())]
    if not names:
        write(found)
        print(f"\nWritten to {RESULTS.name}/bench.md and bench.json in bench/.")
    return 0


def write(found: dict[str, list[Row]]) -> None:
    """One document and one JSON file with all that was found."""
    day, machine = datetime.now(UTC).date().isoformat(), describe()
    sections = [
        f"## {BENCHMARKS[name]}\n\n{markdown(rows)}" for name, rows in found.items() if rows
    ]
    facts = ", ".join(f"{name} {fact}" for name, fact in machine.items())
    head = f"# Benchmarks\n\nMade by `make bench` on {day}: {facts}.\n"
    about = "A ratio above 1 is better than the reference, which was measured in the same run.\n"
    RESULTS.mkdir(exist_ok=True)
    RESULTS.joinpath("bench.md").write_text("\n".join([head, about, "\n\n".join(sections), ""]))
    data: dict[str, Any] = {
        "date": day,
        "machine": machine,
        "benchmarks": {name: [vars(row) for row in rows] for name, rows in found.items()},
    }
    RESULTS.joinpath("bench.json").write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
