"""docs/api.md: its examples run as they stand, against a server, and print what is beside them.

Sybil finds them. Python is executed in one namespace, as in a notebook, bash by bash, whose
variables stay; what follows as `text` is what was printed.
"""

import contextlib
import io
import math
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sybil import Document, Example, Sybil
from sybil.example import SybilFailure
from sybil.parsers.markdown import CodeBlockParser

from app.main import create_app
from app.settings import Settings
from tests.app.live import live_server

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "api.md"
README = ROOT / "README.md"
ADDRESS = "127.0.0.1:8000"
NUMBER = re.compile(r"\d+\.\d+")


def python(example: Example) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(_here(example), f"{DOCUMENT.name}:{example.line}", "exec"), example.namespace)
    example.namespace["printed"] = printed.getvalue()


def bash(example: Example) -> None:
    if not (shutil.which("bash") and shutil.which("curl") and shutil.which("python3")):
        pytest.skip("needs bash, curl and python3")
    state = example.namespace["folder"] / "variables"
    state.touch()
    script = f"set -euo pipefail\n. {state}\n{_here(example)}\ndeclare -p TOKEN > {state}\n"
    done = subprocess.run(
        ["bash", "-c", script], env=os.environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    example.namespace["printed"] = done.stdout


def text(example: Example) -> str | None:
    """What was printed; decimals may differ a little on another machine."""
    wanted, got = example.parsed.strip(), example.namespace.pop("printed").strip()
    alike = NUMBER.sub("0.0", wanted) == NUMBER.sub("0.0", got) and all(
        math.isclose(float(one), float(other), rel_tol=0.02)
        for one, other in zip(NUMBER.findall(wanted), NUMBER.findall(got), strict=True)
    )
    return None if alike else f"line {example.line}: expected\n{wanted}\ngot\n{got}"


def _here(example: Example) -> str:
    return str(example.parsed).replace(ADDRESS, f"127.0.0.1:{example.namespace['port']}")


EXAMPLES = Sybil(
    [
        CodeBlockParser(language=name, evaluator=evaluator)
        for name, evaluator in (("python", python), ("bash", bash), ("text", text))
    ]
)


def run(document: Document, **names: object) -> int:
    document.namespace.update(names)
    examples = [*document.examples()]
    for example in examples:
        example.evaluate()
    return len(examples)


def test_the_examples_run_and_print_what_is_beside_them(tmp_path: Path) -> None:
    with live_server() as server:
        document = EXAMPLES.parse(DOCUMENT)
        assert run(document, port=server.port, folder=tmp_path) >= 18


def test_an_example_that_prints_something_else_is_found(tmp_path: Path) -> None:
    path = tmp_path / "wrong.md"
    path.write_text("```python\nprint(1, 0.5)\n```\n\n```text\n1 0.6\n```\n", "utf-8")
    with pytest.raises(SybilFailure, match=r"expected\n1 0\.6\ngot\n1 0\.5"):
        run(EXAMPLES.parse(path), port=1)


def test_the_example_of_the_readme_runs() -> None:
    assert run(EXAMPLES.parse(README), port=1) >= 1


def test_every_address_is_named_and_no_other() -> None:
    described = create_app(Settings(snapshot_dir=None)).openapi()["paths"]
    addresses = {
        f"{method.upper()} {path}" for path, methods in described.items() for method in methods
    }
    table = re.findall(r"^\| `([A-Z]+ /api/\S+)` \|", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert sorted(table) == sorted(addresses)
