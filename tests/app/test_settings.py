"""The settings: names that other modules rely on, ranges, and values from the environment."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings

PROMISED = {
    "host": "127.0.0.1",
    "port": 8000,
    "max_sessions": 2000,
    "max_sessions_per_address": 1000,
    "max_connections": 10_000,
    "max_connections_per_address": 3000,
    "request_rate": 300,
    "request_burst": 10_000,
    "page_rate": 50,
    "page_burst": 1500,
    "header_bytes": 32_768,
    "access_token": None,
    "metrics_from": ("127.0.0.1", "::1"),
    "log_format": "text",
    "session_linger": 600,
    "frame_rate": 60,
    "slice_ms": 1.0,
    "tick_ms": 2.0,
    "frames_in_flight": 2,
    "message_rate": 50,
    "message_burst": 100,
    "message_bytes": 262_144,
    "hello_timeout": 5,
    "send_timeout": 5,
    "history_points": 2000,
    "snapshot_interval": 0.6,
    "snapshot_bytes": 1_048_576,
    "undo_levels": 20,
    "output_side": 100,
    "unit_side": 32,
    "coarse_output_side": 40,
    "coarse_unit_side": 16,
    "allowed_hosts": (),
    "allowed_origins": (),
    "ws_ping_interval": 10,
    "ws_ping_timeout": 10,
    "graceful_timeout": 5,
    "header_timeout": 5,
}

NUMBERS = [
    name for name, field in Settings.model_fields.items() if field.annotation in (int, float)
]


def test_the_defaults_are_those_that_other_modules_were_written_for() -> None:
    settings = Settings()
    assert {name: getattr(settings, name) for name in PROMISED} == PROMISED


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_help_text_that_fits_a_table(name: str) -> None:
    text = Settings.model_fields[name].description
    assert text
    assert text[0].isupper()
    assert not text.endswith(".")


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_has_a_range(name: str) -> None:
    kinds = {type(bound).__name__ for bound in Settings.model_fields[name].metadata}
    assert "Le" in kinds
    assert kinds & {"Ge", "Gt"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", -1),
        ("port", 65_536),
        ("max_sessions", 0),
        ("frame_rate", float("nan")),
        ("frame_rate", float("inf")),
        ("header_timeout", 0),
        ("frame_ancestors", "https://a.example; script-src *"),
        ("frame_ancestors", "*\r\nX: y"),
        ("allowed_origins", "example.org"),
        ("allowed_origins", "https://example.org/path"),
        ("allowed_origins", "null"),
        ("no_such_setting", 1),
    ],
)
def test_values_out_of_range_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Settings(**{name: value})  # type: ignore[arg-type]


def test_the_environment_sets_what_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_PORT", "9000")
    monkeypatch.setenv("PLAYGROUND_ALLOWED_HOSTS", "a.example, *.b.example,")
    monkeypatch.setenv("PLAYGROUND_MAX_SESSIONS", "7")
    settings = Settings(max_sessions=8)
    assert settings.port == 9000
    assert settings.allowed_hosts == ("a.example", "*.b.example")
    assert settings.max_sessions == 8


def test_snapshots_go_to_a_folder_of_this_user_unless_switched_off() -> None:
    assert isinstance(Settings().snapshot_dir, Path)
    assert Settings(snapshot_dir="").snapshot_dir is None  # type: ignore[arg-type]
    assert Settings(snapshot_dir="here").snapshot_dir == Path("here")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "redis://localhost",
        "redis://:p%40ss@store:6379/0",
        "rediss://name:word@[::1]:6380/15",
        "valkey://store/1",
        "unix:///run/redis.sock",
    ],
)
def test_a_store_is_a_url(url: str) -> None:
    assert Settings(snapshot_store=url).snapshot_store == url


@pytest.mark.parametrize(
    "url",
    [
        "localhost:6379",
        "http://store",
        "redis://",
        "redis:///0",
        "redis://s/x",
        "unix://x",
        "mem:",
        "redis://:pa/ss@store",
        "redis://store:port",
        "redis://store:0",
        "redis://store:99999",
    ],
)
def test_another_url_is_no_store(url: str) -> None:
    with pytest.raises(ValidationError, match="redis://host"):
        Settings(snapshot_store=url)


def test_settings_can_be_printed_without_a_password() -> None:
    assert "hush" not in repr(Settings(snapshot_store="redis://:hush@store"))


def test_settings_do_not_change_while_the_server_runs() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1
