"""The pseudo-random stream of playground.tensorflow.org (TFP): seedrandom 2.4.4 with a string seed.

TFP seeds `Math.random` with the `seed` of its URL and draws its data and its weights from that one
stream, so a link reproduces an experiment only for someone who has the very same generator: ARC4
keyed with the seed, six bytes for a number of 48 bits, then more bytes until 52 bits are
significant.

Source: D. Bau, https://github.com/davidbau/seedrandom (width 256, chunks 6, digits 52).
"""

from math import ldexp

_WIDTH = 256
_MASK = _WIDTH - 1
_CHUNKS = 6
_SIGNIFICANCE = 1 << 52
_OVERFLOW = 1 << 53
_WARM_UP = 256  # bytes thrown away before the first number ("RC4-drop[256]")


class SeedRandom:
    """`random()` gives the numbers of JavaScript's `Math.seedrandom(seed)`, to the last bit."""

    __slots__ = ("_i", "_j", "_state")

    def __init__(self, seed: str) -> None:
        self._state = _schedule(_mix(seed))
        self._i = 0
        self._j = 0
        self._bytes(_WARM_UP)

    def random(self) -> float:
        """The next number in [0, 1)."""
        numerator = self._bytes(_CHUNKS)
        exponent = -8 * _CHUNKS
        extra = 0
        while numerator < _SIGNIFICANCE:
            numerator = (numerator + extra) * _WIDTH
            exponent -= 8
            extra = self._bytes(1)
        # The numerator alone is a multiple of 256, so halving it up to three times loses nothing.
        while numerator >= _OVERFLOW:
            numerator >>= 1
            exponent += 1
            extra >>= 1
        return ldexp(numerator + extra, exponent)

    def uniform(self, low: float, high: float) -> float:
        """The next number in [low, high), with TFP's own arithmetic (`randUniform`)."""
        return self.random() * (high - low) + low

    def _bytes(self, count: int) -> int:
        """The next `count` bytes of ARC4 as one number, first byte most significant."""
        state, i, j = self._state, self._i, self._j
        number = 0
        for _ in range(count):
            i = (i + 1) & _MASK
            t = state[i]
            j = (j + t) & _MASK
            u = state[j]
            state[i] = u
            state[j] = t
            number = (number << 8) | state[(t + u) & _MASK]
        self._i, self._j = i, j
        return number


def _mix(seed: str) -> list[int]:
    """The key of a string seed: its UTF-16 code units folded into at most 256 bytes (`mixkey`)."""
    units = seed.encode("utf-16-le", "surrogatepass")
    key: list[int] = []
    smear = 0
    for index in range(len(units) // 2):
        place = index & _MASK
        if place < len(key):
            smear ^= key[place] * 19
        byte = (smear + units[2 * index] + (units[2 * index + 1] << 8)) & _MASK
        if place < len(key):
            key[place] = byte
        else:
            key.append(byte)
    return key or [0]  # ARC4 treats the empty key as [0]


def _schedule(key: list[int]) -> list[int]:
    """ARC4's key schedule: the permutation of 0..255 that a key gives."""
    state = list(range(_WIDTH))
    j = 0
    for i in range(_WIDTH):
        t = state[i]
        j = (j + key[i % len(key)] + t) & _MASK
        state[i] = state[j]
        state[j] = t
    return state
