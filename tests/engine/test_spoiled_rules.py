"""Whatever somebody does to a file: it is refused with words and a place, or it is weighed, told and proved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import get_args
from zlib import crc32

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from steelyard.engine.arithmetic.numbers import Numbers, State, numbers
from steelyard.engine.checking.door import check_book, context_of
from steelyard.engine.checking.references.named import _classes
from steelyard.engine.evaluate import Evaluation, evaluate
from steelyard.engine.explaining.change import leaves, smallest_changes
from steelyard.engine.explaining.explanation import explain
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.schema import schema_of
from steelyard.engine.model.book import Defaults, RuleBook, read_book
from steelyard.engine.model.declared import read_facts
from steelyard.engine.model.facts import FactTable
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.problems import Language, Problem, Refused
from steelyard.engine.proof.encoding import encoded
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.panel import Panel
from steelyard.engine.weighing.scope import Scope
from steelyard.engine.wording.rules import general, paragraphs
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary
from tests.engine.spoiled_rules import corpus, spoiled_facts, spoiled_rules, text_of

PERIODS = ("2026H1", "2026")
COUNTS = (None, 0, 0, 1, 2, 3, 5, 7, 90, -3)


@dataclass(frozen=True)
class Made:
    """Totals out of nothing: any few numbers, the same for the same total."""

    size: int

    def column(self, aggregate: Aggregate) -> Numbers:
        start = crc32(repr(aggregate).encode())
        values = [COUNTS[(start >> place) % len(COUNTS)] for place in range(self.size)]
        return numbers([None if value is None else Fraction(value) for value in values])


def panel(classes: tuple[str, ...]) -> Panel:
    """Five who existed, in all classes in turn, and one who did not."""
    state = np.array([*[State.KNOWN] * 5, State.ABSENT] * len(PERIODS), dtype=np.uint8)
    groups = np.arange(len(state), dtype=np.intp) % 6 % len(classes)
    ends = tuple(CALENDAR_YEARS.parse(period).end - timedelta(days=1) for period in PERIODS)
    return Panel(tuple("abcdef"), PERIODS, ends, classes, groups, state, {"staff": numbers([1, 2, None] * 4)})


def weighings(book: RuleBook, tables: dict[str, FactTable]) -> Iterator[tuple[Weighed, Scope]]:
    """By every plan; without a plan each indicator by itself."""
    for plan in book.plans.values():
        result = evaluate(book, plan, panel(tuple(plan.classes)), Made(6 * len(PERIODS)))
        yield from ((weighed, result.scope) for weighed in result.indicators.values())
    if not book.plans:
        classes = tuple(sorted({name for name, _ in _classes(context_of(book, tables))})) or ("全部",)
        work = Evaluation(book, panel(classes), Made(6 * len(PERIODS)))
        yield from ((work.indicator(id), work.scope) for id in book.indicators)


def used(book: RuleBook, tables: dict[str, FactTable]) -> None:
    """Everything that people ask for about a book that has passed the check."""
    words = vocabulary(book, tables)
    for weighed, scope in weighings(book, tables):
        for leaf in leaves(weighed):
            smallest_changes(leaf, scope)
        for language in get_args(Language):
            explain(weighed, scope, 0, language, words)
        for step, _ in weighed.steps:
            encoded(step.tree)
    for language in get_args(Language):
        assert isinstance(book.defaults, Defaults)
        teller = Teller(language, words, book.defaults)
        assert general(teller)
        assert all(text for indicator in book.indicators.values() for text in paragraphs(teller, indicator))


def outcome(text: str, tables: dict[str, FactTable]) -> str:
    try:
        book = read_book([("rules.yaml", text)])
    except Refused as refused:
        found = list(refused.problems)
    else:
        found = check_book(book, tables)
    assert all(problem.text("zh") and problem.text("en") for problem in found)
    wrong = [problem for problem in found if problem.severity == "error"]
    assert all(problem.place.file for problem in wrong)
    if not wrong:
        used(book, tables)
    return "refused" if wrong else "used"


def test_the_corpus_itself_is_used() -> None:
    assert {outcome(text_of(rules.documents), rules.tables) for rules in corpus()} == {"used"}


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(spoiled_rules())
def test_a_spoiled_rule_file_is_refused_or_used_and_never_breaks_the_engine(
    made: tuple[str, dict[str, FactTable]],
) -> None:
    outcome(*made)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(spoiled_facts())
def test_a_spoiled_declaration_is_refused_or_read(text: str) -> None:
    problems: Sequence[Problem] = ()
    try:
        assert all(schema_of(table).columns for table in read_facts(text, "facts.yaml"))
    except Refused as refused:
        problems = refused.problems
    assert all(problem.place.file and problem.text("zh") and problem.text("en") for problem in problems)


@pytest.mark.parametrize("group", ["{a: 1}", "1.5", "[]"])
def test_a_heading_fills_a_column_by_a_group_or_a_text(group: str) -> None:
    spread = f"unpivot: {{keep: [code], value: n, columns: {{pattern: '(.*)', into: {{on: {group}}}}}}}"
    text = f"""
table: t
name: 表
source: 系统
columns: {{code: {{name: 代码, type: text}}, on: {{name: 日, type: date}}, n: {{name: 数, type: integer}}}}
files: [{{match: '*', format: csv, {spread}}}]
"""
    with pytest.raises(Refused) as refused:
        read_facts(text, "facts.yaml")
    assert {problem.code for problem in refused.value.problems} == {"shape-value"}
