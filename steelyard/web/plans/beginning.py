"""A making is begun: of a new plan, of next year's from this year's, of a change in the midst of a year, a campaign."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.web.library.models import Edition, Rule, State, Version
from steelyard.web.library.models import Kind as RuleKind
from steelyard.web.library.writing import target_of
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account
from steelyard.web.plans.desk import reasoned
from steelyard.web.plans.models import CLOSED, Allowed, Group, Kind, Making, Pick
from steelyard.web.plans.text import Parts, head_checked, plain, taken_apart, tried, with_values
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "plan-code": (
            "编号“{plan}”不合要求：小写字母开头，只用小写字母、数字和下划线",
            "'{plan}' is no identifier: begin with a small letter, then small letters, digits and underscores",
        ),
        "plan-code-taken": (
            "编号“{plan}”已有规则使用，请换一个；要改在用的方案，请选年中调整",
            "'{plan}' is the identifier of a rule already; choose another, or change that plan in mid-year",
        ),
        "plan-going-on": (
            "方案“{plan}”已有一份在制定中（{name}）；请先办结或作废那一份",
            "'{plan}' is being made already ({name}); finish or discard that one first",
        ),
        "plan-source": (
            "指标库里没有在用的方案“{plan}”；请先把规则收入指标库，再选一个在用的方案",
            "the library has no plan '{plan}' in force; take the rules in first, then choose one in force",
        ),
        "plan-since": (
            "年中调整要写生效日期，且在 {year} 年之内（现为“{found}”）",
            "a change in the midst of the year states its first day, within {year} (found '{found}')",
        ),
        "plan-year": ("年度应为四位数字（现为“{found}”）", "the year has four digits (found '{found}')"),
    }
)
CODE = re.compile(r"[a-z][a-z0-9_]{0,98}\Z")
HEAD = """plan: {code}
name: {name}
basis: ""
year: "{year}"
since: {year}-01-01
classes: []
total: 100
places: 2
exceed_total: false
"""
WORKS = """until: {year}-12-31
# 施工图：做什么、谁来做、何时完成、凭什么验收
works: []
"""


@dataclass(frozen=True)
class Wanted:
    """``source``: code of the plan in force that it begins with or, for a campaign, accompanies."""

    kind: Kind
    code: str
    name: str
    year: str
    reason: str
    source: str = ""
    since: date | None = None


def begin(wanted: Wanted, *, by: Account, now: datetime) -> Making:
    """Raises `Refused`."""
    reason = reasoned(wanted.reason)
    if not re.fullmatch(r"\d{4}", wanted.year):
        raise refuse("plan-year", Place("year"), found=wanted.year)
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("making-new", by, now, target_of(None))
        Edition.hold()  # so that nobody begins the same plan beside us
        code, source = _code(wanted), _source(wanted)
        other = Making.objects.filter(code=code).exclude(stage__in=CLOSED).first()
        if other is not None:
            raise refuse("plan-going-on", plan=code, name=other.name)
        parts, since = _parts(wanted, source)
        making = Making.objects.create(
            code=code, name=plain(head_checked(parts.head, code).get("name")), kind=wanted.kind, head=parts.head,
            source="" if source is None else source.rule.code, base=0 if source is None else source.number,
            reason=reason, since=since, made_by=by, made_at=now,
        )  # fmt: skip
        _fill(making, parts, by, now)
        tried(making)
        detail = {"plan": code, "kind": str(wanted.kind), "source": making.source, "reason": reason}
        record("making-new", **said, at=now, target=f"making:{making.pk}", detail=detail)
    return making


def _code(wanted: Wanted) -> str:
    code = wanted.source if wanted.kind == Kind.CHANGE else wanted.code.strip()
    if not CODE.match(code):
        raise refuse("plan-code", Place("code"), plan=code)
    if wanted.kind != Kind.CHANGE and Rule.objects.filter(address=code).exists():
        raise refuse("plan-code-taken", Place("code"), plan=code)
    return code


def _source(wanted: Wanted) -> Version | None:
    """The text in force from which it begins."""
    if wanted.kind == Kind.NEW or (wanted.kind == Kind.CAMPAIGN and not wanted.source):
        return None
    rule = Rule.objects.filter(address=wanted.source, kind=RuleKind.PLAN, state=State.IN_FORCE).first()
    if rule is None:
        raise refuse("plan-source", Place("source"), plan=wanted.source)
    return rule.versions.select_related("rule").get(number=rule.current)


def _parts(wanted: Wanted, source: Version | None) -> tuple[Parts, date | None]:
    if source is None or wanted.kind == Kind.CAMPAIGN:
        head = HEAD.format(code=wanted.code, name="", year=wanted.year)
        head += WORKS.format(year=wanted.year) if wanted.kind == Kind.CAMPAIGN else ""
        return Parts(with_values(head, name=wanted.name), [], []), None
    parts = taken_apart(source.text, source.rule.code)
    if wanted.kind == Kind.NEXT:
        told = {"plan": wanted.code, "name": wanted.name, "since": f"{wanted.year}-01-01"}
        head = re.sub(r"(?m)^year:.*$", f'year: "{wanted.year}"', with_values(parts.head, **told), count=1)
        return Parts(head, parts.groups, []), None  # what was allowed for this year is not allowed for the next
    year = plain(head_checked(parts.head, source.rule.code).get("year"))
    if wanted.since is None or str(wanted.since.year) != year:
        raise refuse("plan-since", Place("since"), year=year, found=wanted.since or "")
    return Parts(with_values(parts.head, since=wanted.since.isoformat()), parts.groups, parts.waivers), wanted.since


def _fill(making: Making, parts: Parts, by: Account, now: datetime) -> None:
    for place, one in enumerate(parts.groups, 1):
        group = Group.objects.create(
            making=making, place=place, name=plain(one.get("name")), role=plain(one.get("role")) or "base",
            only=_names(one.get("only")), **{key: plain(one.get(key)) for key in ("full", "cap", "floor")},
        )  # fmt: skip
        entries = [{"indicator": entry} if isinstance(entry, str) else entry for entry in one.get("indicators") or []]
        Pick.objects.bulk_create(
            Pick(making=making, group=group, indicator=entry["indicator"], weight=plain(entry.get("weight")),
                 full=plain(entry.get("full")), only=_names(entry.get("only")), by=by, at=now)
            for entry in entries
        )  # fmt: skip
    for one in parts.waivers:
        told = {key: plain(one.get(key)) for key in ("finding", "indicator", "authority", "role", "document", "reason")}
        Allowed.objects.create(making=making, **told, until=date.fromisoformat(one["until"]), by=by, at=now)


def _names(found: object) -> Sequence[str]:
    return [str(one) for one in found] if isinstance(found, list) else []
