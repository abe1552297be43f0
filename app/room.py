"""Room: the memory that sessions with large minibatches may take together.

A session takes a megabyte or two, whatever it is, but for the buffers of its minibatch: those of
the largest experiment, trained on all samples at once, are 60 MB.
"""

import weakref

from app.transport import RefusalError
from engine.spec import RunSpec
from engine.text import Text

BYTES_EACH = 50
"""Bytes of a sample's way through a hidden unit: pre-activation, activation, slope, delta, and what
an activation keeps."""

SMALL = 1_000_000
"""Bytes up to which a session is not counted: the number of sessions bounds them."""


def batch_bytes(spec: RunSpec) -> int:
    """Bytes, about, of the buffers of a minibatch."""
    training = max(1, int(spec.samples * spec.train_share / 100))
    batch = min(spec.batch_size or training, training)
    return BYTES_EACH * batch * sum(layer.units for layer in spec.layers)


class Room:
    """Bytes that the sessions of a process share; each counts as long as it exists."""

    def __init__(self, bytes_: float) -> None:
        self._bytes = bytes_
        self._taken: weakref.WeakKeyDictionary[object, int] = weakref.WeakKeyDictionary()

    @property
    def taken(self) -> int:
        """Bytes that are in use."""
        return sum(self._taken.values())

    def hold(self, owner: object, spec: RunSpec) -> None:
        """`owner` has this experiment, whatever is left: it comes from another process."""
        self._taken.pop(owner, None)
        if (wanted := batch_bytes(spec)) > SMALL:
            self._taken[owner] = wanted

    def take(self, owner: object, spec: RunSpec) -> None:
        """`owner` goes over to this experiment, and gives back what it had.

        Raises:
            RefusalError: that is more than is left; the owner keeps what it had.
        """
        self.check(spec, owner)
        self.hold(owner, spec)

    def check(self, spec: RunSpec, owner: object = None) -> None:
        """A `RefusalError` unless there is room for this experiment, of `owner` or a newcomer."""
        wanted = batch_bytes(spec)
        before = 0 if owner is None else self._taken.get(owner, 0)
        left = max(self._bytes - self.taken + before, SMALL)
        if wanted > left:
            units = sum(layer.units for layer in spec.layers)
            raise RefusalError(
                Text(
                    "Got minibatches that take {wanted:.0f} MB of memory, expected at most"
                    " {left:.0f} MB, as others train with large ones now; take a batch size of"
                    " {size} or less, or try again later.",
                    wanted=wanted / 1000000.0,
                    left=left / 1000000.0,
                    size=int(left // (BYTES_EACH * units)),
                )
            )
