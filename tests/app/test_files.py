"""Saving and loading in a session: whatever is lost, it is not the run that was there."""

import json

import numpy as np
import pytest

from app.protocol import (
    Configure,
    ErrorEvent,
    ExperimentEvent,
    HistoryEvent,
    Load,
    Play,
    Save,
    SavedEvent,
    StatusEvent,
    Undo,
)
from app.transport import RefusalError
from engine import LayerSpec, RunSpec, SpecError, Spiral, read_saved
from tests.app.doubles import make_session

SPEC = RunSpec(dataset=Spiral(), layers=(LayerSpec(5),), samples=100)


def saved(session, outbox, **fields):
    session.handle(Save(**fields))
    return outbox.of(SavedEvent)[-1]


def test_a_loaded_run_goes_on_to_the_bit():
    session, outbox, _ = make_session(SPEC)
    session.handle(Configure(view={"contours": True}))
    session.trainer.run_steps(33)
    session.training.changed()
    event = saved(session, outbox, id=7)
    assert (event.id, event.run, event.epoch) == (7, 1, session.trainer.epoch)

    other, heard, _ = make_session()
    other.handle(Load(text=event.text))
    assert other.spec == SPEC
    assert other.view.contours
    assert other.trainer.steps == 33
    assert heard.of(HistoryEvent)[-1].epoch == session.training.history.epochs
    runs = [one.trainer for one in (session, other)]
    for run in runs:
        run.run_steps(50)
    np.testing.assert_array_equal(runs[0].network.parameters, runs[1].network.parameters)


def test_saving_changes_nothing_and_may_leave_out_the_points():
    session, outbox, _ = make_session(SPEC)
    before = session.trainer.snapshot().to_bytes()
    with_points, without = saved(session, outbox), saved(session, outbox, data=False)
    assert session.trainer.snapshot().to_bytes() == before
    assert "data" in json.loads(with_points.text)
    assert "data" not in json.loads(without.text)
    assert not outbox.of(ExperimentEvent)


def test_a_load_can_be_undone_trained_weights_included():
    session, outbox, _ = make_session()
    session.trainer.run_steps(12)
    weights = session.trainer.network.parameters.tobytes()
    other, heard, _ = make_session(SPEC)
    session.handle(Load(text=saved(other, heard).text))
    assert session.spec == SPEC
    assert outbox.of(ExperimentEvent)[-1].can_undo
    session.handle(Undo())
    assert session.spec == RunSpec()
    assert session.trainer.network.parameters.tobytes() == weights


def test_what_plays_pauses_so_that_what_was_loaded_can_be_seen():
    session, outbox, _ = make_session()
    text = saved(session, outbox).text
    session.handle(Play())
    session.handle(Load(text=text))
    assert outbox.of(StatusEvent)[-1].state == "paused"


def test_a_file_comes_in_pieces():
    session, outbox, _ = make_session(SPEC)
    text = saved(session, outbox).text
    other, heard, _ = make_session()
    half = len(text) // 2
    other.handle(Load(text=text[:half], part=0, parts=2))
    assert not heard.of(ExperimentEvent)
    other.handle(Load(text=text[half:], part=1, parts=2))
    assert other.spec == SPEC
    with pytest.raises(RefusalError, match="Got piece 2 of 2"):
        other.handle(Load(text="", part=1, parts=2))


def test_an_experiment_without_a_run_starts_as_it_says():
    session, _, _ = make_session()
    session.handle(Load(text='{"weight_seed": "5", "samples": 60}'))
    assert (session.spec.weight_seed, session.spec.samples) == ("5", 60)
    assert session.trainer.epoch == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.update(version=9), "version: got 9"),
        (lambda data: data["layers"].pop(), "layers: got"),
        (lambda data: data["view"].update(hidden=3), "view.hidden: got 3"),
        (lambda data: data["view"].update(wide=True), "view.wide: got True, expected no field"),
    ],
)
def test_a_file_that_is_refused_changes_nothing(change, message):
    session, outbox, _ = make_session(SPEC)
    session.trainer.run_steps(9)
    data = json.loads(saved(session, outbox).text)
    change(data)
    before = session.trainer.snapshot().to_bytes()
    with pytest.raises(ValueError, match=message) as refused:
        session.handle(Load(text=json.dumps(data)))
    assert len(str(refused.value)) < 500
    assert session.trainer.snapshot().to_bytes() == before
    assert not session.can_undo
    assert not outbox.of(ErrorEvent)


def test_a_long_history_fits_a_session_that_keeps_less():
    session, outbox, _ = make_session(SPEC, history_points=500)
    for _ in range(300):
        session.trainer.run_epochs(1)
        session.training.changed()
    text = saved(session, outbox).text
    assert len(read_saved(text).history.epoch) == 301
    other, _, _ = make_session(history_points=100)
    other.handle(Load(text=text))
    epochs = other.training.history.epochs
    assert len(epochs) <= 100
    assert (epochs[0], other.training.history.stride) == (0, 4)


def test_a_file_that_is_no_file_is_refused_in_a_sentence():
    session, _, _ = make_session()
    with pytest.raises(SpecError, match="got no JSON"):
        session.handle(Load(text="PK\x03\x04"))
