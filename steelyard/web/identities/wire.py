"""LDAP (RFC 4511) as far as signing in needs it: StartTLS, simple bind, one search. Messages are packed and unpacked by
pyasn1; one deadline holds for everything, and an answer has a greatest size."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pyasn1.error import PyAsn1Error
from pyasn1_modules.rfc2251 import LDAPMessage

from steelyard.web.identities.filters import built
from steelyard.web.identities.naming import Directory
from steelyard.web.identities.outage import NoAnswer, reason_of

LARGEST = 1 << 20
START_TLS = "1.3.6.1.4.1.1466.20037"
SUCCESS, TOO_MANY = 0, 4
OUT_OF_ORDER = frozenset((1, 2, 3, 11, 51, 52, 80))
"""Codes that tell of the directory, not of the password: errors of it, time limits, busy, unavailable."""


class Wire:
    """One connection. Whatever goes wrong on it is a `NoAnswer`."""

    def __init__(self, open_socket: socket.socket, until: float) -> None:
        self._socket, self._until, self._number = open_socket, until, 0

    def secure(self, context: ssl.SSLContext, directory: Directory) -> None:
        """From here on nobody else listens; with StartTLS that has to be asked for first."""
        if not directory.tls:
            request = self._message()
            request["protocolOp"]["extendedReq"]["requestName"] = START_TLS
            (answer,) = self._asked(request, "extendedResp")
            if int(answer["resultCode"]) != SUCCESS:
                raise NoAnswer("目录不支持 StartTLS the directory refuses StartTLS")
        self._wait()
        self._socket = context.wrap_socket(self._socket, server_hostname=directory.host)

    def close(self) -> None:
        self._socket.close()

    def bind(self, name: str, password: str) -> bool:
        """Whether it is the password of that name. An empty one is never sent: servers take that for a stranger and
        say yes (RFC 4513, 5.1.2)."""
        if not name or not password:
            return False
        request = self._message()
        asked = request["protocolOp"]["bindRequest"]
        asked["version"], asked["name"], asked["authentication"]["simple"] = 3, name.encode(), password.encode()
        (answer,) = self._asked(request, "bindResponse")
        if int(answer["resultCode"]) in OUT_OF_ORDER:
            raise NoAnswer(f"目录出错 the directory is out of order: {_said(answer)}")
        return int(answer["resultCode"]) == SUCCESS

    def search(self, directory: Directory, username: str) -> list[tuple[str, list[str]]]:
        """At most two entries that fit: distinguished name, and the values of the attribute."""
        request = self._message()
        asked = request["protocolOp"]["searchRequest"]
        asked["baseObject"], asked["scope"] = directory.base.encode(), "wholeSubtree"
        asked["derefAliases"], asked["typesOnly"] = "neverDerefAliases", False
        asked["sizeLimit"], asked["timeLimit"] = 2, directory.seconds
        asked["filter"] = built(directory.filter, username)
        asked["attributes"][0] = directory.attribute
        *entries, done = self._asked(request, "searchResDone", "searchResEntry")
        if int(done["resultCode"]) not in (SUCCESS, TOO_MANY):
            raise NoAnswer(f"查找失败（base、filter 或权限） the search failed (base, filter or rights): {_said(done)}")
        return [_entry(entry, directory.attribute) for entry in entries]

    def _message(self) -> Any:
        self._number += 1
        message = LDAPMessage()
        message["messageID"] = self._number
        return message

    def _asked(self, request: Any, last: str, before: str = "") -> list[Any]:
        """The answers to a request, until the one that ends it; what is neither is passed over."""
        try:
            self._wait()
            self._socket.sendall(encoder.encode(request))
            answers = []
            while True:
                message = decoder.decode(self._frame(), asn1Spec=LDAPMessage())[0]
                kind = message["protocolOp"].getName()
                if int(message["messageID"]) != self._number:
                    raise NoAnswer("目录断开了连接 the directory ended the connection")
                if kind in (last, before):
                    answers.append(message["protocolOp"][kind])
                if kind == last:
                    return answers
        except (OSError, PyAsn1Error, RecursionError) as error:
            raise NoAnswer(reason_of(error)) from error

    def _frame(self) -> bytes:
        """One message, by the length that it says it has."""
        head = self._bytes(2)
        if head[1] & 0x80:
            more = self._bytes(head[1] & 0x7F) if 0 < head[1] & 0x7F <= 4 else b""
            head, size = head + more, int.from_bytes(more, "big")
        else:
            size = head[1]
        if head[0] != 0x30 or not 0 < size <= LARGEST:
            raise NoAnswer("应答不是 LDAP the answer is not LDAP")
        return head + self._bytes(size)

    def _bytes(self, size: int) -> bytes:
        held = b""
        while len(held) < size:
            self._wait()
            some = self._socket.recv(size - len(held))
            if not some:
                raise NoAnswer("目录断开了连接 the directory ended the connection")
            held += some
        return held

    def _wait(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)


@contextmanager
def connected(directory: Directory) -> Iterator[Wire]:
    """Encrypted before anything is said, its certificate checked for the name that site.toml gives."""
    until = time.monotonic() + directory.seconds
    wire: Wire | None = None
    try:
        found = socket.create_connection((directory.host, directory.port), directory.seconds)
        wire = Wire(found, until)
        if not directory.plain:
            context = ssl.create_default_context(cafile=directory.authority)
            wire.secure(context, directory)
        yield wire
    except OSError as error:
        raise NoAnswer(reason_of(error)) from error
    finally:
        if wire is not None:
            wire.close()


def _entry(entry: Any, attribute: str) -> tuple[str, list[str]]:
    values = [
        bytes(value).decode("utf-8", "replace")
        for one in entry["attributes"]
        if bytes(one["type"]).decode("ascii", "replace").lower() == attribute.lower()
        for value in one["vals"]
    ]
    return bytes(entry["objectName"]).decode("utf-8", "replace"), values


def _said(answer: Any) -> str:
    return f"{int(answer['resultCode'])} {bytes(answer['errorMessage']).decode('utf-8', 'replace')[:200]}".strip()
