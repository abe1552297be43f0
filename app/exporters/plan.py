"""An experiment as a script sees it: the code of its parts, in the words of one library."""

import re
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from app.exporters.code import NUMPY, Dialect, Writer, joined
from app.exporters.network_files import DATA
from engine.activations import Activation
from engine.custom import Custom
from engine.expression import UntraceableError, trace
from engine.features import EXTENT
from engine.registry import Component, Label
from engine.spec import RunSpec
from engine.text import Text, text_of

USUAL_EPOCHS = 300
"""Epochs that a script trains for whose run has not begun."""


class Plan:
    """An experiment, and the code of its parts in one dialect."""

    def __init__(self, spec: RunSpec, dialect: Dialect, epoch: int = 0) -> None:
        self.spec = spec
        self.epochs = epoch or USUAL_EPOCHS
        outputs = spec.head.outputs(spec.classes)
        self.single = outputs == 1
        self.sizes = [len(spec.features), *(layer.units for layer in spec.layers), outputs]
        self.writer = Writer(dialect, single=self.single)
        is_numpy = dialect is NUMPY
        self.numpy = self.writer if is_numpy else Writer(NUMPY, single=self.single)
        """Writes what is NumPy in every library's script: features and targets."""
        self.names = _names(layer.activation for layer in spec.layers)

    @property
    def regularized(self) -> bool:
        """Whether there is a price on weights."""
        return self.spec.regularizer.active and self.spec.regularization_rate > 0

    def constants(self, *more: str) -> str:
        """The numbers of the training, by name."""
        spec = self.spec
        lines = [
            f"EPOCHS = {self.epochs}  # of --train",
            f"LEARNING_RATE = {spec.learning_rate!r}",
            f"BATCH_SIZE = {spec.batch_size or 'None  # all samples at once'}",
            f"SHUFFLE = {spec.shuffle}  # the training set, before every epoch",
        ]
        if self.regularized:
            lines.append(f"REGULARIZATION_RATE = {spec.regularization_rate!r}")
        return "\n".join([*lines, *more])

    def data(self, *, targets: bool = True) -> str:
        """Reads the points, and makes the network's input and targets of them."""
        spec = self.spec
        columns = [f"label{i + 1}" for i in range(self.sizes[-1])]
        labels = columns if spec.problem == "multilabel" else ["label"]
        rows = [traced(f, f.expression) for f in spec.features]
        inner = ", ".join(map(self.numpy.text, rows))
        features = f"np.stack([{inner}], axis=1)" if rows else "np.empty((len(points), 0))"
        used = {part.name for row in rows for part in row.walk() if part.operation == "name"}
        takes = "".join(
            f"    {x} = points[:, {i}]\n" for i, x in enumerate(("x1", "x2")) if x in used
        )
        aims = traced(
            spec.head, lambda: trace(lambda known: spec.head.targets(known, spec.classes), "labels")
        )
        blocks = [
            f'''
def load(split):
    """The points (n, 2) and labels (n, {len(labels)}) of the split "train" or "test"."""
    table = np.genfromtxt(
        FOLDER / "{DATA}", delimiter=",", names=True, dtype=None, encoding="utf-8"
    )
    rows = table[table["split"] == split]
    points = np.stack([rows["x1"], rows["x2"]], axis=1).astype(float)
    labels = np.stack([{", ".join(f'rows["{name}"]' for name in labels)}], axis=1).astype(float)
    return points, labels''',
            f'''
def features(points):
    """What the network is told of points (n, 2): an array (n, {len(rows)})."""
{takes}    return {features}''',
            in_plot_units(spec),
            '''
def inputs(points):
    """The features, each less its mean over the training set and divided by its deviation."""
    return (features(points) - SAVED["mean"]) / SAVED["scale"]'''
            if spec.standardize and rows
            else '''
def inputs(points):
    """The network's input: the features as they are."""
    return features(points)''',
            f'''
def targets(labels):
    """What the outputs should reach, (n, {self.sizes[-1]})."""
    return {self.numpy.text(aims)}''',
        ]
        return joined(blocks if targets else blocks[:-1])

    def activations(
        self, *, slopes: bool, but: Callable[[Activation], bool] = lambda _: False
    ) -> list[str]:
        """The definitions of the activation functions in use, each once, but for some."""
        blocks = []
        for activation, name in self.names.items():
            if but(activation):
                continue
            expression = traced(activation, lambda a=activation: trace(a.f, "z"))
            if getattr(expression, "operation", "") == "call" and expression.name == name:
                self.writer.text(expression)  # so that it is defined
            else:
                blocks.append(self.writer.function(name, "z", expression, summary(activation)))
            if slopes:
                slope = traced(activation, lambda a=activation: trace(a.slope, "z"))
                doc = f"The derivative of {name}."
                blocks.append(self.writer.function(f"{name}_slope", "z", slope, doc))
        return blocks

    def of_head(
        self, method: str, name: str, arguments: str, doc: str, order: str | None = None
    ) -> str:
        """A function of the output: `output`, `loss`, `delta` or `predict`; `order` is the
        engine's, where that of the arguments is another."""
        head = self.spec.head
        names = [argument.strip() for argument in (order or arguments).split(",")]
        expression = traced(head, lambda: trace(getattr(head, method), *names))
        return self.writer.function(name, arguments, expression, doc)

    def of_weights(self, method: str, name: str, doc: str) -> str:
        """A function of the regularizer: `penalty` or `slope`."""
        regularizer = self.spec.regularizer
        expression = traced(regularizer, lambda: trace(getattr(regularizer, method), "w"))
        return self.writer.function(name, "w", expression, doc)

    def decide(self) -> str:
        """The function, in NumPy, that says which labels logits mean."""
        head = self.spec.head
        expression = traced(head, lambda: trace(head.predict, "z"))
        return self.numpy.function("decide", "z", expression, "The labels that logits mean.")

    def quality(self) -> str:
        """The code of `measure` for logits z and labels that NumPy understands."""
        if self.spec.problem == "regression":
            return "np.sqrt(np.mean((decide(z) - labels) ** 2))"
        return "np.mean(decide(z) == labels)"

    @property
    def measure(self) -> str:
        """The name of what is reported beside the loss."""
        return "rmse" if self.spec.problem == "regression" else "accuracy"


def traced(component: Component, expression: Any) -> Any:
    """The expression of a component; the error says which one has none."""
    try:
        return expression()
    except UntraceableError as error:
        raise UntraceableError(
            Text(
                "the {noun} {label!r} is no plain formula ({error})",
                noun=Text(component.registry.noun),
                label=Label(type(component)),
                error=text_of(error),
            )
        ) from None


def in_plot_units(spec: RunSpec) -> str:
    """The function that takes own data to where they are on the plot."""
    own = spec.dataset
    usual = (-EXTENT, EXTENT)
    if not isinstance(own, Custom) or (
        (own.x1_low, own.x1_high) == usual and (own.x2_low, own.x2_high) == usual
    ):
        return ""
    return f'''
def from_data(points):
    """Points (n, 2) in the units of your data, in those of the plot, which all else is given in."""
    low = np.array([{own.x1_low!r}, {own.x2_low!r}])
    high = np.array([{own.x1_high!r}, {own.x2_high!r}])
    return {2 * EXTENT!r} * (points - low) / (high - low) - {EXTENT!r}
'''


RESERVED = frozenset(
    {
        "decide",
        "delta",
        "evaluate",
        "features",
        "forward",
        "fresh",
        "from_data",
        "gradients",
        "inputs",
        "load",
    }
    | {"logits", "loss", "main", "network", "np", "output", "penalty", "predict", "pull"}
    | {"build", "keras", "known", "layers", "learn", "linears", "losses", "ops", "price", "torch"}
    | {"softmax", "start", "step", "targets", "train", "trained"}
)
"""Names that scripts use for something else."""


def _names(activations: Iterable[Activation]) -> dict[Activation, str]:
    """A name for each function: that of its kind, with a number where parameters differ."""
    names: dict[Activation, str] = {}
    for activation in activations:
        if activation not in names:
            kind = identifier(activation.name())
            taken = RESERVED | set(names.values())
            tries = (kind if i == 1 else f"{kind}_{i}" for i in count(1))
            names[activation] = next(name for name in tries if name not in taken)
    return names


def identifier(text: str) -> str:
    """A name for code."""
    return re.sub(r"\W", "_", text)


def summary(component: Component) -> str:
    """The help text of a component in one line."""
    return " ".join(component.help().split("\n\n")[0].split())


def parameters(component: Component) -> dict[str, Any]:
    """The parameters of a component by name."""
    return {name: value for name, value in component.to_dict().items() if name != "kind"}


def valued(call: str, component: Component, **more: str) -> str:
    """A call in a library's words, with the component's parameters and other values in place."""
    values = {name: repr(value) for name, value in parameters(component).items()} | more
    for name, value in values.items():
        call = re.sub(rf"\b{name}\b(?!\s*=[^=])", value.replace("\\", r"\\"), call)
    return call
