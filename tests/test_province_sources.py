"""The reference province has its 指标源: documents, duties and priority tasks that its 186 indicators rest on."""

from __future__ import annotations

from pathlib import Path

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.engine.model.book import RuleBook
from steelyard.engine.sources.coverage import coverage
from steelyard.engine.sources.sources import sources_of
from steelyard.engine.wording.duties import answers
from steelyard.engine.wording.teller import Teller
from steelyard.lake.world.people import duty_names
from tests.engine.told_again import Told

PROVINCE = Path(__file__).parent.parent / "examples" / "province"
KINDS_OF_GROUND = (-1, 0, 1, 2, 3)
DUTIES = sorted({f"{name.removesuffix('岗')}职责" for kind in KINDS_OF_GROUND for name in duty_names(kind)})


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return Bureau(PROVINCE).book()


def test_every_indicator_leads_to_a_clause_that_is_in_force(book: RuleBook) -> None:
    sources = sources_of(book)
    assert [one.id for one in book.indicators.values() if not sources.clauses(one.basis)] == []
    assert [use.id for use in sources.uses for found in sources.resolve(use.basis) if not found.spots] == []


def test_every_item_of_the_assessment_rules_feeds_one_indicator(book: RuleBook) -> None:
    sources, rules = sources_of(book), book.documents["doc_rules_2026"]
    items = [clause.clause for clause in rules.clauses if not clause.clause.startswith("第一章")]
    fed = [[use.id for use in sources.resting(rules.id, item) if use.kind == "indicator"] for item in items]
    assert [len(ids) for ids in fed] == [1] * 186
    assert {id for ids in fed for id in ids} == set(book.indicators)


def test_every_clause_says_what_it_asks_in_a_sentence(book: RuleBook) -> None:
    clauses = [clause for document in book.documents.values() for clause in document.clauses]
    assert len(clauses) > 250
    assert [one.clause for one in clauses if len(one.text) < 8 or "TODO" in one.text] == []


def test_the_duties_are_those_of_the_posts(book: RuleBook) -> None:
    assert sorted(duty.name for duty in book.duties.values()) == DUTIES
    assert {len(duty.items) for duty in book.duties.values()} <= set(range(4, 9))
    items = [item for duty in book.duties.values() for item in duty.items]
    assert [item.item for item in items if not (item.assesses and item.risks and item.basis)] == []


def test_twenty_tasks_are_all_covered(book: RuleBook) -> None:
    rows = coverage(book)
    assert len(rows) == 20
    assert sum(row.task.mandatory for row in rows) >= 10
    assert [row.task.id for row in rows if not row.plans] == []


def test_how_a_duty_is_assessed_is_read_back_as_the_rule_that_scores(book: RuleBook) -> None:
    """What is printed for a duty and what computes the score cannot diverge: the print becomes the rule again."""
    told = Told.of(book, Bureau(PROVINCE).tables())
    teller = Teller("zh", told.known.lexicon.vocabulary, told.defaults)
    printed = {
        one.indicator.id: "\n".join(paragraphs)
        for duty in book.duties.values()
        for found in answers(teller, book, duty)
        for one, paragraphs in zip(found.indicators, found.how, strict=True)
    }
    assert len(printed) >= 60
    assert {id: lost for id, text in printed.items() if (lost := told.changes(book.indicators[id], text))} == {}
