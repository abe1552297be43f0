"""What the repository must hold, and what it must not."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def listed(*options: str) -> list[Path]:
    """Files that git knows, or would add: relative to the root, and only those still there."""
    names = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", *options],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return [Path(name) for name in names if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    return listed("--cached", "--others", "--exclude-standard")


def test_no_library_code_is_committed(files: list[Path]) -> None:
    assert [str(file) for file in files if ".min." in file.name] == []


def test_sources_of_the_page_are_of_a_size_to_be_read(files: list[Path]) -> None:
    page = [file for file in files if file.parts[0] == "static"]
    assert page, "static/ holds the sources of the page"
    assert [str(file) for file in page if (ROOT / file).stat().st_size > 200_000] == []


def test_nothing_that_is_made_is_committed(files: list[Path]) -> None:
    made = {"build", "dist", "node_modules", ".venv", "__pycache__", "test-results"}
    kinds = {".map", ".pyc", ".whl", ".egg-info"}
    assert [str(file) for file in files if made & set(file.parts) or file.suffix in kinds] == []


def test_the_lock_file_names_no_host() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert len(packages) > 1
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_the_lock_file_is_that_of_the_package() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"][""]
    for group in ("dependencies", "devDependencies"):
        assert locked[group] == package[group]


def test_every_direct_dependency_has_a_tried_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["dev"], *extras["test"]]
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {line.split("==")[0] for line in lines if "==" in line}
    assert {re.split(r"[><=;\[ ]", requirement)[0] for requirement in wanted} - pinned == set()


def test_what_is_served_is_locked_with_hashes_in_the_versions_that_were_tried() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["redis"]]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = re.findall(
        r"^([\w.-]+)==(\S+)(?: ;[^\\]*)? \\\n +--hash=sha256:\w{64}", lock, re.MULTILINE
    )
    assert len(locked) == len(re.findall(r"^\w", lock, re.MULTILINE)), "each with a hash"
    tried = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert {f"{name}=={version}" for name, version in locked} <= set(tried), "run `make lock`"
    names = {re.split(r"[><=;\[ ]", requirement)[0] for requirement in wanted}
    assert names <= {name for name, _ in locked}, "run `make lock`"


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    releases = re.findall(r"^## \[?(\d+\.\d+\.\d+)\b", changelog, re.MULTILINE)
    assert releases[:1] == [version], (
        "the newest release in CHANGELOG.md is not pyproject's version"
    )


def test_no_file_names_a_path_of_one_machine(files: list[Path]) -> None:
    elsewhere = re.compile(rb"(?<![\w.*-])/(?:work|tmp|root)/")
    searched = [file for file in files if file.name not in {"Dockerfile", "package-lock.json"}]
    assert [str(file) for file in searched if elsewhere.search((ROOT / file).read_bytes())] == []


def test_the_tests_of_a_file_run_in_one_process(request: pytest.FixtureRequest) -> None:
    """pytest-xdist adds the group of a test to its name, and goes by that."""
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("there is one process only")
    assert request.node.nodeid.endswith("@tests/test_repository.py")


def test_every_text_file_ends_its_lines_alike(files: list[Path]) -> None:
    contents = {file: (ROOT / file).read_bytes() for file in files}
    texts = {file: text for file, text in contents.items() if b"\0" not in text}
    assert [str(file) for file, text in texts.items() if b"\r" in text] == []
    assert [str(file) for file, text in texts.items() if text and not text.endswith(b"\n")] == []


PICKLERS = {"pickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml"}
EVALUATORS = {"eval", "exec", "compile", "__import__"}


def unsafe(source: str) -> list[str]:
    """What a module does that would let data be run as code."""
    found = []
    for node in ast.walk(ast.parse(source)):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Import):
            names = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {(node.module or "").split(".")[0]}
        else:
            names = set()
        found += [f"line {line}: imports {name}" for name in names & PICKLERS]
        if isinstance(node, ast.Call):
            function = ast.unparse(node.func)
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            if function in EVALUATORS or function in {"os.system", "os.popen"}:
                found.append(f"line {line}: calls {function}")
            if function in {"np.load", "numpy.load"} and given.get("allow_pickle") != "False":
                found.append(f"line {line}: np.load without allow_pickle=False")
            if given.get("shell", "False") != "False" or given.get("allow_pickle") == "True":
                found.append(f"line {line}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("folder", ["app", "engine"])
def test_no_data_can_become_code(folder: str) -> None:
    modules = sorted((ROOT / folder).rglob("*.py"))
    assert modules
    assert {str(m): found for m in modules if (found := unsafe(m.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from marshal import loads",
        "import torch.nn, cloudpickle",
        "eval(text)",
        "exec(text)",
        "compile(text, '', 'eval')",
        "import numpy as np\nnp.load(file)",
        "import numpy as np\nnp.load(file, allow_pickle=True)",
        "subprocess.run(text, shell=True)",
        "os.system(text)",
    ],
)
def test_code_that_runs_data_would_be_found(source: str) -> None:
    assert len(unsafe(source)) >= 1


def test_the_page_makes_no_code_or_markup_from_text(files: list[Path]) -> None:
    pattern = re.compile(
        r"\beval\(|\bnew Function\b|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write\b"
    )
    scripts = [file for file in files if file.parts[0] == "static" and file.suffix == ".js"]
    assert scripts
    assert [str(f) for f in scripts if pattern.search((ROOT / f).read_text("utf-8"))] == []
    assert [
        str(f)
        for f in files
        if f.parts[0] == "templates" and "|safe" in (ROOT / f).read_text("utf-8")
    ] == []


def test_importing_the_engine_brings_in_no_server() -> None:
    script = """
import importlib, json, pkgutil, sys
import engine
for module in pkgutil.walk_packages(engine.__path__, "engine."):
    importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    imported = set(json.loads(ran.stdout))
    assert "engine" in imported
    assert imported & {"app", "asyncio", "fastapi", "pydantic", "starlette", "uvicorn"} == set()
