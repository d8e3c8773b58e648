"""``steelyard cleaning``: what cleaning touched, by which rule, before and after, and what that did to scores."""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from steelyard.bureau.asking.cleaning import KINDS, Cleaning, Effect, cleaning, counted
from steelyard.bureau.asking.touched import CORRECT, LEVELS, REJECT, REPAIR, WARN, Touched, touched
from steelyard.bureau.runs.order import Order
from steelyard.bureau.showing import decimal
from steelyard.commands.asked import bureau_of, deliverable, delivered, say, speaker
from steelyard.commands.listing import typed
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.reports.tables import cell

_KINDS = {
    "zh": {REJECT: "拒收", REPAIR: "修整", CORRECT: "更正", WARN: "提醒"},
    "en": {REJECT: "rejected", REPAIR: "repaired", CORRECT: "corrected", WARN: "questioned"},
}
_WORDS = {
    "zh": {
        "touched": "清洗动过的（全部档案）：{counts}",
        "rule": "  {kind} {count} 处 [{rule}] {words}",
        "kind": "{kind}：涉及 {rows} 行，{units} 个单位次的总分因此变化",
        "nothing": "清洗没有改变任何单位的得分",
        "unit": "{name}（{unit}）{period}",
        "total": "  {kind}：总分 {now}，若无则 {without}（影响 {change}）{place}",
        "place": "，位次 {now}，若无则 {without}",
        "item": "    {kind}：{name} {now}，若无则 {without}（影响 {change}）",
        "more": "另有 {n} 个单位次未列出；--limit 0 全部列出",
        "corrected": "后到的文件更正了原先的值",
    },
    "en": {
        "touched": "touched by cleaning (whole record): {counts}",
        "rule": "  {kind} {count} × [{rule}] {words}",
        "kind": "{kind}: {rows} rows, the totals of {units} units and periods change by it",
        "nothing": "cleaning changed no score",
        "unit": "{name} ({unit}) {period}",
        "total": "  {kind}: total {now}, without it {without} (effect {change}){place}",
        "place": ", place {now}, without it {without}",
        "item": "    {kind}: {name} {now}, without it {without} (effect {change})",
        "more": "{n} more units and periods; --limit 0 lists them all",
        "corrected": "a later file corrected the value",
    },
}
HEADER = ("处理", "规则", "说明", "数据表", "来源文件", "位置", "列", "处理前", "处理后", "更正文件", "更正位置")


def clean(arguments: argparse.Namespace) -> int:
    deliverable(arguments.csv)
    order = Order(plan=arguments.plan, periods=tuple(arguments.period or ()), known_at=arguments.known_at)
    found = cleaning(bureau_of(arguments), order, speaker(arguments.language))
    cells = list(touched(found.ran.snapshot, found.ran.tables))
    if arguments.csv:
        write(cells, found.ran.tables, arguments.csv)
        say(f"{arguments.csv}：{len(cells)} 处 cells")
    if arguments.json:
        print(json.dumps(plain(found, cells), ensure_ascii=False))
    else:
        print("\n".join(told(found, cells, arguments.limit, arguments.language)))
    return 0


def told(found: Cleaning, cells: Sequence[Touched], limit: int, language: Language) -> Iterator[str]:
    words, kinds = _WORDS[language], _KINDS[language]
    levels = Counter(one.level for one in cells)
    counts = ("，" if language == "zh" else ", ").join(f"{kinds[level]} {levels[level]}" for level in LEVELS)
    yield words["touched"].format(counts=counts)
    for (level, rule), count in sorted(Counter((one.level, one.rule) for one in cells).items()):
        yield words["rule"].format(kind=kinds[level], count=count, rule=rule, words=_says(rule, language))
    changed = counted(found)
    for kind in KINDS:
        yield words["kind"].format(kind=kinds[kind], rows=found.rows[kind], units=changed.get(kind, 0))
    groups = [list(group) for _, group in groupby(found.effects, key=lambda one: (one.period, one.unit))]
    groups.sort(key=_largest, reverse=True)
    shown = groups if limit == 0 else groups[:limit]
    for group in shown:
        yield from _unit(found, group, language)
    if len(shown) < len(groups):
        yield words["more"].format(n=len(groups) - len(shown))
    if not groups:
        yield words["nothing"]


def _largest(group: Sequence[Effect]) -> tuple[Fraction, Fraction]:
    """Totals first: points of an indicator may change and the total, capped or rounded, may not."""
    totals = [abs(one.change or Fraction(0)) for one in group if not one.indicator]
    return max(totals, default=Fraction(0)), max(abs(one.change or Fraction(0)) for one in group)


def _unit(found: Cleaning, group: Sequence[Effect], language: Language) -> Iterator[str]:
    words, kinds = _WORDS[language], _KINDS[language]
    yield words["unit"].format(**_of(group[0]))
    for one in group:
        numbers = {"now": _shown(one.now), "without": _shown(one.without), "change": _shown(one.change, "+")}
        if one.indicator:
            yield words["item"].format(
                kind=kinds[one.kind], name=found.ran.result.indicators[one.indicator].name, **numbers
            )
        else:
            moved = one.place != one.place_without
            place = words["place"].format(now=one.place, without=one.place_without) if moved else ""
            yield words["total"].format(kind=kinds[one.kind], place=place, **numbers)


def _of(one: Effect) -> dict[str, str]:
    return {"unit": one.unit, "name": one.name, "period": one.period}


def _shown(value: Fraction | None, sign: str = "") -> str:
    if value is None:
        return "—"
    return (sign if value > 0 else "") + figure(Fraction(decimal(value, 6)))


def _says(rule: str, language: Language) -> str:
    return _WORDS[language]["corrected"] if rule == "corrected" else CATALOGUE.words(rule, language)


def plain(found: Cleaning, cells: Sequence[Touched]) -> dict[str, Any]:
    """Numbers as exact text."""
    return {
        "touched": dict(Counter(one.level for one in cells)),
        "rules": dict(Counter(one.rule for one in cells)),
        "rows": dict(found.rows),
        "units": dict(counted(found)),
        "effects": [
            {
                **_of(one),
                "indicator": one.indicator,
                "kind": one.kind,
                "now": None if one.now is None else str(one.now),
                "without": None if one.without is None else str(one.without),
                "change": None if one.change is None else str(one.change),
                **({} if one.indicator else {"place": one.place, "place_without": one.place_without}),
            }
            for one in found.effects
        ],
    }


def write(cells: Sequence[Touched], tables: Mapping[str, FactTable], path: Path) -> None:
    """Every touched cell as one CSV line, UTF-8 with a mark so that office programs read the Chinese."""
    with delivered(path) as target, target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(HEADER)
        for one in cells:
            table = tables[one.table]
            column = table.columns[one.column].name if one.column in table.columns else one.column
            by = (None, None) if one.by is None else (one.by.file, one.by.inside)
            stands = (_KINDS["zh"][one.level], one.rule, _says(one.rule, "zh"), table.name, one.at.file, one.at.inside)
            values = (column, typed(one.before), typed(one.after))
            writer.writerow([cell(value) for value in (*stands, *values, *by)])
