"""Rule text and rule code are two sides of one thing: text is read back into the very rule that told it."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from steelyard.engine.model.item import Indicator
from steelyard.engine.understanding.confirming import noun
from steelyard.engine.understanding.door import drafted
from steelyard.engine.understanding.rules import beside_rules, rules_in
from tests.engine.random_books import X, indicators
from tests.engine.told_again import Told, bureau, of_cases, small

FACTS = {
    "cases": {"kind": "text", "amount": "integer"},
    "matters": {"kind": "text", "amount": "integer"},
    "review": {"kind": "text", "score": "integer"},
}
_ENGLISH = {"案件": "cases", "金额": "amount", "督办": "matters", "评议": "review", "评分": "score"}


# -- there and back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["province", "council_tax"])
def test_every_rule_of_a_bureau_is_read_back_from_its_text(name: str) -> None:
    told, rules = bureau(name)
    lost = {rule.id: told.lost(rule) for rule in rules.values() if told.lost(rule)}
    assert lost == {}


@pytest.mark.parametrize("folder", ["examples/corpus", "docs/manual/cases"])
def test_published_rules_and_teaching_cases_are_read_back_from_their_text(folder: str) -> None:
    found = [(rule.id, told.lost(rule)) for told, rule in of_cases(folder)]
    assert [one for one in found if one[1]] == []


def _writable(written: Any) -> Any:
    """Numbers that end, because others cannot be written; identifiers, because their Chinese names say the same."""
    if isinstance(written, dict):
        return {key: _writable(part) for key, part in written.items()}
    if isinstance(written, list):
        return [_writable(part) for part in written]
    if isinstance(written, Fraction):
        return written if 1000 % written.denominator == 0 else Fraction(written.numerator)
    for name, identifier in _ENGLISH.items():
        written = written.replace(name, identifier) if isinstance(written, str) else written
    return written


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(indicators("r"))
def test_any_rule_is_read_back_from_its_text(written: dict[str, Any]) -> None:
    try:
        rule = Indicator.model_validate(_writable(written))
    except ValidationError:
        return
    assert small(FACTS, rule, Indicator.model_validate(X)).lost(rule) == []


def test_a_rule_that_nobody_knows_is_read_as_well_but_has_no_identifier() -> None:
    told, rules = bureau("province")
    rule = rules["filing_on_time"]
    found = told.read(told.text(rule).replace(rule.name, "准期申报率"))
    assert [piece.keys for piece in found.open] == [("indicator",)]
    assert noun(found).value == rule.value
    assert noun(found).score == rule.score


# -- edits ------------------------------------------------------------------------------------------------------------


@cache
def _province() -> tuple[Told, Any]:
    return bureau("province")


@pytest.mark.parametrize(
    ("rule", "old", "new", "change"),
    [
        ("filing_on_time", "（20分）", "（25分）", "满分：20 → 25"),
        ("filing_on_time", "每低1个百分点扣2分", "每低1个百分点扣3分", "计分方法 / 步长扣分 / 每步扣分：2 → 3"),
        ("filing_on_time", "属地税务分局2025年1月1日起93%", "属地税务分局2025年1月1日起92%", "2025-01-01：93% → 92%"),
        ("filing_on_time", "申报日期不大于申报期限", "申报日期小于申报期限", "口径"),
        ("filing_on_time", "剔除本项，其余各项折算为满分", "得满分", "rescale → full"),
        ("filing_on_time", "征管和科技发展处", "纳税服务处", "征管和科技发展处 → 纳税服务处"),
        ("survey_online", "第1至20名得5分", "第1至10名得5分", "至第几名 10"),
    ],
)  # fmt: skip
def test_an_edit_of_the_text_is_a_change_of_the_rule(rule: str, old: str, new: str, change: str) -> None:
    told, rules = _province()
    text = told.text(rules[rule])
    assert old in text
    (found,) = told.changes(rules[rule], text.replace(old, new))
    assert change in found


# -- what is not understood -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        ("每低1个百分点扣2分", "每低1个百分点酌情处理", "score"),
        ("申报笔数（申报日期不大于申报期限且并非剔除）÷", "申报户数÷", "value"),
        ("当期申报笔数（并非剔除）为零的，剔除本项，其余各项折算为满分", "遇有特殊情况另行研究", "…"),
        ("实际值小于目标值的，发出预警", "进度落后的，发出预警", "…"),
        ("2026年1月1日起95%（", "2026年13月1日起95%（", "target"),
    ],
)
def test_what_is_not_understood_is_marked_and_nothing_is_put_in_its_place(old: str, new: str, keys: str) -> None:
    told, rules = _province()
    text = told.text(rules["filing_on_time"])
    assert old in text
    found = told.read(text.replace(old, new))
    marked = [piece for piece in found.open if piece.code == "text-unread"]
    assert [piece.keys for piece in marked] == [(keys,)]
    assert marked[0].text in text.replace(old, new)[marked[0].start :]
    assert keys not in found.written
    assert "# 待定 没有读懂" in found.yaml()
    assert "# open '" in found.yaml("en")


def test_every_other_piece_says_what_it_became() -> None:
    told, rules = _province()
    text = told.text(rules["filing_on_time"])
    found = told.read(text)
    assert all(text[piece.start : piece.end] == piece.text for piece in found.pieces)
    became = {key for piece in found.pieces for key in piece.keys}
    assert {"name", "full", "value", "show", "target", "score", "empty", "warn", "evidence", "owner", "basis"} <= became


def test_a_sentence_that_the_draft_would_not_say_is_told() -> None:
    told, rules = _province()
    text = told.text(rules["filing_on_time"]).replace("当期申报笔数（并非剔除）为零的", "当期申报笔数为零的")
    (doubt,) = told.read(text).open
    assert doubt.code == "text-otherwise"
    assert doubt.choices == ["当期申报笔数（并非剔除）为零的，剔除本项，其余各项折算为满分"]


def test_a_draft_that_is_no_rule_yet_says_why() -> None:
    found = small(FACTS).read(
        "考勤（10分）。当期无此类事项的，不得分。一票否决：旷工（cases笔数大于0）的，本项不得分。"
    )
    assert [piece.code for piece in found.open] == ["text-unsaid"]
    graded = small(FACTS).read("考勤。要点。\n（一）到岗。一票否决：旷工（cases笔数大于0）的，总分计零分（负分照旧）。")
    assert "text-refused" in [piece.code for piece in graded.open]


def test_a_paragraph_that_is_neither_item_nor_class_is_left_open_and_makes_no_class() -> None:
    found = small(FACTS).read("考勤（10分）。当期无此类事项的，不得分。\n对旷工的，一票否决。")
    assert "by_class" not in found.written
    assert ("对旷工的，一票否决。", "text-unread") in [(piece.text, piece.code) for piece in found.open]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", ("name",)),
        (" \n ", ("name",)),
        ("甲（1分）。\n（一）2．乙。cases笔数；每次扣1分。", ("items",)),
        ("甲（1分）。cases笔数；按累计值逐季度考核", ("checkpoints",)),
        ("甲（1分）。cases笔数；按累计值逐季度考核；各节点随意；每次扣1分。", ("checkpoints",)),
    ],
)
def test_a_text_with_its_parts_in_disorder_is_left_open(text: str, keys: tuple[str, ...]) -> None:
    assert keys in [piece.keys for piece in small(FACTS).read(text).open]


_BITS = [
    "（",
    "）",
    "。",
    "；",
    "，",
    "\n（一）",
    "\n（二）1．",
    "\n甲：",
    "目标",
    "每",
    "若",
    "“",
    "0",
    "按累计值",
    "9" * 30,
    "",
]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_spoiled_text_is_a_draft_with_open_pieces_and_never_an_accident(data: st.DataObject) -> None:
    told, rules = _province()
    text = told.text(rules[data.draw(st.sampled_from(sorted(rules)))])
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(text)))
        text = text[:start] + data.draw(st.sampled_from(_BITS)) + text[start + data.draw(st.integers(0, 8)) :]
    found = drafted(text, told.known)
    assert found.yaml()
    assert found.open or _sentences(told.text(noun(found))) == _sentences(text)


def test_a_target_that_no_rule_may_have_is_refused_with_the_draft_and_not_by_accident() -> None:
    told, rules = _province()
    text = told.text(rules["filing_on_time"]).replace("目标2025年1月1日起94%", f"目标2025年1月1日起{'9' * 32}%")
    assert "9" * 32 in text
    assert drafted(text, told.known).open


def test_what_is_open_is_called_by_its_name_and_offers_choices_only_where_there_are_some() -> None:
    told, _ = _province()
    said = {
        piece.keys: piece.problem().text()
        for piece in drafted("干部管理（5分）。无故缺席会议每次扣1分，扣完为止。", told.known).open
    }
    assert "文字没有写明无此类事项时（empty）；请在草稿中补写，可选：full、zero" in said[("empty",)]
    assert said[("indicator",)] == "文字没有写明指标（indicator）；请在草稿中补写"


def _sentences(text: str) -> set[str]:
    """An empty line or a doubled full stop says nothing."""
    return {sentence.strip() for sentence in re.split("[。\n]", text) if sentence.strip()}


def test_a_text_of_several_rules_is_read_rule_by_rule() -> None:
    assert rules_in("细则\n\n总则。\n\n1. 甲（1分）。\n（一）一。\n\n2. 乙（2分）。\n") == [
        "甲（1分）。\n（一）一。",
        "乙（2分）。",
    ]
    assert rules_in("甲（1分）。\n\n乙（2分）。") == ["甲（1分）。", "乙（2分）。"]
    assert rules_in("1. 甲（1分）。\n（一）一。\n2. 乙（2分）。") == ["甲（1分）。\n（一）一。", "乙（2分）。"]
    assert rules_in("一、甲（1分）。\n二、乙（2分）。") == ["甲（1分）。", "乙（2分）。"]
    assert rules_in("一、服务\n1. 甲（1分）。\n2. 乙（2分）。") == ["甲（1分）。", "乙（2分）。"], "parts, not rules"


def test_what_stands_unnumbered_between_numbered_rules_is_told() -> None:
    assert beside_rules("细则\n\n1. 甲（1分）。\n\n乙（2分）。") == ["细则", "乙（2分）。"]
    assert beside_rules("甲（1分）。\n\n乙（2分）。") == [], "without numbers each is a rule"
    assert beside_rules("") == []
