"""TFP's URL hash: read and written by exactly TFP's rules.

A link of playground.tensorflow.org is a list of `key=value`; TFP checks next to nothing, so a state
may hold NaN, 2.5 units or a batch of 0. This module keeps them: what they are worth in an
experiment is decided in `engine.url`. The rules are in tests/traces/README.md ("URL hashes"),
recorded cases beside it.
"""

import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

from engine.tfp.javascript import fragment, from_number, to_number, trim

HIDE = "_hide"

ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
REGULARIZATIONS = ("none", "L1", "L2")
DATASETS = ("circle", "xor", "gauss", "spiral")
REGRESSION_DATASETS = ("reg-plane", "reg-gauss")
PROBLEMS = ("classification", "regression")
# Inputs in the order in which TFP's network has them; cosX and cosY of the state have no input.
FEATURES = ("x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY")


@dataclass(frozen=True)
class TfpState:
    """What TFP reads from a hash: its names in our spelling, its defaults, the order of its URL."""

    activation: str = "tanh"
    regularization: str = "none"
    batch_size: float = 10
    dataset: str = "circle"
    reg_dataset: str = "reg-plane"
    learning_rate: float = 0.03
    regularization_rate: float = 0
    noise: float = 0
    network_shape: tuple[float, ...] = (4, 2)
    seed: str = ""
    show_test_data: bool = False
    discretize: bool = False
    perc_train_data: float = 50
    x: bool = True
    y: bool = True
    x_times_y: bool = False
    x_squared: bool = False
    y_squared: bool = False
    cos_x: bool = False
    sin_x: bool = False
    cos_y: bool = False
    sin_y: bool = False
    collect_stats: bool = False
    tutorial: str | None = None
    problem: str = "classification"
    init_zero: bool = False
    hide_text: bool = False
    hide: tuple[tuple[str, bool], ...] = ()
    """Every `<name>_hide` of the hash, by its name without the suffix."""

    @property
    def hidden(self) -> tuple[str, ...]:
        """Names of the controls and inputs that the link hides."""
        # TFP cuts out the first "_hide" of a name, wherever it is.
        return tuple((name + HIDE).replace(HIDE, "", 1) for name, hidden in self.hide if hidden)

    @property
    def features(self) -> tuple[str, ...]:
        """The inputs of the network, in its order: a hidden one is off, whatever its key says."""
        hidden = self.hidden
        on = {property_.key for property_ in PROPERTIES if getattr(self, property_.name) is True}
        return tuple(key for key in FEATURES if key in on and key not in hidden)


Kind: TypeAlias = Literal["choice", "number", "numbers", "text", "flag"]


@dataclass(frozen=True)
class Property:
    """One key of the hash: TFP's name, ours, and how its value is read."""

    key: str
    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    default: Any = None


_CHOICES = {
    "activation": ACTIVATIONS,
    "regularization": REGULARIZATIONS,
    "dataset": DATASETS,
    "reg_dataset": REGRESSION_DATASETS,
    "problem": PROBLEMS,
}


def _property(name: str, default: Any) -> Property:
    first, *rest = name.split("_")
    key = first + "".join(word.capitalize() for word in rest)
    kind: Kind
    if name in _CHOICES:
        kind = "choice"
    elif isinstance(default, bool):
        kind = "flag"
    elif isinstance(default, tuple):
        kind = "numbers"
    else:
        kind = "number" if isinstance(default, int | float) else "text"
    return Property(key, name, kind, _CHOICES.get(name, ()), default)


PROPERTIES = tuple(_property(f.name, f.default) for f in fields(TfpState) if f.name != "hide")


def draw_seed() -> str:
    """The seed of a link that names none: TFP's `Math.random().toFixed(5)`."""
    return f"0.{secrets.randbelow(100_000):05d}"


def pairs(hash_: str) -> dict[str, str | None]:
    """The keys of a hash with their raw values, None without `=`; the last duplicate wins."""
    result: dict[str, str | None] = {}
    for item in fragment(hash_).split("&"):
        key, equals, rest = item.partition("=")
        result[key] = rest.partition("=")[0] if equals else None
    return result


def is_given(values: Mapping[str, str | None], key: str) -> bool:
    """Whether the hash says something for a key; a blank value means the default."""
    return trim(values.get(key) or "") != ""


def decode(hash_: str, *, draw_seed: Callable[[], str] = draw_seed) -> TfpState:
    """The state of a hash; never fails.

    Three kinds of hash break TFP's page (`networkShape` without `=`, and names such as `toString`
    that every JavaScript object has): these get the default here.
    """
    values = pairs(hash_)
    state: dict[str, Any] = {}
    for prop in PROPERTIES:
        text = values.get(prop.key)
        if prop.kind == "numbers":
            if text is not None:
                state[prop.name] = tuple(map(_tidy, text.split(","))) if trim(text) else ()
        elif text is None or not is_given(values, prop.key):
            continue
        elif prop.kind == "choice":
            if text in prop.choices:
                state[prop.name] = text
        elif prop.kind == "number":
            state[prop.name] = _tidy(text)
        elif prop.kind == "flag":
            state[prop.name] = text != "false"
        else:
            state[prop.name] = text
    if "seed" not in state:
        state["seed"] = draw_seed()
    hide = tuple(
        (key.removesuffix(HIDE), value == "true")
        for key, value in values.items()
        if key.endswith(HIDE)
    )
    return TfpState(**state, hide=hide)


def encode(state: TfpState) -> str:
    """The hash that TFP's page writes for a state, with its leading `#`."""
    items = []
    for prop in PROPERTIES:
        value = getattr(state, prop.name)
        if value is None or (prop.key == "regularization" and value == "none"):
            continue  # TFP's "no regularization" is null, and null is not written
        if prop.kind == "numbers":
            text = ",".join(map(from_number, value))
        elif prop.kind == "number":
            text = from_number(value)
        else:
            text = _flag(value) if prop.kind == "flag" else value
        items.append(f"{prop.key}={text}")
    items += [f"{name}{HIDE}={_flag(hidden)}" for name, hidden in state.hide]
    return "#" + "&".join(items)


def _tidy(text: str) -> float:
    """A number of the hash; whole ones as int, so that a state prints as TFP's does."""
    number = to_number(text)
    return int(number) if math.isfinite(number) and number == int(number) else number


def _flag(value: bool) -> str:
    return "true" if value else "false"
