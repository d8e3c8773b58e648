"""Documents, duties and tasks in words: the three answers of a duty come from the rules that score."""

from __future__ import annotations

import pytest

from steelyard.engine.model.book import RuleBook
from steelyard.engine.wording.documents import document_paragraphs
from steelyard.engine.wording.duties import answers, duty_paragraphs
from steelyard.engine.wording.rules import paragraphs
from steelyard.engine.wording.tasks import tasks_text
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary
from tests.engine.small_rules import LATE, PLAN, RATE, book, tables
from tests.engine.test_checking_meaning import PEOPLE

RULES = """
document: rules
name: 细则
number: 衡税发〔2026〕3号
issuer: 衡川省税务局
since: 2026-01-01
clauses:
  - {clause: 第十一条, text: 登记}
  - {clause: 第十二条, text: 纳税人应当按期申报。, assesses: [按期申报率], risks: [虚报剔除]}
  - {clause: 第十三条, text: 逾期处理, until: 2026-06-30}
"""
DUTY = """
duty: filing_officer
name: 税源管理职责
items:
  - {item: urge, does: 按期提醒、催报, basis: 《细则》第十二条, assesses: [申报及时], risks: [漏催]}
  - {item: file, does: 归档}
"""
TASK = """
task: on_time
name: 按期申报提升行动
basis: 《细则》第十二条
year: "2026"
owner: 征管科
mandatory: true
indicators: [rate, late]
"""
LINKED = PEOPLE.replace("{indicator: rate, weight: 1}", "{indicator: late, duties: [税源管理职责], weight: 1}")
BOOK = (RULES, DUTY, TASK, RATE, LATE, PLAN, LINKED)


def teller(of: RuleBook, language: str = "zh") -> Teller:
    assert of.defaults is not None
    return Teller("zh" if language == "zh" else "en", vocabulary(of, tables()), of.defaults)


def duty_text(*documents: str, language: str = "zh") -> list[str]:
    found = book(*documents)
    return duty_paragraphs(teller(found, language), found, found.duties["filing_officer"])


def test_a_duty_answers_what_is_done_what_is_assessed_and_how() -> None:
    assert duty_text(*BOOK) == [
        "税源管理职责",
        "（一）干什么：按期提醒、催报。依据：《细则》第十二条。",
        "考什么：考核点：申报及时；风险点：漏催；指标：准期申报率。",
        "怎么考：共 1 项指标，逐项如下。",
        "准期申报率（60分）。申报笔数（并非逾期）÷申报笔数×100%，目标98%；比目标值98%每低1个百分点扣0.5分，"
        "不足一步的不计，扣完为止。当期申报笔数为零的，得满分。数据来源：申报明细。考评部门：征管科。依据：《细则》第十二条。",
        "（二）干什么：归档。",
        "考什么：没有指标。",
        "怎么考：没有指标考核这一条，按考核点和风险点检查。",
        "（三）干什么：个人计划另行关联到本职责的指标。",
        "考什么：指标：逾期户次。",
        "怎么考：共 1 项指标，逐项如下。",
        "逾期户次（40分）。申报笔数（申报期限至申报日期的天数大于30），越低越好；每次扣2分，扣完为止。数据来源：申报明细。考评部门：征管科。"
        "依据：《细则》第十三条。",
    ]


def test_and_in_english() -> None:
    told = duty_text(*BOOK, language="en")
    assert told[1:4] == [
        "(1) What is done: 按期提醒、催报. basis: 《细则》第十二条. ",
        "What is assessed: points: 申报及时; risks: 漏催; indicators: 准期申报率. ",
        "How: 1 indicators, as follows.",
    ]
    assert "lose 0.5 points" in told[4]


STEP = "{process: 催报, step: 审核, workdays: 3, indicators: [rate]}, {process: 催报, step: 送达, workminutes: 1}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "归档。触发环节：催报·审核，3 个工作日内办结；触发环节：催报·送达，1 个工作分钟内办结。"),
        ("en", "归档. done at: 催报, 审核, within 3 working days; done at: 催报, 送达, within 1 working minute. "),
    ],
)
def test_a_duty_says_where_in_business_systems_it_is_done_and_how_soon(language: str, said: str) -> None:
    stepped = DUTY.replace("{item: file, does: 归档}", f"{{item: file, does: 归档, triggers: [{STEP}]}}")
    changed = (RULES, stepped, TASK, RATE, LATE, PLAN, LINKED)
    assert any(said in line for line in duty_text(*changed, language=language))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("target: 98%", "target: 97%", "目标97%"),
        ("lose: 0.5", "lose: 0.8", "扣0.8分"),
        ("full: 60", "full: 70", "准期申报率（70分）"),
        ("where not late", "where late", "申报笔数（逾期）"),
    ],
)
def test_a_changed_rule_changes_the_answer_of_its_duty(old: str, new: str, said: str) -> None:
    changed = (RULES, DUTY, TASK, RATE.replace(old, new), LATE, PLAN, LINKED)
    assert said not in "".join(duty_text(*BOOK))
    assert said in "".join(duty_text(*changed))


def test_how_is_the_clause_of_the_rule_itself() -> None:
    found = book(*BOOK)
    told = answers(teller(found), found, found.duties["filing_officer"])
    assert told[0].how == (tuple(paragraphs(teller(found), found.indicators["rate"])),)
    assert [one.clauses for one in told[0].indicators] == [("《细则》第十二条",)]
    assert [one.plans for one in told[2].indicators] == [("people",)]


def test_a_document_tells_every_clause_with_its_points_and_what_it_feeds() -> None:
    found = book(*BOOK)
    assert document_paragraphs(teller(found), found, found.documents["rules"]) == [
        "《细则》（衡税发〔2026〕3号）：衡川省税务局，自2026年1月1日起施行。",
        "第十一条　登记。没有指标引用。",
        "第十二条　纳税人应当按期申报。考核点：按期申报率。风险点：虚报剔除。"
        "用于指标：准期申报率；岗责：税源管理职责；重点工作：按期申报提升行动。",
        "第十三条　逾期处理。施行至2026年6月30日。用于指标：逾期户次。",
    ]


def test_tasks_are_told_with_their_indicators_and_plans() -> None:
    found = book(*BOOK)
    assert list(tasks_text(teller(found), found)) == [
        "重点工作 1 项，必须覆盖 1 项，其中没有覆盖 0 项。",
        "",
        "（一）按期申报提升行动（2026；必须覆盖；责任部门：征管科；依据：《细则》第十二条）",
        "准期申报率：年度方案（60分）",
        "逾期户次：年度方案（40分）",
    ]


def test_a_task_that_nobody_carries_is_said_so() -> None:
    found = book(RULES, TASK.replace("rate, late", ""), RATE, LATE, PLAN)
    told = list(tasks_text(teller(found), found))
    assert told[0] == "重点工作 1 项，必须覆盖 1 项，其中没有覆盖 1 项：按期申报提升行动。"
    assert told[3:] == ["没有写承接的指标", "没有一个指标列入当年计划，计划不能发布"]
    english = list(tasks_text(teller(found, "en"), found))
    assert english[0] == "1 priority tasks, 1 mandatory, 1 of these not carried: 按期申报提升行动. "
