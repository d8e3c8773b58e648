"""JSON from the provider's own host and from no other: no redirect is followed, time and size are bounded."""

from __future__ import annotations

import base64
import json
import socket
import ssl
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from steelyard.web.identities.naming import Provider
from steelyard.web.identities.outage import NoAnswer, reason_of

LARGEST = 256 << 10


def ours(provider: Provider, address: Any) -> str:
    """The address, if it leads to the host of the issuer by the issuer's own scheme. Raises `NoAnswer`."""
    issuer, parts = urlsplit(provider.issuer), urlsplit(address if isinstance(address, str) else "")
    if (parts.scheme, parts.netloc) != (issuer.scheme, issuer.netloc):
        raise NoAnswer(f"“{address}”不在统一认证的主机上 '{address}' is not on the provider's host")
    return str(address)


def get(provider: Provider, address: str) -> dict[str, Any]:
    """A JSON object. Raises `NoAnswer`."""
    return _asked(provider, "GET", address, {}, b"")


def post(provider: Provider, address: str, form: dict[str, str], client: tuple[str, str] | None) -> dict[str, Any]:
    """``client``: name and secret for the header; None where they stand in the form."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if client is not None:
        pair = ":".join(map(quote_plus, client)).encode()
        headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
    return _asked(provider, "POST", address, headers, urlencode(form).encode())


def _asked(provider: Provider, method: str, address: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    parts = urlsplit(ours(provider, address))
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        with closing(_connection(provider)) as connection:
            connection.connect()
            # a host that sends one sign a second would keep us for ever, whatever the limit of each wait
            ends = Timer(provider.seconds, _cut, [connection.sock])
            ends.start()
            try:
                connection.request(method, target, body, {"Accept": "application/json", **headers})
                answer = connection.getresponse()
                said = answer.read(LARGEST + 1)
            finally:
                ends.cancel()
    except (OSError, HTTPException) as error:
        raise NoAnswer(f"{method} {address}：{reason_of(error)}") from error
    if answer.status != 200 or len(said) > LARGEST:
        raise NoAnswer(f"{method} {address}：{answer.status}，{len(said)} 字节 bytes：{_hint(said)}")
    return _object(address, said)


def _connection(provider: Provider) -> HTTPConnection:
    parts = urlsplit(provider.issuer)
    host, wait = parts.hostname or "", provider.seconds
    if provider.plain:
        return HTTPConnection(host, parts.port, timeout=wait)
    context = ssl.create_default_context(cafile=provider.authority)
    return HTTPSConnection(host, parts.port, timeout=wait, context=context)


def _cut(open_socket: socket.socket) -> None:
    with suppress(OSError):
        open_socket.shutdown(socket.SHUT_RDWR)


def _object(address: str, said: bytes) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NoAnswer(f"{address} 的应答不是 JSON 对象 the answer is no JSON object")
    return found


def _hint(said: bytes) -> str:
    """What an error answer says of itself; never more than its code."""
    try:
        return str(json.loads(said[:LARGEST]).get("error", ""))[:80]
    except (ValueError, AttributeError, RecursionError):
        return ""
