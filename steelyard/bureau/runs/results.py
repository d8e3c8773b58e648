"""What a run leaves: exact tables of scores, their digest, and the root that seals every single score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import pyarrow as pa

from steelyard.bureau.runs.running import Ran
from steelyard.engine.arithmetic.numbers import Numbers, State
from steelyard.engine.given import given
from steelyard.engine.proof.canonical import Plain, canonical, digest
from steelyard.engine.proof.merkle import Tree, tree
from steelyard.engine.proof.results import all_results, total_of
from steelyard.engine.weighing.items import Weighed


@dataclass(frozen=True)
class Leaf:
    """One published number: whose, when, which indicator (empty for the total), and what it is."""

    subject: str
    period: str
    indicator: str
    result: Mapping[str, Plain]

    def data(self) -> bytes:
        return canonical({**vars(self), "result": dict(self.result)})


class Results:
    """The results of a run in the order of their leaves: period, subject, indicator."""

    def __init__(self, ran: Ran) -> None:
        given(ran=(ran, Ran))
        self.ran, self.panel, self.result = ran, ran.result.panel, ran.result
        self._shown: dict[int, list[dict[str, Plain]]] = {}

    @cached_property
    def leaves(self) -> list[Leaf]:
        return list(self._leaves())

    @cached_property
    def tree(self) -> Tree:
        return tree([leaf.data() for leaf in self.leaves])

    @cached_property
    def digest(self) -> str:
        """The same for the same scores, whoever added up, in whatever order."""
        return digest([self.tree.root, len(self.leaves)])

    def _leaves(self) -> Iterator[Leaf]:
        results = {id: self.shown(self.result.indicators[id]) for id in sorted(self.result.indicators)}
        for index, subject, period in self.places():
            yield Leaf(subject, period, "", total_of(self.result, index))
            for id, shown_results in results.items():
                yield Leaf(subject, period, id, shown_results[index])

    def shown(self, item: Weighed) -> list[dict[str, Plain]]:
        """What is published of an item for every place of the panel."""
        if id(item) not in self._shown:
            self._shown[id(item)] = all_results(item, self.panel.size)
        return self._shown[id(item)]

    def places(self) -> Iterator[tuple[int, str, str]]:
        """Index, subject and period of every assessed place of the panel."""
        count = len(self.panel.subjects)
        for index in self.panel.assessed.nonzero()[0].tolist():
            yield index, self.panel.subjects[index % count], self.panel.periods[index // count]

    def scores(self) -> pa.Table:
        """One row a subject and period."""
        return pa.Table.from_pylist([self._score(index, subject, period) for index, subject, period in self.places()])

    def _score(self, index: int, subject: str, period: str) -> dict[str, Any]:
        result, places = self.result, self.result.places
        total = total_of(self.result, index)
        return {
            "period": period,
            "class": self.panel.class_names[int(self.panel.classes[index])],
            "unit": subject,
            "name": self.ran.names.get(subject, ""),
            "total": decimal(result.total, index),
            "place": int(places.place[index]),
            "ties": int(places.ties[index]),
            "class_size": int(places.size[index]),
            "segment": total["segment"],
            "grade": total["grade"] if isinstance(total["grade"], str) else None,
            "lists": "、".join(total["lists"]),  # type: ignore[arg-type]
        }

    def indicators(self) -> pa.Table:
        """One row a subject, period and indicator, parts of pools below their pool."""
        places = list(self.places())
        tables = [
            _table(path, item, places, self.shown(item))
            for id, weighed in self.result.indicators.items()
            for path, item in _with_parts(id, weighed)
        ]
        return pa.concat_tables(tables).sort_by([("period", "ascending"), ("unit", "ascending")])


def _table(
    path: str, item: Weighed, places: Sequence[tuple[int, str, str]], results: Sequence[Mapping[str, Plain]]
) -> pa.Table:
    """One item for everybody; values as exact text, because a rate may have no last decimal."""
    rows = [results[index] for index, _, _ in places]
    known = item.points if item.points is not None else item.label
    states = (
        ["known"] * len(results) if known is None else [State(state).name.lower() for state in known.state.tolist()]
    )
    return pa.table(
        {
            "period": pa.array([period for _, _, period in places], pa.string()),
            "unit": pa.array([subject for _, subject, _ in places], pa.string()),
            "indicator": pa.array([path] * len(rows), pa.string()),
            "name": pa.array([item.name] * len(rows), pa.string()),
            **{kind: pa.array([_text(row[kind]) for row in rows], pa.string()) for kind in ("value", "label")},
            **{kind: pa.array([_points(row[kind]) for row in rows], _POINTS) for kind in ("points", "full")},
            "state": pa.array([states[index] for index, _, _ in places], pa.string()),
        }
    )


_POINTS = pa.decimal128(38, 12)


def _text(value: Plain) -> str | None:
    return value if isinstance(value, str) else None


def _points(value: Plain) -> Decimal | None:
    """Published points were rounded, so they have finitely many decimals."""
    return finite(Fraction(value)) if isinstance(value, str) else None


def _with_parts(path: str, weighed: Weighed) -> Iterator[tuple[str, Weighed]]:
    yield path, weighed
    for part in weighed.parts:
        yield from _with_parts(f"{path}.{part.item}", part)


def decimal(column: Numbers, index: int) -> Decimal | None:
    """A published number: it was rounded, so it has finitely many decimals."""
    value = column.fraction(index)
    return None if value is None else finite(value)


def finite(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
