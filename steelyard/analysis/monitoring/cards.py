"""Red, yellow and green: what a chance to miss the target means while there is time to act."""

from __future__ import annotations

from typing import Literal

import numpy as np

from steelyard.analysis.uncertainty import Floats

Colour = Literal["lost", "red", "yellow", "green"]
COLOURS: tuple[Colour, ...] = ("lost", "red", "yellow", "green")
RED, YELLOW = 0.60, 0.25
"""Chances to miss the target from which a card is red, or yellow."""


def colours(meets: Floats, needed: Floats) -> list[Colour | None]:
    """``meets``: the chance to meet the target; ``needed``: the part of the rest of the year that would have to go at
    the best level. What no level brings back is lost, and no card calls for what nobody can do."""
    fails = 1 - np.asarray(meets)
    kinds = np.select([np.isnan(fails), needed > 1, fails >= RED, fails >= YELLOW], [-1, 0, 1, 2], 3)
    return [None if kind < 0 else COLOURS[kind] for kind in kinds.tolist()]
