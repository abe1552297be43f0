"""The experiment: everything that determines a run, seeds included, in one frozen record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, MaxLen

from engine.activations import Activation, Tanh
from engine.codec import decode
from engine.datasets import Circle, Dataset
from engine.features import X1, X2, Feature
from engine.fields import Record, SpecError, Ui
from engine.heads import Head, SigmoidBCE
from engine.initializers import Initializer, Uniform, XavierNormal, Zeros
from engine.optimizers import SGD, Optimizer
from engine.problems import PROBLEMS, ProblemKind
from engine.registry import Component, Label
from engine.regularizers import NoRegularizer, Regularizer
from engine.text import Text

RATES = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PENALTY_RATES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

MOST_ACTIVATIONS = 1_250_000
"""Samples times hidden units. A training step on all samples, and a look at all activations, take
some 50 bytes and 100 ns for each: 60 MB, and an eighth of a second in which nobody else trains. All
links of playground.tensorflow.org are below it (1,200 samples, 30 layers of 32)."""

MOST_FEATURES = 16
"""Inputs of a network: all that have a name, and some formulas."""

TFP_STARTS = ((Uniform(limit=0.5), 0.1), (Zeros(), 0.0))
"""The initializer and bias of playground.tensorflow.org: as usual, and with `initZero`."""


@dataclass(frozen=True)
class LayerSpec(Record):
    """One hidden layer."""

    units: Annotated[int, Ge(1), Le(32), Ui(label="Neurons", label_es="Neuronas", step=1)] = 2
    activation: Annotated[Activation, Ui(label="Activation", label_es="Activación")] = field(
        default_factory=Tanh
    )


@dataclass(frozen=True)
class RunSpec(Record):
    """A complete experiment: equal specs give equal runs, to the bit, on one machine."""

    mode: Annotated[Literal["standard", "tfp"], Ui(label="Mode", label_es="Modo")] = "standard"
    problem: Annotated[ProblemKind, Ui(label="Problem type", label_es="Tipo de problema")] = (
        "binary"
    )
    dataset: Annotated[Dataset, Ui(label="Dataset", label_es="Conjunto de datos")] = field(
        default_factory=Circle
    )
    classes: Annotated[int, Ge(2), Le(8), Ui(label="Classes", label_es="Clases", step=1)] = 3
    samples: Annotated[
        int, Ge(2), Le(5000), Ui(label="Samples", label_es="Muestras", step=10, min=10)
    ] = 500
    """At most: a data set that is a list of points has no more than these."""
    noise: Annotated[
        float, Ge(0.0), Le(80.0), Ui(label="Noise", label_es="Ruido", step=5, max=50)
    ] = 0.0
    train_share: Annotated[
        float,
        Ge(1.0),
        Le(99.0),
        Ui(label="Training share", label_es="Parte de entrenamiento", step=10, min=10, max=90),
    ] = 50.0
    data_seed: Annotated[str, MaxLen(64), Ui(label="Data seed", label_es="Semilla de datos")] = "0"
    weight_seed: Annotated[
        str, MaxLen(64), Ui(label="Weight seed", label_es="Semilla de pesos")
    ] = "0"
    features: Annotated[
        tuple[Feature, ...], MaxLen(MOST_FEATURES), Ui(label="Features", label_es="Características")
    ] = field(default_factory=lambda: (X1(), X2()))
    standardize: Annotated[
        bool, Ui(label="Standardize inputs", label_es="Estandarizar entradas")
    ] = True
    layers: Annotated[
        tuple[LayerSpec, ...], MaxLen(30), Ui(label="Hidden layers", label_es="Capas ocultas")
    ] = field(default_factory=lambda: (LayerSpec(4), LayerSpec(2)))
    initializer: Annotated[Initializer, Ui(label="Initializer", label_es="Inicialización")] = field(
        default_factory=XavierNormal
    )
    bias: Annotated[
        float,
        Ge(-100.0),
        Le(100.0),
        Ui(label="Initial bias", label_es="Sesgo inicial", step=0.01, min=-1, max=1),
    ] = 0.0
    head: Annotated[Head, Ui(label="Output", label_es="Salida")] = field(default_factory=SigmoidBCE)
    optimizer: Annotated[Optimizer, Ui(label="Optimizer", label_es="Optimizador")] = field(
        default_factory=SGD
    )
    learning_rate: Annotated[
        float,
        Gt(0.0),
        Ui(label="Learning rate", label_es="Tasa de aprendizaje", scale="log", options=RATES),
    ] = 0.03
    batch_size: Annotated[
        int,
        Ge(0),
        Le(5000),
        Ui(
            label="Batch size",
            label_es="Tamaño de lote",
            help="0: full",
            help_es="0: todo",
            step=1,
            min=1,
            max=64,
        ),
    ] = 10
    regularizer: Annotated[Regularizer, Ui(label="Regularization", label_es="Regularización")] = (
        field(default_factory=NoRegularizer)
    )
    regularization_rate: Annotated[
        float,
        Ge(0.0),
        Ui(
            label="Regularization rate",
            label_es="Tasa de regularización",
            scale="log",
            options=PENALTY_RATES,
        ),
    ] = 0.0
    shuffle: Annotated[bool, Ui(label="Shuffle every epoch", label_es="Barajar en cada época")] = (
        True
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dataset.size is not None and self.samples > self.dataset.size:
            object.__setattr__(self, "samples", self.dataset.size)
        units = sum(layer.units for layer in self.layers)
        if self.samples * units > MOST_ACTIVATIONS:
            raise SpecError(
                Text(
                    "got {samples} for {units} hidden units, expected at most"
                    " {most} for so many; take fewer samples, layers or units",
                    samples=self.samples,
                    units=units,
                    most=MOST_ACTIVATIONS // units,
                ),
                "samples",
            )
        _require_suited("dataset", self.dataset, self.problem)
        _require_suited("head", self.head, self.problem)
        self.dataset.require(self.problem, self.classes)
        if len(set(self.features)) < len(self.features):
            raise SpecError(
                Text("got a feature twice, expected each at most once; remove one"), "features"
            )
        if self.mode == "tfp" and (lacks := tfp_lacks(self)):
            raise SpecError(
                Text(
                    "got 'tfp' with {what}, expected only what playground.tensorflow.org has;"
                    " change that or choose the mode 'standard'",
                    what=lacks[0],
                ),
                "mode",
            )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "RunSpec":
        """The experiment that `to_dict` wrote; fields left out have their defaults."""
        return decode(cls, data)


def suited(base: type[Component], problem: str) -> list[type[Component]]:
    """The data sets or heads that fit a problem, in declared order."""
    return [cls for cls in base.registry if problem in cls.problems]


def _require_suited(path: str, choice: Dataset | Head, problem: str) -> None:
    if problem not in choice.problems:
        known = ", ".join(cls.name() for cls in suited(choice.registry.base, problem))
        raise SpecError(
            Text(
                "got {kind!r} for a {problem} problem, expected one of: {known}; choose one of"
                " these or another problem",
                kind=choice.name(),
                problem=problem,
                known=known,
            ),
            path,
        )


def tfp_lacks(spec: RunSpec) -> list[Text]:
    """What of an experiment playground.tensorflow.org does not have, in words."""
    problem = PROBLEMS[spec.problem]()
    activations = [layer.activation for layer in spec.layers]
    choices: list[Component] = [problem, spec.dataset, spec.optimizer, spec.regularizer]
    named = [_named(choice) for choice in choices if not choice.tfp]
    named += [
        Text("{noun} {title!r}", noun=Text(feature.registry.noun), title=feature.title())
        for feature in spec.features
        if not feature.tfp
    ]
    named += [_named(choice) for choice in activations if not choice.tfp]
    facts = {
        _named(spec.head): spec.head.tfp != problem.tfp,
        Text("different activations"): len(set(activations)) > 1,
        Text("standardized inputs"): spec.standardize,
        Text("shuffling"): spec.shuffle,
        Text("a full batch"): spec.batch_size == 0,
        Text("{samples} samples", samples=spec.samples): spec.samples != problem.samples,
        Text("another start of the weights"): (spec.initializer, spec.bias) not in TFP_STARTS,
    }
    return named + [name for name, holds in facts.items() if holds]


def _named(choice: Component) -> Text:
    return Text("{noun} {label!r}", noun=Text(choice.registry.noun), label=Label(type(choice)))
