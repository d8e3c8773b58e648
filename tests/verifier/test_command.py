"""From a bureau's folder to a proof on the desk of a unit: intake, run, proof, verify."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from steelyard import cli
from steelyard.bureau.runs.replaying import manifest_in, replay
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.parse import parse
from tests.rows_behind import rows_behind
from verifier import verify

FILES = {
    "rules/book.yaml": """
book: county
name: 县局
points_places: 2
rounding: half_up
floor: 0
---
indicator: late
name: 迟办
basis: 某税发〔2026〕3号第五条
value: count(案件 where 迟办天数 > 0) / count(案件)
show: percent
full: 60
direction: lower
target: 10%
score: {step: {every: 10%, lose: 5, counting: whole}}
empty: full
grades: [{label: 好, at_least: 50}, {label: 差}]
---
indicator: effort
name: 人均办件
value: count(cases) / unit.staff
full: 40
score: {completion: {at_most: 1}}
target: 2
empty: zero
---
plan: county_2026
name: 县局绩效计划
year: "2026"
classes: [县局, 分局]
total: 100
places: 2
exceed_total: false
groups:
  - {name: 税务, indicators: [late, effort]}
""",
    "facts/units.yaml": """
table: units
name: 机构
source: 机构登记
columns:
  code:       {name: 机构代码, type: text, required: true}
  name:       {name: 机构名称, type: text, required: true}
  level:      {name: 层级, type: text, required: true}
  parent:     {name: 上级机构代码, type: text}
  class:      {name: 机构类别, type: text}
  valid_from: {name: 启用日期, type: date, required: true}
  valid_to:   {name: 停用日期, type: date}
key: [code]
files: [{match: "机构.csv", format: csv}]
---
table: unit_attributes
name: 机构属性
source: 机构登记
columns:
  unit:       {name: 机构代码, type: text, required: true}
  attribute:  {name: 属性, type: text, required: true}
  value:      {name: 数值, type: "decimal(12,2)"}
  valid_from: {name: 启用日期, type: date, required: true}
  valid_to:   {name: 停用日期, type: date}
key: [unit, attribute, valid_from]
files: [{match: "属性.csv", format: csv}]
""",
    "facts/cases.yaml": """
table: cases
name: 案件
source: 办案系统
columns:
  number: {name: 案件编号, type: text, required: true}
  branch: {name: 承办单位, type: text, required: true}
  closed: {name: 办结日期, type: date, required: true}
  late_days: {name: 迟办天数, type: integer}
  remark: {name: 备注, type: text}
key: [number]
unit: branch
date: closed
files: [{match: "案件.csv", format: csv}]
""",
    "files/机构.csv": """机构代码,机构名称,层级,上级机构代码,机构类别,启用日期,停用日期
C1,甲县税务局,county,,县局,2020-01-01,
B1,东街分局,branch,C1,分局,2020-01-01,
B2,西街分局,branch,C1,分局,2020-01-01,
B3,南街分局,branch,C1,分局,2026-07-01,
""",
    "files/属性.csv": """机构代码,属性,数值,启用日期,停用日期
C1,staff,4,2020-01-01,
B1,staff,2,2020-01-01,
B2,staff,3,2020-01-01,
B3,staff,3,2026-07-01,
""",
    "files/案件.csv": """案件编号,承办单位,办结日期,迟办天数,备注
A10,B1,2026-01-15,0,不在口径之内
A9,B1,2026-02-01,3,
A11,B2,2026-03-31,,
A12,B2,2026-06-30,9,
A13,B2,2025-12-31,9,
""",
}


@dataclass
class County:
    """A folder with its record loaded and its first half-year evaluated."""

    root: Path

    @property
    def run(self) -> Path:
        (found,) = (self.root / "runs").iterdir()
        return found

    def proof(self, *more: str) -> Path:
        target = self.root / "proof.json"
        assert cli.main(["proof", str(self.run), *more, "-o", str(target)]) == 0
        return target

    def verify(self, path: Path) -> int:
        return verify.main([str(path), "--root", str(manifest_in(self.run)["root"])])


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("county")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip(), "utf-8")
    assert cli.main(["intake", str(root), str(root / "files"), "--known-at", "2026-07-05"]) == 0
    periods = ["--period", "2026Q1", "--period", "2026H1", "--period", "2026H2"]
    assert cli.main(["run", str(root), *periods, "--sheets", "none"]) == 0
    return root


@pytest.fixture
def county(loaded: Path, tmp_path: Path) -> County:
    return County(Path(shutil.copytree(loaded, tmp_path / "county")))


@pytest.mark.parametrize("asked", [["B1", "late"], ["东街分局", "人均办件"], ["C1"], ["B2", "--period", "2026Q1"]])
def test_a_proof_is_written_and_weighed(county: County, asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    path = county.proof(*asked, *(["--period", "2026H1"] if "--period" not in asked else []))
    assert f"verify.py {path} --root " in capsys.readouterr().out
    assert county.verify(path) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == "一致 equal"
    assert any(re.match("  (迟办 late|人均办件 effort): .*得分 points [0-9]", line) for line in told)
    assert "{" not in "".join(told)


def test_the_upper_unit_shows_the_rows_of_those_below_it(county: County) -> None:
    bundle = json.loads(county.proof("C1", "late", "--period", "2026H1").read_bytes())
    assert bundle["members"] == ["B1", "B2", "B3", "C1"]
    (section,) = bundle["rows"]
    assert [row[0] for row in section["rows"]] == ["A10", "A11", "A12", "A9"]
    assert [column["name"] for column in section["columns"]] == ["number", "branch", "closed", "late_days"]
    assert bundle["leaf"]["result"]["value"] == "0.5"


def test_the_clause_stands_beside_the_arithmetic(county: County) -> None:
    (item,) = json.loads(county.proof("B1", "late", "--period", "2026H1").read_bytes())["items"]
    assert item["basis"] == "某税发〔2026〕3号第五条"
    assert "10" in item["zh"]
    assert item["zh"] != item["en"]


def test_rows_behind_a_total_say_which_of_them_count(county: County) -> None:
    ran = replay(county.run).ran
    total = parse("count(cases where late_days > 0)")
    assert isinstance(total, Aggregate)
    columns, rows = rows_behind(ran, total, "C1", "2026H1")
    assert columns == ("counts", "number", "branch", "closed", "late_days")
    assert rows == [
        [False, "A10", "B1", "2026-01-15", "0"],
        [False, "A11", "B2", "2026-03-31", None],
        [True, "A12", "B2", "2026-06-30", "9"],
        [True, "A9", "B1", "2026-02-01", "3"],
    ]


def test_rules_changed_after_the_run_do_not_change_its_proofs(county: County) -> None:
    before = county.proof("B1").read_bytes()
    rules = county.root / "rules" / "book.yaml"
    rules.write_text(rules.read_text("utf-8").replace("lose: 5", "lose: 6"), "utf-8")
    assert county.proof("B1").read_bytes() == before


def test_a_proof_in_the_wrong_hands_is_not_equal(county: County) -> None:
    """A clerk changes one row of a bundle and forgets that others can count too."""
    path = county.proof("B2", "late", "--period", "2026H1")
    path.write_bytes(path.read_bytes().replace(b'"9"]', b'"0"]'))
    assert county.verify(path) == 1


def refused(county: County, capsys: pytest.CaptureFixture[str], *asked: str) -> str:
    assert cli.main(["proof", *asked, "-o", str(county.root / "proof.json")]) == 1
    assert not (county.root / "proof.json").exists()
    return capsys.readouterr().err


def test_what_was_never_published_has_no_proof(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(county.run)
    assert "proof-not-published" in refused(county, capsys, run, "B3", "--period", "2026H1")
    assert "unit-not-assessed" in refused(county, capsys, run, "B9")
    assert "indicator-not-in-plan" in refused(county, capsys, run, "B1", "lat")
    assert "period-not-run" in refused(county, capsys, run, "B1", "--period", "2025")
    assert "run-missing" in refused(county, capsys, str(county.root), "B1")


def test_a_run_that_cannot_be_repeated_gives_no_proof(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    path = county.run / "run.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**manifest, "digest": "0" * 64}), "utf-8")
    assert "run-not-repeated" in refused(county, capsys, str(county.run), "B1")
