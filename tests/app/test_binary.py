"""Binary messages: a header and deflated arrays."""

import sys
import zlib

import numpy as np
import pytest

from app import binary
from app.protocol import PointsHeader


@pytest.mark.parametrize("library", [binary.ZLIB, binary.QUICKEST], ids=["zlib", "quickest"])
@pytest.mark.parametrize("size", [0, 1, 65_535 // 4, 65_536 // 4, 200_000])
def test_plain_arrays_are_stored_and_come_first(size, library):
    plain = np.random.default_rng(0).normal(size=size).astype("<f4")
    maps = np.arange(-100, 100, dtype=np.int8)
    header = PointsHeader(run=1, train=0, test=0).model_dump_json().encode()
    parts = [maps, maps[::-1].copy()]
    data = binary.encode_binary(header, parts, plain=[plain], library=library)
    start = 4 + int.from_bytes(data[:4], "little")
    assert zlib.decompress(data[start:], -15) == b"".join(
        [plain.tobytes(), maps.tobytes(), maps[::-1].tobytes()]
    )
    assert plain[:100].tobytes() in data


def test_without_the_quicker_library_frames_are_coded_by_zlib(monkeypatch):
    assert binary.QUICKEST is not binary.ZLIB  # it is among what development needs
    monkeypatch.setitem(sys.modules, "isal", None)
    assert binary._quickest() is binary.ZLIB
