"""What all scripts have in common: how they begin, read their files, and are called."""

import re
from collections.abc import Iterable
from itertools import count
from textwrap import fill
from typing import Any, ClassVar

from app import __version__
from app.exporters.base import Exporter, File, Run, text_file
from app.exporters.code import NUMPY, WIDTH, Dialect, Writer, docstring, joined
from app.exporters.network_files import DATA, WEIGHTS, data_file, weights_file
from engine.activations import Activation
from engine.expression import UntraceableError, trace
from engine.registry import Component
from engine.spec import RunSpec

LONGEST_LINK = 300
"""Characters of a link that a script names: one with many points of its own is longer."""
USUAL_EPOCHS = 300
"""Epochs that a script trains for whose run has not begun."""


class Script(Exporter):
    """A runnable script in one library, with the points and the weights beside it."""

    suffix: ClassVar[str] = ".py"
    name_in_text: ClassVar[str]
    """The library, in a sentence."""
    dialect: ClassVar[Dialect]

    def lacks(self, spec: RunSpec) -> list[str]:
        try:
            self.body(Plan(spec, self.dialect))
        except UntraceableError as error:
            return [f"{self.name_in_text} cannot express this: {error}."]
        return []

    def files(self, run: Run) -> list[File]:
        name = f"network_{self.name()}{self.suffix}"
        text = self.script(run, name)
        return [text_file(name, "text/x-python", text), data_file(run), weights_file(run)]

    def script(self, run: Run, name: str) -> str:
        """The script as text."""
        plan = Plan(run.spec, self.dialect, run.trainer.epoch)
        body = self.body(plan)
        head = heading(run, name, self.name_in_text, self.needs, self.remarks(plan))
        return head + "\n" + body

    def remarks(self, plan: "Plan") -> list[str]:
        """What of the training is not as in the playground."""
        if plan.spec.mode != "tfp":
            return []
        return [
            "The playground replays playground.tensorflow.org here, and trains in its ways: samples"
            " after the last full batch count in the next epoch's first update, an L1 penalty ends"
            " links for good, and seed and random numbers are that page's. The trained network is"
            " the same; what --train gives comes out alike, not the same."
        ]

    def body(self, plan: "Plan") -> str:
        """The script after its heading."""
        raise NotImplementedError


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

    def data(self) -> str:
        """Reads the points, and makes the network's input and targets of them."""
        spec = self.spec
        columns = [f"label{i + 1}" for i in range(self.sizes[-1])]
        labels = columns if spec.problem == "multilabel" else ["label"]
        rows = [_traced(f, f.expression) for f in spec.features]
        inner = ", ".join(map(self.numpy.text, rows))
        features = f"np.stack([{inner}], axis=1)" if rows else "np.empty((len(points), 0))"
        takes = "    x1, x2 = points[:, 0], points[:, 1]\n" if rows else ""
        targets = _traced(
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
    return {self.numpy.text(targets)}''',
        ]
        return joined(blocks)

    def activations(self, *, slopes: bool) -> list[str]:
        """The definitions of the activation functions in use, each once."""
        blocks = []
        for activation, name in self.names.items():
            expression = _traced(activation, lambda a=activation: trace(a.f, "z"))
            if getattr(expression, "operation", "") == "call" and expression.name == name:
                self.writer.text(expression)  # so that it is defined
            else:
                blocks.append(self.writer.function(name, "z", expression, summary(activation)))
            if slopes:
                slope = _traced(activation, lambda a=activation: trace(a.slope, "z"))
                doc = f"The derivative of {name}."
                blocks.append(self.writer.function(f"{name}_slope", "z", slope, doc))
        return blocks

    def of_head(self, method: str, name: str, arguments: str, doc: str) -> str:
        """A function of the output: `output`, `loss`, `delta` or `predict`."""
        head = self.spec.head
        names = [argument.strip() for argument in arguments.split(",")]
        expression = _traced(head, lambda: trace(getattr(head, method), *names))
        return self.writer.function(name, arguments, expression, doc)

    def of_weights(self, method: str, name: str, doc: str) -> str:
        """A function of the regularizer: `penalty` or `slope`."""
        regularizer = self.spec.regularizer
        expression = _traced(regularizer, lambda: trace(getattr(regularizer, method), "w"))
        return self.writer.function(name, "w", expression, doc)

    @property
    def measure(self) -> str:
        """The name of what is reported beside the loss."""
        return "rmse" if self.spec.problem == "regression" else "accuracy"


def _traced(component: Component, expression: Any) -> Any:
    """The expression of a component; the error says which one has none."""
    try:
        return expression()
    except UntraceableError as error:
        raise UntraceableError(
            f"the {component.registry.noun} {component.label!r} is no plain formula ({error})"
        ) from None


RESERVED = frozenset(
    {"decide", "delta", "evaluate", "features", "forward", "fresh", "gradients", "inputs", "load"}
    | {"logits", "loss", "main", "network", "np", "output", "penalty", "predict", "pull"}
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


def heading(run: Run, name: str, library: str, needs: str, remarks: Iterable[str]) -> str:
    """The docstring of a script, and the link of its experiment."""
    spec = run.spec
    features = ", ".join(feature.title() for feature in spec.features) or "none"
    layers = ", ".join(f"{layer.units} {layer.activation.label}" for layer in spec.layers)
    about = [
        f"Data: {spec.dataset.label}; {run.trainer.data.train.size} points to train on,"
        f" {run.trainer.data.test.size} to test.",
        f"Features: {features}. Hidden layers: {layers or 'none'}. Output: {spec.head.label}.",
        f"Trained for {run.trainer.epoch} epochs in Neural Network Playground {__version__}.",
    ]
    usage = f"""
    python {name}            the trained network: its loss and its {_measure(spec)}
    python {name} --train    trains from a fresh start; --epochs N says how long
"""
    wanted = f"Needs {needs}, and {DATA} and {WEIGHTS} in the same folder."
    paragraphs = [f"A neural network in {library}.", "\n".join(fill(line, WIDTH) for line in about)]
    paragraphs += [usage.strip("\n"), wanted, *(fill(remark, WIDTH) for remark in remarks)]
    text = docstring("\n\n".join(paragraphs), spaces=0, wrap=False) + "\n"
    if 0 < len(run.link) <= LONGEST_LINK and re.fullmatch(r"[!-~]+", run.link):
        text += f"\n# The experiment, to open in the playground: {run.link}\n"
    return text


def _measure(spec: RunSpec) -> str:
    return "root mean squared error" if spec.problem == "regression" else "accuracy"


OPENING = f"""
FOLDER = Path(__file__).parent
SAVED = json.loads((FOLDER / "{WEIGHTS}").read_text("utf-8"))
"""

MAIN = '''
def main():
    """Shows how good the network is: the trained one, or one that is trained now."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\\n")[0])
    parser.add_argument("--train", action="store_true", help="train from a fresh start")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how long (%(default)s)")
    arguments = parser.parse_args()
    network = train(arguments.epochs) if arguments.train else trained()
    for split in ("train", "test"):
        loss, {measure} = evaluate(split, network)
        print(f"{{split:5}}  loss {{loss:.6f}}  {measure} {{{measure}:.6f}}")


if __name__ == "__main__":
    main()
'''


def main(plan: Plan) -> str:
    """The end of a script."""
    return MAIN.strip("\n").format(measure=plan.measure) + "\n"
