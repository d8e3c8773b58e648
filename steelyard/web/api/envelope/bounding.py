"""A body that is too large is refused by its length, before any of it is read or kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from django.http import HttpRequest
from django.utils.translation import override

from steelyard.engine.problems import Language

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
BELOW = "/api/"
SPARE = 1 << 20
"""What a form has around its files."""
LINGER = 30
"""Seconds in which whoever was refused may go on sending before he is cut off, as web servers do."""


class _Full(Exception):
    """Carries whether more of the body is to come."""


class Bounded:
    """In front of the site: Django would first take a whole body in. Those that tell no length are counted.

    ``most``: bytes of a request of the API; ``forms``: MB of the files that a form of a page brings together."""

    def __init__(self, app: App, most: int, forms: int) -> None:
        self.app, self.most, self.forms = app, most, forms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        most = self.most if scope["path"].startswith(BELOW) else (self.forms << 20) + SPARE
        if _said(scope) > most:
            return await self._refuse(scope, receive, send)
        read = 0

        async def counted() -> MutableMapping[str, Any]:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise _Full(message.get("more_body", False))
            return message

        try:
            await self.app(scope, counted, send)
        except _Full as full:
            await self._refuse(scope, receive, send, *full.args)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, more: bool = True) -> None:
        """The same answer as from within. ``more``: the one who asked is still sending."""
        from steelyard.web.api.envelope.answering import answer, too_large  # once Django has been set up
        from steelyard.web.look.failing import large
        from steelyard.web.look.headers import Headers

        asked = next((value for name, value in scope["headers"] if name == b"accept-language"), b"").lower()
        language: Language = "en" if asked.startswith(b"en") else "zh"
        if scope["path"].startswith(BELOW):
            told = answer([too_large()], language)
        else:
            with override("en" if language == "en" else "zh-hans"):
                told = Headers(lambda _: large(self.forms))(HttpRequest())
        headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]
        headers += [(b"content-length", str(len(told.content)).encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": told.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": told.content, "more_body": True})
        if more:
            await _discard(receive)
        await send({"type": "http.response.body"})


async def _discard(receive: Receive) -> None:
    """A connection that is closed while its other end sends is reset, and the answer with it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            while (await receive()).get("more_body"):
                pass


def _said(scope: Scope) -> int:
    """What the header tells; the server has refused by then what is no number."""
    return int(next((value for name, value in scope["headers"] if name == b"content-length"), b"0"))
