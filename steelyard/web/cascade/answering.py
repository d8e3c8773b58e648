"""Acts on assignments: units confirm, change and return them, the office answers what was returned.

Every act locks its assignments and looks again at the version that the page showed: of two who act at once the second
is told what has happened meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.web.cascade.carrying import end
from steelyard.web.cascade.models import Assignment, Carrier, Part, Post, State, Step
from steelyard.web.cascade.moves import BY_NAME, Move
from steelyard.web.cascade.telling import turns
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.recording import record
from steelyard.web.typed import decimal_in

CATALOGUE.add(
    {
        "assignment-none": ("请先勾选要确认的指标", "choose what is to be confirmed"),
        "assignment-over": (
            "“{name}”现在是“{state}”（{who}），不能{move}；请刷新页面",
            "'{name}' is at '{state}' now ({who}), so that it cannot be moved so ({move}); load the page again",
        ),
        "assignment-meanwhile": (
            "打开页面之后，“{name}”的岗位或份额已有变动；没有办理，请刷新页面核对",
            "posts or shares of '{name}' have changed since the page was opened; nothing was done, load it again",
        ),
        "assignment-reason": ("请写明理由（2 至 500 字）", "state the reason (2 to 500 signs)"),
        "assignment-nobody": (
            "“{name}”还没有岗位承担；请先指定主办岗位",
            "no post carries '{name}' yet; name the leading post first",
        ),
        "assignment-post": (
            "“{post}”不是{unit}在用的岗位",
            "'{post}' is no post of {unit} that the register has",
        ),
        "assignment-twice": ("岗位“{post}”写了两次", "the post '{post}' was written twice"),
        "assignment-lead": ("主办岗位须有且只有一个，现有 {found} 个", "exactly one post leads, and {found} do"),
        "assignment-number": (
            "份额“{found}”应大于 0、不超过 1，最多六位小数",
            "the share '{found}' must be above 0 and at most 1, with six decimals at most",
        ),
        "assignment-sum": (
            "份额合计 {found}，应当恰好是 1",
            "the shares add up to {found}; they must be exactly 1",
        ),
        "assignment-day": (
            "起算日 {found} 应在 {first} 至 {last} 之间",
            "the first day, {found}, must be from {first} to {last}",
        ),
        "assignment-due": ("确认截止日期不能早于今天", "the last day to answer must not be in the past"),
    }
)
LONGEST = 500


@dataclass(frozen=True)
class Given:
    """A post as it was typed. ``share``: as a decimal of one."""

    post: str
    part: str
    share: str


@dataclass(frozen=True)
class Said:
    """What goes with a move: why, which posts, from which day on, until when the unit answers."""

    reason: str = ""
    posts: Sequence[Given] = ()
    since: date | None = None
    due: date | None = None


def confirm(cascade: int, unit: Unit, seen: Mapping[int, int], *, by: Account, now: datetime) -> int:
    """One assignment or many of a unit at once, all of them or none. ``seen``: number -> the version that was seen."""
    if not seen:
        raise refuse("assignment-none")
    move = BY_NAME["confirm"]
    with transaction.atomic():
        (by,) = hold(by)
        rows = [one for one in _locked(seen) if one.cascade_id == cascade and one.unit_id == unit.pk]
        said = allowed(move.address, by, now, Target(path=unit.path, state=str(State.PROPOSED)))
        problems = [problem for one in rows for problem in _open(one, move, seen[one.pk])]
        carried = set(Carrier.objects.filter(assignment__in=rows, until=None).values_list("assignment", flat=True))
        problems += [Problem("assignment-nobody", params={"name": one.name}) for one in rows if one.pk not in carried]
        if problems or not rows:
            raise Refused(problems or [Problem("assignment-none")])
        pks = [one.pk for one in rows]
        _count(pks, rows[0].cascade.since, timezone.localdate(now))
        Assignment.objects.filter(pk__in=pks).update(
            state=State.CONFIRMED, version=F("version") + 1, reason="", by=by, at=now, to_carry=True
        )
        detail = {"unit": unit.pk, "assignments": pks}
        record(move.address, **said, at=now, target=f"cascade:{cascade}", detail=detail)
    return len(rows)


def move(number: int, name: str, version: int, said: Said, *, by: Account, now: datetime) -> Assignment:
    """One step by the table of moves. Raises `Refused` with all that is wrong."""
    way, reason, today = BY_NAME[name], said.reason.strip(), timezone.localdate(now)
    with transaction.atomic():
        (by,) = hold(by)
        one = _locked([number])[0]
        who = allowed(way.address, by, now, Target(path=one.unit.path, state=str(way.begins[0])))
        shares = list(map(_share, said.posts))
        problems = [*_open(one, way, version), *_unsaid(one, way, said, reason, today)]
        problems += _wrong(one, said.posts, shares) if way.posts else ()
        if problems:
            raise Refused(problems)
        before = one.state
        _posts_of(one, way, said, [share for share in shares if share is not None], today)
        one.by_hand = one.by_hand or way.posts or way.to == State.WITHDRAWN
        one.to_carry = one.to_carry or way.to == State.CONFIRMED or before == State.CONFIRMED
        one.state, one.version, one.reason, one.by, one.at = way.to, one.version + 1, reason, by, now
        one.due = said.due if way.due and said.due else one.due
        one.save()
        Step.objects.create(assignment=one, move=name, to=way.to, reason=reason, by=by, at=now)
        detail = {"from": before, "to": one.state, "reason": reason,
                  "posts": [(given.post, given.part, given.share) for given in said.posts]}  # fmt: skip
        record(way.address, **who, at=now, target=f"assignment:{one.pk}", detail=detail)
        turns.moved(one, now)
    return one


# ---- parts of the acts ----


def _posts_of(one: Assignment, way: Move, said: Said, shares: Sequence[Decimal], today: date) -> None:
    """Who carries it after a move, and from when on that counts."""
    if way.posts:
        _carried(one, said.posts, shares, said.since if way.day else None, today)
    elif way.to == State.WITHDRAWN:
        end([one], today)
    if way.to == State.CONFIRMED and one.state != State.CONFIRMED:
        _count([one.pk], one.cascade.since, today)


def _locked(numbers: Mapping[int, int] | Sequence[int]) -> list[Assignment]:
    """In one order, so that nobody waits for somebody who waits for him."""
    rows = Assignment.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(numbers)).order_by("pk")
    return list(rows.select_related("cascade", "unit"))


def _open(one: Assignment, way: Move, version: int) -> Iterator[Problem]:
    if one.state not in way.begins:
        who = one.by.name if one.by else "—"
        params = {"name": one.name, "state": State(one.state), "who": who, "move": way.words}
        yield Problem("assignment-over", params=params)
    elif one.version != version:
        yield Problem("assignment-meanwhile", params={"name": one.name})


def _unsaid(one: Assignment, way: Move, said: Said, reason: str, today: date) -> Iterator[Problem]:
    if len(reason) > LONGEST or (way.reason and len(reason) < 2):
        yield Problem("assignment-reason", Place("reason"))
    if way.due and said.due is not None and said.due < today:
        yield Problem("assignment-due", Place("due"))
    first, last = changing(one, today)
    if way.day and (said.since is None or not first <= said.since <= last):
        found = said.since.isoformat() if said.since else "—"
        days = {"first": first.isoformat(), "last": last.isoformat()}
        yield Problem("assignment-day", Place("since"), {"found": found, **days})


def changing(one: Assignment, today: date) -> tuple[date, date]:
    """The first and the last day from which other posts may carry it: after the plan's first day and not before the
    last change; from the very first where no day has counted yet."""
    latest = one.carriers.filter(until=None).aggregate(since=Max("since"))["since"]
    if latest is not None and latest > today:
        return latest, latest
    begun = one.cascade.since + timedelta(days=1)
    return (max(begun, latest) if latest else begun), today


def _wrong(one: Assignment, posts: Sequence[Given], shares: Sequence[Decimal | None]) -> Iterator[Problem]:
    """All that speaks against these posts."""
    known = set(Post.objects.filter(unit=one.unit_id, ended=False).values_list("code", flat=True))
    codes = [given.post for given in posts]
    for number, given in enumerate(posts):
        if given.post not in known:
            yield Problem("assignment-post", Place(f"post-{number}"), {"post": given.post[:60], "unit": one.unit.name})
        elif given.post in codes[:number]:
            yield Problem("assignment-twice", Place(f"post-{number}"), {"post": given.post})
        if shares[number] is None:
            yield Problem("assignment-number", Place(f"share-{number}"), {"found": given.share[:20]})
    leading = sum(given.part == Part.LEAD for given in posts)
    if leading != 1:
        yield Problem("assignment-lead", params={"found": leading})
    total = sum((share for share in shares if share is not None), Decimal(0))
    if None not in shares and posts and total != 1:
        yield Problem("assignment-sum", params={"found": f"{total.normalize():f}"})


def _share(given: Given) -> Decimal | None:
    """None for what is no share."""
    share = decimal_in(given.share)
    return share if share is not None and 0 < share <= 1 and share == round(share, 6) else None


def _carried(
    one: Assignment, posts: Sequence[Given], shares: Sequence[Decimal], since: date | None, today: date
) -> None:
    """These posts instead. Of posts that were confirmed the days until then stay theirs."""
    causes = dict(one.carriers.filter(until=None).values_list("post", "cause"))
    end([one], since or today)
    Carrier.objects.bulk_create(
        Carrier(assignment=one, post_id=given.post, part=Part.LEAD if given.part == Part.LEAD else Part.ASSIST,
                share=share, cause_id=causes.get(given.post), since=since)
        for given, share in zip(posts, shares, strict=True)
    )  # fmt: skip


def _count(pks: Sequence[int], since: date, today: date) -> None:
    """Their posts count from the plan's first day on, or from today where others had counted before; never earlier."""
    own = Carrier.objects.filter(assignment__in=pks)
    later = set(own.exclude(until=None).values_list("assignment", flat=True))
    fresh = own.filter(until=None, since=None)
    fresh.filter(assignment__in=later).update(since=max(today, since))
    fresh.exclude(assignment__in=later).update(since=since)
