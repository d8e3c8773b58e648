"""Every leaf leads up to one root, every root down to persons; and what does not is told."""

from __future__ import annotations

import time
from decimal import Decimal

from steelyard.bureau.folder import Bureau
from steelyard.engine.cascading.charges import LEVELS
from steelyard.engine.cascading.tracing import traced as traced_of
from steelyard.web.cascade.models import Assignment, Carrier, Cascade, Part, Post, Seat
from steelyard.web.cascade.tracing import ROUTINE, charges, trace
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Unit
from tests.web.cascade.small import DAY, begun, handed_down, office, work
from tests.web.people.world import NOW


def traced(of: Cascade) -> dict[str, object]:
    job = work(trace(of.pk, by=Asker(office(), DAY), now=NOW))
    assert job.state == "done", job.problems
    of.refresh_from_db()
    return dict(of.traced)


def test_no_leaf_is_lost_and_every_root_has_persons(bureau: Bureau) -> None:
    del bureau
    told = traced(handed_down())
    assert (told["orphans"], told["roots"], told["problems"], told["vacant"]) == (0, 2, [], [])
    # each of the three indicators through the city to two branches; two of one branch's go through a department each
    assert told["levels"] == {"task": 5, "unit": 9, "department": 4, "post": 8, "person": 8}
    tasks = {one["task"]: one["persons"] for one in told["tasks"]}  # type: ignore[attr-defined,index]
    assert tasks == {"declaration": 4, ROUTINE: 2}


def test_a_post_that_nobody_holds_is_told_once_with_all_that_it_carries(bureau: Bureau) -> None:
    del bureau
    of = handed_down()
    Seat.objects.filter(post="A1-0").delete()
    assert traced(of)["vacant"] == [["甲市一县税务局", "征管科 税源管理岗", 2]]


def test_a_task_that_reaches_nobody_is_named(bureau: Bureau) -> None:
    del bureau
    of = handed_down()
    Carrier.objects.filter(assignment__indicator="other_work").delete()
    (problem,) = traced(of)["problems"]  # type: ignore[misc]
    assert problem["code"] == "cascade-nobody"


def test_an_indicator_that_left_the_plan_is_an_orphan_until_it_is_taken_back(bureau: Bureau) -> None:
    of = handed_down()
    rules = bureau.root / "rules/rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("filing_urged, other_work]}]", "other_work]}]"), "utf-8")
    assert traced(of)["orphans"] == 2


def test_the_way_down_is_city_branch_department_post_person_and_skips_a_department_only_where_there_is_none(
    bureau: Bureau,
) -> None:
    of = handed_down()
    under = {one.id: one for one in charges(bureau.book(), of)}

    def way(person: str) -> list[str]:
        own = next(one for one in under.values() if one.holder == person and "filing_on_time" in one.id)
        found = [own.holder]
        while own.under:
            own = under[own.under[0]]
            found.insert(0, own.holder)
        return found

    assert way("w") == ["declaration", "filing_on_time", "A", "A1", "A1 征管科", "A1-0", "w"]
    assert way("z") == ["declaration", "filing_on_time", "A", "A2", "A2-0", "z"]


def test_forty_thousand_charges_on_five_levels_are_read_and_traced_within_five_seconds(bureau: Bureau) -> None:
    of = begun()
    codes = [f"B{at:04}" for at in range(1_900)]
    Unit.objects.bulk_create(Unit(code=code, name=code, parent_id="A", path=f"/P/A/{code}/") for code in codes)
    posts = [
        Post(code=f"{code}-{at}", unit_id=code, name="岗", department=f"{at}科") for code in codes for at in (1, 2)
    ]
    Post.objects.bulk_create(posts)
    Seat.objects.bulk_create(Seat(post=post, person=f"n{post.pk}", name="某") for post in posts)
    plan = ("filing_on_time", "filing_urged", "other_work")
    made = Assignment.objects.bulk_create(
        Assignment(cascade=of, unit_id=code, indicator=one, name=one, due=of.due, at=NOW)
        for code in codes
        for one in plan
    )
    Carrier.objects.bulk_create(
        Carrier(assignment=one, post_id=f"{one.unit_id}-{at}", part=part, share=share)
        for one in made for at, part, share in ((1, Part.LEAD, Decimal("0.6")), (2, Part.ASSIST, Decimal("0.4")))
    )  # fmt: skip
    before = time.process_time()
    nodes = list(charges(bureau.book(), of))
    found = traced_of(nodes)
    assert time.process_time() - before < 5
    assert len(nodes) == 2 + 3 + 3 + 3 * 1_900 * 7 > 39_000
    assert {one.level for one in nodes} == set(LEVELS)
    assert (found.lost, found.problems) == ((), ())
    assert set(found.task_of) == {one.id for one in nodes}
    assert {task: len(who) for task, who in found.persons.items()} == {"declaration": 3_800, ROUTINE: 3_800}
