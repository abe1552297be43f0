"""The scheduler: fair, frames first, nobody starves, and no work when there is none."""

import asyncio
import math
import weakref

import pytest

from app.queues import CREW, LONGEST_CREW, Entry, Ready
from app.scheduler import LEAST, URGENT, Scheduler
from tests.app.doubles import FakeClock

TICK, SLICE = 0.002, 0.001


class Worker:
    """A task that takes as long as it is told, of a clock that only it advances."""

    def __init__(
        self,
        clock,
        *,
        frame_cost=0.0003,
        step=0.0001,
        period=1 / 60,
        rate=math.inf,
        draws=True,
        draws_anyway=True,
        of_crew=None,
    ):
        self.clock = clock
        self.draws_anyway, self.changed = draws_anyway, True
        self.frame_cost, self.step, self.period, self.rate = frame_cost, step, period, rate
        self.trains, self.draws, self.urgent, self.broken = True, draws, False, False
        self.trained = 0.0
        self.of_crew: str | None = of_crew
        self.together: list[int] = []  # how many have trained together, each time
        self.frames: list[float] = []
        self.next_frame = clock()
        self.next_step = clock()
        self.failed: Exception | None = None

    def frame_due(self, now):
        if self.urgent:
            return URGENT
        return self.next_frame if self.draws and (self.changed or self.draws_anyway) else None

    def make_frame(self, now):
        if self.broken:
            raise ZeroDivisionError
        self.urgent = self.changed = False
        self.clock.advance(self.frame_cost)
        self.frames.append(self.clock())
        self.next_frame = now + self.period

    def training_due(self, now):
        return self.next_step if self.trains else None

    def train(self, seconds):
        if self.broken:
            raise ZeroDivisionError
        worked = 0.0
        self.changed = True
        while worked < seconds and self.next_step <= self.clock():
            self.clock.advance(self.step)
            worked += self.step
            self.next_step += self.step if self.rate == math.inf else 1 / self.rate
            self.next_step = max(self.next_step, self.clock() - 0.25)
            if self.rate == math.inf:
                self.next_step = self.clock()
        self.trained += worked

    def crew(self, now):
        return self.of_crew

    def train_with(self, mates):
        if any(worker.broken for worker in (self, *mates)):
            raise ZeroDivisionError
        together = (self, *mates)
        for worker in together:
            self.clock.advance(worker.step)
            worker.together.append(len(together))
        return [worker.step for worker in together]

    def fail(self, error):
        self.failed = error


def simulate(scheduler, clock, seconds):
    """Run ticks, jumping over the time in which nothing is due."""
    end = clock() + seconds
    while clock() < end:
        due = scheduler.tick()
        if due == math.inf:
            return
        if due > clock():
            clock.now = max(due, clock() + TICK)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def scheduler(clock):
    return Scheduler(clock, tick=TICK, slice_=SLICE)


def add(scheduler, clock, n, **options):
    workers = [Worker(clock, **options) for _ in range(n)]
    for worker in workers:
        scheduler.add(worker)
    return workers


def test_one_session_trains_nearly_all_the_time_at_its_full_frame_rate(scheduler, clock):
    (worker,) = add(scheduler, clock, 1)
    simulate(scheduler, clock, 2.0)
    assert worker.trained > 0.95 * 2.0
    assert 110 <= len(worker.frames) <= 121


def test_sessions_share_the_training_evenly(scheduler, clock):
    workers = add(scheduler, clock, 10)
    simulate(scheduler, clock, 2.0)
    shares = [worker.trained for worker in workers]
    assert max(shares) - min(shares) <= 2 * SLICE


def test_a_session_of_slow_steps_gets_no_more_time_than_the_others(scheduler, clock):
    quick = add(scheduler, clock, 3)
    (slow,) = add(scheduler, clock, 1, step=0.02)
    simulate(scheduler, clock, 4.0)
    for worker in quick:
        assert worker.trained == pytest.approx(slow.trained, abs=0.05)


def test_slices_that_take_much_longer_than_they_were_granted_are_counted(scheduler, clock):
    add(scheduler, clock, 2)
    simulate(scheduler, clock, 0.5)
    assert scheduler.overruns == 0
    add(scheduler, clock, 1, step=0.02)
    simulate(scheduler, clock, 0.5)
    assert scheduler.overruns > 5


def test_late_frames_have_four_fifths_of_an_overloaded_machine(scheduler, clock):
    workers = add(scheduler, clock, 20, frame_cost=0.002)  # 2.4 s of frames are asked for a second
    simulate(scheduler, clock, 2.0)
    drawn = sum(len(worker.frames) for worker in workers) * 0.002
    trained = sum(worker.trained for worker in workers)
    assert drawn == pytest.approx(1.6, abs=0.05)
    assert trained == pytest.approx(0.4, abs=0.05)
    counts = [len(worker.frames) for worker in workers]
    assert max(counts) - min(counts) <= 2
    assert min(counts) >= 30


def test_frames_that_come_often_enough_leave_half_of_the_machine_to_training(scheduler, clock):
    workers = add(scheduler, clock, 20, frame_cost=0.0007)  # 0.84 s of frames
    simulate(scheduler, clock, 2.0)
    assert sum(worker.trained for worker in workers) == pytest.approx(1.0, abs=0.1)
    assert min(len(worker.frames) for worker in workers) >= 2 * 30


def test_who_is_interrupted_by_another_program_does_not_wait_longer_for_its_turn(clock):
    away = [0.0]
    scheduler = Scheduler(clock, tick=TICK, slice_=SLICE, effort=lambda: clock() - away[0])
    others = add(scheduler, clock, 3)
    (interrupted,) = add(scheduler, clock, 1)
    train = interrupted.train

    def train_and_be_away(seconds):
        train(seconds)
        clock.advance(0.01)
        away[0] += 0.01

    interrupted.train = train_and_be_away
    simulate(scheduler, clock, 4.0)
    for worker in others:
        assert worker.trained == pytest.approx(interrupted.trained, abs=4 * SLICE)


def test_processor_time_is_asked_for_after_long_work_only(clock):
    asked = []

    def effort():
        asked.append(clock())
        return asked[-1]

    scheduler = Scheduler(clock, tick=TICK, slice_=SLICE, effort=effort)
    add(scheduler, clock, 50, frame_cost=0.0002)
    ticks = 100
    for _ in range(ticks):
        scheduler.tick()
    assert len(asked) == ticks


def test_a_page_that_has_drawn_is_asked_for_a_frame_and_not_for_training(scheduler, clock):
    (worker,) = add(scheduler, clock, 1)
    worker.draws = worker.trains = False
    scheduler.wake(worker)
    assert scheduler.tick() == math.inf
    worker.draws = worker.trains = True
    scheduler.drawn(worker)
    assert scheduler.tick() == worker.next_frame
    assert (len(worker.frames), worker.trained) == (1, 0.0)


@pytest.mark.parametrize(("number", "rate"), [(50, 30), (150, 20), (500, 6)])
def test_an_overloaded_machine_shows_equally_many_frames_and_epochs_of_each(
    scheduler, clock, number, rate
):
    workers = add(
        scheduler, clock, number, frame_cost=0.0002, step=8e-6, rate=3000, draws_anyway=False
    )
    simulate(scheduler, clock, 10.0)
    frames = [len(worker.frames) for worker in workers]
    trained = [worker.trained for worker in workers]
    assert min(frames) > 0.9 * max(frames)
    assert min(trained) > 0.9 * max(trained)
    assert min(frames) >= rate * 10


def test_the_frame_with_the_earliest_deadline_goes_first(scheduler, clock):
    late, early = add(scheduler, clock, 2)
    late.next_frame, early.next_frame = clock() - 0.001, clock() - 0.005
    for worker in (late, early):
        scheduler.wake(worker)
    scheduler.tick()
    assert early.frames[0] < late.frames[0]


def test_what_a_control_asked_for_goes_before_everything(scheduler, clock):
    workers = add(scheduler, clock, 30, frame_cost=0.002)
    simulate(scheduler, clock, 0.5)
    workers[17].urgent = True
    scheduler.wake(workers[17])
    before = clock()
    scheduler.tick()
    assert workers[17].frames[-1] == pytest.approx(before + 0.002)


def test_a_session_that_comes_late_has_no_claim_on_the_past(scheduler, clock):
    (first,) = add(scheduler, clock, 1)
    simulate(scheduler, clock, 1.0)
    (second,) = add(scheduler, clock, 1)
    before = first.trained
    simulate(scheduler, clock, 1.0)
    assert first.trained - before == pytest.approx(second.trained, abs=0.01)


def test_a_session_that_paused_has_no_claim_on_the_time_of_its_pause(scheduler, clock):
    first, second = add(scheduler, clock, 2)
    second.trains = False
    scheduler.wake(second)
    simulate(scheduler, clock, 1.0)
    second.trains, before = True, first.trained
    second.next_step = clock()
    scheduler.wake(second)
    simulate(scheduler, clock, 1.0)
    assert first.trained - before == pytest.approx(second.trained, abs=0.01)


def test_a_slow_speed_is_kept_beside_a_session_at_full_speed(scheduler, clock):
    add(scheduler, clock, 1)
    (paced,) = add(scheduler, clock, 1, rate=500.0)
    simulate(scheduler, clock, 2.0)
    assert paced.trained / paced.step == pytest.approx(1000, rel=0.02)


def test_nothing_due_means_sleeping_until_something_is(scheduler, clock):
    (worker,) = add(scheduler, clock, 1)
    worker.trains = False
    worker.next_frame = clock() + 5.0
    scheduler.wake(worker)
    assert scheduler.tick() == clock() + 5.0
    worker.draws = False
    scheduler.wake(worker)
    assert scheduler.tick() == math.inf
    assert (worker.frames, worker.trained) == ([], 0.0)


def test_a_task_that_fails_goes_alone(scheduler, clock, caplog):
    broken, sound = add(scheduler, clock, 2)
    broken.broken = True
    simulate(scheduler, clock, 0.1)
    assert isinstance(broken.failed, ZeroDivisionError)
    assert len(scheduler) == 1
    assert sound.frames
    assert "failed" in caplog.text


def crew(scheduler, clock, n, name, **options):
    return add(scheduler, clock, n, draws=False, of_crew=name, **options)


def test_tasks_of_one_crew_train_together_and_share_what_it_takes(scheduler, clock):
    workers = [*crew(scheduler, clock, 20, "wide"), *crew(scheduler, clock, 5, "deep")]
    simulate(scheduler, clock, 1.0)
    wide, deep = workers[:20], workers[20:]
    assert {n for worker in wide for n in worker.together} <= set(CREW)
    assert {n for worker in deep for n in worker.together} == {5}
    for group in (wide, deep):
        turns = [len(worker.together) for worker in group]
        assert min(turns) > 0.9 * max(turns) > 0


def test_of_large_networks_as_many_train_together_as_keep_nobody_waiting(scheduler, clock):
    small, large = crew(scheduler, clock, 40, "s"), crew(scheduler, clock, 40, "l", step=9e-4)
    simulate(scheduler, clock, 1.0)
    assert {worker.together[-1] for worker in small} == {CREW.stop - 1}
    assert {worker.together[-1] for worker in large} == {int(LONGEST_CREW / 9e-4)}


def test_a_crew_whose_training_takes_no_time_by_the_clock_is_as_large_as_any():
    ready, entry = Ready(), Entry(Worker(FakeClock(), of_crew="c"), usual=0.0)
    for _ in range(50):
        mate = Entry(Worker(FakeClock(), of_crew="c"), crew="c")
        ready.put(mate, 0.0)
    assert len(ready.mates(entry, 0.0, LEAST)) == CREW.stop - 2


def test_small_and_large_networks_of_one_crew_keep_nobody_waiting_for_longer(scheduler, clock):
    small, large = crew(scheduler, clock, 60, "c"), crew(scheduler, clock, 20, "c", step=9e-4)
    simulate(scheduler, clock, 0.2)  # until it is known what each takes
    longest, train = 0.0, Worker.train_with

    def train_with(worker, mates):
        nonlocal longest
        spent = train(worker, mates)
        longest = max(longest, sum(spent))
        return spent

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Worker, "train_with", train_with)
        simulate(scheduler, clock, 1.0)
    assert 0.5 * LONGEST_CREW < longest < 1.2 * LONGEST_CREW
    turns = [len(worker.together) for worker in (*small, *large)]
    assert min(turns) > 0.8 * max(turns)


def test_who_waits_in_a_crew_that_it_has_left_keeps_the_others_from_nothing():
    clock, ready = FakeClock(), Ready()
    ready.put(Entry(Worker(clock, of_crew=None), crew="c", usual=1e3), 0.0)
    for _ in range(5):
        ready.put(Entry(Worker(clock, of_crew="c"), crew="c"), 1.0)
    assert len(ready.mates(Entry(Worker(clock, of_crew="c")), 0.0, LEAST)) == 5


def test_a_crew_uses_no_more_time_than_those_who_train_alone(scheduler, clock):
    together = crew(scheduler, clock, 8, "crew")
    (alone,) = add(scheduler, clock, 1)
    simulate(scheduler, clock, 2.0)
    used = sum(len(worker.together) * worker.step for worker in together)
    assert used / 8 == pytest.approx(alone.trained, rel=0.1)


def test_in_a_crowd_who_trains_alone_has_as_many_turns_as_a_crew(scheduler, clock):
    together = crew(scheduler, clock, 100, "crew")
    alone = add(scheduler, clock, 5, draws=False, step=3e-4)  # an epoch of its own takes longer
    simulate(scheduler, clock, 2.0)
    turns = [len(worker.together) for worker in together]
    turns += [round(worker.trained / worker.step) for worker in alone]
    assert min(turns) > 0.8 * max(turns)


def test_who_had_long_slices_before_a_crowd_came_does_not_wait_for_them_to_be_short(
    scheduler, clock
):
    """Each has had one of its long slices, and none is to wait for a dozen rounds of short ones."""
    before = add(scheduler, clock, 4)
    simulate(scheduler, clock, 1.0)
    step = 1e-4  # longer than a slice in such a crowd, so that one is a turn
    crowd = add(scheduler, clock, 300, step=step)
    scheduler.tick()
    had = [worker.trained for worker in before]
    rounds = 0
    while any(worker.trained == past for worker, past in zip(before, had, strict=True)):
        simulate(scheduler, clock, 0.05)
        rounds = max(worker.trained / step for worker in crowd)
    assert rounds < 8


def test_too_few_for_a_crew_train_alone(scheduler, clock):
    workers = crew(scheduler, clock, 3, "small")
    simulate(scheduler, clock, 0.5)
    assert all(worker.trained and not worker.together for worker in workers)


def test_who_has_left_the_crew_meanwhile_trains_alone(scheduler, clock):
    workers = crew(scheduler, clock, 6, "crew")
    workers[3].of_crew = None  # and nobody is told
    simulate(scheduler, clock, 0.5)
    assert workers[3].trained
    assert not workers[3].together
    assert {n for worker in workers for n in worker.together} == {5}


def test_of_a_crew_that_fails_only_the_one_that_cannot_go_on_ends(scheduler, clock, caplog):
    workers = crew(scheduler, clock, 6, "crew")
    workers[2].broken = True
    simulate(scheduler, clock, 0.5)
    assert "could not be trained together" in caplog.text
    assert [worker.failed is not None for worker in workers] == [i == 2 for i in range(6)]
    assert {n for worker in workers for n in worker.together} == {5}


def test_a_task_that_has_gone_is_not_kept(scheduler, clock):
    add(scheduler, clock, 3)
    gone = Worker(clock)
    kept = weakref.ref(gone)
    scheduler.add(gone)
    simulate(scheduler, clock, 0.1)
    scheduler.remove(gone)
    del gone
    assert kept() is None
    simulate(scheduler, clock, 0.1)


@pytest.mark.timed
def test_an_idle_scheduler_does_not_run_until_it_is_woken():
    async def scenario():
        loop = asyncio.get_running_loop()
        scheduler = Scheduler(loop.time, tick=TICK, slice_=SLICE)
        looks = 0

        class Watched(Worker):
            def frame_due(self, now):
                nonlocal looks
                looks += 1
                return super().frame_due(now)

        worker = Watched(FakeClock())
        worker.trains = worker.draws = False
        scheduler.add(worker)
        running = asyncio.create_task(scheduler.run())
        await asyncio.sleep(0.05)
        idle = looks
        worker.urgent = True
        scheduler.wake(worker)
        await asyncio.sleep(0.01)
        running.cancel()
        return idle, worker.frames

    idle, frames = asyncio.run(scenario())
    assert idle <= 2
    assert len(frames) == 1


def test_the_loop_goes_on_between_two_ticks_of_a_busy_scheduler(scheduler, clock):
    add(scheduler, clock, 1)
    start = clock()

    async def scenario():
        running = asyncio.create_task(scheduler.run())
        for _ in range(60):
            await asyncio.sleep(0)
        running.cancel()

    asyncio.run(scenario())
    assert clock() - start == pytest.approx(20 * TICK, rel=0.2)  # three turns to a tick
