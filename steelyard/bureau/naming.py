"""Whom a written name means: somebody has to bear it, and nobody else may."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from steelyard.engine.problems import CATALOGUE, refuse

CATALOGUE.add(
    {
        "name-of-several": (
            "“{name}”不止一个；请用代码：{codes}",
            "'{name}' is the name of several; use a code: {codes}",
        ),
    }
)


def bearer(written: str, codes: Iterable[str], name_of: Callable[[str], str | None]) -> str | None:
    """The one code with that name, None where there is none. Raises `Refused` (``name-of-several``) with all codes."""
    named = [code for code in codes if name_of(code) == written]
    if len(named) > 1:
        raise refuse("name-of-several", name=written, codes="、".join(named))
    return named[0] if named else None
