"""What is planted: roles read from truths.yaml, cast on units and officers by the seed, and written as truth.yaml.

An *aspect* is a true level of a unit (a probability, or a factor on a duration) from which its rows are drawn. It is
``base + spread * bell + slope * load`` plus the shifts of the roles that the unit plays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, cast

import numpy as np

from steelyard.engine.reading import read
from steelyard.lake.world.draws import Draws, Floats, Integers
from steelyard.lake.world.people import Transfer
from steelyard.lake.world.province import AUDIT, HALL, KEY, TERRITORIAL, Province

KINDS = {"hall": HALL, "key": KEY, "territorial": TERRITORIAL, "audit": AUDIT}
MOVED_ON = 8  # half month of the planted transfer: 1 May 2026

# aspect: base, spread between units, slope on load (difficulty). A base below one is a probability.
ASPECTS: Mapping[str, tuple[float, float, float]] = {
    "filing_on_time": (0.935, 0.008, -0.020),
    "filing_urged": (0.80, 0.05, 0.0),
    "payment_on_time": (0.935, 0.010, -0.012),
    "interest_applied": (0.96, 0.012, 0.0),
    "registration_first": (0.88, 0.03, 0.0),
    "registration_speed": (1.0, 0.12, 0.10),
    "service_first": (0.85, 0.03, -0.02),
    "service_speed": (1.0, 0.12, 0.10),
    "step_wait": (1.0, 0.12, 0.08),
    "queue_wait": (1.0, 0.12, 0.30),
    "queue_good": (0.96, 0.010, 0.0),
    "invoice_abnormal": (0.012, 0.003, 0.0),
    "invoice_voided": (0.03, 0.006, 0.0),
    "refund_speed": (1.0, 0.10, 0.08),
    "risk_hit": (0.35, 0.05, 0.0),
    "risk_rework": (0.06, 0.015, 0.01),
    "risk_on_time": (0.93, 0.02, -0.01),
    "control_on_time": (0.90, 0.03, 0.0),
    "supervised_on_time": (0.94, 0.0, 0.0),
    "complaint_on_time": (0.92, 0.025, -0.01),
    "complaint_satisfied": (0.90, 0.03, 0.0),
    "audit_yield": (1.0, 0.15, 0.0),
    "audit_hit": (0.80, 0.05, 0.0),
    "audit_faults": (0.15, 0.03, 0.0),
    "survey_level": (8.2, 0.20, 0.0),
    "revenue": (1.02, 0.02, 0.0),
}


@dataclass(frozen=True, slots=True)
class Shift:
    aspect: str
    by: float
    since: str  # 2026-07, inclusive
    until: str


@dataclass(frozen=True, slots=True)
class Role:
    """One planted truth before it is cast."""

    id: str
    family: str
    classes: tuple[int, ...]
    count: int
    officer: bool
    shifts: tuple[Shift, ...]
    words: Mapping[str, Any]


@dataclass(frozen=True)
class Cast:
    """Who plays which role. ``grounds`` holds the chosen grounds of each role, in order."""

    roles: tuple[Role, ...]
    grounds: Mapping[str, tuple[int, ...]]
    officers: Mapping[str, int]
    late_city: int
    silent_city: int
    levels: Mapping[str, Floats]

    def at(self, role: str, number: int = 0) -> int:
        return self.grounds[role][number]

    def level(self, aspect: str, month: str) -> Floats:
        """The true level of every ground in one month (``2026-07``)."""
        values = self.levels[aspect].copy()
        for role in self.roles:
            for shift in role.shifts:
                if shift.aspect == aspect and shift.since <= month <= shift.until:
                    values[list(self.grounds[role.id])] += shift.by
        return np.clip(values, 0.002, 0.998) if ASPECTS[aspect][0] < 1 else np.maximum(values, 0.2)

    def transfers(self) -> list[Transfer]:
        """The planted transfer: the fast officer goes from the first unit to the second."""
        return [Transfer(self.officers["fast_officer"], MOVED_ON, self.at("fast_officer", 1))]

    def settled(self) -> set[int]:
        """Grounds whose officers stay, because a planted officer works there."""
        return {ground for role in self.roles if role.officer for ground in self.grounds[role.id]}


def roles() -> tuple[Role, ...]:
    """All planted truths, in the order of truths.yaml."""
    text = files("steelyard.lake.world").joinpath("truths.yaml").read_text("utf8")
    return tuple(_role(cast("dict[str, Any]", tree)) for tree in cast("list[Any]", read(text, "truths.yaml")[0].tree))


def _role(tree: dict[str, Any]) -> Role:
    shifts = [
        Shift(one["aspect"], float(one["by"]), one.get("since", "2025-01"), one.get("until", "2026-12"))
        for one in tree.get("shifts", [])
    ]
    classes = tuple(KINDS[name] for name in tree.get("of", []))
    count = int(tree.get("count", 1)) if classes else 0
    return Role(tree["id"], tree.get("family", ""), classes, count, bool(tree.get("officer")), tuple(shifts), tree)


def choose(province: Province, seed: int) -> Cast:
    """Casts every role on grounds that the reorganisation leaves alone.

    Nobody plays twice while there are enough grounds; within a family (roles that touch the same rows) never.
    """
    played = roles()
    draws = Draws(seed, "truths")
    order = province.steady()[draws.order(len(province.steady()))]
    taken: dict[str, set[int]] = {}
    grounds = {role.id: _pick(role, order, province.kind, taken) for role in played}
    starring = [role.id for role in played if role.officer]
    officers = {role: _officer(province.staff, grounds[role][0], at) for at, role in enumerate(starring)}
    cities = 1 + np.array(draws.order(int(province.city.max())), dtype=np.int64)
    levels = {aspect: _levels(province, seed, aspect) for aspect in ASPECTS}
    return Cast(played, grounds, officers, int(cities[0]), int(cities[1]), levels)


def _pick(role: Role, order: Integers, kind: Integers, taken: dict[str, set[int]]) -> tuple[int, ...]:
    busy, mine = set().union(*taken.values()), taken.setdefault(role.family, set())
    free = [int(ground) for ground in order if kind[ground] in role.classes and int(ground) not in mine]
    chosen = tuple(sorted(free, key=lambda ground: ground in busy)[: role.count])
    mine.update(chosen)
    return chosen


def _officer(staff: Integers, ground: int, at: int) -> int:
    """The third officer of a ground or one after: never its head, and another one for every role."""
    return int(staff[:ground].sum()) + 2 + at


def _levels(province: Province, seed: int, aspect: str) -> Floats:
    base, spread, slope = ASPECTS[aspect]
    return base + spread * Draws(seed, "aspect", aspect).bell(len(province.kind)) + slope * province.load


def truth_records(province: Province, chosen: Cast, codes: list[str]) -> list[dict[str, Any]]:
    """The truths as they are written to truth.yaml: id, kind, what, where, strength."""
    return [_record(role, province, chosen, codes) for role in chosen.roles]


def _record(role: Role, province: Province, chosen: Cast, codes: list[str]) -> dict[str, Any]:
    words = role.words
    where = {"tables": words["tables"]} | {key: words[key] for key in ("columns", "aspect") if key in words}
    where |= {"period": words.get("period", "2026")} | _people_and_units(role, province, chosen, codes)
    return {
        "id": role.id,
        "kind": words["kind"],
        "what": words["what"],
        "where": where,
        "strength": words["strength"],
    }


def _people_and_units(role: Role, province: Province, chosen: Cast, codes: list[str]) -> dict[str, Any]:
    units = [province.units[province.before[ground]] for ground in chosen.grounds[role.id]]
    found: dict[str, Any] = (
        {"units": [unit.code for unit in units], "names": [unit.name for unit in units]} if units else {}
    )
    if role.officer:
        found["officers"] = [codes[chosen.officers[role.id]]]
    city = {"late_file": chosen.late_city, "no_data_yet": chosen.silent_city}.get(role.id)
    if city:
        found["city"] = f"196{city:02d}000000"
    if role.id in ("merged", "split"):
        found["successions"] = _successions(province, merged=role.id == "merged")
    return found


def _successions(province: Province, merged: bool) -> list[list[str]]:
    return [[one.old, one.new] for one in province.successions() if (one.share == 10_000) == merged]
