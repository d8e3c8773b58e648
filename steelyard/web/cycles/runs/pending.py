"""What late or missing data could still move: how far each table of facts reaches, how much of it comes late."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from django.db.models import Max, Sum

from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.running import system_of
from steelyard.engine.periods import Period
from steelyard.engine.weighing.needs import needed
from steelyard.web.cycles.data.grading import share
from steelyard.web.cycles.models import Loaded, Run
from steelyard.web.library import rules


@dataclass(frozen=True)
class Pending:
    """One table of facts. ``until``: the last day of which there are rows; ``missing``: days of the period after it;
    ``late``: share of the period's rows that came late; ``indicators``: how many of the plan read it."""

    table: str
    name: str
    until: date | None
    missing: int
    late: Decimal
    rejected: int
    indicators: int


def pending(run: Run) -> tuple[Pending, ...]:
    """Tables that the plan reads, those first that could move most. Raises `Refused` where rules cannot be read."""
    bureau = rules.bureau()
    read = _read(bureau, bureau.rules_stamp(), run.plan)
    period = _period(bureau, bureau.rules_stamp(), run.period)
    end = period.end
    batches = Loaded.objects.filter(number__lte=run.batch, table__in=read, last__gte=period.start)
    sums = batches.values("table").annotate(
        until=Max("last"), of=Sum("accepted"), came=Sum("late"), lost=Sum("rejected")
    )
    found = [_pending(row, read[row["table"]], end) for row in sums.order_by("table")]
    return tuple(sorted(found, key=lambda one: (-one.missing, -one.late * one.indicators, one.table)))


def _pending(row: Mapping[str, object], of: tuple[str, int], end: date) -> Pending:
    until = row["until"] if isinstance(row["until"], date) else None
    missing = 0 if until is None else max(0, (end - timedelta(days=1) - until).days)
    late = share(int(str(row["came"])), int(str(row["of"])))
    return Pending(str(row["table"]), of[0], until, missing, late, int(str(row["lost"])), of[1])


@lru_cache(maxsize=8)
def _read(bureau: Bureau, _stamp: Hashable, plan: str) -> Mapping[str, tuple[str, int]]:
    """Table -> its name, and how many indicators of the plan read it."""
    book, tables = bureau.book(), bureau.tables()
    found: dict[str, int] = {}
    for entry in book.plans[plan].entries if plan in book.plans else ():
        for table in {total.table for total in needed(book, [entry.indicator], ())}:
            found[table] = found.get(table, 0) + 1
    names = {name: one for id, one in tables.items() for name in (id, one.name)}
    return {names[table].table: (names[table].name, count) for table, count in found.items() if table in names}


@lru_cache(maxsize=32)
def _period(bureau: Bureau, _stamp: Hashable, written: str) -> Period:
    return system_of(bureau.book()).parse(written)
