"""施工图 and 容错 as text: who does what by when, and what is given back on whose word, until when."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.plan import Plan, Work
from steelyard.engine.model.tolerance import Tolerance
from steelyard.engine.wording.teller import Teller


def works_text(teller: Teller, plan: Plan) -> list[str]:
    """One paragraph a work, after the days of the campaign; nothing for a plan without works."""
    if not plan.works:
        return []
    until = plan.until.isoformat() if plan.until else "—"
    head = teller.sentence(teller.pick(f"本方案到 {until} 为止", f"this plan lasts until {until}"))
    return [head, *(f"{number}．{_work(teller, one)}" for number, one in enumerate(plan.works, start=1))]


def _work(teller: Teller, one: Work) -> str:
    by = one.by.isoformat()
    zh = f"{one.work}，由{one.who}负责，{by} 前完成，验收依据：{one.evidence}"
    return teller.sentence(teller.pick(zh, f"{one.work}: by {one.who}, until {by}, proved by {one.evidence}"))


def tolerance_paragraph(teller: Teller, book: RuleBook, one: Tolerance) -> str:
    plan = book.plans[one.plan].name if one.plan in book.plans else one.plan
    names = teller.listed(book.indicators[id].name if id in book.indicators else id for id in one.indicators)
    when, share, cap = teller.say(one.when), teller.say(one.share, "percent"), teller.marks(one.cap)
    since, until = one.since.isoformat(), one.until.isoformat()
    zh = (
        f"{one.name}：{when}的，返还“{plan}”中{names}所失分的{share}，每个单位每个周期最多{cap}；"
        f"{since} 至 {until} 有效；依据：{one.basis}；批准人：{one.approved_by}（{one.document}）"
    )
    en = (
        f"{one.name}: where {when}, {share} of what {names} lost in '{plan}' is given back, at most {cap} to a unit "
        f"in a period; in force from {since} to {until}; basis: {one.basis}; approved by {one.approved_by} "
        f"({one.document})"
    )
    return teller.sentence(teller.pick(zh, en))


def tolerances_text(teller: Teller, book: RuleBook) -> Iterator[str]:
    for one in book.tolerances.values():
        yield tolerance_paragraph(teller, book, one)
