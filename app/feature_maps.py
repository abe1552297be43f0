"""What the page draws of a feature: its name, and its values over the plot."""

import base64
from functools import lru_cache
from typing import Any

import numpy as np

from app.protocol import DrawnFeature
from engine.features import Feature, feature_map

SIDE = 32


def encoded_map(feature: Feature) -> dict[str, Any]:
    """The feature over the plot, coded as the maps of a frame are: value = int8 / 127 * scale."""
    values = feature_map(feature, SIDE)
    scale = float(np.abs(values).max()) or 1.0
    coded = np.rint(values / scale * 127).astype(np.int8)
    return {"map": base64.b64encode(coded.tobytes()).decode(), "scale": scale}


@lru_cache(maxsize=128)
def drawn(feature: Feature) -> DrawnFeature:
    """One feature with all that the page shows of it."""
    return DrawnFeature(
        feature=feature.to_dict(),
        label=feature.title(),
        html=feature.markup(),
        **encoded_map(feature),
    )
