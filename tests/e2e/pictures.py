"""Coarse pictures of the page, compared in a way that outlives another browser and other fonts.

What is kept is a few hundred pixels wide: letters are grey lines in it, and how their edges are
smoothed is not to be seen. A picture differs when whole fields of it do.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

WIDTH = 320
"""Pixels of a kept picture; half of them for a phone."""
COLORS = 96
FIELD = 4
"""Side of the fields that are compared, in pixels."""
LEAST = 24
"""By how much of 255 a field differs when it does."""


def reduced(png: bytes) -> Image.Image:
    picture = Image.open(BytesIO(png)).convert("RGB")
    width = WIDTH if picture.width > picture.height else WIDTH // 2
    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.BOX)


def save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


def fields(picture: Image.Image) -> np.ndarray:
    """Mean colours (rows, columns, 3) of the fields of a slightly blurred picture."""
    soft = picture.convert("RGB").filter(ImageFilter.GaussianBlur(1.2))
    size = (max(1, picture.width // FIELD), max(1, picture.height // FIELD))
    return np.asarray(soft.resize(size, Image.Resampling.BOX), float)


def difference(actual: Image.Image, expected: Image.Image) -> np.ndarray:
    """Which fields differ: (rows, columns), bool. Other sizes differ everywhere."""
    a, b = fields(actual), fields(expected)
    if a.shape != b.shape:
        return np.ones(a.shape[:2], bool)
    differs: np.ndarray = np.abs(a - b).max(axis=2) > LEAST
    return differs


def marked(actual: Image.Image, differs: np.ndarray) -> Image.Image:
    """The picture, pale, with what differs in red."""
    pale = Image.blend(actual.convert("RGB"), Image.new("RGB", actual.size, "white"), 0.6)
    mask = Image.fromarray((differs * 150).astype(np.uint8)).resize(
        actual.size, Image.Resampling.NEAREST
    )
    return Image.composite(Image.new("RGB", actual.size, "red"), pale, mask)
