"""What is planted holds in the files: each truth is measured from the rows, at the size of the demo."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest

from steelyard.lake.world import write_world
from tests.lake.world_tables import Read

ON_TIME = "avg((filed_on is not null and filed_on <= due_on)::int)"
PAID_ON_TIME = "avg((paid_on is not null and paid_on <= due_on)::int)"
MINUTES = "date_diff('minute', {}::timestamp, {}::timestamp)"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder = tmp_path_factory.mktemp("worlds") / "demo"
    write_world(folder, "demo", 42)
    return Read(folder)


def by_unit(demo: Read, table: str, measure: str, where: str = "true") -> dict[str, float]:
    """The measure of every unit in 2026."""
    sql = f"select unit, {measure} from {table} where file_kind not in ('prior', 'revised') and ({where}) group by unit"
    return {unit: float(value) for unit, value in demo.rows(sql, table)}


def one(demo: Read, table: str, measure: str, truth: str, where: str = "true") -> float:
    return by_unit(demo, table, measure, f"unit = '{demo.unit(truth)}' and ({where})")[demo.unit(truth)]


# --- catalogue


def test_every_truth_says_what_is_planted_where_and_how_strongly(demo: Read) -> None:
    assert len(demo.truths) >= 45
    assert len({truth["kind"] for truth in demo.truths.values()}) >= 20
    for truth in demo.truths.values():
        assert truth["what"]
        assert truth["strength"]
        assert truth["where"]["tables"]


# --- better and worse


@pytest.mark.parametrize(
    ("table", "measure", "better", "worse"),
    [
        ("filing", ON_TIME, "filing_better", "filing_worse"),
        ("payment", PAID_ON_TIME, "payment_better", "payment_worse"),
    ],
)
def test_better_and_worse_units_stand_apart(demo: Read, table: str, measure: str, better: str, worse: str) -> None:
    rates = by_unit(demo, table, measure)
    middle = median(rates.values())
    assert rates[demo.unit(better)] > middle + 0.02
    assert rates[demo.unit(worse)] < middle - 0.08


def test_refunds_services_audits_and_queues_have_their_better_and_worse_units(demo: Read) -> None:
    days = by_unit(demo, "refund", _refund_days())
    assert days[demo.unit("refund_fast")] < 0.75 * median(days.values())
    assert days[demo.unit("refund_slow")] > 1.5 * median(days.values())
    first = by_unit(demo, "service", "avg((first_pass = '是')::int)")
    assert first[demo.unit("service_worst")] < median(first.values()) - 0.15
    yields = by_unit(demo, "audit_case", "avg(found_tax::double)")
    assert yields[demo.unit("audit_strong")] > 1.6 * median(yields.values())
    faults = by_unit(demo, "audit_case", "avg((faults != '0')::int)")
    assert max(faults, key=lambda unit: faults[unit]) == demo.unit("audit_faulty")
    waits = by_unit(demo, "queue", "avg(date_diff('second', taken_at, called_at))")
    assert waits[demo.unit("queue_long")] > 1.7 * median(waits.values())
    answers = by_unit(demo, "survey", "avg(q1 + q2 + q3) / 3")
    assert answers[demo.unit("satisfaction_low")] < median(answers.values()) - 0.8


def _refund_days() -> str:
    return "avg(date_diff('day', strptime(accepted_on, '%Y年%m月%d日'), strptime(approved_on, '%Y年%m月%d日')))"


# --- indicators not worth keeping


def test_redundant_indicators_count_the_same_rows(demo: Read) -> None:
    assert demo.one("select count(*) from filing where (channel = '网上申报') != (electronic = '是')", "filing") == 0
    assert demo.one("select count(*) from service where (first_pass = '是') != (returns = '0')", "service") == 0


def test_two_indicators_separate_nobody(demo: Read) -> None:
    assert demo.rows("select distinct verified from registration", "registration") == [("是",)]
    assert demo.rows("select distinct q8 from survey", "survey") == [(10,)]


def test_supervised_tasks_differ_between_units_no_more_than_chance_makes_them(demo: Read) -> None:
    """The dispersion of equal binomial rates is about 1; planted differences would push it far above."""
    cells = demo.rows(
        f"""select count(*), sum((done_on is not null and done_on <= due_on)::int) from supervised
            where file_kind = 'regular' and assigned_on < '2026/11/01' and unit != '{demo.unit("quarter_end_surge")}'
            group by unit""",
        "supervised",
    )
    counts, met = (np.array(column, dtype=float) for column in zip(*cells, strict=True))
    rate = met.sum() / counts.sum()
    dispersion = ((met - counts * rate) ** 2 / (counts * rate * (1 - rate))).sum() / (len(counts) - 1)
    assert 0.8 < dispersion < 1.2


# --- manipulation


def test_refunds_of_one_unit_pile_up_on_the_day_of_the_limit(demo: Read) -> None:
    share = """avg((select l.number - f.number = 10 from workdays f, workdays l
        where f.day = replace(replace(replace(accepted_on, '年', '-'), '月', '-'), '日', '')
          and l.day = replace(replace(replace(approved_on, '年', '-'), '月', '-'), '日', ''))::int)"""
    shares = by_unit(demo, "refund", share, "approved_on is not null")
    assert shares[demo.unit("limit_bunching")] > 0.45
    assert median(shares.values()) < 0.15


def test_a_unit_reports_just_above_its_target_every_month(demo: Read) -> None:
    least, most = (
        by_unit(demo, "monthly_return", f"{end}(reached::double / due_reach::double)") for end in ("min", "max")
    )
    bunched = [unit for unit in least if least[unit] >= 0.95 and most[unit] < 0.955]
    assert bunched == [demo.unit("target_bunching")]


def test_back_dated_edits_show_in_the_recording_time(demo: Read) -> None:
    control = "avg((fixed_on = due_on and left(recorded_at, 10)::date - fixed_on::date >= 10)::int)"
    filing = "avg((filed_on = due_on and left(edited_at, 10)::date - filed_on::date > 15)::int)"
    for table, measure, truth in (("control", control, "backdated_control"), ("filing", filing, "backdated_filing")):
        shares = by_unit(demo, table, measure)
        assert {unit for unit, share in shares.items() if share > 0.01} == {demo.unit(truth)}


def test_one_base_shrinks_from_july_on(demo: Read) -> None:
    first, second = (
        one(demo, "filing", "avg((excluded = '是')::int)", "shrinking_base", half)
        for half in ("due_on < '2026-07-01'", "due_on >= '2026-07-01'")
    )
    assert second > first + 0.04
    everybody, kept = ("avg((filed_on <= due_on)::int)", "avg((filed_on <= due_on)::int) filter (excluded = '否')")
    filed = "due_on >= '2026-07-01' and filed_on is not null"
    assert (
        one(demo, "filing", kept, "shrinking_base", filed)
        > one(demo, "filing", everybody, "shrinking_base", filed) + 0.03
    )


def test_surges_at_the_end_of_the_year_and_of_quarters(demo: Read) -> None:
    december = by_unit(demo, "risk_task", "avg((pushed_on >= '2026-12-01')::int)")
    assert december[demo.unit("year_end_surge")] > 0.25
    assert median(december.values()) < 0.12
    edge = "left(done_on, 4) || '-' || (((done_on[6:7]::int + 2) // 3 * 3)::varchar).lpad(2, '0') || '-01'"
    in_last_days = f"last_day(({edge})::date) - replace(done_on, '/', '-')::date < 5"
    last_days = by_unit(demo, "supervised", f"avg(({in_last_days})::int)", "done_on is not null")
    assert last_days[demo.unit("quarter_end_surge")] > 0.5
    assert median(last_days.values()) < 0.2


def test_monthly_returns_are_copied_from_a_neighbour_from_january_or_rounded(demo: Read) -> None:
    said = dict(
        demo.rows(
            """select unit, list((visits, sessions, trained) order by month_end) from monthly_return
               where file_kind = 'regular' group by unit""",
            "monthly_return",
        )
    )
    source, copier = demo.units("copied_neighbour")
    assert said[source] == said[copier]
    assert sum(rows == said[source] for rows in said.values()) == 2
    constant = [unit for unit, rows in said.items() if len(rows) == 12 and len(set(map(str, rows))) == 1]
    assert constant == [demo.unit("copied_month")]
    rounded = by_unit(demo, "monthly_return", "max((visits::int % 10 != 0)::int)")
    assert [unit for unit, odd in rounded.items() if odd == 0] == [demo.unit("round_numbers")]


def test_churn_withdrawn_and_sent_again_or_voided_the_same_day(demo: Read) -> None:
    withdrawn = by_unit(demo, "service", "avg((result = '撤回')::int)")
    assert withdrawn[demo.unit("churn_service")] > 0.2
    assert max(withdrawn, key=lambda unit: withdrawn[unit]) == demo.unit("churn_service")
    pairs = demo.rows(
        """select again.unit, count(*), bool_and(again.taxpayer = first.taxpayer and again.item = first.item
             and again.unit = first.unit and first.result = '撤回')
           from service again join service first on again.origin = first.id group by again.unit""",
        "service",
    )
    assert len(pairs) == 1
    assert pairs[0][0] == demo.unit("churn_service")
    assert pairs[0][2] is True
    same_day = by_unit(demo, "invoice", "avg((voided_on = applied_on)::int)", "voided = '是'")
    assert one(demo, "invoice", "avg((voided = '是')::int)", "churn_invoice") > 0.2
    assert same_day[demo.unit("churn_invoice")] == 1


# --- process


def test_the_bottleneck_is_one_step_for_all_and_another_in_one_unit(demo: Read) -> None:
    wait = f"avg({MINUTES.format('received_at', 'started_at')})"
    steps = dict(demo.rows(f"select step, {wait} from step where started_at is not null group by step", "step"))
    assert max(steps, key=lambda step: steps[step]) == "核查"
    assert steps["核查"] > 2 * steps["审核"]
    approval = by_unit(demo, "step", wait, "step = '审批' and started_at is not null")
    assert approval[demo.unit("bottleneck_unit")] > 2.5 * median(approval.values())


def test_one_unit_approves_on_fridays(demo: Read) -> None:
    fridays = by_unit(
        demo, "step", "avg((dayofweek(started_at::timestamp) = 5)::int)", "step = '审批' and started_at is not null"
    )
    assert fridays[demo.unit("batching_fridays")] == 1
    assert median(fridays.values()) < 0.35


def test_one_officer_has_rework_and_another_takes_his_speed_along(demo: Read) -> None:
    tasks = dict(
        demo.rows(
            f"""select officer = '{demo.officer("rework_officer")}', avg((review = '退回')::int) from risk_task
                where unit = '{demo.unit("rework_officer")}' group by 1""",
            "risk_task",
        )
    )
    assert tasks[True] > 0.35 > 0.2 > tasks[False]
    before, after = demo.units("fast_officer")
    for unit, when in ((before, "opened_on < '2026-05-01'"), (after, "opened_on >= '2026-05-01'")):
        his, theirs = handling(demo, unit, when, "="), handling(demo, unit, when, "!=")
        assert his < 0.6 * theirs, unit
    posts = demo.rows(
        f"select left(岗位代码, 11), 任职日期 from holdings where 人员代码 = '{demo.officer('fast_officer')}'",
        "holdings",
    )
    assert {(before, "2025-01-01"), (after, "2026-05-01")} == set(posts)


def handling(demo: Read, unit: str, when: str, who: str) -> float:
    """Mean handling time in one unit, each step counted against its own mean in the province."""
    minutes = MINUTES.format("started_at", "finished_at")
    return float(
        demo.one(
            f"""with done as (select *, {minutes} as took from step where finished_at is not null and took < 180),
                     usual as (select step, avg(took) as mean from done group by step)
                select avg(took / mean) from done join usual using (step)
                where unit = '{unit}' and {when} and file_kind = 'regular'
                  and officer {who} '{demo.officer("fast_officer")}'""",
            "step",
        )
    )


# --- organisation and time


def test_old_codes_end_with_june_and_new_ones_begin_with_july(demo: Read) -> None:
    for table, day in (("filing", "due_on"), ("service", "left(submitted_at, 10)"), ("step", "opened_on")):
        wrong = demo.one(
            f"""select count(*) from {table} join units on 机构代码 = unit
                where {day} < 启用日期 or (停用日期 != '' and {day} > 停用日期)""",
            table, "units",
        )  # fmt: skip
        assert wrong == 0, table
    moved = demo.truths["merged"]["where"]["successions"] + demo.truths["split"]["where"]["successions"]
    active = {row[0] for row in demo.rows("select distinct unit from filing where due_on >= '2026-07-01'", "filing")}
    assert {new for _, new in moved} <= active
    assert not {old for old, _ in moved} & active


def test_officers_work_where_they_hold_a_post_on_that_day(demo: Read) -> None:
    strangers = demo.one(
        """select count(*) from risk_task where not exists (
             select 1 from holdings where 人员代码 = officer and left(岗位代码, 11) = unit
               and 任职日期 <= pushed_on and (离任日期 = '' or 离任日期 >= pushed_on))""",
        "risk_task", "holdings",
    )  # fmt: skip
    assert strangers == 0


def test_one_city_is_missing_from_march_until_the_late_file_comes(demo: Read) -> None:
    prefix = demo.truths["late_file"]["where"]["city"][:5]
    kinds = dict(
        demo.rows(
            f"""select file_kind, count(*) from filing
                where unit like '{prefix}%' and left(id, 8) = '11202603' group by 1""",
            "filing",
        )
    )
    assert set(kinds) == {"late"}
    assert (
        demo.one(f"select count(*) from filing where file_kind = 'late' and unit not like '{prefix}%'", "filing") == 0
    )


def test_revisions_replace_known_rows_and_favour_one_unit(demo: Read) -> None:
    changed = demo.rows(
        f"""select new.unit = '{demo.unit("revised_in_own_favour")}', count(*),
                   sum((old.paid_on is null or old.paid_on > old.due_on)::int), sum((new.paid_on <= new.due_on)::int)
            from payment new join payment old on old.id = new.id and old.file_kind = 'regular'
            where new.file_kind = 'revised' group by 1 order by 1""",
        "payment",
    )
    everybody, favoured = changed
    total = demo.one("select count(*) from payment where file_kind = 'revised'", "payment")
    assert everybody[1] + favoured[1] == total
    assert favoured[2] > 0
    assert favoured[3] == favoured[1]


def test_ticket_machines_of_one_city_have_no_rows_before_april(demo: Read) -> None:
    prefix = demo.truths["no_data_yet"]["where"]["city"][:5]
    first = demo.one(f"select min(taken_at) from queue where unit like '{prefix}%'", "queue")
    assert first.isoformat() >= "2026-04-01"
    assert demo.one(f"select count(*) from queue where unit like '{prefix}%'", "queue") > 100


def test_improvement_and_decline_are_in_the_rows(demo: Read) -> None:
    improved = demo.unit("improved_since_last_year")
    sql = f"select left(due_on, 4), {ON_TIME} from filing where unit = '{improved}' group by 1"
    years = dict(demo.rows(sql, "filing"))
    assert years["2026"] > years["2025"] + 0.08
    halves = [
        one(demo, "service", "avg((first_pass = '是')::int)", "improved_from_july", when)
        for when in ("submitted_at < '2026-07-01'", "submitted_at >= '2026-07-01'")
    ]
    assert halves[1] > halves[0] + 0.1
    paid = [
        one(demo, "payment", PAID_ON_TIME, "declined_from_july", when)
        for when in ("due_on < '20260701'", "due_on >= '20260701'")
    ]
    assert paid[1] < paid[0] - 0.06


def test_may_is_the_season_of_filing(demo: Read) -> None:
    months = dict(
        demo.rows("select left(due_on, 7), count(*) from filing where file_kind != 'prior' group by 1", "filing")
    )
    assert max(months, key=lambda month: months[month]) == "2026-05"
    assert months["2026-05"] > 1.4 * months["2026-06"]


# --- difficulty and survey


@pytest.mark.parametrize(
    ("table", "measure", "sign"),
    [("filing", ON_TIME, -1), ("queue", "avg(date_diff('second', taken_at, called_at))", 1)],
)
def test_work_is_harder_where_an_officer_has_more_taxpayers(demo: Read, table: str, measure: str, sign: int) -> None:
    """The planted slope is on the load's place in the class, so rank correlation is the fair measure."""
    attributes = demo.rows(
        """select 机构代码, 机构类别, 属性, 数值::double from unit_attributes join units using (机构代码)
           where 生效日期 = '2026-01-01' and 属性 in ('staff', 'taxpayers')""",
        "unit_attributes", "units",
    )  # fmt: skip
    values = {(unit, name): value for unit, _, name, value in attributes}
    planted = {unit for truth in demo.truths.values() for unit in truth["where"].get("units", [])}
    kinds = {unit: kind for unit, kind, _, _ in attributes if unit not in planted}
    measured = {unit: value for unit, value in by_unit(demo, table, measure).items() if unit in kinds}
    kind = "第一税务分局" if table == "queue" else "属地税务分局"
    units = sorted(unit for unit in measured if kinds[unit] == kind)
    load = ranks([values[unit, "taxpayers"] / values[unit, "staff"] for unit in units])
    assert sign * np.corrcoef(load, ranks([measured[unit] for unit in units]))[0, 1] > 0.35


def ranks(values: list[float]) -> np.ndarray:
    return np.argsort(np.argsort(values))


def test_some_raters_give_one_answer_to_everything(demo: Read) -> None:
    same = "avg((least(q1, q2, q3, q4, q5, q6, q7) = greatest(q1, q2, q3, q4, q5, q6, q7))::int)"
    shares = by_unit(demo, "survey", same)
    assert 0.03 < demo.one(f"select {same} from survey", "survey") < 0.12
    assert shares[demo.unit("straight_lining_unit")] > 0.4
