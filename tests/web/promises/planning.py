"""How a plan is made, for the tests that try every write. Its rules are those of the bureau of the promises."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from steelyard.web.library.models import Kind as RuleKind
from steelyard.web.library.models import Rule, State, Version
from steelyard.web.library.taking import take_up
from steelyard.web.library.texts import digest
from steelyard.web.people.models import Account
from steelyard.web.plans.beginning import Wanted, begin
from steelyard.web.plans.consulting import comment
from steelyard.web.plans.drafting import group_kept
from steelyard.web.plans.models import Allowed, Comment, Kind, Making, Stage
from steelyard.web.plans.moves import MOVES, Move
from steelyard.web.plans.picking import tick
from steelyard.web.plans.text import written
from tests.web.promises.acts import Act, act, over
from tests.web.promises.rows import AT

SOURCE = "units"
"""The plan of the bureau of the promises."""
DAY = timezone.now().date()


def _office() -> Account:
    return over("office")


def _making(stage: Stage = Stage.DRAFTING, kind: Kind = Kind.NEXT) -> Making:
    """Next year's plan of the bureau, its library taken up, at any stage."""
    now = timezone.now()
    if not Rule.objects.exists():
        take_up(by=_office(), now=now)
    made = begin(Wanted(kind, "units_next", "下一年", "2026", "新年度", SOURCE), by=_office(), now=now)
    Making.objects.filter(pk=made.pk).update(stage=stage)
    return Making.objects.get(pk=made.pk)


def _some(making: Making) -> str:
    return str(making.picks.order_by("pk").values_list("indicator", flat=True)[0])


def _group(making: Making) -> str:
    return str(making.groups.order_by("pk").values_list("pk", flat=True)[0])


@act("making-new")
def new() -> Act:
    _making()
    typed = {
        "kind": "next", "source": SOURCE, "code": "units_other", "name": "下一年", "year": "2026", "reason": "新年度"
    }  # fmt: skip
    return Act(_office(), data=typed)


@act("making-head")
def head() -> Act:
    made = _making()
    return Act(_office(), {"pk": made.pk}, {"text": made.head + "# 记\n", "seen": digest(made.head)})


@act("making-group")
def group() -> Act:
    return Act(_office(), {"pk": _making().pk}, {"name": "加分", "role": "bonus"})


@act("making-group-drop")
def group_drop() -> Act:
    made = _making()
    empty = group_kept(made.pk, {"name": "空组"}, [], by=_office(), now=timezone.now())
    return Act(_office(), {"pk": made.pk}, {"group": str(empty.pk)})


@act("making-tick")
def ticking() -> Act:
    made = _making()
    key = _some(made)
    made.picks.filter(indicator=key).delete()
    return Act(over("assessor"), {"pk": made.pk}, {"indicator": key, "group": _group(made)})


@act("making-untick")
def unticking() -> Act:
    made = _making()
    return Act(_office(), {"pk": made.pk}, {"indicator": _some(made)})


@act("making-weigh")
def weighing() -> Act:
    made = _making()
    key, by = _some(made), over("assessor")
    made.picks.filter(indicator=key).delete()
    tick(made.pk, [key], _group(made), by=by, now=timezone.now())
    return Act(by, {"pk": made.pk}, {"indicator": key, "group": _group(made), "full": "7"})


@act("making-absorb")
def absorbing() -> Act:
    made = _making()
    key = _some(made)
    rule = Rule.objects.get(code=key)
    text = rule.versions.get(number=1).text
    rule.versions.filter(number=1).update(text=f"{text}carried_by: [县局]\n")
    return Act(_office(), {"pk": made.pk}, {"indicator": key})


@act("making-comment")
def commenting() -> Act:
    made = _making(Stage.CONSULTING)
    Making.objects.filter(pk=made.pk).update(due=DAY + timedelta(days=9))
    return Act(over("unit", AT), {"pk": made.pk}, {"text": "目标偏高", "indicator": _some(made)})


def _said(made: Making) -> Comment:
    return comment(made.pk, "目标偏高", by=over("unit", AT), now=timezone.now())


@act("making-answer")
def answering() -> Act:
    made = _making(Stage.CONSULTING)
    return Act(_office(), {"pk": made.pk}, {"comment": str(_said(made).pk), "accepted": "yes", "answer": "下调"})


WAIVER = {"authority": "温衡", "role": "组长", "document": "税绩1号", "reason": "试点", "until": "2026-12-31"}


@act("making-waive")
def waiving() -> Act:
    return Act(over("group"), {"pk": _making().pk}, {"finding": "pushed-down", **WAIVER})


@act("making-unwaive")
def unwaiving() -> Act:
    made = _making()
    one = Allowed.objects.create(making=made, finding="pushed-down", **WAIVER, by=over("group"), at=timezone.now())
    return Act(over("group"), {"pk": made.pk}, {"waiver": str(one.pk)})


# ---- moves ----


def _ready(move: Move) -> Making:
    """At the stage from which the move begins, with nothing in its way."""
    made = _making(move.begins[0], Kind.CAMPAIGN if move.campaign else Kind.NEXT)
    for version in Version.objects.filter(rule__code__in=[pick.indicator for pick in made.picks.all()]):
        told = {"basis": "《细则》", "owner": "征管处", "evidence": "系统", "warn": "value < 0"}
        more = [f"{key}: {value}\n" for key, value in told.items() if f"\n{key}:" not in version.text]
        Version.objects.filter(pk=version.pk).update(text=version.text + "".join(more))
    return made


def _on_making(move: Move) -> None:
    @act(move.address)
    def made() -> Act:
        one = _ready(move)
        Making.objects.filter(pk=one.pk).update(digest=digest(written(one)))
        given = {
            "consult": {"days": "3"}, "sign": {"seen": str(one.stamp)},
            "issue": {"number": "税绩9号", "issued_on": "2026-11-30"},
        }.get(move.name, {"reason": "依据充分"} if move.reason else {})  # fmt: skip
        if move.campaign:
            _in_library(one, move.name == "halt")
        return Act(over(str(move.right)), {"pk": one.pk}, given)


def _in_library(one: Making, on: bool) -> None:
    text = Rule.objects.get(code=SOURCE).versions.get(number=1).text.replace(f"plan: {SOURCE}", f"plan: {one.code}")
    rule = Rule.objects.create(
        kind=RuleKind.PLAN,
        code=one.code,
        address=one.code,
        name="专项",
        state=State.IN_FORCE if on else State.RETIRED,
        current=1,
    )
    Version.objects.create(
        rule=rule, number=1, text=text, sha256=digest(text), made_by=one.made_by, made_at=timezone.now()
    )


for _move in MOVES:
    _on_making(_move)
