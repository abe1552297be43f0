"""The files of the page: where they are, and how they are sent.

Everything is read once, compressed once and served from memory by exact name, so that no path from
a request ever reaches the file system and no request compresses anything.
"""

import gzip
import hashlib
import json
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from starlette.requests import Request
from starlette.responses import Response

from app.errors import BuildError, error_response
from app.folders import folder as folder

FOREVER = "public, max-age=31536000, immutable"
"""For a name that holds a hash of the content."""
REVALIDATE = "no-cache"
"""Kept by the browser, but asked for again each time; the answer is mostly "not modified"."""

_HASHED = re.compile(r"-[A-Z0-9]{8}\.\w+")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_TYPES = {".js": "text/javascript", ".map": "application/json", ".woff2": "font/woff2"}


@dataclass(frozen=True)
class Payload:
    """Bytes ready to be sent, plain or compressed."""

    body: bytes
    compressed: bytes | None
    """None when compressing would not make it smaller."""
    media_type: str
    cache_control: str
    etag: str
    """Weak, because one tag stands for the plain and the compressed form."""

    @classmethod
    def of(cls, body: bytes, media_type: str, cache_control: str = REVALIDATE) -> Self:
        """Compresses the bytes and names them by their content."""
        compressed = gzip.compress(body, mtime=0)
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        smaller = compressed if len(compressed) < len(body) else None
        return cls(body, smaller, media_type, cache_control, etag)

    def response(self, request: Request, headers: dict[str, str] | None = None) -> Response:
        """The answer to a request: compressed where that is understood, or "not modified"."""
        shared = {"ETag": self.etag, "Cache-Control": self.cache_control} | (headers or {})
        if self.compressed is not None:
            varies = [shared["Vary"]] if "Vary" in shared else []
            shared["Vary"] = ", ".join([*varies, "Accept-Encoding"])
        if _matches(request.headers.get("if-none-match", ""), self.etag):
            return Response(status_code=304, headers=shared)
        body = self.body
        if self.compressed is not None and _accepts_gzip(
            request.headers.get("accept-encoding", "")
        ):
            body = self.compressed
            shared["Content-Encoding"] = "gzip"
        return Response(body, headers=shared, media_type=self.media_type)

    async def serve(self, request: Request) -> Response:
        """Answers every request with it."""
        return self.response(request)


def _matches(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag.removeprefix("W/") in tags or "*" in tags


def _accepts_gzip(accept_encoding: str) -> bool:
    for item in accept_encoding.lower().split(","):
        coding, _, quality = item.partition(";")
        if coding.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


class Assets:
    """The built page (`build/static`) in memory."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory or folder("static")
        self._manifest: dict[str, Any] = {}
        self._files: dict[str, Payload] = {}
        self.stamp: int | None = None
        """Another value for another build."""
        self.refresh()

    def refresh(self) -> None:
        """Reads the files again when there is another build: development builds while serving."""
        manifest = self.directory / "manifest.json"
        try:
            stamp = manifest.stat().st_mtime_ns
            if stamp == self.stamp:
                return
            names = json.loads(manifest.read_bytes())
            files = {
                path.relative_to(self.directory).as_posix(): _read(path)
                for path in self.directory.rglob("*")
                if path.is_file() and path != manifest
            }
        except (OSError, ValueError):  # not built, or a build is being written: keep what there is
            return
        self._manifest, self._files, self.stamp = names, files, stamp

    def url(self, name: str, language: str = "en") -> str:
        """The address of a source file (`js/main.js`) under its hashed name, with the texts of a
        language built in.

        Relative to the root page, so that the page also works below a path of a reverse proxy.

        Raises:
            BuildError: there is no build, or it has no such file.
        """
        if not self._manifest:
            raise BuildError(f"The page has not been built ({self.directory}): run `make build`.")
        try:
            return f"static/{self._built(language)[name]}"
        except KeyError:
            raise BuildError(f"The build has no {name!r}: run `make build` again.") from None

    def inline(self, name: str, language: str = "en") -> str:
        """The text of a built script, to stand in a page: without the address of its source map.

        Raises:
            BuildError: there is no build, or it has no such file.
        """
        payload = self._files[self.url(name, language).removeprefix("static/")]
        return _SOURCE_MAP.sub("", payload.body.decode()).strip()

    def preloads(self, name: str, language: str = "en") -> list[str]:
        """The addresses of what a source file will ask for: told beforehand, it comes sooner."""
        preload: dict[str, list[str]] = self._built(language).get("preload", {})
        return [f"static/{path}" for path in preload.get(name, [])]

    def _built(self, language: str) -> dict[str, Any]:
        """The manifest of a language: English is at the top, the others below."""
        built: dict[str, Any] = self._manifest.get("languages", {}).get(language, self._manifest)
        return built

    def get(self, path: str) -> Payload | None:
        """The file at a path below /static, by its exact name."""
        return self._files.get(path)

    async def serve(self, request: Request) -> Response:
        """Answers /static/{path}."""
        payload = self.get(request.path_params["path"])
        if payload is None:
            return error_response(request, 404)
        return payload.response(request)


def _read(path: Path) -> Payload:
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    cache_control = FOREVER if _HASHED.search(path.name) else REVALIDATE
    return Payload.of(path.read_bytes(), media_type or "application/octet-stream", cache_control)


ICON = Payload.of(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    b'<path d="M7 8 25 16 7 24" fill="none" stroke="#5b6b75" stroke-width="2.5"/>'
    b'<circle cx="7" cy="8" r="5" fill="#f59322"/><circle cx="7" cy="24" r="5" fill="#0877bd"/>'
    b'<circle cx="25" cy="16" r="5" fill="#183d4e"/></svg>',
    "image/svg+xml",
    "public, max-age=86400",
)
ROBOTS = Payload.of(b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")
