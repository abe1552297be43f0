"""From a link of playground.tensorflow.org to our experiment and back.

TFP takes almost any value and lives with the result: a training share of 150 %, a batch of 0 with
which nothing is ever learned, NaN. Here what still is an experiment is kept exactly as TFP
understands it; the rest becomes the default or the nearest allowed value, with a notice.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from engine.activations import Activation
from engine.datasets import Dataset
from engine.features import FEATURES
from engine.fields import annotations, default_of
from engine.heads import Head
from engine.initializers import Zeros
from engine.link import Decoded, Notice, View, ignored, replaced
from engine.notation import read, write
from engine.optimizers import SGD
from engine.problems import Problem
from engine.registry import Component
from engine.regularizers import Regularizer
from engine.spec import TFP_STARTS, LayerSpec, RunSpec
from engine.text import Text
from engine.tfp import state as tfp
from engine.tfp.javascript import from_number, trim
from engine.tfp.state import TfpState

C = TypeVar("C", bound=Component)

MAX_LAYERS = 30
MAX_UNITS = 32
MAX_BATCH = 5000
MAX_SEED = 64
_EXTRAS = tuple(
    field
    for field in fields(View)
    if field.name not in {"show_test_data", "discretize", "hidden", "hide_text", "tutorial"}
)
"""What a view has and TFP does not: written as further keys, which TFP overlooks."""


def decode_tfp(hash_: str, *, draw_seed: Callable[[], str] = tfp.draw_seed) -> Decoded:
    """The experiment that a TFP link stands for; never fails."""
    state = tfp.decode(hash_, draw_seed=draw_seed)
    values = tfp.pairs(hash_)
    notices = _unknown(values)
    notes = _Notes(notices)
    problem = _named(Problem, state.problem)
    regression = state.problem == "regression"
    activation = _named(Activation, state.activation)
    initializer, bias = TFP_STARTS[1 if state.init_zero else 0]
    features = state.features
    share = notes.train_share(state.perc_train_data)
    seed = notes.seed(state.seed)
    if state.network_shape == TfpState.network_shape and values.get("networkShape", "") is None:
        notices.append(replaced("networkShape", "", "4,2", Text("it has no value")))
    spec = RunSpec(
        mode="tfp",
        problem=problem.kind,  # type: ignore[attr-defined]
        dataset=_named(Dataset, state.reg_dataset if regression else state.dataset),
        samples=problem.samples,
        noise=notes.noise(state.noise),
        train_share=share,
        data_seed=seed,
        weight_seed=seed,
        features=tuple(cls() for cls in FEATURES if cls.tfp in features),
        standardize=False,
        layers=tuple(LayerSpec(units, activation) for units in notes.units(state.network_shape)),
        initializer=initializer,
        bias=bias,
        head=_named(Head, state.problem),
        optimizer=SGD(),
        learning_rate=notes.learning_rate(state.learning_rate),
        batch_size=notes.batch_size(state.batch_size, math.floor(problem.samples * share / 100)),
        regularizer=_named(Regularizer, state.regularization),
        regularization_rate=notes.regularization_rate(state.regularization_rate),
        shuffle=False,
    )
    view = View(
        show_test_data=state.show_test_data,
        discretize=state.discretize,
        hidden=state.hidden,
        hide_text=state.hide_text,
        tutorial=state.tutorial,
        **_extras(values, notices),
    )
    return Decoded(spec, view, tuple(notices))


def encode_tfp(spec: RunSpec, view: View) -> str:
    """The TFP link of an experiment in TFP mode, with all of TFP's keys in its order."""
    names = {feature.tfp for feature in spec.features}
    features = {
        prop.name: prop.key in names or (prop.key in view.hidden and prop.default)
        for prop in tfp.PROPERTIES
        if prop.key in tfp.FEATURES
    }
    regression = spec.problem == "regression"
    state = TfpState(
        activation=_name(spec.layers[0].activation) if spec.layers else TfpState.activation,
        regularization=_name(spec.regularizer),
        batch_size=spec.batch_size,
        dataset=TfpState.dataset if regression else _name(spec.dataset),
        reg_dataset=_name(spec.dataset) if regression else TfpState.reg_dataset,
        learning_rate=spec.learning_rate,
        regularization_rate=spec.regularization_rate,
        noise=spec.noise,
        network_shape=tuple(layer.units for layer in spec.layers),
        seed=spec.data_seed,
        show_test_data=view.show_test_data,
        discretize=view.discretize,
        perc_train_data=spec.train_share,
        tutorial=view.tutorial,
        problem=_name(spec.head),
        init_zero=isinstance(spec.initializer, Zeros),
        hide_text=view.hide_text,
        hide=tuple((name, True) for name in view.hidden),
        **features,
    )
    extras = [
        f"&{field.name}={quote(write(getattr(view, field.name)))}"
        for field in _EXTRAS
        if getattr(view, field.name) != default_of(field)
    ]
    return tfp.encode(state) + "".join(extras)


def _named(base: type[C], name: str) -> C:
    """The component that TFP calls so."""
    for cls in base.registry:
        if cls.tfp == name:
            component = cls()
            assert isinstance(component, base)
            return component
    raise AssertionError(f"no {base.registry.noun} is TFP's {name!r}")


def _name(component: Component) -> str:
    """What TFP calls a component; a spec in TFP mode holds no other."""
    assert component.tfp is not None, f"TFP has no {component.name()!r}"
    return component.tfp


def _unknown(values: dict[str, str | None]) -> list[Notice]:
    """Notices of names that TFP does not know, where it silently keeps its default."""
    notices = []
    for prop in tfp.PROPERTIES:
        got = values.get(prop.key)
        if prop.kind == "choice" and got and trim(got) and got not in prop.choices:
            why = Text("expected one of {known}", known=", ".join(prop.choices))
            notices.append(replaced(prop.key, got, prop.default, why))
    known = {prop.key for prop in tfp.PROPERTIES} | {field.name for field in _EXTRAS}
    unknown = [key for key in values if key and key not in known and not key.endswith(tfp.HIDE)]
    return notices + [ignored(key, Text("there is no such setting")) for key in unknown]


def _extras(values: dict[str, str | None], notices: list[Notice]) -> dict[str, Any]:
    """The fields of our view that a TFP link may carry along."""
    hints = annotations(View)
    extras = {}
    for field in _EXTRAS:
        if got := values.get(field.name):

            def report(got: str, used: str, why: str, key: str = field.name) -> None:
                notices.append(replaced(key, got, used, why))

            extras[field.name] = read(
                unquote(got), hints[field.name], default_of(field), report=report
            )
    return extras


class _Notes:
    """Turns each number of a TFP link into one that an experiment may hold, and takes notes."""

    def __init__(self, notices: list[Notice]) -> None:
        self._notices = notices

    def _note(self, key: str, got: float, used: float, why: str) -> None:
        self._notices.append(replaced(key, from_number(got), from_number(used), why))

    def noise(self, noise: float) -> float:
        """As TFP's page: negative is 0, above 80 is 50."""
        if math.isnan(noise):
            used, why = 0.0, Text("expected a number")
        elif noise < 0:
            used, why = 0.0, Text("expected at least 0")
        elif noise > 80:
            used, why = 50.0, Text("expected at most 80")
        else:
            return float(noise)
        self._note("noise", noise, used, why)
        return used

    def train_share(self, share: float) -> float:
        """At least one point in a hundred for each part; TFP also takes none, or all."""
        used = 50.0 if math.isnan(share) else min(max(float(share), 1.0), 99.0)
        if used != share:
            self._note("percTrainData", share, used, Text("expected a number from 1 to 99"))
        return used

    def seed(self, seed: str) -> str:
        """Any text of a length that is kept."""
        if len(seed) > MAX_SEED:
            why = Text("expected at most {most} characters", most=MAX_SEED)
            used = Text("its beginning ({most})", most=MAX_SEED)
            self._notices.append(replaced("seed", seed, used, why))
        return seed[:MAX_SEED]

    def units(self, shape: Iterable[float]) -> list[int]:
        """The sizes of the hidden layers; TFP's loop over units rounds a fraction up."""
        result = []
        for number, size in enumerate(shape, 1):
            if number > MAX_LAYERS:
                why = Text("only its first {layers} layers are used", layers=MAX_LAYERS)
                self._notices.append(ignored("networkShape", why))
                break
            if not size > 0:
                size_ = from_number(size)
                why = Text("layer {layer} of {size} neurons is left out", layer=number, size=size_)
                self._notices.append(ignored("networkShape", why))
                continue
            result.append(math.ceil(min(size, MAX_UNITS)))
            if result[-1] != size:
                why = Text("expected 1 to {most} neurons", most=MAX_UNITS)
                self._note("networkShape", size, result[-1], why)
        return result

    def learning_rate(self, rate: float) -> float:
        """Any positive number."""
        if rate > 0 and math.isfinite(rate):
            return float(rate)
        why = Text("expected a positive number")
        self._note("learningRate", rate, TfpState.learning_rate, why)
        return TfpState.learning_rate

    def regularization_rate(self, rate: float) -> float:
        """Any number that is not negative."""
        if rate >= 0 and math.isfinite(rate):
            return float(rate)
        self._note("regularizationRate", rate, 0, Text("expected 0 or a positive number"))
        return 0.0

    def batch_size(self, size: float, samples: float) -> int:
        """The first sample after which TFP updates: where the remainder by `size` is 0.

        That holds for -10 (as 10) and 2.5 (as 5) too; 0 and NaN would never update.
        """
        if math.isnan(size) or size == 0:
            self._note("batchSize", size, TfpState.batch_size, Text("expected 1 or more"))
            return int(TfpState.batch_size)
        period = 1
        while period < MAX_BATCH and math.fmod(period, size) != 0:
            period += 1
        if period != size:
            why = Text("expected a whole number, 1 to {most}", most=MAX_BATCH)
            self._note("batchSize", size, period, why)
        if period > samples:
            why = Text(
                "{size} is more than the training samples, so nothing is ever learned", size=period
            )
            self._notices.append(ignored("batchSize", why))
        return period
