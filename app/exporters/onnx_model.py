"""A model in the Open Neural Network Exchange format, from raw points to answers.

It computes in double precision, as the engine does. Runtimes have few functions in double: what
they lack is put together from what they have.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from app import __version__
from app.exporters.base import EXPORTERS, Exporter, File, Run
from app.exporters.code import key_of
from app.exporters.plan import traced
from app.exporters.script import LONGEST_LINK
from engine.arrays import Array
from engine.expression import Symbol, UntraceableError, trace
from engine.spec import RunSpec
from engine.text import Text, text_of

if TYPE_CHECKING:
    import onnx

OPSET = 18
"""Of the operators: onnxruntime has it since 1.14 (February 2023)."""
IR_VERSION = 8
"""Of the file format, the one of that opset."""


@EXPORTERS.register
@dataclass(frozen=True)
class OnnxModel(Exporter):
    """The trained network for any ONNX runtime: features and standardization are part of it, so it
    takes points and gives answers."""

    label: ClassVar[str] = "ONNX model"
    label_es: ClassVar[str] = "Modelo ONNX"
    help_es: ClassVar[str] = (
        "La red entrenada para cualquier motor de ONNX: las características y la estandarización "
        "forman parte de ella, así que recibe puntos y da respuestas."
    )
    suffix: ClassVar[str] = ".onnx"
    needs: ClassVar[str] = "onnxruntime"
    kind: Literal["onnx"] = "onnx"

    def lacks(self, spec: RunSpec) -> list[str]:
        if find_spec("onnx") is None:
            return [
                Text("The server has no package to write ONNX with; install it: pip install onnx.")
            ]
        try:
            Graph().network(spec, None)
        except UntraceableError as error:
            return [
                Text(
                    "{program} cannot express this: {reason}.",
                    program="ONNX",
                    reason=text_of(error),
                )
            ]
        return []

    def files(self, run: Run) -> list[File]:
        graph = Graph()
        graph.network(run.spec, run)
        data: bytes = model(graph, run).SerializeToString()
        return [File("network.onnx", "application/octet-stream", data)]


def _by_asin(x: Any) -> Any:
    """The arcsine: the one in single precision, and a step of Newton's in double."""
    y = Symbol("single", (x,), name="Asin")
    return y + (x - np.sin(y)) / np.cos(y)


def _by_atan(x: Any) -> Any:
    """The arctangent, likewise; the step is exact to the third order."""
    y = Symbol("single", (x,), name="Atan")
    t = np.sin(y) / np.cos(y)
    return y + (x - t) / (1.0 + x * t)


def _by_quadrant(y: Any, x: Any) -> Any:
    """The angle of the point (x, y)."""
    turned = np.where(y >= 0.0, math.pi, -math.pi)
    upright = np.where(y > 0.0, math.pi / 2, np.where(y < 0.0, -math.pi / 2, 0.0))
    beside = np.where(x == 0.0, 1.0, x)
    near = np.arctan(y / beside)
    return np.where(x > 0.0, near, np.where(x < 0.0, near + turned, upright))


OPERATORS = {
    "absolute": "Abs", "add": "Add", "cos": "Cos", "divide": "Div", "equal": "Equal", "exp": "Exp",
    "floor": "Floor", "greater": "Greater", "greater_equal": "GreaterOrEqual", "less": "Less",
    "less_equal": "LessOrEqual", "log": "Log", "maximum": "Max", "minimum": "Min",
    "multiply": "Mul", "negative": "Neg", "power": "Pow", "reciprocal": "Reciprocal",
    "sign": "Sign", "sin": "Sin", "sqrt": "Sqrt", "subtract": "Sub", "tanh": "Tanh",
    "where": "Where",
}  # fmt: skip
COMPOSED: Mapping[str, Callable[..., Any]] = {
    "arccos": lambda a: math.pi / 2 - np.arcsin(a),
    "arcsin": _by_asin,
    "arctan": _by_atan,
    "arctan2": _by_quadrant,
    "cosh": lambda a: (np.exp(a) + np.exp(-a)) / 2.0,
    "expm1": lambda a: np.exp(a) - 1.0,
    "hypot": lambda a, b: np.sqrt(a * a + b * b),
    "log10": lambda a: np.log(a) / math.log(10.0),
    "log1p": lambda a: np.log(1.0 + a),
    "log2": lambda a: np.log(a) / math.log(2.0),
    "not_equal": lambda a, b: np.where(a == b, 0.0, 1.0) > 0.0,
    "ones_like": lambda a: a * 0.0 + 1.0,
    "remainder": lambda a, b: a - b * np.floor(a / b),
    "sinh": lambda a: (np.exp(a) - np.exp(-a)) / 2.0,
    "square": lambda a: a * a,
    "tan": lambda a: np.sin(a) / np.cos(a),
    "zeros_like": lambda a: a * 0.0,
}
REDUCTIONS = {"max": "ReduceMax", "mean": "ReduceMean", "min": "ReduceMin", "sum": "ReduceSum"}
FUNCTIONS = {"sigmoid": "Sigmoid", "softmax": "Softmax", "softplus": "Softplus"}


@dataclass(frozen=True)
class Node:
    """An operator and what it is applied to; `make` knows its attributes."""

    operator: str
    inputs: tuple[str, ...]
    output: str
    attributes: tuple[tuple[str, Any], ...] = ()


class Graph:
    """The nodes of a model; the names of results are numbers."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.constants: dict[str, Array] = {}

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Adds an operator; returns the name of its result."""
        output = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(Node(operator, inputs, output, tuple(attributes.items())))
        return output

    def constant(self, value: Any, name: str = "") -> str:
        """Adds a tensor; returns its name. Numbers that occur again have one."""
        array = np.asarray(value)
        if not name:
            name = (
                f"number_{float(array)!r}" if array.ndim == 0 else f"constant_{len(self.constants)}"
            )
        self.constants[name] = array
        return name

    def expression(self, value: Any, known: dict[Any, str]) -> str:
        """Adds what a function computes; `known` are names for parts that are there already."""
        if not isinstance(value, Symbol):
            array = np.asarray(value, np.float64)
            return self.constant(array.T if array.ndim == 2 else array)
        key = key_of(value)
        if key not in known:
            known[key] = self._computed(value, known)
        return known[key]

    def _computed(self, value: Symbol, known: dict[Any, str]) -> str:
        operation = value.operation
        if operation in COMPOSED:
            return self.expression(COMPOSED[operation](*value.parts), known)
        if operation == "call" and value.name not in FUNCTIONS:
            assert value.function is not None
            written: Any = value.function(value.parts[0])
            return self.expression(written, known)
        inputs = [self.expression(part, known) for part in value.parts]
        if operation in OPERATORS:
            return self.node(OPERATORS[operation], *inputs)
        if operation == "call":
            axis = {"axis": 1} if value.name == "softmax" else {}
            return self.node(FUNCTIONS[value.name], *inputs, **axis)
        if operation in REDUCTIONS:
            axes = self.constant(np.array([1], np.int64), "axes")
            return self.node(REDUCTIONS[operation], *inputs, axes, keepdims=1)
        if operation == "first":
            return self.node("Gather", *inputs, self.constant(np.array([0]), "at_0"), axis=1)
        if operation == "single":
            single = self.node("Cast", *inputs, to="FLOAT")
            return self.node("Cast", self.node(value.name, single), to="DOUBLE")
        raise UntraceableError(
            Text(
                "ONNX has no {operation}",
                operation=operation,
            )
        )

    def network(self, spec: RunSpec, run: Run | None) -> None:
        """Adds the network; without a run, one whose parameters are missing."""
        x1, x2 = (
            self.node("Gather", "points", self.constant(np.array([i]), f"at_{i}"), axis=1)
            for i in (0, 1)
        )
        known = {key_of(Symbol("name", name=name)): at for name, at in (("x1", x1), ("x2", x2))}
        rows = [self.expression(traced(f, f.expression), known) for f in spec.features]
        a = self.node("Concat", *rows, axis=1) if rows else ""
        if run is not None and spec.standardize and rows:
            inputs = run.trainer.inputs
            a = self.node("Sub", a, self.constant(inputs.mean[:, 0], "mean"))
            a = self.node("Div", a, self.constant(inputs.scale[:, 0], "scale"))
        matrices = (
            run.trainer.network.matrices if run else [np.empty((1, 2))] * (len(spec.layers) + 1)
        )
        for i, matrix in enumerate(matrices):
            w, b = np.array(matrix[:, :-1], np.float64), np.array(matrix[:, -1], np.float64)
            if not a:  # no feature, and so no weights: a column of zeros gives the biases alone
                a, w = self.node("Sub", x1, x1), np.zeros((len(b), 1))
            names = self.constant(w, f"weights_{i + 1}"), self.constant(b, f"biases_{i + 1}")
            a = self.node("Gemm", a, *names, transB=1)
            if i < len(spec.layers):
                activation = spec.layers[i].activation
                expression = traced(activation, lambda f=activation.f: trace(f, "z"))
                a = self.expression(expression, {key_of(Symbol("name", name="z")): a})
        expression = traced(spec.head, lambda: trace(spec.head.output, "z"))
        a = self.expression(expression, {key_of(Symbol("name", name="z")): a})
        self.nodes.append(Node("Identity", (a,), "answers"))


def model(graph: Graph, run: Run) -> "onnx.ModelProto":
    """The graph as a model, with what it is about."""
    from onnx import TensorProto, checker, helper, numpy_helper

    def attribute(value: Any) -> Any:
        return getattr(TensorProto, value) if isinstance(value, str) else value

    spec = run.spec
    outputs = run.trainer.network.sizes[-1]
    about = (
        f"The answers of a neural network to points (n, 2), in double precision: {outputs} for"
        f" each. Output: {spec.head.label}."
    )
    nodes = [
        helper.make_node(
            node.operator,
            node.inputs,
            [node.output],
            **{name: attribute(value) for name, value in node.attributes},
        )
        for node in graph.nodes
    ]
    shapes = {"points": 2, "answers": outputs}
    points, answers = (
        helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["n", width])
        for name, width in shapes.items()
    )
    constants = [numpy_helper.from_array(array, name) for name, array in graph.constants.items()]
    made = helper.make_model(
        helper.make_graph(nodes, "network", [points], [answers], constants, doc_string=about),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="Neural Network Playground",
        producer_version=__version__,
        doc_string=about,
    )
    metadata = {"epoch": f"{run.trainer.epoch}", "dataset": spec.dataset.label}
    if len(run.link) <= LONGEST_LINK:
        metadata["link"] = run.link
    helper.set_model_props(made, metadata)
    checker.check_model(made)
    return made
