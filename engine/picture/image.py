"""Images: pixels as a PNG file, and files as addresses that hold them."""

import base64
import struct
import zlib

import numpy as np

from engine.arrays import Array


def png(pixels: Array) -> bytes:
    """A PNG file of pixels (height, width, 3), uint8; with a palette where 256 colours will do."""
    height, width = pixels.shape[:2]
    flat = pixels.reshape(-1, 3).astype(np.uint32)
    colors, indices = np.unique(
        (flat[:, 0] << 16) | (flat[:, 1] << 8) | flat[:, 2], return_inverse=True
    )
    if len(colors) <= 256:
        rows = indices.astype(np.uint8).reshape(height, width)
        palette = np.stack([colors >> 16, (colors >> 8) & 255, colors & 255], axis=1)
        kind, more = 3, _chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    else:
        rows, kind, more = pixels.reshape(height, width * 3), 2, b""
    lines = np.concatenate([np.zeros((height, 1), np.uint8), rows.astype(np.uint8)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    data = zlib.compress(lines.tobytes(), 9)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", head),
            more,
            _chunk(b"IDAT", data),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def address(file: bytes | str) -> str:
    """A PNG file, or the text of an SVG, as a `data:` address."""
    kind = "svg+xml" if isinstance(file, str) else "png"
    data = file.encode() if isinstance(file, str) else file
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
