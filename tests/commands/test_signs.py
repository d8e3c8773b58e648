"""Equal, about and rounded to are three signs."""

from __future__ import annotations

import pytest

from steelyard.commands.explaining import equals, steps
from steelyard.engine.explaining.explanation import Explanation, Line


def told(*lines: Line) -> list[str]:
    return list(steps(Explanation("a", "a", "", lines, (), None, None, None, None), "zh", ""))


def test_a_rounding_is_written_with_an_arrow() -> None:
    assert told(
        Line("实际值", "", "29÷24", "≈1.208333"),
        Line("实际值（舍入）", "", "≈1.208333", "1.21", rounded=True),
        Line("得分", "", "10−1", "9"),
        Line("目标值", "", "95%", "95%"),
    ) == ["  实际值 = 29÷24 ≈ 1.208333", "  实际值（舍入） ≈ 1.208333 → 1.21", "  得分 = 10−1 = 9", "  目标值 = 95%"]


@pytest.mark.parametrize(("text", "said"), [("≈0.3", " ≈ 0.3"), ("0.3", " = 0.3"), ("≈0.3＋≈0.4", " = ≈0.3＋≈0.4")])
def test_an_equals_sign_is_for_what_is_equal(text: str, said: str) -> None:
    assert equals(text) == said
