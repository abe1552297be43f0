"""The wheel as others get it: built from this checkout, installed into an empty environment, and
used from another folder on a machine without Node.js."""

import json
import os
import posixpath
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import __version__
from tests.app.live import ROOT, LiveServer, live_server

BIN = "Scripts" if os.name == "nt" else "bin"
LARGEST = 1_500_000
"""Bytes of the wheel: it holds sources and the built page, and nothing that they do not need."""


class Environment:
    """A virtual environment, whose programs find no others."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=True)
        self.folder = folder
        self.variables = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PLAYGROUND", "PYTHON"))
        }
        self.variables["PATH"] = str(folder / BIN)

    def run(self, program: str, *arguments: str, cwd: Path) -> str:
        """What a program of it prints; an error when it fails."""
        done = subprocess.run(
            [self.folder / BIN / program, *arguments],
            cwd=cwd,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def pip(self, *arguments: str) -> str:
        """As `pip` with the versions that were tried."""
        builds = arguments[0] in ("install", "wheel") and "--require-hashes" not in arguments
        constrained = ["-c", str(ROOT / "constraints.txt")] if builds else []
        quiet = ["--disable-pip-version-check", "--no-input", *arguments, *constrained]
        return self.run("python", "-m", "pip", *quiet, cwd=self.folder)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive of the checkout, and the wheel made from that archive without Node.js."""
    assert (ROOT / "build/static/manifest.json").is_file(), "run `make build` first"
    folder: Path = tmp_path_factory.mktemp("dist")
    builder = Environment(tmp_path_factory.mktemp("builder"))
    builder.pip("install", "--quiet", "hatchling")
    builder.run("hatchling", "build", "-t", "sdist", "-d", str(folder), cwd=ROOT)
    (archive,) = folder.glob("*.tar.gz")
    builder.pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(archive))
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment that holds the wheel and what it needs, and nothing else: as the image."""
    environment = Environment(tmp_path_factory.mktemp("installed"))
    locked = ["--require-hashes", "--requirement", str(ROOT / "requirements.lock")]
    environment.pip("install", "--quiet", "--only-binary", ":all:", *locked)
    environment.pip("install", "--quiet", "--no-deps", str(wheel))
    return environment


@pytest.fixture(scope="module")
def server(
    installed: Environment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The server of the wheel, in a folder where nothing of the checkout is."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    program = [str(installed.folder / BIN / "playground")]
    with live_server(program=program, cwd=elsewhere, environment=installed.variables) as running:
        yield running


def test_the_source_archive_holds_sources_and_the_built_page(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert {"pyproject.toml", "LICENSE", "app/main.py", "engine/trainer.py"} <= names
    assert "build/static/manifest.json" in names
    assert [
        name for name in names if re.match(r"node_modules|\.venv|dist|.*__pycache__", name)
    ] == []


def test_the_wheel_holds_the_page_and_nothing_that_is_only_for_development(wheel: Path) -> None:
    assert wheel.name == f"neural_network_playground-{__version__}-py3-none-any.whl"
    assert wheel.stat().st_size < LARGEST
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "app",
        "engine",
        "neural_network_playground",
    }
    page = ("app/_static/manifest.json", "app/_templates/index.html", "app/_i18n/en.json")
    for part in (*page, "app/_static/examples/index.json", "app/_static/examples/iris.csv"):
        assert part in names
    assert [name for name in names if name.endswith(".map")] == []
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_what_is_installed_fits_together(installed: Environment) -> None:
    assert "No broken requirements found." in installed.pip("check")
    assert installed.run("playground", "--version", cwd=installed.folder).strip() == __version__


def test_all_that_is_installed_is_of_the_versions_that_were_tried(installed: Environment) -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").lower().splitlines()
    tried = dict(line.split("==") for line in lines if "==" in line)
    got = json.loads(installed.pip("list", "--format", "json"))
    versions = {package["name"].lower().replace("_", "-"): package["version"] for package in got}
    for own in ("neural-network-playground", "pip", "setuptools"):
        versions.pop(own, None)
    assert versions.items() <= tried.items()


def test_it_trains_without_a_server(installed: Environment) -> None:
    printed = installed.run(
        "playground",
        "train",
        "--url",
        "#dataset=xor",
        "--epochs",
        "2",
        "--json",
        cwd=installed.folder,
    )
    assert json.loads(printed)["epoch"] == 2


def test_the_page_and_all_its_files_are_served(server: LiveServer) -> None:
    page = server.get("/").decode()
    wanted = re.findall(r'(?:href|src|data-worker)="(static/[^"]+)"', page)
    fetched: dict[str, bytes] = {}
    while wanted:
        if (file := wanted.pop()) not in fetched:
            text = fetched[file] = server.get(f"/{file}")
            assert text
            for name in re.findall(rb'(?:(?:from|import\(?)"|url\("?)([.\w/-]+\.\w+)', text):
                wanted.append(posixpath.normpath(f"{posixpath.dirname(file)}/{name.decode()}"))
    assert {Path(file).suffix for file in fetched} == {".css", ".js", ".png", ".svg", ".woff2"}
    assert len(fetched) > 10
    assert b"<h1>Protocol" in server.get("/protocol")
    assert b'"protocol"' in server.get("/api/catalog")
    assert server.status("/readyz") == 200
    assert b"playground_sessions 0.0" in server.get("/metrics")


def test_a_page_trains_on_it(server: LiveServer) -> None:
    with server.page() as page:
        page.watch(30)
    assert page.epoch > 0


@pytest.mark.skipif(sys.platform == "win32", reason="there, one process serves")
def test_it_serves_with_several_workers(installed: Environment, tmp_path: Path) -> None:
    program = [str(installed.folder / BIN / "playground")]
    with (
        live_server(
            "--workers", "2", program=program, cwd=tmp_path, environment=installed.variables
        ) as running,
        running.page() as page,
    ):
        page.watch(10)
