"""What books say that names nothing, and texts that cannot be read: named or told, never an accident."""

from __future__ import annotations

import pytest

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.door import context_of, title_of
from steelyard.engine.checking.policy.minutes import filled_in
from steelyard.engine.checking.sources.cited import cited_documents_are_known
from steelyard.engine.model.book import RuleBook, with_rule
from steelyard.engine.problems import Refused
from steelyard.engine.sources.duties import carried
from steelyard.engine.understanding.proposals import LONGEST, proposals
from steelyard.engine.wording.documents import document_paragraphs
from steelyard.engine.wording.tasks import tasks_text
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary
from tests.engine.small_rules import LATE, PLAN, RATE, book, tables
from tests.engine.test_checking_meaning import PEOPLE
from tests.engine.test_wording_sources import DUTY, RULES, TASK

OTHER_DUTY = (
    DUTY.replace("filing_officer", "other").replace("税源管理职责", "档案职责").replace("《细则》第十二条", "《细则》")
)


def teller(of: RuleBook) -> Teller:
    assert of.defaults is not None
    return Teller("zh", vocabulary(of, tables()), of.defaults)


def test_what_cites_a_document_as_a_whole_is_told_before_its_clauses() -> None:
    of = book(RULES, RATE, LATE, PLAN, OTHER_DUTY)
    assert document_paragraphs(teller(of), of, of.documents["rules"])[1] == "全文：用于岗责：档案职责。"


def test_an_indicator_of_a_task_that_is_not_in_the_book_says_so() -> None:
    of = book(RULES, RATE, LATE, PLAN, TASK.replace("indicators: [", "indicators: [nowhere, "))
    assert any("nowhere：库里没有" in line for line in tasks_text(teller(of), of))


def test_a_duty_that_no_plan_for_persons_links_carries_what_shares_its_clause_alone() -> None:
    of = book(RULES, RATE, LATE, PLAN, PEOPLE, DUTY, OTHER_DUTY)
    assert [one.plans for one in carried(of, of.duties["other"])] == [()] * len(carried(of, of.duties["other"]))


def test_pasted_texts_need_a_book_and_an_end() -> None:
    with pytest.raises(Refused) as nothing:
        proposals("甲。", RuleBook(), tables())
    assert [one.code for one in nothing.value.problems] == ["book-missing"]
    with pytest.raises(Refused) as long:
        proposals("长" * (LONGEST + 1), book(RATE, LATE, PLAN), tables())
    assert [one.code for one in long.value.problems] == ["rule-text-long"]


def test_a_text_under_the_name_of_a_rule_that_does_not_say_enough_for_one_is_a_draft_without_changes() -> None:
    (found,) = proposals(
        "准期申报率（20分）。目标98%；每低1个百分点扣2分，扣完为止。", book(RATE, LATE, PLAN), tables()
    )
    assert found.old is not None
    assert found.draft.open
    assert found.changes("zh") == ()


def test_one_rule_more_is_one_rule() -> None:
    of = book(RATE, LATE, PLAN)
    with pytest.raises(Refused) as refused:
        with_rule(of, "rule", RATE + "---\n" + LATE)
    assert [one.code for one in refused.value.problems] == ["rule-one"]


def test_a_finding_of_another_time_is_called_by_its_code() -> None:
    assert title_of("long-ago").zh == "long-ago"


def test_tables_behind_an_indicator_that_no_system_fills_are_named() -> None:
    of = book(RATE, LATE, PLAN)
    context: Context = context_of(of, tables())
    assert set(filled_in(context)) == set(of.indicators)


def test_a_clause_that_is_not_there_is_no_unknown_document() -> None:
    of = book(RULES, RATE, LATE, PLAN, DUTY.replace("第十二条", "第九十九条"))
    assert [one.code for one in cited_documents_are_known(context_of(of, tables()))] == []
