"""登记: who used which version's numbers of whom for what. Logged once, by the right that is looked at again then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from steelyard.bureau.purposes import Purpose, purposes
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.engine.proof.canonical import Plain, canonical
from steelyard.web.cycles.models import PUBLIC, Stage, Version
from steelyard.web.library import rules
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.asking import Asker, By
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account, Person, Token, Unit
from steelyard.web.people.tokens import held
from steelyard.web.trail.recording import record
from steelyard.web.uses.correcting import hold_against
from steelyard.web.uses.figures import Said, figures
from steelyard.web.uses.models import Kind, Named, Use, label

CATALOGUE.add(
    {
        "use-purpose": (
            "没有“{found}”这种用途；可选：{allowed}",
            "there is no purpose '{found}'; there are: {allowed}",
        ),
        "use-purpose-over": (
            "用途“{name}”到 {until} 为止，{on} 的运用不能登记在它名下；请另选用途",
            "the purpose '{name}' ended on {until}; a use on {on} needs another one",
        ),
        "use-by-what": (
            "请写文号或事由，至少一样：凭什么用的结果",
            "state the document's number or the reason, one at least: by what the results were used",
        ),
        "use-user": (
            "请写明是哪个部门用的结果（2 至 100 字）",
            "say which department used the results (2 to 100 signs)",
        ),
        "use-long": (
            "“{what}”最多 {most} 字，现有 {found} 字",
            "'{what}' takes {most} signs at most, there are {found}",
        ),
        "use-day": (
            "运用日期 {found} 不能晚于今天，也不能早于这一版公布之日 {first}",
            "the day of use, {found}, must be neither after today nor before the version was published on {first}",
        ),
        "use-nobody": (
            "请至少写一个单位或人员的代码，或选一组",
            "name one unit or person at least by its code, or choose a group",
        ),
        "use-many": (
            "一次最多登记 {most} 个，现有 {found} 个；请分几次",
            "at most {most} at once, there are {found}; split them",
        ),
        "use-unknown": (
            "这一版结果里没有：{found}{more}；请核对代码，没有考评过的不能作为运用登记",
            "this version says nothing of: {found}{more}; check the codes, who was not assessed cannot be logged",
        ),
        "use-kind": ("名单须是单位或个人之一", "a list is either of units or of persons"),
        "use-version": (
            "只能登记已公布的版本：没有编号为 {found} 的已公布版本",
            "only published versions are used: there is none with the number {found}",
        ),
        "use-key": ("请给出本次运用在贵方的编号（1 至 64 个字）", "give your own number of the use (1 to 64 signs)"),
        "use-key-other": (
            "编号“{key}”已登记过另一次运用（第 {use} 号），内容不同；要改请先撤销那一次，再用新编号登记",
            "'{key}' is logged already with another content (number {use}); cancel that one and log this one anew",
        ),
    }
)
MOST, SHOWN = 30_000, 10
LONGEST: Mapping[str, int] = {"user": 100, "document": 100, "reason": 500}
WORDS = {"user": "使用部门 department", "document": "文号 document", "reason": "事由 reason"}


@dataclass(frozen=True)
class Wanted:
    """A use as it was typed or sent. ``codes``: whose numbers; ``key``: by which whoever logs it knows it again."""

    version: int
    kind: str
    codes: Sequence[str]
    purpose: str
    user: str
    on: date
    key: str
    document: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Logging:
    """Who logs it: by which right of the policy, and by which token where a system does."""

    by: Account
    name: str
    token: Token | None = None


def note(wanted: Wanted, logging: Logging, *, now: datetime) -> Use:
    """The use; the same again gives the same. Raises `Refused` with all that is wrong."""
    with transaction.atomic():
        (by,) = hold(logging.by)
        if logging.token is not None:
            held(logging.token, by, now)
        version = _version(wanted.version)
        before = Use.objects.filter(by=by, key=wanted.key).first()
        if before is not None:
            return _same(before, wanted)
        list_of = _checked(wanted, version, now)
        said = _may(logging, by, version, wanted, now)
        use = _made(wanted, version, list_of, by, logging.token, now)
        detail = {"version": version.pk, "purpose": use.purpose, "kind": use.kind, "many": use.many,
                  "document": use.document, "digest": use.digest}  # fmt: skip
        record("use-log", at=now, target=f"use:{use.pk}", detail=detail, **said)
        in_force = _in_force(version)
        if in_force is not None:  # it has been corrected already, as whoever logs it late may not know
            hold_against(use, in_force, now)
    return use


def _version(number: int) -> Version:
    """Held with all of its plan and period, so that nobody publishes a correction meanwhile that misses the use."""
    found = Version.objects.filter(pk=number, stage__in=PUBLIC).values_list("plan", "period").first()
    if found is None:
        raise refuse("use-version", found=number)
    same = Version.objects.select_for_update(of=("self",), no_key=True).filter(plan=found[0], period=found[1])
    return next(one for one in same.select_related("run").order_by("pk") if one.pk == number)


def _in_force(version: Version) -> Version | None:
    """What replaced it, the last of all corrections; None where it is in force itself."""
    if version.stage == Stage.PUBLISHED:
        return None
    same = Version.objects.filter(plan=version.plan, period=version.period, stage=Stage.PUBLISHED)
    return same.select_related("run").first()


def _may(logging: Logging, by: Account, version: Version, wanted: Wanted, now: datetime) -> By:
    """By which right it is logged: for a token, of every unit or person that it names."""
    if logging.token is None:
        return allowed(logging.name, by, now, Target(state=version.stage, label=label(wanted.kind)))
    who, paths = Asker(by, timezone.localdate(now), logging.token), _paths(wanted)
    targets = [Target(path=path, label=label(wanted.kind)) for path in sorted(set(paths.values()))]
    outside = {target.path for target in targets if not who.may(logging.name, target)}
    beyond = [code for code in wanted.codes if paths.get(code, "") in outside or code not in paths]
    if beyond:
        raise Refused([_unknown(beyond)])
    return allowed(logging.name, by, now, targets[0], logging.token)


def _paths(wanted: Wanted) -> dict[str, str]:
    """Code -> path of the unit where the register has it now."""
    if wanted.kind == Kind.UNITS:
        return dict(Unit.objects.values_list("code", "path"))
    return dict(Person.objects.exclude(unit=None).values_list("code", "unit__path"))


def _checked(wanted: Wanted, version: Version, now: datetime) -> Mapping[str, Said]:
    """Everybody of whom the version speaks, where nothing is wrong with what is wanted."""
    if wanted.kind not in Kind.values:
        raise refuse("use-kind")
    there = figures(version, wanted.kind)
    problems = [
        *_wrong(wanted),
        *_wrong_day(wanted, version, now),
        *_wrong_purpose(wanted),
        *_wrong_names(wanted, there),
    ]
    if problems:
        raise Refused(problems)
    return there


def _wrong(wanted: Wanted) -> Iterator[Problem]:
    if len(wanted.user.strip()) < 2:
        yield Problem("use-user")
    if not wanted.document.strip() and not wanted.reason.strip():
        yield Problem("use-by-what")
    if not 0 < len(wanted.key) <= 64:
        yield Problem("use-key")
    for name, most in LONGEST.items():
        found = len(getattr(wanted, name).strip())
        if found > most:
            yield Problem("use-long", params={"what": WORDS[name], "most": most, "found": found})


def _wrong_day(wanted: Wanted, version: Version, now: datetime) -> Iterator[Problem]:
    first = timezone.localdate(version.published_at) if version.published_at else date.min
    if not first <= wanted.on <= timezone.localdate(now):
        yield Problem("use-day", params={"found": wanted.on, "first": first})


def _wrong_purpose(wanted: Wanted) -> Iterator[Problem]:
    there = listed()
    found = there.get(wanted.purpose)
    if found is None:
        allowed = "、".join(f"{one.purpose}（{one.name}）" for one in there.values())
        yield Problem("use-purpose", params={"found": wanted.purpose[:40], "allowed": allowed})
    elif not found.open_on(wanted.on):
        yield Problem("use-purpose-over", params={"name": found.name, "until": found.until, "on": wanted.on})


def listed() -> dict[str, Purpose]:
    """What the bureau uses results for. Raises `Refused`."""
    return purposes(rules.bureau())


def _wrong_names(wanted: Wanted, there: Mapping[str, Said]) -> Iterator[Problem]:
    codes = set(wanted.codes)
    if not codes:
        yield Problem("use-nobody")
    if len(codes) > MOST:
        yield Problem("use-many", params={"most": MOST, "found": len(codes)})
    unknown = sorted(codes - there.keys())
    if unknown:
        yield _unknown(unknown)


def _unknown(codes: Sequence[str]) -> Problem:
    more = f" … +{len(codes) - SHOWN}" if len(codes) > SHOWN else ""
    return Problem("use-unknown", params={"found": "、".join(one[:40] for one in codes[:SHOWN]), "more": more})


def _same(before: Use, wanted: Wanted) -> Use:
    if before.digest != digest(wanted):
        raise refuse("use-key-other", key=wanted.key, use=before.pk)
    return before


def digest(wanted: Wanted) -> str:
    """Of all that is said, so that the same key never stands for two things, and the trail seals the list of names."""
    codes: list[Plain] = [*sorted(set(wanted.codes))]
    said: dict[str, Plain] = {
        "version": wanted.version, "kind": wanted.kind, "codes": codes, "purpose": wanted.purpose,
        "user": wanted.user.strip(), "on": wanted.on.isoformat(), "document": wanted.document.strip(),
        "reason": wanted.reason.strip(),
    }  # fmt: skip
    return hashlib.sha256(canonical(said)).hexdigest()


def _made(
    wanted: Wanted, version: Version, there: Mapping[str, Said], by: Account, token: Token | None, now: datetime
) -> Use:
    codes = list(dict.fromkeys(wanted.codes))
    use = Use.objects.create(
        version=version, settled=version, kind=wanted.kind, purpose=wanted.purpose, user=wanted.user.strip(),
        purpose_name=listed()[wanted.purpose].name, on=wanted.on, document=wanted.document.strip(),
        reason=wanted.reason.strip(), many=len(codes), by=by, token=token, at=now, key=wanted.key,
        digest=digest(wanted),
    )  # fmt: skip
    said = (there[code] for code in codes)
    rows = [
        Named(use=use, code=one.code, name=one.name, total=one.total, place=one.place, grade=one.grade) for one in said
    ]
    Named.objects.bulk_create(rows, batch_size=2_000)
    return use
