"""What the demonstration shows of prompts: cases of the unit's own posts, in time, late, open, overdue."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from steelyard.web.cascade.models import Post
from steelyard.web.library import rules
from steelyard.web.people.models import Grant
from steelyard.web.prompts.prompting import Case, finish, prompt
from steelyard.web.prompts.telling import Asked, steps

CASES = ((60, 5), (46, 30), (40, None), (30, 2), (9, None), (6, 3), (3, None), (1, None))
"""How many days ago each came in, and after how many it was done; None: it is open."""


def shown(now: datetime) -> None:
    """Nothing where no post of the unit is prompted."""
    grant = Grant.objects.filter(account__username="unit").select_related("unit").first()
    if grant is None or grant.unit is None:
        return
    unit = grant.unit
    here = rules.bureau()
    posts = dict(Post.objects.filter(unit=unit, ended=False).order_by("-code").values_list("duty", "code"))
    known = [(duty, *step) for duty, *step in steps(here, here.rules_stamp()) if duty in posts]
    for number, (ago, after) in enumerate(CASES, start=1) if known else ():
        duty, process, step = known[number % len(known)]
        came = _at_ten(now - timedelta(days=ago))
        _case(Asked(unit, process, step, posts[duty], came), number, came, after)


def _case(asked: Asked, number: int, came: datetime, after: int | None) -> None:
    made, _ = prompt(asked, Case(f"演示{asked.received:%m%d}-{number:02d}", "", None), came)
    if after is not None:
        done = came + timedelta(days=after)
        finish(made, done, done)


def _at_ten(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(hour=10, minute=0, second=0, microsecond=0)
