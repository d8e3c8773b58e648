"""How a distance is counted in steps: 不足一步 is dropped, counted as a step, or counted in proportion."""

from __future__ import annotations

from typing import Literal

from steelyard.engine.expressions.nodes import Node, Number
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.recipe import write
from steelyard.engine.shape import complain

CATALOGUE.add(
    {
        "step-size": (
            "步长必须大于 0，现在写的是 {found}",
            "the size of a step must be above 0; found: {found}",
        ),
    }
)

Counting = Literal["whole", "begun", "proportional"]
"""``whole``: only full steps count; ``begun``: a step begun is a step; ``proportional``: parts count as parts."""

_TEXT: dict[Counting, str] = {
    "whole": "steps(distance, size)",
    "begun": "ceil(greatest(distance, 0) / size)",
    "proportional": "greatest(distance, 0) / size",
}
_WORDS: dict[Counting, tuple[str, str]] = {
    "whole": ("不足一步的不计", "whole steps only"),
    "begun": ("不足一步的按一步计", "a step begun counts as one"),
    "proportional": ("不足一步的按比例计", "parts of a step in proportion"),
}


def counted(counting: Counting, distance: Node, size: Node) -> Node:
    """The number of steps in a distance; a distance below zero has none."""
    return write(_TEXT[counting], {"distance": distance, "size": size})


def counting_words(counting: Counting, language: Language) -> str:
    return _WORDS[counting][0 if language == "zh" else 1]


def checked_size(size: Node) -> None:
    """For validators: a constant step that is not positive would turn losses into gains."""
    if isinstance(size, Number) and size.value <= 0:
        raise complain("step-size", found=str(size.value))
