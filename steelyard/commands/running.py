"""``steelyard run`` and ``steelyard intake``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from steelyard.bureau.asking.running import run as weigh
from steelyard.bureau.asking.running import run_several
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import manifest_of
from steelyard.bureau.sheets.publishing import Published, publish
from steelyard.commands.asked import bureau_of, say, speaker
from steelyard.engine.problems import CATALOGUE, Language, Problem
from steelyard.lake.intake import BatchReport, Refusal
from steelyard.lake.intake import intake as take_in
from steelyard.lake.intake.assign import gathered
from steelyard.lake.record.verify import sweep

CATALOGUE.add(
    {
        "period-ahead": (
            "{period} 自 {start} 起，而最后一批数据在 {known} 就已知悉：其中还没有任何数据；请检查 --period",
            "{period} begins on {start}, and the last data was known by {known}: nothing of it has arrived; "
            "check --period",
        ),
        "period-unscored": (
            "{period} 里没有一个单位得出总分：其中没有可以计分的数据；请检查 --period 和装载的数据",
            "nobody has a total in {period}: there is nothing in it that could be scored; check --period and what was "
            "loaded",
        ),
    }
)


def run(arguments: argparse.Namespace) -> int:
    """Nobody is scored by rules that have not passed the check; its warnings are said and change nothing."""
    bureau, plans = bureau_of(arguments), list(dict.fromkeys(arguments.plan or ()))
    order = Order(
        periods=tuple(arguments.period or ()),
        known_at=arguments.known_at,
        threads=arguments.threads,
        memory=arguments.memory,
        engine=arguments.engine,
        structure=arguments.structure,
    )
    tell = speaker(arguments.language)

    def warn(problem: Problem) -> None:
        say(problem.line(arguments.language))

    rans = run_several(bureau, plans, order, tell, warn) if plans else [weigh(bureau, order, tell, warn)]
    for problem in (problem for ran in rans for problem in ahead(ran)):
        warn(problem)
    several = [publish(ran, arguments.sheets, arguments.threads, tell) for ran in rans]
    for problem in (problem for published in several for problem in unscored(published.results)):
        warn(problem)
    if arguments.json:
        summaries = [summary(published) for published in several]
        print(json.dumps(summaries if len(plans) > 1 else summaries[0], ensure_ascii=False))
    else:
        print("\n".join(told(published, arguments.language) for published in several))
    return 0


def summary(published: Published) -> dict[str, Any]:
    """What a scheduler reads."""
    persons = {"persons": published.persons} if published.persons else {}
    return {**manifest_of(published.results), **persons}


def ahead(ran: Ran) -> Iterator[Problem]:
    """Warns of periods that begin after the last arrival: nothing can be known of them."""
    known = max((batch.known_at.date() for batch in ran.snapshot.batches), default=None)
    for period in ran.periods:
        if known is not None and period.start > known:
            params = {"period": period, "start": period.start, "known": known}
            yield Problem("period-ahead", params=params, severity="warning")


def unscored(results: Results) -> Iterator[Problem]:
    """Warns of periods in which nobody has a total, as in a mistyped year, but for those that `ahead` tells."""
    said = {str(problem.params["period"]) for problem in ahead(results.ran)}
    scored = {str(row["period"]) for row in results.scores().to_pylist() if row["total"] is not None}
    for period in results.ran.periods:
        if str(period) not in scored | said:
            yield Problem("period-unscored", params={"period": period}, severity="warning")


_WORDS: dict[Language, tuple[str, ...]] = {
    "zh": (
        "运行 {run}：{subjects} 个单位，{indicators} 个指标",
        "结果摘要",
        "排名与得分",
        "明细",
        "个人绩效与账户",
        "分析报告单",
    ),
    "en": (
        "run {run}: {subjects} units, {indicators} indicators",
        "digest",
        "ranked results",
        "every score",
        "persons and accounts",
        "analysis sheets",
    ),
}


def told(published: Published, language: Language) -> str:
    """Where to find everything, last of all, so that it is what the eye rests on."""
    manifest, folder, words = manifest_of(published.results), published.folder, _WORDS[language]
    lines = [
        words[0].format_map(manifest),
        f"{words[1]} {manifest['digest']}",
        f"{words[2]} {folder / 'results.xlsx'}",
        f"{words[3]} {folder / 'scores.parquet'}  {folder / 'indicators.parquet'}  {folder / 'results.csv'}",
    ]
    if published.accounts:
        lines.append(f"{words[4]} {published.accounts[0]}  {published.accounts[1]}")
    if published.sheets:
        lines.append(f"{words[5]} {published.sheets[0]}")
    return "\n".join(lines)


def intake(arguments: argparse.Namespace) -> int:
    bureau = bureau_of(arguments)
    files, links = gathered(arguments.files)
    known_at = arguments.known_at or datetime.now()
    tables = list(bureau.tables().values())
    sweep(bureau.record, datetime.now())
    reports = [*links, *take_in(bureau.record, tables, files, known_at, calendar=bureau.calendar())]
    if arguments.json:
        print(json.dumps([_plain(report) for report in reports], ensure_ascii=False))
    else:
        for report in reports:
            print("\n".join(report.lines(arguments.language)))
    return 1 if any(isinstance(report, Refusal) for report in reports) else 0


def _plain(report: BatchReport | Refusal) -> dict[str, object]:
    if isinstance(report, Refusal):
        return {"file": report.file, "table": report.table, "refused": [problem.code for problem in report.problems]}
    batch = report.batch
    return {
        "file": batch.file,
        "table": batch.table,
        "batch": batch.number,
        "new": report.new,
        **batch.counts.model_dump(),
    }
