"""机构与人员由人事系统报送: rows of the registers, tried like uploaded files; and how far a system may go by itself.

A token is a secret in a file, and nobody looks at what it does. It may therefore carry the daily traffic of people, if
it was given for that; units, and many people at once, are applied by the system administrator on the page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.db.models import Sum

from steelyard.bureau import sent
from steelyard.bureau.folder import Bureau
from steelyard.bureau.sent import Row
from steelyard.bureau.subjects.registers import EVERYBODY
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.lake.record import snapshot
from steelyard.web.people.models import Account, Person, RegisterImport
from steelyard.web.people.registering.ending import ending
from steelyard.web.people.registering.importing import Acting, Tried, adopt, again, keep
from steelyard.web.people.registering.register import Changes

CATALOGUE.add(
    {
        "register-name": (
            "登记册里没有“{table}”；现有：{allowed}",
            "there is no register '{table}'; there are: {allowed}",
        ),
        "register-row-empty": (
            "这一行什么也没有写；{table} 共 {count} 行如此，请去掉或写全再报送",
            "this row says nothing, like {count} of {table} in all; leave them out or fill them in, then send again",
        ),
        "register-large": (
            "涉及机构，或一天之内变动超过 {most} 人，须由系统管理员在“机构与人员”页面核对后采用；已留待处理",
            "units change, or more than {most} persons within a day: the system administrator applies this on the page "
            "after looking at it; it waits there",
        ),
        "register-digest": (
            "摘要与所示变化不符；请再读一次，核对后用新的摘要",
            "this is not the digest of the changes that are shown; read them again and send theirs",
        ),
    }
)

ROWS = 100_000
FEW, SHARE = 20, 100
"""Tokens of an account move so many persons a day by themselves, or one in so many of all, whichever is more."""
UNITS = ("new", "ended", "renamed", "moved", "otherwise", "merged", "split")
PERSONS = ("come", "gone", "transferred", "posted")


def submit(
    tables: Mapping[str, Sequence[Row]], *, day: date, acting: Acting, now: datetime
) -> tuple[RegisterImport, Tried]:
    """Keeps the rows and tries them; the same rows again, while that comes to the same, are the same import.

    Raises `Refused` with all that is wrong with them, and keeps nothing then."""
    registers = _registers(settings.STEELYARD.of_bureau())
    if problems := list(_unfit(tables, registers)):
        raise Refused(problems)
    content = _content(tables, day, acting)
    if known := _known(content):
        return known
    files = [(sent.file_of(registers[name]), [sent.text(registers[name], tables[name]).encode()]) for name in tables]
    try:
        return keep(files, day, acting, now, content)
    except Refused as refused:
        raise Refused([_placed(one) for one in refused.problems]) from refused


def _registers(bureau: Bureau) -> dict[str, FactTable]:
    return {name: table for name, table in bureau.tables().items() if name in EVERYBODY}


def _unfit(tables: Mapping[str, Sequence[Row]], registers: Mapping[str, FactTable]) -> Iterator[Problem]:
    for name, rows in tables.items():
        if name in registers:
            yield from sent.unfit(registers[name], rows, f"tables.{name}", ROWS)
            yield from _empty(name, rows)
        else:
            yield Problem("register-name", Place(f"tables.{name}"), {"table": name, "allowed": "、".join(registers)})


def _empty(name: str, rows: Sequence[Row]) -> Iterator[Problem]:
    """The first of the rows in which nothing stands, with how many there are."""
    found = [at for at, row in enumerate(rows) if not any(text.strip() for text in row.values())]
    if found:
        yield Problem("register-row-empty", Place(f"tables.{name}[{found[0]}]"), {"table": name, "count": len(found)})


def _content(tables: Mapping[str, Sequence[Row]], day: date, acting: Acting) -> str:
    told = [acting.by.pk, day.isoformat(), tables]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _known(content: str) -> tuple[RegisterImport, Tried] | None:
    """What was sent before and is still as it was then: waiting for the same changes, refused, or wholly applied."""
    found = RegisterImport.objects.filter(content=content).order_by("-pk").first()
    if found is None:
        return None
    tried = again(found)
    same = tried.changes.nothing if found.applied_at else tried.digest == found.digest
    return (found, tried) if same else None


def _placed(one: Problem) -> Problem:
    """``api_units.csv:3`` is what the sender knows as ``tables.units[1]``: below the heading, counted from 0."""
    name, ours = one.place.file.removesuffix(".csv").removeprefix("api_"), one.place.file.startswith("api_")
    row = f"[{one.place.line - 2}]" if one.place.line > 1 else ""
    return Problem(one.code, Place(f"tables.{name}{row}"), one.params) if ours else one


def absent(tables: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """For lists that claim to be whole: keys in the register that were not sent, for tables whose key is one column.

    They are told and not acted upon: a transmission that was cut short must not close bureaus."""
    bureau = settings.STEELYARD.of_bureau()
    found = {}
    for name, table in _registers(bureau).items():
        if name in tables and len(table.key) == 1 and (bureau.record / "ledger.sqlite").is_file():
            here = {sent.cell(table, row, table.key[0]) for row in tables[name]}
            found[name] = sorted(_keys(bureau, table) - here)
    return found


def _keys(bureau: Bureau, table: FactTable) -> set[str]:
    sources = snapshot(bureau.record).sources
    files = sources[table.table].files if table.table in sources else ()
    return {str(key) for file in files for key in pq.read_table(file, columns=[table.key[0]])[0].to_pylist()}


# ---- how far a system may go by itself ----


def apply(found: RegisterImport, digest: str, *, acting: Acting, now: datetime) -> Changes:
    """Raises `Refused`: ``register-digest``, ``register-large``, ``import-stale``."""
    if digest != found.digest:
        raise refuse("register-digest", Place("digest"))

    def check(changes: Changes) -> None:
        if not small(changes, acting.by, now):
            raise refuse("register-large", most=_most())

    return adopt(found, acting, now, check)


def small(changes: Changes, by: Account, now: datetime) -> bool:
    """Together with what the account's tokens applied within a day: many small steps are a large one. Nobody's half
    of a small bureau is few."""
    if ending(changes).large:
        return False
    lately = RegisterImport.objects.filter(made_by=by, applied_at__gt=now - timedelta(days=1))
    before = lately.aggregate(n=Sum("moved"))["n"] or 0
    return not any(getattr(changes, name) for name in UNITS) and before + changes.persons <= _most()


def _most() -> int:
    return max(FEW, Person.objects.exclude(unit=None).count() // SHARE)


def counts(changes: Changes) -> dict[str, Any]:
    return {name: len(getattr(changes, name)) for name in (*UNITS, *PERSONS)}
