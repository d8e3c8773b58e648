"""办理进度: the office's own procedure — collect, verify, deliberate, publicise, hear appeals, finalise — for each plan
and period that was run or is going on, with working days for each step from a table. Nothing is kept for it: every
date is read from plans, runs, signatures, publication and appeals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.engine.calendar import Calendar
from steelyard.engine.calendar.deadlines import workdays_after, workdays_until
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import PUBLIC, Signature, Stage, Version
from steelyard.web.cycles.runs.choosing import Choice, planned
from steelyard.web.dialogue.models import OPEN, Appeal
from steelyard.web.dialogue.models import Stage as AppealStage
from steelyard.web.entries.periods import as_written
from steelyard.web.library import rules
from steelyard.web.people.asking import permitted
from steelyard.web.people.roles import Role

Days: TypeAlias = Callable[[str], tuple[date, date]]
"""First and last day of a period."""
MOST = 24
"""Cases on the page: two years of months."""


@dataclass(frozen=True)
class Step:
    """``days``: working days from the day on which the step before was done. The days for appeals are the site's."""

    name: str
    words: Words
    days: int
    whose: Words


STEPS = (
    Step("collect", Words("采集", "Collect"), 10, Words("绩效办", "office")),
    Step("verify", Words("审核", "Verify"), 5, Words("考评部门、绩效办", "assessors, office")),
    Step("deliberate", Words("审议", "Deliberate"), 5, Words("考评委员会", "committee")),
    Step("publicise", Words("公布", "Publicise"), 3, Words("领导小组", "leading group")),
    Step("appeal", Words("申诉", "Appeals"), 0, Words("被考评单位、考评委员会", "units, committee")),
    Step("finalise", Words("定稿", "Finalise"), 5, Words("绩效办", "office")),
)


@dataclass(frozen=True)
class Reached:
    """A step of one case. ``began`` None: not its turn yet, and ``due`` if all before it is done on its last day;
    ``due`` None: no calendar; ``over``: working days by which it is late, or was done too late."""

    step: Step
    began: date | None = None
    due: date | None = None
    done: date | None = None
    over: int = 0

    @property
    def state(self) -> str:
        if self.began is None:
            return ""
        return ("late-done" if self.over else "done") if self.done else ("late" if self.over else "now")

    @property
    def since(self) -> datetime:
        """For lists that are ordered by time."""
        return timezone.make_aware(datetime.combine(self.due or self.began or date.min, datetime.min.time()))


@dataclass(frozen=True)
class Case:
    """``ends``: last day of the period; ``version``: the one that is shown, None before the first run."""

    plan_name: str
    period: str
    ends: date
    version: Version | None
    steps: tuple[Reached, ...]

    @property
    def late(self) -> Reached | None:
        """The step that should be done and is not."""
        return next((step for step in self.steps if step.state == "late"), None)


@dataclass
class _Known:
    """What tables say of one plan and period; its versions the latest first."""

    plan_name: str
    versions: list[Version] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    appeals: list[Appeal] = field(default_factory=list)


def cases(now: datetime) -> list[Case]:
    """Late ones first, then the latest period; three queries. ``now``: local time of the bureau."""
    days, calendar, today = as_written(), _calendar(), now.date()
    known = _read(days)
    for plan in _plans():
        for period in _begun(plan, [run for of, run in known if of == plan.plan], today, days):
            known.setdefault((plan.plan, period), _Known(plan.name))
    found = [_case(period, one, calendar, today, days) for (_, period), one in known.items()]
    return sorted(found, key=lambda one: (one.late is not None, one.ends), reverse=True)[:MOST]


def _plans() -> Sequence[Choice]:
    try:
        return planned(rules.bureau())
    except Refused:
        return ()


def _begun(plan: Choice, run: Sequence[str], today: date, days: Days) -> Iterator[str]:
    """Periods that have begun, of every length for which the plan was run, since the first of them; the year of a plan
    that was never run."""
    first: dict[int, date] = {}
    for period in run or plan.periods[:1]:
        length, begins = _length(*days(period)), days(period)[0]
        first[length] = min(begins, first.get(length, begins))
    for period in plan.periods:
        if first.get(_length(*days(period)), date.max) <= days(period)[0] <= today:
            yield period


def _length(first: date, last: date) -> int:
    """Months."""
    return (last.year - first.year) * 12 + last.month - first.month


def _read(days: Days) -> dict[tuple[str, str], _Known]:
    known: dict[tuple[str, str], _Known] = {}
    for version in Version.objects.exclude(stage=Stage.WITHDRAWN).select_related("run").order_by("-pk"):
        if _readable(version.period, days):
            known.setdefault((version.plan, version.period), _Known(version.run.plan_name)).versions.append(version)
    for signature in Signature.objects.filter(void_at=None).select_related("version"):
        if one := known.get((signature.version.plan, signature.version.period)):
            one.signatures.append(signature)
    for appeal in Appeal.objects.select_related("corrected"):
        if one := known.get((appeal.plan, appeal.period)):
            one.appeals.append(appeal)
    return known


def _readable(period: str, days: Days) -> bool:
    """Not one of a calendar of periods that the bureau has given up."""
    try:
        return bool(days(period))
    except Refused:
        return False


def _calendar() -> Calendar | None:
    try:
        return rules.bureau().calendar()
    except Refused:
        return None


def _case(period: str, known: _Known, calendar: Calendar | None, today: date, days: Days) -> Case:
    _, end = days(period)
    shown = next((one for one in known.versions if one.public), known.versions[0] if known.versions else None)
    ends = {} if shown is None else _ends(known, shown, end, calendar, today)
    steps = tuple(_reached(end + timedelta(days=1), ends, calendar, today))
    return Case(known.plan_name, period, end, shown, steps)


def _ends(known: _Known, shown: Version, end: date, calendar: Calendar | None, today: date) -> dict[str, date | None]:
    """On which day each step was done, None where it is not."""
    signed = {one.right: _day(one.at) for one in known.signatures if one.version_id == shown.pk}
    published = _day(shown.published_at) if shown.stage in PUBLIC and shown.published_at else None
    closes = (
        None if published is None or calendar is None else _after(calendar, published, settings.STEELYARD.appeal_days)
    )
    heard = closes if closes and closes < today and not any(one.stage in OPEN for one in known.appeals) else None
    to_correct = any(one.stage == AppealStage.UPHELD for one in known.appeals)
    corrected = [
        _day(one.corrected.published_at) for one in known.appeals if one.corrected and one.corrected.published_at
    ]
    final = None if heard is None or to_correct else max([heard, *corrected])
    return {
        "collect": _collected(known, shown, end), "verify": signed.get(Role.OFFICE),
        "deliberate": signed.get(Role.COMMITTEE), "publicise": published, "appeal": heard, "finalise": final,
    }  # fmt: skip


def _collected(known: _Known, shown: Version, end: date) -> date | None:
    """The day of the first run; one that was made before the period was over only looked ahead, unless it was shown to
    everybody."""
    runs = [_day(one.run.made_at) for one in known.versions]
    return min((day for day in runs if shown.public or day > end), default=None)


def _reached(first: date, ends: Mapping[str, date | None], calendar: Calendar | None, today: date) -> Iterator[Reached]:
    """One step after the other, counted from the first day after the period; where one is not done, the next has not
    begun."""
    since, turn = first, True
    for step in STEPS:
        due = None if calendar is None else _after(calendar, since, step.days or settings.STEELYARD.appeal_days)
        done = ends.get(step.name) if turn else None
        late_on = done or today
        over = 0 if not turn or due is None or calendar is None or late_on <= due else _late(calendar, due, late_on)
        if step.name == "appeal" and done is not None:
            over = 0  # it ends by its last day, not before it
        yield Reached(step, since if turn else None, due, done, over)
        turn, since = done is not None, done or max(due or today, today)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _after(calendar: Calendar, day: date, count: int) -> date:
    """A day before the calendar begins is taken as its first."""
    return workdays_after(calendar, max(day, calendar.start), count)


def _late(calendar: Calendar, due: date, day: date) -> int:
    """Working days after ``due`` up to ``day``; at least one, as it is past its day."""
    return max(1, workdays_until(calendar, due, day))


@require_safe
@permitted("procedure")
def procedure(request: HttpRequest) -> HttpResponse:
    found = cases(timezone.localtime())
    context = {
        "cases": found,
        "late": [one for one in found if one.late],
        "steps": _told(),
        "calendar": _calendar() is not None,
    }
    return render(request, "office/procedure.html", context)


def _told() -> Sequence[tuple[Step, int]]:
    return [(step, step.days or settings.STEELYARD.appeal_days) for step in STEPS]
