"""Who asks: a token, what it may be used for, and what its account may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer

from steelyard.engine.problems import Problem, Refused
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.models import Token
from steelyard.web.people.tokens import good


class Bearer(HttpBearer):
    """``Authorization: Bearer sy_…``; sessions of browsers are not asked."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:  # noqa: ARG002
        return good(token, timezone.now())


def asker(request: HttpRequest, scope: str, name: str, target: Target = NOWHERE) -> Asker:
    """Who asks, if the token is for this and its account may. To others it looks as if nothing were there."""
    token = cast(Token, request.auth)  # type: ignore[attr-defined]  # set by ninja
    who = Asker(token.account, timezone.localdate())
    if scope not in token.scopes or not who.may(name, target):
        raise HttpError(404, "not found")
    return who


def told(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Problems as JSON: a code for programs, words for people."""
    return [{"code": one.code, "zh": one.line("zh"), "en": one.line("en")} for one in problems]


def refused(_: HttpRequest, error: Exception) -> HttpResponse:
    problems = error.problems if isinstance(error, Refused) else ()
    return JsonResponse({"problems": told(problems)}, status=422)
