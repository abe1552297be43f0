"""Where the files are that are no Python."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent


def folder(name: str) -> Path:
    """Where `templates`, `i18n` or `static` (the built page) is: in the wheel, or in the checkout.

    The wheel carries them inside the package (`scripts/hatch_build.py` puts them there).
    """
    inside = _PACKAGE / f"_{name}"
    if inside.is_dir():
        return inside
    return (
        _CHECKOUT
        / {"templates": "templates", "i18n": "static/i18n", "static": "build/static"}[name]
    )
