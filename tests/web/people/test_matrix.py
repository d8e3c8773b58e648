"""Every address x every role x every relation x every state: the site answers as the policy says, and nothing else.

The policy is read here a second time, by other code than that of the site. What is forbidden looks like what is absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction
from django.template import Template, loader
from django.test import Client
from django.test.utils import _TestState
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from steelyard.bureau.opened import Verdict
from steelyard.web.pages.results import explaining
from steelyard.web.people import deciding
from steelyard.web.people.models import Account, Grant
from steelyard.web.people.roles import ADMINISTRATORS, Role
from tests.web.cascade import aimed as _cascade  # noqa: F401
from tests.web.dialogue import aimed as _dialogue  # noqa: F401  what rooms above declare
from tests.web.entries import aimed as _entries  # noqa: F401
from tests.web.library import aimed as _library  # noqa: F401
from tests.web.meetings import aimed as _meetings  # noqa: F401
from tests.web.messages import aimed as _messages  # noqa: F401
from tests.web.people.targets import PARTS, TARGETS, Aimed
from tests.web.people.world import account, bureau, person, sign_in, unit, with_role
from tests.web.plans import aimed as _plans  # noqa: F401
from tests.web.promises import aimed as _promises  # noqa: F401
from tests.web.promises.bureau import behind
from tests.web.promises.rows import placed
from tests.web.prompts import aimed as _prompts  # noqa: F401
from tests.web.scenarios import acts as _scenarios  # noqa: F401
from tests.web.tasks import aimed as _tasks  # noqa: F401
from tests.web.watch import aimed as _watch  # noqa: F401

POLICY: dict[str, Any] = yaml.safe_load((Path(deciding.__file__).parent / "policy.yaml").read_text("utf8"))
TOKEN = re.compile(rb'csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"')
PLACES = ("P", "A", "A1", "A11", "B1")
"""Above, at, below and beside whatever is asked for, which stands at A1 where it stands anywhere."""


@dataclass(frozen=True)
class Address:
    name: str
    arguments: frozenset[str]
    permission: str | None


def addresses() -> list[Address]:
    """Those of pages; the API has a matrix of its own, as its callers are tokens."""

    def walk(resolver: Any) -> Iterator[Address]:
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                if one.namespace is None:
                    yield from walk(one)
            elif isinstance(one, URLPattern):
                permission = getattr(one.callback, "permission", None)
                yield Address(one.name or str(one.pattern), frozenset(one.pattern.converters), permission)

    return list(walk(get_resolver()))


ADDRESSES = {one.name: one for one in addresses()}
ASKED = sorted(name for name, one in ADDRESSES.items() if not one.arguments or name in TARGETS)


def test_every_address_has_a_row_and_stands_behind_it() -> None:
    assert {
        name: one.permission for name, one in ADDRESSES.items() if one.permission != name or name not in POLICY
    } == {}


def test_every_row_has_an_address() -> None:
    assert sorted(name for name in set(POLICY) - set(ADDRESSES) - PARTS if not name.startswith("api-")) == []


def test_every_address_with_arguments_says_how_its_object_is_made() -> None:
    silent = {name for name, one in ADDRESSES.items() if one.arguments and name not in TARGETS}
    assert sorted(silent) == []


def test_the_policy_knows_only_roles_and_relations_that_exist() -> None:
    roles = {*Role.values, "visitor", "account"}
    for name, entry in POLICY.items():
        assert set(entry) <= {"about", "allow", "unconcerned", "scope"}, name
        assert set(entry["allow"]) <= roles, name
        for relations in entry["allow"].values():
            assert set(relations) <= {"any", "top", "within", "own", "self"}, name


# ---- the second reading of the policy ----


def allowed(name: str, role: str, place: str, own_person: str, home: str, aimed: Aimed) -> bool:
    entry, target = POLICY[name], aimed.target
    if entry.get("unconcerned") and role != "visitor":
        himself = target.person and target.person == own_person
        belongs = home and target.path not in ("", "/P/") and home.startswith(target.path)
        if himself or belongs:
            return False
    for one in {role, "visitor"} | ({"account"} if role != "visitor" else set()):
        for relation, states in entry["allow"].get(one, {}).items():
            if "*" not in states and target.state not in states:
                continue
            here = place if one == role else ""
            if relation == "any" or (relation == "top" and here in ("", "/P/")):
                return True
            if relation == "within" and here and not target.private and target.path[: len(here)] == here:
                return True
            if relation == "own" and here and not target.private and target.path == here:
                return True
            if relation == "self" and own_person and target.person == own_person:
                return True
    return False


# ---- who asks ----


@dataclass(frozen=True)
class Actor:
    role: str
    place: str = ""
    person: str = ""

    @property
    def label(self) -> str:
        return f"{self.role}@{self.place or '-'}/{self.person or '-'}"


def actors(places: tuple[str, ...]) -> list[Actor]:
    """Where the object belongs to no unit, the places of roles make no difference, and one is enough."""
    found = [Actor("visitor"), Actor("account"), Actor("account", person="n-A1")]
    for role in Role:
        if role in ADMINISTRATORS:
            found.append(Actor(role))
        else:
            found += [Actor(role, place) for place in places] + [Actor(role, "A1", "n-A1")]
    return found


def comes(actor: Actor) -> tuple[Client, str, str]:
    """A client of this actor, the path of its role, and that of its home."""
    client = Client(raise_request_exception=False)
    if actor.role == "visitor":
        return client, "", ""
    home = person(actor.person, unit("A1")).unit if actor.person else None
    if actor.role == "account":
        who = Account.objects.filter(username=f"plain{actor.person}").first() or _plain(actor)
    else:
        who = with_role(actor.role, actor.place or None)
        Account.objects.filter(person=actor.person).exclude(person="").update(person="")
        Account.objects.filter(pk=who.pk).update(person=actor.person)
    sign_in(client, Account.objects.get(pk=who.pk))
    return client, unit(actor.place).path if actor.place else "", home.path if home else ""


def _plain(actor: Actor) -> Account:
    Account.objects.filter(person=actor.person).exclude(person="").update(person="")
    return account(f"plain{actor.person}", person=actor.person)


# ---- the matrix ----


@pytest.fixture
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Before a bureau with a run that is open. Proofs are weighed elsewhere: here it only matters who may ask."""
    behind(settings, tmp_path).open()
    verdict = Verdict(True, "weighed elsewhere")
    monkeypatch.setattr(explaining, "weigh_again", lambda *_: verdict)
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)  # nobody looks at contexts here
    return tmp_path


class Once:
    """Of pages that may be seen, one for each address, role, state and method is written out; the others are asked for
    as well, and all that they show is found out, but not written: `promises/test_canaries` reads them all."""

    def __init__(self) -> None:
        self.real, self.key, self.written = loader.render_to_string, (), set[tuple[Any, ...]]()

    def __call__(self, template_name: Any, *args: Any, **kwargs: Any) -> str:
        if self.key in self.written:
            return ""
        found = self.real(template_name, *args, **kwargs)
        if self.key:
            self.written.add(self.key)
        return found


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", ASKED)
def test_the_site_answers_as_the_policy_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    once = Once()
    monkeypatch.setattr(loader, "render_to_string", once)
    placed()
    bureau()
    aims = TARGETS[name]() if name in TARGETS else [Aimed()]
    wrong: list[str] = []
    for actor in actors(PLACES if any(aimed.target.path for aimed in aims) else ("P",)):
        with transaction.atomic():
            client, place, home = comes(actor)
            absent: dict[Any, Any] = {}
            for aimed in aims:
                may = allowed(name, actor.role, place, actor.person, home, aimed) and not aimed.gone
                for method in ("get", "post"):
                    once.key = (actor.role, bool(actor.person), aimed.target.state, method) if may else ()
                    found = asked(client, name, aimed, method, may, actor, absent)
                    wrong += [f"{actor.label} {method} {aimed.target}: {one}" for one in found]
            transaction.set_rollback(True)
    assert wrong == []


def asked(
    client: Client, name: str, aimed: Aimed, method: str, may: bool, actor: Actor, absent: dict[Any, Any]
) -> list[str]:
    """What is wrong with the answer. ``absent``: what was answered to this actor of things that are not there."""
    here = reverse(name, kwargs=aimed.arguments)
    answer, body = _undone(client, here + aimed.query, method)
    if answer.status_code >= 500:
        return [f"failed with {answer.status_code}"]
    if answer.status_code == 405:  # of the address, whatever it is asked for and by whom
        return []
    if actor.role == "visitor" and not may:
        return (
            []
            if answer.status_code == 302 and answer.url.startswith("/login")
            else [f"a stranger got {answer.status_code}"]
        )
    if may:
        return [] if answer.status_code != 404 or aimed.mine else ["should be there"]
    if answer.status_code != 404:
        return [f"should be absent, got {answer.status_code}"]
    if not aimed.absent:
        return []
    there = reverse(name, kwargs={**aimed.arguments, **aimed.absent})
    if (there, method) not in absent:
        absent[there, method] = _bare(*_undone(client, there + aimed.query, method), there)
    same = _bare(answer, body, here) == absent[there, method]
    return [] if same else ["a foreign object does not look like an absent one"]


def _undone(client: Client, address: str, method: str) -> tuple[Any, bytes]:
    """The answer; whatever the request did is undone."""
    with transaction.atomic():
        answer = getattr(client, method)(address)
        body = b"".join(answer) if answer.streaming else answer.content
        client.cookies.pop("messages", None)  # what a page would say next, which is undone, too
        transaction.set_rollback(True)
    return answer, body


def _bare(answer: Any, body: bytes, address: str) -> tuple[int, dict[str, str], set[str], bytes]:
    """Status, headers, names of cookies and body, but for what was asked for."""
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    cookies = set(answer.cookies)
    return answer.status_code, headers, cookies, TOKEN.sub(b"", body.replace(address.encode(), b""))


@pytest.mark.django_db
def test_an_ended_grant_and_a_disabled_account_open_nothing(client: Client) -> None:
    who = with_role("records", None)
    sign_in(client, who)
    assert client.get("/trail").status_code == 200
    Grant.objects.filter(account=who).update(state="ended")
    assert client.get("/trail").status_code == 404
    Grant.objects.filter(account=who).update(state="confirmed")
    Account.objects.filter(pk=who.pk).update(is_active=False)
    assert client.get("/trail").url.startswith("/login")
