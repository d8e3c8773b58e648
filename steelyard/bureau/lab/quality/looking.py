"""The door of the quality lab: a published run is done again over its parts, and every indicator gets its card.

A year is looked at by its quarters and as a whole, so that a reason has to hold in each of them; a shorter period
together with the two before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from steelyard.analysis.indicators.quality import Limits
from steelyard.analysis.indicators.verdicts import Bounds, Verdict
from steelyard.bureau.folder import Bureau
from steelyard.bureau.lab.candidates import candidates
from steelyard.bureau.lab.effect import Effect
from steelyard.bureau.lab.quality.burden import Resting, resting
from steelyard.bureau.lab.quality.cards import Card, Lab, OfClass, Retiring
from steelyard.bureau.lab.quality.criteria import Evidence, marks
from steelyard.bureau.lab.quality.judging import judged
from steelyard.bureau.lab.retiring import retire
from steelyard.bureau.runs.replaying import frozen_in, manifest_in, order_of
from steelyard.bureau.runs.running import Ran, run_book, system_of
from steelyard.bureau.runs.uncertainty import floats
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.periods import Period

LAB: TypeAdapter[Lab] = TypeAdapter(Lab)


def look(folder: Path, record: Path | None = None, progress: Progress = silent, bureau: Bureau | None = None) -> Lab:
    """Of a run's folder; with candidates for new indicators where a bureau has monitors. Raises `Refused` as `replay`
    does."""
    ran = ran_for(folder, record, progress)
    found = looked(ran, manifest_in(folder))
    return found if bureau is None else replace(found, candidates=tuple(candidates(bureau, ran)))


def ran_for(folder: Path, record: Path | None = None, progress: Progress = silent) -> Ran:
    """The run again, by the rules that it froze, over the periods that the lab looks at."""
    manifest, frozen = manifest_in(folder), frozen_in(folder)
    system = system_of(frozen.book)
    periods = tuple(str(one) for one in looked_at(system.parse(manifest["periods"][-1])))
    order = replace(order_of(manifest), periods=periods, uncertainty=True)
    bureau = Bureau(folder, record or folder.parent.parent / "record")
    return replace(run_book(bureau, order, frozen.book, frozen.tables, progress), frozen=frozen)


def looked_at(period: Period) -> tuple[Period, ...]:
    """The quarters of a year or half-year and the whole; a quarter or month and the two before. The last is itself."""
    if period.kind in ("year", "half"):
        return (*dict.fromkeys(period.parts("quarter")), period)
    return (period.previous.previous, period.previous, period)


def looked(ran: Ran, manifest: Mapping[str, str], limits: Limits | None = None, bounds: Bounds | None = None) -> Lab:
    used, bound = limits or Limits(), bounds or Bounds()
    rests = resting(ran)
    minutes = {id: one.minutes for id, one in rests.items() if one.minutes is not None}
    found = judged(ran, minutes, used, bound)
    cards = tuple(_cards(ran, found, rests, used, bound))
    gone = [card.id for card in cards if card.verdict == "retire"]
    return Lab(
        str(manifest["run"]), str(manifest["digest"]), ran.plan.id, ran.plan.name, ran.result.panel.periods[-1],
        tuple(ran.result.panel.periods), cards, tuple(_retiring(retire(ran, gone), len(gone))), used, bound,
    )  # fmt: skip


def _cards(
    ran: Ran, found: Mapping[str, Mapping[str, OfClass]], rests: Mapping[str, Resting], limits: Limits, bounds: Bounds
) -> list[Card]:
    full = _full_marks(ran)
    names = {id: rule.name for id, rule in ran.book.indicators.items()}
    cards = []
    for id in (entry.indicator for entry in ran.plan.entries):
        rule, classes = ran.book.indicators[id], tuple(of[id] for of in found.values() if id in of)
        alike = sum(full[other] for other, one in rests.items() if set(one.tables) & set(rests[id].tables))
        tasks = sum(id in task.indicators for task in ran.book.tasks.values())
        evidence = Evidence(rule, classes, rests[id], full[id], alike, _carried(ran, id), tasks, names, limits, bounds)
        said = id, rule.name, rule.owner, rule.family, rule.basis, round(full[id], 6), rests[id].minutes or 0.0
        cards.append(Card(*said, verdict_of(classes), classes, marks(evidence)))
    return cards


def verdict_of(classes: Sequence[OfClass]) -> Verdict:
    """Retired only where every class may do without it; what a class may do without is mended: taken from that one."""
    said = {one.verdict for one in classes} - {"unjudged"}
    if said == {"retire"}:
        return "retire"
    if said & {"retire", "mend"}:
        return "mend"
    return "keep" if said else "unjudged"


def _full_marks(ran: Ran) -> dict[str, float]:
    """The part of each indicator in all full marks that are given, in the last period."""
    last = ran.result.panel.period_index == len(ran.result.panel.periods) - 1
    marks = {}
    for entry in ran.plan.entries:
        weighed = ran.result.indicators[entry.indicator]
        full, points = weighed.full, weighed.points
        known = last & full.known & points.known if full is not None and points is not None else last & False
        marks[entry.indicator] = float(floats(full)[known].sum()) if full is not None else 0.0
    whole = sum(marks.values()) or 1.0
    return {id: mark / whole for id, mark in marks.items()}


def _carried(ran: Ran, id: str) -> int:
    """How many links of plans for persons hand it to posts."""
    plans: list[PersonsPlan] = [plan for plan in ran.book.persons.values() if plan.plan == ran.plan.id]
    return sum(link.indicator == id for plan in plans for link in plan.links)


def _retiring(effect: Effect, count: int) -> list[Retiring]:
    found = []
    for alike in effect.classes:
        units = [unit for unit in effect.units if unit.class_name == alike.name]
        moved = [unit for unit in units if unit.climbed]
        most = max((abs(unit.climbed) for unit in units), default=0)
        found.append(Retiring(alike.name, alike.units, count, round(alike.spearman, 9), len(moved), most))
    return found
