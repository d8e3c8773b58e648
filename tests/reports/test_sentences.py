"""Sentences say what the numbers say, and keep silent where there is nothing to say."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from steelyard.reports import sentences
from steelyard.reports.sheet import Earlier, Membership, Words
from tests.reports.samples import first_place, sample_sheet

SHEET = sample_sheet()


def test_the_first_sentence_gives_total_place_and_interval() -> None:
    assert sentences.standing(SHEET, "zh") == (
        "2026年第三季度，临江市税务局第二税务分局得 94.50 分（满分 98.00 分），在同类 158 个单位中列第 63 位，"
        "按 90% 的把握位次在第 51–78 位之间。"
    )


def test_ties_are_told_in_both_senses_and_only_if_there_are_any() -> None:
    assert sentences.ties(SHEET, "zh") == "与 1 个单位同分，与 27 个单位在统计上分不出先后。"
    assert sentences.ties(first_place(SHEET), "zh") == ""


def test_the_first_unit_has_no_place_above() -> None:
    assert "距前一位" not in sentences.against_peers(first_place(SHEET), "zh")


def test_equal_to_the_mean_is_called_level() -> None:
    peers = replace(SHEET.peers, mean=SHEET.total)
    assert "与同类均值持平" in sentences.against_peers(replace(SHEET, peers=peers), "zh")


def test_a_unit_from_another_class_has_no_move_in_place() -> None:
    moved = replace(SHEET, earlier=Earlier("2026Q2", SHEET.total + 1, None))
    assert sentences.change(moved, "zh") == "较2026年第二季度，总分减少 1.00 分。"


def test_a_list_from_the_bottom_begins_at_its_edge() -> None:
    black = Membership(Words("黑榜"), "alarm", 143, "boundary", Decimal("0.4"), bottom=True)
    assert sentences.membership(black, "zh") == "黑榜（起于第 143 位）：处于边界，尚不能判定，入列概率 40%。"


def test_a_provisional_result_says_so() -> None:
    run = replace(SHEET.run, provisional=True)
    assert "暂定" in sentences.data_state(replace(SHEET, run=run), "zh")
    assert "provisional" not in sentences.data_state(SHEET, "en")
