"""Remarks and evidence: said once, kept for good, told in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from steelyard.engine.problems import CATALOGUE, Refused, refuse
from steelyard.engine.proof.canonical import Plain
from steelyard.web.cycles.data.evidence import kept, unfit
from steelyard.web.cycles.models import Version
from steelyard.web.dialogue import telling
from steelyard.web.dialogue.models import GRADES, Evidence, Remark, target_of
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.asking import By
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "text-empty": ("请写明内容", "please write something"),
        "text-long": ("最多 {most} 字，现有 {found} 字", "at most {most} characters, there are {found}"),
        "withdrawn-already": ("已撤回", "withdrawn already"),
        "grade-unknown": ("可靠程度应为 A、B、C 或 D", "the grade is A, B, C or D"),
        "source-unknown": ("来源应为：{allowed}", "the source is one of: {allowed}"),
        "not-own": ("只有提交人可以撤回", "only who handed it in can withdraw it"),
    }
)

Hanging = TypeVar("Hanging", Remark, Evidence)

LONGEST = 2000


@dataclass(frozen=True)
class Number:
    """A published number, and how it was shown to whoever speaks of it. ``indicator``: empty for the total; ``person``:
    whose account it stands in, empty where it is the unit's own."""

    version: Version
    unit: Unit
    indicator: str
    shown: str
    person: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        found = {"plan": self.version.plan, "period": self.version.period, "version": self.version}
        return {**found, "unit": self.unit, "indicator": self.indicator, "person": self.person, "shown": self.shown}

    @property
    def target(self) -> str:
        """What the trail calls it."""
        of = f"{self.unit.pk}/{self.person}" if self.person else self.unit.pk
        return f"number:{self.version.plan}/{self.version.period}/{of}/{self.indicator or 'total'}"


def hanging_on(rows: QuerySet[Hanging], number: Number) -> QuerySet[Hanging]:
    """What hangs on the number, said of whichever version."""
    at = {"plan": number.version.plan, "period": number.version.period, "unit": number.unit}
    return rows.filter(**at, person=number.person, indicator=number.indicator).select_related("by", "version")


def say(number: Number, text: str, *, by: Account, now: datetime, answers: Remark | None = None) -> Remark:
    """Raises `Refused`: ``text-empty``, ``text-long``, ``act-not-allowed``."""
    text = fit(text, LONGEST)
    with transaction.atomic():
        said = speaks("remark", number, by, now)
        remark = Remark.objects.create(**number.fields, text=text, by=by, at=now, answers=answers)
        record("remark", at=now, target=number.target, detail={"remark": remark.pk}, **said)
        telling.said(remark, now)
    return remark


def speaks(name: str, number: Number, by: Account, now: datetime) -> By:
    """How the trail names who speaks of a number; both are held, so that the right to it is there until it is done."""
    (by,) = hold(by)
    version = Version.objects.select_for_update(no_key=True).get(pk=number.version.pk)
    return allowed(name, by, now, target_of(number.unit, number.person, version.stage))


def fit(text: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise refuse("text-empty")
    if len(text) > most:
        raise refuse("text-long", most=most, found=len(text))
    return text


def show(
    number: Number, file: UploadedFile[bytes], about: str, source: str, *, by: Account, now: datetime, media: Path
) -> Evidence:
    """Keeps a file as evidence. Raises `Refused` with everything that is wrong: ``file-kind-refused``,
    ``file-content-other``, ``file-size``, ``upload-empty``, ``text-empty``, ``text-long``, ``act-not-allowed``."""
    about, name = fit(about, 500), Path(str(file.name)).name[-200:]
    if problems := list(unfit(file, name)):
        raise Refused(problems)
    stored = f"evidence/{now:%Y/%m}/{uuid4().hex}{Path(name).suffix.lower()}"
    digest = kept(file, media / stored)
    try:
        with transaction.atomic():
            said = speaks("person-evidence" if number.person else "evidence-add", number, by, now)
            found = Evidence.objects.create(
                **number.fields, source=source, about=about, stored=stored, name=name, size=file.size or 0,
                digest=digest, by=by, at=now,
            )  # fmt: skip
            record("evidence", at=now, target=number.target, detail={"digest": digest, "name": name}, **said)
    except BaseException:
        (media / stored).unlink(missing_ok=True)
        raise
    return found


def withdraw(evidence: Evidence, why: str, *, by: Account, now: datetime) -> None:
    """Its own author takes evidence back; it stays to be seen, with the reason. Raises `Refused`: ``not-own``,
    ``withdrawn-already``, ``act-not-allowed``."""
    why = fit(why, 300)
    with transaction.atomic():
        held, said = _held("evidence-withdraw", evidence, by, now)
        if held.by_id != by.pk:
            raise refuse("not-own")
        if held.withdrawn:
            raise refuse("withdrawn-already")
        held.withdrawn = why
        held.save(update_fields=["withdrawn"])
        record("evidence-withdraw", at=now, target=f"evidence:{held.pk}", detail={"why": why}, **said)


def grade(evidence: Evidence, given: str, *, by: Account, now: datetime) -> None:
    """How reliable the office finds it. Raises `Refused`: ``grade-unknown``, ``withdrawn-already``,
    ``act-not-allowed``."""
    if given not in GRADES:
        raise refuse("grade-unknown")
    with transaction.atomic():
        held, said = _held("evidence-grade", evidence, by, now)
        if held.withdrawn:
            raise refuse("withdrawn-already")
        before, held.grade = held.grade, given
        held.save(update_fields=["grade"])
        detail: dict[str, Plain] = {"before": before, "after": given}
        record("evidence-grade", at=now, target=f"evidence:{held.pk}", detail=detail, **said)


def _held(name: str, evidence: Evidence, by: Account, now: datetime) -> tuple[Evidence, By]:
    (by,) = hold(by)
    rows = Evidence.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "version")
    held = rows.get(pk=evidence.pk)
    return held, allowed(name, by, now, held.target)
