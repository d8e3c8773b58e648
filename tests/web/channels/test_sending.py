"""A channel says what it should to its own host, and goes nowhere else."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from steelyard.reports.sheet import Words
from steelyard.web.channels import reaching
from steelyard.web.channels.letters import Note, Rejected
from steelyard.web.channels.naming import Channel, Dingtalk, Mail, Sms, Webhook, Wecom
from steelyard.web.channels.opening import opened, tried
from steelyard.web.channels.reaching import may_go_to, place_of
from steelyard.web.identities.outage import NoAnswer
from tests.web.channels.receivers import Heard, Post, post_office, receiver

AT = datetime(2026, 11, 24, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
KINDS = (("appeal-waits", Words("申诉待办", "Appeals"), 3), ("published", Words("结果公布", "Results"), 1))
NOTE = Note("li", "r-1", "公平秤", "https://perf.example/messages", 4, KINDS, False, AT, "zh")
KEY = "s3cr$t/key"


@pytest.fixture
def heard() -> Iterator[Heard]:
    with receiver() as found:
        yield found


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as found:
        yield found


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "channel.key"
    path.write_text(KEY + "\n")
    return path


def send(channel: Channel, *notes: Note) -> None:
    with opened(channel) as door:
        for note in notes or (NOTE,):
            door.send(note)


# ---- what they say ----


def test_a_webhook_is_signed_with_its_moment_and_says_no_more_than_counts(heard: Heard, key: Path) -> None:
    send(Webhook(url=heard.url + "/in", secret=key, inside=True))
    ((_, path, headers, body),) = heard.got
    said = hmac.new(KEY.encode(), headers["X-Steelyard-Time"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (path, headers["X-Steelyard-Signature"]) == ("/in", f"sha256={said}")
    assert set(heard.bodies[0]) == {"id", "to", "many", "kinds", "urgent", "page", "at", "language"}
    assert heard.bodies[0]["kinds"][0] == {"kind": "appeal-waits", "zh": "申诉待办", "en": "Appeals", "many": 3}


def test_a_gateway_gets_its_own_form_and_values_stay_inside_it(heard: Heard, key: Path) -> None:
    form = '{"mobile": ["$to"], "text": "【$text】", "auth": "$secret", "n": 1}'
    channel = Sms(url=heard.url, secret=key, inside=True, template=form, good="code=0")
    heard.answer = lambda _: (200, {"code": 0})
    send(channel, replace(NOTE, to='1","n":"2'))
    assert heard.bodies == [{"mobile": ['1","n":"2'], "text": f"【{NOTE.text}】", "auth": KEY, "n": 1}]
    heard.answer = lambda _: (200, {"code": 7})
    with pytest.raises(Rejected, match="code=7"):
        send(channel)


OF_MESSENGERS = (
    (Wecom, ("corpid", "corpsecret"), "touser"),
    (Dingtalk, ("appkey", "appsecret"), "userid_list"),
)


@pytest.mark.parametrize(("kind", "names", "to"), OF_MESSENGERS)
def test_messengers_ask_once_for_a_token_and_again_when_it_has_ended(
    heard: Heard, key: Path, kind: Any, names: tuple[str, str], to: str
) -> None:
    channel = kind(url=heard.url, secret=key, inside=True, account="corp", agent=7)
    send(channel, NOTE, replace(NOTE, to="wang"))
    assert [method for method, *_ in heard.got] == ["GET", "POST", "POST"]
    query = parse_qs(urlsplit(heard.got[0][1]).query)
    assert query == {names[0]: ["corp"], names[1]: [KEY]}
    assert [body[to] for body in heard.bodies] == ["li", "wang"]
    heard.got.clear()
    codes = iter((0, 42001, 0, 0))
    heard.answer = lambda _: (200, {"errcode": next(codes), "access_token": "t-2"})
    send(channel)
    assert [method for method, *_ in heard.got] == ["GET", "POST", "GET", "POST"]


def test_who_is_not_known_to_a_messenger_does_not_stop_it(heard: Heard, key: Path) -> None:
    channel = Wecom(url=heard.url, secret=key, inside=True, account="corp", agent=7)
    heard.answer = lambda path: (200, {"access_token": "t"} if "gettoken" in path else {"errcode": 81013})
    with pytest.raises(Rejected):
        send(channel)
    heard.answer = lambda path: (200, {"access_token": "t"} if "gettoken" in path else {"errcode": 45009})
    with pytest.raises(NoAnswer, match="45009"):
        send(channel)
    heard.answer = lambda _: (200, {"errcode": 40001})
    with pytest.raises(NoAnswer, match="40001"):
        send(channel)


def test_mails_go_on_one_connection_and_are_known_again(post: Post, key: Path) -> None:
    channel = Mail(url=post.url, secret=key, inside=True, account="steelyard", sender="no-reply@bureau.example")
    send(channel, replace(NOTE, to="li@bureau.example"), replace(NOTE, to="wang@bureau.example", language="en"))
    assert (post.sessions, [to for to, _ in post.letters]) == (1, ["li@bureau.example", "wang@bureau.example"])
    mail = email.message_from_string(post.letters[0][1], policy=email.policy.default)
    assert mail["Subject"] == "公平秤：您有 4 条未读消息"
    assert mail["Message-ID"] == "<r-1@bureau.example>"
    assert "申诉待办 3" in str(mail.get_body().get_content())
    assert "4 unread" in post.letters[1][1]


def test_a_mailbox_that_is_not_there_is_given_up_and_a_full_one_tried_again(post: Post, key: Path) -> None:
    channel = Mail(url=post.url, secret=key, inside=True, account="", sender="no-reply@bureau.example")
    post.refuses = {"gone@b.example": "550 nobody", "full@b.example": "452 later"}
    with pytest.raises(Rejected, match="550"):
        send(channel, replace(NOTE, to="gone@b.example"))
    with pytest.raises(NoAnswer, match="452"):
        send(channel, replace(NOTE, to="full@b.example"))
    send(channel, replace(NOTE, to="li@b.example"))
    assert [to for to, _ in post.letters] == ["li@b.example"]


def test_no_letter_is_longer_than_a_line_and_urgent_ones_say_so() -> None:
    assert NOTE.text == "公平秤：您有 4 条未读消息（申诉待办 3、结果公布 1） https://perf.example/messages 11-24 09:05"
    many = replace(NOTE, kinds=KINDS * 3, urgent=True, language="en")
    assert many.text.startswith("[urgent] 公平秤: 4 unread (Appeals 3, Results 1, Appeals 3, …)")
    assert "试发" in replace(NOTE, many=0, kinds=()).text


# ---- where they go ----


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255",
     "2002:a9fe:a9fe::1", "240.0.0.1"],
)  # fmt: skip
def test_some_addresses_are_nobodys_channel(address: str) -> None:
    assert not may_go_to(address, inside=False)
    assert not may_go_to(address, inside=True)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "::1", "fd00::1", "::ffff:10.1.2.3", "100.64.0.1"]
)
def test_the_bureaus_network_is_gone_to_only_where_the_channel_stands_there(address: str) -> None:
    assert (may_go_to(address, inside=False), may_go_to(address, inside=True)) == (False, True)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_the_open_net_is_gone_to_only_where_the_channel_stands_there(address: str) -> None:
    assert (may_go_to(address, inside=False), may_go_to(address, inside=True)) == (True, False)


def test_a_name_that_leads_elsewhere_the_second_time_leads_nowhere(
    heard: Heard, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name is asked for once, and the address that was judged is the one that is gone to."""
    asked, real = list[str](), socket.getaddrinfo

    def lookup(host: str, port: int, **more: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "169.254.169.254", port, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    port = urlsplit(heard.url).port
    send(Webhook(url=f"http://hook.bureau.example:{port}", secret=key, inside=True))
    assert (len(heard.got), asked) == (1, ["hook.bureau.example"])
    assert heard.got[0][2]["Host"] == f"hook.bureau.example:{port}"
    with pytest.raises(NoAnswer, match="network"):
        send(Webhook(url=f"http://hook.bureau.example:{port}", secret=key, inside=True))


def test_a_public_name_that_stands_for_the_inside_is_not_gone_to(heard: Heard, key: Path) -> None:
    with pytest.raises(NoAnswer, match="inside = true"):
        send(Webhook(url=heard.url, secret=key))
    assert heard.got == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(heard: Heard, key: Path, status: int) -> None:
    with receiver() as other:
        heard.elsewhere, heard.answer = other.url + "/in", lambda _: (status, {})
        with pytest.raises(NoAnswer, match=str(status)):
            send(Webhook(url=heard.url, secret=key, inside=True))
        assert other.got == []


def test_a_host_that_takes_its_time_is_left(heard: Heard, key: Path) -> None:
    heard.slow = 5
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        send(Webhook(url=heard.url, secret=key, inside=True, seconds=1))
    assert time.monotonic() - began < 3


def test_a_server_that_greets_one_sign_a_second_is_left(key: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        send(
            Mail(url=f"smtp://127.0.0.1:{port}", secret=key, inside=True, account="a", sender="a@b.example", seconds=1)
        )
    assert time.monotonic() - began < 3
    listening.close()


def test_an_answer_too_long_is_not_read(heard: Heard, key: Path) -> None:
    heard.answer = lambda _: (200, b"x" * (300 << 10))
    with pytest.raises(NoAnswer):
        send(Webhook(url=heard.url, secret=key, inside=True))


@pytest.mark.parametrize("kind", [Wecom, Dingtalk])
def test_no_error_names_a_secret(heard: Heard, key: Path, kind: Any) -> None:
    channel = kind(url=heard.url, secret=key, inside=True, account="corp", agent=7)
    for answer in ((500, {}), (302, {}), (200, {"errcode": 40001}), (404, {})):
        heard.answer = lambda _, answer=answer: answer
        with pytest.raises((NoAnswer, Rejected)) as found:
            send(channel)
        assert KEY not in found.value.reason
        assert "corpsecret" not in found.value.reason


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(heard: Heard, key: Path) -> None:
    """The receiver speaks no TLS at all: nothing is said to it."""
    with pytest.raises(NoAnswer):
        tried(Webhook(url=heard.url.replace("http://", "https://"), secret=key, inside=True, seconds=2))
    assert heard.got == []
    tried(Webhook(url=heard.url, secret=key, inside=True))


def test_what_nobody_knows_is_said(key: Path) -> None:
    with pytest.raises(NoAnswer, match="not known"):
        place_of(Webhook(url="https://no-such-host.invalid", secret=key))
    assert reaching.place_of.__doc__
