"""The transport: whether a session plays, how fast, and when it stops by itself.

    state       play      pause     step      restart   diverge   arrive
    paused      playing   paused    paused    paused    diverged  refused
    playing     playing   paused    paused    playing   diverged  paused
    diverged    refused   diverged  refused   paused    refused   refused

`restart` is what every reset and rebuild does, `arrive` that a stop condition has been met.
"""

import math
from dataclasses import dataclass
from typing import Literal

from app.pace import Meter, Pace
from app.protocol import START_SPEED
from engine.text import Text

State = Literal["paused", "playing", "diverged"]
Action = Literal["play", "pause", "step", "restart", "diverge", "arrive"]

_NEXT: dict[tuple[State, Action], State] = {
    ("paused", "play"): "playing",
    ("paused", "pause"): "paused",
    ("paused", "step"): "paused",
    ("paused", "restart"): "paused",
    ("paused", "diverge"): "diverged",
    ("playing", "play"): "playing",
    ("playing", "pause"): "paused",
    ("playing", "step"): "paused",
    ("playing", "restart"): "playing",
    ("playing", "diverge"): "diverged",
    ("playing", "arrive"): "paused",
    ("diverged", "pause"): "diverged",
    ("diverged", "restart"): "paused",
}


class RefusalError(ValueError):
    """A command that cannot be followed now; the sentence says why and what to do instead."""


@dataclass
class Conditions:
    """When to pause. Each fires when it becomes true, and not again while it stays so: after that
    Play goes on, and after a reset it holds again."""

    epoch: int | None = None
    test_loss: float | None = None
    below: bool = False
    """Whether the test loss is below its value already."""

    def steps_left(self, epoch: int, step_in_epoch: int, epoch_steps: int) -> float:
        """Minibatches until the epoch of the condition, infinite when none is ahead."""
        if self.epoch is None or epoch >= self.epoch:
            return math.inf
        return (self.epoch - epoch) * epoch_steps - step_in_epoch

    def falls_below(self, test_loss: float | None) -> bool:
        """Whether the test loss has just come below its value."""
        if self.test_loss is None:
            return False
        before, self.below = self.below, test_loss is not None and test_loss < self.test_loss
        return self.below and not before


class Transport:
    """State, speed, what is owed, and the speed that was really reached."""

    def __init__(self) -> None:
        self.state: State = "paused"
        self.speed: float | None = START_SPEED
        """Epochs per second asked for; None is as many as possible."""
        self.until = Conditions()
        self.pace = Pace()
        self.meter = Meter()

    @property
    def playing(self) -> bool:
        """Whether time makes it train."""
        return self.state == "playing"

    def go(self, action: Action, now: float) -> bool:
        """Follow an action; whether the state is another one now.

        Raises:
            RefusalError: the state does not allow it.
        """
        before = self.state
        try:
            self.state = _NEXT[before, action]
        except KeyError:
            raise RefusalError(
                Text(
                    "Cannot {action} while {state}. Reset the network, or undo the last"
                    " change; a smaller learning rate keeps it from diverging again.",
                    action=Text(action),
                    state=Text(before),
                )
            ) from None
        if self.playing and (before != "playing" or action == "restart"):
            self.resume(now)
        return self.state != before

    def resume(self, now: float) -> None:
        """Owe from now on only, whatever time has passed."""
        self.pace.start(now)
        self.meter.reset(now)

    def fit(self, epoch_steps: int) -> None:
        """Owe minibatches for the speed in epochs: one has this many of them now."""
        self.pace.rate = None if self.speed is None else self.speed * epoch_steps
