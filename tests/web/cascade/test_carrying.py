"""Confirmed assignments as facts: through intake like any file, with the days of every change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client

from steelyard.bureau.folder import Bureau
from steelyard.bureau.subjects.registers import assignments, organisation
from steelyard.engine.persons.confirming import objections
from steelyard.engine.problems import Refused
from steelyard.lake.record.snapshot import snapshot
from steelyard.web.cascade import making
from steelyard.web.cascade.answering import Given, Said, confirm, move
from steelyard.web.cascade.carrying import carry, rows_of
from steelyard.web.cascade.models import Assignment
from steelyard.web.cycles.models import Arrival, Delivery
from steelyard.web.jobs.models import Job
from steelyard.web.jobs.models import State as Work
from steelyard.web.people.models import Account
from tests.web.cascade.small import DAY, handed_down, office, one, work
from tests.web.people.world import NOW, sign_in, unit, with_role

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
NEXT = """
plan: next
name: 分局方案（下一年）
year: "2027"
since: 2027-01-01
classes: [分局]
total: 100
places: 2
exceed_total: false
groups: [{name: 全部, indicators: [filing_on_time, filing_urged, other_work]}]
"""
WANTED = making.Wanted("all", DAY + timedelta(days=9), Decimal("0.6"), ())


def facts(bureau: Bureau) -> set[tuple[Any, ...]]:
    source = snapshot(bureau.record).sources["assignments"]
    rows = [row for path in source.files for row in pq.read_table(path).to_pylist()]
    return {
        (
            row["unit"],
            row["indicator"],
            row["post"],
            row["role"],
            f"{row['share'].normalize():f}",
            row["from"],
            row["to"],
        )
        for row in rows
    }


def told(who: Account) -> str:
    """Of the one assignment: whether the record has heard of it."""
    client = Client()
    sign_in(client, who)
    return str(client.get(f"/assignment/{one().pk}/").context["written"][1].zh)


def test_what_is_confirmed_stands_in_the_record_and_nothing_else_does(bureau: Bureau) -> None:
    of, chief = handed_down(), with_role("unit", "A1")
    confirm(of.pk, unit("A1"), {one().pk: 1}, by=chief, now=NOW)
    job = work(carry(of.pk, by=office(), now=NOW))
    assert job.state == "done", job.problems
    assert facts(bureau) == {
        ("A1", "filing_on_time", "A1-0", "lead", "0.6", FIRST, LAST),
        ("A1", "filing_on_time", "A1-1", "assist", "0.4", FIRST, LAST),
    }
    with pytest.raises(Refused) as refused:
        carry(of.pk, by=office(), now=NOW)
    assert refused.value.problems[0].code == "carry-nothing"


@pytest.mark.parametrize("fate", [{"state": Arrival.REFUSED}, {"job__state": Work.FAILED}])
def test_what_a_file_never_brought_is_sent_again(bureau: Bureau, fate: dict[str, str]) -> None:
    of, chief = handed_down(), with_role("unit", "A1")
    confirm(of.pk, unit("A1"), {one().pk: 1}, by=chief, now=NOW)
    job = carry(of.pk, by=office(), now=NOW)
    assert told(chief) == "正在写入"
    Job.objects.filter(pk=job.pk).update(state=fate.get("job__state", Work.DONE))
    Delivery.objects.filter(job=job).update(state=fate.get("state", Arrival.WAITING))
    assert told(chief) == "待写入"
    work(carry(of.pk, by=office(), now=NOW + timedelta(minutes=1)))
    assert told(chief) == "已写入"
    assert len(facts(bureau)) == 2


def test_a_change_ends_the_first_posts_the_day_before(bureau: Bureau) -> None:
    of, chief = handed_down(), with_role("unit", "A1")
    confirm(of.pk, unit("A1"), {one().pk: 1}, by=chief, now=NOW)
    work(carry(of.pk, by=office(), now=NOW))
    day = NOW.date() - timedelta(days=30)
    posts = (Given("A1-1", "lead", "1"),)
    move(one().pk, "change", 2, Said("人员调整", posts, since=day), by=chief, now=NOW)
    work(carry(of.pk, by=office(), now=NOW + timedelta(minutes=1)))
    assert facts(bureau) >= {
        ("A1", "filing_on_time", "A1-0", "lead", "0.6", FIRST, day - timedelta(days=1)),
        ("A1", "filing_on_time", "A1-1", "lead", "1", day, LAST),
    }


@pytest.mark.usefixtures("bureau")
def test_two_changes_of_one_day_leave_one_row_a_post() -> None:
    of, chief = handed_down(), with_role("unit", "A1")
    confirm(of.pk, unit("A1"), {one().pk: 1}, by=chief, now=NOW)
    day = NOW.date()
    for version, post in ((2, "A1-1"), (3, "A1-0")):
        move(one().pk, "change", version, Said("人员调整", (Given(post, "lead", "1"),), since=day), by=chief, now=NOW)
    pks = list(Assignment.objects.filter(to_carry=True).values_list("pk", flat=True))
    rows = [(row["post"], row["from"], row["to"]) for row in rows_of(pks)]
    before = (day - timedelta(days=1)).isoformat()
    assert ("A1-0", day.isoformat(), LAST.isoformat()) in rows
    assert ("A1-1", day.isoformat(), before) in rows, "an end before its beginning leaves it no day"
    assert len(rows) == len({row[:2] for row in rows})


def test_what_was_confirmed_for_one_year_does_not_stand_beside_what_the_next_year_confirms(bureau: Bureau) -> None:
    (bureau.root / "rules" / "next.yaml").write_text(NEXT, "utf-8")
    first = handed_down()
    second = handed_down(making.begin(replace(WANTED, plan="next"), by=office(), now=NOW))
    for at, of in enumerate((first, second)):
        mine = Assignment.objects.get(cascade=of, unit="A1", indicator="filing_on_time")
        confirm(of.pk, unit("A1"), {mine.pk: 1}, by=with_role("unit", "A1"), now=NOW)
        work(carry(of.pk, by=office(), now=NOW + timedelta(minutes=at)))
    days = {(post, first, last) for _, _, post, _, _, first, last in facts(bureau)}
    assert days == {(post, date(year, 1, 1), date(year, 12, 31)) for post in ("A1-0", "A1-1") for year in (2026, 2027)}
    known = snapshot(bureau.record)
    found = objections(assignments(known, "assignments"), organisation(known).posts, lambda *_: True, veto=False)
    assert [one.line() for one in found] == []
