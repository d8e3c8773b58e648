"""Every secret carries a mark; every role asks every address; no mark that the policy does not give it ever comes back:
not on a page, in a file, as a suggestion, in an error, nor in a line of the log."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from steelyard.web.api.interface import api
from steelyard.web.cycles.models import Stage
from steelyard.web.dialogue.models import Appeal, Evidence
from steelyard.web.jobs.models import Job
from steelyard.web.people.models import Account
from steelyard.web.people.tokens import Wanted, issue
from steelyard.web.tasks.models import Evidence as TaskEvidence
from steelyard.web.watch.models import Alert
from tests.web.people.targets import TARGETS, Aimed
from tests.web.people.test_matrix import Actor, actors, allowed, comes
from tests.web.people.world import unit, with_role
from tests.web.promises import rows
from tests.web.promises.aimed import OWN_INDICATOR
from tests.web.promises.bureau import behind, mark
from tests.web.promises.known import known
from tests.web.promises.secrets import Secret, nobody_s, planted, text_of
from tests.web.promises.test_writes import ADDRESSES

MARK = re.compile("zq[0-9a-f]{12}")
PLACES = ("P", "A1", "B1")
READABLE = sorted(name for name, found in ADDRESSES.items() if found is None or "GET" in found)
QUERIES = {
    "search": ("?q=zq", "?q=zq&suggest=1", "?q=n-", "?q=局"), "ranking": ("", "?class=分局", "?by=consistency"),
    "indicator": ("", "?class=分局"), "whole": ("", "?at=A", "?at=B1"), "accounts": ("", "?q=zq"),
    "compare": ("", "?a=A1&b=B1", "?a=A1&b=A2", "?a=B1&b=B2"), "compare-file": ("?a=A1&b=B1", "?a=A1&b=A2"),
    "notices": ("", "?q=zq"), "trail-export": ("", "?as=jsonl"), "appeals": ("", "?stage=filed"),
    "job": ("", "?part=1"), "deliveries": ("", "?state=refused"), "organisation": ("", "?q=zq"),
    "batches": ("", "?rejected=1"), "grants": ("", "?q=zq"), "go": ("?to=B1",),
}  # fmt: skip
"""What addresses are asked with, besides nothing."""
EYES = (Actor("office", "P"), Actor("unit", "A1"), Actor("unit", "B1"), *map(Actor, ("security", "records", "system")))
"""Who together see every secret."""


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    behind(settings, tmp_path).open()
    return tmp_path


def others() -> Iterator[tuple[str, dict[str, Any]]]:
    """Addresses of things of B1, of which the targets of the matrix make none: they are of A1."""
    names = ("portrait", "unit-indicators-file", "explanation", "rows", "dialogue", "proof-file")
    for name, stage in product(names, Stage):
        given = {"version": rows.versions()[stage].pk, "code": "B1"}
        yield name, given if name in ("portrait", "unit-indicators-file") else {**given, "indicator": rows.INDICATOR}
    for code in ("A2", "B2"):  # whose rows are in no other's
        yield "rows", {"version": rows.versions()[Stage.PUBLISHED].pk, "code": code, "indicator": rows.INDICATOR}
    for person in ("n-B1", "n-A11"):
        whose = {"version": rows.versions()[Stage.PUBLISHED].pk, "person": person}
        yield from (("person", whose), ("person-own", {**whose, "indicator": OWN_INDICATOR}))
        yield "personal-plan", {"person": person}
    for shown in TaskEvidence.objects.all():
        yield from (("task", {"pk": shown.task_id}), ("task-evidence", {"pk": shown.task_id, "number": shown.pk}))
    for name, model in (
        ("evidence-file", Evidence),
        ("appeal", Appeal),
        ("account", Account),
        ("job", Job),
        ("alert", Alert),
    ):
        yield from ((name, {"number" if name == "account" else "pk": one.pk}) for one in model.objects.all())


def asked() -> list[str]:
    """Every readable address with everything that it can be asked for."""
    found = []
    for name in READABLE:
        for aimed in TARGETS[name]() if name in TARGETS else [Aimed()]:
            here = reverse(name, kwargs=dict(aimed.arguments))
            found += [here + query for query in QUERIES.get(name, ("",))]
    return [*found, *(reverse(name, kwargs=given) for name, given in others())]


def given(secrets: list[Secret], actor: Actor, place: str, home: str) -> set[str]:
    """Marks that the policy gives an actor, as the matrix reads it; and what belongs to himself."""
    found = {
        secret.text
        for secret in secrets
        for name, target in secret.by
        if allowed(name, actor.role, place, actor.person, home, Aimed(target=target))
    }
    own = {mark("unit", code) for path in (place, home) for code in path.split("/") if code}
    return found | own | ({mark("person", "A1")} if actor.person == "n-A1" else set())


ASKING: dict[str, list[Actor]] = {}
for _actor in actors(PLACES):
    ASKING.setdefault(_actor.role, []).append(_actor)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ASKING)
def test_nobody_is_shown_anything_that_the_policy_does_not_give_him(
    role: str, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    del home
    caplog.set_level(logging.DEBUG)
    secrets, addresses, leaks = planted(), asked(), list[str]()
    for actor in ASKING[role]:
        caplog.clear()
        with transaction.atomic(), known():
            leaks += leaked(actor, addresses, secrets)
            transaction.set_rollback(True)
        leaks += [f"{actor.label}: {one} in the log" for one in MARK.findall(caplog.text)]
    assert leaks == []


def leaked(actor: Actor, addresses: list[str], secrets: list[Secret]) -> Iterator[str]:
    """What an actor is shown, one address after the other, that the policy does not give him."""
    client, place, own = comes(actor)
    client.cookies["django_language"] = "en" if len(actor.label) % 2 else "zh-hans"
    may, names, never = given(secrets, actor, place, own), {one.text: one.what for one in secrets}, nobody_s()
    for address in addresses:
        with transaction.atomic():
            answer = client.get(address)
            text = text_of(answer)
            transaction.set_rollback(True)
        found = set(MARK.findall(text)) - may
        yield from (f"{actor.label} {address} {answer.status_code}: {names.get(one, one)}" for one in sorted(found))
        yield from (f"{actor.label} {address}: {one[:12]}..." for one in never if one in text)


@pytest.mark.django_db
def test_every_secret_is_seen_by_somebody(home: Path) -> None:
    """Else the test above would look for what no page ever shows."""
    del home
    secrets, addresses, shown = planted(), asked(), set[str]()
    for actor in EYES:
        client, _, _ = comes(actor)
        with known():
            for address in addresses:
                shown |= set(MARK.findall(text_of(client.get(address))))
    hidden = sorted(one.what for one in secrets if one.text not in shown)
    assert hidden == []


@pytest.mark.django_db
def test_what_breaks_tells_the_reader_nothing_of_the_inside(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del home
    planted()
    client = Client(raise_request_exception=False)
    who, _, _ = comes(Actor("office", "P"))
    client.cookies = who.cookies

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(mark("row", "B1"))

    monkeypatch.setattr("steelyard.web.pages.home.waiting", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    assert MARK.findall(text_of(answer)) == []


@pytest.mark.django_db
def test_a_system_reads_only_what_lies_below_its_unit(home: Path) -> None:
    """Every address of the API, of whatever unit, person and version."""
    del home
    planted()
    system = with_role("integration", "A1")
    now = timezone.now()
    scopes = ["results", "persons", "organisation"]
    wanted = Wanted("征管", scopes, unit("A1"), now + timedelta(days=9))
    token, text = issue(system, wanted, by=with_role("security", None), now=now)
    seen = set[str]()
    for path, operations in api.get_openapi_schema()["paths"].items():
        for address in _filled(path) if "get" in operations else ():
            answer = Client().get(address, headers={"authorization": f"Bearer {text}"})
            seen |= set(MARK.findall(text_of(answer)))
    below = {"A1", "A11", "A12"}
    assert token.pk
    assert seen <= {mark(kind, code) for kind, code in product(("unit", "person"), below)}
    assert mark("unit", "A11") in seen


def _filled(path: str) -> Iterator[str]:
    versions = [str(one.pk) for one in rows.versions().values()]
    values = {"version": versions, "code": ["A1", "A11", "B1"], "person": ["n-A1", "n-B1"]}
    names = re.findall(r"{(?:\w+:)?(\w+)}", path)
    for chosen in product(*(values.get(name, ["A1", "B1"]) for name in names)):
        found = path
        for value in chosen:
            found = re.sub(r"{[^}]+}", value, found, count=1)
        yield found
