"""Other programs that train the same networks: PyTorch, as it is usually written, and scikit-learn.

Both are optional (`pip install -e '.[bench]'`). Each starts from the engine's weights and takes its
data, so that the bench can check that they train alike before it times them.
"""

import importlib
import warnings
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

from bench.plain import PlainNetwork
from engine import Array, Trainer


class Reference(Protocol):
    """A program that trains what the engine trains. A sample is a row."""

    def __init__(self, trainer: Trainer, x: Array, t: Array) -> None:
        """A copy of the trainer's network, and its data (n, features), (n, outputs)."""

    def epoch(self, order: Array | None = None) -> None:
        """One epoch of SGD, in this order or one of its own."""

    def parameters(self) -> Array:
        """Flat, in the engine's layout."""


class Textbook:
    """Readable NumPy, see `plain.py`."""

    def __init__(self, trainer: Trainer, x: Array, t: Array) -> None:
        self._network = PlainNetwork.like(trainer.network)
        self._x, self._t = x, t
        self._batch, self._rate = trainer.batch_size, trainer.spec.learning_rate
        self._rng = np.random.default_rng(0)

    def epoch(self, order: Array | None = None) -> None:
        """One epoch."""
        if order is None:
            order = self._rng.permutation(len(self._x))
        batch, rate = self._batch, self._rate
        self._network.epoch(self._x, self._t, batch=batch, rate=rate, order=order)

    def parameters(self) -> Array:
        """Flat."""
        return self._network.parameters()


class PyTorch:
    """Eager mode on one thread, in float64 like the engine: the loop of every tutorial."""

    ACTIVATIONS = {"tanh": "Tanh", "relu": "ReLU"}  # noqa: RUF012

    def __init__(self, trainer: Trainer, x: Array, t: Array) -> None:
        self._torch = torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        network, nn = trainer.network, torch.nn
        parts: list[Any] = []
        for layer, (w, b) in enumerate(zip(network.weights, network.biases, strict=True)):
            linear = nn.Linear(w.shape[1], w.shape[0], dtype=torch.float64)
            with torch.no_grad():
                linear.weight.copy_(torch.tensor(w))
                linear.bias.copy_(torch.tensor(b))
            parts.append(linear)
            if layer < len(network.activations):
                parts.append(getattr(nn, self.ACTIVATIONS[network.activations[layer].name()])())
        self._model = nn.Sequential(*parts)
        self._optimizer = torch.optim.SGD(self._model.parameters(), lr=trainer.spec.learning_rate)
        half = nn.MSELoss()
        losses = {"sigmoid_bce": nn.BCEWithLogitsLoss(), "linear_mse": lambda z, t: half(z, t) / 2}
        self._loss = losses[network.head.name()]
        self._x, self._t, self._batch = torch.tensor(x), torch.tensor(t), trainer.batch_size

    def epoch(self, order: Array | None = None) -> None:
        """One epoch."""
        torch = self._torch
        order = torch.randperm(len(self._x)) if order is None else torch.tensor(order)
        x, t = self._x[order], self._t[order]
        for start in range(0, len(x), self._batch):
            stop = start + self._batch
            self._optimizer.zero_grad()
            self._loss(self._model(x[start:stop]), t[start:stop]).backward()
            self._optimizer.step()

    def parameters(self) -> Array:
        """Flat."""
        linears = [part for part in self._model if hasattr(part, "weight")]
        pairs = [(part.weight.detach().numpy(), part.bias.detach().numpy()) for part in linears]
        return np.concatenate([np.column_stack(pair).ravel() for pair in pairs])


class ScikitLearn:
    """`MLPClassifier` or `MLPRegressor` with plain SGD. Several epochs a call: it checks all of the
    data at each call, which would be most of the time."""

    EPOCHS = 10

    def __init__(self, trainer: Trainer, x: Array, t: Array) -> None:
        network, spec = trainer.network, trainer.spec
        neural_network = importlib.import_module("sklearn.neural_network")
        kinds = {"sigmoid_bce": "MLPClassifier", "linear_mse": "MLPRegressor"}
        self._model: Any = getattr(neural_network, kinds[network.head.name()])(
            hidden_layer_sizes=network.sizes[1:-1],
            activation=network.activations[0].name(),
            solver="sgd",
            alpha=0.0,
            batch_size=trainer.batch_size,
            learning_rate_init=spec.learning_rate,
            momentum=0.0,
            nesterovs_momentum=False,
            max_iter=self.EPOCHS,
            tol=0.0,
            n_iter_no_change=10**9,
            warm_start=True,
        )
        self._x, self._t = x, t.ravel()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it does not converge in ten epochs
            self._model.fit(x, self._t)
        for layer, (w, b) in enumerate(zip(network.weights, network.biases, strict=True)):
            self._model.coefs_[layer][...] = w.T
            self._model.intercepts_[layer][...] = b

    def epoch(self, order: Array | None = None) -> None:
        """`EPOCHS` epochs; one where the order is given."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if order is None:
                self._model.fit(self._x, self._t)
            else:
                self._model.set_params(shuffle=False)
                self._model.partial_fit(self._x[order], self._t[order])
                self._model.set_params(shuffle=True)

    def parameters(self) -> Array:
        """Flat."""
        pairs = zip(self._model.coefs_, self._model.intercepts_, strict=True)
        return np.concatenate([np.column_stack([w.T, b]).ravel() for w, b in pairs])


REFERENCES: dict[str, tuple[type[Reference], str, int]] = {
    "textbook NumPy": (Textbook, "numpy", 1),
    "PyTorch, eager": (PyTorch, "torch", 1),
    "scikit-learn": (ScikitLearn, "sklearn", ScikitLearn.EPOCHS),
}
"""Each program, the module that it needs, and the epochs of one call."""


def available() -> dict[str, tuple[type[Reference], int]]:
    """The references whose module is installed."""
    return {
        name: (cls, epochs)
        for name, (cls, module, epochs) in REFERENCES.items()
        if find_spec(module) is not None
    }
