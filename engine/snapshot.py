"""Snapshots: all of a run in one value, and that value as bytes."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.fields import SpecError
from engine.spec import RunSpec

FORMAT = 1
LARGEST = 8_000_000
"""Bytes that a snapshot may hold: the largest network with Adam takes 0.8 MB."""


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
        return cls(**{**data, "growth": growth})


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
        """A file in NumPy's npz format, without pickled objects."""
        facts = {
            "format": FORMAT,
            "spec": self.spec.to_dict(),
            "epoch": self.epoch,
            "steps": self.steps,
            "offset": self.offset,
            "shuffle": self.shuffle,
            "divergence": asdict(self.divergence) if self.divergence else None,
        }
        text = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        arrays = {f"update.{name}": array for name, array in self.update.items()}
        file = io.BytesIO()
        np.savez(file, facts=text, parameters=self.parameters, order=self.order, **arrays)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Snapshot":
        """The snapshot that `to_bytes` wrote, or a `SpecError`."""
        try:
            arrays = _arrays(data)
            facts = json.loads(arrays.pop("facts").tobytes())
            if facts["format"] != FORMAT:
                raise SpecError(
                    f"got a snapshot of format {facts['format']!r}, expected {FORMAT};"
                    " save it again with this version"
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
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise SpecError(
                f"got {len(data)} bytes that are no snapshot ({error}), expected a file saved by"
                " this program; choose another file"
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
        "its parameters": not _alike(snapshot.parameters, like.parameters),
        "the state of its optimizer": snapshot.update.keys() != like.update.keys()
        or not all(_alike(array, like.update[name]) for name, array in snapshot.update.items()),
        "its order": snapshot.order.dtype.kind != "i"
        or not np.array_equal(np.sort(snapshot.order, axis=None), np.arange(n)),
        "its place in the run": min(snapshot.epoch, snapshot.steps, snapshot.offset) < 0
        or snapshot.offset >= n,
        "its random stream": not random_fits,
    }
    for what, misfit in misfits.items():
        if misfit:
            raise SpecError(
                f"got a snapshot in which {what} does not fit its experiment, expected one saved by"
                " this program; choose another file"
            )


def _alike(array: Array, like: Array) -> bool:
    same_form = array.shape == like.shape and array.dtype.kind == like.dtype.kind
    return same_form and bool(np.isfinite(array).all())


def _arrays(data: bytes) -> dict[str, Array]:
    """The arrays of an npz file of acceptable size."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > LARGEST:
        raise SpecError(f"got {size} bytes, expected at most {LARGEST}; choose another file")
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
