"""JSON to the host of a channel: no redirect is followed, time and size are bounded, and no error names a secret."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from string import Template
from time import monotonic, time
from typing import Any
from urllib.parse import urlencode, urlsplit

from steelyard.web.channels.letters import Note, Rejected
from steelyard.web.channels.naming import App, Channel, Sms, Webhook
from steelyard.web.channels.reaching import connected, in_time
from steelyard.web.identities.outage import NoAnswer, reason_of

LARGEST = 64 << 10
REJECTED = frozenset((400, 404, 410, 413, 415, 422))
"""What another try would not change."""
NOBODY = frozenset((81013, 60111, 40003, 33012, 33013))
"""Codes of messengers for who is not known there."""
STALE = frozenset((40014, 42001, 88))
"""Codes of messengers for a token that has ended."""


def asked(channel: Channel, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Any:
    """The JSON of an answer, None where it has none. Raises `NoAnswer`, `Rejected`."""
    shown = path.partition("?")[0]
    sent = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8", **(headers or {})}
    try:
        with closing(_connection(channel)) as connection, in_time(channel, connection.sock):
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            said = answer.read(LARGEST + 1)
    except (OSError, HTTPException) as error:
        raise NoAnswer(f"{method} {channel.host}{shown}：{_reason(error)}") from error
    reason = f"{method} {channel.host}{shown}：HTTP {answer.status}，{len(said)} 字节 bytes"
    if answer.status in REJECTED:
        raise Rejected(reason)
    if not 200 <= answer.status < 300 or len(said) > LARGEST:
        raise NoAnswer(reason)
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        return None


def _reason(error: Exception) -> str:
    return reason_of(error) if isinstance(error, OSError) else type(error).__name__


def _connection(channel: Channel) -> HTTPConnection:
    """On the socket whose address was judged; it opens no other."""
    kind = HTTPSConnection if channel.tls else HTTPConnection
    connection = kind(channel.host, channel.port, timeout=channel.seconds)
    connection.auto_open = 0
    connection.sock = connected(channel)
    return connection


def _path(channel: Channel, more: str = "", **query: str) -> str:
    parts = urlsplit(channel.url)
    return (parts.path.rstrip("/") + more or "/") + (f"?{urlencode(query)}" if query else "")


class Hook:
    """A webhook: its body is signed together with the moment, so that nobody sends an old one again."""

    def __init__(self, channel: Webhook) -> None:
        self.channel = channel

    def send(self, note: Note) -> None:
        body, at = json.dumps(note.plain(), ensure_ascii=False).encode(), str(int(time()))
        signed = hmac.new(self.channel.key().encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {
            "X-Steelyard-Time": at,
            "X-Steelyard-Signature": f"sha256={signed}",
            "X-Steelyard-Id": note.reference,
        }
        asked(self.channel, "POST", _path(self.channel), body, headers)

    def close(self) -> None:
        """Nothing is kept open."""


class Gateway:
    """A gateway of telephones, by the template of site.toml: values only ever stand inside its texts."""

    def __init__(self, channel: Sms) -> None:
        self.channel = channel

    def send(self, note: Note) -> None:
        values = {"to": note.to, "text": note.text, "id": note.reference, "secret": self.channel.key()}
        body = json.dumps(_filled(json.loads(self.channel.template), values), ensure_ascii=False).encode()
        answer = asked(self.channel, "POST", _path(self.channel), body)
        field, _, wanted = self.channel.good.partition("=")
        if field and (not isinstance(answer, dict) or str(answer.get(field)) != wanted):
            found = str(answer.get(field))[:40] if isinstance(answer, dict) else "—"
            raise Rejected(f"网关没有收下 the gateway did not take it: {field}={found}")

    def close(self) -> None:
        """Nothing is kept open."""


def _filled(part: Any, values: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return Template(part).safe_substitute(values)
    if isinstance(part, list):
        return [_filled(one, values) for one in part]
    return {name: _filled(one, values) for name, one in part.items()} if isinstance(part, dict) else part


class Messenger:
    """An application of WeCom or DingTalk: a token for an hour or two, then one message a person."""

    def __init__(self, channel: App) -> None:
        self.channel, self._token, self._until = channel, "", 0.0

    def send(self, note: Note) -> None:
        for last in (False, True):
            answer = self._sent(note)
            code = answer.get("errcode") if isinstance(answer, dict) else None
            if code == 0 and not answer.get("invaliduser"):
                return
            if code in STALE and not last:
                self._token = ""
                continue
            said = f"errcode {code}"
            raise Rejected(said) if code in NOBODY or code == 0 else NoAnswer(f"{self.channel.host}：{said}")

    def _sent(self, note: Note) -> Any:
        path, body = self.said(note)
        where = _path(self.channel, path, access_token=self._token_now())
        return asked(self.channel, "POST", where, json.dumps(body, ensure_ascii=False).encode())

    def _token_now(self) -> str:
        if not self._token or monotonic() > self._until:
            path, names = self.door()
            query = dict(zip(names, (self.channel.account, self.channel.key()), strict=True))
            answer = asked(self.channel, "GET", _path(self.channel, path, **query))
            token = answer.get("access_token") if isinstance(answer, dict) else None
            if not isinstance(token, str) or not token:
                code = answer.get("errcode") if isinstance(answer, dict) else "—"
                raise NoAnswer(f"{self.channel.host}{path}：没有得到令牌 no token (errcode {code})")
            self._token, self._until = token, monotonic() + 3600
        return self._token

    def door(self) -> tuple[str, tuple[str, str]]:
        """Where a token is asked for, and what its two parts are called."""
        raise NotImplementedError

    def said(self, note: Note) -> tuple[str, Mapping[str, Any]]:
        """Where a message goes, and what it is."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is kept open."""


class OfWecom(Messenger):
    def door(self) -> tuple[str, tuple[str, str]]:
        return "/cgi-bin/gettoken", ("corpid", "corpsecret")

    def said(self, note: Note) -> tuple[str, Mapping[str, Any]]:
        once = {"enable_duplicate_check": 1, "duplicate_check_interval": 14400}
        return "/cgi-bin/message/send", {
            "touser": note.to, "msgtype": "text", "agentid": self.channel.agent, "text": {"content": note.text}, **once
        }  # fmt: skip


class OfDingtalk(Messenger):
    """It sends the same text to the same person once a day only."""

    def door(self) -> tuple[str, tuple[str, str]]:
        return "/gettoken", ("appkey", "appsecret")

    def said(self, note: Note) -> tuple[str, Mapping[str, Any]]:
        text = {"msgtype": "text", "text": {"content": note.text}}
        return "/topapi/message/corpconversation/asyncsend_v2", {
            "agent_id": self.channel.agent, "userid_list": note.to, "msg": text
        }  # fmt: skip
