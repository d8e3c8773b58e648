"""``steelyard people``: what a unit's point is worth to whom, whose work its points are, what people type in."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from steelyard.bureau.asking.running import run
from steelyard.bureau.naming import bearer
from steelyard.bureau.people.accounts import shown
from steelyard.bureau.people.assessing import People, assess
from steelyard.bureau.people.contributed import contributed
from steelyard.bureau.people.mattering import mattering
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran
from steelyard.commands.asked import bureau_of, speaker
from steelyard.engine.problems import CATALOGUE, Language, refuse
from steelyard.engine.proof.canonical import exact
from steelyard.engine.shape import suggestion

CATALOGUE.add(
    {
        "people-whom": (
            "请写明单位（代码或全称）；contributions 还要写指标",
            "name a unit (code or full name); contributions also want an indicator",
        ),
        "people-indicator": (
            "个人计划 {plan} 没有关联指标“{indicator}”{suggestion}",
            "plan {plan} links no indicator '{indicator}'{suggestion}",
        ),
        "people-no-contributions": (
            "没有贡献表：个人计划 {plan} 没有写 confirmed，或 {unit} 的“{indicator}”在 {period} 没有得分",
            "there are no contributions: plan {plan} does not say confirmed, or '{indicator}' of {unit} has no points "
            "in {period}",
        ),
    }
)

Row = Mapping[str, Any]


def people(arguments: argparse.Namespace) -> int:
    """One table for the last of the periods."""
    order = Order(
        plan=arguments.plan,
        periods=(arguments.period,) if arguments.period else (),
        known_at=arguments.known_at,
        uncertainty=False,
        history=False,
    )
    ran = run(bureau_of(arguments), order, speaker(arguments.language))
    found = assess(ran, speaker(arguments.language))
    if not found:
        raise refuse("persons-no-plan", plan=ran.plan.id)
    rows, lines = _WHAT[arguments.what](found[-1], ran, arguments)
    print(json.dumps(rows, ensure_ascii=False) if arguments.json else "\n".join(lines))
    return 0


def _unit(ran: Ran, written: str | None) -> str:
    """Raises `Refused`: ``people-whom``, ``name-of-several``."""
    codes = ran.result.panel.subjects
    found = None if written is None else written if written in codes else bearer(written, codes, ran.names.get)
    if found is None:
        raise refuse("people-whom")
    return found


def _indicator(people: People, ran: Ran, written: str) -> str:
    linked = {link.indicator: ran.book.indicators[link.indicator].name for link in people.plan.links}
    found = written if written in linked else bearer(written, linked, linked.get)
    if found is None:
        near = suggestion(written, [*linked, *linked.values()])
        raise refuse("people-indicator", plan=people.plan.id, indicator=written, suggestion=near)
    return found


Told = tuple[Any, list[str]]


def _influence(people: People, ran: Ran, arguments: argparse.Namespace) -> Told:
    unit = _unit(ran, arguments.unit)
    indicator = _indicator(people, ran, arguments.indicator) if arguments.indicator else ""
    found, zh = mattering(people, ran, unit, indicator), arguments.language == "zh"
    rows = [
        {
            "person": one.person, "name": one.name, "gain": exact(one.gain),
            "before": None if one.before is None else exact(one.before),
            "after": None if one.after is None else exact(one.after),
        }
        for one in found.changes
    ]  # fmt: skip
    what = f"“{ran.book.indicators[indicator].name}”" if indicator else ("总分" if zh else "total")
    name = ran.names.get(unit, unit)
    lines = [f"{name}（{unit}）{what}每多 1 分：" if zh else f"one more point of {name} ({unit}) {what}:"]
    lines += [
        f"  {one.name}（{one.person}） +{shown(one.gain)}  {shown(one.before)} → {shown(one.after)}"
        for one in found.changes
    ]
    sums = (shown(found.together), shown(found.ruled))
    lines.append(
        f"{len(rows)} 人合计 +{sums[0]}；按每分所值×日数占比合计 {sums[1]}"
        if zh
        else f"{len(rows)} persons together +{sums[0]}; points per point × day shares {sums[1]}"
    )
    return {"changes": rows, "together": exact(found.together), "ruled": exact(found.ruled)}, lines


def _contributions(people: People, ran: Ran, arguments: argparse.Namespace) -> Told:
    unit = _unit(ran, arguments.unit)
    if not arguments.indicator:
        raise refuse("people-whom")
    indicator = _indicator(people, ran, arguments.indicator)
    found = contributed(ran, people, unit, indicator)
    if found is None:
        raise refuse(
            "people-no-contributions", plan=people.plan.id, unit=unit, indicator=indicator, period=people.period
        )
    rows = [
        {"post": one.post, "person": one.person, "part": exact(one.part), "points": exact(one.points)} for one in found
    ]
    zh, org = arguments.language == "zh", ran.everybody
    lines = []
    for one in found:
        post = org.posts[one.post].name if one.post else ("未认定" if zh else "not confirmed")
        vacant = "" if not one.post else ("空缺" if zh else "vacant")
        name = org.persons[one.person].name if one.person else vacant
        lines.append(f"  {post}（{one.post or '—'}） {name}（{one.person or '—'}） {one.part} → {shown(one.points)}")
    together = sum((one.points for one in found), Fraction(0))
    lines.append(f"{'合计' if zh else 'together'} {shown(together)}")
    return {"contributions": rows, "together": exact(together)}, lines


def _inputs(people: People, ran: Ran, arguments: argparse.Namespace) -> Told:
    language: Language = arguments.language
    found = people.inputs
    rows = [
        {"indicator": one.indicator, "name": one.name, "own": one.own, "way": one.way, "tables": list(one.tables)}
        for one in found.sources
    ]
    lines = [found.told(language), *_sources(people, ran, language)]
    return {
        "sources": rows, "persons": found.persons, "keystrokes": exact(found.keystrokes),
        "keystrokes_of_units": exact(found.of_units), "typed": dict(found.typed),
    }, lines  # fmt: skip


_WAYS = {"system": ("系统取数", "system"), "hand": ("手工填报", "by hand"), "judged": ("评定", "judged")}


def _sources(people: People, ran: Ran, language: Language) -> Iterator[str]:
    at = 0 if language == "zh" else 1
    for one in people.inputs.sources:
        whose = (("本人", "own") if one.own else ("承接", "carried"))[at]
        tables = "、".join(f"{ran.tables[name].name}（{ran.tables[name].source}）" for name in one.tables)
        yield f"  {whose} {one.name}（{one.indicator}） {_WAYS[one.way][at]} {tables}"


_WHAT: Mapping[str, Callable[[People, Ran, argparse.Namespace], Told]] = {
    "influence": _influence,
    "contributions": _contributions,
    "inputs": _inputs,
}
