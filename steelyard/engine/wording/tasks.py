"""重点工作 as text: which indicators carry each, in which plans, and what nobody carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.plan import Entry
from steelyard.engine.sources.coverage import Covered, coverage
from steelyard.engine.wording.rules import given_full, numbered
from steelyard.engine.wording.teller import Teller


def task_paragraphs(teller: Teller, book: RuleBook, row: Covered) -> list[str]:
    """The head of a task, then its indicators with the plans in which they stand."""
    task = row.task
    kind = teller.pick(*(("必须覆盖", "mandatory") if task.mandatory else ("鼓励覆盖", "voluntary")))
    said = [task.year, kind, teller.pick(f"责任部门：{task.owner}", f"responsible: {task.owner}")]
    said.append(teller.pick(f"依据：{task.basis}", f"basis: {task.basis}"))
    head = task.name + teller.pick("（", " (") + teller.joined(said) + teller.pick("）", ")")
    lines = [_indicator(teller, book, id, places) for id, places in row.cells.items()]
    return [head, *(lines or [teller.pick("没有写承接的指标", "no indicators named")]), *_missing(teller, row)]


def _indicator(teller: Teller, book: RuleBook, id: str, places: Mapping[str, Entry]) -> str:
    """``按期申报率：税务分局方案（20分）、设区市局方案（20分）``."""
    if id not in book.indicators:
        return f"{id}{teller.pick('：库里没有', ': not in the book')}"
    cells = [_cell(teller, book, plan, entry) for plan, entry in places.items()]
    where = teller.listed(cells) or teller.pick("没有列入计划", "in no plan")
    return book.indicators[id].name + teller.pick("：", ": ") + where


def _cell(teller: Teller, book: RuleBook, plan: str, entry: Entry) -> str:
    named = book.plans.get(plan) or book.persons[plan]
    full = entry.full if entry.full is not None else given_full(book, book.indicators[entry.indicator])
    full = full if full is not None else book.indicators[entry.indicator].full
    marks = "" if full is None else teller.pick(f"（{teller.marks(full)}）", f" ({teller.marks(full)})")
    return named.name + marks


def _missing(teller: Teller, row: Covered) -> Sequence[str]:
    if not row.missing:
        return ()
    return (teller.pick("没有一个指标列入当年计划，计划不能发布", "in no plan of its year: plans cannot be issued"),)


def tasks_text(teller: Teller, book: RuleBook) -> Iterator[str]:
    """The matrix of a book with its sum: how many there are, how many are mandatory, how many of them are carried.

    Tasks are not numbered ``1.`` as indicators are, which are read back by their numbers."""
    rows = coverage(book)
    mandatory = [row for row in rows if row.task.mandatory]
    missing = [row.task.name for row in mandatory if row.missing]
    zh = f"重点工作 {len(rows)} 项，必须覆盖 {len(mandatory)} 项，其中没有覆盖 {len(missing)} 项"
    en = f"{len(rows)} priority tasks, {len(mandatory)} mandatory, {len(missing)} of these not carried"
    yield teller.sentence(teller.pick(zh, en) + (teller.pick("：", ": ") + teller.listed(missing) if missing else ""))
    for number, row in enumerate(rows, start=1):
        head, *lines = task_paragraphs(teller, book, row)
        yield ""
        yield numbered(teller, (number,)) + head
        yield from lines
