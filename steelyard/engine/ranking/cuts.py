"""S9 名单与分段: who is on a list, which segment a place falls into; the rounding of shares is always stated."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import cast

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.numbers import Mask, Numbers, constant
from steelyard.engine.arithmetic.rounding import Rounding, rounded
from steelyard.engine.expressions.nodes import Number
from steelyard.engine.model.plan import Cut, Segment
from steelyard.engine.ranking.places import Counts, Places


def quota(share: Fraction, size: Counts, rounding: Rounding | None) -> Counts:
    """How many places a share (below 1) or a number gives: 40 % of 34 is 13.6, so 13 or 14 by the stated rule.

    Only a number does without a rule; the check ``share-without-rounding`` refuses a share that has none.
    """
    if share.denominator == 1 and share >= 1:
        return np.minimum(size, int(share))
    assert rounding is not None, f"share-without-rounding: {share}"
    return rounded(size * share.numerator, share.denominator, rounding)  # type: ignore[no-any-return]


def on_list(cut: Cut, places: Places, score: Numbers, barred: Mask) -> Mask:
    """Who is on the list. ``ties: extend`` takes all equals of the last place, ``withhold`` takes none of them."""
    if cut.at_least is not None:
        return places.ranked & score.known & (score.compare(constant(cut.at_least.value, len(score))) >= 0) & ~barred
    counted = places.place if cut.top is not None else places.from_last
    share = cast(Number, cut.bottom if cut.top is None else cut.top)
    limit = quota(share.value, places.size, cut.rounding)
    inside = counted <= limit if cut.ties == "extend" else counted + places.ties - 1 <= limit
    return places.ranked & inside & ~barred


def segment_of(segments: Sequence[Segment], places: Places, rounding: Rounding) -> npt.NDArray[np.int64]:
    """Index of the segment of each place, −1 where nobody is ranked; shares add up before they are rounded."""
    index = np.full(len(places.place), -1, dtype=np.int64)
    reached = Fraction(0)
    for number, segment in enumerate(segments):
        reached = Fraction(1) if segment.share is None else reached + segment.share.value
        end = places.size if reached >= 1 else quota(reached, places.size, rounding)
        index = np.where((index < 0) & places.ranked & (places.place <= end), number, index)
    return index
