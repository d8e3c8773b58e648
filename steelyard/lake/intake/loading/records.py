"""From a chunk of a file to records of the table: blank and footer rows set aside, wide headings spread out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steelyard.engine.model.facts import FactTable, Feed, Unpivot
from steelyard.lake.intake.columns.marks import Mask, as_mask
from steelyard.lake.intake.headers import Layout
from steelyard.lake.intake.sources.chunks import Broken, Cells, Chunk, Rows

Indices: TypeAlias = npt.NDArray[np.int64]
ROW_STEP = 1_000  # `_row` of a wide sheet is row * 1000 + column: row 347, column 6 is 347006


@dataclass(frozen=True, slots=True)
class Named:
    """One column's cells, one per record; ``spoilt``: record -> (why, what stands there)."""

    cells: Cells
    kinds: npt.NDArray[np.uint8] | None = None
    spoilt: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def take(self, at: Indices) -> Named:
        """The records at ``at``, in that order; one may be taken several times."""
        spoilt = {new: self.spoilt[old] for new, old in enumerate(at.tolist()) if old in self.spoilt}
        kinds = None if self.kinds is None else self.kinds[at]
        return Named(self.cells.take(pa.array(at)), kinds, spoilt if self.spoilt else {})


@dataclass(frozen=True, slots=True)
class Records:
    """``rows``: the number of each record in its file; ``footers``: cells of control-total rows by column."""

    rows: Rows
    columns: Mapping[str | int, Named]
    broken: Sequence[Broken]
    blank: int
    skipped: int = 0
    footers: Sequence[Mapping[str | int, str]] = ()

    def keep(self, mask: Mask) -> Records:
        if mask.all():
            return self
        at = np.flatnonzero(mask)
        columns = {name: named.take(at) for name, named in self.columns.items()}
        return replace(self, rows=self.rows[at], columns=columns)


def records(chunk: Chunk, table: FactTable, feed: Feed, layout: Layout, encoding: str) -> Records:
    """The chunk's records in file order; every declared column has cells, nulls where the feed has none."""
    columns: dict[str | int, Named] = {name: _named(chunk, at) for name, at in layout.positions.items()}
    columns |= {wide.position: _named(chunk, wide.position) for wide in layout.wide}
    found = Records(chunk.rows, columns, chunk.broken, chunk.blank)
    found = _without_footers(found, chunk, feed, encoding) if feed.footer else found
    found = _without_blanks(found)
    found = _spread(found, feed.unpivot, layout, encoding) if feed.unpivot else found
    count = len(found.rows)
    given: dict[str | int, Named] = {name: Named(_constant(layout.fixed.get(name), count)) for name in table.columns}
    return replace(found, columns={**given, **found.columns})


def _named(chunk: Chunk, position: int) -> Named:
    spoilt = {cell.index: (cell.code, cell.raw) for cell in chunk.spoilt if cell.position == position}
    return Named(chunk.cells[position], chunk.kinds.get(position), spoilt)


def _constant(text: str | None, count: int) -> Cells:
    return pa.nulls(count, pa.string()) if text is None else pa.repeat(pa.scalar(text), count)


def _without_blanks(found: Records) -> Records:
    """Rows in which no column that is read says anything (``,,,,`` at the end of an export)."""
    blank = np.ones(len(found.rows), dtype=bool)
    for named in found.columns.values():
        if not blank.any():
            return found
        blank &= as_mask(pc.equal(pc.binary_length(named.cells), 0), unknown=True)
        blank[list(named.spoilt)] = False
    return replace(found.keep(~blank), blank=found.blank + int(blank.sum()))


def _without_footers(found: Records, chunk: Chunk, feed: Feed, encoding: str) -> Records:
    """Control-total rows: the first cell says so. They are compared with the rows, never loaded."""
    word = str(feed.footer).encode(encoding)
    first = chunk.cells[0].cast(pa.binary())
    footer = as_mask(pc.starts_with(first, pattern=word)) if len(first) else np.zeros(0, dtype=bool)
    rows = [
        {name: _said(named.cells[int(at)].as_py(), encoding) for name, named in found.columns.items()}
        for at in np.flatnonzero(footer)
    ]
    ragged = [broken for broken in found.broken if isinstance(broken.raw, bytes) and broken.raw.startswith(word)]
    broken = [item for item in found.broken if item not in ragged]
    return replace(found.keep(~footer), broken=broken, footers=[*rows, *({} for _ in ragged)])


def _said(cell: bytes | str | None, encoding: str) -> str:
    return cell.decode(encoding, "replace") if isinstance(cell, bytes) else cell or ""


def _spread(found: Records, unpivot: Unpivot, layout: Layout, encoding: str) -> Records:
    """Wide to long: of every row one record for each wide heading, in the order of the file."""
    width, height = len(layout.wide), len(found.rows)
    order = np.arange(width * height).reshape(width, height).T.ravel()
    values = [found.columns[wide.position] for wide in layout.wide]
    columns: dict[str | int, Named] = {
        name: named.take(np.repeat(np.arange(height), width))
        for name, named in found.columns.items()
        if isinstance(name, str)
    }
    columns[unpivot.value] = _stacked(values, height).take(order)
    for name in layout.wide[0].said:
        columns[name] = Named(pa.array([wide.said[name] for wide in layout.wide] * height, pa.string()))
    steps = np.array([wide.position + 1 for wide in layout.wide], dtype=np.int64)
    rows = (found.rows[:, None] * ROW_STEP + steps[None, :]).ravel()
    return _without_skipped(replace(found, rows=rows, columns=columns), unpivot, encoding)


def _stacked(parts: Sequence[Named], height: int) -> Named:
    cells = pa.concat_arrays([part.cells for part in parts])
    kinds = None if parts[0].kinds is None else np.concatenate([part.kinds for part in parts if part.kinds is not None])
    spoilt = {at + n * height: why for n, part in enumerate(parts) for at, why in part.spoilt.items()}
    return Named(cells, kinds, spoilt)


def _without_skipped(found: Records, unpivot: Unpivot, encoding: str) -> Records:
    if not unpivot.skip:
        return found
    cells = found.columns[unpivot.value].cells
    words = [word.encode(encoding) for word in unpivot.skip]
    skip = as_mask(pc.is_in(cells.cast(pa.binary()), value_set=pa.array(words, pa.binary())))
    return replace(found.keep(~skip), skipped=int(skip.sum()))
