"""What a frame costs the server, how many bytes it has, and what a session takes of its memory.

Run `python -m bench.frames`. Frames are made as in a session that plays: train a little, then
evaluate, compute the grids, quantise, take the difference, compress. Times are CPU time of the
process, times and bytes the median over the first frames of a run. The reference is measured in the
same run, between the frames: the output over a 100 x 100 grid, layer by layer in plain float64,
then all maps as int8 through zlib at level 6, without differences. The ratio to it depends little
on the machine and its other load.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import gc
import statistics
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.frames import FrameMaker
from app.protocol import Play, View
from app.resolution import Sides
from app.session import Limits, Session
from bench.table import Row, markdown
from engine import LayerSpec, ReLU, RunSpec, Spiral, evolve
from engine.features import FEATURES

FRAMES = 300
SIDE, UNIT_SIDE = 100, 32
EPOCHS_EACH = (1, 5, 10)
SIDES = Sides(SIDE, UNIT_SIDE)
COMPLETE_EVERY = 10
SESSIONS = 300
REFERENCE = "plain pass and zlib"
TARGETS = {  # of the time in ms, and of the size in bytes at one epoch a frame and at more
    "spiral, 7-8-8-1, tanh": ("under 0.5", "under 7,000", "under 3,000"),
    "spiral, 7-8-8-1, ReLU": ("under 0.5", "under 7,000", "under 3,000"),
    "spiral, 7-(8 x 6)-1, tanh": ("under 1", "", ""),
}


@dataclass
class Taken:
    """Seconds and bytes of each frame."""

    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def timed(self, work: Callable[[], int]) -> None:
        """Does work that returns a number of bytes."""
        start = time.process_time()
        size = work()
        self.seconds.append(time.process_time() - start)
        self.sizes.append(size)

    @property
    def milliseconds(self) -> float:
        """The median time."""
        return statistics.median(self.seconds) * 1e3

    @property
    def size(self) -> float:
        """The median size in bytes."""
        return statistics.median(self.sizes)


@dataclass
class Measured:
    """One experiment at one number of epochs a frame."""

    frame: Taken = field(default_factory=Taken)
    complete: Taken = field(default_factory=Taken)
    reference: Taken = field(default_factory=Taken)

    def rows(self, name: str, *, time_target: str = "", size_target: str = "") -> list[Row]:
        """The medians, next to those of the reference."""
        rows = []
        for what, taken, targets in (
            ("a frame", self.frame, (time_target, size_target)),
            ("a complete frame", self.complete, ("", "")),
        ):
            for unit, target, ours, theirs in (
                ("ms", targets[0], taken.milliseconds, self.reference.milliseconds),
                ("bytes", targets[1], taken.size, self.reference.size),
            ):
                title = f"{name}: {'time' if unit == 'ms' else 'size'} of {what}"
                rows.append(Row(title, ours, unit, REFERENCE, theirs, theirs / ours, target=target))
        return rows


def reference(session: Session, points: NDArray[np.float64], maps: NDArray[np.int8]) -> int:
    """A plain forward pass of the grid, and a plain compression."""
    a = points
    weights, biases = session.trainer.network.weights, session.trainer.network.biases
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        z = w @ a + b[:, np.newaxis]
        a = np.tanh(z) if layer == len(weights) - 1 else session.spec.layers[layer].activation.f(z)
    return len(zlib.compress(maps.tobytes(), 6))


def take(spec: RunSpec, *, epochs_each: int, frames: int = FRAMES) -> Measured:
    """Frames of one experiment as it learns."""
    session, maker = start(spec)
    others = FrameMaker()
    axis = np.linspace(-6, 6, SIDE)
    plane = np.stack(np.meshgrid(axis, axis)).reshape(2, -1)
    points = session.trainer.inputs(plane)[: len(spec.features)].astype(np.float64)
    measured = Measured()
    for number in range(frames):
        session.trainer.run_epochs(epochs_each)
        session.training.changed()
        session.training._evaluation = None  # a frame pays for its own evaluation
        measured.frame.timed(lambda: len(maker.make(session, SIDES)))
        maps = next(reversed(maker.ring._sent.values()))
        maker.ring.acknowledge(maker.ring.seq)
        measured.reference.timed(lambda maps=maps: reference(session, points, maps))  # type: ignore[misc]
        if number % COMPLETE_EVERY == 0:
            session.training._evaluation = None
            others.restart()
            measured.complete.timed(lambda: len(others.make(session, SIDES)))
    return measured


def start(spec: RunSpec) -> tuple[Session, FrameMaker]:
    """A session that plays and has made its first frame."""
    session = Session(spec, View(), clock=time.perf_counter, limits=Limits())
    session.handle(Play())
    maker = FrameMaker()
    maker.make(session, SIDES)
    maker.ring.acknowledge(maker.ring.seq)
    return session, maker


def session_memory(spec: RunSpec, count: int = SESSIONS) -> float | None:
    """Resident kB that a further session takes, its frames included; None where not known."""

    def played() -> tuple[Session, FrameMaker]:
        session, maker = start(spec)
        for _ in range(2):  # two frames under way and one acknowledged: what a page may have
            session.trainer.run_epochs(1)
            maker.make(session, SIDES)
        return session, maker

    kept = [played()]  # with it comes what all share
    gc.collect()
    before = resident()
    kept += [played() for _ in range(count)]
    gc.collect()
    after = resident()
    return None if before is None or after is None else (after - before) / count / 1e3


def resident() -> int | None:
    """Bytes of this process in memory, where the system tells."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return None
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def experiments() -> dict[str, RunSpec]:
    """The default one, and larger ones that people choose."""
    spiral = evolve(
        RunSpec(),
        {
            "dataset": Spiral(),
            "features": [{"kind": kind} for kind in FEATURES.kinds[:7]],
            "layers": (LayerSpec(8), LayerSpec(8)),
        },
    )[0]
    relu = evolve(spiral, {"layers": (LayerSpec(8, ReLU()),) * 2})[0]
    classes = evolve(RunSpec(), {"problem": "multiclass", "classes": 8})[0]
    return {
        "default (circle, 2-4-2-1)": RunSpec(),
        "spiral, 7-8-8-1, tanh": spiral,
        "spiral, 7-8-8-1, ReLU": relu,
        "8 classes, 2-4-2-8": classes,
        "spiral, 7-(8 x 6)-1, tanh": evolve(spiral, {"layers": (LayerSpec(8),) * 6})[0],
    }


def measure() -> list[Row]:
    """All that is measured."""
    found = []
    memory = session_memory(RunSpec())  # first: later, memory that was given back would be reused
    if memory is not None:
        name = "default (circle, 2-4-2-1): memory of a session"
        found.append(Row(name, memory, "kB", target="under 250"))
    for name, spec in experiments().items():
        time_target, first, more = TARGETS.get(name, ("", "", ""))
        for epochs_each in EPOCHS_EACH:
            title = f"{name}, {epochs_each} epoch{'s' if epochs_each > 1 else ''} a frame"
            size_target = first if epochs_each == 1 else more
            measured = take(spec, epochs_each=epochs_each)
            found += measured.rows(title, time_target=time_target, size_target=size_target)
    return found


if __name__ == "__main__":
    print(markdown(measure()))
