"""The messages between page and server, and the only module that knows their form.

Text messages are JSON objects told apart by ``type``; commands go from the page to the server,
events come back. Of binary messages (frames and points) the headers are here, and `app.binary` puts
them before their arrays. ``python -m app.protocol`` prints the JSON Schema of all messages, from
which the page's types are made. One file, however long: it is read beside its twin in
``static/js/protocol.js``.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Protocol, Union, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializationInfo,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core import from_json

from app.validation import explain
from engine.link import START_SPEED as START_SPEED
from engine.text import Text

VERSION = 1
"""Raised whenever a message changes so that an older page could misread it."""

LARGEST_ID = 10**15
"""Of a command: JavaScript has all whole numbers up to 9e15."""
LONGEST_HASH = 131_072
"""Characters of a hash; one of ours with 5,000 points has 50,000 at most, and a browser may encode
some of them with three."""
LONGEST_PIECE = 100_000
"""Characters of a piece of a file: with all that JSON adds to them, a message of them is not too
long."""
MOST_PIECES = 100
LONGEST_HIDDEN = 4096
"""Characters in which a view names what it hides, with a comma for each: no link has more."""

SLOWEST = 0.1
"""Epochs per second."""
EpochsPerSecond = Annotated[float, Field(ge=SLOWEST, le=100_000)]
EpochToStop = Annotated[int, Field(ge=1, le=10_000_000)]
LossToStop = Annotated[float, Field(gt=0)]


def _kept(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    return value if isinstance(value, Text) else check(value)


def _say(value: Any, info: SerializationInfo) -> Any:
    say: Callable[[str], str] | None = (info.context or {}).get("say")
    return value if say is None else _translated(value, say)


def _translated(value: Any, say: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _translated(item, say) for key, item in value.items()}
    if isinstance(value, list):
        return [_translated(item, say) for item in value]
    return say(value) if isinstance(value, Text) else value


Said = Annotated[str, WrapValidator(_kept), PlainSerializer(_say, return_type=str)]
"""A sentence for a person. A message is written in the language of who reads it: the context of its
serialization has a function `say` that makes a `Text` a sentence in that language."""
Facts = Annotated[dict[str, Any], PlainSerializer(_say, return_type=dict[str, Any])]
"""Data with such sentences in it."""


class Message(BaseModel):
    """A JSON message. Unknown fields are refused, and numbers are finite."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        populate_by_name=True,
        json_schema_serialization_defaults_required=True,
        use_attribute_docstrings=True,
    )


class Command(Message):
    """What the page asks for. Read strictly: a number is no text, and true is no number."""

    model_config = ConfigDict(strict=True)

    id: Annotated[int, Field(ge=0, le=LARGEST_ID)] | None = None
    """Chosen by the page, each higher than those before; an `ErrorEvent` that answers this command
    carries it.
    """
    again: bool = False
    """Whether it was sent before, on a connection that was then lost: a session that has followed
    it does not do so twice. It must have an id.
    """


# --- commands -------------------------------------------------------------------------------------


class Hello(Command):
    """First message of every connection: resume a session by its token, or start one from a URL
    hash.
    """

    type: Literal["hello"] = "hello"
    protocol: int = Field(ge=0, le=1_000_000)
    token: str | None = Field(default=None, max_length=64)
    hash: str = Field(default="", max_length=LONGEST_HASH)
    playing: bool = False
    """Whether the page was playing; used when the token is unknown and a new session takes over."""
    language: str = Field(default="en", min_length=2, max_length=35)
    """Tag of the language (BCP 47) in which the page is to be told things, such as ``es``; English
    where there are no texts in it.
    """


class Open(Command):
    """Replace the experiment by the one in a URL hash (ours or TensorFlow Playground's)."""

    type: Literal["open"] = "open"
    hash: str = Field(max_length=LONGEST_HASH)


class Configure(Command):
    """Change fields of the experiment and of the view; whatever is not named stays as it is."""

    type: Literal["configure"] = "configure"
    changes: dict[str, Any] = Field(default_factory=dict)
    """Fields of `RunSpec` by name, components as ``{"kind": ..., ...}``."""
    view: dict[str, Any] = Field(default_factory=dict)
    """Fields of `View` by name."""
    keep_weights: bool = False
    """Whether the network goes on as it is where only data change (`dataset`, `samples`, `noise`,
    `train_share`, `data_seed`): points that are drawn are learned on the way. Otherwise it starts
    anew, as it does where the change does not fit it.
    """


class Play(Command):
    """Train until paused."""

    type: Literal["play"] = "play"


class Pause(Command):
    """Stop training; nothing is lost."""

    type: Literal["pause"] = "pause"


class Step(Command):
    """Pause, then train exactly one epoch (to the next epoch boundary), or so many, as fast as
    possible.
    """

    type: Literal["step"] = "step"
    epochs: int = Field(default=1, ge=1, le=1_000_000)


class Reset(Command):
    """Back to epoch 0 with the same starting weights and data; keeps playing if it was."""

    type: Literal["reset"] = "reset"


class Reroll(Command):
    """Back to epoch 0 with new random starting weights (a new weight seed)."""

    type: Literal["reroll"] = "reroll"


class Regenerate(Command):
    """New data from a new data seed, and the network back to its start."""

    type: Literal["regenerate"] = "regenerate"


class Undo(Command):
    """Take back the last change that rebuilt, reset, or edited the network, trained weights
    included.
    """

    type: Literal["undo"] = "undo"


class Redo(Command):
    """Make the change again that the last `Undo` took back, unless another was made since."""

    type: Literal["redo"] = "redo"


class Speed(Command):
    """Epochs per second to train at; null is as fast as possible."""

    type: Literal["speed"] = "speed"
    epochs_per_second: EpochsPerSecond | None


class RunUntil(Command):
    """Pause by itself at an epoch, or once the test loss is below a value; both null removes the
    condition.
    """

    type: Literal["run_until"] = "run_until"
    epoch: EpochToStop | None = None
    test_loss: LossToStop | None = None


class Edit(Command):
    """Set one weight, or one bias when ``from`` is null."""

    type: Literal["edit"] = "edit"
    layer: int = Field(ge=0, le=64)
    """Index of the weight layer: 0 is the first hidden layer's (or the output's, without hidden
    layers).
    """
    to: int = Field(ge=0, le=64)
    from_: int | None = Field(
        default=None, ge=0, le=64, validation_alias="from", serialization_alias="from"
    )
    value: float = Field(ge=-1e6, le=1e6)


class Focus(Command):
    """Ask for the full-resolution map of one hidden unit with every frame; both null ends it."""

    type: Literal["focus"] = "focus"
    layer: int | None = Field(default=None, ge=0, le=64)
    unit: int | None = Field(default=None, ge=0, le=64)


class Watch(Command):
    """Ask for diagnostics beside the frames; each such list replaces the one before. They come at
    their own, lower rate, and cost nothing while the list is empty.
    """

    type: Literal["watch"] = "watch"
    diagnostics: list[dict[str, Any]] = Field(max_length=8)
    """Diagnostics of the catalogue, as ``{"kind": ..., ...}``."""


class TryFeature(Command):
    """Ask what a feature would be before it is used: a `FeatureEvent` has its canonical form and
    its map, or what is wrong with it. Nothing changes.
    """

    type: Literal["try_feature"] = "try_feature"
    feature: dict[str, Any]
    """As in `RunSpec.features`, ``{"kind": "formula", "text": "x1^3"}``."""


class Revive(Command):
    """Draw the incoming weights of one hidden unit anew from the initializer."""

    type: Literal["revive"] = "revive"
    layer: int = Field(ge=0, le=64)
    unit: int = Field(ge=0, le=64)


class Export(Command):
    """Ask for the files in which an exporter of the catalogue puts the run as it is now; the answer
    is an `ExportEvent`, or an `ErrorEvent` that says why it cannot.
    """

    type: Literal["export"] = "export"
    exporter: str = Field(max_length=40)
    """The kind of the exporter."""


class TryExport(Command):
    """Ask which exporters of the catalogue could not express the experiment as it is, before one is
    chosen; the answer is an `ExportableEvent`. Nothing changes.
    """

    type: Literal["try_export"] = "try_export"


class Save(Command):
    """Ask for the run as a file, from which it goes on exactly where it is; the answer is a
    `SavedEvent`. Nothing changes.
    """

    type: Literal["save"] = "save"
    data: bool = True
    """Whether to write the points, which the experiment makes anyway, for others to read."""


class Load(Command):
    """Go on with the run of a file that was saved, or with the experiment that a file describes;
    it can be undone. A long file comes in pieces, one command after the other.
    """

    type: Literal["load"] = "load"
    text: str = Field(max_length=LONGEST_PIECE)
    part: int = Field(default=0, ge=0, lt=MOST_PIECES)
    """Which piece this is, from 0."""
    parts: int = Field(default=1, ge=1, le=MOST_PIECES)
    """How many there are; the last one has the effect."""


class Ping(Command):
    """Asks, after a silence, whether the server is there; the answer is a `Pong`. Commands are
    followed in order, so those before it have been followed by then.
    """

    type: Literal["ping"] = "ping"


class Ack(Command):
    """The frame ``seq`` has been drawn. It had come ``early`` milliseconds before the middle
    between two animation frames of the page, to which the server moves the next ones: there they
    are safest from coming two at a time, of which one is passed over.
    """

    type: Literal["ack"] = "ack"
    seq: int = Field(ge=1)
    early: int = Field(default=0, ge=-99, le=99)


AnyCommand = Union[
    Hello,
    Open,
    Configure,
    Play,
    Pause,
    Step,
    Reset,
    Reroll,
    Regenerate,
    Undo,
    Redo,
    Speed,
    RunUntil,
    Edit,
    Focus,
    Watch,
    TryFeature,
    Revive,
    Export,
    TryExport,
    Save,
    Load,
    Ping,
    Ack,
]

# --- events ---------------------------------------------------------------------------------------


class Notice(Message):
    """Something the user should read; nothing failed."""

    code: str
    text: Said


class View(Message):
    """What is shown, not what is trained; part of the URL as in TensorFlow Playground."""

    show_test_data: bool = False
    discretize: bool = False
    contours: bool = False
    projector: bool = False
    """In large type, to be read from the last row of a room."""
    hidden: list[str] = []
    """Controls that the link hides, by TensorFlow Playground's names (``learningRate`` for
    ``learningRate_hide=true``).
    """
    hide_text: bool = False
    tutorial: str | None = Field(default=None, max_length=LONGEST_HIDDEN)

    @field_validator("hidden")
    @classmethod
    def _fits_a_link(cls, value: list[str]) -> list[str]:
        """A session keeps its views for undo, and a link says them all."""
        if sum(map(len, value)) + len(value) > LONGEST_HIDDEN + 1:
            raise ValueError(Text("at most {most} characters in all", most=LONGEST_HIDDEN))
        return value


class DrawnFeature(Message):
    """A feature with all that the page shows of it."""

    feature: dict[str, Any]
    """As in `RunSpec.features`, in its canonical form."""
    label: str
    html: str
    """The label with ``<sub>`` and ``<sup>``."""
    map: str
    """Base64 of 32 x 32 int8, as in the catalogue; value = int8 / 127 * scale."""
    scale: float


class Mistake(Message):
    """What is wrong with a text, and where in it."""

    message: Said
    """What was got, what was expected, what to do."""
    at: int | None = None
    """The first character that is meant, from 0; the length of the text means its end. Null when it
    is about all of it.
    """
    length: int = 1


class Welcome(Message):
    """Answer to `Hello`; `ExperimentEvent`, points, `HistoryEvent`, `StatusEvent` follow."""

    type: Literal["welcome"] = "welcome"
    protocol: int
    token: str
    """Secret of the session; the page keeps it for the tab and sends it to resume."""
    resumed: Literal["new", "memory", "snapshot", "expired"]
    """Where the session came from; ``expired`` means the token was unknown and the hash was opened
    instead.
    """


class ExperimentEvent(Message):
    """The experiment as it now is, sent after every change of it."""

    type: Literal["experiment"] = "experiment"
    spec: dict[str, Any]
    """`RunSpec` as plain data, components as ``{"kind": ..., ...}``."""
    view: View
    hash: str
    """The URL hash of this experiment, with its leading ``#``."""
    run: int
    """Raised by every rebuild; frames and points carry it, those of an older run are to be dropped.
    """
    outputs: int
    """Units of the output layer."""
    train_samples: int
    test_samples: int
    steps_per_epoch: int
    can_undo: bool
    can_redo: bool
    formulas: list[DrawnFeature] = []
    """Features of the experiment that the catalogue does not have as they are, in their order."""
    notices: list[Notice] = []


class Pair(Message):
    """One measure on the training and on the test set; null when it is not finite or the set is
    empty.
    """

    train: float | None
    test: float | None


class SizeAt(Message):
    """The largest absolute weight or bias after a step."""

    step: int
    size: float


class DivergenceInfo(Message):
    """Where training stopped being finite; the network keeps its last finite parameters."""

    epoch: int
    step: int
    layer: int | None
    """Index of the weight layer, from 0; the number of hidden layers means the output layer. Null
    when it is not known.
    """
    what: str
    growth: list[SizeAt]
    """How the weights of that layer grew: the start of the run, then the last steps before the bad
    one.
    """


class StatusEvent(Message):
    """Transport state, sent when it changes."""

    type: Literal["status"] = "status"
    state: Literal["paused", "playing", "diverged"]
    epochs_per_second: float | None
    """The speed asked for; null is as fast as possible."""
    until_epoch: int | None = None
    until_test_loss: float | None = None
    divergence: DivergenceInfo | None = None


class HistoryEvent(Message):
    """The loss history so far, thinned; later points come with the frames. Sent on joining and
    after a reset.
    """

    type: Literal["history"] = "history"
    run: int
    epoch: list[int]
    train: list[float | None]
    test: list[float | None]


class NoticeEvent(Message):
    """Notices that belong to no change of the experiment (a stop condition was met, the server is
    stopping).
    """

    type: Literal["notice"] = "notice"
    notices: list[Notice]


class DiagnosticEvent(Message):
    """One diagnostic that the page watches, as the network now is."""

    type: Literal["diagnostic"] = "diagnostic"
    run: int
    epoch: int
    diagnostic: dict[str, Any]
    """The diagnostic that was asked for, parameters included."""
    data: Facts
    """What it measured; docs/diagnostics.md has the form of each."""


class DeathInfo(Message):
    """A hidden unit that no training sample moves any more."""

    layer: int
    unit: int
    epoch: int
    """When it was first seen dead."""
    seen: bool
    """Whether it died then; otherwise then or earlier."""


class DeathsEvent(Message):
    """All hidden units that are dead now, sent when that changes."""

    type: Literal["deaths"] = "deaths"
    run: int
    dead: list[DeathInfo]


class ExportedFile(Message):
    """A file of an export; it has either a text or bytes."""

    name: str
    media_type: str
    text: str | None
    base64: str | None
    """The bytes of a file that is no text."""


class ExportEvent(Message):
    """Answer to an `Export`."""

    type: Literal["exported"] = "exported"
    exporter: str
    files: list[ExportedFile]
    """The main file comes first."""
    id: int | None = None
    """That of the command."""


class ExportableEvent(Message):
    """Answer to a `TryExport`."""

    type: Literal["exportable"] = "exportable"
    lacks: dict[str, Said]
    """Why exporters cannot express the experiment, by their kind; all others can."""
    id: int | None = None
    """That of the command."""


class SavedEvent(Message):
    """Answer to a `Save`."""

    type: Literal["saved"] = "saved"
    run: int
    epoch: int
    text: str
    """The file, JSON; docs/files.md describes its form."""
    id: int | None = None
    """That of the command."""


class ErrorEvent(Message):
    """A command was refused; nothing has changed."""

    type: Literal["error"] = "error"
    code: str
    message: Said
    """What was got, what was expected, what to do."""
    id: int | None = None


class FeatureEvent(Message):
    """Answer to a `TryFeature`."""

    type: Literal["feature"] = "feature"
    id: int | None = None
    """That of the command."""
    drawn: DrawnFeature | None = None
    mistake: Mistake | None = None
    """Set when there is no such feature, or it has no value somewhere."""


class Pong(Message):
    """Answer to a `Ping`."""

    type: Literal["pong"] = "pong"
    id: int | None = None
    """That of the ping."""
    frame: int
    """Number of the first frame that shows all that was done up to now."""
    resting: bool
    """Whether the session has nothing to train: it neither plays nor steps."""


AnyEvent = Union[
    Welcome,
    ExperimentEvent,
    StatusEvent,
    HistoryEvent,
    NoticeEvent,
    DiagnosticEvent,
    DeathsEvent,
    FeatureEvent,
    ExportEvent,
    ExportableEvent,
    Pong,
    SavedEvent,
    ErrorEvent,
]

# --- headers of binary messages -------------------------------------------------------------------


class FrameHeader(Message):
    """Header of a frame; its body holds parameters, scales and maps."""

    type: Literal["frame"] = "frame"
    seq: int
    base: int
    """The frame that the maps are the difference to; 0 means the maps are complete."""
    run: int
    epoch: int
    loss: Pair
    """Data part of the loss, mean over the set."""
    penalty: float | None
    """Regularization part of the loss."""
    metrics: dict[str, Pair]
    """``accuracy`` for classification, ``r2`` and ``rmse`` for regression."""
    rate: float
    """Epochs per second, measured; 0 when not playing."""
    parameters: int
    outputs: int
    side: int
    units: int
    unit_side: int
    focus: list[int] | None
    """``[layer, unit]`` of the extra full-resolution map."""


class PointsHeader(Message):
    """Header of the data points; its body holds x1, x2 and label of the training, then of the test
    samples.
    """

    type: Literal["points"] = "points"
    run: int
    train: int
    test: int


class Measured(Protocol):
    """What a `Pair` is made of."""

    @property
    def train(self) -> float | None:
        """On the training set."""

    @property
    def test(self) -> float | None:
        """On the test set."""


def frame_header(
    *,
    seq: int,
    base: int,
    run: int,
    epoch: int,
    loss: Measured,
    penalty: float | None,
    metrics: Mapping[str, Measured],
    rate: float,
    parameters: int,
    outputs: int,
    side: int,
    units: int,
    unit_side: int,
    focus: tuple[int, int] | None,
) -> bytes:
    """A `FrameHeader` as JSON, in a quarter of the time that it takes to make one and write it,
    which is to be done for every frame, and with no more digits than a float32 has. The tests hold
    it to the model. All numbers are finite.
    """
    shown = "null" if focus is None else f"[{focus[0]},{focus[1]}]"
    measured = ",".join([f'"{name}":{_pair(pair)}' for name, pair in metrics.items()])
    return (
        f'{{"type":"frame","seq":{seq},"base":{base},"run":{run},"epoch":{epoch},'
        f'"loss":{_pair(loss)},"penalty":{_number(penalty)},"metrics":{{{measured}}},'
        f'"rate":{rate:.7g},"parameters":{parameters},"outputs":{outputs},"side":{side},'
        f'"units":{units},"unit_side":{unit_side},"focus":{shown}}}'
    ).encode()


def _pair(pair: Measured) -> str:
    return f'{{"train":{_number(pair.train)},"test":{_number(pair.test)}}}'


def _number(value: float | None) -> str:
    return "null" if value is None else f"{value:.7g}"


# --- reading --------------------------------------------------------------------------------------

_COMMANDS: TypeAdapter[AnyCommand] = TypeAdapter(Annotated[AnyCommand, Field(discriminator="type")])


class CommandError(ValueError):
    """A text message that is no command; its text is for the person at the page."""

    def __init__(self, message: str, id: int | None = None) -> None:
        super().__init__(message)
        self.id = id
        """The message's own id, as far as it has one."""


_ACK = re.compile(rb'\{"type":"ack","seq":([1-9][0-9]{0,17})(?:,"early":(-?[1-9]?[0-9]))?\}')


def read_ack(text: bytes) -> tuple[int, int] | None:
    """What an `Ack` says, ``seq`` and ``early``, when it is written as the page writes it; None for
    every other message. Several times as fast as `decode_command`.
    """
    found = _ACK.fullmatch(text)
    return (int(found[1]), int(found[2] or 0)) if found else None


def decode_command(text: str | bytes) -> AnyCommand:
    """The command in a text message.

    Raises:
        CommandError: the text is not JSON, or no command has that form; the message names the
            field, what was got and what was expected.
    """
    try:
        return _COMMANDS.validate_json(text)
    except ValidationError as error:
        raise CommandError(explain(error), _id_of(text)) from None


def _id_of(text: str | bytes) -> int | None:
    """The id of a message that is no command, so that its sender learns which one it was."""
    try:
        id_ = from_json(text, allow_inf_nan=False)["id"]
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    known = isinstance(id_, int) and not isinstance(id_, bool) and 0 <= id_ <= LARGEST_ID
    return id_ if known else None


# --- schema ---------------------------------------------------------------------------------------


class _Schema(GenerateJsonSchema):
    """JSON Schema without a title for every field, which would only clutter the generated types."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema() -> dict[str, Any]:
    """JSON Schema of all messages: commands as they are read, events and headers as they are
    written.
    """
    groups: list[tuple[Any, JsonSchemaMode]] = [
        *((command, "validation") for command in get_args(AnyCommand)),
        *((event, "serialization") for event in get_args(AnyEvent)),
        (FrameHeader, "serialization"),
        (PointsHeader, "serialization"),
    ]
    _, schema = models_json_schema(groups, ref_template="#/$defs/{model}", schema_generator=_Schema)
    names = {
        kind: [{"$ref": f"#/$defs/{m.__name__}"} for m in get_args(union)]
        for kind, union in _UNIONS.items()
    }
    schema["$defs"].update({kind: {"anyOf": members} for kind, members in names.items()})
    return {"title": "Protocol", "type": "object", **schema}


_UNIONS: dict[str, Any] = {"AnyCommand": AnyCommand, "AnyEvent": AnyEvent}

if __name__ == "__main__":
    json.dump(json_schema(), sys.stdout, indent=2)
