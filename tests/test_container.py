"""The Dockerfile, without an engine to build it: what it promises, and what of it can be tried."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import supervisor
from app.cli import main
from app.errors import ServerFailedError
from app.file_store import NAME
from app.server import listen
from app.settings import Settings, default_snapshot_dir
from tests.app.live import ROOT, live_server


@dataclass(frozen=True)
class Instruction:
    """One instruction of the Dockerfile."""

    stage: int
    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """Its words: those of the exec form, if it is one."""
        found: list[str] = json.loads(self.text) if self.text[0] == "[" else self.text.split()
        return found


def read() -> list[Instruction]:
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    found, stage = [], -1
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            stage += name == "FROM"
            found.append(Instruction(stage, name, rest.strip()))
    return found


INSTRUCTIONS = read()
LAST = max(instruction.stage for instruction in INSTRUCTIONS)


def of(name: str, *, last: bool = True) -> list[Instruction]:
    return [one for one in INSTRUCTIONS if one.name == name and (not last or one.stage == LAST)]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for one in of("ENV") for pair in one.words)


def test_every_image_is_that_of_a_version() -> None:
    images = dict(one.text.split("=", 1) for one in of("ARG", last=False) if one.stage == -1)
    for one in of("FROM", last=False):
        name = re.match(r"\$\{(\w+)\}", one.text)
        assert name is not None, f"FROM {one.text} names no image of an ARG"
        assert re.search(r":\d+(\.\d+)*-slim\b", images[name[1]])
    assert LAST == 2


def test_the_last_stage_has_no_tool_of_the_others() -> None:
    text = " ".join(one.text for one in INSTRUCTIONS if one.stage == LAST)
    assert not re.search(r"\b(npm|node|apt-get|curl|wget|pip)\b", text)
    (copied,) = of("COPY")
    assert copied.words == ["--from=wheel", "/opt/playground", "/opt/playground"]
    assert any("uninstall -y pip" in one.text for one in of("RUN", last=False))


def test_it_runs_as_a_user_without_rights_who_owns_the_one_volume() -> None:
    (user,) = of("USER")
    assert user.text == "10001:10001"
    (volume,) = of("VOLUME")
    made = " ".join(one.text for one in of("RUN"))
    assert f"install -d -m 700 -o 10001 -g 10001 {volume.text}" in made
    assert INSTRUCTIONS.index(user) > max(INSTRUCTIONS.index(one) for one in of("RUN"))


def test_all_that_it_writes_is_in_the_volume() -> None:
    given, (volume,) = environment(), of("VOLUME")
    for name in ("PLAYGROUND_SNAPSHOT_DIR", "TMPDIR"):
        assert Path(given[name]).is_relative_to(volume.text)
    assert given["PYTHONDONTWRITEBYTECODE"] == "1"
    assert given["OPENBLAS_NUM_THREADS"] == "1"


def test_no_secret_is_built_in() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert not re.search(r"TOKEN|PASSWORD|SECRET", text)


def test_what_it_copies_is_there_and_sent_to_the_engine() -> None:
    sent = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    copied = [
        word
        for one in of("COPY", last=False)
        if not one.text.startswith("--from")
        for word in one.words[:-1]
    ]
    assert len(copied) > 8
    for name in copied:
        assert (ROOT / name).exists(), name
        assert name in sent, f"{name} is not in .dockerignore"
    assert sent <= {*copied}


def test_its_command_is_one_of_ours_and_on_the_port_that_it_exposes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[Settings] = []
    monkeypatch.setattr("app.server.run", started.append)
    for name, value in environment().items():
        if name.startswith("PLAYGROUND"):
            monkeypatch.setenv(name, value)
    (command,), (port,) = of("CMD"), of("EXPOSE")
    assert command.text.startswith("[")  # no shell stands between it and a signal
    assert command.words[0] == "playground"
    assert main(command.words[1:]) == 0
    assert (started[0].host, str(started[0].port)) == ("0.0.0.0", port.text)


def test_its_health_check_sees_a_server_that_is_there_and_one_that_is_not() -> None:
    (check,) = of("HEALTHCHECK")
    words = json.loads(check.text.partition("CMD ")[2])
    assert words[:2] == ["python", "-c"]
    (port,) = of("EXPOSE")

    def status(at: int) -> int:
        script = words[2].replace(f":{port.text}/", f":{at}/")
        assert script != words[2]
        return subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=False, timeout=20
        ).returncode

    with live_server() as running:
        assert status(running.port) == 0
    assert status(running.port) != 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_saves_where_the_image_says_and_writes_nothing_else(
    workers: str, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    given = {
        name: value.replace("/data", str(data))
        for name, value in environment().items()
        if name != "PATH"
    }
    options = ["--snapshot-dir", given["PLAYGROUND_SNAPSHOT_DIR"], "--workers", workers]
    with live_server(*options, environment=given) as running, running.page() as page:
        page.watch(5)
        running.process.terminate()
        _, error = running.process.communicate(timeout=10)
    assert error == ""
    assert (data / "snapshots" / NAME).stat().st_size > 0
    assert [path.name for path in data.iterdir()] == ["snapshots"]


def nowhere() -> str:
    raise FileNotFoundError("No usable temporary directory found")


def test_where_nothing_can_be_written_one_worker_still_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", nowhere)
    assert default_snapshot_dir().parent == Path()
    with listen("127.0.0.1", 0) as listener, pytest.raises(ServerFailedError, match="TMPDIR"):
        supervisor.run(Settings(workers=2), listener, lambda: None)
