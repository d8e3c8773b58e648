"""特批: what the check finds and somebody with a name answers for, entered by the leading group."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from steelyard.engine.checking.policy.registry import POLICIES
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.web.people.models import Account
from steelyard.web.plans.desk import at_desk
from steelyard.web.plans.models import Allowed
from steelyard.web.typed import number_in

CATALOGUE.add(
    {
        "waiver-finding": ("检查里没有“{finding}”这种检出", "the check knows no finding '{finding}'"),
        "waiver-words": (
            "请写明{field}（1 至 200 字）",
            "state the {field_en} (1 to 200 signs)",
        ),
        "waiver-until": ("请写明批准到哪一天（现为“{found}”）", "state the last day of the waiver (found '{found}')"),
        "waiver-doubled": ("这一处检出已有特批；要改请先撤销", "this finding is waived already; take that back first"),
        "waiver-gone": ("这条特批已不在；请刷新页面", "this waiver is no longer there; load the page again"),
    }
)
WORDS = {"authority": ("批准人", "authority"), "role": ("批准人职务", "role"), "document": ("批准文件", "document"),
         "reason": ("理由", "reason")}  # fmt: skip


def waive(pk: int, given: Mapping[str, str], *, by: Account, now: datetime) -> Allowed:
    """Raises `Refused` with everything that is not stated."""
    finding, indicator = given.get("finding", ""), given.get("indicator", "")
    told = {key: given.get(key, "").strip() for key in WORDS}
    problems = [
        Problem("waiver-words", Place(key), {"field": WORDS[key][0], "field_en": WORDS[key][1]})
        for key, value in told.items() if not 0 < len(value) <= 200
    ]  # fmt: skip
    if finding not in POLICIES:
        problems.append(Problem("waiver-finding", Place("finding"), {"finding": finding}))
    until = _day(given.get("until", ""))
    if until is None:
        problems.append(Problem("waiver-until", Place("until"), {"found": given.get("until", "")}))
    if problems or until is None:
        raise Refused(problems)
    with transaction.atomic():
        desk = at_desk(pk, "making-waive", by, now)
        if indicator and not desk.making.picks.filter(indicator=indicator).exists():
            raise refuse("pick-gone", indicator=indicator)
        if desk.making.allowed.filter(finding=finding, indicator=indicator).exists():
            raise refuse("waiver-doubled")
        made = Allowed.objects.create(
            making=desk.making, finding=finding, indicator=indicator, until=until, by=desk.by, at=now, **told
        )
        desk.changed()
        desk.told("making-waive", finding=finding, indicator=indicator, until=until.isoformat(), **told)
    return made


def unwaive(pk: int, waiver: str, *, by: Account, now: datetime) -> None:
    with transaction.atomic():
        desk = at_desk(pk, "making-unwaive", by, now)
        found = desk.making.allowed.filter(pk=number_in(waiver) or 0).first()
        if found is None:
            raise refuse("waiver-gone")
        told = {"finding": found.finding, "indicator": found.indicator, "authority": found.authority}
        found.delete()
        desk.changed()
        desk.told("making-unwaive", **told)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
