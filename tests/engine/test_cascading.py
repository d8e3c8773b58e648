"""Tasks handed down to persons: everything leads up to one task, every task down to somebody, and losses are named."""

from __future__ import annotations

import re
import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.engine.cascading.charges import LEVELS, Charge, Level
from steelyard.engine.cascading.tracing import Traced, traced

GOOD = (
    Charge("T", "task", "省局"),
    Charge("T.1", "unit", "一分局", ("T",)),
    Charge("T.1.a", "department", "征管股", ("T.1",)),
    Charge("T.1.a.x", "post", "税源管理岗", ("T.1.a",)),
    Charge("T.1.a.x.1", "person", "褚权", ("T.1.a.x",)),
    Charge("T.1.a.x.2", "person", "卫明", ("T.1.a.x",)),
)


def told(found: Traced) -> list[tuple[str, str]]:
    for problem in found.problems:
        assert not re.search(r"\{\w+\}", problem.text("zh") + problem.text("en"))
    return [(problem.code, problem.text("zh")) for problem in found.problems]


def codes(*charges: Charge) -> list[str]:
    return [code for code, _ in told(traced(charges))]


def test_a_whole_cascade_has_no_problems_and_says_who_carries_what():
    found = traced(GOOD)
    assert found.problems == ()
    assert found.lost == ()
    assert found.leaves == ("T.1.a.x.1", "T.1.a.x.2")
    assert set(found.task_of.values()) == {"T"}
    assert found.persons == {"T": {"褚权", "卫明"}}


def test_levels_may_be_left_out_and_repeated():
    """A task for a person at once; a county under its city; a part of a task."""
    assert codes(Charge("T", "task", "省局"), Charge("p", "person", "褚权", ("T",))) == []
    city, county = Charge("c", "unit", "市局", ("S",)), Charge("d", "unit", "县局", ("c",))
    parts = Charge("T", "task", "省局"), Charge("S", "task", "省局", ("T",)), Charge("p", "person", "褚权", ("d",))
    assert traced((city, county, *parts)).persons == {"T": {"褚权"}}
    assert codes(city, county, *parts) == []


def test_an_orphan_is_named_with_what_hangs_on_it():
    found = traced((*GOOD, Charge("o", "unit", "二分局"), Charge("o.1", "person", "蒋和", ("o",))))
    assert told(found) == [
        ("cascade-orphan", "单位责任项 o（二分局）上面没有任务，连同其下 1 项都无处可归；请挂到所属的上级责任项")
    ]
    assert found.lost == ("o.1",)


def test_a_charge_under_something_unknown_is_named():
    found = traced((*GOOD, Charge("o", "post", "导税岗", ("T.9",))))
    assert told(found)[0][0] == "cascade-unknown"
    assert "上级 T.9 不存在" in told(found)[0][1]
    assert found.lost == ("o",)


def test_a_charge_under_two_others_is_named_with_the_tasks_to_which_they_lead():
    other = Charge("U", "task", "省局"), Charge("U.1", "person", "沈平", ("U",))
    found = traced((*GOOD, *other, Charge("d", "person", "韩立", ("T.1.a.x", "U"))))
    assert told(found)[0][0] == "cascade-two-parents"
    assert "有 T.1.a.x、U 几个上级，分别归到 T、U" in told(found)[0][1]
    assert found.lost == ("d",)


def test_the_same_link_written_twice_is_one_link():
    assert codes(*GOOD[:4], Charge("p", "person", "褚权", ("T.1.a.x", "T.1.a.x"))) == []


def test_a_circle_is_named_once_in_its_order_with_what_hangs_on_it():
    circle = [
        Charge("c2", "unit", "乙", ("c1",)),
        Charge("c3", "unit", "丙", ("c2",)),
        Charge("c1", "unit", "甲", ("c3",)),
    ]
    below = [Charge("c2.1", "person", "杨思", ("c2",)), Charge("a", "person", "朱青", ("c2.1",))]
    found = traced([*GOOD, *circle, *below])
    assert told(found) == [
        ("cascade-circle", "责任项 c1、c3、c2 互为上级，绕成一圈，连同其下 2 项都归不到任务；请更正其中一个上级")
    ]
    assert found.lost == ("a",)
    assert codes(*GOOD, Charge("s", "unit", "甲", ("s",))) == ["cascade-circle"]


def test_an_identifier_used_twice_is_named():
    assert codes(*GOOD, GOOD[-1]) == ["cascade-twice"]


def test_a_charge_handed_upwards_is_named_with_both_levels():
    found = traced((*GOOD, Charge("u", "unit", "二分局", ("T.1.a.x",)), Charge("u.1", "person", "秦风", ("u",))))
    assert told(found)[0][0] == "cascade-upwards"
    assert told(found)[0][1].startswith("单位责任项 u（二分局）挂在岗位责任项 T.1.a.x 之下")
    assert found.problems[0].text("en").startswith("charge u of unit 二分局 stands under T.1.a.x, a charge of a post")


def test_somebody_with_two_charges_under_one_is_named():
    found = told(traced((*GOOD, Charge("T.1.a.x.3", "person", "褚权", ("T.1.a.x",)))))
    assert found[0][0] == "cascade-same-holder"
    assert "褚权 在 T.1.a.x 之下承担了 T.1.a.x.1、T.1.a.x.3" in found[0][1]


def test_a_task_that_reaches_nobody_is_named_with_where_it_ends():
    posts = [Charge(f"p{number}", "post", f"岗{number}", ("T",)) for number in range(7)]
    found = told(traced([GOOD[0], *posts]))
    assert found == [("cascade-nobody", "任务 T 没有分解到任何人，止于 p0、p1、p2、p3、p4 … (+2)；请落实到人")]
    assert codes(Charge("T", "task", "省局")) == ["cascade-nobody"]


def test_a_branch_that_ends_before_a_person_is_a_warning_where_others_carry_the_task():
    found = traced((*GOOD, Charge("T.2", "unit", "二分局", ("T",))))
    assert told(found)[0][0] == "cascade-stops"
    assert found.problems[0].severity == "warning"
    assert found.lost == ()


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_has_a_name_in_both_languages(level: Level):
    chinese, english = LEVELS[level]
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert english == level


def forest(chance: Random, size: int) -> list[Charge]:
    """A cascade of five levels with nothing wrong in it, except that some branches may end early."""
    charges = [Charge(f"n{number:05}", "task", "省局") for number in range(max(1, size // 200))]
    levels: list[Level] = ["task"] * len(charges)
    names: list[Level] = list(LEVELS)
    for number in range(len(charges), size):
        parent = chance.randrange(number)
        while levels[parent] == "person":
            parent = chance.randrange(number)
        level = names[names.index(levels[parent]) + 1]
        charges.append(Charge(f"n{number:05}", level, f"h{number}", (f"n{parent:05}",)))
        levels.append(level)
    return charges


@settings(max_examples=150)
@given(st.integers(1, 60), st.integers(0, 2**32), st.integers(0, 6))
def test_what_is_spoiled_is_found_and_the_order_decides_nothing(size: int, seed: int, spoiled: int) -> None:
    """Links are bent at random; then every charge is followed up by hand, one at a time."""
    chance = Random(seed)
    charges = forest(chance, size)
    for _ in range(spoiled):
        at = chance.randrange(size)
        bent = chance.choice(
            [(), ("nowhere",), (chance.choice(charges).id,), tuple(c.id for c in chance.choices(charges, k=2))]
        )
        charges[at] = Charge(charges[at].id, charges[at].level, charges[at].holder, bent)
    found = traced(charges)
    assert traced(chance.sample(charges, size)) == found
    assert {charge.id: task for charge in charges if (task := by_hand(charges, charge))} == found.task_of
    lost = {"cascade-orphan", "cascade-unknown", "cascade-two-parents", "cascade-circle"}
    assert bool(lost & {code for code, _ in told(found)}) == (len(found.task_of) < size)


def by_hand(charges: list[Charge], charge: Charge) -> str | None:
    """The task of a charge: up, as long as there is one above, at most as often as there are charges."""
    known = {one.id: one for one in charges}
    for _ in charges:
        above = set(charge.under)
        if not above:
            return charge.id if charge.level == "task" else None
        if len(above) > 1 or not above <= known.keys():
            return None
        charge = known[charge.under[0]]
    return None


def test_forty_thousand_charges_are_followed_in_a_moment():
    charges = forest(Random(12), 40_000)
    before = time.process_time()
    found = traced(charges)
    assert time.process_time() - before < 5
    assert found.lost == ()
    assert len(found.task_of) == 40_000
    assert {problem.code for problem in found.problems} <= {"cascade-stops", "cascade-nobody"}
    assert all(found.persons[task] for task in found.persons if task not in nobody(found))


def nobody(found: Traced) -> set[object]:
    return {problem.params["task"] for problem in found.problems if problem.code == "cascade-nobody"}


def test_a_chain_of_forty_thousand_is_no_harder():
    chain = [
        Charge("c0", "task", "省局"),
        *(Charge(f"c{n}", "unit", f"u{n}", (f"c{n - 1}",)) for n in range(1, 40_000)),
    ]
    person = Charge("p", "person", "褚权", ("c39999",))
    assert traced([*chain, person]).problems == ()
    (circle,) = traced([*chain[1:], Charge("c0", "unit", "u0", ("c39999",)), person]).problems
    assert circle.code == "cascade-circle"
