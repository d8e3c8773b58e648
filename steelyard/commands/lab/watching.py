"""``steelyard watch FOLDER``: what needs looking at after a month, gathered to issues; how many alarms are false."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta

from steelyard.bureau.runs.order import Order
from steelyard.bureau.watching.backtesting import Backtest, backtest
from steelyard.bureau.watching.looking import watch
from steelyard.bureau.watching.series import watchable
from steelyard.bureau.watching.watched import RULES, Issue, Row, Watched
from steelyard.commands.asked import bureau_of, speaker
from steelyard.engine.problems import Language
from steelyard.reports.sheet import Words

COLOURS = {"red": Words("红", "red"), "yellow": Words("黄", "yellow"), "none": Words("·", "·")}
SORTS = {"standing": Words("触限、恐难达标", "limits, targets at risk"), "changes": Words("变化", "changes")}


def tell(arguments: argparse.Namespace) -> int:
    """Always 0: what fires is an answer, not a failure."""
    order = Order(plan=arguments.plan, known_at=arguments.known_at)
    if arguments.backtest:
        year = watchable(bureau_of(arguments), order, arguments.month or _last_month(), speaker(arguments.language))
        print("\n".join(judged(backtest(year), arguments.language)))
        return 0
    found = watch(bureau_of(arguments), order, arguments.month or _last_month(), speaker(arguments.language))
    if arguments.json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        print("\n".join(lines(found, arguments.language, arguments.limit)))
    return 0


def _last_month() -> str:
    """The month that has closed last."""
    return f"{date.today().replace(day=1) - timedelta(days=1):%Y-%m}"


HEADS = {
    "zh": "{plan} 截至 {month}：{series:,} 个序列，{judged:,} 个可看信号；触发 {rows:,} 条，归并为 {issues} 个问题",
    "en": "{plan} up to {month}: {series:,} series, {judged:,} judged for signals; {rows:,} triggers, {issues} issues",
}
SAID = {
    "zh": "{units} 个单位、{indicators} 项指标：{rules}；{under}；自 {since}；{owners}",
    "en": "{units} units, {indicators} indicators: {rules}; {under}; since {since}; {owners}",
}
RATES = {
    "zh": "误报：设计每点 {chance:.2%}；把这些序列的各月打乱次序，实测 {measured:.2%}",
    "en": "false alarms: {chance:.2%} a point as designed; {measured:.2%} measured with the months in drawn orders",
}


BACK = {
    "zh": (
        "回测 {months} 个月、{count:,} 次判断：Brier {brier:.4f}（只看现在是否达标 {threshold:.4f}）",
        "说的机会与后来的频率平均相差 {apart:.1%}，最多 {furthest:.1%}",
        "红卡 {red:,} 张，后来未达标 {fails:.0%}；绿卡 {green:,} 张，后来未达标 {slips:.1%}",
    ),
    "en": (
        "{months} months, {count:,} forecasts: Brier {brier:.4f} (whether it is met now: {threshold:.4f})",
        "chances told and frequencies differ by {apart:.1%} on average, {furthest:.1%} at most",
        "{red:,} red cards, of which {fails:.0%} failed; {green:,} green ones, of which {slips:.1%} failed",
    ),
}


def judged(found: Backtest, language: Language) -> Iterator[str]:
    """How good the forecasts of a closed year were, and how often each chance came true."""
    (red, fails), (green, slips), all_of = found.red, found.green, found.found
    told = {
        "months": found.months, "count": all_of.count, "brier": all_of.brier, "threshold": found.threshold,
        "apart": all_of.apart, "furthest": all_of.furthest, "red": red, "fails": fails, "green": green, "slips": slips,
    }  # fmt: skip
    yield from (line.format(**told) for line in BACK[language])
    yield from (f"  {one.forecast:4.0%} → {one.happened:4.0%}  {one.count:,}" for one in all_of.bins)


def lines(found: Watched, language: Language, limit: int = 0) -> Iterator[str]:
    """The look in numbers, then the issues, the gravest first."""
    yield HEADS[language].format(
        plan=found.plan, month=found.month, series=found.series, judged=found.judged, rows=len(found.rows),
        issues=len(found.issues),
    )  # fmt: skip
    if found.measured is not None:
        yield RATES[language].format(chance=found.chance, measured=found.measured)
    for sort, words in SORTS.items():
        issues = [issue for issue in found.issues if issue.sort == sort]
        if issues:
            yield f"{words.of(language)} {len(issues)}"
        for issue in issues:
            yield f"  {_issue(issue, language)}"
            yield from (f"      {_row(found.rows[at], language)}" for at in issue.rows[:limit])


def _issue(issue: Issue, language: Language) -> str:
    rules = "，".join(f"{RULES[rule].of(language)} {count}" for rule, count in issue.rules.items())
    said = SAID[language].format(
        units=issue.units, indicators=issue.indicators, rules=rules, under=issue.under_name or "—",
        since=issue.first_seen, owners="、".join(issue.owners),
    )  # fmt: skip
    return f"{COLOURS[issue.colour].of(language)} {issue.name.of(language)}  {said}"


def _row(row: Row, language: Language) -> str:
    who = f"{row.unit_name}（{row.unit}）" if row.unit else row.within
    parts = [f"{who} {row.name} {row.period}", RULES[row.rule].of(language), f"{row.value:.6g}"]
    if row.limit is not None:
        parts.append(f"{'限' if language == 'zh' else 'limit'} {row.limit:.6g}")
    if row.chance is not None:
        parts.append(f"p {row.chance:.2g}")
    if row.meets is not None:
        parts.append(f"{'达标机会' if language == 'zh' else 'chance to meet'} {row.meets:.0%}")
    if row.last_day is not None:
        parts.append(f"{'最迟' if language == 'zh' else 'last day'} {row.last_day}")
    if row.step is not None:
        parts.append(row.step.of(language))
    return "  ".join(parts)
