"""Every number in a sheet's prose is derived again; a corrupted sentence is caught (C69, N19)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from steelyard.engine.problems import Language
from steelyard.reports import sentences
from steelyard.reports.checking import check_sentence, check_sheet, names_with_digits
from steelyard.reports.page import page
from steelyard.reports.sheet import Earlier, FamilyScore, Measure, Membership, Statement, UnitSheet, Words
from tests.reports.samples import first_place, sample_sheet

SHEET = sample_sheet()
OPPOSITES = {
    "zh": (
        ("高于", "低于"),
        ("增加", "减少"),
        ("进", "退"),
        ("处于边界，尚不能判定", "确定入列"),
        ("未入列", "确定入列"),
    ),
    "en": (("above", "below"), ("rose", "fell"), ("up by", "down by"), (": out,", ": certainly on it,")),
}


def prose(sheet: UnitSheet, language: Language) -> list[str]:
    return [*sentences.overview(sheet, language), *sentences.history(sheet, language)]


def with_one_digit_changed(sheet: UnitSheet, language: Language) -> Iterator[str]:
    names = list(names_with_digits(sheet))
    for text in prose(sheet, language):
        hidden = text
        for name in names:
            hidden = hidden.replace(name, "x" * len(name))
        for found in re.finditer(r"\d", hidden):
            other = str((int(found[0]) + 3) % 10)
            yield text[: found.start()] + other + text[found.end() :]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "sheet", [SHEET, first_place(SHEET), replace(SHEET, earlier=Earlier("2026-08", SHEET.total, None))]
)
def test_a_sound_sheet_has_nothing_to_report(sheet: UnitSheet, language: Language) -> None:
    assert check_sheet(sheet, language) == []


def with_malus() -> UnitSheet:
    """The same unit with a family that takes points and has no full marks: it stands in the prose with its minus."""
    malus = FamilyScore(Words("减分项", "Malus"), Decimal("-1.74"), Decimal(0), Decimal("-0.35"), Decimal(0))
    row = replace(SHEET.indicators[0], id="KF", family=malus.name, points=malus.points, full=Decimal(0), value=None)
    taken = replace(
        SHEET.losses[0], indicator=row.id, points=-malus.points, reason=Statement(Words("通报")), remedy=None
    )
    return replace(
        SHEET,
        losses=(*SHEET.losses, taken),
        total=SHEET.total + malus.points,
        families=(*SHEET.families, malus),
        indicators=(*SHEET.indicators, row),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_points_below_zero_are_derived_with_their_sign(language: Language) -> None:
    sheet = with_malus()
    text = sentences.families_summary(sheet, language)
    assert "\N{MINUS SIGN}1.74" in text
    assert check_sheet(sheet, language) == []
    names = names_with_digits(sheet)
    for other in (
        text.replace("\N{MINUS SIGN}1.74", "1.74"),
        text.replace("1.74", "1.75"),
        text.replace("1.39", "1.40"),
    ):
        assert [problem.code for problem in check_sentence(sheet, other, language, names)] == ["sheet-claim-false"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_changed_digit_is_caught(language: Language) -> None:
    names = names_with_digits(SHEET)
    corrupted = list(with_one_digit_changed(SHEET, language))
    assert len(corrupted) > 100
    assert [text for text in corrupted if not check_sentence(SHEET, text, language, names)] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_turned_word_is_caught(language: Language) -> None:
    names = names_with_digits(SHEET)
    turned = [
        text.replace(word, other)
        for text in prose(SHEET, language)
        for pair in OPPOSITES[language]
        for word, other in (pair, pair[::-1])
        if word in text
    ]
    assert len(turned) > 6
    assert [text for text in turned if not check_sentence(SHEET, text, language, names)] == []


def test_a_score_rate_is_not_told_as_points() -> None:
    text = sentences.families_summary(SHEET, "zh")
    assert "个百分点" in text
    assert "sheet-claim-false" in {one.code for one in check_sentence(SHEET, text.replace("个百分点", "分"), "zh", [])}


@pytest.mark.parametrize(("language", "words"), [("zh", "为同类最高分"), ("en", "the highest of its class")])
def test_the_best_of_its_class_is_told_so_and_nobody_else(language: Language, words: str) -> None:
    best = replace(SHEET, peers=replace(SHEET.peers, best=SHEET.total))
    text = sentences.against_peers(best, language)
    assert words in text
    assert check_sheet(best, language) == []
    assert [one.code for one in check_sentence(SHEET, text, language, [])] == ["sheet-claim-false"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_list_of_nobody_is_told_without_a_place(language: Language) -> None:
    """A share that comes to nobody is no list of this class; a mark that nobody reached is a list all the same."""
    black, reached = Words("黑榜（后 5%）", "Black list (bottom 5%)"), Words("达标", "Passed")
    entries = (
        Membership(black, "alarm", 0, "unset", None, bottom=True),
        Membership(reached, "honour", 0, "out", Decimal("0.12")),
    )
    sheet = replace(SHEET, memberships=entries)
    told = [sentences.membership(entry, language) for entry in entries]
    assert told == (
        ["黑榜（后 5%）：本组不设。", "达标：未入列，入列概率 12%。"]
        if language == "zh"
        else ["Black list (bottom 5%): not in this class.", "Passed: out, probability 12%."]
    )
    assert check_sheet(sheet, language) == []
    names = names_with_digits(sheet)
    swapped = told[0].replace("黑榜（后 5%）", "达标").replace("Black list (bottom 5%)", "Passed")
    for text in (swapped, told[1].replace("12%", "13%"), told[1].replace("未入列", "入列").replace("out,", "on it,")):
        assert [one.code for one in check_sentence(sheet, text, language, names)] == ["sheet-claim-false"]
    assert page(sheet, language).count("12%") == 2


def test_a_number_that_nothing_explains_is_named() -> None:
    [problem] = check_sentence(SHEET, "本单位服务纳税人 12345 户。", "zh", [])
    assert problem.code == "sheet-number-underived"
    assert problem.params["number"] == "12345"


def test_a_false_number_is_told_with_the_true_one() -> None:
    text = sentences.losses_summary(SHEET, "zh").replace("4.30", "4.31")
    [problem] = check_sentence(SHEET, text, "zh", [])
    assert problem.code == "sheet-claim-false"
    assert (problem.params["number"], problem.params["expected"]) == ("4.31", "4.30")


def test_digits_inside_a_name_need_no_reason() -> None:
    caution = SHEET.cautions[0].statement
    assert "12366" in caution.text.zh
    assert check_sheet(SHEET, "zh") == []


@pytest.mark.parametrize(
    ("text", "numbers", "sound"),
    [
        ("低于目标 1.2 个百分点", ("0.012",), True),
        ("低于目标 1.3 个百分点", ("0.012",), False),
        ("完成 95%", ("0.95",), True),
        ("再补缴 3.25 万元", ("32500",), True),
        ("约 33.33%", ("0.33333",), True),
        ("差 1 户", ("0.6",), False),
        ("没有数字", (), True),
    ],
)
def test_an_engine_sentence_may_use_only_the_numbers_it_rests_on(
    text: str, numbers: tuple[str, ...], sound: bool
) -> None:
    statement = Statement(Words(text), tuple(Decimal(one) for one in numbers))
    loss = replace(SHEET.losses[0], reason=statement)
    problems = check_sheet(replace(SHEET, losses=(loss, *SHEET.losses[1:])), "zh")
    assert (problems == []) is sound


def test_a_rule_that_counts_in_ten_thousands_of_yuan_says_its_value_as_it_is() -> None:
    statement = Statement(Words("实际值 2.34 万元"), (Decimal("2.3412"),))
    loss, row = replace(SHEET.losses[0], reason=statement), SHEET.indicators[0]
    sheet = replace(SHEET, losses=(loss, *SHEET.losses[1:]))
    assert [one.code for one in check_sheet(sheet, "zh")] == ["sheet-number-underived"]
    counted = replace(row, value=Measure(Decimal("2.3412"), "plain", Words("万元")))
    assert check_sheet(replace(sheet, indicators=(counted, *SHEET.indicators[1:])), "zh") == []


def test_parts_that_do_not_add_up_are_reported() -> None:
    wrong = replace(SHEET.families[0], points=SHEET.families[0].points + Decimal("0.01"))
    problems = check_sheet(replace(SHEET, families=(wrong, *SHEET.families[1:])), "zh")
    assert {problem.code for problem in problems} >= {"sheet-parts-differ"}


def test_a_missing_loss_is_reported() -> None:
    problems = check_sheet(replace(SHEET, losses=SHEET.losses[1:]), "zh")
    assert [problem.code for problem in problems if "失分" in str(problem.params.get("what"))] == ["sheet-parts-differ"]
