"""A basis in words leads to the clauses of the book's documents, and every clause back to what rests on it."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest

from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.sources.citing import citations
from steelyard.engine.sources.sources import Sources, sources_of
from tests.engine.small_rules import GENERAL, LATE, PLAN, RATE, book

RULES = """
document: rules
name: 细则
number: 衡税发〔2026〕3号
issuer: 衡川省税务局
since: 2026-01-01
clauses:
  - {clause: 第七章第一节第1项, text: 甲}
  - {clause: 第七章第一节第2项, text: 乙}
  - {clause: 第七章第二节第1项, text: 丙}
  - {clause: 第十一条, text: 难度}
  - {clause: 第十二条, text: 按期申报, assesses: [按期申报率]}
  - {clause: 第十三条, text: 逾期处理, until: 2026-06-30}
  - {clause: 第二十一条, text: 发票}
  - {clause: 第二十一条之一, text: 数电发票, since: 2026-07-01}
  - {clause: 限时服务, text: 按时办结}
"""
DUTY = """
duty: filing_officer
name: 申报管理职责
items:
  - {item: urge, does: 催报催缴, basis: 《细则》第十二条}
  - {item: file, does: 归档}
"""
TASK = """
task: on_time
name: 按期申报提升行动
basis: 《细则》第七章第一节
year: "2026"
owner: 征管科
mandatory: true
indicators: [rate]
"""


def cited(basis: str) -> list[str]:
    return [one.text for one in citations(basis)]


def sources(*documents: str) -> Sources:
    return sources_of(book(RULES, RATE, LATE, PLAN, *documents))


def led_to(basis: str) -> list[str]:
    return [spot.key[1] for spot in sources().spots(basis)]


@pytest.mark.parametrize(
    ("basis", "found"),
    [
        ("《办法》", ["《办法》"]),
        (
            "《征管法》第二十五条；《细则（2026年）》第七章第1项",
            ["《征管法》第二十五条", "《细则（2026年）》第七章第1项"],
        ),
        ("《办法》第九条、第十条，《细则》限时服务", ["《办法》第九条", "《办法》第十条", "《细则》限时服务"]),
        ("《办法》第九条和第十条的规定", ["《办法》第九条", "《办法》第十条的规定"]),
        ("《办法》第九条第一项、第二项", ["《办法》第九条第一项", "《办法》第九条第二项"]),
        ("《办法》第五章、第六十条", ["《办法》第五章", "《办法》第六十条"]),
        ("《细则》第三章第一节第5项、第6项", ["《细则》第三章第一节第5项", "《细则》第三章第一节第6项"]),
        ("《办法》第九条至第十二条", ["《办法》第九条至第十二条"]),
        ("《关于贯彻《办法》的通知》（衡税发〔2026〕3号）第二条", ["《关于贯彻《办法》的通知》第二条"]),
        ("上级有关要求", []),
    ],
)
def test_a_basis_is_read_as_documents_with_clauses(basis: str, found: list[str]) -> None:
    assert cited(basis) == found


@pytest.mark.parametrize(
    ("basis", "found"),
    [
        ("《细则》第七章第一节第1项", ["第七章第一节第1项"]),
        ("《细则》第7章第1节第一项", ["第七章第一节第1项"]),
        ("《细则》第七章第一节", ["第七章第一节第1项", "第七章第一节第2项"]),
        ("《细则》第七章", ["第七章第一节第1项", "第七章第一节第2项", "第七章第二节第1项"]),
        ("《细则》第十二条第二款", ["第十二条"]),
        ("《细则》第十二条至第二十一条", ["第十二条", "第十三条", "第二十一条"]),
        ("《细则》第二十一条之一", ["第二十一条之一"]),
        ("《细则》限时服务", ["限时服务"]),
        ("《细则》", [""]),
        ("《细则》第七章第一节第9项", []),
        ("《办法》第一条", []),
    ],
)
def test_a_citation_leads_to_its_clauses(basis: str, found: list[str]) -> None:
    assert led_to(basis) == found


def test_a_clause_tells_everything_that_rests_on_it() -> None:
    found = sources(DUTY, TASK)
    told = [(use.kind, use.id, use.item) for use in found.resting("rules", "第十二条")]
    assert told == [("indicator", "rate", ""), ("duty", "filing_officer", "urge")]
    assert [use.id for use in found.resting("rules", "第七章第一节第2项")] == ["on_time"]
    assert found.resting("rules", "第二十一条") == ()


def test_a_plan_rests_on_what_its_difficulty_rests_on() -> None:
    difficulty = "coefficient: 1, lowest: 0.9, highest: 1.1, places: 2, applies_to: base, basis: 《细则》第十一条"
    found = sources_of(book(RULES, RATE, LATE, PLAN + f"difficulty: {{{difficulty}}}\n"))
    assert [(use.kind, use.id) for use in found.resting("rules", "第十一条")] == [("plan", "year")]


def test_an_old_and_a_new_version_of_one_title_are_both_found() -> None:
    newer = RULES.replace("document: rules", "document: rules_2").replace("since: 2026-01-01", "since: 2027-01-01")
    found = sources_of(book(RULES, newer)).resolve("《细则》第十二条")
    assert [spot.document.id for spot in found[0].spots] == ["rules", "rules_2"]


def test_a_clause_is_in_force_within_its_own_days_and_those_of_its_document() -> None:
    year = (date(2026, 1, 1), date(2026, 12, 31))
    spots = {spot.key[1]: spot for spot in sources().spots("《细则》第十二条、第十三条、第二十一条之一")}
    assert all(spot.in_force(*year) for spot in spots.values())
    assert spots["第十三条"].until == date(2026, 6, 30)
    assert not spots["第十三条"].in_force(date(2026, 7, 1), date(2026, 12, 31))
    assert not spots["第二十一条之一"].in_force(date(2026, 1, 1), date(2026, 6, 30))
    assert not spots["第十二条"].in_force(date(2025, 1, 1), date(2025, 12, 31))


def _large() -> RuleBook:
    clauses = "".join(f"  - {{clause: 第{n}条, text: 文}}\n" for n in range(1, 201))
    document = f"document: many\nname: 大典\nissuer: 省局\nsince: 2026-01-01\nclauses:\n{clauses}"
    rules = [
        f"indicator: i{n}\nname: 甲{n}\nbasis: 《大典》第{n}条；《大典》第{n + 3}条、第{n + 7}条\nvalue: count(filing)"
        for n in range(1, 187)
    ]
    return read_book([("many.yaml", "\n---\n".join([document, *rules, GENERAL]))])


def test_a_library_of_186_indicators_is_resolved_in_milliseconds() -> None:
    large = _large()
    started = perf_counter()
    found = Sources(large)
    assert len(found.resting("many", "第100条")) == 3
    assert perf_counter() - started < 0.1
