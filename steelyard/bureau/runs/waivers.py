"""What a plan does that policy forbids, who allowed it, on which document and until when: for every report of it."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.door import title_of
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Plan
from steelyard.engine.model.waiver import Waiver
from steelyard.reports.sheet import Caution, Statement, Words

TITLE = Words("特批事项", "Waived")


def waivers(plan: Plan | PersonsPlan, book: RuleBook) -> Iterator[Caution]:
    """In the order written. What each of them waives is there: the check refuses one that waives nothing."""
    return (_caution(waiver, book) for waiver in plan.waivers)


def _caution(waiver: Waiver, book: RuleBook) -> Caution:
    title, about = title_of(waiver.finding), _named(waiver, book)
    who, until = f"{waiver.authority}（{waiver.role}）", waiver.until.isoformat()
    zh = f"{title.zh}{about}：由{who}依{waiver.document}批准，至 {until}；理由：{waiver.reason}"
    en = f"{title.en}{about}: allowed by {who} on {waiver.document} until {until}, because: {waiver.reason}"
    return Caution(TITLE, Statement(Words(zh, en), quoted=(about, who, waiver.document, until, waiver.reason)))


def _named(waiver: Waiver, book: RuleBook) -> str:
    return f"（{book.indicators[waiver.indicator].name}）" if waiver.indicator else ""
