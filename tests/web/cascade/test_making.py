"""Handing a plan down: who is proposed and why, what a new proposal changes, what stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.engine.problems import Refused
from steelyard.web.cascade import making, tracing
from steelyard.web.cascade.answering import Said, confirm, move
from steelyard.web.cascade.models import Assignment, Cascade, Cause, Post, Seat, State
from steelyard.web.cascade.proposing import shares
from steelyard.web.jobs.claiming import LEASE, claim
from steelyard.web.jobs.doing import perform
from steelyard.web.jobs.models import Job
from steelyard.web.library.models import Edition
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Unit
from steelyard.web.trail.models import Event
from tests.bureau.small_bureau import load
from tests.web.cascade.handed import shares as carried
from tests.web.cascade.small import DAY, RULES, begun, handed_down, office, one, work
from tests.web.people.world import NOW, unit, with_role


@pytest.mark.usefixtures("bureau")
def test_every_indicator_of_a_unit_goes_to_the_posts_whose_duty_says_so() -> None:
    handed_down()
    assert Assignment.objects.count() == 6
    found = one()
    assert carried(found) == {"A1-0": ("lead", "0.6"), "A1-1": ("assist", "0.4")}
    assert found.carriers.get(part="lead").cause.does.startswith("按户提醒")
    assert carried(one("filing_urged")) == {"A1-0": ("lead", "1")}
    assert carried(one("other_work")) == {"A1-1": ("lead", "1")}, "no duty matches, so the head carries it"
    assert one("other_work").carriers.get().cause is None
    assert set(Seat.objects.values_list("post", "person")) == {
        ("A1-0", "w"),
        ("A1-1", "l"),
        ("A2-0", "z"),
        ("A2-1", "c"),
    }


def test_posts_bring_their_departments_and_a_post_that_changes_department_is_not_proposed_anew(bureau: Bureau) -> None:
    of = handed_down()
    assert {str(one) for one in Post.objects.all()} == {
        "征管科 税源管理岗", "局领导 分局长岗", "税源管理岗", "分局长岗"
    }  # fmt: skip
    later = {"posts2.csv": "岗位,机关,名称,职责,部门\nA1-0,A1,税源管理岗,税源管理职责,税源科"}
    load(bureau, later, datetime(2026, 6, 30, 9, 0))
    work(making.look(of.pk, by=Asker(office(), DAY), now=NOW))
    of.refresh_from_db()
    assert {kind: count for kind, count in of.looked["counts"].items() if count} == {"kept": 6}
    assert Post.objects.get(pk="A1-0").department == "税源科"


@pytest.mark.usefixtures("bureau")
def test_without_a_head_what_no_duty_matches_is_for_the_unit_to_name() -> None:
    of = handed_down(begun(heads=()))
    found = one("other_work")
    assert carried(found) == {}
    chief = with_role("unit", "A1")
    with pytest.raises(Refused) as refused:
        confirm(of.pk, unit("A1"), {found.pk: found.version}, by=chief, now=NOW)
    assert refused.value.problems[0].code == "assignment-nobody"


def test_shares_are_exactly_one_whatever_the_number_of_posts() -> None:
    for posts, lead in product(range(1, 40), ("0.6", "0.999999")):
        found = shares(posts, Decimal(lead))
        assert sum(found) == 1
        assert min(found) > 0
    assert shares(4, Decimal("0.6")) == [Decimal("0.600001"), *[Decimal("0.133333")] * 3]


@pytest.mark.usefixtures("bureau")
def test_nothing_is_proposed_that_was_not_looked_at() -> None:
    of, who = begun(), Asker(office(), DAY)
    with pytest.raises(Refused) as refused:
        making.propose(of.pk, by=who, now=NOW)
    assert refused.value.problems[0].code == "cascade-unseen"
    work(making.look(of.pk, by=who, now=NOW))
    of.refresh_from_db()
    assert (of.looked["counts"]["new"], Assignment.objects.count()) == (6, 0)


def test_a_proposal_of_something_else_than_was_looked_at_is_refused(bureau: Bureau) -> None:
    of, who = begun(), Asker(office(), DAY)
    work(making.look(of.pk, by=who, now=NOW))
    rules = bureau.root / "rules/rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("filing_urged, other_work]}]", "other_work]}]"), "utf-8")
    job = work(making.propose(of.pk, by=who, now=NOW))
    assert (job.state, job.problems[0]["code"]) == ("failed", "cascade-otherwise")
    assert Assignment.objects.count() == 0


def test_long_names_of_plans_units_and_items_of_duties_have_room(bureau: Bureau) -> None:
    """PostgreSQL keeps no letter more than a column has room for, where SQLite keeps all."""
    rules = bureau.root / "rules/rules.yaml"
    long = {"name: 分局方案": f"name: {'案' * 200}", "item: filing": f"item: {'管' * 150}"}
    text = rules.read_text("utf-8")
    for short, full in long.items():
        text = text.replace(short, full)
    rules.write_text(text, "utf-8")
    Unit.objects.filter(pk="A").update(name="市" * 200)
    wanted = making.Wanted("all", DAY + timedelta(days=9), Decimal("0.6"), (), "A")
    of = handed_down(making.begin(wanted, by=office(), now=NOW))
    of.clean_fields(exclude=("heads", "looked", "traced", "proposed_at", "day", "job"))
    causes = list(Cause.objects.all())
    assert 150 in {len(cause.item) for cause in causes}
    for cause in causes:
        cause.clean_fields(exclude=("clauses", "words", "basis"))


def test_a_post_whose_name_has_no_room_is_told_and_nothing_is_handed_down(bureau: Bureau) -> None:
    later = {"posts2.csv": f"岗位,机关,名称,职责,部门\nA1-0,A1,{'岗' * 201},税源管理职责,税源科"}
    load(bureau, later, datetime(2026, 6, 30, 9, 0))
    job = work(making.look(begun().pk, by=Asker(office(), DAY), now=NOW))
    assert (job.state, [one["code"] for one in job.problems]) == ("failed", ["register-long"])
    assert "A1-0" in job.problems[0]["zh"]


def test_proposing_again_keeps_what_was_confirmed_and_takes_back_what_left_the_plan(bureau: Bureau) -> None:
    of = handed_down()
    chief = with_role("unit", "A1")
    confirm(of.pk, unit("A1"), {one().pk: 1}, by=chief, now=NOW)
    rules = bureau.root / "rules/rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("filing_urged, other_work]}]", "other_work]}]"), "utf-8")
    handed_down(of)
    assert (one().state, one().version) == (State.CONFIRMED, 2)
    assert {one("filing_urged", at).state for at in ("A1", "A2")} == {State.WITHDRAWN}
    assert one("other_work").version == 1
    counts = Event.objects.filter(act="cascade.propose").order_by("-number")[0].detail
    assert (counts["gone"], counts["new"], counts["kept"]) == (2, 0, 4)


def test_a_confirmed_one_whose_post_is_gone_is_to_be_confirmed_again(bureau: Bureau) -> None:
    of = handed_down()
    confirm(of.pk, unit("A1"), {one().pk: 1}, by=with_role("unit", "A1"), now=NOW)
    load(
        bureau,
        {"posts2.csv": "岗位,机关,名称,职责,部门\nA1-0,A2,税源管理岗,税源管理职责,"},
        datetime(2026, 6, 30, 9, 0),
    )
    handed_down(of)
    again = one()
    assert (again.state, carried(again)) == (State.PROPOSED, {"A1-1": ("lead", "1")})
    assert again.to_carry, "the record has to hear that the first posts carry it no longer"
    assert again.carriers.filter(until__isnull=False).count() == 2


@pytest.mark.usefixtures("bureau")
def test_what_was_named_by_hand_or_withdrawn_for_good_is_not_proposed_away() -> None:
    of, chief = handed_down(), with_role("unit", "A1")
    move(one().pk, "return", 1, Said("不属于本局职责"), by=chief, now=NOW)
    move(one().pk, "withdraw", 2, Said("同意"), by=office(), now=NOW)
    handed_down(of)
    assert one().state == State.WITHDRAWN


@pytest.mark.usefixtures("bureau")
def test_a_plan_is_handed_down_once() -> None:
    begun()
    with pytest.raises(Refused) as refused:
        begun()
    assert refused.value.problems[0].code == "cascade-there"


@pytest.mark.usefixtures("bureau")
def test_what_makes_no_sense_is_refused_before_anything_begins() -> None:
    good = making.Wanted("all", DAY, Decimal("0.6"), ())
    for wanted, code in (
        (replace(good, plan="nowhere"), "cascade-plan"),
        (replace(good, due=DAY - timedelta(days=1)), "cascade-due"),
        (replace(good, lead_share=Decimal(1)), "cascade-share"),
        (replace(good, lead_share=Decimal("0.1234567")), "cascade-share"),
        (replace(good, heads=("没有的职责",)), "cascade-duty"),
    ):
        with pytest.raises(Refused) as refused:
            making.begin(wanted, by=office(), now=NOW)
        assert [one.code for one in refused.value.problems] == [code]


@pytest.mark.usefixtures("bureau")
def test_one_job_at_a_time_is_at_work_on_a_cascade() -> None:
    of, who = begun(), Asker(office(), DAY)
    making.look(of.pk, by=who, now=NOW)
    with pytest.raises(Refused) as refused:
        making.look(of.pk, by=who, now=NOW)
    assert refused.value.problems[0].code == "cascade-busy"


@pytest.mark.usefixtures("bureau")
def test_one_part_of_the_bureau_goes_first_and_no_unit_is_handed_a_plan_twice() -> None:
    first = making.Wanted("all", DAY, Decimal("0.6"), (), "A1")
    handed_down(making.begin(first, by=office(), now=NOW))
    assert {one.unit_id for one in Assignment.objects.all()} == {"A1"}
    for within in ("", "A", "A1"):
        with pytest.raises(Refused) as refused:
            making.begin(replace(first, within=within), by=office(), now=NOW)
        assert [one.code for one in refused.value.problems] == ["cascade-there"]
    with pytest.raises(Refused) as nowhere:
        making.begin(replace(first, within="X"), by=office(), now=NOW)
    assert [one.code for one in nowhere.value.problems] == ["cascade-within"]
    assert making.begin(replace(first, within="A2"), by=office(), now=NOW).name == "分局方案（甲市二县税务局）"


def test_a_campaign_beside_the_plan_of_the_year_is_not_handed_down_a_second_time(bureau: Bureau) -> None:
    """Its indicators are confirmed with those of the plan; two confirmations of one indicator contradict each other."""
    text = RULES[RULES.index("plan: all") : RULES.index("---\ndocument:")]
    star = (
        text.replace("plan: all", "plan: star")
        .replace("分局方案", "争先")
        .replace("filing_urged, other_work", "other_work")
    )
    (bureau.root / "rules" / "star.yaml").write_text(star, "utf-8")
    handed_down()
    wanted = making.Wanted("star", DAY + timedelta(days=9), Decimal("0.6"), ())
    with pytest.raises(Refused) as refused:
        making.begin(wanted, by=office(), now=NOW)
    assert [one.code for one in refused.value.problems] == ["cascade-shared"]
    assert "按期申报率、其他" in refused.value.problems[0].text("zh")


@pytest.mark.parametrize(("busy", "ask", "told"), [
    ((making, "difference"), making.propose, lambda of: of.edition),
    ((tracing, "traced"), tracing.trace, lambda of: of.traced["edition"]),
])  # fmt: skip
@pytest.mark.usefixtures("bureau")
def test_the_page_names_the_rules_that_were_read_not_those_adopted_meanwhile(
    monkeypatch: pytest.MonkeyPatch, busy: tuple[Any, str], ask: Callable[..., Job], told: Callable[[Cascade], int]
) -> None:
    of = begun()
    work(making.look(of.pk, by=Asker(office(), DAY), now=NOW))
    done = getattr(*busy)

    def adopted_meanwhile(*given: Any) -> Any:
        Edition.hold().turn()
        return done(*given)

    monkeypatch.setattr(*busy, adopted_meanwhile)
    assert work(ask(of.pk, by=Asker(office(), DAY), now=NOW)).state == "done"
    of.refresh_from_db()
    assert (told(of), Edition.objects.get().number) == (0, 1)


class _Killed(BaseException):
    """As an end of the process: nobody catches it, nothing is told."""


def _interrupted(of: Cascade, patched: pytest.MonkeyPatch) -> Job:
    """The job after the process that did it was killed behind the first unit, taken over by another worker."""
    written, write = list[str](), making._write

    def dying(this: Any, causes: Any, part: Any, now: datetime) -> None:
        if written:
            raise _Killed
        written.append(part[0][1][0])
        write(this, causes, part, now)

    job = making.propose(of.pk, by=Asker(office(), DAY), now=NOW)
    patched.setattr(making, "UNITS", 1)
    with patched.context() as mortal:
        mortal.setattr(making, "_write", dying)
        with pytest.raises(_Killed):
            work(job)
    again = claim("another", NOW + 2 * LEASE)
    assert again is not None
    assert (again.pk, again.attempts) == (job.pk, 2)
    return again


def _performed(job: Job) -> Job:
    perform(job.pk, job.attempts)
    job.refresh_from_db()
    return job


@pytest.mark.usefixtures("bureau")
def test_whoever_takes_over_from_a_worker_that_died_hands_down_the_rest_of_what_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of = begun()
    work(making.look(of.pk, by=Asker(office(), DAY), now=NOW))
    again = _interrupted(of, monkeypatch)
    assert Assignment.objects.count() == 3, "one unit of two"
    done = _performed(again)
    assert (done.state, done.came_to["new"]) == ("done", 6), done.problems
    assert Assignment.objects.count() == 6
    of.refresh_from_db()
    assert (of.proposed_at is not None, of.looked) == (True, None)


def test_the_rest_that_has_changed_since_is_left_and_what_was_handed_down_is_not_denied(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = begun()
    work(making.look(of.pk, by=Asker(office(), DAY), now=NOW))
    again = _interrupted(of, monkeypatch)
    rules = bureau.root / "rules/rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("filing_urged, other_work]}]", "other_work]}]"), "utf-8")
    done = _performed(again)
    assert (done.state, done.problems[0]["code"]) == ("failed", "cascade-rest-otherwise")
    assert "仍然有效" in done.problems[0]["zh"]
    assert Assignment.objects.count() == 3


@pytest.mark.usefixtures("bureau")
def test_a_worker_that_died_when_everything_was_handed_down_is_not_told_as_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of, hand_down = begun(), making.hand_down
    work(making.look(of.pk, by=Asker(office(), DAY), now=NOW))
    job = making.propose(of.pk, by=Asker(office(), DAY), now=NOW)

    def dying(*given: Any) -> Any:
        hand_down(*given)
        raise _Killed

    with monkeypatch.context() as mortal:
        mortal.setattr(making, "hand_down", dying)
        with pytest.raises(_Killed):
            work(job)
    again = claim("another", NOW + 2 * LEASE)
    assert again is not None
    assert _performed(again).state == "done"
    assert Assignment.objects.count() == 6
