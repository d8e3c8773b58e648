"""What is sent and answered, as the OpenAPI document says it. Numbers that decide are exact decimals as text."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Schema

Cell = Annotated[str, Field(max_length=10_000)]


class Trouble(Schema):
    """One thing that is wrong: ``code`` for programs, words for people."""

    code: str
    zh: str
    en: str


class Refusal(Schema):
    problems: list[Trouble]


class Push(Schema):
    """``rows``: column (identifier or Chinese name) -> text, read as strictly as any file."""

    rows: Annotated[list[dict[str, Cell]], Field(min_length=1, max_length=10_000)]


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
    """``effects`` is null while the running score is not in memory yet: the rows are kept, ask for results later."""

    batch: int
    new: bool
    rows: int
    accepted: int
    rejected: int
    revised: int
    reasons: dict[str, int]
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
