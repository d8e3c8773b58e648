"""What the demonstration shows of planning: next year's plan of the branches, heard and answered, waiting for one
signature; and a campaign that is being drawn up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from steelyard.web.library.considering import Wanted as Text
from steelyard.web.library.models import Kind as RuleKind
from steelyard.web.library.models import Rule, Version
from steelyard.web.library.rules import bureau
from steelyard.web.library.taking import take_up
from steelyard.web.library.texts import digest
from steelyard.web.library.writing import adopt, write_all
from steelyard.web.people.models import Account
from steelyard.web.plans.beginning import Wanted, begin
from steelyard.web.plans.checking import looked
from steelyard.web.plans.consulting import answer, comment
from steelyard.web.plans.drafting import group_kept, rewrite
from steelyard.web.plans.models import Kind, Making
from steelyard.web.plans.moving import act
from steelyard.web.plans.picking import tick, untick, weigh
from steelyard.web.plans.shown.marks import mark
from steelyard.web.plans.waiving import waive

NEXT = Wanted(Kind.NEXT, "branches_2027", "税务分局2027年度组织绩效考评方案", "2027",
              "按2026年运行情况调整分值，其余沿用", "branches_2026")  # fmt: skip
TICKED, FULLER, LESS = "report_visits", "service_first_pass", "service_churn"
"""An indicator that the department ticks anew, and two whose marks change by one point each."""
STAR = Wanted(
    Kind.CAMPAIGN,
    "star_2026",
    "办税服务创先争优专项行动（2026年下半年）",
    "2026",
    "比学赶超，年底前见成效",
    "branches_2026",
)
COMPETING = ("service_first_pass", "service_on_time", "complaint_satisfied", "survey_overall", "step_on_time")
WORKS = """works:
  - {work: 设立示范窗口并公布服务承诺, who: 纳税服务处, by: 2026-08-31, evidence: 窗口照片和承诺书}
  - {work: 每月评出服务之星并公示, who: 各税务分局, by: 2026-11-30, evidence: 公示记录}
  - {work: 总结可复制的做法并全省推广, who: 办公室, by: 2026-12-20, evidence: 推广文件}
"""
WAIVER = {
    "authority": "温衡", "role": "省局绩效管理工作领导小组组长", "document": "衡税绩〔2026〕31号",
    "until": "2027-12-31",
    "reason": "沿用2026年的批准，情形没有变化",
}  # fmt: skip


def shown(now: datetime) -> Making | None:
    """For a bureau that has such a plan; nothing for any other."""
    people = {one.username: one for one in Account.objects.all()}
    if not Rule.objects.exists():
        take_up(by=people["office"], now=now)
    if not Rule.objects.filter(address=NEXT.source).exists():
        return None
    _tasks(people, now)
    _campaign(people, now)
    making = begin(NEXT, by=people["office"], now=now)
    _drawn_up(making, people, now)
    _heard(making, people, now)
    for told in looked(making):
        if told.waivable:
            given = {**WAIVER, "finding": told.waivable, "indicator": told.indicator}
            waive(making.pk, given, by=people["group"], now=now)
    return Making.objects.get(pk=making.pk)


def _tasks(people: Mapping[str, Account], now: datetime) -> None:
    """This year's priority tasks that branches carry are next year's, too: written by the department, adopted by the
    office."""
    book = bureau().book()
    carried = {entry.indicator for entry in book.plans[NEXT.source].entries}
    versions = Version.objects.filter(rule__kind=RuleKind.TASK, rule__code__in=book.tasks).select_related("rule")
    wanted = [
        Text(one.text.replace(f"task: {one.rule.code}", f"task: {one.rule.code}_2027").replace('"2026"', '"2027"'))
        for one in versions if carried & {*book.tasks[one.rule.code].indicators}
    ]  # fmt: skip
    if wanted:
        made = write_all(wanted, "2027年重点工作", by=people["assessor"], now=now)
        adopt({one.rule.address: one.number for one in made}, by=people["office"], now=now)


def _campaign(people: Mapping[str, Account], now: datetime) -> None:
    """Being drawn up, with its works."""
    making, by = begin(STAR, by=people["office"], now=now), people["office"]
    base = bureau().book().plans[NEXT.source]
    marks = sum(int(mark(bureau().book(), one, "")) for one in COMPETING)
    told = {"classes: []": f"classes: [{', '.join(base.classes)}]", "total: 100": f"total: {marks}",
            "since: 2026-01-01": "since: 2026-07-01", "works: []\n": WORKS}  # fmt: skip
    head = making.head
    for old, new in told.items():
        head = head.replace(old, new)
    rewrite(making.pk, head, digest(making.head), by=by, now=now)
    group = group_kept(making.pk, {"name": "争先"}, [], by=by, now=now)
    tick(making.pk, COMPETING, str(group.pk), by=people["assessor"], now=now)


def _drawn_up(making: Making, people: Mapping[str, Account], now: datetime) -> None:
    first = making.groups.all()[0]
    untick(making.pk, TICKED, by=people["office"], now=now)
    tick(making.pk, [TICKED], str(first.pk), by=people["assessor"], now=now)
    for indicator, full in ((FULLER, _full(FULLER, 1)), (LESS, _full(LESS, -1))):
        group = str(making.picks.get(indicator=indicator).group_id)
        weigh(making.pk, indicator, {"group": group, "full": full}, [], by=people["office"], now=now)


def _full(indicator: str, more: int) -> str:
    return str(int(mark(bureau().book(), indicator, "")) + more)


def _heard(making: Making, people: Mapping[str, Account], now: datetime) -> None:
    """Comments of a branch and of the bureau above it, each answered; the days for them are over."""
    act(making.pk, "consult", {"days": "5"}, by=people["office"], now=now)
    said = [
        comment(
            making.pk, "人均走访户数受管户密度影响，建议在难度系数之外不再加分", TICKED, by=people["unit"], now=now
        ),
        comment(
            making.pk, "一次办结率的满分提高一分，建议同步明确系统故障的剔除口径", FULLER, by=people["leader"], now=now
        ),
    ]
    answers = ((False, "难度系数已含管户与面积，走访不另行调整"), (True, "已在指标说明中明确，系统故障时段不计"))
    for one, (accepted, text) in zip(said, answers, strict=True):
        answer(making.pk, str(one.pk), accepted, text, by=people["office"], now=now)
    Making.objects.filter(pk=making.pk).update(due=now.date() - timedelta(days=1))
    act(making.pk, "submit", {}, by=people["office"], now=now)
