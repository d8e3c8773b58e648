"""A plan in words: what the library shows of it instead of YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.engine.problems import Language
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary
from steelyard.web.pages.library.planned import in_words, parts, teller_of

BUREAU = Bureau(Path(__file__).parents[3] / "examples" / "province", Path("none"))


def said(language: Language, plan: str = "branches_2026") -> dict[str, list[str]]:
    book = BUREAU.book()
    assert book.defaults is not None
    teller = Teller(language, vocabulary(book, BUREAU.tables()), book.defaults)
    one = book.plans[plan]
    return {words.of(language): lines for words, lines in in_words(teller_of(teller, one, book), one)}


def test_a_plan_tells_its_total_ranking_lists_and_vetoes_in_words() -> None:
    told = said("zh")
    assert told["总分"] == ["1000分；保留2位小数（四舍五入）；加分后不超过总分"]
    assert told["排名"] == ["在同类单位中；按舍入后的总分排；同分再比：一次办结率的实际值"]
    assert told["名单"][1] == "黑榜（后5%）：后 5%，并列者都不进"
    assert told["一票否决"][0] == (
        "内控疑点整改倒签（整改录入滞后的实际值不小于20）的，不得列入红榜（前40%）、书面反馈（前50%）。"
    ), "lists are called as this plan calls them, not as another one does"
    assert "本单位管户数÷本单位在职人数" in told["难度系数"][0]
    assert said("en")["Total"] == ["1000 points; to 2 decimals (half up); bonuses never lift it above"]


@pytest.mark.parametrize("plan", ["audit_2026", "branches_2026", "cities_2026"])
def test_every_plan_of_the_province_can_be_told(plan: str) -> None:
    assert {"年度", "总分", "考评类别"} <= set(said("zh", plan))


def test_groups_list_their_indicators_with_marks_and_for_whom() -> None:
    book = BUREAU.book()
    found = parts(book.plans["branches_2026"], book)
    assert (found[0].name, len(found[0].lines), found[0].lines[0].mark) == ("共性·服务与发票", 41, "8")
    assert [one.role[1].zh for one in found[-2:]] == ["加分", "减分"]
    assert found[2].only == ["第二税务分局", "属地税务分局"]
    assert found[2].lines[0].only == [], "what its group says already is not said again"
