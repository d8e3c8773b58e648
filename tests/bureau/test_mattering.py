"""Who holds a post, what a unit's point is worth to whom, what is typed in: asked of a bureau, and as commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.accounts import account
from steelyard.bureau.people.assessing import People, assess
from steelyard.bureau.people.holding import who
from steelyard.bureau.people.inputs import inputs
from steelyard.bureau.people.mattering import mattering
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran
from steelyard.cli import main
from steelyard.engine.problems import Refused
from tests.bureau.small_bureau import bureau, load
from tests.bureau.small_people import (
    ASSIGNMENTS,
    CONFIRMED,
    FACTS,
    FILES,
    HEAD,
    MATTERS,
    RULES,
    confirmed_office,
    office,
)

F = Fraction


def assessed(made: Bureau) -> tuple[Ran, People]:
    ran = run(made, Order(plan="units", uncertainty=False, history=False))
    return ran, assess(ran)[-1]


# ---- who held a post ----


def test_the_record_tells_who_held_a_post_as_it_was_known_then(tmp_path: Path) -> None:
    """p1 left East's window in June; the order came in the next January."""
    made = office(tmp_path)
    order = "人员,岗位,自,至,份额\np1,A1,2025-01-01,2026-06-15,1\np3,A1,2026-06-16,,1\np3,O1,2025-01-01,2026-06-15,1\n"
    load(made, {"holdings_2.csv": order}, datetime(2027, 1, 5))
    day = date(2026, 7, 1)
    assert [one.person for one in who(made, "A1", day, datetime(2027, 1, 1))] == ["p1"]
    assert [one.person for one in who(made, "东窗口", day)] == ["p3"]
    (before,) = who(made, "A1", date(2026, 6, 1), datetime(2027, 1, 6))[:1]
    assert (before.name, before.last, before.unit_name, before.known_at) == (
        "张一", date(2026, 6, 15), "东分局", datetime(2027, 1, 5),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        who(made, "没有的岗", day)
    assert [problem.code for problem in refused.value.problems] == ["post-not-registered"]


def test_the_command_says_who_and_that_nobody_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = office(tmp_path)
    told = ["who", str(made.root), "--record", str(made.record)]
    assert main([*told, "B2", "--on", "2026-08-01"]) == 0
    assert (
        "李二（p2） 西分局（B）西审核（B2） 2026-07-01～至今 份额 1，2026-12-31 18:00 知悉" in capsys.readouterr().out
    )
    assert main([*told, "B2", "--on", "2026-06-01"]) == 0
    assert "无人任职" in capsys.readouterr().out
    assert main([*told, "B2", "--on", "2026-08-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["person"] == "p2"
    assert main([*told, "A1", "--on", "2026-01-01", "--language", "en"]) == 0
    assert "known since 2026-12-31 18:00" in capsys.readouterr().out
    assert main([*told, "B2", "--language", "en", "--on", "2024-01-01"]) == 0
    assert "nobody" in capsys.readouterr().out


# ---- one more point ----


def test_one_more_point_of_a_unit_changes_each_of_its_people(tmp_path: Path) -> None:
    """p2 was half the year in East, p1 all of it: 20 of 100 points of the unit's total."""
    ran, people = assessed(office(tmp_path))
    found = mattering(people, ran, "A")
    gains = {one.person: one.gain for one in found.changes}
    assert gains == {"p1": F(20, 100), "p2": F(20, 100) * F(181, 365)}
    assert found.together == found.ruled == sum(gains.values())
    assert (found.changes[0].after or 0) - (found.changes[0].before or 0) == F("0.2")
    timely = mattering(people, ran, "A", "timely")
    assert {one.person: one.gain for one in timely.changes}["p1"] == F(20, 100) + F(25, 60)
    assert mattering(people, ran, "O").changes == ()


def duty(chance: Random) -> str:
    return chance.choice(["受理", "审核"])


def random_office(folder: Path, seed: int) -> Bureau:
    """Thirty people on random posts of four units, who move at random; every second one is confirmed by assignments."""
    chance = Random(seed)
    units = "ABCD"
    posts = [f"{unit}{number}" for unit in units for number in (1, 2, 3)]
    held, rows = [], []
    for number in range(30):
        cuts = sorted({1, *(chance.randint(2, 364) for _ in range(chance.randint(0, 3)))})
        days = [date.fromordinal(date(2025, 12, 31).toordinal() + cut) for cut in cuts]
        for at, first in enumerate(days):
            last = date.fromordinal(days[at + 1].toordinal() - 1) if at + 1 < len(days) else ""
            held.append(f"n{number},{chance.choice(posts)},{first},{last},{chance.choice(['1', '0.5'])}")
    for post in posts:
        for indicator in ("timely", "clean"):
            if chance.random() < 0.6:
                rows.append(f"{post[0]},{indicator},{post},lead,0.2,2026-01-01,,")
    register = {
        "units.csv": "代码,名称,层级,上级,类别,启用,停用\n"
        + "\n".join(f"{unit},{unit}分局,branch,,分局,2020-01-01," for unit in units),
        "posts.csv": "岗位,机关,名称,职责\n" + "\n".join(f"{one},{one[0]},{one},{duty(chance)}" for one in posts),
        "persons.csv": "人员,姓名\n" + "\n".join(f"n{number},人{number}" for number in range(30)),
        "holdings.csv": "人员,岗位,自,至,份额\n" + "\n".join(held),
        "matter.csv": HEAD + "\n".join(_matters(chance, units)),
        "assigned.csv": "机关,指标,岗位,角色,份额,自,至,撤回\n" + "\n".join(rows),
    }  # fmt: skip
    made = bureau(folder, FACTS + ASSIGNMENTS, CONFIRMED if seed % 2 else RULES)
    load(made, register)
    return made


def _matters(chance: Random, units: str) -> Iterator[str]:
    for number in range(120):
        day = date.fromordinal(date(2026, 1, 1).toordinal() + chance.randrange(365))
        flags = ",".join(chance.choice(["是", "否", "否"]) for _ in range(3))
        yield f"{number},{chance.choice(units)},n{chance.randrange(30)},{day},简,20,10,{flags},0,5"


@pytest.mark.parametrize("seed", range(4))
def test_the_sum_rule_holds_on_random_organisations(tmp_path: Path, seed: int) -> None:
    """Everybody weighed again with the unit one point higher: together exactly points per point × day shares."""
    ran, people = assessed(random_office(tmp_path, seed))
    for unit in "ABCD":
        for indicator in ("", "timely", "clean"):
            found = mattering(people, ran, unit, indicator)
            assert found.together == found.ruled
            assert {one.person: one.gain for one in found.changes if one.gain} == people.influence(unit, indicator)


def test_the_command_lists_changes_and_their_sum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = office(tmp_path)
    told = ["people", str(made.root), "--record", str(made.record)]
    assert main([*told, "influence", "东分局"]) == 0
    shown = capsys.readouterr().out
    assert "张一（p1） +0.2 " in shown
    assert "2 人合计 +0.299178；按每分所值×日数占比合计 0.299178" in shown
    assert main([*told, "influence", "A", "单位按期率", "--language", "en"]) == 0
    assert "2 persons together +0.922466" in capsys.readouterr().out
    assert main([*told, "influence", "A", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"][0]["gain"] == "0.2"
    for words, code in (
        (["influence"], "people-whom"),
        (["influence", "Z"], "people-whom"),
        (["influence", "A", "volume"], "people-indicator"),
        (["contributions", "A"], "people-whom"),
        (["contributions", "A", "timely"], "people-no-contributions"),
        (["inputs", "--period", "2026Q2"], "persons-no-plan"),
    ):
        assert main([*told, *words]) == 1
        assert code in capsys.readouterr().err


def test_the_command_lists_contributions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "B,clean,B2,lead,0.6,2026-01-01,,\nB,clean,B1,assist,0.2,2026-01-01,,"
    made = confirmed_office(tmp_path, rows)
    told = ["people", str(made.root), "--record", str(made.record), "contributions", "B", "clean"]
    assert main(told) == 0
    shown = capsys.readouterr().out
    assert "西审核（B2） 李二（p2）" in shown
    assert "西审核（B2） 空缺（—）" in shown
    assert "未认定（—） （—） 1/5 → 8" in shown
    assert shown.rstrip().endswith("合计 40")
    assert main([*told, "--json", "--language", "en"]) == 0
    assert json.loads(capsys.readouterr().out)["together"] == "40"
    assert main([*told, "--language", "en"]) == 0
    assert "vacant" in capsys.readouterr().out


# ---- what is typed in ----

BY_HAND = """
---
table: diary
name: 工作台账
source: 本人填报
columns:
  id: {name: 序号, type: text, required: true}
  officer: {name: 人员, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  day: {name: 日期, type: date, required: true}
  count: {name: 件数, type: integer}
key: [id]
unit: unit
officer: officer
date: day
files: [{match: "diary*.csv", format: csv}]
"""
DIARY = """
indicator: diary
name: 台账件数
subject: officer
value: sum(diary.count)
full: 2.5
score: {linear: {points: [{at: 0, points: 0}, {at: 10, points: 2.5}], below: flat, above: flat}}
empty: rescale
---"""
ROWS = "序号,人员,机关,日期,件数\n1,p1,A,2026-02-01,12\n2,p4,B,2026-08-01,7\n3,p4,B,2025-08-01,7\n"


def test_where_systems_have_the_facts_nobody_types_anything(tmp_path: Path) -> None:
    ran, people = assessed(office(tmp_path))
    assert (people.inputs.keystrokes, people.inputs.of_units, people.inputs.by_hand(True)) == (0, 0, ())
    assert {source.way for source in people.inputs.sources} == {"system"}
    assert people.inputs.told("zh") == "手工录入：本人指标 12 项中 0 项，人均每季 0 键；承接指标 2 项中 0 项，折合 0 键"
    assert inputs(ran, people.plan, people.period, 0).keystrokes == 0


def test_what_is_filled_in_is_counted_sign_by_sign(tmp_path: Path) -> None:
    """1 p1 A 2026-02-01 12 are 16 signs, 2 p4 B 2026-08-01 7 are 15; last year's row is of another period."""
    rules = RULES.replace("\nindicator: days_active", DIARY + "\nindicator: days_active", 1)
    rules = rules.replace("own: [volume", "own: [diary").replace(
        "indicator: timely, duties", "indicator: timely, duties"
    )
    made = bureau(tmp_path, FACTS + BY_HAND, rules)
    load(made, {**FILES, "matter.csv": MATTERS, "diary.csv": ROWS})
    ran, people = assessed(made)
    assert "本人指标（1 项取自手工填报）" in account(people, ran, "p1", "zh")
    assert "own indicators (1 of them filled in by hand)" in account(people, ran, "p1", "en")
    assert people.inputs.typed == {"p1": 16, "p4": 15}
    assert people.inputs.keystrokes == F(31, 5) / 4
    assert [one.indicator for one in people.inputs.by_hand(True)] == ["diary"]
    assert "own indicators, 1.6 keystrokes a person and quarter" in people.inputs.told("en")


def test_the_command_names_the_source_of_each_indicator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = office(tmp_path)
    told = ["people", str(made.root), "--record", str(made.record), "inputs"]
    assert main(told) == 0
    assert "本人 本人volume（volume） 系统取数 办件（征管系统）" in capsys.readouterr().out
    assert main([*told, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["keystrokes"] == "0"
    assert main([*told, "--language", "en"]) == 0
    assert "carried 单位按期率（timely） system" in capsys.readouterr().out
