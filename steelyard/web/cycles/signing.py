"""Acts on a version: each of the four rights by another person, sending back, correcting, publishing, discarding.

Every act locks all versions of its plan and period, looks again at what it was allowed for, and writes its event in the
same transaction: whoever comes second is told what has happened meanwhile.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from steelyard.bureau.views.reading import views_of
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.cycles import telling
from steelyard.web.cycles.models import Signature, Stage, Version
from steelyard.web.cycles.moves import BY_NAME, Move
from steelyard.web.cycles.notices.numbering import number_notices
from steelyard.web.cycles.runs.comparing import folder_of
from steelyard.web.cycles.runs.making import going_on, sealed
from steelyard.web.jobs.asking import ask
from steelyard.web.people.acting import hold
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target, policy
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.models import Head
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "move-over": (
            "这一版现在的状态是“{stage}”，不能再{move}；请刷新页面看最新进展",
            "this version is at the stage '{stage}' now, so '{move}' is no longer possible; reload the page",
        ),
        "move-reason": ("请写明理由（2 至 {most} 个字）", "state the reason (2 to {most} signs)"),
        "move-right": (
            "{move}须由{right}经办；您现在没有这项权限",
            "'{move}' is for the right '{right}', which you do not hold",
        ),
        "sign-twice": (
            "{name}已在这一版上签过字；四项权力由四个人分别行使",
            "{name} has signed this version already; the four rights are used by four persons",
        ),
        "sign-concerned": (
            "{name}所在的{unit}在被考评之列，须回避；请由其他人签字",
            "{name} belongs to {unit}, which is assessed here, and has to stand back; somebody else must sign",
        ),
        "correct-nothing": (
            "这一计划和周期还没有公布的版本，不需要更正；请直接按流程签字公布",
            "nothing of this plan and period has been published, so there is nothing to correct; sign and publish it",
        ),
        "correct-first": (
            "第 {number} 版正在公布期内；新版须先作为它的更正提出（写明理由）并由另一人附议",
            "version {number} is in force; a new one must first be proposed as its correction, with the reason, and "
            "be seconded by another person",
        ),
        "correct-other": (
            "第 {number} 版已有另一份更正在办理（运行 {run}）；请先办结或作废那一份",
            "another correction of version {number} is on its way (run {run}); finish or discard that one first",
        ),
        "second-self": (
            "附议人不能是提出更正的{name}；请由另一人附议",
            "{name} proposed the correction and cannot second it; another person must",
        ),
        "second-changed": (
            "您打开页面之后，更正的提议变了；请看过现在的提议再附议",
            "the proposal was changed after you had opened the page; read what it is now before you second it",
        ),
        "publish-run": (
            "{plan} 的 {period} 正在重新运行（任务 {job}），公布须等它结束或取消",
            "{plan} for {period} is being run again (job {job}); wait until it has ended, or cancel it",
        ),
        "publish-altered": (
            "运行 {run} 的文件与预览时不一致（{files}）；不能公布，请从备份恢复或重新运行",
            "files of run {run} are not what was previewed ({files}) and cannot be published, restore a backup or "
            "run again",
        ),
    }
)
LONGEST = {"discard": 300}
MOST = 500


def act(version: int, name: str, *, by: Asker, now: datetime, reason: str = "", seen: str = "") -> Version:
    """Makes a move of the table. ``seen``: the `proposal` that is seconded. Raises `Refused` when it is not, or no
    longer, possible."""
    move, reason = BY_NAME[name], reason.strip()
    most = LONGEST.get(name, MOST)
    if len(reason) > most or (move.reason and len(reason) < 2):
        raise refuse("move-reason", most=most)
    with transaction.atomic():
        by = _as_he_is(by, now)
        held = _locked(version)
        if held.stage not in move.begins:
            raise refuse("move-over", stage=Stage(held.stage), move=move.words)
        target = Target(state=held.stage)
        if not by.may(move.address, target):
            raise refuse("move-right", move=move.words, right=move.right)
        _stands_back(held, move, by)
        if name == "second" and seen != proposal(held):
            raise refuse("second-changed")
        _DO[name](held, move, by, now, reason)
        detail = {"plan": held.plan, "period": held.period, "run": held.run.folder, "stage": held.stage}
        record(
            f"version.{name}", **by.by(move.address, target), at=now, target=f"version:{held.pk}",
            detail={**detail, "number": held.number, "reason": reason},
        )  # fmt: skip
    return held


def _as_he_is(by: Asker, now: datetime) -> Asker:
    """With the roles that he has now, which nobody takes back until the transaction ends."""
    return by if by.account is None else Asker(hold(by.account)[0], timezone.localdate(now))


def _stands_back(version: Version, move: Move, by: Asker) -> None:
    """回避, where the policy asks for it: nobody acts on a version that assesses a unit to which he belongs."""
    concerned = _concerned(version, by) if policy()[move.address].unconcerned else None
    if concerned is not None:
        raise refuse("sign-concerned", name=cast(Account, by.account).name, unit=concerned.name)


def _locked(number: int) -> Version:
    """The version as it stands, with all of its plan and period held in one order, so that nobody waits in a circle."""
    plan, period = Version.objects.values_list("plan", "period").get(pk=number)
    same = Version.objects.select_for_update(of=("self",), no_key=True).filter(plan=plan, period=period).order_by("pk")
    return next(one for one in same.select_related("run") if one.pk == number)


def _sign(version: Version, move: Move, by: Asker, now: datetime, remark: str) -> None:
    account = cast(Account, by.account)
    _in_force(version)
    if version.signatures.filter(account=account, void_at=None).exists():
        raise refuse("sign-twice", name=account.name)
    signed = Signature.objects.create(version=version, right=move.right, account=account, at=now, remark=remark)
    version.stage = move.to
    version.save()
    telling.to_sign(version, f"signed:{signed.pk}", account, now)


def _publish(version: Version, move: Move, by: Asker, now: datetime, remark: str) -> None:
    """Number, notices and the end of the version before belong to one transaction with the signature."""
    _in_force(version)
    list(Head.objects.select_for_update(no_key=True))  # no run of this plan can be asked for meanwhile
    for job in going_on(version.plan, version.period)[:1]:
        raise refuse("publish-run", plan=version.plan, period=version.period, job=job.pk)
    folder = folder_of(version.run)
    now_there = sealed(folder)
    altered = [name for name, digest in version.run.files.items() if now_there.get(name) != digest]
    if altered:
        raise refuse("publish-altered", run=version.run.folder, files="、".join(altered))
    same = Version.objects.filter(plan=version.plan, period=version.period)
    version.number = (same.aggregate(last=Max("number"))["last"] or 0) + 1
    version.published_at = now
    if version.replaces is not None:
        Version.objects.filter(pk=version.replaces.pk, stage=Stage.PUBLISHED).update(stage=Stage.REPLACED)
    _sign(version, move, by, now, remark)
    number_notices(version, now)
    ask("notices", {"version": version.pk}, by="", now=now, key=f"version-{version.pk}", about=str(version.run.folder))


def _send_back(version: Version, move: Move, by: Asker, now: datetime, _reason: str) -> None:
    version.signatures.filter(void_at=None).update(void_at=now)
    version.stage = move.to
    version.save()
    telling.sent_back(version, by.account, now)


def _correct(version: Version, _move: Move, by: Asker, _now: datetime, reason: str) -> None:
    account, in_force = cast(Account, by.account), current(version)
    if in_force is None:
        raise refuse("correct-nothing")
    other = Version.objects.filter(replaces=in_force).exclude(pk=version.pk).select_related("run").first()
    if other is not None:
        raise refuse("correct-other", number=in_force.number, run=other.run.folder)
    version.replaces, version.reason = in_force, reason
    version.proposed_by, version.seconded_by = account, None
    version.save()


def proposal(version: Version) -> str:
    """Marks what is seconded: which version is replaced, why, and who wants it. Empty where nothing is proposed."""
    if version.replaces_id is None:
        return ""
    said = (version.replaces_id, version.proposed_by_id, version.reason)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _second(version: Version, _move: Move, by: Asker, _now: datetime, _reason: str) -> None:
    account = cast(Account, by.account)
    if version.replaces is None:
        raise refuse("correct-nothing") if current(version) is None else _first(version)
    if version.proposed_by == account:
        raise refuse("second-self", name=account.name)
    version.seconded_by = account
    version.save()


def _discard(version: Version, move: Move, _by: Asker, _now: datetime, reason: str) -> None:
    version.stage, version.replaces = move.to, None
    version.save()
    version.run.discarded = reason
    version.run.save()


def current(version: Version) -> Version | None:
    """The version of the same plan and period that is in force."""
    same = Version.objects.filter(plan=version.plan, period=version.period, stage=Stage.PUBLISHED)
    return same.exclude(pk=version.pk).first()


def goes_on(version: Version) -> bool:
    """Where one is in force already, a version goes on only as its correction, which two persons want."""
    there = current(version)
    return there is None or (version.replaces_id == there.pk and version.seconded_by_id is not None)


def _in_force(version: Version) -> None:
    if not goes_on(version):
        raise _first(version)


def _first(version: Version) -> Refused:
    there = current(version)
    return Refused([Problem("correct-first", params={"number": "—" if there is None else there.number})])


def _concerned(version: Version, by: Asker) -> Unit | None:
    """回避: the assessed unit to which whoever signs belongs, if there is one."""
    if not by.home:
        return None
    assessed = views_of(folder_of(version.run)).lines
    codes = [code for code in by.home.split("/") if code in assessed]
    return Unit.objects.filter(code__in=codes).first()


_DO = {
    "score": _sign, "check": _sign, "rule": _sign, "publish": _publish, "refuse": _send_back, "return": _send_back,
    "withhold": _send_back, "correct": _correct, "second": _second, "discard": _discard,
}  # fmt: skip
