"""What a frame costs the server, and how many bytes it has.

Run `python -m bench.frames`. Times are the median over frames made as in a session that plays:
train a little, then evaluate, compute the grids, quantise, take the difference, compress. The
reference is timed in the same run, between the frames: the output over a 100 x 100 grid, layer by
layer in plain float64, then all maps as int8 through zlib at level 6, without differences. The
ratio to it depends little on the machine and its other load.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import statistics
import time
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.frames import FrameMaker
from app.protocol import View
from app.session import Limits, Session
from engine import LayerSpec, ReLU, RunSpec, Spiral, evolve
from engine.features import FEATURES

FRAMES = 300
SIDE, UNIT_SIDE = 100, 32
EPOCHS_EACH = 10


@dataclass
class Measured:
    """Medians in milliseconds, bytes as means."""

    frame_ms: float
    key_ms: float
    reference_ms: float
    bytes_: float
    key_bytes: int
    raw_bytes: int


def reference(session: Session, points: NDArray[np.float64], maps: NDArray[np.int8]) -> int:
    """A plain forward pass of the grid, and a plain compression."""
    a = points
    weights, biases = session.trainer.network.weights, session.trainer.network.biases
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        z = w @ a + b[:, np.newaxis]
        a = np.tanh(z) if layer == len(weights) - 1 else session.spec.layers[layer].activation.f(z)
    return len(zlib.compress(maps.tobytes(), 6))


def measure(spec: RunSpec) -> Measured:
    """Frames of one experiment as it learns."""
    session = Session(spec, View(), clock=time.perf_counter, limits=Limits())
    maker = FrameMaker(side=SIDE, unit_side=UNIT_SIDE)
    axis = np.linspace(-6, 6, SIDE)
    plane = np.stack(np.meshgrid(axis, axis)).reshape(2, -1)
    points = session.trainer.inputs(plane)[: len(spec.features)].astype(np.float64)
    frame_times: list[float] = []
    key_times: list[float] = []
    reference_times: list[float] = []
    sizes: list[int] = []
    key_bytes = raw_bytes = 0
    for number in range(FRAMES):
        session.trainer.run_epochs(EPOCHS_EACH)
        session.training.changed()
        session.training._evaluation = None  # a frame pays for its own evaluation
        if number % 10 == 0:
            maker.restart()
        start = time.perf_counter()
        data = maker.make(session)
        elapsed = time.perf_counter() - start
        maps = next(reversed(maker.ring._sent.values()))
        maker.ring.acknowledge(maker.ring.seq)
        (key_times if number % 10 == 0 else frame_times).append(elapsed)
        if number % 10:
            sizes.append(len(data))
        key_bytes, raw_bytes = (len(data) if number == 0 else key_bytes), maps.nbytes
        start = time.perf_counter()
        reference(session, points, maps)
        reference_times.append(time.perf_counter() - start)
    return Measured(
        frame_ms=statistics.median(frame_times) * 1e3,
        key_ms=statistics.median(key_times) * 1e3,
        reference_ms=statistics.median(reference_times) * 1e3,
        bytes_=statistics.mean(sizes),
        key_bytes=key_bytes,
        raw_bytes=raw_bytes,
    )


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


def main() -> None:
    """Print the table."""
    print(
        "| experiment | frame, ms | complete frame, ms | reference, ms | frame / reference "
        "| bytes a frame | bytes, complete | bytes, raw |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, spec in experiments().items():
        m = measure(spec)
        print(
            f"| {name} | {m.frame_ms:.3f} | {m.key_ms:.3f} | {m.reference_ms:.3f} "
            f"| {m.frame_ms / m.reference_ms:.2f} | {m.bytes_:,.0f} | {m.key_bytes:,} "
            f"| {m.raw_bytes:,} |"
        )


if __name__ == "__main__":
    main()
