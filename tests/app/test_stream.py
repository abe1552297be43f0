"""The frames of a session come in time, at once after a control, and never without credit."""

import pytest

from app.frames import FrameMaker
from app.protocol import Edit, Focus, Pause, Play, Reset
from app.resolution import LATE, Resolution
from app.scheduler import URGENT
from app.settings import Settings
from app.stream import CONTROL_PAUSE, MADE_UP, MADE_UP_FOR_PAGE, Stream
from tests.app.doubles import Frame, make_session

PERIOD = 1 / 60


class Channel:
    """A stream with a session, whose frames are taken at once and acknowledged on demand."""

    def __init__(self):
        self.session, _, self.clock = make_session()
        self.sent: list[Frame] = []
        settings = Settings(output_side=16, unit_side=10, coarse_output_side=8, coarse_unit_side=8)
        self.resolution = Resolution(settings, self.clock)
        self.stream = Stream(
            self.session,
            FrameMaker(),
            resolution=self.resolution,
            frame_rate=60,
            most_in_flight=2,
            send=self._take,
            on_failure=lambda: None,
        )

    def _take(self, data):
        self.sent.append(Frame.of(data))
        self.stream.blocked = False

    @property
    def due(self):
        return self.stream.frame_due(self.clock())

    def draw(self):
        """Make the frame that is due, and acknowledge it."""
        self.stream.make_frame(self.clock())
        assert self.stream.acknowledge(self.sent[-1].header["seq"])

    def change(self):
        """What training does."""
        self.session.training.changes += 1


@pytest.fixture
def channel():
    channel = Channel()
    channel.draw()
    channel.clock.advance(1.0)
    return channel


def test_without_a_change_there_is_no_frame(channel):
    assert channel.due is None


def test_a_change_is_shown_when_the_next_frame_is_due(channel):
    channel.clock.now = 200.0
    channel.session.handle(Play())  # begins a new beat
    channel.draw()
    channel.change()
    assert channel.due == pytest.approx(200.0 + PERIOD, abs=1e-6)


def test_frames_keep_their_rate_when_each_is_a_little_late(channel):
    channel.change()
    channel.draw()
    start = channel.clock()
    for _ in range(60):
        channel.change()
        channel.clock.now = channel.due + 0.003
        channel.draw()
    assert channel.clock() - start == pytest.approx(1.0, abs=0.01)


def test_frames_keep_their_rate_when_the_page_draws_some_late(channel):
    """Two are always under way, and every third time the older one is drawn late."""
    began = channel.clock()
    for number in range(60):
        channel.change()
        if channel.stream.maker.ring.in_flight == 2:
            assert channel.due is None
            late = 0.7 * MADE_UP_FOR_PAGE if number % 3 == 0 else -0.001
            channel.clock.now = max(channel.clock(), channel.stream._next + late)
            channel.stream.acknowledge(channel.stream.maker.ring.seq - 1)
        channel.clock.now = max(channel.clock(), channel.due)
        channel.stream.make_frame(channel.clock())
    assert channel.clock() - began == pytest.approx(59 * PERIOD, abs=PERIOD)


def test_a_frame_that_is_very_late_is_not_made_up_for(channel):
    channel.change()
    channel.draw()
    channel.change()
    channel.clock.advance(5.0)
    channel.draw()
    channel.change()
    assert channel.due == pytest.approx(channel.clock() + PERIOD, abs=MADE_UP + 1e-6)


def test_frames_come_in_the_middle_between_two_animation_frames_of_the_page(channel):
    """Whatever the phase of the page's display is, and though its period is a little longer."""
    period = PERIOD * 1.001
    for offset in (0.0, 0.3, 0.6, 0.9):
        channel.clock.advance(1.0)
        channel.change()
        channel.draw()
        shown = channel.clock() + offset * PERIOD
        for _ in range(120):
            channel.change()
            channel.clock.now = came = channel.due
            channel.stream.make_frame(came)
            while shown < came:
                shown += period
            channel.clock.now = shown
            early = round(1000 * (shown - came - period / 2))
            assert channel.stream.acknowledge(channel.sent[-1].header["seq"], early)
        assert abs(early) <= 1


def test_a_page_cannot_hold_its_frames_back_by_what_it_says_of_them(channel):
    channel.change()
    channel.draw()
    due = channel.due
    channel.stream.make_frame(due)
    for early in (99, -99):
        channel.stream.acknowledge(channel.sent[-1].header["seq"])
        channel.change()
        channel.stream.make_frame(channel.due)
        channel.change()
        before = channel.due
        channel.stream.acknowledge(channel.sent[-1].header["seq"], early)
        assert 0 < abs(channel.due - before) <= PERIOD / 20
        moved = channel.due
        assert not channel.stream.acknowledge(channel.sent[-1].header["seq"], early)  # once more
        assert channel.due == moved


def test_a_control_is_shown_at_once_but_not_more_often_than_can_be_seen(channel):
    channel.session.handle(Edit(layer=0, to=0, value=1.0))
    assert channel.due == URGENT
    channel.draw()
    channel.clock.advance(0.004)
    channel.session.handle(Edit(layer=0, to=0, value=2.0))
    assert channel.due == pytest.approx(channel.clock() + CONTROL_PAUSE - 0.004)
    channel.clock.advance(CONTROL_PAUSE)
    assert channel.due == URGENT


def test_a_control_right_after_a_regular_frame_is_shown_at_once(channel):
    channel.change()
    channel.draw()
    channel.session.handle(Play())
    assert channel.due == URGENT


def test_without_credit_there_is_no_frame(channel):
    for _ in range(2):
        channel.change()
        channel.clock.advance(1.0)
        channel.stream.make_frame(channel.clock())
    channel.change()
    channel.session.handle(Play())
    assert channel.due is None
    channel.stream.acknowledge(2)
    assert channel.due == URGENT


def test_while_the_socket_is_busy_there_is_no_frame(channel):
    channel.change()
    channel.stream.blocked = True
    assert channel.due is None


def test_another_run_gives_back_the_credit_of_frames_that_the_page_drops(channel):
    for _ in range(2):
        channel.change()
        channel.clock.advance(1.0)
        channel.stream.make_frame(channel.clock())
    channel.session.handle(Reset())
    assert channel.due == URGENT
    channel.draw()
    assert channel.sent[-1].header["base"] == 0
    assert not channel.stream.acknowledge(2)


def test_a_session_in_a_crowd_has_coarse_maps_until_it_rests():
    channel = Channel()
    channel.resolution.adapt(watched=1000, delay=2 * LATE)
    for command, side in ((Play(), 8), (Focus(layer=0, unit=1), 16), (Focus(), 8), (Pause(), 16)):
        channel.session.handle(command)
        channel.clock.advance(1.0)
        channel.draw()
        assert channel.sent[-1].header["side"] == side
