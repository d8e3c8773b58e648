"""Posts and who holds them, as the register of the bureau has them on a day, brought into tables so that pages need
not read the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from steelyard.bureau.subjects.registers import organisation
from steelyard.engine.organisation import Organisation
from steelyard.engine.problems import Problem, Refused
from steelyard.lake.record import snapshot
from steelyard.web.cascade.models import Post, Seat
from steelyard.web.library.models import Edition
from steelyard.web.people.models import Unit
from steelyard.web.people.registering.register import too_long

SIZE = 2000


Told = tuple[str, str, str, str]
"""What the register says of a post."""


@dataclass(frozen=True)
class Posted:
    """``posts``: code -> unit, name, duty and department; ``seats``: post, person and name."""

    batch: int
    posts: Mapping[str, Told]
    seats: frozenset[tuple[str, str, str]]

    def by_duty(self) -> dict[str, dict[str, list[str]]]:
        """Unit -> duty -> its posts, held ones first: who is there carries rather than an empty chair."""
        held = {post for post, _, _ in self.seats}
        found: dict[str, dict[str, list[str]]] = {}
        for code in sorted(self.posts, key=lambda code: (code not in held, code)):
            unit, _, duty, _ = self.posts[code]
            found.setdefault(unit, {}).setdefault(duty, []).append(code)
        return found


def posted(record: Path, day: date) -> Posted:
    """From the record of facts. Raises `Refused` with what contradicts itself in the register."""
    now = snapshot(record)
    known = organisation(now)
    units = set(Unit.objects.filter(ended=None).values_list("code", flat=True))
    posts = {
        code: (post.unit, post.name, post.duty or "", post.department or "")
        for code, post in known.posts.items() if post.unit in units
    }  # fmt: skip
    seats = frozenset(_seats(known, posts, day))
    if long := list(_long(posts, seats)):
        raise Refused(long)
    return Posted(now.batch, posts, seats)


def _long(posts: Mapping[str, Told], seats: Iterable[tuple[str, str, str]]) -> Iterator[Problem]:
    for code, (_, name, duty, department) in posts.items():
        yield from too_long(Post, code, {"code": code, "name": name, "duty": duty, "department": department})
    for _, person, name in sorted(seats):
        yield from too_long(Seat, person, {"person": person, "name": name})


def _seats(known: Organisation, posts: Mapping[str, object], day: date) -> Iterator[tuple[str, str, str]]:
    for code, person in known.persons.items():
        for held in known.holdings.get(code, ()):
            if held.start <= day < held.end and held.post in posts:
                yield held.post, code, person.name


@transaction.atomic
def bring(found: Posted) -> None:
    """Into the tables. The same register again changes nothing."""
    Edition.hold()  # so that nobody brings the same posts beside us
    there = {one.code: one for one in Post.objects.all()}
    new = [Post(code=code, unit_id=unit, name=name, duty=duty, department=department)
           for code, (unit, name, duty, department) in found.posts.items() if code not in there]  # fmt: skip
    Post.objects.bulk_create(new, SIZE)
    other = [one for code, one in there.items() if _renewed(one, found.posts.get(code))]
    Post.objects.bulk_update(other, ["unit", "name", "duty", "department", "ended"], SIZE)
    seats = {(one.post_id, one.person, one.name): one.pk for one in Seat.objects.all()}
    gone = [pk for key, pk in seats.items() if key not in found.seats]
    for start in range(0, len(gone), SIZE):
        Seat.objects.filter(pk__in=gone[start : start + SIZE]).delete()
    come = sorted(found.seats - seats.keys())
    Seat.objects.bulk_create((Seat(post_id=post, person=person, name=name) for post, person, name in come), SIZE)


def _renewed(post: Post, now: Told | None) -> bool:
    """Whether it is another post than the table says; then it says so."""
    before = post.unit_id, post.name, post.duty, post.department, post.ended
    if now is None:
        post.ended = True
    else:
        (post.unit_id, post.name, post.duty, post.department), post.ended = now, False
    return before != (post.unit_id, post.name, post.duty, post.department, post.ended)
