"""Checks a bureau's folder: files, declarations, rules against the registers, targets against last period's values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TypeVar, cast

from steelyard.bureau.folder import Bureau, Written
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import periods_of, run_book
from steelyard.bureau.subjects.registers import UNITS, organisation
from steelyard.bureau.telling import silent
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.door import check_context, context_of
from steelyard.engine.checking.meaning.targets import targets_that_separate_nobody
from steelyard.engine.evaluate import Result
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Problem, Refused
from steelyard.lake.record.snapshot import snapshot

T = TypeVar("T")


@dataclass(frozen=True)
class Checked:
    """What a check found; ``book`` is None where the files could not even be read, ``written`` what was read."""

    problems: tuple[Problem, ...]
    book: RuleBook | None = None
    written: Written | None = None

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors


def checked(bureau: Bureau, period: str | None = None, instead: Written | None = None) -> Checked:
    """All problems of the first broken stage, and warnings.

    Names of classes and attributes are checked where the record holds registers. ``period``: warns of targets that
    everybody, or nobody, would have met by the values of that period. ``instead``: what somebody considers writing.
    """
    written, unread = _tried(bureau.written) if instead is None else (instead, ())
    known, odd = _tried(lambda: _registered(bureau))
    if written is None:
        return Checked((*unread, *odd))
    book, wrong = _tried(lambda: written.book)
    tables, more = _tried(lambda: written.tables)
    _, days = _tried(lambda: written.days)
    if book is None or tables is None or known is None or days:
        return Checked((*wrong, *more, *odd, *days), book, written)
    context = context_of(book, tables, *known)
    problems = {problem.line(): problem for problem in check_context(context)}
    if period is not None and all(problem.severity == "warning" for problem in problems.values()):
        problems |= {problem.line(): problem for problem in _against_values(bureau, context, tables, period)}
    found = tuple(sorted(problems.values(), key=lambda problem: (problem.place, problem.code)))
    return Checked(found, book, written)


def sound(bureau: Bureau, warn: Callable[[Problem], None] = lambda _: None) -> Written:
    """What was written, once it has passed the check; ``warn`` hears of what a careful colleague would question.

    Raises `Refused` with everything that was found, warnings too, when any of it is an error.
    """
    found = checked(bureau)
    if found.errors or found.written is None:
        raise Refused(found.problems)
    for problem in found.problems:
        warn(problem)
    return found.written


def passed(bureau: Bureau, book: RuleBook, tables: Mapping[str, FactTable]) -> RuleBook:
    """The book itself, e.g. one that is only being considered. Raises `Refused` with the errors of its check."""
    context = among(bureau, book, tables)
    wrong = [problem for problem in check_context(context) if problem.severity == "error"]
    if wrong:
        raise Refused(wrong)
    return book


def among(bureau: Bureau, book: RuleBook, tables: Mapping[str, FactTable]) -> Context:
    """What checks look at: the book with the classes and attributes that the bureau's registers know."""
    return context_of(book, tables, *_registered(bureau))


def _tried(read: Callable[[], T]) -> tuple[T | None, tuple[Problem, ...]]:
    try:
        return read(), ()
    except Refused as refused:
        return None, refused.problems


def _registered(bureau: Bureau) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Classes and attributes that the registers know; None where the record has no such register."""
    if not bureau.record.is_dir():
        return None, None
    facts = snapshot(bureau.record)
    if "units" not in facts.sources:
        return None, None
    known = organisation(facts, UNITS)
    classes = {row.unit_class for rows in known.units.values() for row in rows if row.unit_class is not None}
    attributes = frozenset(known.attributes) if "unit_attributes" in facts.sources else None
    return frozenset(classes), attributes


def _against_values(
    bureau: Bureau, context: Context, tables: Mapping[str, FactTable], period: str
) -> Iterator[Problem]:
    """Targets as they stand at the end of each plan's year, against what units reached in an earlier period."""
    for plan in context.book.plans.values():
        order = Order(plan=plan.id, periods=(period,), uncertainty=False, history=False)
        result = run_book(bureau, order, context.book, tables, silent).result
        day = periods_of(context.book, plan, ())[0].end - timedelta(days=1)
        yield from targets_that_separate_nobody(context, day, _values(result))


def _values(result: Result) -> Mapping[str, list[tuple[str, Fraction]]]:
    """Class and value of every assessed unit, by indicator."""
    panel = result.panel
    found: dict[str, list[tuple[str, Fraction]]] = {}
    for id, weighed in result.indicators.items():
        value = weighed.value
        for place in range(panel.size) if isinstance(value, Numbers) else ():
            number = cast(Numbers, value).fraction(place)
            if panel.assessed[place] and number is not None:
                found.setdefault(id, []).append((panel.class_names[int(panel.classes[place])], number))
    return found
