"""Which published results somebody may read, and whose names he may read in them: decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from django.db.models import F, QuerySet

from steelyard.bureau.views.overview import UnitLine
from steelyard.bureau.views.reading import Views, views_of
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.library import rules
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Unit

READ, PORTRAIT, NAMES = "results", "portrait", "peer-names"
PEER = Words("同类单位", "A peer")


def readable(asker: Asker) -> QuerySet[Version]:
    """Versions that somebody may read something of, the latest first, previews before those with a number; withdrawn
    ones are read by nobody."""
    stages = [stage for stage in Stage if stage != Stage.WITHDRAWN and asker.may(READ, Target(state=stage))]
    found = Version.objects.filter(stage__in=stages).select_related("run")
    return found.order_by("-period", "plan", F("number").desc(nulls_first=True), "-pk")


def newest(asker: Asker) -> Version | None:
    """What somebody sees who names no version: the one published last, else whatever there is."""
    found = readable(asker)
    return found.filter(stage=Stage.PUBLISHED).order_by("-published_at").first() or found.first()


def folder_of(version: Version) -> Path:
    return Path(rules.bureau().runs) / version.run.folder


def record_of() -> Path:
    return Path(rules.bureau().record)


@dataclass(frozen=True)
class Seen:
    """A unit as the asker may see it. Of one that he may not name there is only where it stands: no code, no name, and
    nothing by which others would know it."""

    line: UnitLine
    named: bool
    opens: bool

    @property
    def name(self) -> Words:
        return self.line.name if self.named else PEER

    @property
    def moved(self) -> tuple[int | None, int | None]:
        """Places by the totals of the last two months; None where there are none."""
        places = self.line.month_places
        return (places[-2], places[-1]) if len(places) > 1 else (None, None)


@dataclass(frozen=True)
class Reading:
    """One version as one asker sees it. ``units``: code -> path, as of the last import of the register."""

    asker: Asker
    version: Version

    @cached_property
    def views(self) -> Views:
        """Raises `Refused` where they are missing or were altered."""
        return views_of(folder_of(self.version))

    @cached_property
    def paths(self) -> Mapping[str, str]:
        return dict(Unit.objects.values_list("code", "path"))

    def target(self, code: str) -> Target:
        return Target(path=self.paths.get(code, ""), state=self.version.stage)

    @cached_property
    def _everywhere(self) -> Mapping[str, bool]:
        """What holds for any unit whatever need not be asked for each."""
        anywhere = Target(state=self.version.stage)
        return {name: self.asker.may(name, anywhere) for name in (PORTRAIT, NAMES)}

    def opens(self, code: str) -> bool:
        return self._everywhere[PORTRAIT] or self.asker.may(PORTRAIT, self.target(code))

    def names(self, code: str) -> bool:
        return self._everywhere[NAMES] or self.asker.may(NAMES, self.target(code))

    @property
    def names_all(self) -> bool:
        return self._everywhere[NAMES]

    def seen(self, line: UnitLine) -> Seen:
        named = self.names(line.code)
        return Seen(line if named else anonymous(line), named, named and self.opens(line.code))

    def lines(self, class_name: str = "") -> Iterator[Seen]:
        """Everybody, or one class, by class and place."""
        for line in self.views.overview.units:
            if not class_name or line.class_name == class_name:
                yield self.seen(line)

    @cached_property
    def own(self) -> tuple[str, ...]:
        """Assessed units that the asker may open by his own scope, not because he may open all."""
        if self._everywhere[PORTRAIT]:
            return ()
        return tuple(code for code in self.views.lines if self.opens(code))

    @property
    def provisional(self) -> bool:
        return not self.version.public


def anonymous(line: UnitLine) -> UnitLine:
    """Where a unit stands, and nothing else of it."""
    return replace(
        line, code="", name=PEER, families=(), memberships=(), earlier=None, months=(), month_places=(), losses=(),
        attributes=(), segment="", grade="", rankings=(),
    )  # fmt: skip
