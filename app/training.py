"""The training of a session: a trainer under a transport, in slices of time."""

from collections.abc import Callable, Sequence

from app import events
from app.history import History
from app.protocol import AnyEvent, Notice, NoticeEvent
from app.queues import SHORT
from app.transport import Action, Conditions, RefusalError, Transport
from engine import compiled
from engine.deaths import Death, Deaths
from engine.evaluation import Evaluation
from engine.stack import Stack, Workspaces, shape
from engine.text import Text
from engine.trainer import Trainer

STEP_AT_ONCE = 0.004
"""Seconds that the command Step trains by itself; the rest of a long epoch is scheduled."""

LONGEST_TOGETHER = SHORT
"""Seconds that an epoch may take, alone, to be trained as a whole, or together with others' who all
wait for its end. As no such turn counts more than another, all have equally many epochs."""

RECENT = 0.25
"""Seconds for which the losses of an epoch's end are good enough for frames within the next one;
in a crowd, as many at least are between two evaluations of a session."""

LARGE_CREW = 16
"""Sessions that have trained together so many hardly train alone next."""

COMPILED = "compiled"
"""The crew of all sessions, whatever their networks, where steps are compiled."""

WORKSPACES = Workspaces()
"""In which the crews of this process train, one after the other."""


class Training:
    """Trains when the transport says so, looks at the network where it must, and tells of it."""

    def __init__(
        self,
        trainer: Trainer,
        history: History,
        *,
        clock: Callable[[], float],
        tell: Callable[[AnyEvent], None],
        exact_rate: float,
        on_deaths: Callable[[Sequence[Death]], None],
    ) -> None:
        self.trainer = trainer
        self.deaths = Deaths()
        self.history = history
        self.transport = Transport()
        self.epoch_steps = 1
        """Minibatches of one epoch."""
        self.changes = 0
        """Raised by everything that a frame shows."""
        self.controls = 0
        """Raised by everything that a frame should show at once, as a control asked for it."""
        self.in_crowd = False
        """Whether this is one of more sessions than can be shown smoothly."""
        self._clock = clock
        self._tell = tell
        self._on_deaths = on_deaths
        self._exact_rate = exact_rate  # epochs per second up to which each is evaluated at its end
        self._goal: int | None = None  # the epoch that Step trains to
        self._shape: str | None = None  # of the network and its minibatches, for `crew`
        self._evaluation: Evaluation | None = None  # of the network as it is
        self._recent: Evaluation | None = None  # of this network, before its last steps
        self._evaluated_at = 0.0
        self._fit()
        self.evaluate()

    @property
    def rate(self) -> float:
        """Epochs per second, measured; 0 when not playing."""
        return self.transport.meter.rate / self.epoch_steps if self.transport.playing else 0.0

    def evaluate(self) -> Evaluation:
        """Losses and metrics of the network as it is now; computed once, and kept as history."""
        if self._evaluation is None:
            self._evaluation = self._recent = self.trainer.evaluate()
            self._evaluated_at = self._clock()
            loss = self._evaluation.loss
            self.history.record(self.trainer.epoch, loss.train, loss.test)
            if self.deaths.look(self.trainer):
                self._on_deaths(self.deaths.now)
            if self.trainer.divergence is not None and self.transport.state != "diverged":
                self.go("diverge")
        return self._evaluation

    def evaluation(self) -> Evaluation:
        """Losses and metrics for a frame. Where each epoch's end is looked at, those of a moment
        ago will do: an evaluation costs as much as a third of an epoch.
        """
        recent = self._recent
        if recent is None or not self.transport.playing or not self._every_epoch:
            return self.evaluate()
        return recent if self._clock() - self._evaluated_at < RECENT else self.evaluate()

    # --- when and how much ------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether there is training to do: it plays, or a step is not yet done."""
        return self.transport.playing or self._goal is not None

    def due(self, now: float) -> float | None:
        """When the next minibatch is owed, None when there is nothing to do."""
        if self._goal is not None:
            return now
        return self.transport.pace.due(now) if self.transport.playing else None

    def train(self, seconds: float) -> None:
        """Train for about that long, but no more than is owed and not past a stop condition.

        While epochs are slow, to the end of one at least, or for `LONGEST_TOGETHER`.
        """
        now, pace = self._clock(), self.transport.pace
        end = latest = now + seconds
        if self._every_epoch and not self._short:
            latest = max(end, now + LONGEST_TOGETHER)
        while self.busy and (now < end or (now < latest and self.trainer.step_in_epoch)):
            to_look = self._steps_to_look()
            whole = self._every_epoch and self._short
            steps = to_look if whole else min(pace.fit(latest - now), to_look)
            if self._goal is None:
                steps = min(steps, pace.owed(now))
            if steps < 1:
                return
            done = self.trainer.run_steps(int(steps))
            before, now = now, self._clock()
            self._trained(done, now, spent=now - before)

    def crew(self, now: float) -> str | None:
        """What trainings have in common that can train their next epoch together (and owe all of
        it), None for one that trains by itself.
        """
        if self._goal is not None or not self.transport.playing or self.trainer.offset:
            return None
        if not self._short or self.transport.pace.owed(now) < self.epoch_steps:
            return None
        return COMPILED if compiled.available() else self._shape

    def train_with(self, mates: "Sequence[Training]") -> Sequence[float]:
        """Train an epoch, and one of each of these, of the same crew: a step of many small networks
        costs little more than a step of one (`bench/stack.py`). Compiled, it costs as much, but
        one after the other they are still faster than each with something else in between.

        Returns the seconds that each took.
        """
        crew = (self, *mates)
        if compiled.available():
            return [each._train_epoch() for each in crew]
        steps, start = [each.trainer.steps for each in crew], self._clock()
        trainers = (each.trainer for each in crew)
        Stack(trainers, workspaces=WORKSPACES, alike=True).run_epochs(1)
        now = self._clock()
        spent = (now - start) / len(crew)
        for each, before in zip(crew, steps, strict=True):
            if len(crew) >= LARGE_CREW:
                each.trainer.forget_calls()
            each._trained(each.trainer.steps - before, now, spent=spent)
        return [spent] * len(crew)

    def _train_epoch(self) -> float:
        """Seconds that it took."""
        before = self._clock()
        done = self.trainer.run_epochs(1)
        now = self._clock()
        self._trained(done, now, spent=now - before)
        return now - before

    def _trained(self, steps: int, now: float, *, spent: float) -> None:
        """`steps` minibatches are done, which took so many seconds."""
        self.changes += 1
        self._evaluation = None
        self.transport.pace.done(steps, spent)
        self.transport.meter.add(now, steps)
        self._look()

    @property
    def _every_epoch(self) -> bool:
        """Whether each epoch's end is looked at: for a condition, or because they are slow."""
        return self.rate <= self._exact_rate or self.transport.until.test_loss is not None

    @property
    def _may_wait(self) -> bool:
        """Whether the end of an epoch need not be looked at, in a crowd."""
        if not self.in_crowd or self.transport.until.test_loss is not None:
            return False
        return self._clock() - self._evaluated_at < RECENT

    @property
    def _short(self) -> bool:
        """Whether an epoch takes so little time, alone, that it is trained as a whole."""
        return self.transport.pace.cost(self.epoch_steps) <= LONGEST_TOGETHER

    def _steps_to_look(self) -> float:
        """Minibatches up to where the network is looked at, whatever the frames do."""
        trainer = self.trainer
        if self._every_epoch:  # so an epoch that is waited for is not missed either
            return max(1, self.epoch_steps - trainer.step_in_epoch)
        until = self.transport.until
        return max(1, until.steps_left(trainer.epoch, trainer.step_in_epoch, self.epoch_steps))

    def _look(self) -> None:
        """See whether training has come to a point where something happens."""
        trainer, until = self.trainer, self.transport.until
        if trainer.divergence is not None:
            self.go("diverge")
        elif trainer.step_in_epoch == 0:
            if self._goal is not None and trainer.epoch >= self._goal:
                self._goal = None
                self.show_at_once()
            if self._every_epoch and not self._may_wait:
                test_loss = self.evaluate().loss.test
                if until.falls_below(test_loss):
                    text = Text(
                        "The test loss, {loss:.4g}, is below {limit:g}: paused.",
                        loss=test_loss,
                        limit=until.test_loss,
                    )
                    self._arrive(Notice(code="until_test_loss", text=text))
            if trainer.epoch == until.epoch:
                text = Text("Epoch {epoch} is reached: paused.", epoch=until.epoch)
                self._arrive(Notice(code="until_epoch", text=text))

    def _arrive(self, notice: Notice) -> None:
        if self.transport.playing:
            self.go("arrive")
            self._tell(NoticeEvent(notices=[notice]))

    # --- controls ---------------------------------------------------------------------------------

    def go(self, action: Action) -> None:
        """Follow an action of the transport, and tell when that makes another state."""
        self._goal = None
        if self.transport.go(action, self._clock()):
            self.show_at_once()
            self.tell_status()

    def tell_status(self) -> None:
        """Tell how the transport is set."""
        self._tell(events.status(self))

    def show_at_once(self) -> None:
        """Something has changed that a control asked for."""
        self.changes += 1
        self.controls += 1

    def step(self, epochs: int = 1) -> None:
        """Pause, and train to the next epoch boundary, or so many; further when it is still on its
        way."""
        goal = (self.trainer.epoch if self._goal is None else self._goal) + epochs
        self.go("step")
        self._goal = goal
        self.train(STEP_AT_ONCE)

    def set_speed(self, epochs_per_second: float | None) -> None:
        """Train at that many epochs per second, None for as many as possible."""
        self.transport.speed = epochs_per_second
        self._fit()

    def set_conditions(self, epoch: int | None, test_loss: float | None) -> None:
        """Pause at an epoch, or below a test loss.

        Raises:
            RefusalError: the epoch is past.
        """
        now = self.trainer.epoch
        if epoch is not None and epoch <= now:
            raise RefusalError(
                Text(
                    "Got epoch {epoch}, but this is {now}; choose a later one.",
                    epoch=epoch,
                    now=now,
                )
            )
        self.transport.until = Conditions(epoch, test_loss)
        self.transport.until.falls_below(self.evaluate().loss.test)

    # --- changes of the network -------------------------------------------------------------------

    def _fit(self) -> None:
        """Speed is in epochs; these have another number of minibatches now, perhaps."""
        before, self._shape = self._shape, shape(self.trainer)
        self.epoch_steps = max(1, self.trainer.steps_per_epoch)
        self.transport.fit(self.epoch_steps)
        if self._shape is None or self._shape != before:
            self.transport.pace.forget_cost()  # otherwise it goes on with its crew at once

    def changed(self) -> None:
        """The trainer goes on with another optimizer, rate, weight, ...: even what had diverged."""
        self._evaluation = self._recent = None
        self._fit()
        if self.transport.state == "diverged":
            self.go("restart")
        loss = self.evaluate().loss
        self.history.amend(self.trainer.epoch, loss.train, loss.test)
        self.show_at_once()

    def install(self, trainer: Trainer, history: History, *, amended: bool = False) -> None:
        """Go on with another trainer: playing when it was playing. An amended history is that of
        the network on other data: its last point is put right.
        """
        self.trainer, self.history = trainer, history
        self.deaths = Deaths()
        self._evaluation = self._recent = None
        self._fit()
        self.go("restart")
        if trainer.divergence is not None:
            self.go("diverge")
        self.transport.until.below = False
        loss = self.evaluate().loss
        if amended:
            self.history.amend(self.trainer.epoch, loss.train, loss.test)
        self.transport.until.falls_below(loss.test)
        self.show_at_once()
