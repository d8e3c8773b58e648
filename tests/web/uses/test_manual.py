"""The manual draws the moves that the site makes."""

from __future__ import annotations

from pathlib import Path

from steelyard.web.uses.moves import diagram

PAGE = Path(__file__).resolve().parents[3] / "docs/how-to/log-uses.md"


def test_the_diagram_of_the_manual_is_that_of_the_table() -> None:
    assert diagram().strip() in PAGE.read_text("utf-8")
