"""A run that cannot be done says why, before it has left anything."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import pytest

from steelyard.bureau.asking.running import run, run_several
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.replaying import replay
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import save
from steelyard.engine.evaluate import Result
from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Refused
from steelyard.engine.whatif import reweigh
from steelyard.lake.intake import intake
from steelyard.lake.runners import spark_runner

FACTS = """
table: units
name: 机构
source: 人事
columns:
  code: {name: 代码, type: text, required: true}
  name: {name: 名称, type: text}
  level: {name: 层级, type: text}
  parent: {name: 上级, type: text}
  class: {name: 类别, type: text}
  valid_from: {name: 启用, type: date}
  valid_to: {name: 停用, type: date}
key: [code, valid_from]
files: [{match: "units*.csv", format: csv}]
---
table: cases
name: 事项
source: 业务
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 单位, type: text}
  on: {name: 日期, type: date}
key: [id]
unit: unit
date: "on"
files: [{match: "cases*.csv", format: csv}]
"""
BOOK = """
book: t
name: 例
points_places: 2
rounding: half_up
floor: 0
---
indicator: faults
name: 差错
value: count(cases)
full: 10
score: {deduct: {each: 1}}
---
"""
PLAN = """plan: p
name: 计划
year: '2026'
classes: [A]
total: 10
places: 2
exceed_total: false
groups: [{name: 工作, indicators: [faults]}]
"""
UNITS = "代码,名称,层级,上级,类别,启用,停用\n01,城关分局,branch,,A,2020-01-01,\n02,沙湾分局,branch,,A,2020-01-01,\n"
UNITS += "09,旧分局,branch,,B,2019-01-01,2020-12-31\n"
CASES = "编号,单位,日期\n1,01,2026-03-01\n2,01,2026-04-01\n"


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    for name, text in (
        ("facts/f.yaml", FACTS),
        ("rules/r.yaml", BOOK + PLAN),
        ("units.csv", UNITS),
        ("cases.csv", CASES),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    made = Bureau(tmp_path)
    files = [tmp_path / "units.csv", tmp_path / "cases.csv"]
    intake(made.record, list(made.tables().values()), files, datetime(2027, 1, 5))
    return made


def codes(bureau: Bureau, order: Order | None = None) -> list[str]:
    with pytest.raises(Refused) as found:
        run(bureau, order or Order(history=False))
    return [problem.code for problem in found.value.problems]


def rules(bureau: Bureau, text: str) -> None:
    (bureau.root / "rules/r.yaml").write_text(text, "utf-8")


def done(bureau: Bureau) -> Ran:
    return run(bureau, Order(history=False))


def test_a_run_scores_every_unit_of_its_classes(bureau: Bureau) -> None:
    table = Results(done(bureau)).scores().to_pylist()
    assert [(row["name"], str(row["total"]), row["place"]) for row in table] == [
        ("城关分局", "8", 2),
        ("沙湾分局", "10", 1),
    ]


def test_a_missing_folder_and_an_empty_one_are_told_apart(bureau: Bureau) -> None:
    (bureau.root / "rules/r.yaml").unlink()
    assert codes(bureau) == ["folder-empty"]
    (bureau.root / "rules").rmdir()
    assert codes(bureau) == ["folder-missing"]


def test_a_plan_must_be_one_that_exists(bureau: Bureau) -> None:
    assert codes(bureau, Order(plan="q")) == ["plan-unknown"]


def test_of_several_plans_one_must_be_named(bureau: Bureau) -> None:
    rules(bureau, BOOK + PLAN + "---\n" + PLAN.replace("plan: p", "plan: q"))
    assert codes(bureau) == ["plan-not-named"]


def test_a_run_as_of_a_moment_before_any_file_says_that_nothing_was_known(bureau: Bureau) -> None:
    assert codes(bureau, Order(known_at=datetime(2000, 1, 1), history=False)) == ["nothing-known"]
    assert codes(bureau, Order(as_of_batch=0, history=False)) == ["nothing-recorded"]


def test_a_plan_that_assesses_nobody_is_refused(bureau: Bureau) -> None:
    rules(bureau, BOOK + PLAN.replace("classes: [A]", "classes: [B]"))
    assert codes(bureau) == ["nobody-assessed"]


def test_of_several_plans_every_one_that_assesses_nobody_is_told(bureau: Bureau) -> None:
    nobody = PLAN.replace("classes: [A]", "classes: [B]")
    rules(
        bureau,
        BOOK + PLAN + "---\n" + nobody.replace("plan: p", "plan: q") + "---\n" + nobody.replace("plan: p", "plan: r"),
    )
    with pytest.raises(Refused) as found:
        run_several(bureau, ["p", "q", "r"], Order(history=False))
    told = [(problem.code, problem.params["plan"]) for problem in found.value.problems]
    assert told == [("nobody-assessed", "q"), ("nobody-assessed", "r")]


def test_a_column_declared_after_the_data_came_is_not_taken_for_empty(bureau: Bureau) -> None:
    facts = bureau.root / "facts/f.yaml"
    facts.write_text(facts.read_text("utf-8").replace("key: [id]", "derive: {age: 'days(on, on)'}\nkey: [id]"), "utf-8")
    assert codes(bureau) == ["columns-not-recorded"]


def test_a_run_is_replayed_to_its_digest_and_never_overwritten_by_another(bureau: Bureau) -> None:
    results = Results(done(bureau))
    folder = save(results)
    assert replay(folder).digest == results.digest
    manifest = json.loads((folder / "run.json").read_text("utf-8"))
    (folder / "run.json").write_text(json.dumps({**manifest, "digest": "0" * 64}), "utf-8")
    for again, code in ((lambda: save(results), "run-differs"), (lambda: replay(folder), "run-not-repeated")):
        with pytest.raises(Refused) as found:
            again()
        assert [problem.code for problem in found.value.problems] == [code]


def test_a_run_freezes_the_rules_that_it_read_though_they_change_while_it_works(bureau: Bureau) -> None:
    ran = done(bureau)
    rules = sorted((bureau.root / "rules").glob("*.yaml"))
    before = [rule.read_text("utf-8") for rule in rules]
    for rule in rules:
        rule.write_text(rule.read_text("utf-8") + "\n# 运行期间改动\n", "utf-8")
    folder = save(Results(ran))
    frozen = json.loads((folder / "rules.json").read_text("utf-8"))["rules"]
    assert [text for _, text in frozen] == before
    assert replay(folder).digest == Results(ran).digest


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as found:
        replay(tmp_path)
    assert [problem.code for problem in found.value.problems] == ["run-missing"]


def test_what_if_answers_as_a_full_run_would(bureau: Bureau) -> None:
    ran, stricter = done(bureau), BOOK.replace("each: 1", "each: 3") + PLAN
    book = read_book([("r.yaml", stricter)])
    changed: Result = reweigh(ran.result, ran.book, book, book.plans["p"])
    rules(bureau, stricter)
    assert changed.total.fractions() == done(bureau).result.total.fractions()


def test_what_if_refuses_a_rule_that_needs_other_facts(bureau: Bureau) -> None:
    ran, book = done(bureau), read_book([("r.yaml", BOOK.replace("count(cases)", "distinct(cases.id)") + PLAN)])
    with pytest.raises(Refused) as found:
        reweigh(ran.result, ran.book, book, book.plans["p"])
    assert [problem.code for problem in found.value.problems] == ["whatif-new-total"]


def test_without_the_spark_extra_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(Refused) as found:
        spark_runner.connect({}, master="local[1]")
    assert [problem.code for problem in found.value.problems] == ["engine-spark-missing"]
