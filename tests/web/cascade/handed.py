"""A plan handed down in a small bureau: two posts a unit, one indicator for each state, in tables alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from steelyard.web.cascade.models import Assignment, Carrier, Cascade, Cause, Part, Post, Seat, State
from steelyard.web.people.models import Unit
from tests.web.people.world import NOW, account, unit

SINCE = date(2026, 1, 1)
DUTY = "税源管理职责"


def cascade(plan: str = "units", now: datetime = NOW) -> Cascade:
    given = {"name": "分局方案", "since": SINCE, "due": now.date() + timedelta(days=9), "lead_share": Decimal("0.6"),
             "begun_by": account("maker"), "begun_at": now, "proposed_at": now}  # fmt: skip
    return Cascade.objects.get_or_create(plan=plan, year="2026", defaults=given)[0]


def posts(at: Unit) -> list[Post]:
    """A leading and an assisting post; the first is held by the officer of the unit."""
    found = []
    for number, (name, department) in enumerate((("税源管理岗", "征收管理科"), ("分局长岗", "局领导"))):
        told = {"unit": at, "name": name, "duty": DUTY, "department": department}
        made, new = Post.objects.get_or_create(code=f"{at.pk}-{number}", defaults=told)
        if new and number == 0:
            Seat.objects.create(post=made, person=f"n-{at.pk}", name=f"干部{at.pk}")
        found.append(made)
    return found


def assignment(state: State = State.PROPOSED, at: str = "A1", indicator: str = "", assisted: bool = True,
               reason: str = "") -> Assignment:  # fmt: skip
    """At a state, with its posts: 0.6 and 0.4, or one alone; confirmed ones count from the year's first day."""
    of, place = cascade(), unit(at)
    indicator = indicator or f"of_{state}"
    made = Assignment.objects.filter(cascade=of, unit=place, indicator=indicator).first()
    if made is not None:
        return made
    cause, _ = Cause.objects.get_or_create(
        cascade=of, indicator=indicator, duty=DUTY,
        defaults={"item": "filing", "does": "按户提醒按期申报", "basis": "《征管法》第二十五条", "score": 612},
    )  # fmt: skip
    made = Assignment.objects.create(
        cascade=of, unit=place, indicator=indicator, name=f"指标{indicator}", state=state, due=of.due, at=NOW,
        reason=reason, by=of.begun_by if state != State.PROPOSED else None,
    )  # fmt: skip
    lead, other = posts(place)
    since = SINCE if state == State.CONFIRMED else None
    shares = [(lead, Part.LEAD, "0.6"), (other, Part.ASSIST, "0.4")] if assisted else [(lead, Part.LEAD, "1")]
    for post, part, share in shares:
        Carrier.objects.create(assignment=made, post=post, part=part, share=Decimal(share), cause=cause, since=since)
    return made


def shares(one: Assignment) -> dict[str, tuple[str, str]]:
    """Post -> part and share, of those that carry it now."""
    rows = one.carriers.filter(until=None).values_list("post", "part", "share")
    return {post: (part, f"{share.normalize():f}") for post, part, share in rows}
