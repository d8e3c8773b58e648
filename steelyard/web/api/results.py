"""Published results for other systems: what the pages read, as JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from steelyard.bureau.views.overview import UnitLine
from steelyard.bureau.views.reading import Views, views_of
from steelyard.engine.problems import refuse
from steelyard.reports.sheet import IndicatorRow, Measure
from steelyard.web.api.guarding import asker
from steelyard.web.api.shapes import WRONG, IndicatorOut, PersonOut, SheetOut, UnitOut, VersionOut
from steelyard.web.cycles.models import PUBLIC, Version
from steelyard.web.cycles.results import folder_of
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Person, Unit

router = Router(tags=["结果 results"])
READ, PEOPLE = "api-results", "api-persons"


@router.get("versions", response={200: list[VersionOut], **WRONG}, summary="已公布的版本 published versions")
def versions(request: HttpRequest) -> list[VersionOut]:
    asker(request, READ)
    return [_version(one) for one in _published()]


def _published() -> list[Version]:
    return list(Version.objects.filter(stage__in=PUBLIC).select_related("run").order_by("-published_at", "-id"))


@router.get(
    "versions/{int:version}/units",
    response={200: list[UnitOut], **WRONG},
    summary="一个版本的全部单位 units of a version",
)
def units(request: HttpRequest, version: int) -> list[UnitOut]:
    who, found = asker(request, READ), _views(version)
    paths = dict(Unit.objects.values_list("code", "path"))
    return [_unit(line) for line in found.overview.units if who.may("api-unit", Target(path=paths.get(line.code, "")))]


@router.get(
    "versions/{int:version}/units/{code}",
    response={200: SheetOut, **WRONG},
    summary="一个单位的各项得分 one unit in detail",
)
def unit(request: HttpRequest, version: int, code: str) -> SheetOut:
    path = Unit.objects.filter(pk=code).values_list("path", flat=True).first() or ""
    asker(request, "api-unit", Target(path=path))
    found = _views(version)
    if code not in found.lines:
        raise refuse("api-missing")
    return SheetOut(unit=_unit(found.lines[code]), indicators=[_row(row) for row in found.unit(code).indicators])


@router.get(
    "versions/{int:version}/persons/{person}",
    response={200: list[PersonOut], **WRONG},
    summary="个人绩效结果 a personal result",
)
def person(request: HttpRequest, version: int, person: str) -> list[PersonOut]:
    known = Person.objects.filter(pk=person).select_related("unit").first()
    path = known.unit.path if known is not None and known.unit is not None else ""
    asker(request, PEOPLE, Target(path=path, person=person, label=3))
    found = _public(version)
    rows = [row for row in views_of(folder_of(found)).persons() if row["person"] == person]
    if not rows:
        raise refuse("api-missing")
    return [_person(row, found) for row in rows]


def _views(version: int) -> Views:
    return views_of(folder_of(_public(version)))


def _public(version: int) -> Version:
    found = Version.objects.filter(pk=version, stage__in=PUBLIC).select_related("run").first()
    if found is None:
        raise refuse("api-missing")
    return found


def _version(one: Version) -> VersionOut:
    return VersionOut(
        id=one.pk, plan=one.plan, period=one.period, number=one.number, stage=one.stage, digest=one.run.digest,
        root=one.run.root, replaces=one.replaces_id,
        published_at=None if one.published_at is None else one.published_at.isoformat(),
    )  # fmt: skip


def _unit(line: UnitLine) -> UnitOut:
    return UnitOut(
        code=line.code, name=line.name.zh, class_name=line.class_name, total=str(line.total), place=line.place.place,
        low=line.place.low, high=line.place.high, segment=line.segment, grade=line.grade,
    )  # fmt: skip


def _row(row: IndicatorRow) -> IndicatorOut:
    return IndicatorOut(
        id=row.id, name=row.name.zh, family=row.family.zh, points=str(row.points), full=str(row.full),
        value=_number(row.value), target=_number(row.target), place=row.place, state=row.state,
    )  # fmt: skip


def _number(measure: Measure | None) -> str | None:
    return None if measure is None else str(measure.number)


def _person(row: Any, version: Version) -> PersonOut:
    place = row.get("place")
    return PersonOut(
        person=str(row["person"]), plan=str(row.get("plan", version.plan)), period=str(row["period"]),
        total=str(row["total"]), place=None if place is None else int(place), grade=str(row.get("grade") or ""),
        digest=version.run.digest,
    )  # fmt: skip
