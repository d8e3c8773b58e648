"""A body that is too large is refused by its length, before any of it is read or kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
BELOW = "/api/"


class _Full(Exception):
    pass


class Bounded:
    """In front of the site: Django would first take a whole body in. Those that tell no length are counted."""

    def __init__(self, app: App, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(BELOW):
            return await self.app(scope, receive, send)
        if _said(scope) > self.most:
            return await _refuse(scope, send)
        read = 0

        async def counted() -> MutableMapping[str, Any]:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.most:
                raise _Full
            return message

        try:
            await self.app(scope, counted, send)
        except _Full:
            await _refuse(scope, send)


def _said(scope: Scope) -> int:
    """What the header tells; the server has refused by then what is no number."""
    return int(next((value for name, value in scope["headers"] if name == b"content-length"), b"0"))


async def _refuse(scope: Scope, send: Send) -> None:
    """The same answer as from within."""
    from steelyard.web.api.answering import answer, too_large  # once Django has been set up

    asked = next((value for name, value in scope["headers"] if name == b"accept-language"), b"").lower()
    told = answer([too_large()], "en" if asked.startswith(b"en") else "zh")
    headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]
    headers += [(b"content-length", str(len(told.content)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": told.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": told.content})
