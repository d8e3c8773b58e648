"""Handing a plan down: the office begins it, looks at what a proposal would change, and proposes exactly that.

Both are work for a worker: a province has tens of thousands of assignments. A proposal is written unit by unit, so
that whoever confirms meanwhile waits for a few units and no longer; after an interruption the next worker does the
rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from steelyard.bureau.runs.running import system_of
from steelyard.engine.matching.matching import Match, Matching
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.plan import Entry, Plan
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary
from steelyard.web.cascade.carrying import end
from steelyard.web.cascade.differing import Difference, Kind, difference, standing
from steelyard.web.cascade.models import Assignment, Carrier, Cascade, Cause, State
from steelyard.web.cascade.posted import Posted, bring, posted
from steelyard.web.cascade.proposing import Key, Terms, proposed
from steelyard.web.cascade.telling import turns
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work
from steelyard.web.jobs.models import OPEN, Job
from steelyard.web.library import rules
from steelyard.web.library.models import Edition
from steelyard.web.library.writing import target_of
from steelyard.web.people.acting import allowed, asks, hold
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "cascade-plan": ("没有考评方案“{plan}”；请刷新页面重选", "there is no plan '{plan}'; load the page again"),
        "cascade-there": (
            "“{plan}”在这些单位已经开始分解；请在原有的分解上重新下发",
            "'{plan}' is being handed down to these units already; propose again there",
        ),
        "cascade-shared": (
            "“{plan}”与“{other}”对同样的单位考评同样的指标（{indicators}），而认定不分方案；请在“{other}”的分解上办理",
            "'{plan}' and '{other}' assess the same units by the same indicators ({indicators}), and what is confirmed "
            "does not tell plans apart; see to it where '{other}' was handed down",
        ),
        "cascade-share": (
            "主办份额“{found}”应大于 0、小于 1，最多六位小数，如 0.6",
            "the share of the lead, '{found}', must be above 0 and below 1 with six decimals at most, such as 0.6",
        ),
        "cascade-due": ("确认截止日期不能早于今天", "the last day to answer must not be in the past"),
        "cascade-within": ("没有代码为“{unit}”的在用机构", "there is no unit '{unit}' that is not closed"),
        "cascade-duty": ("岗位登记册里没有“{duty}”这种职责", "no post of the register has the duty '{duty}'"),
        "cascade-busy": (
            "这项分解已有任务在办（任务 {job}）；请等它结束",
            "job {job} is at work on it; wait until it is over",
        ),
        "cascade-otherwise": (
            "看过之后，规则、岗位或确认情况又有变化，没有下发；请重新比对再下发",
            "rules, posts or confirmations have changed since it was looked at, so nothing was proposed; look again",
        ),
        "cascade-rest-otherwise": (
            "下发曾经中断：在此之前已下发的仍然有效，其余的在此期间规则、岗位或确认情况有变，没有再下发；请重新比对，下发余下的",
            "handing down was interrupted: what was handed down before stands; rules, posts or confirmations of the "
            "rest have changed since, so it was left; look again, and hand down what remains",
        ),
        "cascade-unseen": ("还没有比对；请先看这次下发会改变什么", "look first at what the proposal would change"),
    }
)
NAMED = 3
"""Indicators that a refusal names."""
SHOWN = 60
"""So many changes of each kind are shown one by one; of the others the number."""
UNITS = 10
"""Units that are written in one transaction."""


@dataclass(frozen=True)
class Wanted:
    """What the office states on beginning. ``within``: a unit, where one part of the bureau goes first."""

    plan: str
    due: date
    lead_share: Decimal
    heads: tuple[str, ...]
    within: str = ""


def begin(wanted: Wanted, *, by: Account, now: datetime) -> Cascade:
    """Raises `Refused` with all that is wrong."""
    book = rules.bureau().book()
    if wanted.plan not in book.plans:
        raise refuse("cascade-plan", plan=wanted.plan)
    part = Unit.objects.filter(code=wanted.within).first() if wanted.within else None
    plan, problems = book.plans[wanted.plan], list(_unfit(wanted, book, timezone.localdate(now)))
    if problems:
        raise Refused(problems)
    since = plan.since or system_of(book).parse(plan.year).start
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("cascade-new", by, now, target_of(None))
        Edition.hold()  # so that nobody begins beside us
        _apart(book, plan, wanted.within)
        made = Cascade.objects.create(
            plan=plan.id, year=plan.year[-4:], within=wanted.within, since=since, due=wanted.due,
            name=f"{plan.name}（{part.name}）" if part else plan.name, lead_share=wanted.lead_share,
            heads=list(wanted.heads), begun_by=by, begun_at=now,
        )  # fmt: skip
        detail = {"plan": plan.id, "within": wanted.within, "due": wanted.due.isoformat(),
                  "lead_share": str(wanted.lead_share)}  # fmt: skip
        record("cascade-new", **said, at=now, target=f"cascade:{made.pk}", detail=detail)
    return made


def _apart(book: RuleBook, plan: Plan, within: str) -> None:
    """No indicator of a unit is in two cascades of a year. Raises `Refused` (``cascade-there``, ``cascade-shared``)."""
    mine = _path(within)
    for one in Cascade.objects.filter(year=plan.year[-4:]):
        path, other = _path(one.within), book.plans.get(one.plan)
        if not (path.startswith(mine) or mine.startswith(path)):
            continue
        if one.plan == plan.id:
            raise refuse("cascade-there", plan=plan.name)
        if other is not None and (both := _both(plan, other)):
            names = "、".join(book.indicators[id].name for id in both[:NAMED])
            raise refuse("cascade-shared", plan=plan.name, other=other.name, indicators=names)


def _both(plan: Plan, other: Plan) -> list[str]:
    """Indicators by which both assess somebody of a class. Units that an entry names are of some class, too."""
    theirs = {(name, entry.indicator) for entry in other.entries for name in _classes(other, entry)}
    ours = [(name, entry.indicator) for entry in plan.entries for name in _classes(plan, entry)]
    return list(dict.fromkeys(id for name, id in ours if (name, id) in theirs))


def _classes(plan: Plan, entry: Entry) -> list[str]:
    """All classes of the plan where an entry is for single units."""
    return [name for name in plan.classes if name in entry.only] or plan.classes


def _path(within: str) -> str:
    """That of the whole bureau is a part of every other."""
    return Unit.objects.get(code=within).path if within else ""


def _unfit(wanted: Wanted, book: RuleBook, today: date) -> Iterator[Problem]:
    share, known = wanted.lead_share, {duty.name for duty in book.duties.values()}
    if not 0 < share < 1 or share != round(share, 6):
        yield Problem("cascade-share", Place("lead_share"), {"found": str(share)[:20]})
    if wanted.due < today:
        yield Problem("cascade-due", Place("due"))
    if wanted.within and not Unit.objects.filter(code=wanted.within, ended=None).exists():
        yield Problem("cascade-within", Place("within"), {"unit": wanted.within})
    for duty in wanted.heads:
        if duty not in known:
            yield Problem("cascade-duty", Place("heads"), {"duty": duty})


def look(cascade: int, *, by: Asker, now: datetime) -> Job:
    """Asks for what a proposal would change. Raises `Refused` (``cascade-busy``)."""
    return asked_for("cascade-look", cascade, {}, by=by, now=now)


def propose(cascade: int, *, by: Asker, now: datetime) -> Job:
    """Asks for exactly what was looked at. Raises `Refused` (``cascade-unseen``, ``cascade-busy``)."""
    looked = Cascade.objects.get(pk=cascade).looked
    if looked is None:
        raise refuse("cascade-unseen")
    return asked_for("cascade-propose", cascade, {"digest": looked["digest"]}, by=by, now=now)


def asked_for(kind: str, cascade: int, more: Mapping[str, Any], *, by: Asker, now: datetime) -> Job:
    with transaction.atomic():
        who = asks(by, kind, now, target_of(None))
        held = locked(cascade)
        if held.job is not None and held.job.state in OPEN:
            raise refuse("cascade-busy", job=held.job.pk)
        asked = ask(kind, {"cascade": held.pk, **more}, **who, now=now, about=held.name)
        if isinstance(asked, Problem):
            raise Refused([asked])
        held.job = asked
        held.save(update_fields=["job"])
    return asked


def locked(cascade: int) -> Cascade:
    return Cascade.objects.select_for_update(no_key=True).get(pk=cascade)


# ---- the work ----


@dataclass(frozen=True)
class Made:
    """A proposal, with what it was made of. ``edition``: of the rules, as they were read."""

    cascade: Cascade
    edition: int
    posted: Posted
    names: Mapping[str, str]
    matches: Sequence[Match]
    found: Difference


def made(cascade: Cascade, today: date, context: Context) -> Made:
    """From the rules in force, the register as of today, and what stands. Raises `Refused`."""
    bureau, edition = rules.bureau(), rules.edition()
    context.progress("读取岗位与任职", "reading posts and who holds them", 5)
    register = posted(bureau.record, today)
    bring(register)
    book = bureau.book()
    plan = book.plans.get(cascade.plan)
    if plan is None or book.defaults is None:
        raise refuse("cascade-plan", plan=cascade.plan)
    context.progress("按岗责匹配指标", "matching duties", 15)
    matches = Matching(book, Teller("zh", vocabulary(book, bureau.tables()), book.defaults)).all()
    duties: dict[str, list[str]] = {}
    for one in matches:
        duties.setdefault(one.indicator.id, []).append(one.duty.name)
    below = Unit.objects.filter(ended=None, path__startswith=_path(cascade.within))
    units = below.filter(class_name__in=plan.classes).order_by("code")
    terms = Terms(cascade.lead_share, tuple(cascade.heads))
    wanted = proposed(plan, units.values_list("code", "class_name"), register.by_duty(), duties, terms)
    names = {id: rule.name for id, rule in book.indicators.items()}
    context.progress("与现状比对", "comparing with what stands", 30)
    return Made(cascade, edition, register, names, matches, difference(standing(cascade), wanted))


@work("cascade-look", "分解比对", "compare a cascade")
def looking(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``cascade``. Keeps the counts, and the first changes of each kind, to be shown before anything is done."""
    cascade = Cascade.objects.get(pk=given["cascade"])
    found = made(cascade, timezone.localdate(), context).found
    counts = {str(kind): len(keys) for kind, keys in found.keys.items()}
    nobody = sum(not found.proposal[key] for key in found.keys[Kind.NEW])
    shown = {str(kind): [_line(found, key) for key in found.keys[kind][:SHOWN]] for kind in Kind if kind != Kind.KEPT}
    looked = {"digest": found.digest, "units": dict(found.digests), "at": timezone.now().isoformat(), "counts": counts,
              "shown": shown, "nobody": nobody}  # fmt: skip
    with transaction.atomic():
        Cascade.objects.filter(pk=cascade.pk).update(looked=looked)
        detail = {"counts": counts}
        record("cascade.look", at=timezone.now(), target=f"cascade:{cascade.pk}", detail=detail)
    return {"cascade": cascade.pk, **counts}


def _line(found: Difference, key: Key) -> list[object]:
    """Unit, indicator, posts before and after."""
    before = found.there[key].carriers if key in found.there else frozenset()
    return [*key, sorted(post for post, _, _ in before), [one.post for one in found.proposal.get(key, ())]]


@work("cascade-propose", "分解下发", "hand a plan down", partly=True)
def handing_down(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``cascade``, ``digest``: of what was looked at; whoever takes it over from a worker that died does the rest of
    that. Raises `Refused` (``cascade-otherwise``, ``cascade-rest-otherwise``)."""
    cascade, now = Cascade.objects.get(pk=given["cascade"]), timezone.now()
    this = made(cascade, timezone.localdate(now), context)
    again = context.attempt > 1
    if this.found.digest != given["digest"] and not (again and _rest(this)):
        raise refuse("cascade-rest-otherwise" if again else "cascade-otherwise")
    return hand_down(this, now, context)


def _rest(this: Made) -> bool:
    """Whether every unit to which something would be done is as it was looked at: the others are done."""
    seen: dict[str, str] = (this.cascade.looked or {}).get("units", {})
    return this.found.digests.items() <= seen.items()


def hand_down(this: Made, now: datetime, context: Context) -> Mapping[str, Any]:
    """Unit by unit; in the end the cascade says of what it was made."""
    cascade, causes = this.cascade, _causes(this)
    parts = _by_units(this.found)
    for at, part in enumerate(parts, 1):
        _write(this, causes, part, now)
        context.progress(
            f"正在下发：第 {at}/{len(parts)} 批单位", f"lot {at} of {len(parts)}", 35 + 60 * at // len(parts)
        )
    counts = (cascade.looked or {}).get("counts") or {str(kind): len(keys) for kind, keys in this.found.keys.items()}
    with transaction.atomic():
        stamp = {"edition": this.edition, "batch": this.posted.batch, "day": timezone.localdate(now)}
        Cascade.objects.filter(pk=cascade.pk).update(looked=None, proposed_at=now, **stamp)
        record("cascade.propose", at=now, actor=context.asked_by, target=f"cascade:{cascade.pk}", detail=counts)
    return {"cascade": cascade.pk, **counts}


def _by_units(found: Difference) -> list[list[tuple[Kind, Key]]]:
    """The changes of some units at a time."""
    of: dict[str, list[tuple[Kind, Key]]] = {}
    for kind, key in found.changes:
        of.setdefault(key[0], []).append((kind, key))
    units = sorted(of)
    return [[one for unit in units[at : at + UNITS] for one in of[unit]] for at in range(0, len(units), UNITS)]


def _causes(this: Made) -> dict[tuple[str, str], Cause]:
    """By indicator and duty. What the rules say otherwise than before is said anew."""
    for one in this.matches:
        told: dict[str, Any] = {"item": one.item.item, "does": one.item.does, "basis": one.item.basis,
                                "score": one.score, "clauses": list(one.clauses), "words": list(one.words)}  # fmt: skip
        key: dict[str, Any] = {"cascade": this.cascade, "indicator": one.indicator.id, "duty": one.duty.name}
        Cause.objects.update_or_create(**key, defaults=told)
    return {(one.indicator, one.duty): one for one in Cause.objects.filter(cascade=this.cascade)}


@transaction.atomic
def _write(
    this: Made, causes: Mapping[tuple[str, str], Cause], part: Sequence[tuple[Kind, Key]], now: datetime
) -> None:
    """Of some units. Whatever somebody changed since it was compared is left to the next proposal."""
    there = this.found.there
    rows = Assignment.objects.select_for_update(no_key=True).filter(
        pk__in=[there[key].pk for _, key in part if key in there]
    )
    held = {(one.unit_id, one.indicator): one for one in rows.order_by("pk")}
    kept = {key for key, one in held.items() if one.version != there[key].version}
    part = [(kind, key) for kind, key in part if key not in kept]
    end([held[key] for _, key in part if key in held], timezone.localdate(now))
    held |= _begun(this, [key for _, key in part if key not in held], now)
    again = [(kind, held[key]) for kind, key in part if key in there]
    for kind, one in again:
        _moved(one, State.WITHDRAWN if kind is Kind.GONE else State.PROPOSED, this.cascade.due, now)
    Assignment.objects.bulk_update([one for _, one in again], CHANGED)
    Carrier.objects.bulk_create(
        Carrier(assignment=held[key], post_id=one.post, part=one.part, share=one.share,
                cause=causes.get((key[1], one.duty)))
        for kind, key in part if kind is not Kind.GONE for one in this.found.proposal[key]
    )  # fmt: skip
    turns.handed_down(this.cascade, [key[0] for kind, key in part if kind is not Kind.GONE], now)


def _begun(this: Made, keys: Sequence[Key], now: datetime) -> dict[Key, Assignment]:
    due = this.cascade.due
    new = Assignment.objects.bulk_create(
        Assignment(cascade=this.cascade, unit_id=unit, indicator=indicator, name=this.names[indicator], due=due, at=now)
        for unit, indicator in keys
    )
    return dict(zip(keys, new, strict=True))


CHANGED = ("state", "version", "due", "reason", "by_hand", "to_carry", "by", "at")
"""What `_moved` changes."""


def _moved(one: Assignment, to: State, due: date, now: datetime) -> None:
    one.to_carry = one.to_carry or one.state == State.CONFIRMED
    one.state, one.version, one.due = to, one.version + 1, due
    one.reason, one.by_hand, one.by, one.at = "", False, None, now
