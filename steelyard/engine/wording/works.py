"""施工图 as text: what is done in a campaign, by whom, by which day, and what proves it."""

from __future__ import annotations

from steelyard.engine.model.plan import Plan, Work
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
