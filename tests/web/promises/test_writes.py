"""Every act leaves its event in the transaction of the change: what cannot be recorded is not done, what is refused
changes nothing. Which addresses there are is counted from the table of addresses, none is left out by hand."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from steelyard.web.dialogue import appealing
from steelyard.web.keeping.rows import tables
from steelyard.web.pages.entries import panels
from steelyard.web.pages.office import batches
from steelyard.web.people.models import Account, Attempt, Grant, GrantState, Visit
from steelyard.web.trail.models import Event, Head
from tests.web.cascade import acts as _cascade  # noqa: F401  acts on what is handed down
from tests.web.checkups import acts as _checkups  # noqa: F401  acts on health checks
from tests.web.entries.panel import ITEM
from tests.web.library import acts as _library  # noqa: F401  acts on rules
from tests.web.meetings import aimed as _meetings  # noqa: F401  acts on meetings
from tests.web.messages import acts as _messages  # noqa: F401  acts on messages
from tests.web.people.world import account
from tests.web.promises import entering as _entering  # noqa: F401  acts of entry
from tests.web.promises import planning as _planning  # noqa: F401  acts on plans in the making
from tests.web.promises import rows
from tests.web.promises.acts import ACTS, Act
from tests.web.promises.bureau import behind
from tests.web.promises.rows import INDICATOR
from tests.web.scenarios import acts as _scenarios  # noqa: F401  acts on scenarios
from tests.web.tasks import acts as _tasks  # noqa: F401  acts on supervised tasks
from tests.web.uses import acts as _uses  # noqa: F401  acts on uses of results
from tests.web.watch import acts as _watch  # noqa: F401  acts on alerts

SAFE = {"GET", "HEAD", "OPTIONS"}
NOT_COUNTED = (Event, Head, Attempt)
"""Tries at a password are counted before it is known whose it is: that is how guessing is slowed down."""
FOR_ALL = {
    "login",
    "login-second",
    "invited",
    "language",
    "logout",
    "prove",
    "own-password",
    "own-second",
    "own-sessions",
    "messages-read",
    "own-messages",
}
"""What everybody may do: nobody is refused it for want of a role."""
LOOKS = {"proof", "trail-verify", "checkpoint-new", "own-delegation-end", "message-open"}
"""What looks and changes nothing of anybody's, or gives back what was one's own to lend."""


def methods(view: Any) -> frozenset[str] | None:
    """The methods that a view answers, as its decorators say; None if none of them says anything."""
    found: list[frozenset[str]] = []
    while view is not None:
        if inspect.isfunction(view):
            named = inspect.getclosurevars(view).nonlocals
            found += [frozenset(named["request_method_list"])] if "request_method_list" in named else []
        view = getattr(view, "__wrapped__", None) or getattr(view, "func", None)
    return frozenset.intersection(*found) if found else None


def addresses() -> dict[str, frozenset[str] | None]:
    """Name -> methods, of all addresses of pages; the API is tried where its document is."""

    def walk(resolver: Any) -> Iterator[tuple[str, Any]]:
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                if one.namespace is None:
                    yield from walk(one)
            elif isinstance(one, URLPattern):
                yield one.name or str(one.pattern), one.callback

    return {name: methods(view) for name, view in walk(get_resolver())}


ADDRESSES = addresses()
ASKS = {"rule-effect", "rule-persons", "rule-read"}
"""Addresses that are sent a text too long for an address, and only answer what they make of it."""
WRITING = sorted(name for name, found in ADDRESSES.items() if (found is None or found - SAFE) and name not in ASKS)


def test_every_address_says_which_methods_it_answers() -> None:
    assert [name for name, found in ADDRESSES.items() if found is None] == []


def test_every_address_that_writes_has_an_act_here() -> None:
    assert set(WRITING) - set(ACTS) == set()
    assert set(ACTS) - set(WRITING) == ASKS
    assert len(WRITING) >= 50


@pytest.fixture
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    behind(settings, tmp_path, source="postgresql://nowhere/x").open()
    monkeypatch.setattr(batches, "_tables", lambda: ["public.matter"])
    monkeypatch.setattr(panels, "items", lambda *_: [replace(ITEM, indicator=INDICATOR)])
    monkeypatch.setattr(appealing, "undone", lambda _: True)
    return tmp_path


def state(home: Path) -> dict[str, Any]:
    """All that the site keeps: rows of its tables, and its files."""
    found: dict[str, Any] = {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in tables()
        if model not in NOT_COUNTED
    }
    for row in found[Visit._meta.label]:
        row.pop("seen")
    found["files"] = sorted(str(path) for path in (home / "media").rglob("*") if path.is_file())
    return found


def done(acts: Any) -> int:
    return int(acts.filter(outcome="done").count())


def prepared(name: str) -> tuple[Act, str]:
    rows.placed()
    made = ACTS[name]()
    return made, reverse(name, kwargs=dict(made.arguments))


@pytest.mark.django_db
@pytest.mark.parametrize("name", WRITING)
def test_an_act_that_succeeds_is_in_the_trail_and_one_that_cannot_be_recorded_is_undone(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, address = prepared(name)
    client = made.client()
    before, told = state(home), done(Event.objects)
    with monkeypatch.context() as broken:
        broken.setattr(Event, "save", _full)
        answer = _post(client, made, address)
    assert answer.status_code == 500, "what cannot be recorded is not done"
    assert "the disk of the trail is full" not in answer.content.decode(), "no reader sees the inside"
    assert changes(before, state(home)) == {}
    assert done(Event.objects) == told
    answer = _post(made.client(), made, address)
    assert answer.status_code in (200, 302), (answer.status_code, answer.content.decode()[:1500])
    assert done(Event.objects) > told, "nothing was recorded"


def _post(client: Any, made: Act, address: str) -> Any:
    for one in made.data.values():
        if hasattr(one, "seek"):
            one.seek(0)
    return client.post(address, dict(made.data))


def _full(*_: Any, **__: Any) -> None:
    raise OSError("the disk of the trail is full")


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        table: [row for row in after[table] if row not in rows_] + [row for row in rows_ if row not in after[table]]
        for table, rows_ in before.items()
        if rows_ != after[table]
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ASKS))
def test_what_only_asks_changes_nothing(name: str, home: Path) -> None:
    made, address = prepared(name)
    client = made.client()
    before = state(home)
    assert _post(client, made, address).status_code == 200
    assert changes(before, state(home)) == {}
    assert _post(made.client(account("nobody")), made, address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in WRITING if name not in FOR_ALL])
def test_an_act_of_somebody_without_the_right_changes_nothing(name: str, home: Path) -> None:
    made, address = prepared(name)
    client = made.client(account("nobody"))
    before, told = state(home), done(Event.objects)
    assert _post(client, made, address).status_code == 404
    assert changes(before, state(home)) == {}
    assert done(Event.objects) == told


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in WRITING if name not in FOR_ALL | LOOKS])
def test_a_right_that_ends_while_the_form_is_on_its_way_is_not_used(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the door and the moment in which who acts is held."""
    made, address = prepared(name)
    client = made.client()
    held = type(Account.objects).select_for_update

    def too_late(*given: Any, **more: Any) -> Any:
        Grant.objects.filter(account=made.by).update(state=GrantState.ENDED)
        return held(*given, **more)

    before, told = state(home), done(Event.objects)
    monkeypatch.setattr(type(Account.objects), "select_for_update", too_late)
    assert _post(client, made, address).status_code < 500
    assert set(changes(before, state(home))) <= {Grant._meta.label, "sessions.Session"}
    assert done(Event.objects) == told


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name in WRITING if name not in FOR_ALL or name != "language"))
def test_a_form_filled_with_nonsense_changes_nothing_that_is_not_recorded(name: str, home: Path) -> None:
    """Each field empty in turn: either it is done and recorded, or it is refused and nothing has changed."""
    made, address = prepared(name)
    for field in made.data:
        client = made.client()
        before, told = state(home), done(Event.objects)
        answer = client.post(address, {key: value for key, value in made.data.items() if key != field})
        assert answer.status_code < 500, field
        if done(Event.objects) == told:
            assert changes(before, state(home)) == {}, field
