"""The policy check: what is planted is found, what only looks alike is not, and a waiver has a name and an end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from steelyard.bureau.folder import Bureau
from steelyard.engine.checking.door import check_book, context_of
from steelyard.engine.checking.policy.registry import POLICIES
from steelyard.engine.checking.registry import CHECKS
from steelyard.engine.expressions.nodes import number
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.model.declared import read_facts
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.plan import Entry, Group, Plan
from steelyard.engine.problems import Problem, Refused
from steelyard.engine.trying.cases import CaseFile, fact_table, read_cases
from tests.engine.small_rules import GENERAL, LATE, PLAN, RATE, codes, problems, rule

ROOT = Path(__file__).resolve().parents[2]
SEEDS: Mapping[str, Any] = yaml.load((Path(__file__).parent / "policy_seeds.yaml").read_text("utf8"), yaml.BaseLoader)
DEDUCT = "score: {deduct: {each: 1}}"
WAIVER = {
    "authority": "衡山", "role": "省局绩效管理工作领导小组组长", "document": "衡税发〔2026〕3号",
    "reason": "试点一年", "until": "2026-12-31",
}  # fmt: skip


@cache
def tables() -> dict[str, FactTable]:
    return {table.table: table for table in read_facts(SEEDS["facts"], "facts.yaml")}


def documents(seed: Mapping[str, Any], **waived: object) -> Iterator[Mapping[str, Any]]:
    """The rules of a seed, with what every rule has; ``waived`` goes into the plan that the finding is about."""
    indicators = seed["indicators"]
    common = {"basis": "《细则》第一条", "owner": "征管科", "evidence": "明细", "full": "10"}
    for id, given in indicators.items():
        stated = {"indicator": id, "name": id, **common, **given}
        yield {key: value for key, value in stated.items() if value != "null"}
    here = [
        id
        for id, given in indicators.items()
        if given.get("subject") != "officer" and ("score" in given or "items" in given)
    ]
    plan: dict[str, Any] = {
        "plan": "year", "name": "年度方案", "basis": "《办法》第二条", "year": "2026", "classes": ["厅", "所"],
        "total": "10", "places": "2", "exceed_total": "true", "groups": [{"name": "全部", "indicators": here}],
        "lists": [{"list": "red", "name": "红榜", "at_least": "0"}], **seed.get("plan", {}),
    }  # fmt: skip
    about_persons = "persons" in seed
    yield plan | (waived if not about_persons else {})
    if about_persons:
        links = seed["persons"].get("links", [])
        linked, unit = ("4", "6") if links else ("0", "0" if "own" in seed["persons"] else "10")
        yield {
            "persons": "people", "name": "个人方案", "plan": "year", "total": "10", "places": "2", "spread": "number",
            "days": "calendar", "linked": linked, "unit": unit, "own_empty": "rescale", **seed["persons"], **waived,
        }  # fmt: skip


def written(documents: Iterator[Mapping[str, Any]]) -> RuleBook:
    parts = (json.dumps(document, ensure_ascii=False, indent=1) for document in documents)
    return read_book([("rules.yaml", "\n---\n".join([*parts, GENERAL]))])


def found(seed: Mapping[str, Any], **waived: object) -> list[Problem]:
    """What the policies say; the other stages have nothing to do with it."""
    told = check_book(written(documents(seed, **waived)), tables())
    of_policy = {check.code for check in CHECKS if check.stage == "policy"} | {"finding-waived"}
    assert [problem.line() for problem in told if problem.severity == "error" and problem.code not in of_policy] == []
    return [problem for problem in told if problem.code in of_policy]


def named(seed: Mapping[str, Any]) -> str:
    return str(seed["seed"])


# -- what is planted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS["seeds"], ids=named)
def test_what_is_planted_is_found(seed: Mapping[str, Any]) -> None:
    told = found(seed)
    assert {problem.code for problem in told} == {seed["finds"]}
    for problem in told:
        policy = POLICIES[problem.code]
        assert problem.severity == ("error" if policy.blocks else "warning")
        assert problem.place.file == "rules.yaml"
        assert problem.place.line > 0
        assert f"依据：{policy.clauses.of('zh')}" in problem.text("zh")
        assert policy.clauses.of("en") in problem.text("en")


@pytest.mark.parametrize("seed", SEEDS["sound"], ids=named)
def test_what_only_looks_alike_is_left_alone(seed: Mapping[str, Any]) -> None:
    assert [problem.line() for problem in found(seed)] == []


def test_there_are_forty_seeds_and_some_for_every_policy() -> None:
    planted = Counter(seed["finds"] for seed in SEEDS["seeds"])
    assert planted.total() >= 40
    assert set(planted) == set(POLICIES)


# -- waivers ----------------------------------------------------------------------------------------------------------


def waiver(seed: Mapping[str, Any], **other: object) -> dict[str, object]:
    return {"finding": seed["finds"], "indicator": seed["about"], **WAIVER, **other}


@pytest.mark.parametrize("seed", SEEDS["seeds"], ids=named)
def test_whatever_is_found_can_be_waived_by_somebody_with_a_name(seed: Mapping[str, Any]) -> None:
    told = found(seed, waivers=[waiver(seed)])
    assert {problem.code for problem in told} == {"finding-waived"}
    for language in ("zh", "en"):
        text = told[0].text(language)  # type: ignore[arg-type]
        assert POLICIES[seed["finds"]].title.of(language) in text  # type: ignore[arg-type]
        assert all(str(value) in text for value in WAIVER.values())


FIRST = SEEDS["seeds"][0]


def test_a_waiver_of_something_else_waives_nothing() -> None:
    seed = next(one for one in SEEDS["seeds"] if one["finds"] == "assessed-amounts-scored")
    told = found(seed, waivers=[waiver(seed, indicator="two")])
    assert sorted(problem.code for problem in told) == ["assessed-amounts-scored", "waiver-of-nothing"]
    assert told[1].params["allowed"] == "assessed-amounts-scored one"
    (idle,) = found(SEEDS["sound"][-1], waivers=[waiver(seed)])
    assert (idle.code, idle.severity, idle.params["allowed"]) == ("waiver-of-nothing", "error", "—")


def test_a_waiver_of_one_plan_is_none_of_another() -> None:
    seed = next(one for one in SEEDS["seeds"] if one["finds"] == "assessed-amounts-scored")
    *_, year = documents(seed)
    here = {**year, "plan": "other", "groups": [{"name": "全部", "indicators": ["two"]}], "waivers": [waiver(seed)]}
    two = {"indicator": "two", "name": "二", "basis": "-", "owner": "-", "evidence": "-", "full": "10",
           "value": "count(filing)", "score": {"deduct": {"each": "1"}}}  # fmt: skip
    told = check_book(written(iter([*documents(seed), two, here])), tables())
    assert sorted(problem.code for problem in told) == ["assessed-amounts-scored", "waiver-of-nothing"]


def test_a_misspelt_finding_is_told_with_what_was_meant() -> None:
    told = found(FIRST, waivers=[waiver(FIRST, finding="tied-to-amount")])
    idle = next(problem for problem in told if problem.code == "waiver-of-nothing")
    assert "tied-to-amounts" in idle.text()


def test_a_waiver_lasts_the_whole_year_or_waives_nothing() -> None:
    told = found(FIRST, waivers=[waiver(FIRST, until="2026-12-30")])
    assert sorted(problem.code for problem in told) == ["tied-to-amounts", "waiver-ends-early"]
    (early,) = (problem for problem in told if problem.code == "waiver-ends-early")
    assert (early.severity, early.params["until"], early.params["year"]) == ("error", date(2026, 12, 30), "2026")


@pytest.mark.parametrize("key", ["authority", "role", "document", "reason"])
def test_a_waiver_without_a_name_is_refused(key: str) -> None:
    with pytest.raises(Refused) as refused:
        found(FIRST, waivers=[waiver(FIRST, **{key: " "})])
    assert refused.value.problems[0].code == "shape-value"


def test_an_indicator_of_officers_that_no_plan_has_is_told_and_waived_by_nobody() -> None:
    seed = deepcopy(dict(FIRST))
    seed["persons"] = {}
    assert [problem.code for problem in found(seed)] == ["tied-to-amounts"]


# -- the same rows twice ----------------------------------------------------------------------------------------------
def test_equal_rows_are_told_once_however_they_are_written() -> None:
    two = LATE.replace("count(filing where late_days > 30)", "count(申报 where 是否逾期)")
    one = RATE.replace("not late", "late")
    both = [one, two, PLAN, PLAN.replace("plan: year", "plan: again")]
    assert codes(*both) == ["same-rows"]


@pytest.mark.parametrize(
    ("about", "found"),
    [
        ("about: 水平由rate考评，这里只看晚报多少户。\n", []),
        ("about: 与“准期申报率”有意分开。\n", []),
        ('about: meant beside "准期申报率"\n', []),
        ("about: 与准期申报率不同。\n", ["same-rows"]),
        ("about: 见 first_rate 与 rate-2。\n", ["same-rows"]),
        ("about: 见 late。\n", ["same-rows"]),
        ("", ["same-rows"]),
    ],
)
def test_the_same_rows_twice_need_a_reason_that_names_the_other(about: str, found: list[str]) -> None:
    two = LATE.replace("late_days > 30", "not late")
    assert codes(RATE, two + about, PLAN) == found
    other = about.replace("rate考评", "late考评").replace("准期申报率", "逾期户次").replace("见 late。", "见 rate。")
    assert codes(RATE + other, two, PLAN) == found


def test_equal_bases_and_lines_of_pools() -> None:
    share = "value: count(filing where kind = 'a') / count(filing)"
    assert codes(RATE, rule(f"{DEDUCT}\nempty: full", full="full: 40", ident="late", value=share), PLAN) == []
    item = f"items: [{{item: a, name: 甲, value: count(filing where not late), {DEDUCT}}}]"
    assert codes(RATE, rule(item, full="full: 40", ident="late", value=""), PLAN) == ["same-rows"]
    line = f"{DEDUCT}\nminus: [{{name: 甲, count: count(filing where not late), each: 1}}]"
    late = rule(line, full="full: 40", ident="late", value="value: -sum(filing.late_days)")
    assert codes(RATE, late, PLAN) == ["same-rows"]


# -- the rules that are there -----------------------------------------------------------------------------------------


def test_the_chinese_name_of_a_column_of_money_is_enough() -> None:
    (problem,) = problems(rule(f"{DEDUCT}\nsubject: officer", value="value: sum(申报.应征税额)"))
    assert problem.params["amounts"] == "filing.amount"


def of_policy(context_book: RuleBook, tables: Mapping[str, TableSchema | FactTable]) -> list[str]:
    """``code indicator`` of what the policies find."""
    context = context_of(context_book, tables)
    return sorted(f"{code} {found.indicator}" for code, policy in POLICIES.items() for found in policy.find(context))


def test_what_the_example_province_does_is_found_and_waived_by_name() -> None:
    """Hebei scores units by assessed tax; 实名认证 is a gate of the system; a third offence also caps the grade."""
    bureau = Bureau(ROOT / "examples/province")
    assert of_policy(bureau.book(), bureau.tables()) == [
        "assessed-amounts-scored audit_tax_each",
        "assessed-amounts-scored audit_tax_share",
        "no-tolerance registration_verified",
        "veto-and-deduction malus_high_risk",
    ]
    assert {problem.code for problem in check_book(bureau.book(), bureau.tables())} == {"finding-waived"}


CORPUS = sorted((ROOT / "examples/corpus").glob("*.yaml"))


PUBLISHED = {
    "bzjx-01": {"places-force-zero"},  # 第6名以后不得分
    "bzjx-03": {"places-force-zero"},
    "bzjx-13": {"veto-uncontrolled"},  # 条线位次列后三位
    "bzjx-18": {"places-force-zero"},
    "fy-01": {"bonus-uncapped"},  # 加分都没有写上限
    "fy-02": {"bonus-uncapped"},
    "nh-06": {"bonus-uncapped"},
    "scdt-02": {"penalties-assessed"},  # 处罚率每高5个百分点加2分，早于2021年修订的行政处罚法
    "scdt-06": {"bonus-uncapped"},
    "xw-02": {"bonus-uncapped"},
}


def test_what_published_rules_do_is_found_where_they_do_it_and_nowhere_else() -> None:
    """Every published rule, in a plan of its own where it has none. What is found, they say in so many words.

    The corpus does not tell owners and evidence, so nothing is said of those here."""
    files = read_cases((path.name, path.read_text("utf8")) for path in CORPUS)
    told = {file.file.removesuffix(".yaml"): _of_case(file) - {"indicator-incomplete"} for file in files}
    assert {id: found for id, found in told.items() if found} == PUBLISHED
    assert len(told) > 100


def _of_case(file: CaseFile) -> set[str]:
    ids = [{"indicator": id} for id, one in file.book.indicators.items() if one.score is not None or one.items]
    entries = [Entry.model_validate(one) for one in ids]
    made = Plan(
        plan="made", name="合成", basis="-", year="2026", classes=["-"], total=number(100), places=2, exceed_total=True,
        groups=[Group(name="全部", indicators=entries, role="base")],
    )  # fmt: skip
    book = replace(file.book, plans=file.book.plans or {"made": made})
    columns = {name: given for group in file.groups for name, given in group.facts.items()}
    found = of_policy(book, {name: fact_table(name, given) for name, given in columns.items()})
    return {one.split()[0] for one in found}
