"""A digest of everything that a result publishes, whatever the form in which its numbers are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from steelyard.engine.arithmetic.compute import Column
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.arithmetic.truths import Texts
from steelyard.engine.arithmetic.whole import greatest_common, narrow, over
from steelyard.engine.evaluate import Result


def sealed(result: Result) -> str:
    """Equal for equal values, points, labels, totals, places, lists and grades of every unit in every period."""
    said = hashlib.sha256()
    for part in _parts(result):
        said.update(part)
    return said.hexdigest()


def _parts(result: Result) -> Iterator[bytes]:
    for id in sorted(result.indicators):
        for name in ("value", "full", "points", "label"):
            yield f"{id}.{name}".encode()
            yield _said(result.indicators[id].column(name))
    yield from (_said(result.total), _said(result.grade))
    places = result.places
    yield from (one.tobytes() for one in (places.place, places.ties, places.size, places.from_last, result.segments))
    yield from (result.lists[name].tobytes() for name in sorted(result.lists))


def _said(column: Column | None) -> bytes:
    if isinstance(column, Numbers):
        known = column.known
        above = np.where(known, column.numerator, 0)
        below = np.where(known, column.denominator, 1)
        factor = greatest_common(above, below)
        return column.state.tobytes() + b"".join(_plain(narrow(over(one, factor))) for one in (above, below))
    if isinstance(column, Texts):
        return column.state.tobytes() + "\n".join(np.where(column.known, column.value, "").tolist()).encode()
    return b"" if column is None else column.met.tobytes() + column.known.tobytes()


def _plain(whole: object) -> bytes:
    numbers = np.asarray(whole)
    return repr(numbers.tolist()).encode() if numbers.dtype == object else numbers.astype(np.int64).tobytes()
