"""C18: another owner of an indicator changes the plans of those whom it touches, and nobody else's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.changing import PlansChanged, plans_changed
from steelyard.cli import main
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.organisation import Organisation, build
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.persons.confirming import read_assignments
from steelyard.engine.persons.planned import Planned, touched
from steelyard.engine.persons.weighing import Terms
from steelyard.lake.record.snapshot import snapshot
from tests.bureau.small_bureau import BOOK
from tests.bureau.small_people import RULES, confirmed_office, office
from tests.bureau.test_confirmed import WHOLE
from tests.engine.test_organisation import person, unit
from tests.engine.test_persons import KNOWN

F = Fraction
CLEAN = "  - {indicator: clean, duties: [受理], weight: 1}\n"


def changed_book(made: Bureau, old: str, new: str) -> RuleBook:
    assert old in RULES
    return read_book([(name, text.replace(old, new)) for name, text in made.rules()])


def changed(made: Bureau, new: RuleBook) -> PlansChanged:
    old, facts = made.book(), snapshot(made.record)
    return plans_changed(facts, (old, old.persons["people"]), (new, new.persons["people"]))


def lines(found: PlansChanged) -> dict[str, list[tuple[str, str, str, Fraction | None, Fraction | None]]]:
    return {
        one.person: [(line.post, str(line.first), line.indicator, line.old, line.new) for line in one.lines]
        for one in found.changed
    }


def test_a_new_owner_changes_the_plans_of_the_old_and_the_new_one_only(tmp_path: Path) -> None:
    """clean goes from the windows to the office that checks: all windows lose it, and B2 keeps what it has."""
    made = office(tmp_path)
    found = changed(made, changed_book(made, CLEAN, ""))
    assert lines(found) == {
        "p1": [("A1", "2026-01-01", "clean", 25, None), ("A1", "2026-01-01", "timely", 25, 50)],
        "p2": [("A1", "2026-01-01", "clean", 25, None), ("A1", "2026-01-01", "timely", 25, 50)],
        "p4": [("B1", "2026-03-01", "clean", 25, None), ("B1", "2026-03-01", "timely", 25, 50)],
        "p6": [("B1", "2026-09-01", "clean", 25, None), ("B1", "2026-09-01", "timely", 25, 50)],
    }
    assert (found.persons, found.touched) == (5, ("p1", "p2", "p4", "p6"))
    assert found.changed[1].lines[0].last == date(2026, 6, 30)


def test_nothing_changed_touches_nobody(tmp_path: Path) -> None:
    made = office(tmp_path)
    found = changed(made, made.book())
    assert (found.touched, found.changed) == ((), ())


def test_who_would_carry_nothing_or_something_twice_is_named(tmp_path: Path) -> None:
    made = office(tmp_path)
    audit = "  - {indicator: clean, duties: [审核], weight: 1}\n"
    twice = "  - {indicator: timely, posts: [A1], weight: 2}\n"
    found = changed(made, changed_book(made, audit, twice))
    assert [(one.code, one.params["person"]) for one in found.problems] == [
        ("person-linked-twice", "p1"),
        ("person-linked-twice", "p2"),
        ("person-without-links", "p2"),
        ("person-without-links", "p5"),
    ]
    assert "李二（p2）在 B 的岗位 B2 没有承接任何指标" in found.problems[2].text("zh")


def test_what_was_wrong_before_is_told_apart_from_what_a_change_spoils(tmp_path: Path) -> None:
    made = office(tmp_path)
    found = changed(made, changed_book(made, "  - {indicator: clean, duties: [审核], weight: 1}\n", ""))
    assert [one.params["person"] for one in found.problems] == ["p2", "p5"]
    assert found.already == 1, "p5 carried nothing before either"


def test_another_part_for_the_unit_s_total_changes_everybody_s_plan(tmp_path: Path) -> None:
    """50 linked and 20 for the unit become 40 and 30; own indicators stay, and other words of the plan are named."""
    made = office(tmp_path)
    found = changed(made, changed_book(made, "linked: 50\nunit: 20", "linked: 40\nunit: 30"))
    assert lines(found)["p1"] == [
        ("A1", "2026-01-01", "", 20, 30),
        ("A1", "2026-01-01", "clean", 25, 20),
        ("A1", "2026-01-01", "timely", 25, 20),
    ]
    assert (len(found.changed), found.everybody) == (5, ())
    other = changed(made, changed_book(made, "own_empty: rescale", "own_empty: full"))
    assert (other.changed, other.everybody) == ((), ("own_empty",))


def test_other_confirmations_change_plans_from_day_to_day(tmp_path: Path) -> None:
    """The site asks before it writes: B2 would take over the assisting share of B1 from August on."""
    made = confirmed_office(tmp_path, WHOLE)
    book, facts = made.book(), snapshot(made.record)
    rows = [
        {"unit": "B", "indicator": id, "post": post, "role": role, "share": Decimal(share),
         "from": first, "to": last}
        for id, post, role, share, first, last in (
            ("timely", "B1", "lead", "1", date(2026, 1, 1), None),
            ("clean", "B2", "lead", "0.6", date(2026, 1, 1), date(2026, 7, 31)),
            ("clean", "B1", "assist", "0.4", date(2026, 1, 1), date(2026, 7, 31)),
            ("clean", "B2", "lead", "1", date(2026, 8, 1), None),
        )
    ]  # fmt: skip
    proposed = read_assignments([*rows, {**rows[0], "unit": "A", "post": "A1"}])
    plan = book.persons["people"]
    found = plans_changed(facts, (book, plan), (book, plan), proposed=proposed)
    assert lines(found)["p4"] == [
        ("B1", "2026-08-01", "clean", F("14.29"), None),
        ("B1", "2026-08-01", "timely", F("35.71"), 50),
    ]
    assert "p1" not in lines(found)
    assert "p2" in found.touched
    assert "p2" not in lines(found)  # one indicator alone keeps all the points, whatever its share


@pytest.mark.parametrize("seed", range(25))
def test_only_those_who_are_touched_are_drawn_up_again_on_random_organisations(seed: int) -> None:
    """Everybody's plan drawn up anew from nothing says the same, and nobody else's plan is another one."""
    chance, year = Random(seed), CALENDAR_YEARS.parse("2026")
    book, org = read_book([("book.yaml", BOOK), ("rules.yaml", RULES)]), _random_organisation(chance)
    plan = book.persons["people"]
    links = [link.model_copy(update={"duties": [chance.choice(["受理", "审核", "综合"])]}) for link in plan.links]
    other = plan.model_copy(update={"links": links[: chance.randint(1, 3)]})
    units = book.plans["units"]
    before, after = (Planned(one, units, org, year, Terms()) for one in (plan, other))
    found = touched(before, after)
    again = replace(after)
    differing = {person for person in org.persons if before.person(person) != again.person(person)}
    assert differing <= set(found)
    assert all(before.person(person) == again.person(person) for person in org.persons if person not in found)


def _random_organisation(chance: Random) -> Organisation:
    posts = [f"{code}{number}" for code in "ABO" for number in range(4)]
    units = [
        {**unit(code, None, date(2000, 1, 1), known_at=KNOWN), "class": "机关" if code == "O" else "分局"}
        for code in "ABO"
    ]
    held = []
    for number in range(20):
        first = date(2026, 1, 1).toordinal() + chance.randrange(-200, 300)
        last = None if chance.random() < 0.5 else date.fromordinal(first + chance.randrange(300))
        held.append(
            {"person": f"p{number}", "post": chance.choice(posts), "from": date.fromordinal(first), "to": last,
             "share": Decimal(1), "known_at": KNOWN}
        )  # fmt: skip
    return build(
        {
            "units": units,
            "posts": [
                {"code": post, "unit": post[0], "name": post, "duty": chance.choice(["受理", "审核", "综合", None]),
                 "known_at": KNOWN}
                for post in posts
            ],
            "persons": [person(f"p{number}") for number in range(20)],
            "holdings": held,
        }
    )  # fmt: skip


def test_the_command_prints_the_difference_person_by_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = office(tmp_path)
    new = tmp_path / "new" / "rules"
    new.mkdir(parents=True)
    for name, text in made.rules():
        (new / Path(name).name).write_text(text.replace(CLEAN, ""), "utf-8")
    told = ["plan", str(made.root), str(new.parent), "--record", str(made.record)]
    assert main(told) == 0
    shown = capsys.readouterr().out
    assert "干部个人绩效：5 人的个人计划中重排 4 人，有变动 4 人" in shown
    assert (
        "张一（p1）\n    A1 2026-01-01～2026-12-31 不再承接 clean 25\n    A1 2026-01-01～2026-12-31 timely 25 → 50"
        in shown
    )
    assert "钱五（p5）在 B 的岗位 B3 没有承接任何指标" in shown
    assert main([*told, "--json"]) == 0
    (plans,) = json.loads(capsys.readouterr().out)["persons"]
    assert (plans["touched"], len(plans["changed"])) == (4, 4)
    assert plans["changed"][0]["lines"][0] == {
        "post": "A1", "unit": "A", "first": "2026-01-01", "last": "2026-12-31", "indicator": "clean",
        "old": "25", "new": None,
    }  # fmt: skip
    back = ["plan", str(new.parent), str(made.root), "--record", str(made.record), "--language", "en"]
    (new.parent / "facts").symlink_to(made.root / "facts")
    assert main(back) == 0
    assert "takes on clean 25" in capsys.readouterr().out
