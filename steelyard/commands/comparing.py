"""``steelyard plan OLD NEW``: what changed rules would do to scores and places before anyone is scored by them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from fractions import Fraction

from steelyard.bureau.asking.comparing import Changed, Comparison, Moved, compare
from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.changing import Changed as Line
from steelyard.bureau.people.changing import PlansChanged
from steelyard.bureau.runs.order import Order
from steelyard.commands.asked import speaker
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import Language

SHOWN = 20
"""How many units are listed; ``--json`` has them all."""


def plan(arguments: argparse.Namespace) -> int:
    """Always 0: a difference is an answer, not a failure."""
    order = Order(plan=arguments.plan, periods=tuple(arguments.period or ()), known_at=arguments.known_at)
    bureau = Bureau(arguments.folder, arguments.record)
    found = compare(bureau, arguments.new, order, speaker(arguments.language), arguments.language)
    if arguments.json:
        print(json.dumps(plain(found), ensure_ascii=False))
    else:
        print("\n".join(lines(found, arguments.language)))
    return 0


def lines(found: Comparison, language: Language) -> Iterator[str]:
    """Rules first, then who would move."""
    zh = language == "zh"
    if not found.changed:
        yield "规则没有变化" if zh else "the rules say the same"
    for changed in found.changed:
        yield f"{changed.name}（{changed.id}）" if zh else f"{changed.name} ({changed.id})"
        yield from (f"  {line}" for line in _rule(changed, zh))
    moved = found.moved
    scores = sum(unit.totals[0] != unit.totals[1] for unit in moved)
    places = sum(unit.climbed != 0 for unit in moved)
    listed = sum(bool(unit.entered or unit.left) for unit in moved)
    of = len(found.units)
    yield (
        f"{of} 个单位次：得分变化 {scores} 个，位次变化 {places} 个，进出名单 {listed} 个"
        if zh
        else f"of {of} units and periods: {scores} scores change, {places} places, {listed} enter or leave a list"
    )
    yield from (f"  {_unit(unit, zh)}" for unit in moved[:SHOWN])
    yield from _more(len(moved), zh)
    for plans in found.persons:
        yield from _persons(plans, language)


def _more(count: int, zh: bool) -> Iterator[str]:
    if count > SHOWN:
        yield f"  …… 另有 {count - SHOWN} 个" if zh else f"  … and {count - SHOWN} more"


def _persons(found: PlansChanged, language: Language) -> Iterator[str]:
    """Person by person: what comes, what goes, what is worth something else."""
    zh = language == "zh"
    counts = len(found.touched), len(found.changed)
    yield (
        f"{found.name}：{found.persons} 人的个人计划中重排 {counts[0]} 人，有变动 {counts[1]} 人"
        if zh
        else f"{found.name}: of {found.persons} personal plans {counts[0]} are drawn up again, {counts[1]} change"
    )
    for one in found.changed[:SHOWN]:
        yield f"  {one.name}（{one.person}）" if zh else f"  {one.name} ({one.person})"
        yield from (f"    {line.post} {line.first}～{line.last} {_line(line, zh)}" for line in one.lines)
    yield from _more(len(found.changed), zh)
    if found.everybody:
        keys = "、".join(found.everybody)
        yield f"  对全部 {found.persons} 人另有改变：{keys}" if zh else f"  {keys} change for all {found.persons}"
    yield from (f"  {problem.line(language)}" for problem in found.problems[:SHOWN])
    yield from _more(len(found.problems), zh)


def _line(line: Line, zh: bool) -> str:
    name = line.indicator or ("单位总分" if zh else "total of the unit")
    if line.old is None:
        return f"{'新承接' if zh else 'takes on'} {name} {_shown(line.new)}"
    if line.new is None:
        return f"{'不再承接' if zh else 'gives up'} {name} {_shown(line.old)}"
    return f"{name} {_shown(line.old)} → {_shown(line.new)}"


def _rule(changed: Changed, zh: bool) -> Iterator[str]:
    for difference in changed.differences:
        if difference.path:
            yield difference.line()
        elif difference.old is None:
            yield "新增" if zh else "new"
        else:
            yield "取消" if zh else "dropped"


def _unit(unit: Moved[Fraction], zh: bool) -> str:
    old, new = (_shown(total) for total in unit.totals)
    said = [f"{unit.name or unit.unit}（{unit.class_name}，{unit.period}）" if zh else f"{unit.unit} {unit.period}"]
    said.append(f"{old} → {new}")
    said.append(_places(unit, zh))
    said += [("进入" if zh else "enters ") + name for name in unit.entered]
    said += [("退出" if zh else "leaves ") + name for name in unit.left]
    return ("，" if zh else ", ").join(part for part in said if part)


def _places(unit: Moved[Fraction], zh: bool) -> str:
    old, new = (str(place) if place else "—" for place in unit.places)
    if old == new:
        return ""
    return f"第 {old} 位 → 第 {new} 位" if zh else f"place {old} → {new}"


def _shown(total: Fraction | None) -> str:
    return "—" if total is None else figure(total)


def plain(found: Comparison) -> dict[str, object]:
    return {
        "rules": [
            {
                "kind": changed.kind,
                "id": changed.id,
                "changes": [{"path": d.path, "old": d.old, "new": d.new} for d in changed.differences],
            }
            for changed in found.changed
        ],
        "assessed": len(found.units),
        "moved": [
            {
                "unit": unit.unit,
                "period": unit.period,
                "class": unit.class_name,
                "totals": [None if total is None else figure(total) for total in unit.totals],
                "places": unit.places,
                "entered": unit.entered,
                "left": unit.left,
            }
            for unit in found.moved
        ],
        "persons": [_persons_plain(plans) for plans in found.persons],
    }


def _persons_plain(found: PlansChanged) -> dict[str, object]:
    return {
        "plan": found.plan,
        "persons": found.persons,
        "touched": len(found.touched),
        "changed": [
            {
                "person": one.person,
                "lines": [
                    {
                        **{name: str(getattr(line, name)) for name in ("post", "unit", "first", "last", "indicator")},
                        **{name: _exact(getattr(line, name)) for name in ("old", "new")},
                    }
                    for line in one.lines
                ],
            }
            for one in found.changed
        ],
        "problems": [problem.code for problem in found.problems],
    }


def _exact(worth: Fraction | None) -> str | None:
    return None if worth is None else figure(worth)
