"""The rows behind a total of one subject, straight from the record of facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.totals import database
from steelyard.engine.expressions.schema import TableSchema, schema_of
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.proof.bundle import Rows
from steelyard.engine.sql.listing import listed


@contextmanager
def rows_of(ran: Ran, subject: str, tables: Collection[str]) -> Iterator[Rows]:
    """A way to ask for rows of one subject in these tables (by code or Chinese name), over one connection."""
    whose = members(ran)[subject]
    used = {name: table for name, table in ran.tables.items() if name in tables or table.name in tables}
    with database(ran.snapshot, used, ran.order) as answering:
        yield lambda asked: listed(asked, answering, whose)


def members(ran: Ran) -> Mapping[str, Sequence[str]]:
    """For each subject the codes whose rows count for it: its own and those of the units below it."""
    found: dict[str, list[str]] = {code: [] for code in ran.result.panel.subjects}
    for code, subject in Subjects.rolled(ran.result.panel.subjects, ran.parents).members:
        found[str(subject)].append(str(code))
    return found


def schemas(ran: Ran) -> dict[str, TableSchema]:
    return {name: schema_of(table) for name, table in ran.tables.items()}
