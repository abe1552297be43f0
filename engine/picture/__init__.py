"""Pictures of a run, as files: a map is a PNG, what has lines and words an SVG. Nothing but NumPy.

They are made for notebooks, whose pages are light or dark and may strip every style: so each is an
image by itself, without a background, in inks that can be read on white and on black.
"""

from engine.picture.card import card, comparison
from engine.picture.words import in_short, in_words

__all__ = ["card", "comparison", "in_short", "in_words"]
