"""Answers: what a request is told of a session, and what it may say, as JSON.

The experiment, the transport and the history are the events of the protocol, as a page gets them.
What is large is written at once from plain lists: a model of so many numbers would only be checked.
"""

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args

import numpy as np
from pydantic import Field
from pydantic_core import to_json

from app import events, protocol
from app.frames import label_column
from app.protocol import (
    LONGEST_HASH,
    AnyCommand,
    AnyEvent,
    ExperimentEvent,
    Message,
    Notice,
    Pair,
    StatusEvent,
)
from app.session import SCRATCH, Session
from app.translation import ENGLISH, speech
from engine.data import Split
from engine.grids import Grids

OF_PAGES = (protocol.Hello, protocol.Ack, protocol.Ping, protocol.Watch)
"""Commands that mean something on a websocket alone."""
IN_STATE = ("experiment", "status", "history", "deaths")
"""Events whose content is in the answer, or at an address of its own."""
MOST_COMMANDS = 100
LARGEST_MAP = 100

if TYPE_CHECKING:
    SessionCommand = AnyCommand
else:
    SessionCommand = Annotated[
        Union[*(command for command in get_args(AnyCommand) if command not in OF_PAGES)],
        Field(discriminator="type"),
    ]


class Commands(Message):
    """What a session is to do."""

    commands: list[SessionCommand] = Field(default=[], max_length=MOST_COMMANDS)
    """Commands of the protocol, followed in this order; `id` and `again` mean nothing here."""
    wait: Annotated[float, Field(ge=0, le=60)] = 0.0
    """Seconds to wait, at most, until the session rests: it neither plays nor steps. It trains
    meanwhile, whether a page is connected or not. The server may answer earlier.
    """


class NewSession(Commands):
    """The experiment of a new session, and what the session is to do at once."""

    hash: str = Field(default="", max_length=LONGEST_HASH)
    """The URL hash of an experiment, ours or TensorFlow Playground's, or a whole address."""
    spec: dict[str, Any] = Field(default_factory=dict)
    """Fields of `RunSpec` that are other than those of the hash, as of the command `configure`."""


class Measures(Message):
    """A network in numbers."""

    run: int
    """Raised by every rebuild."""
    epoch: int
    steps: int
    """Minibatch updates since the start."""
    loss: Pair
    """Data part of the loss, mean over the set."""
    penalty: float | None
    """Regularization part of the loss."""
    metrics: dict[str, Pair]
    """``accuracy`` for classification, ``r2`` and ``rmse`` for regression."""


class SessionState(Measures):
    """A session as it is now."""

    resting: bool
    """Whether it has nothing to train: it neither plays nor steps."""
    experiment: ExperimentEvent
    status: StatusEvent
    events: list[dict[str, Any]]
    """What the session said to the commands, but for the events that are in this answer or at an
    address of their own.
    """


class CreatedSession(SessionState):
    """A new session."""

    token: str
    """Secret of the session, for the header Session-Token; who has it has the session."""


class Frame(Measures):
    """A network in numbers, with its parameters and maps."""

    weights: list[list[list[float]]]
    """By layer, unit and input."""
    biases: list[list[float]]
    """By layer and unit."""
    outputs: list[list[list[float]]]
    """Maps of the outputs, by output, row and column: the first row is x2 = 6, the first column
    x1 = -6. Empty unless the request asks for a side.
    """


class FrameQuery(Message):
    """What a request for a frame may ask for."""

    side: int = Field(default=0, ge=0, le=LARGEST_MAP)
    """Points along a side of the maps of the outputs; 0 is no maps."""


class PartOfPoints(Message):
    """Data points; for multilabel the label is a bit mask."""

    x1: list[float]
    x2: list[float]
    label: list[float]


class Points(Message):
    """The data points of a session."""

    run: int
    train: PartOfPoints
    test: PartOfPoints


class ErrorText(Message):
    """What is wrong with a request."""

    status: int
    code: str
    message: str
    """What was got, what was expected, what to do."""


class ErrorAnswer(Message):
    """A request that cannot be done."""

    error: ErrorText


def state(
    session: Session,
    said: Sequence[AnyEvent] = (),
    *,
    notices: Sequence[Notice] = (),
    token: str | None = None,
    language: str = ENGLISH,
) -> bytes:
    """A `SessionState`, or a `CreatedSession` when there is a token, with texts in a language."""
    spoken = speech(language)
    told = [event.notices for event in said if isinstance(event, ExperimentEvent)]
    more = [
        event.model_dump(mode="json", context=spoken)
        for event in said
        if event.type not in IN_STATE
    ]
    experiment = events.experiment(session, chain(notices, *told))
    answer = {
        **_measures(session),
        "resting": not session.training.busy,
        "experiment": experiment.model_dump(mode="json", context=spoken),
        "status": events.status(session.training).model_dump(mode="json"),
        "events": more,
        **({} if token is None else {"token": token}),
    }
    return to_json(answer, inf_nan_mode="null")


def frame(session: Session, side: int) -> bytes:
    """A `Frame` with maps of this side, none for 0."""
    network = session.trainer.network
    outputs: list[Any] = []
    if side:
        grids = Grids(session.trainer, side=side, unit_side=2, scratch=SCRATCH)
        outputs = np.round(np.nan_to_num(grids.outputs).astype(np.float64), 5).tolist()
    answer = {
        **_measures(session),
        "weights": [weights.tolist() for weights in network.weights],
        "biases": [biases.tolist() for biases in network.biases],
        "outputs": outputs,
    }
    return to_json(answer, inf_nan_mode="null")


def points(session: Session) -> bytes:
    """The `Points` of a session."""
    data = session.trainer.data
    return to_json({"run": session.run, "train": _part(data.train), "test": _part(data.test)})


def history(session: Session) -> bytes:
    """A `HistoryEvent`, up to now."""
    session.training.evaluate()
    return events.history(session).model_dump_json().encode()


def _measures(session: Session) -> dict[str, Any]:
    evaluation = session.training.evaluate()
    pairs = {name: _pair(pair) for name, pair in evaluation.metrics.items()}
    return {
        "run": session.run,
        "epoch": session.trainer.epoch,
        "steps": session.trainer.steps,
        "loss": _pair(evaluation.loss),
        "penalty": evaluation.penalty,
        "metrics": pairs,
    }


def _pair(pair: protocol.Measured) -> dict[str, float | None]:
    return {"train": pair.train, "test": pair.test}


def _part(split: Split) -> dict[str, list[float]]:
    x1, x2 = split.x
    return {"x1": x1.tolist(), "x2": x2.tolist(), "label": label_column(split).tolist()}
