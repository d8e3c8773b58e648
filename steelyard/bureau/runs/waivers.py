"""What a plan does that policy forbids, and what it forgives: who allowed it, on which document, until when."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.door import title_of
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Plan
from steelyard.engine.model.tolerance import Tolerance
from steelyard.engine.model.waiver import Waiver
from steelyard.reports.sheet import Caution, Statement, Words

TITLE = Words("特批事项", "Waived")
TOLERATED = Words("容错", "Tolerated")


def waivers(plan: Plan | PersonsPlan, book: RuleBook) -> Iterator[Caution]:
    """In the order written. What each of them waives is there: the check refuses one that waives nothing."""
    yield from (_caution(waiver, book) for waiver in plan.waivers)
    yield from (_forgiven(one) for one in book.tolerances.values() if one.plan == plan.id)


def _forgiven(one: Tolerance) -> Caution:
    who, paper, until = one.approved_by, one.document, one.until.isoformat()
    zh = f"{one.name}：由{who}依{paper}批准，至 {until}；返还多少见“容错：{one.name}”，总分另列容错前的"
    en = (
        f"{one.name}: allowed by {who} on {paper} until {until}; what was given back stands beside the total without it"
    )
    return Caution(TOLERATED, Statement(Words(zh, en), quoted=(one.name, who, paper, until)))


def _caution(waiver: Waiver, book: RuleBook) -> Caution:
    title, about = title_of(waiver.finding), _named(waiver, book)
    who, until = f"{waiver.authority}（{waiver.role}）", waiver.until.isoformat()
    zh = f"{title.zh}{about}：由{who}依{waiver.document}批准，至 {until}；理由：{waiver.reason}"
    en = f"{title.en}{about}: allowed by {who} on {waiver.document} until {until}, because: {waiver.reason}"
    return Caution(TITLE, Statement(Words(zh, en), quoted=(about, who, waiver.document, until, waiver.reason)))


def _named(waiver: Waiver, book: RuleBook) -> str:
    return f"（{book.indicators[waiver.indicator].name}）" if waiver.indicator else ""
