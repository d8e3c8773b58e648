"""Confirmed links in a run: accounts, contributions that make the unit's points, and shares that make no whole."""

from __future__ import annotations

import json
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.accounts import account
from steelyard.bureau.people.assessing import People, assess
from steelyard.bureau.people.contributed import contributed
from steelyard.bureau.people.saving import digest_of, save_people
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.replaying import replay
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import save
from steelyard.bureau.views.accounts import accounts_of
from steelyard.cli import main
from steelyard.engine.problems import Refused
from tests.bureau.small_bureau import load
from tests.bureau.small_people import ASSIGNED_HEAD, CONFIRMED, confirmed_office, office

F = Fraction
WHOLE = """A,timely,A1,lead,1,2026-01-01,,
B,timely,B1,lead,1,2026-01-01,,
B,clean,B2,lead,0.6,2026-01-01,,
B,clean,B1,assist,0.4,2026-01-01,,"""


def assessed(made: Bureau) -> tuple[Ran, People]:
    ran = run(made, Order(plan="units", uncertainty=False, history=False))
    return ran, assess(ran)[-1]


def lines(people: People, person: str) -> list[list[str]]:
    return [[entry.indicator for entry in stage.entries] for stage in people.scores[person].stages]


def test_only_confirmed_links_are_in_an_account(tmp_path: Path) -> None:
    """The plan links clean to East's window as well, and nobody has confirmed it there."""
    _, people = assessed(confirmed_office(tmp_path, WHOLE))
    assert lines(people, "p1") == [["timely", ""]]
    assert lines(people, "p4") == [["clean", "timely", ""]]
    assert people.doubts == ()
    _, today = assessed(office(tmp_path / "today"))
    assert lines(today, "p1") == [["clean", "timely", ""]]


def test_where_every_link_is_confirmed_all_year_everybody_has_what_he_has_without(tmp_path: Path) -> None:
    """Divided by the number of indicators, shares decide nothing: the digits of today."""
    every = WHOLE + "\nA,clean,A1,lead,1,2026-01-01,,"
    rules = CONFIRMED.replace("spread: weight\n", "spread: number\n")
    _, people = assessed(confirmed_office(tmp_path, every, rules))
    _, today = assessed(office(tmp_path / "today"))
    assert {one: score.total for one, score in people.scores.items()} == {
        one: score.total for one, score in today.scores.items()
    }


def test_who_has_not_one_confirmed_link_is_named_as_before(tmp_path: Path) -> None:
    _, people = assessed(confirmed_office(tmp_path, ""))
    assert set(people.unlinked) == set(people.scores)


def test_the_account_tells_as_what_a_post_was_confirmed(tmp_path: Path) -> None:
    ran, people = assessed(confirmed_office(tmp_path, WHOLE))
    assert "（协办，份额 0.4）" in "\n".join(account(people, ran, "p4", "zh"))
    assert "(lead, share 1)" in "\n".join(account(people, ran, "p1", "en"))
    paths, (summary,) = save_people(ran, (people,), tmp_path)
    kept = [row for row in pq.read_table(paths[1]).to_pylist() if row["person"] == "p4" and row["role"]]
    assert [(row["indicator"], row["role"], row["share"]) for row in kept] == [
        ("clean", "assist", "0.4"),
        ("timely", "lead", "1"),
    ]
    assert summary["doubts"] == []
    shown = accounts_of(tmp_path, "p4")
    assert shown is not None
    assert [(line.indicator, line.role, line.share) for line in shown.stages[0].lines] == [
        ("clean", "assist", "0.4"),
        ("timely", "lead", "1"),
        ("", None, None),
    ]


def test_a_veto_costs_an_assisting_post_all_of_the_indicator(tmp_path: Path) -> None:
    """West has timely 2 of 3 in the year, which is above 60 %; East has 3 of 5, at the line of 61 % it is lost."""
    rows = WHOLE.replace("A,timely,A1,lead", "A,timely,A1,assist").replace("assist,1,", "assist,0,")
    made = confirmed_office(tmp_path, rows)
    ran, people = assessed(made)
    (entry, *_) = people.scores["p1"].stages[0].entries
    assert not entry.vetoed
    stricter = confirmed_office(
        tmp_path / "two", rows, (made.root / "rules/rules.yaml").read_text().replace("veto: 60%", "veto: 61%")
    )
    ran, people = assessed(stricter)
    (entry, *_) = people.scores["p1"].stages[0].entries
    assert (entry.vetoed, entry.points) == (True, 0)
    assert "低于否决线，不得分" in "\n".join(account(people, ran, "p1", "zh"))
    assert "below the line of the veto" in "\n".join(account(people, ran, "p1", "en"))


def test_contributions_make_the_points_of_the_unit_exactly(tmp_path: Path) -> None:
    ran, people = assessed(confirmed_office(tmp_path, WHOLE))
    for unit, indicator in (("A", "timely"), ("B", "timely"), ("B", "clean"), ("A", "clean")):
        found = contributed(ran, people, unit, indicator)
        assert found is not None
        got, _ = people.units(unit, people.period).points[indicator]  # type: ignore[union-attr]
        assert sum(one.points for one in found) == got
    (clean,) = contributed(ran, people, "A", "clean") or ()
    assert (clean.post, clean.person, clean.part) == ("", "", 1)
    parts = {(one.post, one.person): one.part for one in contributed(ran, people, "B", "clean") or ()}
    assert parts["B2", "p2"] == F(6, 10) * F(184, 365)
    assert parts["B2", ""] == F(6, 10) * F(181, 365)


def test_a_unit_without_a_score_has_no_contributions(tmp_path: Path) -> None:
    ran, people = assessed(confirmed_office(tmp_path, WHOLE))
    assert contributed(ran, people, "O", "timely") is None
    assert contributed(ran, people, "A", "nothing") is None
    ran, people = assessed(office(tmp_path / "today"))
    assert contributed(ran, people, "A", "timely") is None


def test_shares_that_make_no_whole_yet_are_told_and_kept(tmp_path: Path) -> None:
    said: list[str] = []
    made = confirmed_office(tmp_path, WHOLE.replace("clean,B2,lead,0.6", "clean,B2,lead,0.5"))
    ran = run(made, Order(plan="units", uncertainty=False, history=False))
    (people,) = assess(ran, lambda zh, _: said.append(zh))
    assert any("assigned.csv:5" in line and "合计 0.9" in line for line in said)
    (kept,) = save_people(ran, (people,), tmp_path)[1]
    assert "assignment-shares" in kept["doubts"][0]


def test_more_than_the_whole_is_refused_before_anybody_is_weighed(tmp_path: Path) -> None:
    made = confirmed_office(tmp_path, WHOLE.replace("clean,B1,assist,0.4", "clean,B1,assist,0.5"))
    with pytest.raises(Refused) as refused:
        assessed(made)
    assert [problem.code for problem in refused.value.problems] == ["assignment-shares"]


def test_a_row_is_corrected_and_taken_back_and_old_runs_repeat_what_was_known(tmp_path: Path) -> None:
    made = confirmed_office(tmp_path, WHOLE)
    ran, before = assessed(made)
    folder = save(Results(ran))
    later = "A,timely,A1,lead,1,2026-01-01,,是\nB,clean,B2,lead,0.5,2026-01-01,,\nB,clean,B1,assist,0.5,2026-01-01,,"
    load(made, {"assigned_2.csv": ASSIGNED_HEAD + later}, datetime(2027, 1, 5))
    _, after = assessed(made)
    assert lines(after, "p1") == [[""]]
    worths = {e.indicator: e.worth for e in after.scores["p4"].stages[0].entries}
    assert worths["clean"] == F("16.67")
    assert digest_of(assess(replay(folder).ran)[-1]) == digest_of(before) != digest_of(after)


def test_a_division_that_cannot_be_done_is_told_once_for_every_post(tmp_path: Path) -> None:
    """The check tries what duties may carry; a post for which less is confirmed shows itself only in the run."""
    bounds = "bounds: {divides: linked, indicators: [{indicator: timely, most: 30}]}\n"
    rules = CONFIRMED.replace("spread: weight\n", "spread: bounds\n" + bounds)
    with pytest.raises(Refused) as refused:
        assessed(confirmed_office(tmp_path, WHOLE, rules))
    (problem,) = refused.value.problems
    assert problem.code == "persons-not-divisible"
    assert "“东窗口”" in problem.text("zh")
    _, people = assessed(confirmed_office(tmp_path / "two", WHOLE + "\nA,clean,A1,lead,1,2026-01-01,,", rules))
    worths = {e.indicator: e.worth for e in people.scores["p1"].stages[0].entries}
    assert worths == {"clean": 25, "timely": 25, "": 20}


def test_the_account_tells_why_points_were_divided_so_within_bounds(tmp_path: Path) -> None:
    bounds = "bounds: {divides: linked, indicators: [{indicator: timely, most: 10}]}\n"
    rules = CONFIRMED.replace("spread: weight\n", "spread: bounds\n" + bounds)
    ran, people = assessed(confirmed_office(tmp_path, WHOLE + "\nA,clean,A1,lead,1,2026-01-01,,", rules))
    told = "\n".join(account(people, ran, "p1", "zh"))
    assert "分值 timely：权重 1 × 每单位权重 40 分 = 40，而“timely”至多 10：10.00 分" in told
    assert "points clean: weight 1" in "\n".join(account(people, ran, "p1", "en"))
    ran, people = assessed(confirmed_office(tmp_path / "two", WHOLE))
    assert "分值" not in "\n".join(account(people, ran, "p1", "zh"))


def test_the_summary_of_a_run_without_confirmation_is_what_it_was(tmp_path: Path) -> None:
    ran, people = assessed(office(tmp_path))
    (_, accounts, told), _ = save_people(ran, (people,), tmp_path)
    assert "doubts" not in json.loads(told.read_text("utf-8"))[0]
    assert "role" not in pq.read_schema(accounts).names


def test_the_check_names_shares_that_make_no_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = confirmed_office(tmp_path, WHOLE.replace("clean,B1,assist,0.4", "clean,B1,assist,0.3"))
    assert main(["check", str(made.root), "--record", str(made.record)]) == 0
    assert (
        "提醒 [assignment-shares] B 的“clean”自 2026-01-01 至 9999-12-31 已认定的份额合计 0.9"
        in capsys.readouterr().out
    )
    assert main(["check", str(made.root), "--record", str(tmp_path / "none")]) == 0
    assert "assignment-shares" not in capsys.readouterr().out
    more = confirmed_office(tmp_path / "more", WHOLE.replace("clean,B1,assist,0.4", "clean,B1,assist,0.5"))
    assert main(["check", str(more.root), "--record", str(more.record)]) == 1
    assert "错误 [assignment-shares]" in capsys.readouterr().out
