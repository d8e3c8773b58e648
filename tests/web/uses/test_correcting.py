"""A correction lists by itself every use whose numbers changed, asks whoever logged it, and is answered once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from steelyard.engine.problems import Refused
from steelyard.web.cycles.models import Stage
from steelyard.web.cycles.signing import act, proposal
from steelyard.web.jobs.models import Job
from steelyard.web.pages.office.runs import _act
from steelyard.web.pages.uses.waiting import of_uses
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import policy
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from steelyard.web.uses import moves
from steelyard.web.uses.answering import move
from steelyard.web.uses.correcting import check_again, unchecked
from steelyard.web.uses.models import Difference, Kind, State, Use
from steelyard.web.uses.shown import of_name
from tests.bureau.four_branches import filings
from tests.bureau.small_bureau import ARRIVED
from tests.web.cycles import office as cycles
from tests.web.people.world import account, grant, unit
from tests.web.uses.office import NOW, PURPOSES, office, used, version, work


def fresh(use: Use) -> Use:
    return Use.objects.get(pk=use.pk)


def told(use: Use) -> list[tuple[str, str, str, int | None, int | None]]:
    rows = Difference.objects.filter(review=use.reviews.last()).select_related("named")
    return [(one.named.code, one.total_before, one.total, one.place_before, one.place) for one in rows]


def answered(use: Use, name: str, reason: str = "差距不影响原决定", by: Account | None = None) -> Use:
    last = use.reviews.order_by("pk").last()
    return move(use.pk, name, reason, by=by or office(), now=NOW, review=last.pk if last else 0)


def test_a_correction_lists_whose_numbers_changed_and_how_many_did_not(home: Path) -> None:
    del home
    first = version({"a": "95", "b": "90", "c": "80", "d": "70"})
    use, other = used(first, "a", "b", "c"), used(first, "a", key="k2")
    version({"a": "95", "b": "79", "c": "80", "d": "70"}, corrects=first)
    job = work()
    assert job is not None
    assert job.came_to == {"uses": 2, "due": 1}
    assert fresh(use).state == State.DUE
    assert told(use) == [("b", "90", "79", 2, 3), ("c", "80", "80", 3, 2)]
    assert (use.reviews.get().changed, use.reviews.get().same) == (2, 1)
    assert (fresh(other).state, other.reviews.get().changed, other.reviews.get().same) == (State.STANDING, 0, 1)
    assert [one.move for one in other.steps.all()] == ["same"], "that nothing changed is said"
    events = Event.objects.filter(act__in=["use-corrected", "use-same"]).order_by("number")
    assert [(one.act, one.detail["changed"]) for one in events] == [("use-corrected", 2), ("use-same", 0)]


def test_whoever_logged_it_is_told_and_answers_with_a_reason(home: Path) -> None:
    del home
    first = version({"a": "95", "b": "90"})
    use = used(first)
    second = version({"a": "80", "b": "90"}, corrects=first)
    work()
    who = Asker(office(), NOW.date())
    (waits,) = of_uses(who)
    assert (waits.url, waits.mood) == (f"/use/{use.pk}/", "bad")
    assert "2" in waits.words.zh
    with pytest.raises(Refused) as refused:
        answered(use, "keep", "")
    assert refused.value.problems[0].code == "use-reason"
    answered(use, "revise", "撤回任命建议，重新研究")
    assert (fresh(use).state, fresh(use).settled) == (State.REVISED, second)
    assert list(of_uses(who)) == []
    with pytest.raises(Refused) as refused:
        answered(use, "keep")
    assert refused.value.problems[0].code == "use-over", "once answered, it is answered"
    (own, *_) = of_name(Kind.PERSONS, "a", second)
    assert own.answer is not None
    assert (own.answer.reason, [one.total for one in own.differences]) == ("撤回任命建议，重新研究", ["80"])


def test_more_corrections_than_the_home_page_shows_are_counted_and_lead_to_the_register(home: Path) -> None:
    del home
    first = version({"a": "95", "b": "90"})
    for key in range(7):
        used(first, "a", key=f"k{key}")
    version({"a": "80", "b": "90"}, corrects=first)
    work()
    *shown, rest = of_uses(Asker(office(), NOW.date()))
    assert (len(shown), rest.words.en, rest.url) == (5, "2 more uses to be answered", "/uses?state=due")


def test_an_office_that_may_not_see_persons_is_not_asked_about_a_use_of_their_numbers(home: Path) -> None:
    del home
    first = version({"a": "95", "b": "90"})
    used(first)
    version({"a": "80", "b": "90"}, corrects=first)
    work()
    low = account("low", clearance=2)
    grant(low, "office", unit("P"))
    assert list(of_uses(Asker(low, NOW.date()))) == []
    assert list(of_uses(Asker(office(), NOW.date()))) != []


def test_an_answer_is_not_told_to_whose_numbers_did_not_change(home: Path) -> None:
    del home
    first = version({"a": "95", "b": "90", "c": "50"})
    use = used(first, "a", "c")
    second = version({"a": "94", "b": "90", "c": "50"}, corrects=first)
    work()
    answered(use, "keep", "甲同志仍居首位")
    assert [one.answer for one in of_name(Kind.PERSONS, "c", second)] == [None]


def test_numbers_that_come_back_before_anybody_answered_need_no_answer(home_of_both: Path) -> None:
    del home_of_both
    first = version({"a": "95", "b": "90"})
    use = used(first, "a")
    second = version({"a": "93", "b": "90"}, corrects=first)
    work()
    seen = use.reviews.get().pk
    third = version({"a": "95", "b": "90"}, corrects=second)
    work()
    assert (fresh(use).state, fresh(use).settled) == (State.STANDING, third)
    assert [one.move for one in use.steps.all()] == ["corrected", "back"]
    with pytest.raises(Refused):
        move(use.pk, "keep", "照旧", by=office(), now=NOW, review=seen)


def test_an_answer_to_a_correction_that_was_overtaken_is_refused(home: Path) -> None:
    del home
    first = version({"a": "95", "b": "90"})
    use = used(first, "a")
    second = version({"a": "93", "b": "90"}, corrects=first)
    work()
    seen = use.reviews.get().pk
    version({"a": "92", "b": "90"}, corrects=second)
    work()
    assert told(use) == [("a", "95", "92", 1, 1)], "against what was used, which nobody has answered for yet"
    with pytest.raises(Refused) as refused:
        move(use.pk, "keep", "照旧", by=office(), now=NOW, review=seen)
    assert refused.value.problems[0].code == "use-corrected-again"


def test_what_was_kept_is_compared_with_what_it_was_kept_for(home: Path) -> None:
    del home
    first = version({"a": "95", "b": "90"})
    use = used(first, "a")
    second = version({"a": "93", "b": "90"}, corrects=first)
    work()
    answered(use, "keep")
    third = version({"a": "93", "b": "91"}, corrects=second)
    work()
    assert (fresh(use).state, fresh(use).settled) == (State.KEPT, third), "for him nothing changed since"
    version({"a": "80", "b": "91"}, corrects=third)
    work()
    assert (fresh(use).state, told(use)) == (State.DUE, [("a", "93", "80", 1, 2)])


def test_whoever_is_no_longer_assessed_is_listed_as_gone(home: Path) -> None:
    del home
    first = version({"a": "95", "b": "90"})
    use = used(first, "b")
    version({"a": "95"}, corrects=first)
    work()
    gone = Difference.objects.get()
    assert (gone.gone, gone.total_before, gone.total, fresh(use).state) == (True, "90", "", State.DUE)


def test_a_cancelled_use_hears_of_no_correction(home: Path) -> None:
    del home
    first = version({"a": "95", "b": "90"})
    use = used(first, "a")
    move(use.pk, "cancel", "登记错了", by=office(), now=NOW)
    version({"a": "80", "b": "90"}, corrects=first)
    assert not Job.objects.exists()
    assert not use.reviews.exists()


def test_nobody_answers_for_his_own_numbers(home: Path) -> None:
    del home
    himself = account("office-a", person="a")
    grant(himself, "office", unit("P"))
    first = version({"a": "95", "b": "90"})
    use = used(first, "a")
    version({"a": "80", "b": "90"}, corrects=first)
    work()
    deputy = account("office-deputy")
    grant(deputy, "office", unit("P"), delegated_from=himself.grants.get(), given_by=himself)
    for one in (himself, deputy):
        with pytest.raises(Refused) as refused:
            answered(use, "keep", by=one)
        assert refused.value.problems[0].code == "use-oneself"
        with pytest.raises(Refused) as refused:
            move(use.pk, "cancel", "不算了", by=one, now=NOW)
        assert refused.value.problems[0].code == "use-oneself"
    answered(use, "keep")


def test_what_a_failed_job_left_is_checked_again_by_hand(home: Path) -> None:
    del home
    first = version({"a": "95", "b": "90"})
    use, who = used(first, "a"), Asker(office(), NOW.date())
    version({"a": "80", "b": "90"}, corrects=first)
    with pytest.raises(Refused) as refused:
        check_again(by=who, now=NOW)
    assert refused.value.problems[0].code == "uses-checked", "a job is on its way"
    Job.objects.update(state="failed")
    assert list(unchecked()) == [use]
    check_again(by=who, now=NOW)
    work()
    assert (fresh(use).state, list(unchecked())) == (State.DUE, [])


def test_publishing_a_correction_of_a_bureau_finds_the_units_that_moved(both: Any, tmp_path: Path) -> None:
    """The whole way: runs of a bureau, four signatures, a correction by two persons, and its job."""
    del both
    before = settings.STEELYARD
    bureau = cycles.opened(tmp_path)
    (bureau.root / "uses.yaml").write_text(PURPOSES, "utf-8")
    first = cycles.signed(cycles.ran())
    use = used(first, "11", "13", kind="units", on=cycles.NOW.date(), by=office())
    cycles.more(bureau, "filing_2.csv", filings({**cycles.LATE, "11": 4}), ARRIVED)
    second = cycles.ran()
    act(second.pk, "correct", by=cycles.who("office", 1), now=cycles.NOW, reason="补报")
    second.refresh_from_db()
    act(second.pk, "second", by=cycles.who("assessor", 2), now=cycles.NOW, seen=proposal(second))
    cycles.signed(second, "score", "check", "rule", people={"office": 2})
    _act(second.pk, "publish", cycles.who("group"), "")
    while cycles.work().kind != "uses":
        pass
    settings.STEELYARD = before
    second.refresh_from_db()
    assert (second.stage, fresh(use).state) == (Stage.PUBLISHED, State.DUE)
    assert "11" in [one[0] for one in told(use)]
    assert use.reviews.get().changed + use.reviews.get().same == 2


def test_the_policy_says_what_the_table_of_moves_says() -> None:
    for address, allow in moves.allowed().items():
        entry = {one.role: {one.relation: sorted(one.states)} for one in policy()[address].allowances}
        assert entry == {role: {rel: sorted(states) for rel, states in each.items()} for role, each in allow.items()}
    assert set(moves.allowed()) == {name for name in policy() if name in ("use-keep", "use-revise", "use-cancel")}
