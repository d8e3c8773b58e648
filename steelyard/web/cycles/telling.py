"""Who is told what of versions: whose signature is waited for, and everybody whose results were published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from steelyard.bureau.views.reading import views_of
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.cycles.moves import SIGNING
from steelyard.web.cycles.runs.comparing import folder_of
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import able, holders_of, own
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account, Unit
from steelyard.web.people.roles import Role

SIGN = kind("version-to-sign", "结果待签", "Results to sign")
BACK = kind("version-sent-back", "结果退回", "Results sent back")
PUBLISHED = kind("published", "结果公布", "Results published")
MANY = 500


def to_sign(version: Version, step: str, by: Account | None, now: datetime) -> None:
    """Those who may make the next step; ``step``: what happened last, so that coming back is told of again."""
    move = next((one for one in SIGNING if version.stage in one.begins), None)
    if move is None:
        return
    found = able(move.right, move.address, Target(state=version.stage), today=timezone.localdate(now))
    words = Words(
        f"{_zh(version)}待{move.words.zh}", f"{version.run.plan_name} {version.period}: {move.words.en.lower()}"
    )
    _tell(found, by, SIGN, words, version, f"version:{version.pk}:{step}", now)


def sent_back(version: Version, by: Account | None, now: datetime) -> None:
    """The office, and whoever has to begin anew."""
    found = able(Role.OFFICE, "version-discard", Target(state=version.stage), today=timezone.localdate(now))
    words = Words(f"{_zh(version)}被退回", f"{version.run.plan_name} {version.period} was sent back")
    _tell(found, by, BACK, words, version, f"version:{version.pk}:back:{now.isoformat()}", now)
    to_sign(version, f"again:{now.isoformat()}", by, now)


def _tell(
    found: list[Account], by: Account | None, kind: str, words: Words, version: Version, key: str, now: datetime
) -> None:
    """Nobody is told what he has just done himself."""
    others = [one for one in found if by is None or one.pk != by.pk]
    tell(others, kind, words, reverse("run", args=[version.run_id]), key=key, now=now)


def published(version: Version, now: datetime) -> int:
    """Units and officers whose results stand in it, some at a time: how many pages were told of. The same again tells
    nobody twice."""
    many = 0
    for some in _parts(version, now):
        with transaction.atomic():
            if version.stage == Stage.PUBLISHED:
                for accounts, words, page in some:
                    tell(accounts, PUBLISHED, words, page, key=f"published:{version.pk}:{page}"[:200], now=now)
                    many += 1
    return many


Told = tuple[list[Account], Words, str]


def _parts(version: Version, now: datetime) -> Iterator[list[Told]]:
    views = views_of(folder_of(version.run))
    paths = dict(Unit.objects.filter(code__in=views.lines).values_list("path", "code"))
    of_units = holders_of(Role.UNIT, paths, today=timezone.localdate(now))
    unit_words = Words(f"{_zh(version)}已公布", f"results published: {version.run.plan_name} {version.period}")
    yield [
        (found, unit_words, reverse("portrait", args=[version.pk, paths[path]]))
        for path, found in of_units.items() if found
    ]  # fmt: skip
    english = f"{version.run.plan_name} {version.period}: your account is there"
    own_words = Words(f"{_zh(version)}已公布，可看本人账户", english)
    persons = own(one["person"] for one in views.persons())
    for at in range(0, len(persons), MANY):
        some = persons[at : at + MANY]
        yield [([one], own_words, reverse("person", args=[version.pk, one.person])) for one in some]


def _zh(version: Version) -> str:
    return f"“{version.run.plan_name}”{version.period} 的结果"
