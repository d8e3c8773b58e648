"""Which notices a version has, and their numbers: one for all, and a letter to the upper half of each class."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from steelyard.bureau.views.overview import Overview, UnitLine
from steelyard.bureau.views.reading import views_of
from steelyard.web.cycles.models import Notice, NoticeKind, Version
from steelyard.web.cycles.runs.comparing import folder_of


def number_notices(version: Version, now: datetime) -> None:
    """In the transaction of the publication: numbers count within the year, without a gap."""
    year = timezone.localtime(now).year
    last = Notice.objects.filter(year=year).aggregate(last=Max("serial"))["last"] or 0
    rows = [Notice(version=version, kind=NoticeKind.BULLETIN, year=year, serial=last + 1)]
    for serial, line in enumerate(addressed(views_of(folder_of(version.run)).overview), start=last + 2):
        rows.append(
            Notice(
                version=version, kind=NoticeKind.LETTER, year=year, serial=serial, unit=line.code,
                unit_name=line.name.zh, class_name=line.class_name, place=line.place.place,
            )
        )  # fmt: skip
    Notice.objects.bulk_create(rows)


def addressed(overview: Overview) -> list[UnitLine]:
    """The upper half of each class by place; of an odd number the middle one too, and whoever shares its place."""
    return [line for line in overview.units if 2 * line.place.place <= line.place.class_size + 1]


def written(notice: Notice) -> str:
    """The number as it is printed."""
    return f"〔{notice.year}〕{notice.serial} 号"
