"""Sections 8 and 9: what people did about it, from records that came with the results; what did not is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from steelyard.bureau.health.basis import About
from steelyard.bureau.health.beside import Records
from steelyard.reports.health.document import Claim, day, number, whole, words
from steelyard.reports.health.wording import claim


def rectification(of: About, records: Records) -> Iterator[Claim]:
    yield from _kept("cases", records.cases)
    for order, one in enumerate(records.cases or ()):
        at = _at(of, "cases", order)
        told = {name: words(getattr(one, name), f"{at}/{name}") for name in ("number", "what", "state")}
        yield claim("case", **told, due=day(one.due, f"{at}/due"))
    yield from _kept("reliefs", records.reliefs)
    for order, relief in enumerate(records.reliefs or ()):
        at = _at(of, "reliefs", order)
        yield claim(
            "relief",
            number=words(relief.number, f"{at}/number"),
            without=number("points", relief.without, f"{at}/without"),
            **{"with": number("points", relief.with_relief, f"{at}/with_relief")},
            by=words(relief.by, f"{at}/by"),
        )


def appeals(of: About, records: Records) -> Iterator[Claim]:
    yield from _kept("appeals", records.appeals)
    for order, one in enumerate(records.appeals or ()):
        at = _at(of, "appeals", order)
        told = {name: words(getattr(one, name), f"{at}/{name}") for name in ("number", "what", "state")}
        yield claim("appeal", **told, filed=day(one.filed, f"{at}/filed"))
    yield from _kept("corrections", records.corrections)
    for order, fix in enumerate(records.corrections or ()):
        at = _at(of, "corrections", order)
        yield claim(
            "correction",
            new=whole(fix.new, f"{at}/new"),
            old=whole(fix.old, f"{at}/old"),
            before=number("points", fix.before, f"{at}/before"),
            after=number("points", fix.after, f"{at}/after"),
            moved=number("moved", fix.after - fix.before, f"{at}/after - {at}/before"),
            reason=words(fix.reason, f"{at}/reason"),
        )


def _kept(name: str, records: Sequence[Any] | None) -> Iterator[Claim]:
    if records is None:
        yield claim(f"{name}_none")
    elif not records:
        yield claim(f"{name}_empty")


def _at(of: About, kind: str, order: int) -> str:
    return f"beside#units/{of.code}/{kind}/{order}"
