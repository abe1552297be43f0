"""All benchmarks, as Markdown tables of ratios; `python -m bench engine` runs one of them."""

import subprocess
import sys

BENCHMARKS = ("engine", "stack", "frames", "page")


def main(names: list[str]) -> int:
    """Runs the named benchmarks, or all; returns the exit status."""
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        known = ", ".join(BENCHMARKS)
        print(f"Unknown benchmark {unknown[0]!r}; expected: {known}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        status = subprocess.run([sys.executable, "-m", f"bench.{name}"]).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
