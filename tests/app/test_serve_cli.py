"""`playground serve`: options are the settings, and what cannot be used is said in one line."""

import argparse
import subprocess
import sys

import pytest

from app import serve_cli
from app.errors import ListenError, SettingsError
from app.settings import Settings
from tests.app.live import ROOT


def parse(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    serve_cli.add_parser(parser.add_subparsers())
    return parser.parse_args(["serve", *arguments])


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings with which the server would have been run."""
    settings: list[Settings] = []
    monkeypatch.setattr("app.server.run", settings.append)
    return settings


def test_every_setting_is_an_option_with_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse("--help")
    assert end.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for name, field in Settings.model_fields.items():
        if name in Settings.secrets():
            continue
        assert f"--{name.replace('_', '-')} " in text
        assert " ".join(str(field.description).split()) in text.replace("- ", "-"), name


def test_options_become_settings(served: list[Settings]) -> None:
    status = serve_cli.run(parse("--port", "9000", "--allowed-hosts", "a.example,b.example"))
    assert status == 0
    (settings,) = served
    assert settings == Settings(port=9000, allowed_hosts=("a.example", "b.example"))


def test_options_come_before_the_environment(
    served: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_PORT", "9001")
    monkeypatch.setenv("PLAYGROUND_MAX_SESSIONS", "3")
    serve_cli.run(parse("--port", "9000"))
    assert (served[0].port, served[0].max_sessions) == (9000, 3)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--port", "x"], "--port: got 'x', expected a whole number from 0 to 65535"),
        (["--port", "70000"], "--port: got '70000', expected a whole number from 0 to 65535"),
        (["--frame-rate", "nan"], "--frame-rate: got 'nan', expected a number from 1 to 120"),
        (["--hello-timeout", "0"], "--hello-timeout: got '0', expected a number above 0 to 600"),
        (["--allowed-origins", "x"], "--allowed-origins: got 'x', expected http(s)://host[:port]"),
    ],
)
def test_a_value_that_cannot_be_used_is_said_in_one_line(
    arguments: list[str],
    line: str,
    served: list[Settings],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert serve_cli.run(parse(*arguments)) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"playground: {line}")
    assert error.count("\n") == 1
    assert served == []


def test_a_password_is_taken_from_the_environment_and_from_nowhere_else(
    served: list[Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve_cli.run(parse("--snapshot-store", "redis://:hush@store")) == 2
    assert served == []
    monkeypatch.setenv("PLAYGROUND_SNAPSHOT_STORE", "redis://:hush@store")
    assert serve_cli.run(parse()) == 0
    assert served[0].snapshot_store == "redis://:hush@store"
    monkeypatch.setenv("PLAYGROUND_SNAPSHOT_STORE", "redis://:hush@store:port")
    assert serve_cli.run(parse()) == 2
    with pytest.raises(SystemExit):
        parse("--help")
    output = capsys.readouterr()
    first, second = output.err.splitlines()
    assert "set the environment variable PLAYGROUND_SNAPSHOT_STORE" in first
    assert "PLAYGROUND_SNAPSHOT_STORE: got what is not shown here, expected redis://host" in second
    assert "hush" not in output.out + output.err


def test_without_its_package_a_store_is_refused_in_one_line() -> None:
    program = """
import sys
from app import cli

sys.modules["redis"] = None
sys.exit(cli.main(["serve", "--port", "0", "--snapshot-store", "redis://store"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("playground: --snapshot-store needs the Python package redis")
    assert done.stderr.count("\n") == 1


def test_a_bad_variable_is_named_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_MAX_SESSIONS", "many")
    with pytest.raises(SettingsError, match=r"^PLAYGROUND_MAX_SESSIONS: got 'many', expected a"):
        serve_cli.read_settings({})


@pytest.mark.parametrize("name", ["PLAYGROUND_ACCES_TOKEN", "PLAYGROUND_ALLOWED_HOST"])
def test_a_misspelt_variable_is_not_passed_over(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "a-long-secret")
    with pytest.raises(SettingsError, match=rf"^{name}: no such setting; did you mean PLAYGROUND_"):
        serve_cli.read_settings({})


def test_variables_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_SERVICE_HOST", "10.0.0.1")  # as a cluster sets it
    assert serve_cli.read_settings({}).port == 8000


def test_a_server_that_cannot_start_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(settings: Settings) -> None:
        raise ListenError("Port 8000 is taken.")

    monkeypatch.setattr("app.server.run", refuse)
    assert serve_cli.run(parse()) == 2
    assert capsys.readouterr().err == "playground: Port 8000 is taken.\n"
