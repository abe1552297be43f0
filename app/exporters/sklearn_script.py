"""A script in scikit-learn, of the experiments that its `MLPClassifier` and `MLPRegressor` know."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from app.exporters.base import EXPORTERS
from app.exporters.code import NUMPY, Dialect, joined
from app.exporters.numpy_script import seeds, start
from app.exporters.plan import Plan
from app.exporters.script import OPENING, Script, main
from engine.heads import Head, LinearMSE, MultilabelBCE, SigmoidBCE, SoftmaxCE
from engine.optimizers import SGD, Adam, Momentum, Nesterov, Optimizer
from engine.registry import Component, Label
from engine.regularizers import L2
from engine.spec import RunSpec
from engine.text import Text

ACTIVATIONS = {"linear": "identity", "relu": "relu", "sigmoid": "logistic", "tanh": "tanh"}
"""What scikit-learn calls the functions that it has."""
HEADS: tuple[type[Head], ...] = (SigmoidBCE, SoftmaxCE, MultilabelBCE, LinearMSE)


@EXPORTERS.register
@dataclass(frozen=True)
class SklearnScript(Script):
    """A script for scikit-learn's `MLPClassifier` or `MLPRegressor`, where they can express the
    network: one activation for all layers, its own loss, SGD or Adam, L2."""

    label: ClassVar[str] = "scikit-learn script"
    label_es: ClassVar[str] = "Script de scikit-learn"
    help_es: ClassVar[str] = (
        "Un script para `MLPClassifier` o `MLPRegressor` de scikit-learn, donde pueden expresar "
        "la red: la misma activación en todas las capas, su propia pérdida, SGD o Adam, L2."
    )
    name_in_text: ClassVar[str] = "scikit-learn"
    needs: ClassVar[str] = "scikit-learn numpy"
    dialect: ClassVar[Dialect] = NUMPY
    kind: Literal["sklearn"] = "sklearn"

    def lacks(self, spec: RunSpec) -> list[str]:
        reasons: list[str] = []
        used = list(dict.fromkeys(layer.activation for layer in spec.layers))
        if len(used) > 1:
            reasons.append(
                Text(
                    "The networks of scikit-learn have one activation for all layers; yours:"
                    " {used}.",
                    used=_listed(used),
                )
            )
        if unknown := [item for item in used if item.name() not in ACTIVATIONS]:
            reasons.append(
                Text(
                    "The networks of scikit-learn have the activations linear, ReLU, sigmoid and"
                    " tanh, not {used}.",
                    used=_listed(unknown),
                )
            )
        if not isinstance(spec.head, HEADS):
            reasons.append(
                Text(
                    "The networks of scikit-learn have cross-entropy for classes and squared error"
                    " for numbers, not the output {used!r}.",
                    used=Label(type(spec.head)),
                )
            )
        if not isinstance(spec.optimizer, SGD | Momentum | Nesterov | Adam):
            reasons.append(
                Text(
                    "The networks of scikit-learn have SGD (with momentum) and Adam, not {used}.",
                    used=Label(type(spec.optimizer)),
                )
            )
        regularized = spec.regularizer.active and spec.regularization_rate > 0
        if regularized and not isinstance(spec.regularizer, L2):
            reasons.append(
                Text(
                    "The networks of scikit-learn have the penalty L2, not {used}.",
                    used=Label(type(spec.regularizer)),
                )
            )
        if spec.problem == "multiclass" and spec.classes == 2:
            reasons.append(
                Text(
                    "The networks of scikit-learn have one output for two classes; choose the"
                    " binary problem."
                )
            )
        if not spec.features:
            reasons.append(
                Text("The networks of scikit-learn have at least one input; choose a feature.")
            )
        return [*reasons, *([] if reasons else super().lacks(spec))]

    def body(self, plan: Plan) -> str:
        spec = plan.spec
        words = KINDS[spec.problem]
        return joined(
            [
                IMPORTS.format(model=words["model"], score=words["score"])
                + OPENING
                + "\n"
                + plan.constants(*seeds(spec)[:1]),
                plan.data(targets=False),
                *plan.numpy.definitions(),
                start(plan),
                NETWORK.format(
                    model=words["model"],
                    settings="\n".join(f"        {line}," for line in settings(plan)),
                    known=words["known"],
                    classes=f", classes=range({classes_of(spec)})" if classes_of(spec) else "",
                    answers=words["answers"],
                    penalty=PENALTY if plan.regularized else "",
                ),
                EVALUATE.format(loss=words["loss"], quality=words["quality"]),
                main(plan),
            ]
        )


KINDS = {
    "binary": {
        "model": "MLPClassifier",
        "score": "accuracy_score, log_loss",
        "known": "labels[:, 0].astype(int)",
        "answers": "network.predict_proba(x)[:, 1:]  # the probability of class 1",
        "loss": "log_loss(t, answers, labels=[0, 1])",
        "quality": "accuracy_score(t, network.predict(x))",
    },
    "multiclass": {
        "model": "MLPClassifier",
        "score": "accuracy_score, log_loss",
        "known": "labels[:, 0].astype(int)",
        "answers": "network.predict_proba(x)",
        "loss": "log_loss(t, answers, labels=network.classes_)",
        "quality": "accuracy_score(t, network.predict(x))",
    },
    "multilabel": {
        "model": "MLPClassifier",
        "score": "log_loss",
        "known": "labels.astype(int)",
        "answers": "network.predict_proba(x)",
        "loss": "sum(log_loss(y, p, labels=[0, 1]) for y, p in zip(t.T, answers.T))",
        "quality": "np.mean(network.predict(x) == t)",
    },
    "regression": {
        "model": "MLPRegressor",
        "score": "mean_squared_error, root_mean_squared_error",
        "known": "labels[:, 0]",
        "answers": "network.predict(x).reshape(-1, 1)",
        "loss": "mean_squared_error(t, answers) / 2",
        "quality": "root_mean_squared_error(t, network.predict(x))",
    },
}
"""How each problem is called and measured."""

IMPORTS = """
import argparse
import json
from functools import cache
from pathlib import Path

import numpy as np
from sklearn.metrics import {score}
from sklearn.neural_network import {model}
"""

PENALTY = ", alpha=REGULARIZATION_RATE * size"
"""scikit-learn divides its penalty by the size of the batch."""

NETWORK = '''
def build(weights):
    """The network with these weights (to, from) and biases of each layer."""
    points, labels = load("train")
    network = {model}(
{settings}
        learning_rate_init=1e-12,
        random_state=0,
    )
    # scikit-learn makes its arrays at the first step, which moves nothing here; then they are set.
    learn(network, points[:1], labels[:1])
    for i, (w, b) in enumerate(weights):
        network.coefs_[i][...], network.intercepts_[i][...] = w.T, b
    del network._optimizer  # the next step makes a new one
    size = min(BATCH_SIZE or len(points), len(points))
    return network.set_params(learning_rate_init=LEARNING_RATE, batch_size=size{penalty})


def learn(network, points, labels):
    """One epoch."""
    network.partial_fit(inputs(points), known(labels){classes})


def known(labels):
    """The labels as scikit-learn takes them."""
    return {known}


@cache
def trained():
    """The network that was trained in the playground."""
    layers = SAVED["layers"]
    return build([(np.array(layer["weights"]), np.array(layer["biases"])) for layer in layers])


def predict(points, network=None):
    """The network's answers to points (n, 2), (n, outputs); by default the trained one's."""
    network = network or trained()
    x = inputs(np.asarray(points, float))
    return {answers}


def train(epochs):
    """A network that has been trained for so many epochs, from a fresh start."""
    points, labels = load("train")
    network = build(start())
    for epoch in range(1, epochs + 1):
        learn(network, points, labels)
        if epoch % max(1, epochs // 10) == 0:
            print(f"epoch {{epoch}}: loss {{network.loss_:.6f}}")
    return network
'''

EVALUATE = '''
def evaluate(split, network):
    """The mean loss of a split, and how good the answers are."""
    points, labels = load(split)
    x, t, answers = inputs(points), known(labels), predict(points, network)
    return {loss}, {quality}
'''


def settings(plan: Plan) -> list[str]:
    """The arguments of the network, but for those of the first step."""
    spec = plan.spec
    used = {layer.activation.name() for layer in spec.layers} or {"linear"}
    (activation,) = used
    return [
        f"hidden_layer_sizes={tuple(plan.sizes[1:-1])}",
        f'activation="{ACTIVATIONS[activation]}"',
        *solver(spec.optimizer),
        "shuffle=SHUFFLE",
        "alpha=0.0",
    ]


def solver(optimizer: Optimizer) -> list[str]:
    """The optimizer's arguments."""
    match optimizer:
        case Adam():
            betas = f"beta_1={optimizer.beta1!r}", f"beta_2={optimizer.beta2!r}"
            return ['solver="adam"', *betas, f"epsilon={optimizer.epsilon!r}"]
        case Momentum() | Nesterov():
            ahead = isinstance(optimizer, Nesterov)
            momentum = f"momentum={optimizer.beta!r}"
            return ['solver="sgd"', momentum, f"nesterovs_momentum={ahead}"]
    return ['solver="sgd"', "momentum=0.0"]


def classes_of(spec: RunSpec) -> int:
    """How many classes or labels there are; 0 for numbers."""
    return {"binary": 2, "regression": 0}.get(spec.problem, spec.classes)


def _listed(used: Iterable[Component]) -> Text:
    """The labels of components, each once."""
    labels = dict.fromkeys(type(component) for component in used)
    return Text.joined(map(Label, labels), ", ")
