"""指标源: what is cited exists and is in force, mandatory tasks are carried, linked duties are told."""

from __future__ import annotations

import pytest

from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Problem, Refused
from tests.engine.small_rules import LATE, PLAN, RATE, problems
from tests.engine.test_checking_meaning import PEOPLE

RULES = """
document: rules
name: 细则
issuer: 衡川省税务局
since: 2026-01-01
clauses:
  - {clause: 第十一条, text: 登记}
  - {clause: 第十二条, text: 按期申报, assesses: [按期申报率]}
  - {clause: 第十三条, text: 逾期处理}
"""
LAW = """
document: law
name: 征管法
issuer: 全国人大常委会
since: 2001-05-01
clauses: [{clause: 第二十五条, text: 如期申报}]
"""
DUTY = """
duty: filing_officer
name: 税源管理职责
items: [{item: urge, does: 催报催缴, basis: 《细则》第十二条}]
"""
TASK = """
task: on_time
name: 按期申报提升行动
basis: 《细则》第十二条
year: "2026"
owner: 征管科
mandatory: true
indicators: [rate]
"""
STEP = "    triggers: [{process: 催报, step: 审核, workdays: 3, indicators: [rate]}]\n"
STEPPED = f"""
duty: filing_officer
name: 税源管理职责
items:
  - item: urge
    does: 催报催缴
{STEP}"""
LINKED = PEOPLE.replace("{indicator: rate, weight: 1}", "{indicator: rate, duties: [税源管理职责], weight: 1}")


def test_a_step_has_one_limit_in_working_days_or_in_working_minutes() -> None:
    with pytest.raises(Refused) as refused:
        read_book([("rules.yaml", STEPPED.replace("workdays: 3", "workdays: 3, workminutes: 60"))])
    assert [one.code for one in refused.value.problems] == ["shape-one-of"]


def found(*documents: str) -> list[Problem]:
    return [one for one in problems(*documents) if one.code.startswith(("basis-", "task-", "duty-", "trigger-"))]


def told(*documents: str) -> list[tuple[str, str]]:
    return [(one.code, one.severity) for one in found(*documents)]


def test_a_book_whose_sources_are_complete_has_nothing_to_tell() -> None:
    assert told(RULES, DUTY, TASK, RATE, LATE, PLAN, LINKED) == []
    assert told(RULES, STEPPED, TASK, RATE, LATE, PLAN, LINKED) == []


def test_a_book_without_documents_is_not_asked_for_them() -> None:
    assert told(RATE, LATE, PLAN, TASK) == []


WRONG = {
    "basis-document-unknown": ([LAW, RULES, RATE.replace("《细则》", "《征管发》"), LATE, PLAN], "warning"),
    "basis-clause-unknown": ([RULES, RATE.replace("第十二条", "第二十条"), LATE, PLAN], "error"),
    "basis-without-clause": ([RULES, RATE.replace("《细则》第十二条", "局长办公会要求"), LATE, PLAN], "warning"),
    "basis-out-of-force": ([RULES.replace("2026-01-01", "2027-01-01"), RATE, "", PLAN.replace(", late", "")], "error"),
    "task-unknown-indicator": ([TASK.replace("[rate]", "[rate, lete]"), RATE, LATE, PLAN], "error"),
    "task-not-covered": ([TASK.replace("[rate]", "[]"), RATE, LATE, PLAN], "error"),
    "trigger-unknown-indicator": ([STEPPED.replace("[rate]", "[rats]"), RATE, LATE, PLAN], "error"),
    "trigger-twice": ([STEPPED + f"  - item: chase\n    does: 再催\n{STEP}", RATE, LATE, PLAN], "error"),
    "duty-untold": ([DUTY, RATE, LATE, PLAN, LINKED.replace("税源管理职责", "税源管理职则")], "warning"),
}


@pytest.mark.parametrize("code", WRONG)
def test_each_is_found_in_both_languages(code: str) -> None:
    documents, severity = WRONG[code]
    assert told(*documents) == [(code, severity)]
    (one,) = found(*documents)
    assert one.text("zh") != one.text("en")
    assert one.place.line > 0


def test_the_nearest_title_and_clause_are_suggested() -> None:
    titled, clause = (found(*WRONG[f"basis-{what}-unknown"][0])[0].text() for what in ("document", "clause"))
    assert "是否想写“征管法”" in titled
    assert "第十二条" in clause


def test_a_whole_document_is_no_clause() -> None:
    assert told(RULES, RATE.replace("《细则》第十二条", "《细则》"), LATE, PLAN) == [
        ("basis-without-clause", "warning")
    ]
    assert told(RULES, RATE.replace("《细则》第", "《细则》；《细则》第"), LATE, PLAN) == []


def test_duties_and_tasks_are_held_to_their_clauses_as_well() -> None:
    duty, task = (text.replace("第十二条", "第九十九条") for text in (DUTY, TASK))
    assert told(RULES, duty, task, RATE, LATE, PLAN, LINKED) == [("basis-clause-unknown", "error")] * 2


def test_repealing_a_clause_names_its_indicators_in_one_run() -> None:
    repealed = RULES.replace("{clause: 第十二条,", "{clause: 第十二条, until: 2025-12-31,")
    one, two = (text.replace("basis: 《细则》", "basis: 《征管法》第二十五条；《细则》") for text in (RATE, LATE))
    (ended,) = found(LAW, repealed, one, two, PLAN)
    assert (ended.code, ended.severity) == ("basis-out-of-force", "warning")
    assert "准期申报率" in ended.text()
    assert "征管科" in ended.text()
    assert "仍然有效的依据：《征管法》第二十五条" in ended.text()
    assert told(LAW, repealed, RATE, LATE, PLAN) == [("basis-out-of-force", "error")]


def test_repealing_a_document_names_every_indicator_on_it() -> None:
    repealed = RULES.replace("since: 2026-01-01", "since: 2024-01-01\nuntil: 2025-12-31")
    assert told(repealed, RATE, LATE, PLAN) == [("basis-out-of-force", "error")] * 2


def test_a_clause_that_ends_within_the_year_is_warned_about() -> None:
    ending = RULES.replace("{clause: 第十二条,", "{clause: 第十二条, until: 2026-06-30,")
    assert told(ending, RATE, LATE, PLAN) == [("basis-out-of-force", "warning")]


def test_the_newer_version_of_a_document_keeps_its_indicators_in_force() -> None:
    older = RULES.replace("since: 2026-01-01", "since: 2020-01-01\nuntil: 2025-12-31")
    newer = RULES.replace("document: rules", "document: rules_2026")
    assert told(older, newer, RATE, LATE, PLAN) == []


def test_indicators_that_no_plan_uses_may_rest_on_what_is_repealed() -> None:
    assert told(RULES.replace("2026-01-01", "2027-01-01"), RATE, LATE) == []


def test_an_uncovered_task_names_its_owner_and_a_voluntary_one_is_left_alone() -> None:
    bare = TASK.replace("[rate]", "[late]")
    plan = PLAN.replace("[rate, late]", "[rate]").replace("total: 100", "total: 60")
    (one,) = found(RULES, bare, RATE, LATE, plan)
    assert one.code == "task-not-covered"
    assert "按期申报提升行动" in one.text()
    assert "征管科" in one.text()
    assert told(RULES, bare.replace("mandatory: true", "mandatory: false"), RATE, LATE, plan) == []
    assert told(RULES, bare.replace('year: "2026"', 'year: "2027"'), RATE, LATE, plan) == []


def test_a_missing_target_names_the_responsible_department() -> None:
    (one,) = problems(RATE.replace("target: 98%\n", ""), LATE, PLAN)
    assert one.code == "rule-needs"
    assert "请责任部门补上 target：征管科" in one.text()
