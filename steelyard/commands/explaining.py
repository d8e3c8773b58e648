"""``steelyard explain``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from fractions import Fraction

from steelyard.bureau.asking.explaining import Explained, explain_all, explain_unit
from steelyard.bureau.asking.listing import listed
from steelyard.bureau.asking.running import run
from steelyard.bureau.runs.order import Order
from steelyard.commands.asked import bureau_of, deliverable, say, speaker
from steelyard.commands.listing import rows_plain, rows_told, write_rows
from steelyard.commands.people import explain_person
from steelyard.engine.explaining.explanation import Explanation, Line
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import CATALOGUE, Language, refuse

CATALOGUE.add(
    {
        "explain-whom": (
            "请写明单位（代码或全称），其后可写指标；个人用 --person 代码或姓名",
            "name a unit (code or full name), then an indicator if one is meant; for a person use --person",
        ),
    }
)


def explain(arguments: argparse.Namespace) -> int:
    """A unit's points in one indicator, or in all of them; with ``--person`` an account."""
    if arguments.person is not None:
        return explain_person(arguments)
    if arguments.unit is None:
        raise refuse("explain-whom")
    deliverable(arguments.csv)
    periods = (arguments.period,) if arguments.period else ()
    order = Order(plan=arguments.plan, periods=periods, known_at=arguments.known_at, uncertainty=False, history=False)
    bureau = bureau_of(arguments)
    ran = run(bureau, order, speaker(arguments.language))
    if arguments.indicator is None:
        every = explain_all(ran, arguments.unit, arguments.period, arguments.language)
        print(json.dumps(plain(every), ensure_ascii=False) if arguments.json else "\n".join(listing(every, arguments)))
        return 0
    explained = explain_unit(ran, arguments.unit, arguments.indicator, arguments.period, arguments.language)
    lines = list(told(explained, arguments.language))
    found = listed(ran, explained) if arguments.rows or arguments.csv else []
    if arguments.json:
        rows = rows_plain(found, arguments.limit)
        print(json.dumps({"explanation": lines, "rows": rows} if arguments.rows else lines, ensure_ascii=False))
    else:
        print("\n".join([*lines, *(rows_told(found, arguments.limit, arguments.language) if arguments.rows else ())]))
    if arguments.csv:
        say(f"{arguments.csv}：{write_rows(found, arguments.csv)} 行 rows")
    return 0


_WORDS = {
    "zh": (
        "依据",
        "规则",
        "得分",
        "满分",
        "失分",
        "最小补救",
        "背后的合计",
        "单一变化无法挽回全部失分",
        "写上指标名称，看每一步算术与最小补救",
    ),
    "en": (
        "basis",
        "rule",
        "points",
        "full mark",
        "lost",
        "would have kept",
        "totals behind it",
        "no single change would",
        "name an indicator to see every step, and what would have kept the points",
    ),
}


def listing(every: Sequence[Explained], arguments: argparse.Namespace) -> Iterator[str]:
    """Every indicator of a unit: points of the full mark, and what was lost; the largest loss catches the eye."""
    words = _WORDS[arguments.language]
    first = every[0]
    yield f"{first.name}（{first.unit}） {first.period}"
    for one in every:
        found = one.explanation
        points = found.label or ("—" if found.points is None else figure(found.points))
        full = "" if found.full is None else f" / {figure(found.full)}"
        lost = f"  {words[4]} {figure(found.lost)}" if found.lost else ""
        yield f"  {found.name}（{one.indicator}） {points}{full}{lost}"
    yield words[8]


def plain(every: Sequence[Explained]) -> list[dict[str, str | None]]:
    """Numbers as exact text."""
    return [
        {
            "indicator": one.indicator,
            "name": one.explanation.name,
            "label": one.explanation.label,
            **{kind: _exact(getattr(one.explanation, kind)) for kind in ("points", "full", "lost")},
        }
        for one in every
    ]


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else figure(number)


def told(explained: Explained, language: Language) -> Iterator[str]:
    words = _WORDS[language]
    found = explained.explanation
    yield f"{explained.name}（{explained.unit}） {explained.period} · {found.name}"
    if explained.basis:
        yield f"{words[0]}: {explained.basis}"
    yield from steps(found, language, "")
    if found.lost:
        yield f"{words[4]}: {figure(found.lost)}"
        yield f"{words[5]}: {words[7] if explained.remedy is None else explained.remedy.text.of(language)}"


def _telling(lines: Sequence[Line]) -> Iterator[Line]:
    """Where there is no result, the first step without one says why; what follows from it says nothing."""
    missing = False
    for line in lines:
        if line.result != "—" or not missing:
            yield line
        missing = missing or line.result == "—"


def _outcome(line: Line) -> Iterator[str]:
    """`` = 4÷3 ≈ 1.333333 → 1.33``: equal, about, and rounded to are three signs."""
    if line.figures != line.result:
        yield equals(line.figures)
    yield f" → {line.result}" if line.rounded and line.figures != line.result else equals(line.result)


def equals(text: str) -> str:
    """What something comes to; decimals that never end are not equal to what is shown of them."""
    return f" ≈ {text[1:]}" if text.startswith("≈") and text.count("≈") == 1 else f" = {text}"


def steps(found: Explanation, language: Language, indent: str) -> Iterator[str]:
    """One line a step: what it is, the formula with figures, the outcome; parts of a pool below it."""
    words = _WORDS[language]
    if found.sentence:
        yield f"{indent}{words[1]}: {found.sentence}"
    for part in found.parts:
        yield f"{indent}- {part.name}"
        yield from steps(part, language, indent + "  ")
    for total in found.totals:
        yield f"{indent}  {total.words} = {'—' if total.number is None else figure(total.number)}"
    for line in _telling(found.lines):
        yield f"{indent}  {line.title}{''.join(_outcome(line))}"
    if found.reason:
        yield f"{indent}  {found.reason}"
