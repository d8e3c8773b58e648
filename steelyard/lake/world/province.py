"""The province of the reference world: its units, their grounds, attributes and the reorganisation of July 2026.

A *ground* is the smallest piece of the province that never changes hands inside: a branch that is later split
is two grounds, two branches that merge are two. Facts happen on grounds; which unit they belong to is a matter of
the date. All names are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from steelyard.lake.world.draws import Draws, Floats, Integers

Scale = Literal["small", "demo", "province"]

NAME = "衡川省"
CITIES = ("钧川", "斛原", "衡津", "量河", "准丘", "镒阳", "铢岭", "权溪", "尺泽", "寸湖", "仞台", "星衡", "规江")
_FIRST, _SECOND = "砚笺鼎磬篆棋笙箫杼梭犁砧匏埙籁", "渚坞畈墅陂埭塬汀滩峁垴圩"

CLASSES = ("第一税务分局", "第二税务分局", "属地税务分局", "跨区稽查局")
HALL, KEY, TERRITORIAL, AUDIT = range(4)
CITY = "市税务局"  # the class of the city bureaus, which have no rows of their own
FOUNDED, REORGANISED, CLOSED = "2018-07-05", "2026-07-01", "2026-06-30"

# class: staff from-to, taxpayers from-to (audit bureaus manage none; one stands for "never divide by zero")
_SIZES = {HALL: (10, 28, 3000, 21000), KEY: (6, 14, 90, 600), TERRITORIAL: (7, 21, 900, 9000), AUDIT: (20, 45, 1, 1)}


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of everything a scale has."""

    cities: int
    counties: int
    audits: int
    merged: int
    absorbed: int
    split: int
    transfers: int


SHAPES: dict[Scale, Shape] = {
    "small": Shape(cities=3, counties=15, audits=6, merged=1, absorbed=0, split=1, transfers=20),
    "demo": Shape(cities=13, counties=180, audits=34, merged=3, absorbed=1, split=4, transfers=400),
    "province": Shape(cities=13, counties=180, audits=34, merged=3, absorbed=1, split=4, transfers=400),
}


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    level: Literal["province", "city", "county", "branch", "audit"]
    parent: str
    kind: str
    since: str = FOUNDED
    until: str = ""


@dataclass(frozen=True, slots=True)
class Succession:
    """``share`` is the part of the old unit that goes to the new one, in ten-thousandths."""

    old: str
    new: str
    share: int


@dataclass(frozen=True)
class Province:
    """Units by position, and grounds as arrays that are all of one length."""

    units: list[Unit]
    kind: Integers  # class of each ground
    before: Integers  # unit of each ground until June 2026
    after: Integers  # and from July
    city: Integers
    staff: Integers
    taxpayers: Integers
    area: Integers
    revenue: Integers
    volume: Floats  # share of the province's work
    load: Floats  # taxpayers for each officer, as a place in the class between -1 and 1
    first_taxpayer: Integers

    def unit_of(self, year: int, month: int) -> Integers:
        return self.after if (year, month) >= (2026, 7) else self.before

    def successions(self) -> list[Succession]:
        """Who followed whom on 1 July 2026, by the share of the taxpayers that went there."""
        moved = np.flatnonzero(self.before != self.after)
        return [self._succession(int(ground)) for ground in moved]

    def _succession(self, ground: int) -> Succession:
        """The last part of a split takes what rounding left, so that the parts make one."""
        pieces = np.flatnonzero(self.before == self.before[ground])
        ends = np.cumsum(self.taxpayers[pieces]) * 10_000 // int(self.taxpayers[pieces].sum())
        share = int(np.diff(ends, prepend=0)[pieces == ground][0])
        return Succession(self.units[self.before[ground]].code, self.units[self.after[ground]].code, share)

    def steady(self) -> Integers:
        """Grounds that the reorganisation leaves alone and that are a whole unit."""
        _, place, count = np.unique(self.before, return_inverse=True, return_counts=True)
        return np.flatnonzero(
            (self.before == self.after) & (count[place] == 1) & ~np.isin(self.after, self._received())
        )

    def _received(self) -> Integers:
        return np.asarray(self.after[self.before != self.after])


@dataclass
class _Builder:
    """Collects units and grounds in the order in which the register lists them."""

    units: list[Unit] = field(default_factory=list)
    grounds: list[tuple[int, int, int]] = field(default_factory=list)  # class, unit, city
    branches: dict[tuple[int, int], list[int]] = field(default_factory=dict)  # county -> positions of its branches

    def add(self, *values: str, kind: str = "") -> int:
        code, name, level, parent = values
        self.units.append(Unit(code, name, level, parent, kind))  # type: ignore[arg-type]
        return len(self.units) - 1

    def branch(self, county: tuple[int, int], name: str, kind: int) -> int:
        """A branch and its ground; the number in the code counts within the county."""
        at = self.branches.setdefault(county, [])
        parent = f"196{county[0]:02d}{county[1]:02d}0000"
        code = f"{parent[:7]}{len(at) + 1:02d}00"
        position = self.add(code, name, "branch", parent, kind=CLASSES[kind])
        at.append(position)
        return position


def build(scale: Scale, seed: int) -> Province:
    """The whole province at one scale. Same scale and seed, same units and numbers."""
    shape, builder, draws = SHAPES[scale], _Builder(), Draws(seed, "province")
    pairs, singles = _counties(shape, builder)
    _audits(shape, builder)
    moves = _reorganise(shape, builder, draws, pairs, singles)
    grounds = [(kind, old, new, city) for kind, old, city in builder.grounds for new in moves.get(old, [old])]
    return _measure(builder.units, grounds, draws)


def _counties(shape: Shape, builder: _Builder) -> tuple[list[list[int]], list[int]]:
    """Adds every unit above the audit bureaus; answers the territorial branches, in pairs and alone."""
    builder.add("19600000000", f"{NAME}税务局", "province", "")
    for city in range(shape.cities):
        builder.add(f"196{city + 1:02d}000000", f"{CITIES[city]}市税务局", "city", "19600000000", kind=CITY)
    pairs, singles = [], []
    for index in range(shape.counties):
        territorial = _county(shape, builder, index)
        if len(territorial) == 2:
            pairs.append(territorial)
        singles += territorial[:1] if len(territorial) == 1 else []
    return pairs, singles


def _county(shape: Shape, builder: _Builder, index: int) -> list[int]:
    city, number = index % shape.cities + 1, index // shape.cities + 1
    suffix = "区" if number <= 3 else "市" if number == 4 else "县"
    name = f"{_FIRST[index % 15]}{_SECOND[index // 15]}{suffix}税务局"
    builder.add(f"196{city:02d}{number:02d}0000", name, "county", f"196{city:02d}000000")
    kinds = [(HALL, "第一税务分局（办税服务厅）")] + ([(KEY, "第二税务分局（重点税源）")] if index % 3 != 2 else [])
    count = 0 if index % 30 == 0 else (1, 1, 0, 2, 1, 1)[index % 6]
    kinds += [(TERRITORIAL, f"第{word}税务分局") for word in "三四"[:count]]
    added = [(kind, builder.branch((city, number), name + title, kind)) for kind, title in kinds]
    builder.grounds += [(kind, unit, city) for kind, unit in added]
    return [unit for kind, unit in added if kind == TERRITORIAL]


def _audits(shape: Shape, builder: _Builder) -> None:
    words = "一二三四"
    for index in range(shape.audits):
        city, number = index % shape.cities + 1, index // shape.cities
        code, parent = f"196{city:02d}005{number + 1}00", f"196{city:02d}000000"
        name = f"{CITIES[city - 1]}市税务局第{words[number]}稽查局"
        unit = builder.add(code, name, "audit", parent, kind=CLASSES[AUDIT])
        builder.grounds.append((AUDIT, unit, city))


def _reorganise(
    shape: Shape, builder: _Builder, draws: Draws, pairs: list[list[int]], singles: list[int]
) -> dict[int, list[int]]:
    """Merges, absorbs and splits territorial branches, their number staying the same: old unit -> new units."""
    moves: dict[int, list[int]] = {}
    mixed = [pairs[i] for i in draws.order(len(pairs))]
    for pair in mixed[: shape.merged]:
        successor = _successor(builder, pair[0])
        moves |= {old: [successor] for old in pair}
    for stays, goes in mixed[shape.merged : shape.merged + shape.absorbed]:
        moves[goes] = [stays]
    for old in [singles[i] for i in draws.order(len(singles))][: shape.split]:
        moves[old] = [_successor(builder, old), _successor(builder, old)]
    for old in moves:
        builder.units[old] = replace(builder.units[old], until=CLOSED)
    return moves


def _successor(builder: _Builder, old: int) -> int:
    """A new branch in the county of an old one."""
    code = builder.units[old].code
    county = (int(code[3:5]), int(code[5:7]))
    title = "三四五六七八九"[max(0, len(builder.branches[county]) - 2)]
    owner = next(unit.name for unit in builder.units if unit.code == builder.units[old].parent)
    unit = builder.branch(county, f"{owner}第{title}税务分局（2026年设立）", TERRITORIAL)
    builder.units[unit] = replace(builder.units[unit], since=REORGANISED)
    return unit


def _measure(units: list[Unit], grounds: list[tuple[int, int, int, int]], draws: Draws) -> Province:
    """Gives every ground its officers, taxpayers, area, revenue and volume of work."""
    kind, before, after, city = np.array(grounds, dtype=np.int64).T
    low, high, fewest, most = np.array([_SIZES[k] for k in range(4)], dtype=np.int64)[kind].T
    n = len(kind)
    staff = low + draws.below(n, high - low + 1)
    crowd = draws.share(n)
    taxpayers = fewest + np.floor((most - fewest) * crowd * (0.4 + 0.6 * crowd)).astype(np.int64)
    return Province(
        units,
        kind,
        before,
        after,
        city,
        staff,
        taxpayers,
        area=20 + draws.below(n, 900),
        revenue=np.floor(taxpayers * (0.5 + draws.long_tail(n)) * 3).astype(np.int64),
        volume=staff * (0.7 + 0.6 * draws.share(n)),
        load=_places(taxpayers / staff, kind),
        first_taxpayer=np.cumsum(taxpayers) - taxpayers,
    )


def _places(values: Floats, kind: Integers) -> Floats:
    """Each value's place inside its class, from -1 (lowest) to 1 (highest)."""
    place = np.zeros(len(values))
    for members in _members(kind):
        order = np.argsort(np.argsort(values[members], kind="stable"), kind="stable")
        place[members] = 2.0 * order / max(1, len(members) - 1) - 1.0
    return place


def _members(kind: Integers) -> Iterator[Integers]:
    for one in range(len(CLASSES)):
        yield np.flatnonzero(kind == one)
