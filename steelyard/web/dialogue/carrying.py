"""Whether the facts have been corrected as a ruling wants it: whose rows are in the record, and still stand there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from steelyard.bureau.folder import Bureau, stamp
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Refused
from steelyard.lake.intake.cage import Cage
from steelyard.lake.intake.job import Office
from steelyard.lake.intake.rejected import read_again
from steelyard.lake.record.batch import Batch
from steelyard.lake.record.overtaken import Overtaken, overtaken
from steelyard.lake.record.snapshot import Snapshot, snapshot
from steelyard.lake.scratch import beside
from steelyard.web.cycles.models import Loaded
from steelyard.web.dialogue.models import Appeal
from steelyard.web.library import rules


@dataclass(frozen=True)
class Replaced:
    """Rows of one corrected file in whose place a later batch put something else."""

    file: str
    by: Loaded
    rows: int


@dataclass(frozen=True)
class Standing:
    """``missing``: names of files that are not in the record; ``replaced``: what later batches undid of the others."""

    missing: tuple[str, ...] = ()
    replaced: tuple[Replaced, ...] = ()

    @property
    def whole(self) -> bool:
        return not (self.missing or self.replaced)


def newest() -> int:
    """The last batch that is listed."""
    return Loaded.objects.order_by("-number").values_list("number", flat=True).first() or 0


def standing(appeal: Appeal, last: int) -> Standing:
    """The correction of an appeal in the record as of batch ``last``. Its rows are those that its files brought, and
    those that others had brought before them but after the result that is appealed against; all else in the files was
    weighed there already. Raises `Refused` where the record cannot be read."""
    names = dict(appeal.files.values_list("digest", "name"))
    there = list(Loaded.objects.filter(sha256__in=names, number__lte=last).order_by("number"))
    missing = tuple(name for digest, name in names.items() if digest not in {one.sha256 for one in there})
    if not there:
        return Standing(missing)
    bureau, files = rules.bureau(), tuple((one.number, names[one.sha256]) for one in there)
    return Standing(missing, _replaced(bureau, _written(bureau), files, appeal.version.run.batch, last))


def _written(bureau: Bureau) -> Hashable:
    """Changes with what files are read again by: a declaration that was spoiled may be mended."""
    return stamp(bureau.root / "facts"), tuple(bureau.calendars())


@lru_cache(maxsize=1024)
def _replaced(
    bureau: Bureau, _by: Hashable, files: tuple[tuple[int, str], ...], since: int, last: int
) -> tuple[Replaced, ...]:
    """What a record said up to a batch never changes: a list of appeals asks once for each, until the next batch."""
    looking = _Looking(bureau, snapshot(bureau.record, as_of_batch=last), since)
    return tuple(one for number, name in files for one in looking.replaced(number, name))


@dataclass(frozen=True)
class _Looking:
    """``since``: the last batch that the result knows which is appealed against."""

    bureau: Bureau
    found: Snapshot
    since: int

    def replaced(self, number: int, name: str) -> Iterator[Replaced]:
        batch = self.found.batches[number - 1]
        own = overtaken(self.found, batch.table, batch.number, batch.number, batch.number)
        rows = Counter(one.by for one in (*own, *self._repeated(batch)))
        by = Loaded.objects.in_bulk(list(rows))
        yield from (Replaced(name, by[later], rows[later]) for later in sorted(by))

    def _repeated(self, batch: Batch) -> list[Overtaken]:
        """Rows that the file said again after another one, so that they are none of its batch."""
        if not batch.counts.unchanged:
            return []
        others = overtaken(self.found, batch.table, self.since + 1, batch.number - 1, batch.number)
        if not others:
            return []
        try:
            said = self._said(batch, self.bureau.tables())
        except Refused:
            return others  # what the file said cannot be told any more: better one look too many than one too few
        return [one for one in others if said is None or _cells(one.said, said[0]) in said[1]]

    def _said(self, batch: Batch, tables: Mapping[str, FactTable]) -> tuple[list[str], set[str]] | None:
        """Columns that people write, and what each row of the file says in them."""
        calendar, record = self.bureau.calendar(), self.bureau.record
        with beside(record, "appeal") as folder, Cage(1) as cage:
            office = Office.of(calendar) if calendar else None
            rows = read_again(record, tables[batch.table], batch, cage, folder / "read", office)
        if rows is None:
            return None
        columns = [name for name in tables[batch.table].columns if name in batch.columns]
        return columns, {_cells(row, columns) for row in rows.to_pylist()}


def _cells(row: Mapping[str, object], columns: list[str]) -> str:
    return repr([row.get(name) for name in columns])
