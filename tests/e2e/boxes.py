"""Where things are on the page, and whether one covers another."""

#: Of all that is seen of what a selector finds: left, top, right and bottom, in CSS pixels.
BOXES = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
  const {left, top, right, bottom, width} = element.getBoundingClientRect();
  return width && element.checkVisibility() ? [left, top, right, bottom] : null;
}).filter(Boolean)"""


def covers(one: list[float], other: list[float]) -> bool:
    """Whether two of them have a part in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
