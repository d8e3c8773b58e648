"""The sheets of a whole run as files: HTML and PDF side by side, and an index to find them by.

Sheets come from an iterable and are worked off in small groups, so that a province never lies in memory at once.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from uuid import uuid4

from steelyard.engine.problems import CATALOGUE, Language, Place, Problem, Refused, refuse
from steelyard.reports import formats
from steelyard.reports import page as html
from steelyard.reports import pdf as print_pdf
from steelyard.reports.checking import check_sheet
from steelyard.reports.present import present
from steelyard.reports.sheet import RunView, UnitSheet
from steelyard.reports.words import label

CATALOGUE.add(
    {
        "sheet-doubled-unit": (
            "单位代码“{unit}”的报告单出现两次；请检查结果中是否有重复单位",
            "two sheets carry the unit code '{unit}'; look for a doubled unit in the results",
        ),
    }
)

Progress = Callable[[int], None]
GROUP = 6
_UNSAFE = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff_.-]+")
_PLAIN = re.compile(r"[0-9A-Z\u4e00-\u9fff]{1,60}")
"""Codes that end where the first hyphen of a stem begins."""
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Order:
    """What to make of each sheet, and where."""

    folder: Path
    language: Language
    pdf: bool
    assessed: int | None = None


def write_sheets(
    sheets: Iterable[UnitSheet],
    folder: Path,
    language: Language = "zh",
    pdf: bool = True,
    workers: int = 1,
    progress: Progress | None = None,
    assessed: int | None = None,
) -> list[Path]:
    """Writes one HTML (and PDF) a unit and ``index.html``; returns the paths, the index first.

    ``progress`` is told the number of units done so far; ``assessed`` is how many units the run has, where not all of
    them get a sheet. Every sentence is checked before it is written: a sheet
    whose numbers cannot be re-derived stops the work with ``Refused``. ``folder`` is replaced as a whole at the end:
    whatever stops the work leaves the sheets of before as they were.
    """
    beside = folder.with_name(f"{folder.name}.{uuid4().hex}.writing")
    beside.mkdir(parents=True)
    try:
        paths = _write_all(sheets, Order(beside, language, pdf, assessed), workers, progress)
        _swap(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return [folder / path.name for path in paths]


def _write_all(sheets: Iterable[UnitSheet], order: Order, workers: int, progress: Progress | None) -> list[Path]:
    """Every sheet and the index, which comes first."""
    listing = Listing()
    paths: list[Path] = []
    for group in _done(_groups(_watched(sheets, listing, order)), order, workers):
        paths += group
        if progress:
            progress(len(paths) // (2 if order.pdf else 1))
    return [_write_index(listing, order), *paths]


def _swap(new: Path, folder: Path) -> None:
    """Puts ``new`` in the place of ``folder``; the old one goes only after the new one stands."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the index."""

    class_name: str
    class_size: int
    place: int
    name: str
    total: str
    interval: str
    stem: str


@dataclass(slots=True)
class Listing:
    """What the index needs, kept while the sheets pass: a line of each, and the run that all of them share."""

    entries: list[Entry] = field(default_factory=list)
    run: RunView | None = None


def file_stem(sheet: UnitSheet) -> str:
    """``153010201-临江市税务局``: code first, and nothing that a file system or a shell could misread.

    A code that cannot stand there as it is, or differs from another by case alone, is told apart by its digest:
    ``A_1-临江市税务局~`` and twelve hexadecimal digits. No other unit's stem can be the same.
    """
    stem = _UNSAFE.sub("_", f"{sheet.code}-{sheet.name.zh}").strip("._-")
    if _PLAIN.fullmatch(sheet.code):
        return stem[:_LONGEST]
    mark = f"~{hashlib.sha256(sheet.code.encode()).hexdigest()[:12]}"
    return stem[: _LONGEST - len(mark)] + mark


def _watched(sheets: Iterable[UnitSheet], listing: Listing, order: Order) -> Iterator[UnitSheet]:
    """Passes the sheets on, keeping what the index needs."""
    seen: set[str] = set()
    for sheet in sheets:
        if sheet.code in seen:
            raise refuse("sheet-doubled-unit", Place(sheet.code), unit=sheet.code)
        seen.add(sheet.code)
        listing.run = sheet.run
        listing.entries.append(_entry(sheet, order.language))
        yield sheet


def _entry(sheet: UnitSheet, language: Language) -> Entry:
    return Entry(
        class_name=sheet.class_name.of(language),
        class_size=sheet.place.class_size,
        place=sheet.place.place,
        name=sheet.name.of(language),
        total=formats.points(sheet.total),
        interval=formats.interval(sheet.place),
        stem=file_stem(sheet),
    )


def _groups(sheets: Iterator[UnitSheet]) -> Iterator[list[UnitSheet]]:
    while group := list(islice(sheets, GROUP)):
        yield group


def _done(groups: Iterator[list[UnitSheet]], order: Order, workers: int) -> Iterator[list[Path]]:
    """Finished groups in their order; with several workers a few groups are under way, never all of them."""
    begun = list(islice(groups, 2))
    groups = chain(begun, groups)
    if workers < 2 or len(begun) < 2:  # one group is written before another process has started
        yield from (make_group(group, order) for group in groups)
        return
    # spawn, not fork: the caller may hold database threads, which a fork would copy half-alive
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        waiting: list[Future[list[Path]]] = []
        for group in groups:
            waiting.append(pool.submit(make_group, group, order))
            if len(waiting) > workers * 2:
                yield waiting.pop(0).result()
        yield from (future.result() for future in waiting)


def make_group(group: list[UnitSheet], order: Order) -> list[Path]:
    """Checks and writes some sheets in this process."""
    problems: list[Problem] = [problem for sheet in group for problem in check_sheet(sheet, order.language)]
    if problems:
        raise Refused(problems)
    return [path for sheet in group for path in _make(sheet, order)]


def _make(sheet: UnitSheet, order: Order) -> list[Path]:
    shown, drawn = present(sheet, order.language), html.draw(sheet, order.language)
    page = order.folder / f"{file_stem(sheet)}.html"
    page.write_text(html.render(shown, drawn), "utf8", newline="\n")
    if not order.pdf:
        return [page]
    printed = page.with_suffix(".pdf")
    printed.write_bytes(print_pdf.render(shown, drawn))
    return [page, printed]


def _write_index(listing: Listing, order: Order) -> Path:
    """One page that leads to every sheet, by class and place."""
    path = order.folder / "index.html"
    ordered = sorted(listing.entries, key=lambda entry: (entry.class_name, entry.place, entry.stem))
    head = [] if listing.run is None else _head(listing.run, len(ordered), order)
    path.write_text(html.index(ordered, head, order.language, order.pdf), "utf8", newline="\n")
    return path


def _head(run: RunView, count: int, order: Order) -> list[str]:
    """Which plan, period and data, and whether the sheets of all units are here."""
    language, every = order.language, count if order.assessed is None else order.assessed
    key = "index_all" if count == every else "index_some"
    when = f"{label('as_of', language)} {formats.day(run.as_of, language)}" if run.as_of else ""
    texts = (run.plan.of(language), formats.period(run.period, language), when)
    return [*filter(None, texts), label(key, language, count=count, all=every)]
