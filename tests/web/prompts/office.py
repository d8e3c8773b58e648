"""A site before a bureau whose receiving post is prompted, and a business system that asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from steelyard.web.cascade.models import Post
from steelyard.web.configuration import Configuration
from steelyard.web.jobs.claiming import claim
from steelyard.web.jobs.doing import perform
from steelyard.web.jobs.models import Job, State
from steelyard.web.people.models import Token
from steelyard.web.people.roles import Role
from steelyard.web.people.tokens import Wanted, issue
from steelyard.web.prompts.prompting import Case
from steelyard.web.prompts.telling import Asked
from tests.bureau import small_bureau
from tests.web.people.world import NOW, unit, with_role

PROVINCE = Path(__file__).parents[3] / "examples" / "province"
FACTS = """
table: matter
name: 办件
source: 办理
columns:
  number: {name: 编号, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
  on: {name: 日期, type: date, required: true}
  late: {name: 逾期, type: boolean, true: [是], false: [否]}
key: [number]
unit: unit
date: on
files: [{match: "matter*.csv", format: csv}]
---
"""
RULES = """
indicator: on_time
name: 环节限时办结率
basis: 《规范》第一条
value: 1 - count(matter where late) / count(matter)
show: percent
target: 95%
full: 10
score: {step: {every: 1%, lose: 0.5, counting: whole}}
empty: full
---
indicator: other
name: 没有结果的指标
basis: 《规范》第二条
value: count(matter)
full: 10
score: {bonus: {lines: [{name: 件, each: 1, count: value}], at_most: 10}}
empty: zero
---
duty: receiving
name: 综合受理职责
items:
  - item: accept
    does: 受理申请，能当场办结的一次办结
    basis: 《规范》第一条
    assesses: [按时办结]
    risks: [超过时限]
    triggers:
      - {process: 行政许可, step: 受理, workminutes: 60, indicators: [other, on_time]}
      - {process: 行政许可, step: 审核, workdays: 3, indicators: [on_time]}
      - {process: 行政许可, step: 归档}
"""


def opened(folder: Path, more: Mapping[str, str] | None = None) -> None:
    """NOW is Wednesday, 1 July 2026, 9:00: the hours begin."""
    overdue = (PROVINCE / "facts" / "overdue.yaml").read_text("utf-8")
    calendar = (PROVINCE / "calendar.yaml").read_text("utf-8")
    made = small_bureau.bureau(
        folder, FACTS + overdue.partition("\n")[2], RULES, {"calendar.yaml": calendar, **(more or {})}
    )
    heads = "code,name,level,parent,class,valid_from,valid_to"
    small_bureau.load(made, {"units.csv": f"{heads}\nA1,甲,分局,,分局,2020-01-01,"})
    (folder / "site" / "media").mkdir(parents=True)
    given = {"bureau": str(made.root), "record": str(made.record)}
    settings.STEELYARD = replace(settings.STEELYARD or Configuration(folder), home=folder / "site", **given)
    for code in ("A1", "B1"):
        Post.objects.create(code=f"{code}-01", unit=unit(code), name="综合受理岗", duty="综合受理职责")


def token(at: str = "A1") -> Token:
    account, security = with_role(Role.INTEGRATION, at), with_role(Role.SECURITY)
    wanted = Wanted("办税系统", ("prompts",), unit(at), NOW + timedelta(days=30), [])
    return issue(account, wanted, by=security, now=NOW)[0]


def asked(step: str = "受理", received: datetime = NOW, **more: Any) -> Asked:
    usual: dict[str, Any] = {"unit": unit("A1"), "process": "行政许可", "post": "A1-01"}
    return Asked(**{**usual, **more}, step=step, received=received)


def case(number: str = "甲-1") -> Case:
    return Case(number, "", Token.objects.first() or token())


def work(now: datetime = NOW) -> list[Job]:
    """Everything that waits, in this process."""
    done = []
    while (job := claim("test", now)) is not None:
        perform(job.pk, job.attempts)
        job.refresh_from_db()
        assert job.state == State.DONE, job.problems
        done.append(job)
    return done
