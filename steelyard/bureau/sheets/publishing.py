"""What people get from a run: ranked tables, the workbook, and an analysis sheet for every unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from steelyard import reports
from steelyard.bureau.people.assessing import assess, ready
from steelyard.bureau.people.saving import save_people
from steelyard.bureau.runs.holding import held
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import begin, finish, folder_of, whole, write_json
from steelyard.bureau.runs.uncertainty import errors
from steelyard.bureau.sheets.findings import findings, plain
from steelyard.bureau.sheets.making import Sheets
from steelyard.bureau.sheets.marks import full_mark
from steelyard.bureau.sheets.standing import Group, groups
from steelyard.bureau.telling import Progress, counted, silent
from steelyard.bureau.views.writing import write_views
from steelyard.engine.explaining.explanation import sentence
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.given import accept, given, unlike
from steelyard.engine.weighing.items import Weighed
from steelyard.lake.runners.choosing import require
from steelyard.reports.book import ResultBook, RuleText
from steelyard.reports.sheet import UnitSheet, Words

SheetKind = Literal["none", "html", "pdf"]
"""``pdf`` means both; ``html`` alone is ten times faster."""

_TOLD_EVERY = 50


@dataclass(frozen=True)
class Published:
    """Where everything is. ``groups`` hold places with their intervals for whoever asks next.

    ``accounts``: the files about persons, none without a plan for them; ``persons``: what they come to, plan by plan.
    """

    folder: Path
    results: Results
    groups: tuple[Group, ...]
    sheets: tuple[Path, ...]
    accounts: tuple[Path, ...]
    persons: tuple[Mapping[str, Any], ...]


def publish(
    ran: Ran,
    sheets: SheetKind = "html",
    workers: int = 2,
    progress: Progress = silent,
    units: frozenset[str] | None = None,
    persons: bool = True,
) -> Published:
    """Saves the run, writes its workbook, CSV and sheets for the last period, and weighs persons. Raises `Refused`.

    The manifest comes last: a folder without ``run.json`` is one whose writing was cut short, and no run.
    ``units``: write sheets of these units only; ``persons``: whether plans for persons are weighed too.
    """
    given(ran=(ran, Ran), workers=(workers, int), progress=(progress, Callable), persons=(persons, bool))
    given(units=(units, frozenset, set, type(None)))
    accept(unlike("sheets", sheets, get_args(SheetKind)))
    require(ran.order.engine, workers, ran.order.memory)
    if persons:
        ready(ran)
    results = Results(ran)
    folder = folder_of(results)
    with held(folder, progress):
        begin(results, folder)
        read = _read(results, folder, sheets, workers, progress, units)
        people = assess(ran, progress) if persons else ()
        accounts, summaries = save_people(ran, people, folder)
        progress("开始写页面所读的视图", "writing the views that pages read")
        write_views(folder, ran, read.book, _ties(results, read.groups), read.verdicts, people)
        finish(results, folder)
    return Published(folder, results, read.groups, read.sheets, tuple(accounts), tuple(summaries))


@dataclass(frozen=True)
class _Read:
    """What was worked out for people to read: places, everybody's sheet as data, the sheets that were written."""

    groups: tuple[Group, ...]
    book: ResultBook
    verdicts: Mapping[str, tuple[str, float | None]]
    sheets: tuple[Path, ...]


def _ties(results: Results, found: Sequence[Group]) -> dict[tuple[str, str], int]:
    """(class, unit) of the last period -> the number of its group of units that cannot be told apart."""
    panel = results.panel
    return {
        (group.name, panel.subjects[int(place) % len(panel.subjects)]): int(number)
        for group in found
        if group.period == panel.periods[-1]
        for place, number in zip(group.index, group.standing.group, strict=True)
    }


def _read(
    results: Results, folder: Path, sheets: SheetKind, workers: int, progress: Progress, units: frozenset[str] | None
) -> _Read:
    """Everything that people read of the units: places with their intervals, and the sheets that were written."""
    ran = results.ran
    progress(
        f"结果 {len(results.leaves)} 项分数，摘要 {results.digest[:12]}；开始估计位次的区间",
        f"{len(results.leaves)} scores, digest {results.digest[:12]}; estimating intervals of places",
    )
    noise = errors(ran.result, ran.tables.values())
    found = groups(ran.result, noise)
    told = findings(ran.result, noise, found)
    write_json(folder / "findings.json", plain(told))
    maker = Sheets(results, found, ran.result.panel.periods[-1])
    progress("开始整理各单位的失分、理由与建议", "working out lost points, reasons and remedies of every unit")
    made = list(counted(maker, progress, "个单位", "units"))
    book = ResultBook(maker.view, made, list(rule_texts(ran)))
    wanted = [sheet for sheet in made if units is None or sheet.code in units]
    # Sheets come first: one that is refused changes nothing.
    written = _sheets(wanted, folder, sheets, workers, progress, len(made))
    with whole(folder / "results.xlsx") as path:
        reports.write_workbook(book, path)
    with whole(folder / "results.csv") as path:
        reports.write_csv(book, path)
    verdicts = {one.name: (one.verdict, one.probability) for one in told if one.period == maker.period}
    return _Read(tuple(found), book, verdicts, tuple(written))


def _sheets(
    made: Sequence[UnitSheet],
    folder: Path,
    kind: SheetKind,
    workers: int,
    progress: Progress,
    assessed: int,
) -> list[Path]:
    if kind == "none":
        return []
    told = 0

    def watch(done: int) -> None:
        nonlocal told
        if done >= told + _TOLD_EVERY:
            told = done
            progress(f"  已写 {done}/{len(made)} 份", f"  {done}/{len(made)} written")

    progress(f"开始写分析报告单，{len(made)} 个单位", f"writing the analysis sheets of {len(made)} units")
    return reports.write_sheets(
        made, folder / "sheets", pdf=kind == "pdf", workers=workers, progress=watch, assessed=assessed
    )


def rule_texts(ran: Ran) -> Iterable[RuleText]:
    """Every indicator of the plan as its rule says it."""
    words = ran.vocabulary
    for group in ran.plan.groups:
        for entry in group.indicators:
            weighed, rule = ran.result.indicators[entry.indicator], ran.book.indicators[entry.indicator]
            yield RuleText(
                id=entry.indicator,
                name=Words(rule.name),
                family=Words(group.name),
                classes=Words("、".join(entry.only or ran.plan.classes)),
                full=full_mark(weighed, ran.result.panel, ran.plan.classes),
                sentence=_sentence(weighed, words),
                basis=Words(rule.basis),
                owner=Words(rule.owner),
            )


def _sentence(weighed: Weighed, words: Vocabulary) -> Words:
    return Words(sentence(weighed, "zh", words), sentence(weighed, "en", words))
