"""Decoding: binary messages of the protocol as NumPy arrays, for programs that watch a session."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.binary import decode_binary
from app.frames import LEVELS
from app.protocol import FrameHeader, PointsHeader

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Frame:
    """A network at one moment: its losses and metrics are in the header."""

    header: FrameHeader
    parameters: Floats
    """All weights and biases: layer by layer, unit by unit, incoming weights before the bias."""
    outputs: Floats
    """Maps (outputs, side, side); the first row is x2 = 6, the first column x1 = -6."""
    units: Floats
    """Maps of the hidden units (units, unit_side, unit_side), layer by layer."""
    focus: Floats | None
    """Map (side, side) of the unit that the command `focus` asked for."""

    @property
    def epoch(self) -> int:
        """Whole passes over the training set."""
        return self.header.epoch


@dataclass(frozen=True, eq=False)
class Samples:
    """Data points; for multilabel the label is a bit mask."""

    x1: Floats
    x2: Floats
    label: Floats


@dataclass(frozen=True, eq=False)
class Points:
    """The training and the test set."""

    train: Samples
    test: Samples


class FrameReader:
    """Reads the frames of one connection, in order: most are differences to earlier ones."""

    def __init__(self) -> None:
        self._maps: dict[int, NDArray[np.int8]] = {}

    def read(self, message: bytes) -> Frame:
        """The frame in a binary message.

        Raises:
            ValueError: it is none, or the difference to one that was not read.
        """
        facts, body = decode_binary(message)
        header = FrameHeader.model_validate(facts)
        sizes = [header.outputs * header.side**2, header.units * header.unit_side**2]
        sizes += [header.side**2] * (header.focus is not None)
        count = header.outputs + header.units + (header.focus is not None)
        numbers = np.frombuffer(body, "<f4", header.parameters + count)
        maps = np.frombuffer(body, np.int8, sum(sizes), offset=numbers.nbytes)
        if header.base:
            if header.base not in self._maps:
                raise ValueError(
                    f"got a difference to frame {header.base}, expected one to a frame that was"
                    " read; read all frames of a connection in order"
                )
            maps = maps + self._maps[header.base]  # modulo 256
        # The server's next base is this frame, or one after the base of this one.
        kept = {seq: old for seq, old in self._maps.items() if seq >= header.base}
        self._maps = {**kept, header.seq: maps} if header.base else {header.seq: maps}
        return _frame(header, numbers, maps, np.cumsum(sizes))


def _frame(header: FrameHeader, numbers: Floats, maps: NDArray[np.int8], ends: Floats) -> Frame:
    parameters, scales = np.split(numbers, [header.parameters])
    outputs, units, *focus = np.split(maps, ends[:-1])
    shapes = [(header.outputs, header.side), (header.units, header.unit_side)]
    shapes += [(1, header.side)] * len(focus)
    values, start = [], 0
    for part, (count, side) in zip((outputs, units, *focus), shapes, strict=True):
        factors = scales[start : start + count] / LEVELS
        values.append(part.reshape(count, side, side) * factors[:, np.newaxis, np.newaxis])
        start += count
    return Frame(header, parameters, values[0], values[1], values[2][0] if focus else None)


def read_points(message: bytes) -> Points:
    """The data points in a binary message.

    Raises:
        ValueError: it has none.
    """
    facts, body = decode_binary(message)
    header = PointsHeader.model_validate(facts)
    numbers = np.frombuffer(body, "<f4", 3 * (header.train + header.test))
    train, test = np.split(numbers, [3 * header.train])
    return Points(Samples(*train.reshape(3, -1)), Samples(*test.reshape(3, -1)))
