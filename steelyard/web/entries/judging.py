"""Rating a judged item: blind until everybody has handed in, then weighed for agreement, then counted as facts.

Every act locks its panel first, so that the last two raters who hand in at once do so one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from steelyard.analysis.raters.agreement import agreement
from steelyard.bureau.entered import cut
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.reports.sheet import Words
from steelyard.web.entries import telling
from steelyard.web.entries.counting import sent
from steelyard.web.entries.models import ALL_IN, Panel, Rater, Rating, Stage
from steelyard.web.entries.moves import BY_NAME, RATERS, Move
from steelyard.web.entries.numbers import number
from steelyard.web.entries.opening import stands_back
from steelyard.web.entries.recusal import Raters
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.asking import Asker, By
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "rating-points": (
            "{unit}：评分“{found}”不是 {low} 至 {high} 之间的数（最多四位小数）",
            "{unit}: '{found}' is no number from {low} to {high} (four decimals at most)",
        ),
        "rating-reason": (
            "{unit}：请写明理由（2 至 500 字）和依据材料（2 至 200 字）",
            "{unit}: state the reason (2 to 500 signs) and the evidence (2 to 200 signs)",
        ),
        "rating-own": (
            "{unit} 与您有关，须回避；由其他评委评定",
            "{unit} is one of yours; stand back and leave it to the other raters",
        ),
        "rating-unit": ("{unit} 不在这次评定之内", "{unit} is not rated here"),
        "rating-none": ("没有填写评分", "no rating was entered"),
        "rating-missing": (
            "还有 {count} 个单位没有评分（如{unit}）；评完再交",
            "{count} units are not rated yet ({unit}, for one); rate them first",
        ),
        "panel-rater": ("您不是这次评定的评委", "you are no rater of this item"),
        "panel-handed-in": (
            "您已交卷，不能再改；全部交齐后可以更正，或请绩效办退回复议",
            "you have handed in and can change nothing; correct it once all are in, or ask the office to send it back",
        ),
        "panel-not-in": (
            "您没有交卷，而全部评分已经公开，不能再评；需要您评的，请绩效办退回复议",
            "you never handed in, and everybody's ratings are open by now, so that you can rate no more; if you are to "
            "rate, the office sends it back first",
        ),
        "panel-over": (
            "评定现在是“{stage}”，不能{move}；请刷新页面",
            "the item is at '{stage}' and cannot be moved so ({move}); load the page again",
        ),
        "panel-counted": (
            "评分已计入过数据，撤销不会使它们消失；请退回复议，重新计入",
            "its ratings are facts already, and would stay; send it back to be rated and counted again",
        ),
        "panel-short": (
            "有 {count} 个单位（如{unit}）回避之后不足 {least} 名评委；请先增补与它们无关的评委",
            "for {count} units ({unit}, for one) fewer than {least} raters are left who need not stand back; "
            "add raters who have no part in them first",
        ),
        "panel-stood-back": (
            "评委{number}现须回避 {unit}，其评分不能计入；请退回复议，重新交齐后不再算入",
            "rater {number} has to stand back from {unit} by now, so that rating cannot count; send the item back, and "
            "it is left out once all are in again",
        ),
        "panel-joins": (
            "请选择一名还不是评委的考评部门人员或领导",
            "choose somebody of an assessing department, or a leader, who does not rate this item yet",
        ),
        "panel-releases": ("请选择一名仍在评分的评委", "choose a rater who has not been released yet"),
        "panel-released-late": (
            "评分已计入过数据，解除评委不会使其评分消失；请由该评委更正评分，或由委员会按申诉裁定",
            "the ratings are facts already, and would stay; have that rater correct them, or the committee rule on an "
            "appeal",
        ),
        "rating-newer": (
            "您在另一个窗口里又改过评分，这一页显示的是旧的；没有保存，请刷新页面核对后再办",
            "you changed ratings in another window since this page was opened, so it shows old ones; nothing was kept, "
            "load the page again and look",
        ),
        "panel-reason": ("请写明理由（2 至 500 字）", "state the reason (2 to 500 signs)"),
    }
)
LONGEST, EVIDENCE = 500, 200
DIGITS = (6, 4)
"""Of points: before and behind the point, as the table keeps them."""


@dataclass(frozen=True)
class Given:
    """One row of a form, as it was typed."""

    points: str
    reason: str
    evidence: str


def locked(panel: int) -> Panel:
    return Panel.objects.select_for_update(no_key=True).get(pk=panel)


def rate(panel: int, given: Mapping[str, Given], *, by: Account, now: datetime, seen: int | None = None) -> None:
    """Keeps ratings that may still be changed. ``given``: unit code -> what was typed. All or none of it. ``seen``: the
    last of his ratings that the page showed (`last_of`). Raises `Refused`, ``rating-newer`` where there are others."""
    with transaction.atomic():
        held, rater, said = _begun(panel, "panel-rate", (Stage.OPEN,), by, now)
        if rater.handed_in:
            raise refuse("panel-handed-in")
        _as_seen(rater, seen, given)
        _keep(held, rater, given, by, now)
        record("panel-rate", **said, at=now, target=f"panel:{held.pk}", detail={"units": len(given)})


def hand_in(
    panel: int, given: Mapping[str, Given] | None = None, *, by: Account, now: datetime, seen: int | None = None
) -> Panel:
    """With what stands typed on the page. The last to do so opens everybody's ratings to all of them, and agreement is
    told. ``given``, ``seen``: as for `rate`."""
    with transaction.atomic():
        held, rater, said = _begun(panel, "panel-hand-in", (Stage.OPEN,), by, now)
        if rater.handed_in:
            raise refuse("panel-handed-in")
        _as_seen(rater, seen)
        if given:
            _keep(held, rater, given, by, now)
        _complete(held, rater, Asker(by, now.date()))
        rater.handed_in = now
        rater.save(update_fields=["handed_in"])
        if Raters(held, now.date()).all_in:
            _weighed(held, now)
        detail = {"units": len(given or {}), "stage": held.stage, "alpha": held.alpha}
        record("panel-hand-in", **said, at=now, target=f"panel:{held.pk}", detail=detail)
    return held


def last_of(rater: Rater) -> int:
    """The number of his latest rating; 0 where there is none."""
    return rater.ratings.order_by("-pk").values_list("pk", flat=True).first() or 0


def _as_seen(rater: Rater, seen: int | None, given: Mapping[str, Given] | None = None) -> None:
    """Of the units that are ``given``, or of all: a page that was opened earlier undoes nothing that came later."""
    if seen is None:
        return
    newer = rater.ratings.filter(replaced=None, pk__gt=seen)
    if given is not None:
        newer = newer.filter(unit__in=list(given))
    if any(given is None or _said(one) != _cells(given[one.unit_id]) for one in newer):
        raise refuse("rating-newer")


def correct(panel: int, given: Mapping[str, Given], *, by: Account, now: datetime) -> Panel:
    """A rater replaces a rating of his own once all are in; the old one stays. What was counted must be counted again:
    the same business key replaces the fact."""
    with transaction.atomic():
        held, rater, said = _begun(panel, "panel-correct", ALL_IN, by, now)
        if rater.handed_in is None:  # he had left when the others were in, and came back to what they gave
            raise refuse("panel-not-in")
        _keep(held, rater, given, by, now)
        _weighed(held, now)
        detail = {"units": list(given), "stage": held.stage, "alpha": held.alpha}
        record("panel-correct", **said, at=now, target=f"panel:{held.pk}", detail=detail)
    return held


def move(panel: int, name: str, reason: str, *, by: Account, now: datetime, whom: Account | None = None) -> Panel:
    """One step by the table of moves. ``whom``: who is to rate as well, or no more, where one is added or released.
    Raises `Refused`: ``panel-over``, ``panel-reason``, ``panel-counted``, ``panel-short``, ``panel-stood-back``,
    ``panel-joins``, ``panel-releases``, ``panel-released-late``, ``act-not-allowed``."""
    way, reason = BY_NAME[name], reason.strip()
    if len(reason) > LONGEST or (way.reason and len(reason) < 2):
        raise refuse("panel-reason")
    with transaction.atomic():
        (by,) = hold(by)
        held = locked(panel)
        if not possible(held, way):
            raise refuse("panel-over", stage=Stage(held.stage), move=way.words)
        said = allowed(way.address, by, now, Target(state=held.stage))
        if name == "withdraw" and held.job is not None:
            raise refuse("panel-counted")
        if name in ("rule", "count"):
            _countable(held, now.date())
        before, held.stage, held.said = held.stage, way.to, reason
        if way.to == Stage.OPEN:
            held.alpha = ""
        if name == "reopen":
            held.raters.update(handed_in=None)
            telling.to_rate(held, [one.account for one in held.raters.filter(released=None)], now)
        if name in ABOUT:
            ABOUT[name](held, whom, now)
        if name == "count":
            held.job = sent(held, said, now)
        held.save()
        detail = {"from": before, "to": held.stage, "reason": reason, "alpha": held.alpha}
        if whom is not None:
            detail["rater"] = whom.username
        record(way.address, **said, at=now, target=f"panel:{held.pk}", detail=detail)
    return held


def possible(panel: Panel, way: Move) -> bool:
    """At its stage. What was counted is counted again only where its file did not come into the record: the job failed,
    was cancelled, or took nothing of it."""
    if way.name != "count" or panel.stage != Stage.COUNTED:
        return panel.stage in way.begins
    return panel.job is not None and not panel.job.open and not (panel.job.came_to or {}).get("batches")


def _countable(panel: Panel, today: date) -> None:
    """By those alone who may judge on the day, and at least so many of them."""
    raters = Raters(panel, today)
    if few := raters.short:
        raise refuse("panel-short", count=len(few), unit=few[0].name, least=panel.least)
    if gone := raters.not_counting:
        raise refuse("panel-stood-back", number=gone[0].rater.number, unit=gone[0].unit.name)


def _join(panel: Panel, who: Account | None, now: datetime) -> None:
    """The others have handed in, and see nothing of what he gives until he has too."""
    raters = panel.raters.all()
    if who is None or Asker(who, now.date()).roles.isdisjoint(RATERS) or who.pk in {one.account_id for one in raters}:
        raise refuse("panel-joins")
    Rater.objects.create(panel=panel, account=who, number=1 + max(one.number for one in raters))
    telling.to_rate(panel, [who], now)


def _release(panel: Panel, who: Account | None, now: datetime) -> None:
    """What he gave stays in the history. Where he was the last to be waited for, the others are weighed; where too few
    of them are left, the item is held back until somebody joins."""
    if panel.job_id:
        raise refuse("panel-released-late")
    rater = None if who is None else panel.raters.filter(account=who, released=None).first()
    if rater is None:
        raise refuse("panel-releases")
    rater.released = now
    rater.save(update_fields=["released"])
    rater.ratings.filter(replaced=None).update(replaced=now)
    if Raters(panel, now.date()).all_in:
        _weighed(panel, now)


ABOUT = {"join": _join, "release": _release}
"""Moves that are about one person."""


def uncounted(plan: str, period: str, batch: int) -> list[Panel]:
    """Judged items of a plan and period that a run over the record up to ``batch`` does not hold, or not as they are
    now: to be told to whoever signs it."""
    found = Panel.objects.filter(plan=plan, period=period).exclude(stage=Stage.WITHDRAWN).select_related("job")
    return [one for one in found if one.stage != Stage.COUNTED or not _known(one, batch)]


def _known(panel: Panel, batch: int) -> bool:
    batches = (panel.job.came_to or {}).get("batches", []) if panel.job is not None else []
    return bool(batches) and max(batches) <= batch


# ---- parts of the acts ----


def _begun(
    panel: int, name: str, stages: Sequence[Stage], by: Account, now: datetime
) -> tuple[Panel, Rater, By]:  # fmt: skip
    (by,) = hold(by)
    held = locked(panel)
    rater = held.raters.filter(account=by, released=None).first()
    if rater is None:
        raise refuse("panel-rater")
    if held.stage not in stages:
        raise refuse("panel-over", stage=Stage(held.stage), move=Words("评分", "rate"))
    return held, rater, allowed(name, by, now, Target(state=held.stage))


def _keep(panel: Panel, rater: Rater, given: Mapping[str, Given], by: Account, now: datetime) -> None:
    """Rows that are as they were stay as they are."""
    units, asker = {one.pk: one for one in panel.units.all()}, Asker(by, now.date())
    problems = [problem for code, one in given.items() for problem in _wrong(panel, units.get(code), code, one, asker)]
    if not given:
        problems = [Problem("rating-none")]
    if problems:
        raise Refused(problems)
    there = {one.unit_id: one for one in rater.ratings.filter(replaced=None)}
    new = {code: _cells(one) for code, one in given.items()}
    changed = [code for code, cells in new.items() if code not in there or _said(there[code]) != cells]
    Rating.objects.filter(pk__in=[there[code].pk for code in changed if code in there]).update(replaced=now)
    Rating.objects.bulk_create(
        Rating(panel=panel, rater=rater, unit_id=code, points=new[code][0], reason=new[code][1],
               evidence=new[code][2], at=now)
        for code in changed
    )  # fmt: skip


def _wrong(panel: Panel, unit: Unit | None, code: str, given: Given, asker: Asker) -> Iterator[Problem]:
    if unit is None:
        yield Problem("rating-unit", Place(code), {"unit": code})
        return
    if stands_back(asker, unit.path):
        yield Problem("rating-own", Place(code), {"unit": unit.name})
        return
    points = number(given.points, *DIGITS)
    if points is None or not panel.lowest <= points <= panel.highest:
        low, high = panel.lowest.normalize(), panel.highest.normalize()
        params = {"unit": unit.name, "found": given.points[:20], "low": f"{low:f}", "high": f"{high:f}"}
        yield Problem("rating-points", Place(code), params)
    _, reason, evidence = (text.strip() for text in (given.points, given.reason, given.evidence))
    if not (2 <= len(reason) <= LONGEST and 2 <= len(evidence) <= EVIDENCE):
        yield Problem("rating-reason", Place(code), {"unit": unit.name})


def _cells(given: Given) -> tuple[Decimal, str, str]:
    return number(given.points, *DIGITS) or Decimal(0), given.reason.strip(), given.evidence.strip()


def _said(rating: Rating) -> tuple[Decimal, str, str]:
    return rating.points, rating.reason, rating.evidence


def _complete(panel: Panel, rater: Rater, asker: Asker) -> None:
    rated = set(rater.ratings.filter(replaced=None).values_list("unit", flat=True))
    missing = [one for one in panel.units.all() if one.pk not in rated and not stands_back(asker, one.path)]
    if missing:
        raise refuse("rating-missing", count=len(missing), unit=missing[0].name)


def _weighed(panel: Panel, now: datetime) -> None:
    """All the same number everywhere is full agreement, though alpha cannot tell it from chance. Where no unit
    has two ratings, nobody agrees with anybody; where one has too few raters, the item is held back until there are
    more. What no longer counts stays in the history."""
    gone = [one.pk for one in Raters(panel, now.date()).not_counting]
    panel.ratings.filter(pk__in=gone).update(replaced=now)
    found = agreement(list(table(panel).values()))
    alpha = None if found.alpha is None else cut(found.alpha)
    agreed = found.units > 0 if alpha is None else alpha >= panel.bar
    panel.alpha = "" if alpha is None else f"{alpha:.3f}"
    panel.stage = Stage.AGREED if agreed and not Raters(panel, now.date()).short else Stage.HELD
    panel.save(update_fields=["alpha", "stage"])
    telling.weighed(panel, now)


def table(panel: Panel) -> dict[str, list[Decimal | None]]:
    """Unit -> points by rater, in the order of raters; None where one stood back."""
    raters = list(panel.raters.values_list("pk", flat=True))
    found = {unit: dict[int, Decimal]() for unit in panel.units.order_by("pk").values_list("pk", flat=True)}
    for unit, rater, points in panel.ratings.filter(replaced=None).values_list("unit", "rater", "points"):
        found[unit][rater] = points
    return {unit: [given.get(rater) for rater in raters] for unit, given in found.items()}
