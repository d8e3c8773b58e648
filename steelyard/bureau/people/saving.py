"""What a run leaves about people: one row a person, and the account behind it line by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.bureau.people.assessing import People
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import whole, write_json
from steelyard.bureau.showing import decimal
from steelyard.engine.persons.weighing import PersonScore, StageScore
from steelyard.engine.proof.canonical import Plain, digest, exact

SHOWN = 9
GROUP = 2_000


def save_people(ran: Ran, people: tuple[People, ...], folder: Path) -> list[Path]:
    """``persons.parquet``, ``accounts.parquet`` and ``persons.json`` beside the results of the units."""
    if not people:
        return []
    paths = [folder / "persons.parquet", folder / "accounts.parquet", folder / "persons.json"]
    write_rows(paths[0], [row for part in people for row in _people(ran, part)])
    write_rows(paths[1], [row for part in people for row in _accounts(part)])
    write_json(paths[2], [summary(part) for part in people])
    return paths


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """In the order of persons and in small groups, so that whoever reads one person reads little else."""
    with whole(path) as temporary:
        pq.write_table(pa.Table.from_pylist(rows), temporary, row_group_size=GROUP)


def summary(people: People) -> dict[str, Any]:
    """Machine-readable: who was assessed, and the digest of every account."""
    return {
        "plan": people.plan.id,
        "period": str(people.period),
        "persons": len(people.scores),
        "unassessed": list(people.unassessed),
        "unlinked": list(people.unlinked),
        "digest": digest_of(people),
    }


def digest_of(people: People) -> str:
    """The same for the same accounts, to the last digit."""
    rows = [[_plain(value) for value in row.values()] for row in _accounts(people)]
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
    for person, score in people.scores.items():
        for number, stage in enumerate(score.stages, start=1):
            yield from _stage(people, person, number, stage)
        yield from _own(people, person, score)


def _stage(people: People, person: str, number: int, scored: StageScore) -> Iterator[dict[str, Any]]:
    stage = scored.stage
    for entry in scored.entries:
        yield {
            **_BLANK,
            "period": str(people.period),
            "person": person,
            "stage": number,
            "unit": stage.unit,
            "post": stage.post,
            "first_day": stage.start,
            "last_day": stage.end - timedelta(days=1),
            "days": stage.days,
            "weight": _text(scored.weight),
            "frozen": str(scored.frozen),
            "indicator": entry.indicator,
            "worth": _text(entry.worth),
            "unit_points": _text(entry.unit_points),
            "unit_full": _text(entry.unit_full),
            "points": _text(entry.points),
        }


def _own(people: People, person: str, score: PersonScore) -> Iterator[dict[str, Any]]:
    for indicator, (points, full) in score.own.items():
        head = {"period": str(people.period), "person": person, "stage": 0, "indicator": indicator}
        yield {**_BLANK, **head, "worth": _text(full), "points": _text(points)}


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
