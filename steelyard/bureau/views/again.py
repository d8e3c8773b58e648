"""An account as a run left it, asked once more: what a point of a unit is worth, why points were divided so, as what a
post was confirmed and since when, and how much of it somebody typed in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from steelyard.bureau.folder import saying, tables_in
from steelyard.bureau.runs.replaying import frozen_in, manifest_in, order_of
from steelyard.bureau.showing import decimal
from steelyard.bureau.subjects.registers import assignments, organisation
from steelyard.bureau.views.accounts import Account, Carried, StageOf
from steelyard.engine.allotting.allot import Allotted
from steelyard.engine.model.book import read_book
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.organisation.rows import Post
from steelyard.engine.persons.carrying import Answers, earlier_plans, links_of, reasons
from steelyard.engine.persons.confirming import Assignment, Confirmed
from steelyard.engine.persons.influence import gained
from steelyard.engine.persons.weighing import Entry, veto_line
from steelyard.lake.record.snapshot import snapshot
from steelyard.reports.sheet import Words

POSTS = ("units", "posts")


@dataclass(frozen=True)
class Rests:
    """What accounts of a run rest on: its plan for persons as it was frozen, those of earlier periods to which it
    keeps, and where the plan asks for more than that, the posts and what was confirmed as the record was then."""

    plan: PersonsPlan
    earlier: tuple[PersonsPlan, ...]
    posts: Mapping[str, Post]
    confirmed: Confirmed | None

    def assigned(self, stage: StageOf, line: Carried) -> Assignment | None:
        """The row that confirmed the line; None where the plan asks for none."""
        if self.confirmed is None:
            return None
        return self.confirmed.on(stage.post, stage.first_day).get(line.indicator)

    def answers(self, stage: StageOf) -> Answers | None:
        return None if self.confirmed is None else self.confirmed.on(stage.post, stage.first_day)


@lru_cache(maxsize=8)
def rests(folder: Path, record: Path, plan: str) -> Rests:
    """A run's folder never changes, so it is read once. Raises `Refused` where the run or the record is damaged, and
    `KeyError` for a plan that the run does not have."""
    book = read_book(saying(frozen_in(folder).rules, persons=""))
    found = book.persons[plan]
    earlier = earlier_plans(book.persons, found)
    if found.confirmed is None and found.bounds is None:
        return Rests(found, earlier, {}, None)
    order = order_of(manifest_in(folder))
    facts = snapshot(record, as_of_batch=order.as_of_batch)
    posts = organisation(facts, POSTS).posts
    if found.confirmed is None:
        return Rests(found, earlier, posts, None)
    return Rests(found, earlier, posts, assignments(facts, found.confirmed).counting(posts, links_of(found)))


def influence(account: Account, plan: PersonsPlan, unit: str, indicator: str = "") -> Fraction:
    """Points of the person's total for one more point of the unit's total; with an ``indicator`` of that one, which is
    one more of the total as well. Across the line of a veto it may be all of an indicator at once."""
    stages = (stage for stage in account.stages if stage.unit == unit)
    return gained(((exact(stage.weight), one) for stage in stages for one in entries(stage, plan)), indicator)


def entries(stage: StageOf, plan: PersonsPlan) -> Iterator[Entry]:
    """The lines of a stage as the engine weighed them; none in a unit without a score."""
    for line in stage.lines:
        if line.worth is not None:
            yield _entry(stage, line, plan)


def _entry(stage: StageOf, line: Carried, plan: PersonsPlan) -> Entry:
    full, assigned = exact(line.unit_full), _assigned(stage, line)
    worth, got, points = exact(line.worth), exact(line.unit_points), exact(line.points)
    return Entry(line.indicator, worth, got, full, points, assigned, veto_line(plan, assigned, full))


def _assigned(stage: StageOf, line: Carried) -> Assignment | None:
    """As far as the account tells: since when is not asked for here."""
    if line.role is None:
        return None
    role: Literal["lead", "assist"] = "lead" if line.role == "lead" else "assist"
    return Assignment(stage.unit, line.indicator, stage.post, role, exact(line.share), stage.first_day, date.max)


def why(account: Account, stage: StageOf, of: Rests) -> Sequence[Allotted]:
    """Why the points of a stage were divided so, where the plan states bounds; elsewhere it says so itself."""
    if of.plan.bounds is None or stage.post not in of.posts:
        return ()
    carried = [line.indicator for line in stage.lines if line.indicator]
    own = sum((exact(line.worth) for line in account.own), Fraction(0))
    return reasons(of.plan, of.posts[stage.post], carried, of.answers(stage), of.earlier, own)


def exact(text: str | None) -> Fraction:
    """An exact text as the number it is: ``181/365``."""
    return Fraction(text or 0)


@dataclass(frozen=True)
class Typed:
    """One indicator that rests on what people typed in: ``way`` is ``hand`` or ``judged``, ``tables`` what they filled
    in, with where it comes from. Both empty in runs that did not keep them."""

    indicator: str
    own: bool
    way: str = ""
    tables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Inputs:
    """手工录入 of a run, for one plan for persons. ``own``: indicators of persons; keystrokes are of a person in a
    quarter: for indicators of his own, and of units for those that he carries."""

    plan: str
    persons: int
    own: int
    keystrokes: Fraction
    of_units: Fraction
    typed: tuple[Typed, ...]

    @property
    def keys(self) -> Decimal:
        """For reading: one decimal."""
        return decimal(self.keystrokes, 1)

    @property
    def keys_of_units(self) -> Decimal:
        return decimal(self.of_units, 1)

    @property
    def said(self) -> Words:
        """The rest of the figure: how many indicators it is of, and what units fill in for those that are carried."""
        own, carried = len(self.own_typed), len(self.carried_typed)
        keys = f"{self.keys_of_units:f}"
        return Words(
            f"{self.own} 项中 {own} 项手工；承接的 {carried} 项，折合 {keys} 键",
            f"{own} of {self.own} by hand; {carried} carried ones: {keys}",
        )

    @property
    def own_typed(self) -> tuple[Typed, ...]:
        return tuple(one for one in self.typed if one.own)

    @property
    def carried_typed(self) -> tuple[Typed, ...]:
        return tuple(one for one in self.typed if not one.own)


def typed_in(folder: Path) -> tuple[Inputs, ...]:
    """By plan for persons; nothing for runs that weighed nobody, or that did not count it yet."""
    path = folder / "persons.json"
    return _typed_in(folder, path.stat().st_mtime_ns) if path.is_file() else ()


@lru_cache(maxsize=16)
def _typed_in(folder: Path, _: int) -> tuple[Inputs, ...]:
    found = json.loads((folder / "persons.json").read_text("utf-8"))
    return tuple(_inputs(folder, one) for one in found if "inputs" in one)


def _inputs(folder: Path, written: Mapping[str, Any]) -> Inputs:
    said = written["inputs"]
    names = [(one, True) for one in said["own_by_hand"]] + [(one, False) for one in said["carried_by_hand"]]
    ways = said.get("by", {})
    typed = tuple(_typed(folder, one, own, ways.get(one, {})) for one, own in names)
    keys = Fraction(said["keystrokes"]), Fraction(said["keystrokes_of_units"])
    return Inputs(written["plan"], written["persons"], said["own"], *keys, typed)


def _typed(folder: Path, indicator: str, own: bool, said: Mapping[str, Any]) -> Typed:
    declared = tables_in(tuple((name, text) for name, text in frozen_in(folder).facts)) if said else {}
    known = (declared[table] for table in said.get("tables", ()) if table in declared)
    by = said.get("way", "")
    found = tuple((one.name, one.source) for one in known if by == "judged" or one.filled_by_hand)
    return Typed(indicator, own, by, found)
