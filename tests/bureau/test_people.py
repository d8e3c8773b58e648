"""People in a run: twelve indicators of their own without one keystroke, stages, accounts, influence."""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.accounts import account, person_of
from steelyard.bureau.people.assessing import People, assess
from steelyard.bureau.people.drawn import drawn
from steelyard.bureau.people.saving import digest_of, save_people
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.replaying import replay
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import save
from steelyard.cli import main
from steelyard.engine.problems import Refused
from tests.bureau.small_bureau import load
from tests.bureau.small_people import HEAD, RULES, VALUES, office

F = Fraction
MORE_DAYS_OFF = """
notices:
  - amends: 国办发明电〔2025〕7号
    basis: 防汛停工通知
    issued: 2026-03-01
    off: [{name: 防汛, from: 2026-03-02, to: 2026-03-06}]
"""
PROVINCE = Path(__file__).resolve().parents[2] / "examples" / "province"


@pytest.fixture
def made(tmp_path: Path) -> Bureau:
    return office(tmp_path)


def assessed(made: Bureau, *periods: str) -> tuple[Ran, People]:
    ran = run(made, Order(plan="units", periods=periods, uncertainty=False, history=False))
    people = assess(ran)
    return ran, people[-1]


def test_twelve_indicators_of_ones_own_are_filled_without_one_entry(made: Bureau) -> None:
    """C43, C44: every table comes from a system or a register; whoever handled a matter has all twelve."""
    _, people = assessed(made)
    assert len(VALUES) == 12
    for person in ("p1", "p2", "p4"):
        marks = people.scores[person].own
        assert [id for id, (points, _) in marks.items() if points is not None] == list(VALUES)
    assert {made.tables()[name].source for name in made.tables()} == {"登记", "征管系统"}


def test_the_pace_is_measured_against_the_mix_of_matters(made: Bureau) -> None:
    _, people = assessed(made)
    pace = people.own.weighed["mix_pace"].value
    found = {person: pace.fraction(at) for at, person in enumerate(people.own.panel.subjects)}  # type: ignore[union-attr]
    assert found["p1"] == F(round(F(100, 105) * 10_000), 10_000)  # two simple and one complex in 105 minutes
    assert found["p2"] == F(round(F(100, 110) * 10_000), 10_000)


def test_a_transfer_takes_the_score_of_june_along(made: Bureau) -> None:
    """East by June: 3 of 4 in time, 3 of 4 not returned; in August it got worse, which is not p2's any more."""
    _, people = assessed(made)
    first, second = people.scores["p2"].stages
    assert (str(first.frozen), first.weight, str(second.frozen), second.weight) == (
        "2026-06YTD", F(181, 365), "2026", F(184, 365),
    )  # fmt: skip
    assert [(e.indicator, e.worth, e.unit_points, e.points) for e in first.entries] == [
        ("clean", 25, 30, F("18.75")), ("timely", 25, 45, F("18.75")), ("", 20, 75, 15),
    ]  # fmt: skip
    # West over the year: 2 of 3 in time (40 of 60), nothing returned (40 of 40)
    assert [(e.indicator, e.worth, e.points) for e in second.entries] == [("clean", 50, 50), ("", 20, 16)]
    total = F("52.5") * F(181, 365) + 66 * F(184, 365) + people.scores["p2"].own_points
    assert people.scores["p2"].total == F(round(total * 100), 100)


def test_days_in_an_office_that_is_not_assessed_do_not_count(made: Bureau) -> None:
    _, people = assessed(made)
    assert people.unassessed == ("p3",)
    assert [(stage.weight, len(stage.entries)) for stage in people.scores["p6"].stages] == [(0, 0), (1, 3)]


def test_a_post_that_carries_no_indicator_is_named(made: Bureau) -> None:
    _, people = assessed(made)
    assert people.unlinked == ("p5",)
    assert [entry.indicator for entry in people.scores["p5"].stages[0].entries] == [""]


def test_places_are_among_equal_duties_and_lists_as_stated(made: Bureau) -> None:
    _, people = assessed(made)
    assert people.duties == {"p1": "受理", "p2": "审核", "p4": "受理", "p5": "—", "p6": "受理"}
    codes = list(people.scores)
    top = {name: [code for at, code in enumerate(codes) if mask[at]] for name, mask in people.lists.items()}
    assert len(top["all_top"]) == 1
    assert {people.duties[code] for code in top["top"]} == {"受理", "审核", "—"}
    assert people.grades is not None
    totals = {code: people.scores[code].total or 0 for code in codes}
    assert [people.grades.word(at) for at in range(len(codes))] == [
        "好" if t >= 90 else "一般" for t in totals.values()
    ]


def test_one_more_point_of_a_unit_is_worth_the_same_to_its_people_together(made: Bureau) -> None:
    _, people = assessed(made)
    east, west = people.influence("A"), people.influence("B", "clean")
    assert east == {"p1": F(1, 5), "p2": F(1, 5) * F(181, 365)}
    assert west == {
        "p2": (F(1, 5) + F(50, 40)) * F(184, 365), "p4": F(1, 5) + F(25, 40), "p5": F(1, 5), "p6": F(1, 5) + F(25, 40),
    }  # fmt: skip
    assert people.influence("O") == {}


def test_the_account_adds_up_and_says_so(made: Bureau) -> None:
    ran, people = assessed(made)
    for language in ("zh", "en"):
        lines = list(account(people, ran, "p2", language))
        assert any("181/365" in line for line in lines)
        assert lines[-3].endswith(f"≈ {float(people.scores['p2'].total or 0):g}")
    told = [line.strip() for line in account(people, ran, "p2", "zh")]
    assert "单位按期率（timely）: 25 × 45/60 = 18.75" in told
    assert "带入: 52.5 × 181/365 ≈ 26.034247" in told
    text = "\n".join(account(people, ran, "p6", "zh"))
    assert "不在本计划考评之内" in text
    assert "没有此类事项" in text


def test_somebody_is_found_by_name_and_whoever_is_not_assessed_is_told_why(made: Bureau) -> None:
    ran, people = assessed(made)
    assert person_of(people, ran, "李二") == "p2"
    for written, why in (("p3", "任职单位都没有得分"), ("p9", "登记表中没有此人")):
        with pytest.raises(Refused) as refused:
            person_of(people, ran, written)
        assert why in refused.value.problems[0].text("zh")
        assert refused.value.problems[0].code == "person-not-assessed"


def test_accounts_are_kept_line_by_line(made: Bureau, tmp_path: Path) -> None:
    ran, people = assessed(made)
    (persons, accounts, told), summaries = save_people(ran, (people,), tmp_path)
    rows = {row["person"]: row for row in pq.read_table(persons).to_pylist()}
    assert (rows["p2"]["stages"], rows["p2"]["unit"], rows["p2"]["total"]) == (2, "B", people.scores["p2"].total)
    lines = [row for row in pq.read_table(accounts).to_pylist() if row["person"] == "p2"]
    assert len(lines) == 3 + 2 + 12
    assert lines[0]["weight"] == "181/365"
    (kept,) = json.loads(told.read_text("utf-8"))
    assert kept == summaries[0]
    assert save_people(ran, (), tmp_path) == ([], [])


def test_late_facts_change_exactly_the_digest_of_whom_they_touch(made: Bureau) -> None:
    _, before = assessed(made)
    assert digest_of(before) == digest_of(assessed(made)[1])
    load(made, {"matter2.csv": HEAD + "9,B,p4,2026-12-01,简,20,0,否,否,否,0,5"}, datetime(2027, 1, 2))
    after = assessed(made)[1]
    assert digest_of(after) != digest_of(before)
    assert [p for p in before.scores if after.scores[p] != before.scores[p]] == ["p2", "p4", "p5", "p6"]


def test_people_are_assessed_for_periods_that_begin_with_the_year(made: Bureau) -> None:
    said: list[tuple[str, str]] = []
    ran = run(made, Order(plan="units", periods=("2026Q2", "2026-06YTD"), uncertainty=False, history=False))
    found = assess(ran, lambda zh, en: said.append((zh, en)))
    assert [str(people.period) for people in found] == ["2026-06YTD"]
    assert all(any("2026Q2" in line for line in told) for told in zip(*said, strict=True))
    assert [stage.weight for stage in found[0].scores["p2"].stages] == [1]


def test_working_days_need_a_calendar(tmp_path: Path) -> None:
    made = office(tmp_path, RULES.replace("days: calendar", "days: workdays"))
    with pytest.raises(Refused) as refused:
        assessed(made)
    assert [problem.code for problem in refused.value.problems] == ["persons-no-calendar"]


def test_a_plan_may_count_working_days(tmp_path: Path) -> None:
    calendar = {"calendar.yaml": (PROVINCE / "calendar.yaml").read_text("utf-8")}
    made = office(tmp_path, RULES.replace("days: calendar", "days: workdays"), calendar)
    _, people = assessed(made)
    first, second = people.scores["p2"].stages
    days = made.calendar()
    assert days is not None
    assert first.stage.days == days.days_within(date(2026, 1, 1), date(2026, 7, 1)) < 181
    assert first.weight == F(first.stage.days, first.stage.days + second.stage.days)


def test_who_was_in_an_assessed_unit_on_days_off_alone_is_not_assessed(tmp_path: Path) -> None:
    calendar = {"calendar.yaml": (PROVINCE / "calendar.yaml").read_text("utf-8")}
    made = office(tmp_path, RULES.replace("days: calendar", "days: workdays"), calendar)
    load(made, {"persons.csv": "人员,姓名\np7,周七", "holdings.csv": "人员,岗位,自,至,份额\n"
                "p7,A1,2025-01-01,2026-01-01,1\np7,O1,2026-01-02,,1"}, datetime(2027, 1, 2))  # fmt: skip
    _, people = assessed(made)
    assert "p7" in people.unassessed
    book = made.book()
    shown = drawn(made, book, book.persons["people"], "p7")
    assert shown is not None
    assert [held.weight for held in shown.held] == [0, 0]


def test_a_run_keeps_the_calendar_that_its_people_rest_on(tmp_path: Path) -> None:
    """The bureau may write another one later; what is repeated counts the days as they were counted then."""
    calendar = {"calendar.yaml": (PROVINCE / "calendar.yaml").read_text("utf-8")}
    made = office(tmp_path, RULES.replace("days: calendar", "days: workdays"), calendar)
    ran, people = assessed(made)
    folder = save(Results(ran))
    path = made.root / "calendar.yaml"
    assert json.loads((folder / "rules.json").read_text("utf-8"))["calendar"] == [
        [str(path), calendar["calendar.yaml"]]
    ]
    path.write_text(calendar["calendar.yaml"] + MORE_DAYS_OFF, "utf-8")
    other, later = assessed(made)
    assert digest_of(later) != digest_of(people)
    assert save(Results(other)) != folder
    repeated = replay(folder)
    assert repeated.digest == Results(ran).digest
    assert digest_of(assess(repeated.ran)[-1]) == digest_of(people)


def test_a_run_frozen_without_a_calendar_is_repeated_without_one(made: Bureau) -> None:
    folder = save(Results(assessed(made)[0]))
    frozen = json.loads((folder / "rules.json").read_text("utf-8"))
    assert frozen.pop("calendar") == []
    (folder / "rules.json").write_text(json.dumps(frozen, ensure_ascii=False), "utf-8")
    assert replay(folder).ran.calendar is None
    (folder / "rules.json").write_text(json.dumps(frozen | {"calendar": 3}, ensure_ascii=False), "utf-8")
    with pytest.raises(Refused) as refused:
        replay(folder)
    assert [problem.code for problem in refused.value.problems] == ["run-damaged"]


def test_the_commands_keep_and_explain_accounts(made: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    told = [str(made.root), "--record", str(made.record)]
    assert main(["run", *told, "--sheets", "none"]) == 0
    assert "accounts.parquet" in capsys.readouterr().out
    assert main(["--json", "run", *told, "--sheets", "none"]) == 0
    assert json.loads(capsys.readouterr().out)["persons"][0]["persons"] == 5
    assert main(["explain", *told, "--person", "p2"]) == 0
    assert "阶段2 2026-07-01～2026-12-31 西分局（B）西审核：184 天，占 184/365" in capsys.readouterr().out
    assert main(["explain", *told, "--person", "p2", "--period", "2026Q2"]) == 1
    assert "persons-no-plan" in capsys.readouterr().err
    assert main(["explain", *told, "A", "timely"]) == 0
    assert "单位按期率" in capsys.readouterr().out
    assert main(["explain", *told]) == 1
    assert "explain-whom" in capsys.readouterr().err
