"""Every limit and option of the server, each with its default, its range and its help in one place.

The options of `playground serve`, the environment variables (`PLAYGROUND_MAX_SESSIONS`), the table
in the documentation and the tests are all derived from the fields of `Settings`.
"""

import ipaddress
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from annotated_types import Ge, Gt, Le
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ENV_PREFIX = "PLAYGROUND_"
STORE_SCHEMES = ("redis", "rediss", "unix", "valkey", "valkeys")

Names = Annotated[tuple[str, ...], NoDecode]
"""Several words in one option or environment variable, separated by commas."""


def default_snapshot_dir() -> Path:
    """A folder of this user's own among the temporary files, so that no other user's is read.

    Where nothing can be written (a container), it is one that cannot be made, which is warned of.
    """
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    try:
        folder = tempfile.gettempdir()
    except FileNotFoundError:
        folder = os.curdir
    return Path(folder) / f"neural-network-playground-{user}"


class Secret:
    """Marks a setting that may hold a password: its value is shown nowhere, and a password is taken
    from the environment only, since others can read a command line."""


def option(default: Any, text: str, **more: Any) -> Any:
    """A field with its help text."""
    return Field(default=default, description=text, **more)


def has_password(url: str) -> bool:
    """Whether there is a password in a URL (or what may be one)."""
    return "@" in url


class Settings(BaseSettings):
    """What the server may use and promises; fixed once it has started."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    # Where it listens
    host: str = option("127.0.0.1", "Address to listen on; 0.0.0.0 is every address of the machine")
    port: Annotated[int, Ge(0), Le(65535)] = option(8000, "Port to listen on; 0 takes a free one")
    allowed_hosts: Names = option(
        (),
        "Host names under which the server may be opened, separated by commas, *.example.org for "
        "all under a domain, * for any; none means this machine's names and the bound host",
    )
    allowed_origins: Names = option(
        (),
        "Origins of pages that may open a websocket besides the server's own pages, separated by "
        "commas (https://example.org)",
    )
    frame_ancestors: str = option(
        "*",
        "Pages that may embed this one in a frame, as frame-ancestors of a Content-Security-Policy",
    )
    access_token: SecretStr | None = option(
        None,
        "Token without which page, API and websocket are refused, 8 to 200 letters, digits and "
        "signs; none asks for no token",
    )
    trusted_proxies: str = option(
        "127.0.0.1,::1",
        "Addresses of proxies whose X-Forwarded-For and -Proto are believed, separated by commas",
    )

    # What it tells its operator
    metrics_from: Names = option(
        ("127.0.0.1", "::1"),
        "Addresses and networks that may read /metrics, separated by commas; * for any, an empty "
        "string for none",
    )
    log_format: Literal["text", "json"] = option(
        "text", "Form of the log: text, or json for one JSON object a line"
    )

    # How much it serves
    workers: Annotated[int, Ge(1), Le(256)] = option(
        1, "Server processes that share the sessions, one for each core to be used; not on Windows"
    )
    max_sessions: Annotated[int, Ge(1), Le(100_000)] = option(
        2000, "Most sessions at a time; beyond it a page is told that the server is busy"
    )
    max_sessions_per_address: Annotated[int, Ge(1), Le(100_000)] = option(
        1000, "Most sessions at a time from one address, which may be that of a whole school"
    )
    max_connections: Annotated[int, Ge(10), Le(1_000_000)] = option(
        10_000, "Most open connections; a page has one, and some more for seconds while it loads"
    )
    max_connections_per_address: Annotated[int, Ge(10), Le(1_000_000)] = option(
        3000, "Most open connections from one address, other than that of a trusted proxy"
    )
    session_linger: Annotated[float, Ge(0), Le(86_400)] = option(
        600, "Seconds that a session is kept after its page has gone"
    )
    batch_megabytes: Annotated[int, Ge(64), Le(1_000_000)] = option(
        2048,
        "Megabytes for the minibatches of all sessions together; a full batch of the largest "
        "experiment takes 60, and those of less than 1 are not counted",
    )
    history_points: Annotated[int, Ge(16), Le(100_000)] = option(
        2000, "Most points of the loss history that a session keeps; older ones are thinned"
    )
    undo_levels: Annotated[int, Ge(0), Le(1000)] = option(
        20, "Most changes of an experiment that can be taken back"
    )

    # Time and frames
    frame_rate: Annotated[float, Ge(1), Le(120)] = option(
        60, "Most frames per second sent to a page"
    )
    frames_in_flight: Annotated[int, Ge(1), Le(8)] = option(
        2, "Most frames sent to a page that it has not yet acknowledged"
    )
    slice_ms: Annotated[float, Ge(0.1), Le(50)] = option(
        1.0, "Milliseconds that one session trains before another has its turn"
    )
    tick_ms: Annotated[float, Ge(0.1), Le(50)] = option(
        2.0, "Milliseconds of work between two looks at the network"
    )
    output_side: Annotated[int, Ge(8), Le(400)] = option(
        100, "Points along one side of the map of an output"
    )
    unit_side: Annotated[int, Ge(8), Le(100)] = option(
        32, "Points along one side of the map of a hidden unit"
    )
    coarse_from: Annotated[int, Ge(1), Le(100_000)] = option(
        32,
        "Sessions of one process from which on maps are coarse while it cannot keep 30 frames per "
        "second; maps at rest, and of a page that looks at one hidden unit, never are",
    )
    coarse_output_side: Annotated[int, Ge(8), Le(400)] = option(
        40, "Points along one side of the coarse map of an output"
    )
    coarse_unit_side: Annotated[int, Ge(8), Le(100)] = option(
        16, "Points along one side of the coarse map of a hidden unit"
    )

    # How much may be asked for; with IPv6 an address stands for all of its /64
    request_rate: Annotated[float, Ge(1), Le(1_000_000)] = option(
        300, "HTTP requests per second accepted from one address in the long run"
    )
    request_burst: Annotated[int, Ge(10), Le(1_000_000)] = option(
        10_000, "HTTP requests accepted from one address at once; a page needs some twenty"
    )
    total_request_rate: Annotated[float, Ge(1), Le(1_000_000)] = option(
        3000, "HTTP requests per second accepted from all addresses in the long run"
    )
    total_request_burst: Annotated[int, Ge(10), Le(1_000_000)] = option(
        30_000, "HTTP requests accepted from all addresses at once"
    )
    page_rate: Annotated[float, Ge(1), Le(100_000)] = option(
        50, "Websockets per second that one address may open in the long run"
    )
    page_burst: Annotated[int, Ge(1), Le(100_000)] = option(
        1500, "Websockets that one address may open at once"
    )
    total_page_rate: Annotated[float, Ge(1), Le(100_000)] = option(
        200, "Websockets per second that all addresses may open in the long run"
    )
    total_page_burst: Annotated[int, Ge(1), Le(100_000)] = option(
        5000, "Websockets that all addresses may open at once"
    )
    header_bytes: Annotated[int, Ge(1024), Le(1_048_576)] = option(
        32_768, "Bytes of the longest head of a request: its address and headers"
    )

    # What a page may send, and how long it may take
    message_rate: Annotated[float, Ge(1), Le(10_000)] = option(
        50, "Messages per second accepted from a page in the long run"
    )
    message_burst: Annotated[int, Ge(1), Le(10_000)] = option(
        100, "Messages accepted from a page at once"
    )
    message_bytes: Annotated[int, Ge(1024), Le(16_777_216)] = option(
        262_144,
        "Characters of the longest message accepted from a page, and bytes of the body of a "
        "request; 5,000 points of its own take 40,000, a link with them up to 131,072",
    )
    longest_wait: Annotated[float, Ge(0), Le(600)] = option(
        20, "Seconds that a request of the HTTP interface may wait for the training of its session"
    )
    hello_timeout: Annotated[float, Gt(0), Le(600)] = option(
        5, "Seconds in which a page must send its first message"
    )
    send_timeout: Annotated[float, Gt(0), Le(600)] = option(
        5, "Seconds after which a page that takes no data is disconnected"
    )
    header_timeout: Annotated[float, Gt(0), Le(600)] = option(
        5, "Seconds in which a client must have sent its whole request"
    )
    ws_ping_interval: Annotated[float, Gt(0), Le(600)] = option(
        10, "Seconds between two pings of a page"
    )
    ws_ping_timeout: Annotated[float, Gt(0), Le(600)] = option(
        10, "Seconds after which a page that answers no ping is disconnected"
    )
    tcp_timeout: Annotated[float, Ge(1), Le(600)] = option(
        15, "Seconds after which Linux drops a connection whose other end confirms no data"
    )
    graceful_timeout: Annotated[float, Ge(1), Le(600)] = option(
        5, "Seconds in which the server has stopped after it was asked to"
    )

    # What survives a restart
    snapshot_dir: Path | None = Field(
        default_factory=default_snapshot_dir,
        description="Folder for the snapshots from which sessions resume after a restart; "
        "an empty string keeps none",
    )
    snapshot_store: Annotated[str, Secret()] = option(
        "",
        "Redis or Valkey server for the snapshots instead of a file, from which replicas of this "
        "server share sessions (redis://host:6379/0, rediss:// for TLS, unix:///path); with a "
        "password only by environment",
        repr=False,
    )
    snapshot_interval: Annotated[float, Ge(0.05), Le(600)] = option(
        0.6, "Seconds between two snapshots of a session that changes"
    )
    snapshot_bytes: Annotated[int, Ge(4096), Le(16_777_216)] = option(
        1_048_576, "Bytes of the largest snapshot kept"
    )

    @classmethod
    def secrets(cls) -> list[str]:
        """Names of the settings that come by the environment alone: command lines are seen by
        everybody on a machine, and kept by shells."""
        return [
            name
            for name, field in cls.model_fields.items()
            if SecretStr in (field.annotation, *get_args(field.annotation))
        ]

    def revealed(self) -> str:
        """All settings as JSON with the secrets, for a process of our own."""
        secrets = {name: getattr(self, name) for name in self.secrets()}
        plain = {name: secret and secret.get_secret_value() for name, secret in secrets.items()}
        return json.dumps(self.model_dump(mode="json") | plain)

    @field_validator("access_token", mode="before")
    @classmethod
    def _token(cls, value: Any) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text is None or text == "":
            return None
        if not isinstance(text, str) or not re.fullmatch(r"[!-~]{8,200}", text):
            raise ValueError("8 to 200 letters, digits and signs without spaces")
        return value

    @field_validator("allowed_hosts", "allowed_origins", "metrics_from", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """Words separated by commas, so that a shell and an environment file can say them."""
        if isinstance(value, str):
            return tuple(word for word in (part.strip() for part in value.split(",")) if word)
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not re.fullmatch(r"https?://[^/\s?#@]+", origin):
                raise ValueError("http(s)://host[:port], several separated by commas")
        return tuple(origin.lower() for origin in value)

    @field_validator("metrics_from")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name != "*":
                try:
                    ipaddress.ip_network(name, strict=False)
                except ValueError:
                    raise ValueError(
                        "addresses or networks such as 10.0.0.0/8, separated by commas, or *"
                    ) from None
        return value

    @field_validator("frame_ancestors")
    @classmethod
    def _one_directive(cls, value: str) -> str:
        if not re.fullmatch(r"[\w*.:/' \-\[\]]+", value):
            raise ValueError("sources separated by spaces, such as 'self' or *")
        return value

    @field_validator("snapshot_store")
    @classmethod
    def _store_url(cls, value: str) -> str:
        wanted = "redis://host[:port][/number], rediss://... for TLS, or unix:///path"
        try:
            parts = urlsplit(value)
            if parts.scheme == "unix":
                known = parts.path.startswith("/")
            else:
                numbered = re.fullmatch(r"(/\d*)?", parts.path) is not None
                known = parts.scheme in STORE_SCHEMES and bool(parts.hostname) and numbered
                known = known and parts.port != 0
        except ValueError:  # whose text would show a part of the password
            known = False
        if value and not known:
            raise ValueError(wanted)
        return value

    @field_validator("snapshot_dir", mode="before")
    @classmethod
    def _none_when_empty(cls, value: Any) -> Any:
        return None if value == "" else value
