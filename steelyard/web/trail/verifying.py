"""Walks the chain: finds a changed byte, a gap, a moved event, a cut tail, and a database put in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import DatabaseError

from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.web.trail.models import Event, Head
from steelyard.web.trail.recording import GENESIS, said, sealed

CATALOGUE.add(
    {
        "trail-changed": (
            "第 {number} 号事件的内容与它的摘要不符：被改动过",
            "event {number} does not have its own digest: it was changed",
        ),
        "trail-gap": (
            "第 {wanted} 号事件应在此处，却是第 {number} 号：有事件被删去、插入或调换",
            "event {wanted} should stand here and {number} does: events were taken out, put in or moved",
        ),
        "trail-broken": (
            "第 {number} 号事件不接在前一号之后：前面被改写过",
            "event {number} does not follow from the one before: what came before was rewritten",
        ),
        "trail-cut": (
            "应有至第 {number} 号的事件，只有到第 {last} 号：尾部被截去，或换回了旧库",
            "there should be events up to {number}, there are {last}: the end was cut, or an older database put here",
        ),
        "trail-replaced": (
            "第 {number} 号事件与当时签署的检查点不符：整条链被换过",
            "event {number} is not the one that the checkpoint signed: the chain was replaced",
        ),
        "trail-unreadable": (
            "审计记录读不出来：{reason}",
            "the trail cannot be read: {reason}",
        ),
    }
)

SHOWN = 20
"""So many differences are told; whoever changed one thing early made every later event wrong as well."""


class Last(NamedTuple):
    number: int
    digest: str


class Signed(NamedTuple):
    """What a checkpoint says of the chain."""

    number: int
    digest: str


@dataclass(frozen=True)
class Verdict:
    """``events``: how many were walked; ``checkpoints``: how many were held against them."""

    events: int
    checkpoints: int
    problems: tuple[Problem, ...]


def verify(signed: Iterable[Signed]) -> Verdict:
    """The chain of the database against itself, its head, and what was signed of it."""
    signs = set(signed)
    numbers = {one.number for one in signs}
    met: dict[int, str] = {}

    def noting() -> Iterator[Mapping[str, Any]]:
        for event in events():
            if event["number"] in numbers:
                met[event["number"]] = event["digest"]
            yield event

    try:
        last, problems = walk(noting())
        head = Head.objects.filter(pk=1).first()
    except (DatabaseError, ValueError, TypeError) as error:
        return Verdict(0, len(signs), (Problem("trail-unreadable", params={"reason": str(error)}),))
    problems += _ends(last, head)
    for one in sorted(signs):
        if one.number > last.number:
            problems.append(Problem("trail-cut", params={"number": one.number, "last": last.number}))
        elif met.get(one.number) != one.digest:
            problems.append(Problem("trail-replaced", params={"number": one.number}))
    return Verdict(last.number, len(signs), tuple(problems[:SHOWN]))


def _ends(last: Last, head: Head | None) -> list[Problem]:
    number, digest = (head.number, head.digest) if head else (0, GENESIS)
    if last.number < number:
        return [Problem("trail-cut", params={"number": number, "last": last.number})]
    return [] if last == (number, digest) else [Problem("trail-broken", params={"number": number + 1})]


def walk(found: Iterable[Mapping[str, Any]], number: int = 0, digest: str = GENESIS) -> tuple[Last, list[Problem]]:
    """From after ``number`` on. The last event, and every difference on the way."""
    problems: list[Problem] = []
    for event in found:
        if event["number"] != number + 1:
            problems.append(Problem("trail-gap", params={"wanted": number + 1, "number": event["number"]}))
        elif event["previous"] != digest:
            problems.append(Problem("trail-broken", params={"number": event["number"]}))
        if not _own(event):
            problems.append(Problem("trail-changed", params={"number": event["number"]}))
        number, digest = event["number"], event["digest"]
    return Last(number, digest), problems


def _own(event: Mapping[str, Any]) -> bool:
    try:
        return sealed({name: value for name, value in event.items() if name != "digest"}) == str(event["digest"])
    except (ValueError, TypeError):  # a digest that nobody knows, a number that is none
        return False


def events(after: int = 0, up_to: int | None = None) -> Iterator[dict[str, Any]]:
    """As they are sealed, each with its digest: the lines of an export."""
    rows = Event.objects.filter(number__gt=after).order_by("number")
    rows = rows if up_to is None else rows.filter(number__lte=up_to)
    for event in rows.iterator(chunk_size=2000):
        yield {**said(event), "digest": event.digest}
