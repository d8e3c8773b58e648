"""机构与人员: units and persons as the register of the bureau has them on a day, brought into the tables of the site.

The register in the record is what counts; the tables are its picture of one day, so that pages need not read it.
Bringing the same day twice changes nothing. What would change is a value of its own (`Changes`), which a page shows
before anything is applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.db.models import Model, Value
from django.db.models.functions import Coalesce

from steelyard.bureau.subjects.registers import organisation
from steelyard.engine.organisation import Organisation
from steelyard.engine.organisation.rows import Unit as Registered
from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.lake.record import snapshot
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.asking import By
from steelyard.web.people.granting.proposing import transferred
from steelyard.web.people.models import Account, Person, Unit
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "register-alike": (
            "机构代码 {codes} 只有大小写不同；请在登记册里区分清楚",
            "the codes {codes} differ by capitals alone; tell them apart in the register",
        ),
        "register-long": (
            "登记册里 {code} 的“{what}…”有 {found} 个字，网站最多记 {most} 个；请在登记册里改短",
            "'{what}…' of {code} in the register has {found} signs, the site keeps {most} at most; shorten it there",
        ),
    }
)
SIZE = 1000


@dataclass(frozen=True)
class Placed:
    """A unit as it will stand in the table."""

    code: str
    name: str
    parent: str
    path: str
    level: str
    class_name: str
    attributes: Mapping[str, str]


class Seat(NamedTuple):
    """A person with the unit and post that has most of the time; both empty for who has no post on the day."""

    code: str
    name: str
    unit: str
    post: str


@dataclass(frozen=True)
class Picture:
    """The register on one day. ``successions``: from, to and day of what was merged, split or passed on until then."""

    day: date
    units: Mapping[str, Placed]
    seats: Mapping[str, Seat]
    successions: tuple[tuple[str, str, date], ...]


def picture(folder: Path, day: date) -> Picture:
    """From the record of facts. Raises `Refused` with what contradicts itself in the register."""
    now = snapshot(folder)
    return _picture(folder, now.batch, now.digest, day)


@lru_cache(maxsize=4)
def _picture(folder: Path, batch: int, _digest: str, day: date) -> Picture:
    """What a record said as of a batch never changes; the digest tells it from another record in the same place."""
    known = organisation(snapshot(folder, as_of_batch=batch))
    units = _units(known, day)
    alike = _alike(units)
    if alike:
        raise Refused([Problem("register-alike", params={"codes": "、".join(alike)})])
    seats = _seats(known, units, day)
    if long := list(_long(units, seats)):
        raise Refused(long)
    told = tuple((row.from_unit, row.to_unit, row.on) for row in known.everything.successions if row.on <= day)
    return Picture(day, units, seats, told)


def _units(known: Organisation, day: date) -> dict[str, Placed]:
    structure = known.structure(day)
    return {code: _placed(known, unit, structure.ancestors(code), day) for code, unit in structure.units.items()}


def _placed(known: Organisation, unit: Registered, above: tuple[str, ...], day: date) -> Placed:
    path = "/" + "".join(f"{code}/" for code in (*reversed(above), unit.code))
    values = {name: known.attribute(unit.code, name, day) for name in sorted(known.attributes)}
    stated = {name: f"{value.normalize():f}" for name, value in values.items() if value is not None}
    return Placed(unit.code, unit.name, unit.parent or "", path, unit.level, unit.unit_class or "", stated)


def _seats(known: Organisation, units: Mapping[str, Placed], day: date) -> dict[str, Seat]:
    found = {}
    for code, person in known.persons.items():
        held = [one for one in known.holdings.get(code, ()) if one.start <= day < one.end]
        most = max(held, key=lambda one: (one.share, one.start, one.post), default=None)
        post = known.posts[most.post] if most else None
        unit = post.unit if post is not None and post.unit in units else ""
        found[code] = Seat(code, person.name, unit, post.name if post is not None and unit else "")
    return found


def _long(units: Mapping[str, Placed], seats: Mapping[str, Seat]) -> Iterator[Problem]:
    for at in units.values():
        said = {"code": at.code, "name": at.name, "path": at.path, "level": at.level, "class_name": at.class_name}
        yield from too_long(Unit, at.code, said)
    for one in seats.values():
        yield from too_long(Person, one.code, {"code": one.code, "name": one.name, "post": one.post})


def too_long(model: type[Model], code: str, said: Mapping[str, str]) -> Iterator[Problem]:
    """What a table has no room for: one database would keep it all the same, the other would break."""
    for name, text in said.items():
        most = getattr(model._meta.get_field(name), "max_length", None) or len(text)
        if len(text) > most:
            told = {"code": code[:40], "what": text[:20], "found": len(text), "most": most}
            yield Problem("register-long", params=told)


def _alike(codes: Mapping[str, Placed]) -> list[str]:
    folded: dict[str, list[str]] = {}
    for code in codes:
        folded.setdefault(code.casefold(), []).append(code)
    return sorted(code for group in folded.values() if len(group) > 1 for code in group)


# ---- what would change ----


@dataclass(frozen=True)
class Changes:
    """``renamed``, ``moved``, ``otherwise`` (see `differences`): code, before, after; ``merged``: the new unit and the
    old ones; ``split``: the old unit and the new ones; ``transferred``: seats before and after of who changes unit;
    ``posted``: of who changes post."""

    new: tuple[Placed, ...]
    ended: tuple[str, ...]
    renamed: tuple[tuple[str, str, str], ...]
    moved: tuple[tuple[str, str, str], ...]
    otherwise: tuple[tuple[str, Placed, Placed], ...]
    merged: tuple[tuple[str, tuple[str, ...]], ...]
    split: tuple[tuple[str, tuple[str, ...]], ...]
    come: tuple[Seat, ...]
    gone: tuple[str, ...]
    transferred: tuple[tuple[Seat, Seat], ...]
    posted: tuple[tuple[Seat, Seat], ...]

    @property
    def persons(self) -> int:
        """How many come, go, or change unit or post."""
        return sum(map(len, (self.come, self.gone, self.transferred, self.posted)))

    @property
    def nothing(self) -> bool:
        return not any(getattr(self, name) for name in self.__dataclass_fields__ if name not in ("merged", "split"))


def _units_there() -> dict[str, Placed]:
    """What the table holds now; units that ended are not among them."""
    rows = Unit.objects.filter(ended=None).values_list(
        "code", "name", Coalesce("parent_id", Value("")), "path", "level", "class_name", "attributes"
    )
    return {row[0]: Placed(*row) for row in rows}


def _people_there() -> list[tuple[str, str, str, str]]:
    """What the table holds now, each row as a `Seat`, in order: of twenty thousand most are as the register has them,
    and those need not be more than compared."""
    rows = Person.objects.values_list("code", "name", Coalesce("unit_id", Value("")), "post")
    return sorted(rows.order_by("code"))  # by code points, whatever order the database knows


def changes(now: Picture) -> Changes:
    """From what the tables hold to the picture."""
    units, people = _units_there(), _people_there()
    both = sorted(units.keys() & now.units.keys())
    moves = [(Seat._make(row), seat) for row in people if (seat := now.seats.get(row[0])) and seat != row]
    new = tuple(now.units[code] for code in sorted(now.units.keys() - units.keys()))
    ended = tuple(sorted(units.keys() - now.units.keys()))
    touched = {one.code for one in new} | set(ended)
    return Changes(
        new=new, ended=ended,
        renamed=tuple((c, units[c].name, now.units[c].name) for c in both if units[c].name != now.units[c].name),
        moved=tuple((c, units[c].path, now.units[c].path) for c in both if units[c].path != now.units[c].path),
        otherwise=tuple((c, units[c], now.units[c]) for c in both if _rest(units[c]) != _rest(now.units[c])),
        merged=tuple(_several(((to, of) for of, to, _ in now.successions), touched)),
        split=tuple(_several(((of, to) for of, to, _ in now.successions), touched)),
        come=tuple(now.seats[code] for code in sorted(now.seats.keys() - {row[0] for row in people})),
        gone=tuple(code for code, _, unit, _ in people if unit and code not in now.seats),
        transferred=tuple((a, b) for a, b in moves if a.unit != b.unit),
        posted=tuple((a, b) for a, b in moves if a.unit == b.unit),
    )  # fmt: skip


def differences(before: Placed, after: Placed) -> tuple[str, str]:
    """Of level, class and attributes those that differ, as text; — where there is none."""
    told = [(a or "—", b or "—") for a, b in ((before.level, after.level), (before.class_name, after.class_name))
            if a != b]  # fmt: skip
    for name in sorted(before.attributes.keys() | after.attributes.keys()):
        a, b = before.attributes.get(name, "—"), after.attributes.get(name, "—")
        told += [(f"{name} {a}", f"{name} {b}")] if a != b else []
    return "；".join(a for a, _ in told), "；".join(b for _, b in told)


def _rest(one: Placed) -> tuple[str, str, Mapping[str, str]]:
    return one.level, one.class_name, one.attributes


def _several(pairs: Iterator[tuple[str, str]], touched: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Who leads to, or comes from, more than one, where this import touches any of them."""
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
    for one in sorted(found):
        if len(found[one]) > 1 and touched & {one, *found[one]}:
            yield one, tuple(sorted(found[one]))


# ---- applying ----


def bring(now: Picture, *, by: Account | None, at: datetime, address: str = "") -> Changes:
    """The tables become the picture; whoever changes unit leaves roles and delegations behind. Nothing is written, and
    no event, where nothing changes. ``by``: None for the site itself. Raises `Refused` (``act-not-allowed``)."""
    with transaction.atomic():
        who = By(actor="", role="", behalf="")
        if by is not None:
            (by,) = hold(by)
            who = allowed("organisation-bring", by, at)
        return write(now, by, who, at, address)


def write(now: Picture, by: Account | None, who: By, at: datetime, address: str) -> Changes:
    """`bring` for whoever was found to be allowed, inside the transaction of that."""
    found = changes(now)
    if found.nothing:
        return found
    gone = leaving(found)
    _write_units(now, found)
    _write_people(found)
    for account in gone:
        transferred(account=account, by=by, who=who, reason="调动 transferred", now=at)
    counts = {name: len(getattr(found, name)) for name in found.__dataclass_fields__}
    detail = {"day": now.day.isoformat(), **counts}
    record("register-bring", at=at, target="organisation", detail=detail, address=address, **who)
    return found


def _write_units(now: Picture, found: Changes) -> None:
    """From the top down, so that everybody's parent is there first."""
    rows = [
        Unit(
            code=one.code, name=one.name, parent_id=one.parent or None, path=one.path, level=one.level,
            class_name=one.class_name, attributes=dict(one.attributes), ended=None,
        )
        for one in sorted(now.units.values(), key=lambda one: (one.path.count("/"), one.code))
    ]  # fmt: skip
    fields = ["name", "parent", "path", "level", "class_name", "attributes", "ended"]
    Unit.objects.bulk_create(rows, SIZE, update_conflicts=True, unique_fields=["code"], update_fields=fields)
    Unit.objects.filter(code__in=found.ended).update(ended=now.day)


def _write_people(found: Changes) -> None:
    touched = [*found.come, *(after for _, after in (*found.transferred, *found.posted))]
    rows = [Person(code=one.code, name=one.name, unit_id=one.unit or None, post=one.post) for one in touched]
    fields = ["name", "unit", "post"]
    Person.objects.bulk_create(rows, SIZE, update_conflicts=True, unique_fields=["code"], update_fields=fields)
    for start in range(0, len(found.gone), SIZE):
        Person.objects.filter(code__in=found.gone[start : start + SIZE]).update(unit=None, post="")


def leaving(found: Changes) -> list[Account]:
    """Accounts of those who change unit or go, held. To be called before anything is recorded: whoever has the end of
    the trail and then wants an account waits for an act of its owner that waits for him."""
    gone = {before.code for before, _ in found.transferred if before.unit} | set(found.gone)
    return hold(*(one for one in Account.objects.exclude(person="") if one.person in gone))
