"""What is sent and answered, as the OpenAPI document says it. Numbers that decide are exact decimals as text."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from steelyard.bureau.sent import MOST
from steelyard.web.people.registering.sending import ROWS

Cell = Annotated[str, Field(max_length=10_000)]
Row = dict[str, Cell]


class Trouble(Schema):
    """One thing that is wrong: ``code`` for programs, ``place`` in what was sent, words for people: ``text`` in the
    language of Accept-Language."""

    code: str
    place: str
    text: str
    zh: str
    en: str


class Refusal(Schema):
    problems: list[Trouble]


WRONG: dict[Any, Any] = {400: Refusal, 401: Refusal, 404: Refusal, 413: Refusal, 422: Refusal}
"""What every operation may answer beside what it is for."""


class TokenOut(Schema):
    """What this token is good for; never more than its account may."""

    name: str
    scopes: list[str]
    tables: list[str]
    unit: str
    until: str


class ColumnOut(Schema):
    """A column as rows may name it: by identifier or Chinese name. ``allowed``: the only texts, if there are any."""

    id: str
    name: str
    type: str
    required: bool
    allowed: list[str]
    formats: list[str]


class TableOut(Schema):
    """A table to push to. ``key``: the columns that make a row the same row; ``unit``: the column of its unit."""

    table: str
    name: str
    key: list[str]
    unit: str | None
    columns: list[ColumnOut]


class Push(Schema):
    """``rows``: column (identifier or Chinese name) -> text, read as strictly as any file."""

    model_config = ConfigDict(extra="forbid")
    rows: Annotated[list[Row], Field(min_length=1, max_length=MOST)]


class Effect(Schema):
    """One number that the push moved; ``indicator`` is empty for the total. The reason in both languages."""

    unit: str
    name: str
    period: str
    indicator: str
    points_before: str | None
    points_after: str | None
    value_before: str | None
    value_after: str | None
    reason_zh: str
    reason_en: str


class Taken(Schema):
    """``rejects``: the first 200 cells of rejected rows, each with its place in what was sent. ``effects`` is null
    while the running score is not in memory yet: the rows are kept, ask for results later."""

    batch: int
    new: bool
    rows: int
    accepted: int
    rejected: int
    revised: int
    reasons: dict[str, int]
    rejects: list[Trouble]
    effects: list[Effect] | None


class VersionOut(Schema):
    """A published version of a plan and period; ``digest`` and ``root`` seal it."""

    id: int
    plan: str
    period: str
    number: int | None
    stage: str
    published_at: str | None
    digest: str
    root: str
    replaces: int | None


class UnitOut(Schema):
    """A unit in a version: exact total, place with its interval, segment and grade."""

    code: str
    name: str
    class_name: str
    total: str
    place: int
    low: int
    high: int
    segment: str
    grade: str


class IndicatorOut(Schema):
    id: str
    name: str
    family: str
    points: str
    full: str
    value: str | None
    target: str | None
    place: int | None
    state: str


class SheetOut(Schema):
    unit: UnitOut
    indicators: list[IndicatorOut]


class PersonOut(Schema):
    """A personal result as 数字人事 takes it over; ``digest`` names the run that it is from."""

    person: str
    plan: str
    period: str
    total: str
    place: int | None
    grade: str
    digest: str


Code = Annotated[str, Field(min_length=1, max_length=40)]


class UseIn(Schema):
    """A use of published numbers: of units or of persons, whose codes are ``names``. ``key``: the number that you give
    it; the same again is the same use. ``version``: as ``id`` of versions. ``user``: the department; ``document`` or
    ``reason``: by what, one at least."""

    model_config = ConfigDict(extra="forbid")
    key: Annotated[str, Field(min_length=1, max_length=64)]
    version: Annotated[str, Field(pattern="^[0-9]{1,9}$")]
    kind: Literal["units", "persons"]
    names: Annotated[list[Code], Field(min_length=1, max_length=30_000)]
    purpose: Annotated[str, Field(max_length=40)]
    user: Annotated[str, Field(max_length=100)]
    on: date
    document: Annotated[str, Field(max_length=100)] = ""
    reason: Annotated[str, Field(max_length=500)] = ""


class ReviewOut(Schema):
    """A correction held against the use: numbers of version ``before``, with which it stood, and of ``after``."""

    before: int
    after: int
    changed: int
    same: int
    at: str


class UseOut(Schema):
    """``state``: standing, due (corrected, to be answered by people), kept, revised, cancelled. ``reviews``: every
    correction since, the last one last."""

    id: int
    key: str
    version: int
    kind: str
    purpose: str
    user: str
    on: str
    document: str
    reason: str
    count: int
    state: str
    logged_at: str
    reviews: list[ReviewOut]


class UsesOut(Schema):
    count: int
    page: int
    pages: int
    rows: list[UseOut]


class ChangedOut(Schema):
    """Whose numbers the last correction changed. ``gone``: the corrected version says nothing of it any more."""

    code: str
    total_before: str | None
    total_after: str | None
    place_before: int | None
    place_after: int | None
    grade_before: str
    grade_after: str
    gone: bool


class ChangesOfUse(Schema):
    """``same``: how many are unchanged; none is listed where nothing was corrected since."""

    use: UseOut
    same: int
    count: int
    page: int
    pages: int
    rows: list[ChangedOut]


class Register(Schema):
    """Rows of register tables, as they stand on ``day``. ``whole``: all rows of each table were sent, so that the
    answer can name those of the register that were not; they are never ended by silence."""

    model_config = ConfigDict(extra="forbid")
    day: date
    whole: bool = False
    tables: Annotated[dict[str, Annotated[list[Row], Field(max_length=ROWS)]], Field(min_length=1)]


class Agreed(Schema):
    """``digest``: of the changes that were shown, and that are to be applied."""

    model_config = ConfigDict(extra="forbid")
    digest: Annotated[str, Field(max_length=64)]


class PlacedOut(Schema):
    code: str
    name: str
    parent: str
    path: str
    level: str
    class_name: str


class BeforeAfter(Schema):
    code: str
    before: str
    after: str


class SeveralOut(Schema):
    """``code``: the new unit of a merger, or the old one of a split; ``others``: the others of it."""

    code: str
    others: list[str]


class SeatOut(Schema):
    person: str
    name: str
    unit: str
    post: str


class MoveOut(Schema):
    person: str
    name: str
    unit_before: str
    unit_after: str
    post_before: str
    post_after: str


class ChangesOut(Schema):
    """What the page of the administrator shows: at most 1,000 of a kind, ``counts`` are of all."""

    counts: dict[str, int]
    new: list[PlacedOut]
    ended: list[str]
    renamed: list[BeforeAfter]
    moved: list[BeforeAfter]
    otherwise: list[str]
    merged: list[SeveralOut]
    split: list[SeveralOut]
    come: list[SeatOut]
    gone: list[str]
    transferred: list[MoveOut]
    posted: list[MoveOut]


class ImportOut(Schema):
    """``state``: waiting for somebody to apply it, applied, or refused. ``small``: nobody has to look, if the token may
    apply. ``changes``: null once it is decided. ``missing``: keys that the register has and a whole list does not."""

    key: str
    day: str
    digest: str
    state: Literal["waiting", "applied", "refused"]
    small: bool
    changes: ChangesOut | None
    missing: dict[str, list[str]]


class UnitRow(Schema):
    code: str
    name: str
    parent: str | None
    level: str
    class_name: str
    attributes: dict[str, str]
    ended: str | None


class StaffRow(Schema):
    person: str
    name: str
    unit: str | None
    post: str


class UnitsOut(Schema):
    """One page; ``pages`` of them hold ``count`` rows."""

    count: int
    page: int
    pages: int
    rows: list[UnitRow]


class StaffOut(Schema):
    count: int
    page: int
    pages: int
    rows: list[StaffRow]
