"""Signing in by the directory: a real OpenLDAP, and servers that lie, dawdle or are not there."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.test import Client

from steelyard.web.identities import silence
from steelyard.web.identities.directory import shown, tried
from steelyard.web.identities.naming import Directory
from steelyard.web.identities.outage import NoAnswer
from steelyard.web.identities.wire import Wire, connected
from steelyard.web.people.models import Account, Attempt
from steelyard.web.trail.models import Event
from tests.web.people.outside import SERVICE, SERVICE_SECRET, STAFF, Server, free_port, saying, slapd
from tests.web.people.world import KEY, PASSWORD, account, grant, person, seal, sign_in, unit

RIGHT = STAFF["zhang.wei"][0]
TOKEN = re.compile(rb'value="[^"]*"')


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with slapd() as found:
        if found is None:
            pytest.skip("no OpenLDAP server: signing in by a directory is not tested (tools/packages.sh installs it)")
        yield found


@pytest.fixture
def directory(server: Server, tmp_path: Path) -> Directory:
    (tmp_path / "ldap.key").write_text(SERVICE_SECRET + "\n")
    return Directory(
        f"ldaps://localhost:{server.tls}", "dc=tax,dc=test", SERVICE, tmp_path / "ldap.key",
        filter="(&(objectClass=inetOrgPerson)(uid={username}))", authority=server.authority,
    )  # fmt: skip


@pytest.fixture
def zhang(db: None, directory: Directory, settings: Any) -> Account:  # noqa: ARG001
    settings.STEELYARD = replace(settings.STEELYARD, ldap=directory)
    return account("zhang.wei", way="directory")


def try_in(client: Client, username: str, password: str) -> Any:
    return client.post("/login", {"username": username, "password": password})


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    silence._SILENT.clear()
    silence._HEARD.clear()


# ---- the directory itself ----


def test_who_has_the_name_and_the_password_is_told_by_the_attribute(directory: Directory) -> None:
    assert shown(directory, "zhang.wei", RIGHT) == "zhang.wei"
    assert shown(replace(directory, attribute="employeeNumber"), "zhang.wei", RIGHT) == "n-A1"
    assert shown(directory, "zhang.wei", "wrong") == shown(directory, "nobody", RIGHT) == ""
    assert shown(directory, "zhang.wei", None) == ""


def test_starttls_is_as_good(directory: Directory, server: Server) -> None:
    starting = replace(directory, url=f"ldap://localhost:{server.plain}", starttls=True)
    assert shown(starting, "zhang.wei", RIGHT) == "zhang.wei"


@pytest.mark.parametrize("name", ["*", "zhang.*", "zhang.wei)(uid=*", "x)(|(uid=*", "\\2a", "*)(objectClass=*", "\0"])
def test_no_sign_of_a_name_becomes_part_of_the_filter(directory: Directory, name: str) -> None:
    assert shown(directory, name, RIGHT) == ""


def test_an_empty_password_is_nobodys_although_the_server_would_say_yes(directory: Directory) -> None:
    assert shown(directory, "zhang.wei", "") == ""


def test_two_who_fit_are_nobody(directory: Directory) -> None:
    assert shown(directory, "twin", "twin") == ""


def test_a_certificate_of_somebody_else_is_not_trusted(directory: Directory, server: Server) -> None:
    for stranger in (
        replace(directory, authority=None),
        replace(directory, authority=None, url=f"ldap://localhost:{server.plain}", starttls=True),
    ):
        with pytest.raises(NoAnswer, match="certificate is not trusted"):
            shown(stranger, "zhang.wei", RIGHT)


def test_what_does_not_work_is_told_to_the_operator(directory: Directory, tmp_path: Path) -> None:
    tried(directory)
    (tmp_path / "wrong.key").write_text("wrong")
    for broken, said in [
        (replace(directory, secret=tmp_path / "wrong.key"), "refuses the service account"),
        (replace(directory, secret=tmp_path / "missing.key"), "cannot be read"),
        (replace(directory, base="dc=nowhere"), "the search failed"),
        (replace(directory, url=f"ldaps://localhost:{free_port()}"), "the connection failed"),
    ]:
        with pytest.raises(NoAnswer, match=said):
            tried(broken)


def _nothing(guest: socket.socket) -> None:
    guest.recv(1 << 16)
    time.sleep(3)


def _one_sign_at_a_time(guest: socket.socket) -> None:
    guest.recv(1 << 16)
    for sign in b"0\x84\x00\x00\xff\xff" + b"0" * 50:
        guest.sendall(bytes([sign]))
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("say", "reason"),
    [
        (_nothing, "no answer in time"),
        (_one_sign_at_a_time, "no answer in time"),
        (lambda guest: guest.sendall(b"HTTP/1.1 400\r\n\r\n" + guest.recv(1)), "not LDAP"),
        (lambda guest: guest.sendall(b"0\x84\x7f\xff\xff\xff" + guest.recv(1)), "not LDAP"),
        (lambda guest: guest.sendall(b"0\x80\x02\x01\x01" + guest.recv(1)), "not LDAP"),
        (lambda guest: guest.sendall(b"0\x03\x02\x01\x01" + guest.recv(1)), "the connection failed"),
        (lambda guest: guest.recv(1 << 16) and None, "ended the connection"),
        # "yes" to a question that was not asked
        (lambda guest: guest.sendall(bytes.fromhex("300c02010961070a010004000400") + guest.recv(0)), "ended the conn"),
    ],
)
def test_a_server_that_misbehaves_is_waited_for_once_and_not_believed(say: Any, reason: str, tmp_path: Path) -> None:
    (tmp_path / "ldap.key").write_text("x")
    with saying(say) as port:
        directory = Directory(f"ldap://127.0.0.1:{port}", "dc=x", "cn=x", tmp_path / "ldap.key", seconds=1)
        began = time.monotonic()
        with pytest.raises(NoAnswer, match=reason):
            shown(directory, "zhang.wei", "x")
        assert time.monotonic() - began < 2.5  # a wait that has an end, not a speed


# ---- signing in ----


def test_an_account_of_the_directory_comes_in_by_its_password(client: Client, zhang: Account) -> None:
    assert try_in(client, "zhang.wei", RIGHT).url == "/"
    assert client.get("/").status_code == 200
    event = Event.objects.get()
    assert (event.actor, event.act, event.outcome, event.detail) == (
        zhang.username,
        "sign-in",
        "done",
        {"way": "directory"},
    )


@pytest.mark.usefixtures("zhang")
def test_nobody_comes_in_whom_the_system_administrator_did_not_register(client: Client) -> None:
    assert try_in(client, "wang.fang", STAFF["wang.fang"][0]).status_code == 422
    assert not Account.objects.filter(username="wang.fang").exists()


def test_a_local_password_is_worth_nothing_for_it(client: Client, zhang: Account) -> None:
    assert zhang.check_password(PASSWORD)
    assert try_in(client, "zhang.wei", PASSWORD).status_code == 422


@pytest.mark.usefixtures("zhang")
def test_the_directory_opens_no_account_of_another_way(client: Client) -> None:
    account("wang.fang")
    account("tree.cutter", way="provider")
    assert try_in(client, "wang.fang", STAFF["wang.fang"][0]).status_code == 422
    assert try_in(client, "tree.cutter", STAFF["tree.cutter"][0]).status_code == 422
    assert try_in(client, "wang.fang", PASSWORD).status_code == 302


def test_every_refusal_looks_the_same(client: Client, zhang: Account) -> None:
    account("off", way="directory", is_active=False)
    account("local")
    tries = [("zhang.wei", "wrong"), ("nobody", "wrong"), ("off", "wrong"), ("local", "wrong"), ("*", RIGHT)]
    pages = [try_in(client, *one) for one in tries]
    assert {page.status_code for page in pages} == {422}
    assert len({TOKEN.sub(b"", page.content) for page in pages}) == 1
    Account.objects.filter(pk=zhang.pk).update(is_active=False)
    assert TOKEN.sub(b"", try_in(client, "zhang.wei", RIGHT).content) == TOKEN.sub(b"", pages[0].content)


@pytest.mark.usefixtures("zhang")
def test_every_refusal_asks_the_directory_once_and_tells_it_no_password_of_others(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    account("local")
    account("elsewhere", way="provider")
    heard: list[tuple[str, str | None]] = []

    def listening(_: Directory, username: str, password: str | None) -> str:
        heard.append((username, password))
        return ""

    monkeypatch.setattr("steelyard.web.people.login.entering.shown", listening)
    for name in ("zhang.wei", "nobody", "local", "elsewhere"):
        try_in(client, name, "wrong")
    assert heard == [("zhang.wei", "wrong"), ("nobody", None), ("local", None), ("elsewhere", None)]
    try_in(client, "local", PASSWORD)
    assert len(heard) == 4


def test_five_wrong_passwords_lock_it_as_any_other(client: Client, zhang: Account) -> None:
    for _ in range(5):
        try_in(client, "zhang.wei", "wrong")
    assert try_in(client, "zhang.wei", RIGHT).status_code == 422
    refused = Event.objects.filter(actor=zhang.username, outcome="refused")
    assert [event.detail["way"] for event in refused] == ["directory"] * 5


@pytest.mark.usefixtures("zhang")
def test_a_name_that_is_locked_costs_the_directory_no_question_while_it_answers(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked = [100.0], list[int]()

    @contextmanager
    def counted(directory: Directory) -> Iterator[Wire]:
        asked.append(1)
        with connected(directory) as wire:
            yield wire

    monkeypatch.setattr("steelyard.web.identities.directory.connected", counted)
    monkeypatch.setattr("steelyard.web.identities.silence.monotonic", lambda: now[0])
    pages = [try_in(client, name, "wrong") for name in ("zhang.wei", "nobody") for _ in range(5)]
    assert len(asked) == 10
    pages += [try_in(client, name, "wrong") for name in ("zhang.wei", "nobody") for _ in range(9)]
    assert len(asked) == 10, "locked: whether it answers is known"
    now[0] += silence.SECONDS
    pages += [try_in(client, name, "wrong") for name in ("nobody", "zhang.wei") for _ in range(3)]
    assert len(asked) == 11, "asked once more, and that holds for every name"
    assert {page.status_code for page in pages} == {422}
    assert len({TOKEN.sub(b"", page.content) for page in pages}) == 1


@pytest.mark.usefixtures("zhang")
def test_a_directory_that_has_just_fallen_silent_is_silent_for_names_that_are_locked_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answered a moment ago; were that still believed, the answer would tell who is locked."""
    monkeypatch.setattr("steelyard.web.identities.silence.monotonic", lambda: 100.0)
    for _ in range(6):
        assert try_in(client, "nobody", "wrong").status_code == 422

    @contextmanager
    def silent(_: Directory) -> Iterator[None]:
        raise NoAnswer("nobody there")
        yield

    monkeypatch.setattr("steelyard.web.identities.directory.connected", silent)
    pages = [try_in(client, name, "wrong") for name in ("zhang.wei", "nobody")]
    assert {page.status_code for page in pages} == {503}
    assert len({TOKEN.sub(b"", page.content) for page in pages}) == 1


def test_a_silent_directory_is_said_and_locks_nobody_of_it_out(
    client: Client, zhang: Account, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    directory = replace(settings.STEELYARD.ldap, url=f"ldaps://localhost:{free_port()}")
    settings.STEELYARD = replace(settings.STEELYARD, ldap=directory)
    account("local")
    pages = [try_in(client, name, RIGHT) for name in ("zhang.wei",) * 6 + ("nobody", "local")]
    assert {page.status_code for page in pages} == {503}
    assert "单位目录没有应答" in pages[0].content.decode()
    assert len({TOKEN.sub(b"", page.content) for page in pages}) == 1
    assert "the connection failed" in caplog.text
    assert Attempt.objects.count() == 2  # of "nobody" and of "local", whose password was looked at
    assert set(Event.objects.values_list("outcome", flat=True)) == {"failed"}
    assert try_in(client, "local", PASSWORD).status_code == 302
    assert zhang.way == "directory"


def test_a_silence_is_remembered_for_a_few_seconds_whatever_name_is_tried(
    client: Client,
    db: None,  # noqa: ARG001  tables must be there
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Locked or not, known or not: one question went out for all of them, and each try cost one hash."""
    now, asked, hashed = [100.0], list[int](), list[str]()

    @contextmanager
    def silent(_: Directory) -> Iterator[None]:
        asked.append(1)
        raise NoAnswer("nobody there")
        yield

    monkeypatch.setattr("steelyard.web.identities.directory.connected", silent)
    monkeypatch.setattr("steelyard.web.identities.silence.monotonic", lambda: now[0])
    (tmp_path / "ldap.key").write_text("x")
    down = Directory("ldap://127.0.0.1:1", "dc=x", "cn=x", tmp_path / "ldap.key")
    settings.STEELYARD = replace(settings.STEELYARD, ldap=down)
    account("local")
    account("elsewhere", way="directory")
    looked = lambda password, *_, **__: bool(hashed.append(password))  # noqa: E731
    monkeypatch.setattr("steelyard.web.people.login.entering.make_password", looked)
    monkeypatch.setattr("steelyard.web.people.login.entering.check_password", looked)
    pages = [try_in(client, name, "wrong") for name in ("nobody", "local", "elsewhere") for _ in range(7)]
    assert {page.status_code for page in pages} == {503}
    assert (len(asked), len(hashed)) == (1, 21)
    now[0] += silence.SECONDS
    try_in(client, "nobody", "wrong")
    assert len(asked) == 2


def test_a_directory_that_is_back_is_asked_every_time(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("steelyard.web.identities.silence.monotonic", lambda: now[0])
    silence._SILENT[directory] = 96.0, "nobody there"
    with pytest.raises(NoAnswer, match="nobody there"):
        shown(directory, "zhang.wei", RIGHT)
    now[0] = 101.0
    assert shown(directory, "zhang.wei", RIGHT) == shown(directory, "zhang.wei", RIGHT) == "zhang.wei"


def test_an_outage_is_no_time_to_guess_passwords_of_ours(
    client: Client,
    db: None,  # noqa: ARG001  tables must be there
    settings: Any,
    tmp_path: Path,
) -> None:
    (tmp_path / "ldap.key").write_text("x")
    down = Directory(f"ldap://127.0.0.1:{free_port()}", "dc=x", "cn=x", tmp_path / "ldap.key", seconds=1)
    settings.STEELYARD = replace(settings.STEELYARD, ldap=down)
    account("local")
    account("elsewhere", way="directory")
    pages = [try_in(client, name, "wrong") for name in ("local", "elsewhere", "nobody") for _ in range(7)]
    assert {page.status_code for page in pages} == {503}
    assert len({TOKEN.sub(b"", page.content) for page in pages}) == 1
    assert try_in(client, "local", PASSWORD).status_code == 503, "locked: its password is looked at no more"
    assert not Event.objects.filter(outcome="done").exists()


def test_the_staff_number_may_be_what_counts(client: Client, zhang: Account, settings: Any) -> None:
    directory = replace(settings.STEELYARD.ldap, attribute="employeeNumber", matches="person")
    settings.STEELYARD = replace(settings.STEELYARD, ldap=directory)
    assert try_in(client, "zhang.wei", RIGHT).status_code == 422
    person("n-A1", unit("A1"))
    Account.objects.filter(pk=zhang.pk).update(person="n-A1")
    assert try_in(client, "zhang.wei", RIGHT).status_code == 302


def test_who_scores_still_shows_a_second_factor(client: Client, zhang: Account) -> None:
    grant(zhang, "assessor", unit("P"))
    assert try_in(client, "zhang.wei", RIGHT).url == "/"
    assert client.get("/").url == "/own/second"
    Account.objects.filter(pk=zhang.pk).update(second=seal(KEY))
    other = Client()
    assert try_in(other, "zhang.wei", RIGHT).url.startswith("/login/second")
    assert other.post("/login/second", {"code": pyotp.TOTP(KEY).now()}).status_code == 302
    assert other.get("/").status_code == 200


def test_showing_again_who_one_is_asks_the_directory(client: Client, zhang: Account) -> None:
    sign_in(client, zhang)
    assert client.post("/prove?next=/own", {"password": PASSWORD}).status_code == 422
    assert client.post("/prove?next=/own", {"password": RIGHT}).url == "/own"


def test_the_page_says_whose_password_is_wanted(client: Client, zhang: Account, settings: Any) -> None:
    assert "单位目录" in client.get("/login").content.decode()
    settings.STEELYARD = replace(settings.STEELYARD, ldap=None)
    page = client.get("/login").content.decode()
    assert "单位目录" not in page
    assert "统一身份认证" not in page
    assert try_in(client, zhang.username, RIGHT).status_code == 422
