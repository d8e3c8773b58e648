"""Rules told as an 考评细则: the sentence changes when the parameter does, because it is made from it."""

from __future__ import annotations

import pytest

from steelyard.engine.expressions.schema import schema_of
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.declared import read_facts
from steelyard.engine.problems import Language
from steelyard.engine.wording.rules import general, paragraphs
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary
from tests.engine.small_rules import FACTS, GENERAL, LATE, PLAN, RATE, book, rule, tables

DEDUCT = "score: {deduct: {each: 1}}"


def teller(rules: RuleBook, language: Language = "zh") -> Teller:
    assert rules.defaults is not None
    return Teller(language, vocabulary(rules, tables()), rules.defaults)


def told(*documents: str, ident: str = "", language: Language = "zh", general: str = GENERAL) -> list[str]:
    rules = book(*documents, general=general)
    indicator = rules.indicators[ident or next(iter(rules.indicators))]
    return paragraphs(teller(rules, language), indicator)


def method_of(text: str, language: Language) -> str:
    """What the scoring method says of itself."""
    rules = book(text)
    (indicator,) = rules.indicators.values()
    assert indicator.score is not None
    return indicator.score.method.sentence(teller(rules, language).setting(indicator), language)


def sentence(text: str, value: str = "value: count(filing)", full: str = "full: 10", language: Language = "zh") -> str:
    """What is told of a rule, without its sources."""
    (only,) = told(rule(text, full, value), language=language)
    return only.split("数据来源" if language == "zh" else "evidence")[0]


def test_a_rate_reads_as_in_a_published_rule_book() -> None:
    by_class = RATE.replace("target: 98%", "target: {all: 98%, by_class: {厅: 99%}}")
    method = method_of(by_class, "zh")
    assert "每低1个百分点扣0.5分" in method
    assert told(by_class) == [
        "准期申报率（60分）。申报笔数（并非逾期）÷申报笔数×100%，目标98%（厅99%）；"
        f"{method}，扣完为止。当期申报笔数为零的，得满分。"
        "数据来源：申报明细。考评部门：征管科。依据：《细则》第十二条。"
    ]


def test_the_same_in_english() -> None:
    assert told(RATE, language="en") == [
        "准期申报率 (60 points). number of filing (not late) ÷ number of filing×100%, target 98%; "
        f"{method_of(RATE, 'en')}, down to 0. "
        "number of filing of zero gives full marks. evidence: 申报明细. assessed by: 征管科. basis: 《细则》第十二条. "
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("lose: 0.5", "lose: 0.7", "扣0.7分"),
        ("every: 1%", "every: 2%", "每低2个百分点"),
        ("target: 98%", "target: 97%", "目标97%"),
        ("counting: whole", "counting: begun", "按一步计"),
        ("full: 60", "full: 50", "（50分）"),
        ("empty: full", "empty: zero", "不得分"),
        ("show: percent", "direction: lower\nshow: percent", "每高1个百分点"),
    ],
)
def test_every_parameter_that_decides_points_is_in_the_text(was: str, becomes: str, says: str) -> None:
    assert says not in told(RATE)[0]
    assert says in told(RATE.replace(was, becomes))[0]


def test_the_general_part_is_told_once() -> None:
    assert general(teller(book())) == "除另有规定外，得分保留2位小数（四舍五入）；各项得分最低0分。"
    free = GENERAL.replace("floor: 0", "floor: null").replace("half_up", "down").replace("places: 2", "places: 0")
    assert general(teller(book(general=free))) == "除另有规定外，得分取整数（舍去尾数）；各项得分不设下限。"
    assert "never below 0 points" in general(teller(book(), "en"))


def test_units_decimals_and_tens() -> None:
    assert "申报笔数（户），取到10的2次方位（四舍五入）；每户扣1分" in sentence("unit: 户\nplaces: -2\n" + DEDUCT)
    percent = sentence("show: percent\nplaces: 4\nrounding: up\n" + DEDUCT, value="value: sum(filing.amount)")
    assert "（按百分数），保留2位小数（进一）" in percent
    assert "得分保留2位小数（进一）。" in percent
    assert "得分保留1位小数（四舍五入）。" in sentence("points_places: 1\n" + DEDUCT)


def test_dated_targets_name_their_days() -> None:
    step = "score: {step: {every: 1, lose: 1, counting: whole}}"
    dated = sentence(f"target: {{2025-01-01: 3, 2026-07-01: 5}}\nunit: 户\n{step}")
    assert "目标2025年1月1日起3户，2026年7月1日起5户" in dated
    assert "目标此前3，2026年7月1日起5" in sentence(f"target: {{0001-01-01: 3, 2026-07-01: 5}}\n{step}")
    assert "目标厅3" in sentence(f"target: {{by_class: {{厅: 3}}}}\n{step}")
    assert "from 2026-07-01 5" in sentence(f"target: {{2026-07-01: 5}}\n{step}", language="en")


def test_limits_are_told_where_they_matter() -> None:
    assert "扣完为止，最高得8分" in sentence(DEDUCT + "\ncap: 8")
    assert "最低得−5分" in sentence(DEDUCT + "\nfloor: -5")
    assert "不设下限，可得负分" in sentence(DEDUCT + "\nfloor: null")
    threshold = "target: 5\nscore: {threshold: {at_target: met, met: 10, missed: 0}}"
    assert "最低" not in sentence(threshold)
    assert "扣完" not in sentence(threshold)
    assert "最低得3分" in sentence(threshold + "\nfloor: 3")
    assert "不设下限" not in sentence(threshold + "\nfloor: null")
    low = "\n".join([GENERAL.replace("floor: 0", "floor: 1")])
    assert "最低" not in told(rule(threshold), general=low)[0]


def test_lines_exemptions_escalation_relief_and_veto_each_have_a_sentence() -> None:
    text = sentence(
        DEDUCT
        + "\nplus: [{name: 表扬, count: count(filing), each: 1}]"
        + "\nminus: [{name: 通报, count: count(filing), each: 2, unit: 次}]"
        + "\nexempt: [{when: value < 2, because: 偶发}]"
        + "\nescalate: [{when: value > 9, times: 2, because: 屡犯}]"
        + "\nrelief: [{when: value > 3, keep: 50%, because: 容错}]"
        + "\nveto: [{when: value > 9, zero: item, grade: 差, grade_at_most: 中, bars: [red], because: 重大}]"
        + "\ngrades: [{label: 好, at_least: 8}, {label: 中, at_least: 5}, {label: 差}]"
    )
    for part in (
        "另表扬（申报笔数），每次加1分。",
        "另通报（申报笔数），每次扣2分。",
        "偶发（实际值小于2）的，不扣分。",
        "屡犯（实际值大于9）的，按应扣分的2倍扣分。",
        "容错（实际值大于3）的，按应扣分的50%扣分。",
        "一票否决：重大（实际值大于9）的，本项不得分，等次定为“差”，等次最高为“中”，不得列入red。",
        "8分以上为“好”，5分以上为“中”，其余为“差”。",
    ):
        assert part in text


def test_a_veto_of_the_total_and_a_list_by_its_name() -> None:
    vetoed = LATE + "veto: [{when: value > 9, zero: total, bars: [red], because: 重大}]\n"
    plan = PLAN + "lists: [{list: red, name: 红榜, top: 1}]\n"
    text = told(RATE, vetoed, plan, ident="late")[0]
    assert "总分计零分（负分照旧），不得列入红榜" in text
    graded = told(LATE + "veto: [{when: value > 9, grade: 差, because: 重大}]\n")[0]
    assert "的，等次定为“差”。" in graded


@pytest.mark.parametrize(
    ("empty", "says"),
    [
        ("full", "当期无此类事项的，得满分。"),
        ("zero", "当期无此类事项的，不得分。"),
        ("none", "当期无此类事项的，不计分。"),
        ("peers_mean", "当期无此类事项的，取同类单位平均得分。"),
        ("rescale", "当期无此类事项的，剔除本项，其余各项折算为满分。"),
        ("{points: 3}", "当期无此类事项的，得3分。"),
    ],
)
def test_what_nothing_is_worth(empty: str, says: str) -> None:
    assert says in sentence(f"{DEDUCT}\nempty: {empty}", value="value: avg(filing.amount)")


def test_a_rule_without_a_value_of_its_own_tells_only_its_method() -> None:
    lines = "score: {deduct: {lines: [{name: 迟报, count: count(filing), each: 1}]}}\nempty: zero"
    assert sentence(lines, value="") == "one（10分）。迟报（申报笔数），每次扣1分，扣完为止。当期无此类事项的，不得分。"


def test_checkpoints_are_told_by_their_parts() -> None:
    step = "score: {step: {every: 1, lose: 1, counting: whole}}"
    text = sentence(
        f"checkpoints: {{targets: {{Q1: null, Q2: 5}}, by_class: {{厅: {{Q2: 6}}}},"
        f" exempt: [{{when: value < 1, because: 微小}}]}}\n{step}"
    )
    assert "按累计值分节点考核，目标：一季度不考核，二季度5；厅：二季度6；各节点扣分相加；" in text
    assert "微小（实际值小于1）的，该节点不扣分。" in text
    monthly = sentence(f"checkpoints: {{every: month, counted: alone, take: mean}}\ntarget: 5\n{step}")
    assert "按当期值逐月考核；各节点分别计满分，取平均" in monthly
    assert "Q1 not assessed" in sentence(f"checkpoints: {{targets: {{Q1: null, Q2: 5}}}}\n{step}", language="en")


def test_pools_number_their_items_and_classes_tell_what_is_theirs() -> None:
    items = (
        "items: ["
        + ", ".join(f"{{item: i{n}, name: 要点{n}, value: count(filing), {DEDUCT}}}" for n in range(11))
        + "]"
    )
    pool = told(rule(items + "\nconvert_to: 5\nby_class: {厅: {full: 8}}", value=""))
    assert "各要点合并计分，共用满分，扣完为止；合计后折算为5分。" in pool[0]
    assert pool[1].startswith("（一）要点0。申报笔数；每次扣1分")
    assert pool[11].startswith("（11）要点10。")
    assert pool[12].startswith("厅：one（8分）。")
    assert "的得分相加" not in pool[0]
    added = told(rule(items, full="", value=""))
    assert "各要点得分相加" in added[0]
    assert told(rule(items, value=""), language="en")[1].startswith("(1) 要点0. ")


def test_sources_tell_the_warning() -> None:
    text = told(rule(f"{DEDUCT}\nwarn: value > 3"))[0]
    assert text.endswith("实际值大于3的，发出预警。数据来源：明细。考评部门：科。依据：《细则》。")
    assert told("indicator: bare\nname: 无\nvalue: count(filing)\n" + DEDUCT) == ["无。申报笔数；每次扣1分。"]


def test_a_quantity_without_a_score_tells_its_value() -> None:
    assert sentence("", full="") == "one。申报笔数。"


def test_names_of_derived_columns_and_of_what_plans_name() -> None:
    assert "申报期限至申报日期的天数" in told(LATE)[0]
    staff = rule(DEDUCT + "\nempty: zero", value="value: count(filing) / unit.staff")
    named = PLAN.replace("rate, late", "one") + "names: {unit.staff: 在职人数}\n"
    assert "本单位在职人数" in told(staff, named)[0]
    referred = rule(DEDUCT, ident="two", value="value: value(one) + points(one)")
    assert "准期" not in told(referred, rule(DEDUCT), ident="two")[0]


def test_a_derived_column_without_a_plain_name_keeps_its_own() -> None:
    declared = tables()["filing"].model_copy(
        update={"derive": {"half": "if(amount > 1, 1, 2)", "gap": "days(due_on, half)"}}
    )
    names = vocabulary(book(RATE), {"filing": declared}).names
    assert (names["filing.half"], names["filing.gap"]) == ("half", "申报期限至half的天数")


def test_attributes_and_derived_columns_are_called_what_the_bureau_calls_them() -> None:
    staffed = rule(DEDUCT, value="value: count(filing where late_days > 3) / unit.staff") + "\nempty: zero"
    (plain,) = told(staffed)
    assert "申报期限至申报日期的天数大于3" in plain
    assert "本单位staff" in plain
    general = GENERAL + "names: {unit.staff: 在职人数}\n"
    (named,) = told(staffed, general=general)
    assert "本单位在职人数" in named
    rules = book(staffed, PLAN.replace("rate, late", "one") + "names: {unit.staff: 定编人数}", general=general)
    assert vocabulary(rules, tables()).of("unit.staff", "zh") == "定编人数"  # a plan's own word wins
    late = read_facts(FACTS.replace("derive:", "names: {late_days: 逾期天数}\nderive:", 1), "facts.yaml")
    assert vocabulary(rules, {table.table: table for table in late}).of("filing.late_days", "zh") == "逾期天数"
    assert schema_of(late[0]).column("逾期天数") == "late_days"


def test_parts_of_a_year_and_items_are_called_by_their_names() -> None:
    parts = "checkpoints: {targets: {Q1: 3, Q4: 9}}\n" + DEDUCT
    assert "四季度累计的实际值大于3的，发出预警" in told(rule(parts + "\nwarn: q4.value > 3"))[0]
    item = "items: [{item: a, name: NAME, full: 5, value: count(filing), score: {deduct: {each: 1}}}]\n"
    pools = [
        rule(item.replace("NAME", name) + "exempt: [{when: a.points > 4, because: 甲}]", value="", ident=ident)
        for ident, name in (("one", "早"), ("two", "晚"))
    ]
    for ident, name in (("one", "早"), ("two", "晚")):
        assert f"{name}的得分大于4" in told(*pools, ident=ident)[0]
