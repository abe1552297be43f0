"""Diagnostics come while they are watched, at their own rate, and cost nothing otherwise."""

import pytest

from app.protocol import Configure, DiagnosticEvent, Play, Reset, Revive, Undo
from app.watching import INTERVAL, SHARE, Watching
from engine.diagnostics import DIAGNOSTICS
from engine.fields import SpecError
from tests.app.doubles import make_session

HEALTH = {"kind": "layer_health"}


class Page:
    """A session and what its page has heard of its diagnostics."""

    def __init__(self):
        self.session, _, self.clock = make_session()
        self.heard: list[DiagnosticEvent] = []
        self.watching = Watching(self.session, clock=self.clock, tell=self.heard.append)

    def look(self):
        due = self.watching.due()
        if due is not None and due <= self.clock():
            self.watching.measure(self.clock())

    def change(self):
        """What training does."""
        self.session.training.changes += 1


@pytest.fixture
def page():
    return Page()


def test_nothing_is_due_while_nothing_is_watched(page):
    page.change()
    assert page.watching.due() is None
    page.watching.measure(page.clock())
    assert page.heard == []


def test_what_is_watched_comes_at_once_and_then_only_when_something_changed(page):
    page.watching.watch([HEALTH])
    page.look()
    (event,) = page.heard
    assert event.diagnostic == HEALTH
    assert event.run == page.session.run
    assert event.epoch == 0
    page.clock.advance(10)
    assert page.watching.due() is None
    page.change()
    page.look()
    assert len(page.heard) == 2


def test_a_diagnostic_comes_at_most_five_times_a_second(page):
    page.watching.watch([HEALTH])
    page.session.handle(Play())
    for _ in range(100):
        page.change()
        page.look()
        page.clock.advance(0.01)
    assert len(page.heard) == pytest.approx(1.0 / INTERVAL, abs=1)


def test_a_slow_diagnostic_takes_no_more_than_its_share(page, monkeypatch):
    def slow(self, trainer):
        page.clock.advance(0.1)
        return {}

    monkeypatch.setattr(DIAGNOSTICS["layer_health"], "look", slow)
    page.watching.watch([HEALTH])
    start = page.clock()
    for _ in range(1000):
        page.change()
        page.look()
        page.clock.advance(0.01)
    share = 0.1 * len(page.heard) / (page.clock() - start)
    assert share == pytest.approx(SHARE, abs=0.03)


class InPieces:
    """A measurement of ten pieces, of as many seconds each."""

    def __init__(self, clock, seconds):
        self.clock, self.seconds, self.done, self.closed = clock, seconds, 0, False

    def work(self, diagnostic, trainer):
        try:
            for _ in range(9):
                self.done += 1
                self.clock.advance(self.seconds)
                yield
        finally:
            self.closed = True
        return {"pieces": self.done}


@pytest.fixture
def pieces(page, monkeypatch):
    made = InPieces(page.clock, 0.002)
    monkeypatch.setattr(
        DIAGNOSTICS["layer_health"], "work", lambda self, trainer: made.work(self, trainer)
    )
    page.watching.watch([HEALTH])
    return made


def test_a_long_measurement_is_made_piece_by_piece(page, pieces):
    for done in range(1, 10):
        page.watching.measure(page.clock())
        assert (pieces.done, page.heard) == (done, [])
        assert page.watching.due() <= page.clock()  # nothing else to do: at once
    page.watching.measure(page.clock())
    assert [event.data for event in page.heard] == [{"pieces": 9}]
    assert page.watching.due() is None


def test_the_pieces_leave_training_its_time(page, pieces):
    page.session.handle(Play())
    start = page.clock()
    while not page.heard:
        page.watching.measure(page.clock())
        page.clock.advance(0.001)
    assert 9 * pieces.seconds / (page.clock() - start) == pytest.approx(SHARE, abs=0.03)


@pytest.mark.parametrize("ends", ["another run", "nobody watches"])
def test_a_measurement_that_nobody_waits_for_any_more_is_given_up(page, pieces, ends):
    page.watching.measure(page.clock())
    if ends == "another run":
        page.session.handle(Reset())
    else:
        page.watching.watch([])
    page.watching.due()
    assert pieces.closed
    assert page.heard == []


def test_what_shows_the_start_is_measured_again_only_when_the_experiment_changes(page):
    page.watching.watch([{"kind": "initialization"}])
    page.look()
    page.clock.advance(10)
    page.change()
    page.look()
    assert len(page.heard) == 1
    page.session.handle(Configure(changes={"weight_seed": "other"}))
    page.look()
    assert len(page.heard) == 2


def test_a_control_is_looked_at_soon(page):
    page.watching.watch([HEALTH])
    page.look()
    page.clock.advance(0.06)
    page.session.handle(Configure(changes={"learning_rate": 0.1}))
    page.look()
    assert len(page.heard) == 2


def test_an_unknown_diagnostic_is_refused_with_the_ones_there_are(page):
    page.watching.watch([HEALTH])
    with pytest.raises(SpecError, match="layer_health"):
        page.watching.watch([{"kind": "mood"}])
    page.look()
    assert len(page.heard) == 1


@pytest.mark.parametrize("kind", DIAGNOSTICS.kinds)
def test_every_diagnostic_can_be_watched_and_sent(page, kind):
    page.watching.watch([{"kind": kind}])
    page.look()
    (event,) = page.heard
    event.model_dump_json()


def test_a_dead_unit_is_revived_and_that_can_be_undone(page):
    trainer = page.session.trainer
    trainer.network.weights[0][1] = 0.0
    before = trainer.network.parameters.copy()
    page.session.handle(Revive(layer=0, unit=1))
    assert trainer.network.weights[0][1].any()
    page.session.handle(Undo())
    assert (page.session.trainer.network.parameters == before).all()


def test_the_cost_of_an_activation_is_timed_once_and_sent_each_time(page, monkeypatch):
    timed = []

    def timing(self, trainer, clock):
        timed.append(self.subject(trainer))
        return {"nanoseconds": {}}

    monkeypatch.setattr(DIAGNOSTICS["activation_function"], "timing", timing)
    page.watching.watch([{"kind": "activation_function"}])
    for _ in range(3):
        page.change()
        page.look()
        page.clock.advance(1.0)
    assert len(page.heard) == 3
    assert all("nanoseconds" in event.data for event in page.heard)
    assert len(timed) == 1
