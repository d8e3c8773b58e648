"""What a run changes against another one: who moves, by how much, on which indicators, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from steelyard.bureau.asking.comparing import Moved, largest_first
from steelyard.bureau.runs.replaying import manifest_in
from steelyard.bureau.runs.saving import read_json
from steelyard.engine.model.book import read_book
from steelyard.web.cycles.models import Run, Stage, Version
from steelyard.web.library import rules

NAMED = 3
"""Indicators named for a unit: those that moved it most."""


@dataclass(frozen=True)
class Shift:
    """One indicator of a unit: points gained or lost."""

    name: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Changed(Moved[Decimal]):
    """One unit before and after, with what moved it most."""

    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class Comparison:
    """``rules``, ``version``: do rules or the program differ; ``batches``: first and last batch that one of both knows
    and the other does not, None where they know the same; ``fewer``: it is the other one that knows them;
    ``indicators``: how many units each indicator moved, most first."""

    before: Run
    published: bool
    rules: bool
    version: bool
    batches: tuple[int, int] | None
    fewer: bool
    units: tuple[Changed, ...]
    indicators: tuple[tuple[str, int], ...]

    @property
    def moved(self) -> tuple[Changed, ...]:
        return largest_first(self.units)

    @property
    def largest(self) -> Decimal:
        return max((abs(Decimal(one.gain)) for one in self.units), default=Decimal(0))


def before(run: Run) -> tuple[Run, bool] | None:
    """What a run is held against: for a correction what it corrects, for a preview the version in force, else the run
    before it; None for the first one. What was published is not held against what came after it."""
    own = Version.objects.filter(run=run).select_related("replaces__run").first()
    if own is not None and own.replaces is not None:
        return own.replaces.run, True
    in_force = Version.objects.filter(plan=run.plan, period=run.period, stage=Stage.PUBLISHED).exclude(run=run)
    version = None if own is not None and own.public else in_force.select_related("run").first()
    if version is not None:
        return version.run, True
    earlier = Run.objects.filter(plan=run.plan, period=run.period, discarded="", pk__lt=run.pk).order_by("-pk").first()
    return None if earlier is None else (earlier, False)


def compared(run: Run) -> Comparison | None:
    """None where there is nothing to hold it against. Raises `Refused` where a folder is missing or damaged."""
    found = before(run)
    if found is None:
        return None
    earlier, published = found
    old, new = folder_of(earlier), folder_of(run)
    was, now = manifest_in(old), manifest_in(new)
    units, indicators = _units(old, new, run.period, earlier.digest, run.digest)
    known, knows = int(was["snapshot"]["batch"]), int(now["snapshot"]["batch"])
    same = was["snapshot"]["digest"] == now["snapshot"]["digest"]
    return Comparison(
        earlier, published, was["rules"] != now["rules"], was["version"] != now["version"],
        None if same else (min(known, knows) + 1, max(known, knows)), knows < known, units, indicators,
    )  # fmt: skip


@dataclass(frozen=True)
class ListName:
    """A list of the plan as people call it; ``honour``: an honour and no reproach."""

    name: str
    honour: bool


@lru_cache(maxsize=16)
def list_names(folder: Path, plan: str) -> Mapping[str, ListName]:
    """The plan's lists by their ids, from the rules as the run froze them."""
    frozen = read_json(folder / "rules.json", {"rules": list})
    found = read_book([(name, text) for name, text in frozen["rules"]]).plans[plan]
    return {cut.list: ListName(cut.name, cut.honour) for cut in found.lists}


def folder_of(run: Run) -> Path:
    return Path(rules.bureau().runs) / run.folder


@lru_cache(maxsize=16)
def _units(
    old: Path, new: Path, period: str, _old: str, _new: str
) -> tuple[tuple[Changed, ...], tuple[tuple[str, int], ...]]:
    """Folders of runs do not change, so what was worked out once holds; the digests are part of the name."""
    was, now = _scores(old, period), _scores(new, period)
    shifts = _shifts(old, new, period)
    moved = Counter(shift.name for unit in shifts.values() for shift in unit)
    codes = sorted({*was, *now})
    units = tuple(_changed(one, period, was.get(one), now.get(one), shifts.get(one, ())) for one in codes)
    return units, tuple(moved.most_common())


Row = Mapping[str, object]


def _named(folder: Path, rows: dict[str, Row]) -> dict[str, Row]:
    """Lists by their names instead of their ids."""
    names = list_names(folder, str(manifest_in(folder)["plan"]))
    return {
        unit: {**row, "lists": "、".join(names[id].name for id in str(row["lists"] or "").split("、") if id in names)}
        for unit, row in rows.items()
    }


def _scores(folder: Path, period: str) -> dict[str, Row]:
    table = pq.read_table(folder / "scores.parquet", filters=[("period", "=", period)])
    return _named(folder, {str(row["unit"]): row for row in table.to_pylist()})


def _changed(unit: str, period: str, was: Row | None, now: Row | None, shifts: tuple[Shift, ...]) -> Changed:
    named = now or was or {}
    lists = [set(filter(None, str(row["lists"] or "").split("、"))) if row else set[str]() for row in (was, now)]
    largest = tuple(sorted(shifts, key=lambda one: (-abs(one.points), one.name))[:NAMED])
    return Changed(
        unit, str(named["name"]), str(named["class"]), period, (_total(was), _total(now)), (_place(was), _place(now)),
        tuple(sorted(lists[1] - lists[0])), tuple(sorted(lists[0] - lists[1])), largest,
    )  # fmt: skip


def _total(row: Row | None) -> Decimal | None:
    value = None if row is None else row["total"]
    return value if isinstance(value, Decimal) else None


def _place(row: Row | None) -> int:
    return 0 if row is None or not row["place"] else int(str(row["place"]))


def _shifts(old: Path, new: Path, period: str) -> dict[str, tuple[Shift, ...]]:
    """Unit -> indicators whose points differ. An indicator that one side does not have counts as none there."""
    columns = ["unit", "indicator", "name", "points"]
    tables = [
        pq.read_table(folder / "indicators.parquet", columns=columns, filters=[("period", "=", period)])
        for folder in (old, new)
    ]
    joined = tables[0].join(tables[1], ["unit", "indicator"], join_type="full outer", right_suffix="_new")
    zero = Decimal(0)
    was, now = (pc.fill_null(joined.column(name), zero) for name in ("points", "points_new"))
    differ = joined.filter(pc.not_equal(was, now))
    found: dict[str, list[Shift]] = {}
    for row in _whole(differ.to_pylist()):
        shift = Shift(str(row["name_new"] or row["name"]), (row["points_new"] or zero) - (row["points"] or zero))
        found.setdefault(str(row["unit"]), []).append(shift)
    return {unit: tuple(shifts) for unit, shifts in found.items()}


def _whole(rows: list[dict[str, Decimal]]) -> Iterator[dict[str, Decimal]]:
    """Parts of pools (``pool.part``) are in their pool already."""
    return (row for row in rows if "." not in str(row["indicator"]))
