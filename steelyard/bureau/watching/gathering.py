"""Rows gathered to issues: one cause in many units, one unit with many causes, one part of the bureau."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.analysis.monitoring.scan import gathered
from steelyard.analysis.uncertainty import Floats, Ints
from steelyard.bureau.watching.series import Series, Watchable
from steelyard.bureau.watching.watched import Colour, Issue, Row, Rule, Sort
from steelyard.reports.sheet import Words

PLACES = 16
"""Places at most that stand out, for what stands beyond a limit and for what has changed; with the rest by department
a night's triggers stay below fifty issues."""
CHANGES = ("outside", "three", "run", "trend")
Named = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Series:
    """One unit and indicator, by everything that it can be gathered by."""

    unit: str
    within: str
    indicator: str
    name: str
    owner: str
    above: str


_WAYS: Mapping[str, Callable[[_Series], Named]] = {
    "unit": lambda one: (one.unit,),
    "indicator-under": lambda one: (one.indicator, one.above),
    "indicator-class": lambda one: (one.indicator, one.within),
    "indicator": lambda one: (one.indicator,),
    "owner-under": lambda one: (one.owner, one.above),
    "under": lambda one: (one.above,),
}
"""How rows may be gathered, the narrower first."""


def issues(of: Watchable, rows: Sequence[Row]) -> list[Issue]:
    """What stands beyond a limit or is at risk is gathered apart from what has changed; what stands out nowhere by the
    department that owns it, or as all other changes."""
    every = [_told(of, one, unit) for one in of.series for unit in one.index.tolist()]
    sizes = {way: Counter(map(of_series, every)) for way, of_series in _WAYS.items()}
    found = list[Issue]()
    for changes in (False, True):
        at = [index for index, row in enumerate(rows) if (row.rule in CHANGES) == changes]
        if at:
            found += _gathered(of, rows, at, sizes, changes)
    return sorted(found, key=lambda one: (_GRAVITY[one.colour], -len(one.rows), one.key))


def _gathered(
    of: Watchable, rows: Sequence[Row], at: list[int], sizes: Mapping[str, Counter[Named]], changes: bool
) -> Iterator[Issue]:
    mine = [_row(of, rows[one]) for one in at]
    keys, counts, names = dict[str, Ints](), dict[str, Floats](), dict[str, list[Named]]()
    for way, of_series in _WAYS.items():
        count = sizes[way] | Counter({of_series(one): 1 for one in mine})
        number = {key: place for place, key in enumerate(count)}
        names[way], counts[way] = list(count), np.array(list(count.values()), dtype=np.float64)
        keys[way] = np.array([number[of_series(one)] for one in mine], dtype=np.int64)
    places, left = gathered(keys, counts, PLACES)
    sort: Sort = "changes" if changes else "standing"
    for place in places:
        name = names[place.kind][place.key]
        yield _issue(of, rows, sort, place.kind, name, [at[one] for one in place.rows.tolist()])
    rest = [at[one] for one in left.tolist()]
    owners = sorted({rows[one].owner for one in rest})
    for owner in owners if not changes else [""] * bool(rest):
        own = [one for one in rest if changes or rows[one].owner == owner]
        yield _issue(of, rows, sort, "owner", (owner,), own)


_GRAVITY: Mapping[Colour, int] = {"red": 0, "yellow": 1, "none": 2}


def _told(of: Watchable, one: Series, unit: int) -> _Series:
    code, within = of.ran.result.panel.subjects[unit], of.ran.result.panel.class_names[int(of.classes[unit])]
    owner = one.indicator.owner or ""
    return _Series(code, within, one.indicator.id, one.indicator.name, owner, _above(of, code))


def _row(of: Watchable, row: Row) -> _Series:
    return _Series(
        row.unit or f"class:{row.within}", row.within, row.indicator, row.name, row.owner, _above(of, row.unit)
    )


def _above(of: Watchable, code: str) -> str:
    """The unit below the top that a unit stands under, a city for example; a whole class stands under the top."""
    line = _line(of, code)
    return line[-2] if len(line) > 2 else line[-1]


def _line(of: Watchable, code: str) -> list[str]:
    """A unit and all above it, upwards."""
    found = [code]
    while (upper := of.ran.parents.get(found[-1])) is not None:
        found.append(upper)
    return found


def _issue(of: Watchable, rows: Sequence[Row], sort: Sort, way: str, key: Named, at: list[int]) -> Issue:
    mine = [rows[one] for one in at]
    order = sorted(
        at, key=lambda one: (_GRAVITY[rows[one].colour], rows[one].meets or 0.0, rows[one].unit, rows[one].indicator)
    )
    under = _common(of, [row.unit for row in mine])
    return Issue(
        f"{sort}:{way}:{'/'.join(key)}", sort, way, _named(of, way, key, mine), under, of.ran.names.get(under, under),
        tuple(sorted({row.owner for row in mine})), len({row.unit for row in mine}),
        len({row.indicator for row in mine}), _counted(mine), rows[order[0]].colour,
        min(row.first_seen for row in mine), str(of.months[-1]), tuple(order),
    )  # fmt: skip


def _counted(mine: Sequence[Row]) -> Mapping[Rule, int]:
    return dict(Counter(row.rule for row in mine).most_common())


def _common(of: Watchable, codes: Sequence[str]) -> str:
    """The lowest unit that is above all of them, or the unit itself where there is only one."""
    lines = [_line(of, code)[::-1] for code in set(codes) if code]
    if not lines:
        return ""
    same = [steps[0] for steps in zip(*lines, strict=False) if len(set(steps)) == 1]
    return same[-1] if same else ""


def _named(of: Watchable, way: str, key: Named, mine: Sequence[Row]) -> Words:
    """What the issue is called."""
    indicator = of.ran.book.indicators[key[0]].name if way.startswith("indicator") else ""
    last = of.ran.names.get(key[-1], key[-1])
    match way:
        case "indicator":
            return Words(indicator, indicator)
        case "indicator-under" | "indicator-class":
            return Words(f"{indicator}：{last}", f"{indicator}: {last}")
        case "owner":
            return Words(f"其余：{last}", f"others: {last}") if last else Words("其余变化", "other changes")
        case "owner-under":
            return Words(f"{key[0]}：{last}", f"{key[0]}: {last}")
        case "unit" if key[0].startswith("class:"):
            return Words(f"全体{mine[0].within}", f"all of {mine[0].within}")
        case "under" if not key[0]:
            return Words("各类单位整类共同变动", "what moved whole classes")
        case _:
            return Words(last, last)
