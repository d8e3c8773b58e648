"""What a run leaves about people: one row a person, and the account behind it line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.bureau.people.assessing import People
from steelyard.bureau.people.inputs import Source
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import whole, write_json
from steelyard.bureau.showing import decimal
from steelyard.engine.persons.confirming import Assignment
from steelyard.engine.persons.weighing import PersonScore, StageScore
from steelyard.engine.proof.canonical import Plain, digest, exact

SHOWN = 9
GROUP = 2_000


def save_people(ran: Ran, people: tuple[People, ...], folder: Path) -> tuple[list[Path], list[dict[str, Any]]]:
    """``persons.parquet``, ``accounts.parquet`` and ``persons.json`` beside the results of the units, and the last of
    them once more: who was assessed by each plan, and the digest of every account."""
    if not people:
        return [], []
    accounts = [list(_accounts(part)) for part in people]
    found = [_summary(part, digest_of(part, rows)) for part, rows in zip(people, accounts, strict=True)]
    paths = [folder / "persons.parquet", folder / "accounts.parquet", folder / "persons.json"]
    write_rows(paths[0], [row for part in people for row in _people(ran, part)])
    write_rows(paths[1], [row for rows in accounts for row in _same_columns(rows, people)])
    write_json(paths[2], found)
    return paths, found


def _same_columns(rows: Iterable[Mapping[str, Any]], people: tuple[People, ...]) -> Iterator[dict[str, Any]]:
    """Where one of the plans tells who confirmed what, all of them have the columns for it."""
    blank = dict.fromkeys(_CONFIRMED) if any(part.plan.confirmed for part in people) else {}
    return ({**row, **{name: row.get(name) for name in blank}} for row in rows)


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """In the order of persons and in small groups, so that whoever reads one person reads little else."""
    with whole(path) as temporary:
        pq.write_table(pa.Table.from_pylist(rows), temporary, row_group_size=GROUP)


def _summary(people: People, told: str) -> dict[str, Any]:
    return {
        "plan": people.plan.id,
        "period": str(people.period),
        "persons": len(people.scores),
        "unassessed": list(people.unassessed),
        "unlinked": list(people.unlinked),
        "digest": told,
        "inputs": {
            "own": len([one for one in people.inputs.sources if one.own]),
            "own_by_hand": [one.indicator for one in people.inputs.by_hand(True)],
            "carried_by_hand": [one.indicator for one in people.inputs.by_hand(False)],
            "by": {one.indicator: {"way": one.way, "tables": [*one.tables]} for one in _typed(people)},
            "keystrokes": exact(people.inputs.keystrokes),
            "keystrokes_of_units": exact(people.inputs.of_units),
        },
        **({"doubts": [doubt.line() for doubt in people.doubts]} if people.plan.confirmed else {}),
    }


def _typed(people: People) -> Iterator[Source]:
    """Indicators that rest on what people typed in, own ones first."""
    yield from people.inputs.by_hand(True)
    yield from people.inputs.by_hand(False)


def digest_of(people: People, accounts: Iterable[Mapping[str, Any]] | None = None) -> str:
    """The same for the same accounts, to the last digit. ``accounts``: the lines, where somebody has them already."""
    lines = _accounts(people) if accounts is None else accounts
    rows = [[_plain(value) for value in row.values()] for row in lines]
    totals = [[person, _text(score.total)] for person, score in people.scores.items()]
    return digest(cast(Plain, [rows, totals]))


def _people(ran: Ran, people: People) -> Iterator[dict[str, Any]]:
    for index, (person, score) in enumerate(people.scores.items()):
        yield {
            "period": str(people.period),
            "plan": people.plan.id,
            "person": person,
            "name": ran.everybody.persons[person].name,
            "unit": score.stages[-1].stage.unit,
            "duty": people.duties[person],
            "stages": len(score.stages),
            "carried": decimal(sum((stage.carried for stage in score.stages), Fraction(0)), SHOWN),
            "own": decimal(score.own_points, SHOWN),
            "total": None if score.total is None else decimal(score.total, SHOWN),
            "place": int(people.places.place[index]),
            "ties": int(people.places.ties[index]),
            "group_size": int(people.places.size[index]),
            "grade": None if people.grades is None else people.grades.word(index),
            "lists": "、".join(name for name in sorted(people.lists) if people.lists[name][index]),
        }


def _accounts(people: People) -> Iterator[dict[str, Any]]:
    """Lines of stages in the order of time, then the person's own indicators (``stage`` 0)."""
    asks = dict.fromkeys(_CONFIRMED) if people.plan.confirmed else {}
    blank = {**_BLANK, "period": str(people.period), **asks}
    for person, score in people.scores.items():
        for number, stage in enumerate(score.stages, start=1):
            yield from _stage({**blank, "person": person, "stage": number}, stage)
        yield from _own({**blank, "person": person, "stage": 0}, score)


_CONFIRMED = ("role", "share")


def _assigned(assigned: Assignment | None) -> dict[str, str | None]:
    return {} if assigned is None else {"role": assigned.role, "share": _text(assigned.share)}


def _stage(head: Mapping[str, Any], scored: StageScore) -> Iterator[dict[str, Any]]:
    stage = scored.stage
    head = {
        **head,
        "unit": stage.unit,
        "post": stage.post,
        "first_day": stage.start,
        "last_day": stage.end - timedelta(days=1),
        "days": stage.days,
        "weight": _text(scored.weight),
        "frozen": str(scored.frozen),
    }
    for entry in scored.entries:
        yield {
            **head,
            "indicator": entry.indicator,
            "worth": _text(entry.worth),
            "unit_points": _text(entry.unit_points),
            "unit_full": _text(entry.unit_full),
            "points": _text(entry.points),
            **_assigned(entry.assigned),
        }


def _own(head: Mapping[str, Any], score: PersonScore) -> Iterator[dict[str, Any]]:
    for indicator, (points, full) in score.own.items():
        yield {**head, "indicator": indicator, "worth": _text(full), "points": _text(points)}


_BLANK: dict[str, Any] = dict.fromkeys(
    (
        *("period", "person", "stage", "unit", "post", "first_day", "last_day", "days", "weight", "frozen"),
        *("indicator", "worth", "unit_points", "unit_full", "points"),
    )
)


def _text(value: Fraction | None) -> str | None:
    """Exact: a decimal, or a fraction such as 181/365."""
    return None if value is None else exact(value)


def _plain(value: Any) -> Plain:
    return value if value is None or isinstance(value, str | int) else str(value)
