"""申诉: filing one in time, and moving it on by the four rights; both histories stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from steelyard.engine.calendar import Calendar
from steelyard.engine.calendar.deadlines import workdays_after
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.proof.canonical import Plain
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Stage as VersionStage
from steelyard.web.cycles.models import Version
from steelyard.web.dialogue import moves, telling
from steelyard.web.dialogue.carrying import newest, standing
from steelyard.web.dialogue.models import OPEN, Appeal, Evidence, Move, Stage, target_of
from steelyard.web.dialogue.saying import Number, fit
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.asking import By
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "appeal-late": (
            "申诉期已于 {last} 结束（公布后 {days} 个工作日）",
            "the time for appeals ended on {last} ({days} working days after publication)",
        ),
        "appeal-not-published": ("只能对已公布的结果申诉", "only published results can be appealed against"),
        "appeal-open": (
            "对这项得分已有一件未裁定的申诉；请在那一件里补充",
            "there is an appeal against this number that is not ruled on; add to that one",
        ),
        "appeal-move": (
            "申诉现在是“{stage}”，不能{move}；请刷新页面",
            "the appeal is at '{stage}' and cannot be moved so ({move}); load the page again",
        ),
        "appeal-same-person": (
            "提出或办理过这件申诉的人不能再办下一步；请由另一人办理",
            "whoever filed or moved this appeal cannot take the next step; somebody else must",
        ),
        "appeal-not-previewed": (
            "裁定成立之前须先预演更正，看清对所有单位的影响",
            "preview the correction and its effect on everybody before upholding the appeal",
        ),
        "appeal-previewed-again": (
            "您打开页面以后又预演过，结果可能不同；请刷新页面，看清现在的影响再裁定",
            "the correction has been previewed again since you opened the page; load it again and look at the effect "
            "before you rule",
        ),
        "appeal-stands": (
            "更正的记录没有被后来的文件改掉，裁定仍可照办；不必退回",
            "no later file replaced the corrected records, so the ruling can be carried out; nothing to send back",
        ),
    }
)

LONGEST = 4000
RULING = "uphold"
"""The move that can be made once more by whoever made it, after the office found that its correction was undone."""


def last_day(published: date, days: int, calendar: Calendar) -> date:
    """The last day on which an appeal can be filed: that many working days after publication, to its last second."""
    return workdays_after(calendar, published, days)


def file(
    number: Number, claim: str, *, by: Account, now: datetime, calendar: Calendar, days: int, to_rule: int
) -> Appeal:
    """``now``: local time of the bureau. ``days``: working days for filing; ``to_rule``: until the committee rules.

    Raises `Refused`: ``appeal-not-published``, ``appeal-late``, ``appeal-open``, ``text-empty``, ``text-long``,
    ``act-not-allowed``.
    """
    claim = fit(claim, LONGEST)
    with transaction.atomic():
        (by,) = hold(by)
        version = Version.objects.select_for_update(no_key=True).get(pk=number.version.pk)
        if version.stage != VersionStage.PUBLISHED or version.published_at is None:
            raise refuse("appeal-not-published")
        act = "person-appeal" if number.person else "appeal-file"
        said = allowed(act, by, now, target_of(number.unit, number.person, version.stage))
        last = last_day(version.published_at.astimezone(now.tzinfo).date(), days, calendar)
        if now.date() > last:
            raise refuse("appeal-late", last=last, days=days)
        due = workdays_after(calendar, now.date(), to_rule)
        try:
            with transaction.atomic():
                appeal = Appeal.objects.create(**number.fields, claim=claim, filed_by=by, filed_at=now, due=due)
        except IntegrityError as error:
            raise refuse("appeal-open") from error
        record(act, at=now, target=f"appeal:{appeal.pk}", detail={"number": number.target}, **said)
        telling.filed(appeal, now)
    return appeal


def move(appeal: Appeal, name: str, text: str, *, by: Account, now: datetime, preview: int | None = None) -> Appeal:
    """One step further, by the table of moves. ``preview``: the job whose effect was looked at, 0 for none.

    Raises `Refused`: ``appeal-move``, ``appeal-same-person``, ``appeal-not-previewed``, ``appeal-previewed-again``,
    ``appeal-stands``, ``appeal-open``, ``text-empty``, ``text-long``, ``act-not-allowed``."""
    way, text = moves.BY_NAME[name], fit(text, LONGEST)
    with transaction.atomic():
        (by,) = hold(by)
        in_force = _in_force(appeal) if way.to == Stage.UPHELD or way.undone else None
        held, by = held_by(appeal, by)
        _passable(held, way, by)
        if way.previewed and preview is not None and preview != (held.preview_id or 0):
            raise refuse("appeal-previewed-again")
        said = allowed(way.address, by, now, held.target)
        _moved(held, way.name, way.to, text, by, now, said)
        if in_force is not None and way.to == Stage.UPHELD:
            _settle(held, in_force, by, said, now)
    return held


def _in_force(appeal: Appeal) -> Version | None:
    """The version that counts; none of its plan and period is published, nor appealed against, until the transaction
    ends."""
    same = Version.objects.filter(plan=appeal.plan, period=appeal.period)
    list(same.select_for_update(no_key=True).order_by("pk"))
    return same.filter(stage=VersionStage.PUBLISHED).select_related("run").first()


def held_by(appeal: Appeal, by: Account) -> tuple[Appeal, Account]:
    """Both as they are now: an appeal and whoever acts on it stand still until the transaction ends."""
    (by,) = hold(by)
    return Appeal.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=appeal.pk), by


def _passable(appeal: Appeal, way: moves.Move, by: Account) -> None:
    if appeal.stage not in way.begins:
        raise refuse("appeal-move", stage=Stage(appeal.stage), move=way.words)
    acted = {appeal.filed_by_id, *appeal.moves.exclude(name=RULING).values_list("by", flat=True)}
    if way.other and by.pk in acted:
        raise refuse("appeal-same-person")
    if way.previewed and not appeal.digest:
        raise refuse("appeal-not-previewed")
    if way.undone and not undone(appeal):
        raise refuse("appeal-stands")
    same = Appeal.objects.filter(version=appeal.version_id, unit=appeal.unit_id, indicator=appeal.indicator)
    same = same.filter(person=appeal.person)
    if way.undone and same.filter(stage__in=OPEN).exists():
        raise refuse("appeal-open")


def _moved(appeal: Appeal, name: str, to: Stage, text: str, by: Account, now: datetime, said: By) -> None:
    before, digest, appeal.stage = appeal.stage, appeal.digest, to
    if before == Stage.UPHELD and to in OPEN:  # what was previewed is no longer what would come of it
        appeal.digest, appeal.preview = "", None
    appeal.save(update_fields=["stage", "digest", "preview"])
    step = Move.objects.create(appeal=appeal, name=name, to=to, by=by, at=now, text=text)
    detail = {"from": before, "to": to.value, "digest": digest}
    record(f"appeal-{name}", at=now, target=f"appeal:{appeal.pk}", detail=detail, **said)
    telling.moved(appeal, step.pk, by, now)


def correct_with(appeal: Appeal, files: Sequence[Evidence], *, by: Account, now: datetime) -> None:
    """Names the files whose records would correct the number; what was previewed before no longer counts."""
    with transaction.atomic():
        held, by = held_by(appeal, by)
        if held.stage not in OPEN:
            raise refuse("appeal-move", stage=Stage(held.stage), move=Words("更换更正材料", "exchange the files"))
        said = allowed("appeal-files", by, now, held.target)
        held.digest, held.preview = "", None
        held.save(update_fields=["digest", "preview"])
        held.files.set(files)
        detail: dict[str, Plain] = {"files": [one.digest for one in files]}
        record("appeal-files", at=now, target=f"appeal:{held.pk}", detail=detail, **said)


def carry_out(version: Version, *, by: Account, said: By, now: datetime) -> list[Appeal]:
    """Appeals that this version settles as it is published: those upheld whose correction it contains. The others wait
    for a correction of theirs. To be called in the transaction that publishes."""
    upheld = Appeal.objects.select_for_update(of=("self",), no_key=True).filter(
        stage=Stage.UPHELD, plan=version.plan, period=version.period
    )
    return [one for one in upheld.order_by("pk") if _settle(one, version, by, said, now)]


def _settle(appeal: Appeal, version: Version, by: Account, said: By, now: datetime) -> bool:
    """Whether it was one that the version settles, also one that was published before the ruling."""
    if not _contains(version, appeal):
        return False
    appeal.corrected = version
    appeal.save(update_fields=["corrected"])
    text = f"{version.plan} {version.period} 第 {version.number} 版"
    _moved(appeal, "carry-out", Stage.DONE, text, by, now, said)
    return True


def _contains(version: Version, appeal: Appeal) -> bool:
    """Whether a version's run knows what the files say that the committee ruled on, and no later file undid it. Its
    digest cannot be asked for: it is another one as soon as anything else came along, such as the correction of a
    second appeal, and then both would wait for ever. Where it is the one that was previewed, the same facts have come,
    by whatever files: that is enough, too; but not for a person, of whose own facts that digest says nothing."""
    if version.run.digest == appeal.digest and not appeal.person:
        return True
    return appeal.files.exists() and standing(appeal, version.run.batch).whole


def undone(appeal: Appeal) -> bool:
    """Whether an upheld appeal can no longer be settled by publishing: its records were replaced by other ones. Raises
    `Refused` where the record cannot be read."""
    return appeal.stage == Stage.UPHELD and bool(standing(appeal, newest()).replaced)
