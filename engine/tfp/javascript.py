"""The rules of JavaScript that the meaning of a TFP link rests on: numbers, blanks, fragments.

Source: ECMAScript 2024, 7.1.4.1 (StringToNumber) and 6.1.6.1.20 (Number::toString); the WHATWG URL
standard's fragment percent-encode set.
"""

import math
import re
from urllib.parse import quote

# White space and line terminators as `String.prototype.trim` knows them (not Python's set).
_BLANK = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INFINITY = re.compile(r"[+-]?Infinity")
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
# Everything that a browser leaves alone in a fragment; it percent-encodes the rest as UTF-8.
_FRAGMENT_SAFE = "!#$%&'()*+,-./:;=?@[\\]^_{|}~"


def trim(text: str) -> str:
    """`text.trim()`."""
    return text.strip(_BLANK)


def to_number(text: str) -> float:
    """`Number(text)`: NaN for anything that is not a number as a whole, 0 for a blank text."""
    text = trim(text)
    if not text:
        return 0.0
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _RADIX.fullmatch(text):
        try:
            return float(int(text, 0))
        except OverflowError:
            return math.inf
    if _INFINITY.fullmatch(text):
        return -math.inf if text.startswith("-") else math.inf
    return math.nan


def from_number(number: float) -> str:
    """`String(number)`: the shortest digits that give the number back, in JavaScript's notation."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = f"{float(abs(number))!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    point = len(whole) + int(exponent or 0)  # the decimal point stands after this many digits
    point -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    if not -6 < point <= 21:
        tail = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{tail}e{point - 1:+d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if len(digits) <= point:
        return f"{sign}{digits.ljust(point, '0')}"
    return f"{sign}{digits[:point]}.{digits[point:]}"


def fragment(address: str) -> str:
    """The `location.hash` that a browser makes of an address or a bare hash, without its `#`.

    A link pasted in a terminal has not been through a browser, and TFP reads the hash only after
    the browser has encoded it: the seed of `#seed=hello world` is `hello%20world`.
    """
    address = re.sub(r"[\t\n\r]", "", address.strip("".join(map(chr, range(0x21)))))
    if "#" in address:
        address = address.partition("#")[2]
    elif "://" in address:
        return ""
    return quote(address, safe=_FRAGMENT_SAFE, errors="replace")
