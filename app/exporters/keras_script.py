"""A script in Keras 3, whatever its backend."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from app.exporters.base import EXPORTERS
from app.exporters.code import Dialect, joined
from app.exporters.numpy_script import drawn, translated
from app.exporters.plan import Plan, parameters, summary, valued
from app.exporters.pytorch_script import chosen
from app.exporters.script import OPENING, Script, main
from engine.activations import Activation, Linear
from engine.expression import UntraceableError
from engine.initializers import Initializer
from engine.optimizers import Optimizer
from engine.registry import Label
from engine.spec import RunSpec
from engine.text import Text

KERAS = Dialect(
    "Keras",
    {
        "absolute": "ops.abs(a)",
        "first": "a[:, :1]",
        "max": "ops.max(a, axis=-1, keepdims=True)",
        "mean": "ops.mean(a, axis=-1, keepdims=True)",
        "min": "ops.min(a, axis=-1, keepdims=True)",
        "sum": "ops.sum(a, axis=-1, keepdims=True)",
    },
    default="ops.",
    known=frozenset(
        {"arccos", "arcsin", "arctan", "arctan2", "cos", "cosh", "exp", "expm1", "floor", "log"}
        | {"log10", "log1p", "log2", "maximum", "minimum", "mod", "ones_like", "reciprocal"}
        | {"sign", "sin", "sinh", "sqrt", "square", "tan", "tanh", "where", "zeros_like"}
    ),
    functions={
        "sigmoid": "ops.sigmoid(a)",
        "softmax": "ops.softmax(a)",
        "softplus": "ops.softplus(a)",
    },
)


@EXPORTERS.register
@dataclass(frozen=True)
class KerasScript(Script):
    """A script for Keras 3, on whichever backend is installed: TensorFlow, JAX or PyTorch."""

    label: ClassVar[str] = "Keras script"
    label_es: ClassVar[str] = "Script de Keras"
    help_es: ClassVar[str] = (
        "Un script para Keras 3, con el motor que tengas instalado: TensorFlow, JAX o PyTorch."
    )
    name_in_text: ClassVar[str] = "Keras 3"
    needs: ClassVar[str] = "keras numpy"
    dialect: ClassVar[Dialect] = KERAS
    kind: Literal["keras"] = "keras"

    def lacks(self, spec: RunSpec) -> list[str]:
        none = (
            [] if spec.features else [Text("Keras has no layer without inputs; choose a feature.")]
        )
        return [*none, *super().lacks(spec)]

    def remarks(self, plan: Plan) -> list[str]:
        truncated = plan.spec.initializer.keras_truncates
        text = "Keras cuts its normal distributions at two standard deviations, the playground does"
        return [*super().remarks(plan), *([f"{text} not."] if truncated else [])]

    def body(self, plan: Plan) -> str:
        network = build(plan)
        functions = plan.activations(slopes=False, but=lambda activation: bool(activation.keras))
        functions.append(plan.of_head("output", "output", "z", "The answers that logits z mean."))
        head = plan.spec.head
        if not head.keras:
            doc = "The loss of each sample, for targets t."
            functions.append(plan.of_head("loss", "loss", "t, z", doc, "z, t"))
        regularizer = plan.spec.regularizer
        if plan.regularized and not regularizer.keras:
            functions.append(plan.of_weights("penalty", "penalty", summary(regularizer)))
            functions.append(PRICE)
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
                DENSE,
                network,
                TRAINED,
                classes,
                TRAIN.format(optimizer=optimizer, loss=head.keras or "loss"),
                EVALUATE.format(
                    measure=plan.quality(), loss=f"{head.keras}" if head.keras else "loss"
                ),
                main(plan),
            ]
        )


IMPORTS = """
import argparse
import importlib.util
import json
import os
from functools import cache
from pathlib import Path

import numpy as np

# Keras takes the backend that KERAS_BACKEND names; here, the first one that is installed.
BACKENDS = ("tensorflow", "jax", "torch")
INSTALLED = [name for name in BACKENDS if importlib.util.find_spec(name)]
os.environ.setdefault("KERAS_BACKEND", INSTALLED[0] if INSTALLED else "tensorflow")
os.environ.setdefault("JAX_ENABLE_X64", "1")

import keras
from keras import layers, ops
"""

PRECISION = """

keras.config.set_floatx("float64")  # as precise as the playground
keras.utils.set_random_seed(0)"""

DENSE = '''
class Dense(layers.Dense):
    """Keras' own layer, but in double precision: Keras multiplies in it with TensorFlow only."""

    def call(self, inputs):
        w, b = ops.convert_to_tensor(self.kernel), ops.convert_to_tensor(self.bias)
        return self.activation(inputs @ w + b)
'''

PRICE = '''
def price(w):
    """The price of a layer's weights."""
    return REGULARIZATION_RATE * ops.sum(penalty(w))
'''

TRAINED = '''
@cache
def trained():
    """The network that was trained in the playground."""
    network = build()
    for layer, saved in zip(network.layers, SAVED["layers"]):
        layer.set_weights([np.array(saved["weights"]).T, np.array(saved["biases"])])
    return network


def logits(points, network):
    """What comes out of the last layer for points (n, 2)."""
    return network(ops.convert_to_tensor(inputs(points)))


def predict(points, network=None):
    """The network's answers to points (n, 2), (n, outputs); by default the trained one's."""
    z = logits(np.asarray(points, float), network or trained())
    return ops.convert_to_numpy(output(z))
'''

TRAIN = '''
def train(epochs):
    """A network that has been trained for so many epochs, from a fresh start."""
    points, labels = load("train")
    network = build()
    network.compile(
        optimizer={optimizer},
        loss={loss},
    )
    every = max(1, epochs // 10)

    def report(epoch, logs):
        if (epoch + 1) % every == 0:
            print(f"epoch {{epoch + 1}}: loss {{logs['loss']:.6f}}")

    network.fit(
        inputs(points),
        targets(labels),
        batch_size=BATCH_SIZE or len(points),
        epochs=epochs,
        shuffle=SHUFFLE,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=report)],
    )
    return network
'''

EVALUATE = '''
def evaluate(split, network):
    """The mean loss of a split, and how good the answers are."""
    points, labels = load(split)
    z = logits(points, network)
    losses = {loss}(ops.convert_to_tensor(targets(labels)), z)
    z = ops.convert_to_numpy(z)
    quality = {measure}
    return ops.convert_to_numpy(losses).mean(), quality
'''


def build(plan: Plan) -> str:
    """The function that makes the network."""
    spec = plan.spec
    regularizer = ""
    if plan.regularized:
        words = valued(spec.regularizer.keras, spec.regularizer, rate="REGULARIZATION_RATE")
        regularizer = f"kernel_regularizer={words or 'price'}"
    activations: list[Activation] = [*(layer.activation for layer in spec.layers), Linear()]
    rows = []
    shapes = zip(plan.sizes, plan.sizes[1:], activations, strict=False)
    for i, (fan_in, fan_out, activation) in enumerate(shapes):
        given = [str(fan_out)]
        if i < len(spec.layers):
            words = valued(activation.keras, activation) or plan.names[activation]
            given.append(f"activation={words}")
        given.append(f"kernel_initializer={start(plan, fan_in, fan_out, activation)}")
        if spec.bias:
            given.append(f"bias_initializer=keras.initializers.Constant({spec.bias!r})")
        given += [regularizer] if regularizer else []
        inner = ",\n                ".join(given)
        rows.append(f"            Dense(\n                {inner},\n            ),")
    text = "\n".join(rows)
    own = any("rng." in row for row in rows)
    rng = "\n    rng = np.random.default_rng(0)" if own else ""
    return f'''
def build():
    """The network with fresh weights. {spec.initializer.label}."""{rng}
    return keras.Sequential(
        [
            keras.Input(({plan.sizes[0]},)),
{text}
        ]
    )
'''


def start(plan: Plan, fan_in: int, fan_out: int, activation: Activation) -> str:
    """What a layer's weights begin as."""
    initializer: Initializer = chosen(plan.spec.initializer, activation)
    if initializer.keras:
        return f"keras.initializers.{valued(initializer.keras, initializer)}"
    weights = drawn(plan.spec, fan_in, fan_out, activation, plan.numpy)
    return f"lambda shape, dtype: ops.convert_to_tensor(({weights}).T, dtype)"


def optimizer_of(plan: Plan) -> tuple[str, str]:
    """The call that makes the optimizer, and the class that Keras does not have for it."""
    optimizer = plan.spec.optimizer
    if optimizer.keras:
        words = valued(optimizer.keras, optimizer, rate="LEARNING_RATE")
        return words.replace("LEARNING_RATE, LEARNING_RATE=", "LEARNING_RATE, "), ""
    return "Optimizer()", own_optimizer(optimizer, plan)


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
    made = "\n".join(
        f'        self.kept["{name}"] = [self.like(w, "{name}", {value!r}) for w in variables]'
        for name, value in kept.items()
    )
    numbers = [f"{name} = {value!r}" for name, value in parameters(optimizer).items()]
    begin = [f'{name} = self.kept["{name}"][i]' for name in kept]
    code = [translated(line, plan.writer) for line in optimizer.code]
    end = [f'self.assign(self.kept["{name}"][i], {name})' for name in kept]
    body = "\n        ".join(
        ["rate = learning_rate", *numbers, *begin, *code, *end, "self.assign(variable, w)"]
    )
    return f'''
class Optimizer(keras.optimizers.Optimizer):
    """{summary(optimizer)}"""

    def __init__(self):
        super().__init__(learning_rate=LEARNING_RATE)
        self.kept = {{}}

    def like(self, variable, name, value):
        """A variable of the shape of another one."""
        made = self.add_variable_from_reference(variable, name)
        made.assign(ops.full_like(made, value))
        return made

    def build(self, variables):
        super().build(variables)
{made}

    def update_step(self, g, variable, learning_rate):
        i, w = self._get_variable_index(variable), variable
        {body}
'''
