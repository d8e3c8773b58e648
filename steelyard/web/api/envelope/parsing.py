"""JSON read strictly: no key twice, no number that a binary float would change, no text that cannot be written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.web.look.kept import NUL

CATALOGUE.add(
    {
        "api-json": (
            "请求的内容不是 UTF-8 的 JSON：{why}",
            "the body is not JSON in UTF-8: {why}",
        ),
    }
)


class Inexact:
    """A number with a fraction, an exponent, or none at all (NaN): no field takes it, and each says so at its place."""

    def __init__(self, text: str) -> None:
        self.text = text


class Twice:
    """The value of a key that was written twice: no field takes it either."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[name] = Twice() if name in found else value
    return found


def _writable(given: Any) -> None:
    """Raises `Refused` (``api-nul``), and `UnicodeEncodeError` for half a character; both hide in escapes."""
    for text in _texts(given):
        text.encode()
        if NUL in text:
            raise refuse("api-nul", Place("body"))


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    for one in given.items() if isinstance(given, dict) else given if isinstance(given, list | tuple) else ():
        yield from _texts(one)


class Strict(Parser):
    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises `Refused` (``api-json``) with the line and column where reading ended, and ``api-nul``."""
        try:
            body = request.body.decode("utf-8-sig")  # json would guess, and take other encodings as well
            given = json.loads(
                body, object_pairs_hook=_object, parse_float=Inexact, parse_constant=Inexact, parse_int=Inexact
            )
            if any(escape in request.body.lower() for escape in (b"\\ud", b"\\u0000")):
                _writable(given)
        except json.JSONDecodeError as error:
            raise refuse("api-json", Place("body", error.lineno, error.colno), why=error.msg) from error
        except RecursionError as error:
            raise refuse("api-json", Place("body"), why="too deep") from error
        except ValueError as error:  # not UTF-8, or half a character
            raise refuse("api-json", Place("body"), why=type(error).__name__) from error
        return given  # type: ignore[no-any-return]  # whatever it is, its shape is looked at next
