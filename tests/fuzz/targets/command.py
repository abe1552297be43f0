"""The command line, in this process: options split at line ends, and what would run does not."""

import contextlib
import io
import sys
from unittest import mock

from app import cli, serve_cli, server, train_cli
from app.settings import Settings
from tests.fuzz.readable import require_readable
from tests.fuzz.target import Target

STDIN = '{"samples": 12, "layers": [{"units": 2}]}'


def read(data: bytes) -> None:
    arguments = data.decode("utf-8", "surrogateescape").split("\n")
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "stdin", io.StringIO(STDIN)),
        mock.patch.object(server, "run"),
        mock.patch.object(train_cli, "train"),
    ):
        try:
            status = cli.main(arguments)
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1
    assert status in (0, 2), f"status {status}"
    lines = err.getvalue().splitlines()
    if status:
        assert len(lines) == 1, f"a refusal has {len(lines)} lines: {err.getvalue()[:300]!r}"
        assert out.getvalue() == ""
    for line in lines:
        require_readable(line.encode("utf-8", "backslashreplace").decode())


TARGET = Target(
    read,
    seeds=(
        b"train\n--url\n#dataset=xor\n--epochs\n3\n--json",
        b"train\n--spec\n-\n--epochs=0\n--progress",
        b"train\n--spec\n/nowhere/\x00",
        b"train\n--spec=" + b"x" * 300,
        b"train\n--url=#v=1&layers=3:relu&nonsense=1",
        b"serve\n--host\n0.0.0.0\n--port\n80\n--workers=2\n--allowed-hosts\n*.example.org,b",
        b"serve\n--max-sessions=many\n--frame-ancestors=;\n--allowed-origins=http://a,ftp://b",
        b"serve\n--snapshot-dir=\n--snapshot-bytes\n" + b"9" * 5000,
        b"serve\n--" + b"x" * 1000,
        b"serve\n--help",
        b"nonsense",
        b"--version",
        b"",
    ),
    words=sorted(
        {serve_cli.option(name) for name in Settings.model_fields}
        | {"train\n", "serve\n", "--url", "--spec", "--epochs", "--json", "1e3", "-1", "%s", "{0}"}
    ),
    share=0.02,
    longest=1000,
)
