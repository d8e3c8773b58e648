"""谁在任: who held a post on a day, as it was known at a moment (C17); from the registers of the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from steelyard.bureau.folder import Bureau
from steelyard.bureau.naming import bearer
from steelyard.bureau.subjects.registers import organisation
from steelyard.engine.organisation import Organisation
from steelyard.engine.organisation.rows import Holding
from steelyard.lake.record.snapshot import snapshot


@dataclass(frozen=True, slots=True)
class Held:
    """One person on the post. ``last``: the last day, None while it holds; ``known_at``: since when this is known."""

    post: str
    post_name: str
    unit: str
    unit_name: str
    person: str
    name: str
    first: date
    last: date | None
    share: Decimal
    known_at: datetime


def who(bureau: Bureau, post: str, on: date, known_at: datetime | None = None) -> tuple[Held, ...]:
    """In the order in which they took the post up; nobody where it was vacant. ``post``: code, or name.

    Raises `Refused`: ``post-not-registered``, ``name-of-several``, and what is wrong in the registers.
    """
    org = organisation(snapshot(bureau.record, known_at=known_at))
    code = post if post in org.posts else bearer(post, org.posts, lambda one: org.posts[one].name) or post
    return tuple(_held(org, one, on) for one in org.holders(code, on))


def _held(org: Organisation, holding: Holding, on: date) -> Held:
    post = org.posts[holding.post]
    unit = org.unit_on(post.unit, on) if post.unit in org.units else None
    return Held(
        post=post.code,
        post_name=post.name,
        unit=post.unit,
        unit_name=unit.name if unit else "",
        person=holding.person,
        name=org.persons[holding.person].name,
        first=holding.start,
        last=None if holding.until is None else holding.until - timedelta(days=1),
        share=holding.share,
        known_at=holding.origin.known_at,
    )
