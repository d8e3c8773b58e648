"""What leaves somebody waiting tells him: for each act, who is told, of what, and that the page is open to him."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from steelyard.web.cascade.models import Assignment
from steelyard.web.cascade.models import State as Handed
from steelyard.web.cascade.telling import reminding as of_cascades
from steelyard.web.cycles import telling as of_versions
from steelyard.web.cycles.models import Stage
from steelyard.web.messages.counting import reminders
from steelyard.web.messages.models import Message
from steelyard.web.pages.messages.closing import opens
from steelyard.web.people.asking import Asker
from tests.web.cascade.handed import assignment
from tests.web.people.world import account, person, unit
from tests.web.promises import rows
from tests.web.promises.acts import over
from tests.web.promises.test_writes import _post, prepared
from tests.web.promises.test_writes import home as home

WAITING = {
    "assignment-return": ("assignment-returned", "office-p"),
    "assignment-insist": ("assignment-answered", "unit-a1"),
    "assignment-assign": ("assignment-answered", "unit-a1"),
    "assignment-withdraw": ("assignment-answered", "unit-a1"),
    "appeal-file": ("appeal-waits", "assessor-p"),
    "appeal-answer": ("appeal-waits", "office-p"),
    "appeal-check": ("appeal-waits", "committee-p"),
    "appeal-uphold": ("appeal-waits", "office-p"),
    "appeal-return": ("appeal-waits", "assessor-p"),
    "version-score": ("version-to-sign", "office-p"),
    "version-check": ("version-to-sign", "committee-p"),
    "version-rule": ("version-to-sign", "group-p"),
    "version-return": ("version-sent-back", "office-p"),
    "version-withhold": ("version-to-sign", "assessor-p"),
    "making-consult": ("plan-consulted", "unit-a1"),
    "making-submit": ("plan-waits", "group-p"),
    "making-sign": ("plan-waits", "office-p"),
    "making-return": ("plan-waits", "office-p"),
    "making-issue": ("plan-issued", "unit-a1"),
}
TOLD = {"appeal-answer", "appeal-check", "appeal-uphold", "appeal-reject"}
"""What whoever appealed hears of."""


@pytest.fixture
def people(db: None) -> None:  # noqa: ARG001  tables must be there
    for role in ("office", "assessor", "committee", "group"):
        over(role)
    for role, at in (("unit", "A1"), ("unit", "B1"), ("leader", "A1")):
        over(role, at)


def open_to(one: Message) -> bool:
    return opens(Asker(one.account, timezone.localdate()), one.address)


@pytest.mark.usefixtures("people", "home")
@pytest.mark.parametrize("name", WAITING)
def test_whoever_has_to_go_on_is_told(name: str) -> None:
    kind, who = WAITING[name]
    made, address = prepared(name)
    Message.objects.all().delete()
    answer = _post(made.client(), made, address)
    assert answer.status_code == 302, answer.content.decode()[:900]
    told = list(Message.objects.select_related("account"))
    assert (kind, who) in {(one.kind, one.account.username) for one in told}
    assert [one.address for one in told if one.account != rows.maker() and not open_to(one)] == []
    assert made.by is not None
    assert made.by.username not in {one.account.username for one in told}, "nobody is told what he did himself"
    assert "unit-b1" not in {one.account.username for one in told if not name.startswith("making")}


@pytest.mark.usefixtures("people", "home")
@pytest.mark.parametrize("name", sorted(TOLD))
def test_whoever_appealed_hears_what_became_of_it(name: str) -> None:
    made, address = prepared(name)
    _post(made.client(), made, address)
    told = {one.account.username: one.address for one in Message.objects.filter(kind="appeal-told")}
    assert told == dict.fromkeys((rows.maker().username, "unit-a1"), address.rpartition("/")[0] + "/")


@pytest.mark.usefixtures("people", "home")
def test_units_and_officers_hear_once_that_their_results_are_published() -> None:
    version = rows.versions()[Stage.PUBLISHED]
    person("n-A1", unit("A1"))
    person("n-nowhere", unit("A1"))
    own, other = account("li", person="n-A1"), account("wang", person="n-nowhere")
    before = of_versions.published(version, timezone.now())
    assert of_versions.published(version, timezone.now()) == before
    told = {one.account.username: one for one in Message.objects.filter(kind="published")}
    assert set(told) == {"unit-a1", "unit-b1", own.username}
    assert other.username not in told
    assert told["unit-a1"].address == f"/results/{version.pk}/units/A1/"
    assert told[own.username].address == f"/results/{version.pk}/people/n-A1/"
    assert of_versions.published(rows.versions()[Stage.PREVIEW], timezone.now()) == 0


@pytest.mark.usefixtures("people", "home")
@pytest.mark.parametrize(("days", "kind"), [(2, "assignments-due"), (-1, "assignments-late"), (3, "")])
def test_units_hear_of_the_last_day_before_it_and_after_it_once(days: int, kind: str) -> None:
    one, today, now = assignment(Handed.PROPOSED, "A1"), timezone.localdate(), timezone.now()
    Assignment.objects.filter(pk=one.pk).update(due=today + timedelta(days=days))
    for _ in range(2):
        of_cascades.reminded(today, now)
    found = [(told.kind, told.account.username, told.urgent) for told in Message.objects.all()]
    assert found == ([(kind, "unit-a1", True)] if kind else [])
    assert reminders(today, today) == (1 if kind == "assignments-due" else 0)


def test_the_routine_looks_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []
    monkeypatch.setattr(of_cascades, "reminded", lambda today, _: looked.append(today))
    monkeypatch.setattr(of_cascades, "_REMINDED", {})
    now = timezone.now()
    for at in (now, now + timedelta(seconds=20), now + timedelta(days=1)):
        of_cascades.remind(at)
    assert len(looked) == 2
