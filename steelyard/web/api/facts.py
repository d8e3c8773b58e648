"""Facts from other systems, row by row: loaded as strictly as files, and answered with the scores that they moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from threading import Thread
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from steelyard.bureau.live import Effect as Moved
from steelyard.bureau.live import Live, Pushed
from steelyard.bureau.runs.order import Order
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Problem, Refused, refuse
from steelyard.engine.proof.canonical import Plain
from steelyard.lake.intake.cage import Cage
from steelyard.lake.record.batch import Batch
from steelyard.web.api.confining import foreign
from steelyard.web.api.envelope.answering import SHOWN
from steelyard.web.api.guarding import asker, token_of
from steelyard.web.api.shapes import WRONG, ColumnOut, Effect, Push, TableOut, Taken, Trouble
from steelyard.web.cycles.data.rejects import findings
from steelyard.web.library import rules
from steelyard.web.look.reading import language
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target
from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.tokens import pushable
from steelyard.web.trail.recording import record

router = Router(tags=["数据 facts"])


@router.get("facts/{table}", response={200: TableOut, **WRONG}, summary="一张数据表的列 columns of a table")
def described(request: HttpRequest, table: str) -> TableOut:
    asker(request, "api-facts", Target(table=table))
    found = _table(table)
    columns = [
        ColumnOut(
            id=id, name=one.name, type=str(one.type), required=one.required, allowed=list(one.allowed),
            formats=list(one.formats),
        )
        for id, one in found.columns.items()
    ]  # fmt: skip
    return TableOut(table=table, name=found.name, key=list(found.key), unit=found.unit, columns=columns)


@router.post("facts/{table}", response={200: Taken, **WRONG}, summary="推送业务数据 push rows of facts")
def push(request: HttpRequest, table: str, sent: Push) -> Taken:
    """The same rows again are the same batch. Rows that do not fit are kept with their reasons and counted."""
    who, now = asker(request, "api-facts", Target(table=table)), timezone.now()
    done = _loaded(request, who, _table(table), sent, now)
    batch, counts = done.report.batch, done.report.batch.counts
    detail: dict[str, Plain] = {"step": "done", "batch": batch.number, "rows": counts.rows, "rejected": counts.rejected}
    _tell(request, who, table, detail, timezone.now())
    return _taken(done)


def _loaded(request: HttpRequest, who: Asker, table: FactTable, sent: Push, now: datetime) -> Pushed:
    """The trail names who is about to write before the record has the batch: a kill between them hides nobody."""
    begun = False

    def against() -> list[Problem]:
        nonlocal begun
        problems = list(foreign(who, table, sent.rows))
        if not problems:
            _tell(request, who, table.table, {"step": "begun", "rows": len(sent.rows)}, now)
            begun = True
        return problems

    local = timezone.localtime(now).replace(tzinfo=None, microsecond=0)
    try:
        done = live().push(table.table, sent.rows, local, cage(), against)
    except Refused as refused:
        if begun:
            codes: list[Plain] = [*sorted({one.code for one in refused.problems})]
            _tell(request, who, table.table, {"step": "refused", "codes": codes}, timezone.now())
        raise
    _open(live())
    return done


def _table(name: str) -> FactTable:
    """One that the token was given for may have gone from the declarations since."""
    found = pushable().get(name)
    if found is None:
        raise refuse("api-missing")
    return found


@cache
def live() -> Live:
    """The plan whose running score pushes are answered with: ``live`` of site.toml, by the rules that are adopted."""
    found = Live(rules.bureau(), Order(plan=settings.STEELYARD.live or None))
    _open(found)
    return found


def _open(one: Live) -> None:
    """In the background, where a site keeps a running score and it is not there: at the start, and after the rules
    were changed. Until it is, pushes are answered without."""
    if settings.STEELYARD.live and one.standing is None:
        Thread(target=_weigh, args=(one,), name="live", daemon=True).start()


def _weigh(one: Live) -> None:
    try:
        one.open()
    finally:
        connections.close_all()  # those of this thread


@cache
def cage() -> Cage:
    """One for the process: starting it takes longer than most pushes."""
    return Cage(1)


def _tell(request: HttpRequest, who: Asker, table: str, detail: Mapping[str, Plain], now: datetime) -> None:
    whole = {**detail, "token": token_of(request).pk}
    by, address = who.by("api-facts"), address_of(request)
    with transaction.atomic():
        record("api-facts", at=now, target=f"table:{table}", detail=whole, address=address, **by)


def _taken(done: Pushed) -> Taken:
    batch, counts = done.report.batch, done.report.batch.counts
    rejects = _rejects(batch) if counts.rejected else []
    moved = None if done.effects is None else [_effect(one) for one in done.effects]
    return Taken(
        batch=batch.number, new=done.report.new, rows=counts.rows, accepted=counts.accepted, rejected=counts.rejected,
        revised=counts.revised, reasons=dict(batch.reasons), rejects=rejects,
        effects=moved,
    )  # fmt: skip


def _rejects(batch: Batch) -> list[Trouble]:
    """Rows count from 1 below the heading of the file that was made of them, and from 0 in what was sent."""
    found, _ = findings(settings.STEELYARD.of_bureau(), batch, SHOWN)
    return [
        Trouble(
            code=one.code, place=f"rows[{one.row - 2}].{one.column}", text=one.words.of(language()), zh=one.words.zh,
            en=one.words.en,
        )
        for one in found
        if one.level == "reject"
    ]  # fmt: skip


def _effect(one: Moved) -> Effect:
    (old, new), (was, now) = one.points, one.value
    zh, en = _reason(one, old, new, was, now)
    return Effect(
        unit=one.unit, name=one.name, period=one.period, indicator=one.indicator, points_before=old, points_after=new,
        value_before=was, value_after=now, reason_zh=zh, reason_en=en,
    )  # fmt: skip


def _reason(one: Moved, old: Any, new: Any, was: Any, now: Any) -> tuple[str, str]:
    if not one.indicator:
        return f"总分由 {old or '—'} 变为 {new or '—'}", f"the total went from {old or '—'} to {new or '—'}"
    if was == now:
        return f"同类比较变化，得分由 {old or '—'} 变为 {new or '—'}", (
            f"the peers changed: points went from {old or '—'} to {new or '—'}"
        )
    return (
        f"实际值由 {was or '—'} 变为 {now or '—'}，得分由 {old or '—'} 变为 {new or '—'}",
        f"the value went from {was or '—'} to {now or '—'}, points from {old or '—'} to {new or '—'}",
    )
