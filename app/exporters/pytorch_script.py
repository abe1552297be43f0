"""A script in PyTorch."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from app.exporters.base import EXPORTERS
from app.exporters.code import Dialect, joined
from app.exporters.numpy_script import drawn, translated
from app.exporters.plan import Plan, parameters, summary, valued
from app.exporters.script import OPENING, Script, main
from engine.activations import Activation, Linear
from engine.expression import UntraceableError
from engine.initializers import Auto, Initializer
from engine.optimizers import Optimizer
from engine.registry import Label
from engine.text import Text

PYTORCH = Dialect(
    "PyTorch",
    {
        "absolute": "torch.abs(a)",
        "arccos": "torch.acos(a)",
        "arcsin": "torch.asin(a)",
        "arctan": "torch.atan(a)",
        "arctan2": "torch.atan2(a, b)",
        "first": "a[:, :1]",
        "max": "torch.amax(a, 1, keepdim=True)",
        "maximum": "torch.clamp(a, min=b)",
        "mean": "torch.mean(a, 1, keepdim=True)",
        "min": "torch.amin(a, 1, keepdim=True)",
        "minimum": "torch.clamp(a, max=b)",
        "ones_like": "torch.ones_like(a)",
        "sum": "torch.sum(a, 1, keepdim=True)",
        "zeros_like": "torch.zeros_like(a)",
    },
    default="torch.",
    known=frozenset(
        {"exp", "exp2", "expm1", "floor", "hypot", "log", "log10", "log1p", "log2", "reciprocal"}
        | {"remainder", "sign", "sin", "sinh", "sqrt", "square", "cos", "cosh", "tan", "tanh"}
        | {"where"}
    ),
    functions={
        "sigmoid": "torch.sigmoid(a)",
        "softmax": "torch.softmax(a, 1)",
        "softplus": "F.softplus(a)",
    },
)


@EXPORTERS.register
@dataclass(frozen=True)
class PytorchScript(Script):
    """A script for PyTorch: a `Sequential` network with the trained weights, and its training."""

    label: ClassVar[str] = "PyTorch script"
    label_es: ClassVar[str] = "Script de PyTorch"
    help_es: ClassVar[str] = (
        "Un script para PyTorch: una red `Sequential` con los pesos entrenados, y su entrenamiento."
    )
    name_in_text: ClassVar[str] = "PyTorch"
    needs: ClassVar[str] = "torch numpy"
    dialect: ClassVar[Dialect] = PYTORCH
    kind: Literal["pytorch"] = "pytorch"

    def body(self, plan: Plan) -> str:
        layers, functions = network(plan)
        functions.append(plan.of_head("output", "output", "z", "The answers that logits z mean."))
        functions.append(loss(plan))
        if plan.regularized:
            functions.append(plan.of_weights("penalty", "price", summary(plan.spec.regularizer)))
        decide = plan.decide()
        optimizer, classes = optimizer_of(plan)
        return joined(
            [
                IMPORTS + OPENING + "\n" + plan.constants() + PRECISION,
                plan.data(),
                *plan.numpy.definitions(),
                *plan.writer.definitions(),
                *functions,
                decide,
                layers,
                TRAINED,
                start(plan),
                classes,
                TRAIN.format(
                    optimizer=optimizer, penalty=PENALTY if plan.regularized else ""
                ).replace("\n\n\n", "\n"),
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
import torch
from torch import nn
from torch.nn import functional as F
"""

PRECISION = """

torch.set_default_dtype(torch.float64)  # as precise as the playground
torch.manual_seed(0)"""

TRAINED = '''
def linears(network):
    """The layers that have weights."""
    return [layer for layer in network if isinstance(layer, nn.Linear)]


@cache
def trained():
    """The network that was trained in the playground."""
    network = build()
    with torch.no_grad():
        for linear, saved in zip(linears(network), SAVED["layers"]):
            linear.weight.copy_(torch.tensor(saved["weights"]).reshape(linear.weight.shape))
            linear.bias.copy_(torch.tensor(saved["biases"]))
    return network


def logits(points, network):
    """What comes out of the last layer for points (n, 2)."""
    with torch.no_grad():
        return network(torch.tensor(inputs(points)))


def predict(points, network=None):
    """The network's answers to points (n, 2), (n, outputs); by default the trained one's."""
    return output(logits(np.asarray(points, float), network or trained())).numpy()
'''

TRAIN = '''
def train(epochs):
    """A network that has been trained for so many epochs, from a fresh start."""
    points, labels = load("train")
    x, t = torch.tensor(inputs(points)), torch.tensor(targets(labels))
    network = start()
    optimizer = {optimizer}
    for epoch in range(1, epochs + 1):
        order = torch.randperm(len(x)) if SHUFFLE else torch.arange(len(x))
        for batch in order.split(BATCH_SIZE or len(x)):
            optimizer.zero_grad()
            cost = loss(network(x[batch]), t[batch]){penalty}
            cost.backward()
            optimizer.step()
        if epoch % max(1, epochs // 10) == 0:
            print(f"epoch {{epoch}}: loss {{loss(logits(points, network), t):.6f}}")
    return network
'''

PENALTY = """
            prices = [price(linear.weight).sum() for linear in linears(network)]
            cost = cost + REGULARIZATION_RATE * sum(prices)"""

EVALUATE = '''
def evaluate(split, network):
    """The mean loss of a split, and how good the answers are."""
    points, labels = load(split)
    z = logits(points, network)
    mean = loss(z, torch.tensor(targets(labels))).item()
    z = z.numpy()
    quality = {measure}
    return mean, quality
'''


def network(plan: Plan) -> tuple[str, list[str]]:
    """The function that builds the network, and the functions that PyTorch has no layer for."""
    rows, own = [], False
    for i, (fan_in, fan_out) in enumerate(zip(plan.sizes, plan.sizes[1:], strict=False)):
        rows.append(f"nn.Linear({fan_in}, {fan_out})")
        if i < len(plan.spec.layers):
            activation = plan.spec.layers[i].activation
            own = own or not activation.pytorch
            layer = valued(activation.pytorch, activation)
            rows.append(layer.replace("'", '"') or f"Apply({plan.names[activation]})")
    lines = "\n".join(f"        {row}," for row in rows)
    text = f'''
def build():
    """The network with whatever weights PyTorch gives it."""
    return nn.Sequential(
{lines}
    )
'''
    blocks = plan.activations(slopes=False, but=lambda activation: bool(activation.pytorch))
    return text, [*blocks, *([APPLY] if own else [])]


APPLY = '''
class Apply(nn.Module):
    """A layer that applies a function to each number."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, z):
        return self.function(z)
'''


def loss(plan: Plan) -> str:
    """The function of the mean loss."""
    words = plan.spec.head.pytorch
    if not words:
        each = plan.of_head("loss", "losses", "z, t", "The loss of each sample, for targets t.")
        return f'''{each}


def loss(z, t):
    """Their mean."""
    return losses(z, t).mean()
'''
    called = words.replace("'", '"')
    return f'''
def loss(z, t):
    """The mean loss of logits z for targets t."""
    return {called}
'''


def start(plan: Plan) -> str:
    """The function that makes a network with fresh weights."""
    spec = plan.spec
    activations: list[Activation] = [*(layer.activation for layer in spec.layers), Linear()]
    calls = []
    shapes = zip(plan.sizes, plan.sizes[1:], activations, strict=False)
    for fan_in, fan_out, activation in shapes:
        initializer = chosen(spec.initializer, activation)
        if initializer.pytorch:
            words = valued(initializer.pytorch, initializer).replace("torch.nn.", "nn.")
            calls.append(words.replace("'", '"'))
        else:
            weights = drawn(spec, fan_in, fan_out, activation, plan.numpy)
            calls.append(f"w.copy_(torch.tensor({weights}))")
    if plan.sizes[0] == 0:
        calls[0] = "pass  # it has no weights"
    rng = "\n    rng = np.random.default_rng(0)" if any("rng." in call for call in calls) else ""
    if len(set(calls)) == 1:
        body = f"""        for linear in linears(network):
            w = linear.weight
            {calls[0]}"""
    else:
        body = "\n".join(
            f"        w = linears(network)[{i}].weight\n        {call}"
            for i, call in enumerate(calls)
        )
    return f'''
def start():
    """A network with fresh weights. {spec.initializer.label}."""
    network = build(){rng}
    with torch.no_grad():
{body}
        for linear in linears(network):
            linear.bias.fill_({spec.bias!r})
    return network
'''


def chosen(initializer: Initializer, activation: Activation) -> Initializer:
    """The initializer of a layer, which may follow its activation."""
    return initializer.chosen(activation) if isinstance(initializer, Auto) else initializer


def optimizer_of(plan: Plan) -> tuple[str, str]:
    """The call that makes the optimizer, and the class that PyTorch does not have for it."""
    optimizer = plan.spec.optimizer
    if optimizer.pytorch:
        given = {"parameters": "network.parameters()", "rate": "LEARNING_RATE"}
        return valued(optimizer.pytorch, optimizer, **given), ""
    return "Optimizer(network.parameters())", own_optimizer(optimizer, plan)


def own_optimizer(optimizer: Optimizer, plan: Plan) -> str:
    """A class of an optimizer, from its code."""
    if not optimizer.code:
        raise UntraceableError(
            Text(
                "the optimizer {label!r} is not written as code",
                label=Label(type(optimizer)),
            )
        )
    kept = {name: float(a.flat[0]) for name, a in optimizer.state(np.zeros(2)).items()}
    state = ", ".join(f'"{name}": torch.full_like(w, {value!r})' for name, value in kept.items())
    numbers = [f"{name} = {value!r}" for name, value in parameters(optimizer).items()]
    begin = [f'{name} = state["{name}"]' for name in kept]
    end = [f'state["{name}"] = {name}' for name in kept]
    code = [translated(line, plan.writer) for line in optimizer.code]
    code = [f"new{line[1:]}" if line.startswith("w =") else line for line in code]
    body = "\n                ".join([*begin, *code, *end, "w.copy_(new)"])
    return f'''
class Optimizer(torch.optim.Optimizer):
    """{summary(optimizer)}"""

    def __init__(self, parameters):
        super().__init__(parameters, {{}})

    @torch.no_grad()
    def step(self):
        {"; ".join(["rate = LEARNING_RATE", *numbers])}
        for group in self.param_groups:
            for w in group["params"]:
                g = w.grad
                state = self.state[w] = self.state[w] or {{{state}}}
                {body}
'''
