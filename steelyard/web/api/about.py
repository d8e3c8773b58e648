"""About the token itself: what it is good for, so that nobody has to guess why something is not there."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from steelyard.web.api.guarding import asker, token_of
from steelyard.web.api.shapes import WRONG, TokenOut

router = Router(tags=["令牌 token"])


@router.get("token", response={200: TokenOut, **WRONG}, summary="本令牌的用途和范围 what this token is good for")
def about(request: HttpRequest) -> TokenOut:
    asker(request, "api-token")
    token = token_of(request)
    return TokenOut(
        name=token.name, scopes=token.scopes, tables=token.tables, unit=token.unit_id, until=token.until.isoformat()
    )
