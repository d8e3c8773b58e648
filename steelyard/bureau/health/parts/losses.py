"""Section 3: the largest losses with cause, evidence, clause and the change that would have kept them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from steelyard.bureau.health.basis import About
from steelyard.reports.health.document import Claim, measure, number, whole, words
from steelyard.reports.health.wording import claim
from steelyard.reports.sheet import IndicatorRow, LostPoints

DETAILED = 5
HEAD = 3
_KEPT = re.compile(r"可保住 ([\d,]+\.\d+) 分")


def losses(of: About) -> Iterator[Claim]:
    found, at = of.sheet.losses, of.at
    if not found:
        yield claim("losses_none")
        return
    lost = sum((Fraction(one.points) for one in found), Fraction(0))
    yield claim(
        "losses",
        lost=number("points", lost, f"sum({at('losses/points')})"),
        count=whole(len(found), f"count({at('losses')})"),
    )
    if len(found) > HEAD:
        head = sum((Fraction(one.points) for one in found[:HEAD]), Fraction(0))
        yield claim(
            "losses_head",
            head=whole(HEAD, "3"),
            points=number("points", head, f"sum({at('losses[:3]/points')})"),
            share=number("share", head / lost, f"sum({at('losses[:3]/points')}) / sum({at('losses/points')})"),
        )
    rows = {row.id: row for row in of.sheet.indicators}
    for rank, one in enumerate(found[:DETAILED], start=1):
        yield from _loss(of, rank, one, rows[one.indicator])
    rest = found[DETAILED:]
    if rest:
        left = sum((Fraction(one.points) for one in rest), Fraction(0))
        yield claim(
            "losses_rest",
            count=whole(len(rest), f"count({at('losses[5:]')})"),
            lost=number("points", left, f"sum({at('losses[5:]/points')})"),
        )


def _loss(of: About, rank: int, one: LostPoints, row: IndicatorRow) -> Iterator[Claim]:
    loss, item = of.at(f"losses/{one.indicator}"), of.at(f"indicators/{row.id}")
    yield claim(
        "loss",
        rank=whole(rank, f"place({of.at('losses/points')})"),
        name=words(one.name, f"{loss}/name"),
        lost=number("points", one.points, f"{loss}/points"),
        full=number("points", row.full, f"{item}/full"),
        points=number("points", row.points, f"{item}/points"),
    )
    yield claim("loss_reason", reason=words(one.reason.text, f"{loss}/reason"))
    if row.numerator is not None and row.denominator is not None:
        above, below = measure(row.numerator, f"{item}/numerator"), measure(row.denominator, f"{item}/denominator")
        yield claim("loss_rows", above=above, below=below)
    if one.basis.zh:
        yield claim("loss_clause", basis=words(one.basis, f"{loss}/basis"))
    if kept_of(one) is not None and one.remedy is not None:
        yield claim("loss_remedy", remedy=words(one.remedy.text, f"{loss}/remedy"))


def kept_of(loss: LostPoints) -> Fraction | None:
    """The points that its published remedy would have kept; None where no single change would."""
    found = None if loss.remedy is None else _KEPT.search(loss.remedy.text.zh)
    return None if found is None else Fraction(found[1].replace(",", ""))
