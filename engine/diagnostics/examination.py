"""One forward and backward pass over the whole training set: what most diagnostics look at."""

import numpy as np

from engine.activations import Activation
from engine.arrays import Array
from engine.network import Network
from engine.passes import Backward
from engine.trainer import Trainer

PROBE = np.linspace(-12.0, 12.0, 481)


class Examination:
    """Every z, activation, slope and dL/dz (one sample each, not divided by the batch)."""

    def __init__(self, trainer: Trainer, network: Network | None = None) -> None:
        network = network or trainer.network
        train, head = trainer.data.train, network.head
        self.network = network
        self.x = trainer.inputs(train.x).astype(network.dtype)
        aims = head.aims(head.targets(train.labels, trainer.spec.classes)).astype(network.dtype)
        back = Backward(network, train.size)
        with np.errstate(all="ignore"):
            for call in back.calls_for(self.x.T, aims):
                call()
        self.z: list[Array] = [*back.z, back.logits]
        """Pre-activations (units, n) of each layer, the output's logits last."""
        self.a: list[Array] = [a[:-1] for a in back.a]
        """Activations (units, n) of each hidden layer."""
        self.gain = head.gain
        self._deltas = back.deltas

    @property
    def inputs(self) -> list[Array]:
        """What each layer is given (fan_in, n)."""
        return [self.x[:-1], *self.a]

    def delta(self, layer: int) -> Array:
        """dL/dz of each sample (units, n)."""
        scaled: Array = self._deltas[layer] * self.gain
        return scaled

    def slope(self, layer: int) -> Array:
        """g'(z) (units, n) as training computes it, rounding and all."""
        slopes = np.empty_like(self.z[layer])
        kernel = self.network.activations[layer].slope_kernel
        with np.errstate(all="ignore"):
            kernel(np.ascontiguousarray(self.z[layer]), self.a[layer], slopes)()
        return slopes

    def forward_signal(self, layer: int) -> float:
        """The standard deviation over samples of a unit's output, the mean over units."""
        values = self.a[layer] if layer < len(self.a) else self.z[layer]
        return float(values.std(axis=1).mean())

    def backward_signal(self, layer: int) -> float:
        """The root mean square of dL/dz over units and samples."""
        delta = self._deltas[layer].ravel()
        with np.errstate(all="ignore"):
            scale = float(np.abs(delta).max()) if delta.size else 0.0
            if not 0.0 < scale < np.inf:
                return scale * self.gain
            delta = delta / scale  # a square of 1e-200 would be 0
            return scale * float(np.sqrt(delta.dot(delta) / delta.size)) * self.gain


def steepest(activation: Activation) -> float:
    """The largest |g'| there is."""
    return float(np.abs(activation.slope(PROBE)).max())
