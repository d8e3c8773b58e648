"""NUL is a sign of no text, and PostgreSQL keeps none with it: nothing that a browser sends has one in it here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

NUL = "\0"


class Kept:
    """In front of the sessions: a cookie with NUL is as none. Addresses and forms with NUL are refused (400) before any
    view reads them; a view that is exempt from CSRF reads bodies of its own, and says so in words of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if NUL in value]:
            del request.COOKIES[name]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> None:
        if not getattr(view, "csrf_exempt", False) and any(NUL in text for text in _texts(request)):
            raise BadRequest


def nul_in_address(request: HttpRequest) -> bool:
    return any(NUL in text for text in _address(request))


def _texts(request: HttpRequest) -> Iterator[str]:
    yield from _address(request)
    for name, values in request.POST.lists():
        yield from (name, *map(str, values))


def _address(request: HttpRequest) -> Iterator[str]:
    yield request.path_info
    for name, values in request.GET.lists():
        yield from (name, *map(str, values))
