"""From preview to publication: four persons, races, corrections by two persons, and the trail of it all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from steelyard.bureau.folder import Bureau
from steelyard.engine.problems import Refused
from steelyard.web.cycles.models import Notice, Run, Signature, Stage, Version
from steelyard.web.cycles.runs import making
from steelyard.web.cycles.runs.comparing import compared, folder_of
from steelyard.web.cycles.signing import act, proposal
from steelyard.web.dialogue.appealing import move
from steelyard.web.dialogue.models import Appeal
from steelyard.web.dialogue.models import Stage as AppealStage
from steelyard.web.jobs.asking import cancel
from steelyard.web.jobs.models import Job
from steelyard.web.pages.office.runs import _act
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from tests.bureau.four_branches import filings
from tests.bureau.small_bureau import ARRIVED
from tests.web.cycles.office import LATE, NOW, more, opened, ran, signed, who
from tests.web.databases import at_once
from tests.web.people import world


@pytest.fixture
def bureau(both: Any, tmp_path: Path) -> Any:  # noqa: ARG001  its tables
    before = settings.STEELYARD
    yield opened(tmp_path)
    settings.STEELYARD = before


def code_of(do: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        do()
    return refused.value.problems[0].code


def outcome(do: Callable[[], Any]) -> Callable[[], str]:
    """What came of it as a word, for acts that race."""

    def act_it() -> str:
        try:
            do()
            return "done"
        except Refused as refused:
            return refused.problems[0].code

    return act_it


def corrected(bureau: Bureau) -> Version:
    """A second run on newer data."""
    more(bureau, "filing_2.csv", filings({**LATE, "11": 4}), ARRIVED)
    return ran()


def test_four_persons_bring_a_run_to_publication(bureau: Bureau) -> None:
    version = ran()
    assert (version.stage, version.number) == (Stage.PREVIEW, None)
    version = signed(version)
    assert (version.stage, version.number, version.published_at) == (Stage.PUBLISHED, 1, NOW)
    assert [one.right for one in version.signatures.all()] == ["assessor", "office", "committee", "group"]
    assert [one.kind for one in Notice.objects.all()] == ["bulletin", "letter", "letter"], "two of four branches"
    assert Event.objects.filter(act__startswith="version.").count() == 4
    assert Job.objects.filter(kind="notices").count() == 1
    assert bureau.runs == folder_of(version.run).parent


def test_one_person_never_uses_two_rights_nor_one_that_is_not_his(bureau: Bureau) -> None:  # noqa: ARG001
    version = ran()
    two = who("assessor")
    assert code_of(lambda: act(version.pk, "check", by=who("office"), now=NOW)) == "move-over"
    assert code_of(lambda: act(version.pk, "score", by=who("office"), now=NOW)) == "move-right"
    signed(version, "score")
    assert two.account is not None
    world.grant(two.account, "office", world.unit("10"))
    again = type(two)(Account.objects.get(pk=two.account.pk), NOW.date())
    assert code_of(lambda: act(version.pk, "check", by=again, now=NOW)) == "sign-twice"
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(version=version, right="office", account=two.account, at=NOW)


def test_whoever_belongs_to_an_assessed_unit_stands_back(bureau: Bureau) -> None:  # noqa: ARG001
    version = ran()
    world.unit("10")
    branch = world.Unit.objects.create(code="13", name="三分局", parent_id="10", path="/10/13/")
    world.person("p13", branch)
    concerned = who("assessor", 9, person="p13")
    assert code_of(lambda: act(version.pk, "score", by=concerned, now=NOW)) == "sign-concerned"
    assert Version.objects.get(pk=version.pk).stage == Stage.PREVIEW


def test_what_is_sent_back_begins_anew_and_keeps_its_history(bureau: Bureau) -> None:  # noqa: ARG001
    version = signed(ran(), "score", "check")
    back = who("committee")
    assert code_of(lambda: act(version.pk, "return", by=back, now=NOW, reason=" ")) == "move-reason"
    version = act(version.pk, "return", by=back, now=NOW, reason="三分局数据待核")
    assert version.stage == Stage.PREVIEW
    assert version.signatures.filter(void_at=NOW).count() == 2
    version = signed(version)
    assert version.stage == Stage.PUBLISHED
    assert version.signatures.count() == 6
    assert Event.objects.get(act="version.return").detail["reason"] == "三分局数据待核"


def test_a_discarded_run_stays_listed_with_its_reason(bureau: Bureau) -> None:  # noqa: ARG001
    version = ran()
    act(version.pk, "discard", by=who("office"), now=NOW, reason="数据不全")
    assert Run.objects.get().discarded == "数据不全"
    assert code_of(lambda: signed(version, "score")) == "move-over"


def test_a_correction_names_the_old_version_the_reason_and_two_persons(bureau: Bureau) -> None:
    first = signed(ran())
    second = corrected(bureau)
    assert code_of(lambda: signed(second, "score")) == "correct-first"
    act(second.pk, "correct", by=who("office", 1), now=NOW, reason="一分局补报数据")
    assert code_of(lambda: signed(second, "score")) == "correct-first", "nobody has seconded it"
    second.refresh_from_db()
    second = act(second.pk, "second", by=who("assessor", 2), now=NOW, seen=proposal(second))
    second = signed(second, people={"office": 2})
    first.refresh_from_db()
    assert (first.stage, second.stage, second.number) == (Stage.REPLACED, Stage.PUBLISHED, 2)
    assert (second.replaces, second.reason) == (first, "一分局补报数据")
    assert second.proposed_by != second.seconded_by
    found = compared(second.run)
    assert found is not None
    assert (found.rules, found.before, found.published, found.fewer) == (False, first.run, True, False)
    assert found.batches is not None
    assert found.batches[0] == first.run.batch + 1
    assert next(one.unit for one in found.units if one.shifts) == "11"


def test_a_preview_of_older_data_says_which_batches_it_lacks(bureau: Bureau) -> None:
    old = ran()
    new = signed(corrected(bureau))
    found = compared(old.run)
    assert found is not None
    assert (found.before, found.published, found.fewer) == (new.run, True, True)
    assert found.batches == (old.run.batch + 1, new.run.batch)


def test_nothing_is_corrected_before_anything_is_published(bureau: Bureau) -> None:
    version = ran()
    assert code_of(lambda: act(version.pk, "correct", by=who("office"), now=NOW, reason="想改")) == "correct-nothing"
    signed(version)
    second = corrected(bureau)
    act(second.pk, "correct", by=who("office"), now=NOW, reason="补报")
    more(bureau, "filing_3.csv", filings({**LATE, "12": 4}), ARRIVED)
    third = ran()
    assert code_of(lambda: act(third.pk, "correct", by=who("office"), now=NOW, reason="再补")) == "correct-other"
    proposer = who("office")
    assert proposer.account is not None
    world.grant(proposer.account, "assessor", world.unit("10"))
    both_roles = type(proposer)(Account.objects.get(pk=proposer.account.pk), NOW.date())
    second.refresh_from_db()
    seen = proposal(second)
    assert code_of(lambda: act(second.pk, "second", by=both_roles, now=NOW, seen=seen)) == "second-self"


def test_whoever_seconds_a_correction_seconds_what_he_saw(bureau: Bureau) -> None:
    """While the page of the second person is open, another one proposes something else, or gives another reason."""
    signed(ran())
    second = corrected(bureau)
    assert proposal(second) == ""
    seen = proposal(act(second.pk, "correct", by=who("office"), now=NOW, reason="补报"))
    for number, reason in ((1, "改口径"), (2, "补报")):
        now_there = act(second.pk, "correct", by=who("office", number), now=NOW, reason=reason)
        for said in (seen, ""):
            late = partial(act, second.pk, "second", by=who("assessor"), now=NOW, seen=said)
            assert code_of(late) == "second-changed"
    assert Version.objects.get(pk=second.pk).seconded_by is None
    assert act(second.pk, "second", by=who("assessor"), now=NOW, seen=proposal(now_there)).seconded_by is not None


def test_two_who_sign_at_once_leave_one_signature(bureau: Bureau) -> None:  # noqa: ARG001
    version = ran()
    people = [who("assessor", number) for number in (1, 2)]
    found = at_once(*[outcome(lambda one=one: act(version.pk, "score", by=one, now=NOW)) for one in people])  # type: ignore[misc]
    assert sorted(found) == ["done", "move-over"]
    assert Signature.objects.count() == 1


def test_signed_and_discarded_at_once_is_one_of_them(bureau: Bureau) -> None:  # noqa: ARG001
    version = ran()
    assessor, office = who("assessor"), who("office")
    found = at_once(
        outcome(lambda: act(version.pk, "score", by=assessor, now=NOW)),
        outcome(lambda: act(version.pk, "discard", by=office, now=NOW, reason="作废")),
    )
    assert sorted(found) == ["done", "move-over"]
    version.refresh_from_db()
    assert (version.stage == Stage.WITHDRAWN) == (Signature.objects.count() == 0)


def test_two_publishers_publish_once(bureau: Bureau) -> None:  # noqa: ARG001
    version = signed(ran(), "score", "check", "rule")
    people = [who("group", number) for number in (1, 2)]
    found = at_once(*[outcome(lambda one=one: act(version.pk, "publish", by=one, now=NOW)) for one in people])  # type: ignore[misc]
    assert sorted(found) == ["done", "move-over"]
    assert Notice.objects.count() == 3


def test_nothing_is_published_while_it_is_run_again(bureau: Bureau) -> None:  # noqa: ARG001
    version = signed(ran(), "score", "check", "rule")
    office, group = who("office"), who("group")
    job = making.start("year", "2026", "none", by=office, now=NOW)
    assert code_of(lambda: making.start("year", "2026", "none", by=office, now=NOW)) == "run-going-on"
    assert code_of(lambda: act(version.pk, "publish", by=group, now=NOW)) == "publish-run"
    cancel(job.pk, by="office-1", now=NOW)
    found = at_once(
        outcome(lambda: act(version.pk, "publish", by=group, now=NOW)),
        outcome(lambda: making.start("year", "2026", "none", by=office, now=NOW)),
    )
    assert sorted(found) in (["done", "done"], ["done", "publish-run"])
    began, published = (Event.objects.filter(act=act).last() for act in ("job.ask", "version.publish"))
    assert began is not None
    assert published is None or published.number < began.number or began.detail["kind"] == "notices"


def test_what_was_altered_since_the_preview_is_not_published(bureau: Bureau) -> None:  # noqa: ARG001
    version = signed(ran(), "score", "check", "rule")
    path = folder_of(version.run) / "scores.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    assert code_of(lambda: act(version.pk, "publish", by=who("group"), now=NOW)) == "publish-altered"


def test_the_same_run_is_listed_once(bureau: Bureau) -> None:  # noqa: ARG001
    assert ran() == ran()
    assert Run.objects.count() == 1


def test_an_appeal_that_is_ruled_on_while_its_correction_is_published_is_settled_by_it(bureau: Bureau) -> None:
    """Whichever comes first: nobody waits for another publication."""
    first = signed(ran())
    second = corrected(bureau)
    act(second.pk, "correct", by=who("office", 1), now=NOW, reason="一分局补报数据")
    second.refresh_from_db()
    act(second.pk, "second", by=who("assessor", 2), now=NOW, seen=proposal(second))
    second = signed(second, "score", "check", "rule", people={"office": 2})
    about = world.Unit.objects.create(code="11", name="一分局", parent=world.unit("10"), path="/10/11/")
    group, judge = who("group"), who("committee", 2).account
    assert judge is not None
    appeal = Appeal.objects.create(
        plan=first.plan, period=first.period, version=first, unit=about, shown="1", claim="有误", due=NOW.date(),
        stage=AppealStage.CHECKED, digest=second.run.digest, filed_by=world.account("unit-11"), filed_at=NOW,
    )  # fmt: skip
    found = at_once(
        outcome(lambda: _act(second.pk, "publish", group, "")),
        outcome(lambda: move(appeal, "uphold", "成立", by=judge, now=NOW)),
    )
    appeal.refresh_from_db()
    assert found == ["done", "done"]
    assert (appeal.stage, appeal.corrected) == (AppealStage.DONE, second)
    assert [one.name for one in appeal.moves.all()] == ["uphold", "carry-out"]
