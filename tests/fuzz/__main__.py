"""Coverage-guided fuzzing: `python -m tests.fuzz --inputs 1000000 [TARGET ...]`.

Needs atheris (`pip install -e '.[dev,fuzz]'`; Linux and macOS). Each target runs in a process of
its own, from its seeds and a dictionary of its words, until it has had its share of the inputs.
Whatever comes out of one that is neither a result nor a readable refusal ends it and is shown, with
the input; so does an input of more than a second, and one that takes more than a gigabyte.
"""

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).with_name("targets").glob("*.py"))
_PROGRESS = re.compile(r"^#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What came of one target."""

    name: str
    inputs: int
    seconds: float
    branches: int
    """Of the code under test that were taken, at least once."""
    kept: int
    """Inputs that went where none had gone before."""
    trouble: str
    """What was found, empty when nothing was."""

    def line(self) -> str:
        """A row of the table."""
        rate = self.inputs / self.seconds if self.seconds else 0.0
        return (
            f"{self.name:10} {self.inputs:>9,} {rate:>9,.0f} {self.branches:>8,} {self.kept:>6,}"
            f"  {'nothing' if not self.trouble else 'TROUBLE'}"
        )


def main(arguments: list[str]) -> int:
    """Runs all targets, or those named; 1 when one of them found something."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of: {', '.join(NAMES)}")
    parser.add_argument("--inputs", type=int, default=100_000, help="of all targets together")
    parser.add_argument("--seed", type=int, default=0, help="of the mutations; 0 takes another")
    parser.add_argument("--corpus", type=Path, help="a folder to keep inputs in, and begin with")
    chosen = parser.parse_args(arguments)
    if unknown := sorted(set(chosen.targets) - set(NAMES)):
        parser.error(f"got the target {unknown[0]!r}, expected one of: {', '.join(NAMES)}")
    if importlib.util.find_spec("atheris") is None:
        print("Fuzzing needs atheris; install it with: pip install -e '.[fuzz]'", file=sys.stderr)
        return 2
    names = chosen.targets or NAMES
    shares = {name: import_module(f"tests.fuzz.targets.{name}").TARGET.share for name in names}
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        corpus = chosen.corpus or Path(folder)
        for name in names:
            inputs = max(1, round(chosen.inputs * shares[name] / sum(shares.values())))
            outcomes.append(fuzz(name, inputs, corpus / name, seed=chosen.seed))
            print(outcomes[-1].line(), flush=True)
    found = [outcome for outcome in outcomes if outcome.trouble]
    for outcome in found:
        print(f"\n--- {outcome.name} ---\n{outcome.trouble}")
    print(f"\n{sum(outcome.inputs for outcome in outcomes):,} inputs, {len(found)} with trouble.")
    return 1 if found else 0


def fuzz(name: str, inputs: int, corpus: Path, *, seed: int) -> Outcome:
    """One target, until it has had its inputs or something was found."""
    corpus.mkdir(parents=True, exist_ok=True)
    options = [f"-runs={inputs}", f"-seed={seed}", f"-artifact_prefix={corpus.parent}/{name}-"]
    command = [sys.executable, "-m", "tests.fuzz.run", name, str(corpus), *options]
    before = time.monotonic()
    ran = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace"
    )
    seconds = time.monotonic() - before
    progress = _PROGRESS.findall(ran.stdout)
    done, branches, _, kept = map(int, progress[-1]) if progress else (0, 0, 0, 0)
    trouble = ""
    if ran.returncode or done < inputs:
        files = sorted(corpus.parent.glob(f"{name}-*"))
        data = [f"\nthe input: {file.read_bytes()[:2000]!r}" for file in files[-1:]]
        trouble = ran.stdout[-3000:] + "".join(data)
    return Outcome(name, done, seconds, branches, kept, trouble)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
