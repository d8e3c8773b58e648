"""The analyst's script goes on: from totals by unit and month to values, points, the plan's total and places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from bench.analyst import total
from steelyard.bureau.runs.running import Ran
from steelyard.engine.arithmetic.numbers import State
from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text
from steelyard.engine.model.item import PUBLISHED
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.items import Weighed

Names = dict[str, Any]


@dataclass
class Sheet:
    """One plan. ``frames``: its tables, with the ``_subject`` of every row; ``index``: every subject in every month;
    ``group``: the class in its month; ``there``: where the unit existed; ``kept``: totals in variables of the block
    that is being worked on."""

    ran: Ran
    frames: Mapping[str, Any]
    index: Any = field(init=False)
    group: Any = field(init=False)
    there: Any = field(init=False)
    names: Names = field(default_factory=dict)
    kept: dict[Aggregate, Any] = field(default_factory=dict)
    place: Any = None

    def __post_init__(self) -> None:
        panel = self.ran.result.panel
        months = [period.month_numbers[0] for period in self.ran.periods]
        self.index = pd.MultiIndex.from_product([months, panel.subjects], names=["_month", "_subject"]).swaplevel()
        self.there = self._series(panel.state == State.KNOWN)
        self.group = self._series(np.where(panel.groups.group < 0, np.nan, panel.groups.group))

    def block(self, weighed: Weighed) -> None:
        """An indicator, from its rows to its points."""
        self.kept = {}
        self.names |= {f"{weighed.item}.{kind}": found for kind, found in self._item(weighed).items()}

    def rank(self) -> None:
        """The total of the plan, and from it the place in the class."""
        names = self._steps((step for step, _ in self.ran.result.steps), self.names)
        ties = [self._number(tree, names) for tree in self.ran.plan.ranking.next]
        by = pd.concat([names["total"].round(6), *ties], axis=1, keys=range(len(ties) + 1))
        order = by.groupby(list(by.columns), dropna=False).ngroup().where(self.group.notna())
        self.place = order.groupby(self.group).rank(method="min", ascending=False)

    def same_points(self) -> Iterator[float]:
        """For each indicator how much of its column is ours, to a hundredth of a point, among those who are ranked."""
        for name, weighed in self.ran.result.indicators.items():
            if weighed.points is not None and f"{name}.points" in self.names:
                ours = np.where(weighed.points.known, weighed.points.numerator / weighed.points.denominator, np.nan)
                theirs = self.names[f"{name}.points"].to_numpy(float)
                same = np.isclose(theirs, ours, rtol=0, atol=0.005, equal_nan=True)
                yield float(same[self.group.notna()].mean())

    def _item(self, weighed: Weighed) -> Names:
        if weighed.common is not None:
            return self._by_class(weighed, weighed.common)
        parts: Names = {}
        for part in weighed.parts:
            parts |= {f"{part.item}.{kind}": found for kind, found in self._item(part).items()}
        names = self._steps((step for step, _ in weighed.steps), parts)
        return {kind: self._series(names[kind]).where(self.there) for kind in PUBLISHED if kind in names}

    def _by_class(self, weighed: Weighed, common: Weighed) -> Names:
        found = self._item(common)
        for name, variant in weighed.variants:
            mine = self._series(self.ran.result.panel.in_class(name))
            for kind, own in self._item(variant).items():
                found[kind] = own.where(mine, found.get(kind, np.nan))
        return found

    def _steps(self, steps: Iterable[Step], names: Names) -> Names:
        names = dict(names)
        for step in steps:
            names[step.name] = self._number(step.tree, names)
        return names

    def _number(self, node: Node, names: Names) -> Any:
        match node:
            case Number(value=value):
                return float(value)
            case Day(value=day):
                return day.toordinal()
            case Aggregate():
                return self._total(node)
            case Name():
                return names[node.text] if node.text in names else self._given(node)
            case Call():
                return self._call(node, names)
        raise NotImplementedError(type(node).__name__)

    def _total(self, wanted: Aggregate) -> Any:
        if wanted not in self.kept:
            found = total(self.frames[wanted.table], wanted).reindex(self.index).astype(float)
            found = found.fillna(0) if wanted.kind in ("count", "distinct", "sum") else found
            self.kept[wanted] = found.where(self.there)
        return self.kept[wanted]

    def _given(self, name: Name) -> Any:
        """What is known of the unit without counting anything."""
        panel = self.ran.result.panel
        if name.text == "day":
            return self._series(panel.day)
        known = panel.attributes[".".join(name.parts[1:])]
        return self._series(np.where(known.known, known.numerator / known.denominator, np.nan))

    def _call(self, node: Call, names: Names) -> Any:
        panel, first = self.ran.result.panel, node.args[0] if node.args else None
        if node.op in ("class_is", "subject_is") and isinstance(first, Text):
            return self._series((panel.in_class if node.op == "class_is" else panel.is_subject)(first.value)) * 1.0
        if node.op in PUBLISHED and isinstance(first, Name):
            return self.names[f"{first.text}.{node.op}"]
        args = [self._number(arg, names) for arg in node.args if not isinstance(arg, Text)]
        if node.op.startswith("peers_"):
            return self._peers(node.op.removeprefix("peers_"), *args)
        return _OPERATORS[node.op](*(arg if isinstance(arg, pd.Series) else self._series(arg) for arg in args))

    def _peers(self, kind: str, column: Any, *more: float) -> Any:
        groups = column.where(self.group.notna()).groupby(self.group)
        if kind == "rank":
            return groups.rank(method="min", ascending=False)
        return groups.transform(_PEERS[kind](*map(int, more)))

    def _series(self, values: Any) -> Any:
        return pd.Series(values, self.index)


def _trimmed(cut: int) -> Callable[[Any], Any]:
    return lambda known: known.dropna().sort_values().iloc[cut:-cut].mean()


def _rounded(column: Any, places: Any) -> Any:
    """Half up, as the rules say; a float that lies a hair below a half is one."""
    scale = 10.0 ** places.iloc[0]
    return np.floor(column * scale + 0.5 + 1e-9) / scale


def _first(condition: Any, *more: Any) -> Any:
    """Of ``given(a, b, tree)`` the tree, where all before it are known."""
    known = reduce(lambda a, b: a & b, (one.notna() for one in (condition, *more[:-1])))
    return more[-1].where(known)


def _known(met: Any, *of: Any) -> Any:
    """1 or 0, and nothing where nothing is known."""
    return met.astype(float).where(reduce(lambda a, b: a & b, (one.notna() for one in of)))


_PEERS: Mapping[str, Callable[..., Any]] = {
    "mean": lambda: "mean",
    "median": lambda: "median",
    "sum": lambda: "sum",
    "max": lambda: "max",
    "min": lambda: "min",
    "percentile": lambda level: lambda known: known.quantile(level / 100, interpolation="higher"),
    "trimmed_mean": _trimmed,
}
_OPERATORS: Mapping[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b.where(b != 0),
    "negative": lambda a: -a,
    "abs": lambda a: a.abs(),
    "ceil": np.ceil,
    "floor": np.floor,
    "round": _rounded,
    "steps": lambda distance, step: np.floor(distance.clip(lower=0) / step + 1e-9),
    "greatest": lambda *all: reduce(lambda a, b: a.where(a > b, b).where(a.notna()), all),
    "least": lambda *all: reduce(lambda a, b: a.where(a < b, b).where(a.notna()), all),
    "=": lambda a, b: _known(a == b, a, b),
    "!=": lambda a, b: _known(a != b, a, b),
    "<": lambda a, b: _known(a < b, a, b),
    "<=": lambda a, b: _known(a <= b, a, b),
    ">": lambda a, b: _known(a > b, a, b),
    ">=": lambda a, b: _known(a >= b, a, b),
    "and": lambda *all: reduce(lambda a, b: np.minimum(a, b).mask((a == 0) | (b == 0), 0), all),
    "or": lambda *all: reduce(lambda a, b: np.maximum(a, b).mask((a == 1) | (b == 1), 1), all),
    "not": lambda a: 1 - a,
    "in": lambda a, *all: _known(a.isin([one.iloc[0] for one in all]), a),
    "if": lambda met, a, b: a.where(met == 1, b),
    "given": _first,
    "is_null": lambda a: a.isna() * 1.0,
    "is_empty": lambda a: a.isna() * 1.0,
    "nothing": lambda: np.nan,
    "outside": lambda: np.nan,
    "awaited": lambda: np.nan,
}
