"""Memory for large minibatches: shared, given back, and refused before it is taken."""

import gc
import tracemalloc

import pytest

from app.protocol import Configure, Undo
from app.room import Room, batch_bytes
from app.transport import RefusalError
from engine import ACTIVATIONS, LayerSpec, RunSpec, Trainer
from tests.app.doubles import make_session

LARGE = {"layers": [{"units": 32, "activation": {"kind": "tanh"}}] * 8, "samples": 4000}


def full(layers: int, samples: int, activation: str = "tanh") -> RunSpec:
    layer = LayerSpec(32, ACTIVATIONS[activation]())
    return RunSpec(layers=(layer,) * layers, samples=samples, batch_size=0)


@pytest.mark.parametrize("spec", [full(8, 4800), full(30, 1300, "gelu"), RunSpec(samples=5000)])
def test_the_bytes_of_a_minibatch_are_about_those_it_takes(spec):
    tracemalloc.start()
    try:
        trainer = Trainer(spec)
        trainer.run_steps(1)
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 1.3 * batch_bytes(spec) + 1_500_000


def test_small_minibatches_always_have_room():
    room = Room(0)
    for session in [make_session()[0] for _ in range(3)]:
        room.take(session, RunSpec(samples=5000))
    assert room.taken == 0


def test_a_session_that_wants_more_than_is_left_is_told_what_it_may_have():
    room = Room(1.5 * batch_bytes(full(8, 4800)))
    first, _, _ = make_session(full(8, 4800), room=room)
    second, _, _ = make_session(room=room)
    second.handle(Configure(changes=LARGE))
    with pytest.raises(RefusalError, match=r"expected at most .* MB.*batch size of \d+ or less"):
        second.handle(Configure(changes={"samples": 4800, "batch_size": 0}))
    assert (second.spec.samples, second.spec.batch_size) == (4000, 10)
    first.handle(Configure(changes={"batch_size": 10}))
    second.handle(Configure(changes={"samples": 4800, "batch_size": 0}))
    assert room.taken == batch_bytes(second.spec)


def test_what_an_undo_would_take_is_refused_and_can_be_taken_back_later():
    room = Room(1.5 * batch_bytes(full(8, 4800)))
    first, _, _ = make_session(full(8, 4800), room=room)
    first.handle(Configure(changes={"samples": 20}))
    second, _, _ = make_session(full(8, 4800), room=room)
    with pytest.raises(RefusalError, match="minibatches"):
        first.handle(Undo())
    assert first.spec.samples == 20
    second.handle(Configure(changes={"samples": 20}))
    first.handle(Undo())
    assert first.spec.samples == 4800


def test_a_session_that_has_gone_gives_back_what_it_had():
    room = Room(1e9)
    session, _, _ = make_session(full(8, 4800), room=room)
    assert room.taken > 0
    del session, _
    gc.collect()
    assert room.taken == 0
