"""A script in NumPy alone, with the gradients written out."""

import ast
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from app.exporters.base import EXPORTERS
from app.exporters.code import NUMPY, Dialect, Writer, docstring, joined
from app.exporters.plan import Plan, parameters, summary
from app.exporters.script import OPENING, Script, main
from engine.activations import Linear
from engine.arrays import Array
from engine.expression import Draws, Symbol, UntraceableError
from engine.optimizers import Optimizer
from engine.registry import Label
from engine.spec import RunSpec
from engine.streams import entropy
from engine.text import Text


@EXPORTERS.register
@dataclass(frozen=True)
class NumpyScript(Script):
    """A script that needs nothing but NumPy, with the gradients written out. From a fresh start it
    goes through the same numbers as the playground, up to rounding."""

    label: ClassVar[str] = "NumPy script"
    label_es: ClassVar[str] = "Script de NumPy"
    help_es: ClassVar[str] = (
        "Un script que no necesita nada más que NumPy, con los gradientes escritos. Desde un "
        "comienzo nuevo pasa por los mismos números que la página, salvo el redondeo."
    )
    name_in_text: ClassVar[str] = "NumPy"
    needs: ClassVar[str] = "numpy"
    dialect: ClassVar[Dialect] = NUMPY
    kind: Literal["numpy"] = "numpy"

    def body(self, plan: Plan) -> str:
        functions = [
            *plan.activations(slopes=True),
            plan.of_head("output", "output", "z", "The answers that logits z mean."),
            plan.of_head("loss", "loss", "z, t", "The loss of each sample, for targets t."),
            plan.of_head("delta", "delta", "z, t", "The derivative of the loss by the logits."),
            plan.decide(),
        ]
        if plan.regularized:
            doc = f"The derivative of the price on weights. {summary(plan.spec.regularizer)}"
            functions.append(plan.of_weights("slope", "pull", doc))
        data = plan.data()
        return joined(
            [
                IMPORTS + OPENING + "\n" + plan.constants(*seeds(plan.spec)),
                data,
                *plan.writer.definitions(),
                *functions,
                table(plan),
                NETWORK,
                start(plan),
                step(plan.spec.optimizer, plan.writer),
                training(plan),
                EVALUATE.format(measure=plan.quality()),
                main(plan),
            ]
        )


IMPORTS = """
import argparse
import json
from functools import cache
from pathlib import Path

import numpy as np
"""

NETWORK = '''
def forward(x, network):
    """What goes through the network: the pre-activations and the activations of all layers.

    The first activations are the input, the last pre-activations are the logits.
    """
    zs, activations = [], [x]
    for (w, b), (f, _) in zip(network, ACTIVATIONS):
        zs.append(activations[-1] @ w.T + b)
        activations.append(f(zs[-1]))
    w, b = network[-1]
    zs.append(activations[-1] @ w.T + b)
    return zs, activations


def gradients(x, t, network):
    """The derivatives of the mean loss by all weights and biases: backpropagation."""
    zs, activations = forward(x, network)
    d = delta(zs[-1], t) / len(x)
    found = []
    for layer in reversed(range(len(network))):
        w, _ = network[layer]
        found.insert(0, (d.T @ activations[layer], d.sum(axis=0)))
        if layer > 0:
            _, slope = ACTIVATIONS[layer - 1]
            d = (d @ w) * slope(zs[layer - 1])
    return found


@cache
def trained():
    """The network that was trained in the playground: weights and biases of each layer."""
    return [(np.array(layer["weights"]), np.array(layer["biases"])) for layer in SAVED["layers"]]


def logits(points, network):
    """The output layer's pre-activations for points (n, 2)."""
    return forward(inputs(points), network)[0][-1]


def predict(points, network=None):
    """The network's answers to points (n, 2), (n, outputs); by default the trained one's."""
    return output(logits(np.asarray(points, float), network or trained()))
'''

TRAIN = '''
def train(epochs):
    """A network that has been trained for so many epochs, from a fresh start."""
    points, labels = load("train")
    x, t = inputs(points), targets(labels)
    size = min(BATCH_SIZE or len(x), len(x))
    network = start(){states}
    rng = np.random.default_rng(SHUFFLE_SEED)
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(x)) if SHUFFLE else np.arange(len(x))
        for first in range(0, len(x), size):
            batch = order[first : first + size]
            found = gradients(x[batch], t[batch], network){penalty}
{update}
        if epoch % max(1, epochs // 10) == 0:
            print(f"epoch {{epoch}}: loss {{loss(logits(points, network), t).mean():.6f}}")
    return network
'''

PLAIN_UPDATE = """
            network = [
                (step(w, dw), step(b, db)) for (w, b), (dw, db) in zip(network, found)
            ]"""

STATES = """
    states = [[fresh(w), fresh(b)] for w, b in network]"""

UPDATE = """
            for i, ((w, b), (dw, db)) in enumerate(zip(network, found)):
                w, states[i][0] = step(w, dw, states[i][0])
                b, states[i][1] = step(b, db, states[i][1])
                network[i] = (w, b)"""

PENALTY = """
            found = [
                (dw + REGULARIZATION_RATE * pull(w), db)
                for (w, _), (dw, db) in zip(network, found)
            ]"""

EVALUATE = '''
def evaluate(split, network):
    """The mean loss of a split, and how good the answers are."""
    points, labels = load(split)
    z = logits(points, network)
    quality = {measure}
    return loss(z, targets(labels)).mean(), quality
'''


def seeds(spec: RunSpec) -> list[str]:
    """The seeds of the random numbers that the engine draws for weights and order."""
    return [
        f"WEIGHT_SEED = {entropy(spec.weight_seed, 'weights')}",
        f"SHUFFLE_SEED = {entropy(spec.weight_seed, 'shuffle')}",
    ]


def table(plan: Plan) -> str:
    """Which function each hidden layer has, with its derivative."""
    names = [plan.names[layer.activation] for layer in plan.spec.layers]
    if not names:
        return "ACTIVATIONS = []  # there is no hidden layer"
    rows = "".join(f"    ({name}, {name}_slope),\n" for name in names)
    return f"ACTIVATIONS = [  # of the hidden layers, each with its derivative\n{rows}]"


def training(plan: Plan) -> str:
    """The function that trains."""
    keeps = bool(plan.spec.optimizer.state(np.zeros(2)))
    return TRAIN.format(
        states=STATES if keeps else "",
        penalty=PENALTY if plan.regularized else "",
        update=(UPDATE if keeps else PLAIN_UPDATE).lstrip("\n"),
    )


def start(plan: Plan) -> str:
    """The function that makes fresh weights: the draws of the initializer, layer by layer."""
    spec = plan.spec
    activations = [*(layer.activation for layer in spec.layers), Linear()]
    rows = []
    for fan_in, fan_out, activation in zip(plan.sizes, plan.sizes[1:], activations, strict=False):
        weights = drawn(spec, fan_in, fan_out, activation, plan.writer)
        rows.append(f"        ({weights}, np.full({fan_out}, {spec.bias!r})),")
    doc = summary(spec.initializer)
    doc = f"{spec.initializer.label}: {doc[0].lower() + doc[1:]}"
    text = docstring(f"Fresh weights (to, from) and biases of each layer.\n\n{doc}")
    body = "\n".join(rows)
    rng = "    rng = np.random.default_rng(WEIGHT_SEED)\n" if "rng." in body else ""
    return f"""
def start():
    {text}
{rng}    return [
{body}
    ]
"""


def drawn(spec: RunSpec, fan_in: int, fan_out: int, activation: Any, writer: Writer) -> str:
    """The code that draws the weights of a layer."""
    draws: Any = Draws()
    weights: Any = spec.initializer.draw(draws, fan_in, fan_out=fan_out, activation=activation)
    if isinstance(weights, Symbol):
        return writer.text(weights)
    if np.unique(weights).size <= 1:
        value = float(weights.flat[0]) if weights.size else 0.0
        return f"np.full(({fan_out}, {fan_in}), {value!r})"
    raise UntraceableError(
        Text(
            "the initializer {label!r} is no plain formula",
            label=Label(type(spec.initializer)),
        )
    )


def step(optimizer: Optimizer, writer: Writer) -> str:
    """The function that makes one step of the optimizer."""
    if not optimizer.code:
        raise UntraceableError(
            Text(
                "the optimizer {label!r} is not written as code",
                label=Label(type(optimizer)),
            )
        )
    given = "".join(f", {name}={value!r}" for name, value in parameters(optimizer).items())
    code = [translated(line, writer) for line in optimizer.code]
    kept = optimizer.state(np.zeros(2))
    if not kept:
        text = f"Weights or biases w after a step with their gradient g.\n\n{summary(optimizer)}"
        body = "\n    ".join([*code, "return w"])
        return f"""
def step(w, g, rate=LEARNING_RATE{given}):
    {docstring(text)}
    {body}
"""
    names = "(" + ", ".join(kept) + ("," if len(kept) == 1 else "") + ")"
    body = "\n    ".join([f"{names} = state", *code, f"return w, {names}"])
    starts = [_like(array) for array in kept.values()]
    fresh = ", ".join(starts) + ("," if len(starts) == 1 else "")
    text = "Weights or biases w after a step with their gradient g, and the new state."
    text += f"\n\n{summary(optimizer)}"
    return f'''
def fresh(w):
    """What the optimizer remembers of weights or biases before the first step."""
    return ({fresh})


def step(w, g, state, rate=LEARNING_RATE{given}):
    {docstring(text)}
    {body}
'''


def _like(array: Array) -> str:
    """The code for an array that an optimizer begins with."""
    values = set(array.ravel().tolist())
    if len(values) > 1:
        raise UntraceableError(Text("the optimizer begins with different numbers for each weight"))
    (value,) = values
    return repr(value) if array.ndim == 0 else f"np.full_like(w, {value!r})"


def translated(line: str, writer: Writer) -> str:
    """A line of an optimizer's code in the words of a library."""

    class Words(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.expr:
            self.generic_visit(node)
            assert isinstance(node.func, ast.Name)
            return writer.applied(node.func.id, node.args)

    return ast.unparse(Words().visit(ast.parse(line)))
