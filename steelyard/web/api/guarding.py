"""Who asks: a token, and what it and its account may ask for; whoever shows one is told what it is good for."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.security import HttpBearer

from steelyard.engine.problems import refuse
from steelyard.web.api.shapes import WRONG, TokenOut
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.models import Token, Unit
from steelyard.web.people.tokens import good

router = Router(tags=["令牌 token"])


class Bearer(HttpBearer):
    """``Authorization: Bearer sy_…``; sessions of browsers are not asked."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:  # noqa: ARG002
        return good(token, timezone.now())


def token_of(request: HttpRequest) -> Token:
    return cast(Token, request.auth)  # type: ignore[attr-defined]  # set by ninja


def asker(request: HttpRequest, name: str, target: Target = NOWHERE) -> Asker:
    """Who asks, if token and account may. To others it looks as if nothing were there (``api-missing``)."""
    token = token_of(request)
    who = Asker(token.account, timezone.localdate(), token)
    if not who.may(name, target):
        raise refuse("api-missing")
    return who


def over_the_whole(who: Asker, name: str) -> bool:
    """Whether the token stands over every unit, for what concerns everybody."""
    roots = list(Unit.objects.filter(parent=None, ended=None).values_list("path", flat=True))
    return bool(roots) and all(who.may(name, Target(path=path)) for path in roots)


@router.get("token", response={200: TokenOut, **WRONG}, summary="本令牌的用途和范围 what this token is good for")
def about(request: HttpRequest) -> TokenOut:
    asker(request, "api-token")
    token = token_of(request)
    return TokenOut(
        name=token.name, scopes=token.scopes, tables=token.tables, unit=token.unit_id, until=token.until.isoformat()
    )
