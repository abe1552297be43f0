"""Snapshots: all of a run in one value, and that value as bytes.

The bytes are a mark, the length of a JSON header (uint32 LE), the header, which says what arrays
there are, and their numbers one after the other. A server writes hundreds of them a second, and a
file in NumPy's npz format, as they were before, takes four times as long.
"""

import io
import json
import math
import zipfile
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.excerpt import shortened
from engine.fields import SpecError
from engine.spec import RunSpec
from engine.text import Text

MARK = b"RUN\0"
"""The first bytes of a snapshot."""
FORMAT = 2
LARGEST = 8_000_000
"""Bytes that a snapshot may hold: the largest network with Adam takes 0.8 MB."""
LATEST = 10**15
"""Of epochs and steps: no run comes that far."""
_MOST_GROWTH = 16
_KINDS = "iufb"
"""Of the arrays' numbers, as NumPy calls them: nothing that would have to be unpickled."""


@dataclass(frozen=True)
class Divergence:
    """Where numbers stopped being finite: the first bad step and layer, and what went bad there.

    `what` is one of pre-activation, gradient, weight, optimizer state (of no one layer), loss.
    """

    epoch: int
    step: int
    layer: int | None
    what: str
    growth: tuple[tuple[int, float], ...] = ()
    """Steps, and the largest |weight or bias| of the layer (of all layers when it is None) after
    each: the start of the run, then the last steps before the bad one."""

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Divergence":
        """From plain JSON data, of a snapshot that knows of no growth, too."""
        growth = tuple((int(step), float(size)) for step, size in data.get("growth", ()))
        layer = data["layer"]
        read = cls(
            epoch=int(data["epoch"]),
            step=int(data["step"]),
            layer=None if layer is None else int(layer),
            what=str(data["what"]),
            growth=growth[:_MOST_GROWTH],
        )
        counts = [read.epoch, read.step, read.layer or 0, *(step for step, _ in growth)]
        if min(counts) < 0 or max(counts) > LATEST or len(read.what) > 40:
            raise ValueError("a divergence is nowhere")
        if not all(math.isfinite(size) for _, size in growth):
            raise ValueError("a divergence grew to what is no number")
        return read


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A run at one moment; a trainer restored from it goes on exactly as the original would."""

    spec: RunSpec
    epoch: int
    steps: int
    offset: int
    """Samples of the current epoch that have been used."""
    parameters: Array
    update: dict[str, Array]
    order: Array
    shuffle: dict[str, Any]
    divergence: Divergence | None = None

    def to_bytes(self) -> bytes:
        """The snapshot as a file."""
        arrays = {"parameters": self.parameters, "order": self.order}
        arrays |= {f"update.{name}": array for name, array in self.update.items()}
        facts = {
            "format": FORMAT,
            "spec": self.spec.to_dict(),
            "epoch": self.epoch,
            "steps": self.steps,
            "offset": self.offset,
            "shuffle": self.shuffle,
            "divergence": asdict(self.divergence) if self.divergence else None,
            "arrays": [[name, array.dtype.str, array.shape] for name, array in arrays.items()],
        }
        text = json.dumps(facts).encode()
        numbers = [array.tobytes() for array in arrays.values()]
        return b"".join([MARK, len(text).to_bytes(4, "little"), text, *numbers])

    @classmethod
    def from_bytes(cls, data: bytes) -> "Snapshot":
        """The snapshot that `to_bytes` wrote, of this version or of the one before, or a
        `SpecError`.
        """
        try:
            facts, arrays = _read(data) if data.startswith(MARK) else _read_npz(data)
            if facts["format"] not in (1, FORMAT):
                raise SpecError(
                    Text(
                        "got a snapshot of format {got!r}, expected {format}; save it again"
                        " with this version",
                        got=facts["format"],
                        format=FORMAT,
                    )
                )
            divergence = facts["divergence"]
            return cls(
                spec=RunSpec.from_dict(facts["spec"]),
                epoch=int(facts["epoch"]),
                steps=int(facts["steps"]),
                offset=int(facts["offset"]),
                parameters=arrays.pop("parameters"),
                order=arrays.pop("order"),
                update={name.removeprefix("update."): array for name, array in arrays.items()},
                shuffle=facts["shuffle"],
                divergence=Divergence.from_dict(divergence) if divergence else None,
            )
        except SpecError:
            raise
        except Exception as error:  # whatever zipfile and json raise of bytes that are neither
            raise SpecError(
                Text(
                    "got {count} bytes that are no snapshot ({error}), expected a file saved by"
                    " this program; choose another file",
                    count=len(data),
                    error=shortened(str(error), 120),
                )
            ) from None


def require_fit(snapshot: Snapshot, like: Snapshot) -> None:
    """A `SpecError` unless the snapshot could be one of the run that `like` was taken from."""
    n = like.order.size
    generator: Any = np.random.PCG64()
    try:
        generator.state = snapshot.shuffle
        random_fits = True
    except (KeyError, OverflowError, TypeError, ValueError):
        random_fits = False
    misfits = {
        Text("its parameters"): not _alike(snapshot.parameters, like.parameters),
        Text("the state of its optimizer"): snapshot.update.keys() != like.update.keys()
        or not all(_alike(array, like.update[name]) for name, array in snapshot.update.items()),
        Text("its order"): snapshot.order.dtype.kind not in "iu"
        or not np.array_equal(np.sort(snapshot.order, axis=None), np.arange(n)),
        Text("its place in the run"): min(snapshot.epoch, snapshot.steps, snapshot.offset) < 0
        or max(snapshot.epoch, snapshot.steps) > LATEST
        or snapshot.offset >= n,
        Text("its random stream"): not random_fits,
    }
    for what, misfit in misfits.items():
        if misfit:
            raise SpecError(
                Text(
                    "got a snapshot in which {what} does not fit its experiment, expected one"
                    " saved by this program; choose another file",
                    what=what,
                )
            )


def _alike(array: Array, like: Array) -> bool:
    same_form = array.shape == like.shape and array.dtype.kind == like.dtype.kind
    return same_form and bool(np.isfinite(array).all())


Content = tuple[dict[str, Any], dict[str, Array]]
"""The facts of a snapshot, plain JSON data, and its arrays."""


def _read(data: bytes) -> Content:
    """What `to_bytes` wrote."""
    _require_size(len(data))
    start = len(MARK) + 4
    end = start + int.from_bytes(data[start - 4 : start], "little")
    facts, arrays = json.loads(data[start:end]), {}
    for name, kind, shape in facts["arrays"]:
        dtype, start = np.dtype(kind), end
        end += _size(tuple(shape), dtype)
        if name in arrays:
            raise ValueError("an array is there twice")
        arrays[name] = np.frombuffer(data[start:end], dtype).reshape(shape).copy()
    if end != len(data):
        raise ValueError("the arrays hold fewer or more numbers than they say")
    return facts, arrays


def _read_npz(data: bytes) -> Content:
    """A file of the version before, as `np.savez` writes it: not compressed.

    Not by `np.load`, which believes the file: it takes the memory that an array's header asks for
    before it reads a byte of it, and inflates an entry whole, whatever its size is said to be.
    """
    arrays: dict[str, Array] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # Entries may lie in the same bytes.
        _require_size(sum(entry.file_size for entry in archive.infolist()))
        for entry in archive.infolist():
            name, suffix = entry.filename[:-4], entry.filename[-4:]
            if suffix != ".npy" or entry.compress_type != zipfile.ZIP_STORED or name in arrays:
                raise ValueError("an entry is no array, is compressed or is there twice")
            arrays[name] = _array(archive.read(entry))
    return json.loads(arrays.pop("facts").tobytes()), arrays


def _require_size(size: int) -> None:
    if size > LARGEST:
        raise SpecError(
            Text(
                "got {size} bytes, expected at most {most}; choose another file",
                size=size,
                most=LARGEST,
            )
        )


def _size(shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    """Bytes of an array of a snapshot."""
    if dtype.kind not in _KINDS or min(shape, default=0) < 0:
        raise ValueError("an array is of another form")
    return math.prod(shape) * dtype.itemsize


def _array(data: bytes) -> Array:
    """An array in NumPy's npy format, version 1.0, which holds as many numbers as it says."""
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("an array is not of version 1.0")
    shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
    if is_fortran or _size(shape, dtype) != len(data) - file.tell():
        raise ValueError("an array holds fewer or more numbers than it says")
    return np.frombuffer(data, dtype, offset=file.tell()).reshape(shape).copy()
