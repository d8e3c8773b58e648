"""A campaign's own text: its end, its list of works, and what it asks of a unit by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from steelyard.engine.checking.context import STAND_IN
from steelyard.engine.checking.policy.minutes import Load, loads
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Language, Refused
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.works import works_text

LANGUAGES: tuple[Language, ...] = ("zh", "en")
CAMPAIGN = """
plan: star
name: 争创示范分局
year: "2026"
since: 2026-04-01
until: 2026-09-30
places: 2
exceed_total: false
classes: [分局]
total: 10
groups: []
works:
  - {work: 设立示范窗口, who: 纳税服务处, by: 2026-06-30, evidence: 窗口照片和启用记录}
"""


def test_a_campaign_has_an_end_and_works_with_their_days() -> None:
    plan = read_book([("star.yaml", CAMPAIGN)]).plans["star"]
    assert plan.until is not None
    assert (plan.until.isoformat(), plan.works[0].who) == ("2026-09-30", "纳税服务处")


def test_the_works_of_a_campaign_read_as_sentences() -> None:
    plan = read_book([("star.yaml", CAMPAIGN)]).plans["star"]
    zh, en = (works_text(Teller(language, Vocabulary(), STAND_IN), plan) for language in LANGUAGES)
    assert zh == [
        "本方案到 2026-09-30 为止。",
        "1．设立示范窗口，由纳税服务处负责，2026-06-30 前完成，验收依据：窗口照片和启用记录。",
    ]
    assert en[1].startswith("1．设立示范窗口: by 纳税服务处, until 2026-06-30")
    assert works_text(Teller("zh", Vocabulary(), STAND_IN), plan.model_copy(update={"works": []})) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("until: 2026-09-30", "until: 2026-03-31", "plan-ends-first"),
        ("by: 2026-06-30", "by: 2026-10-08", "work-outside"),
        ("by: 2026-06-30", "by: 2026-03-31", "work-outside"),
    ],
)
def test_days_that_cannot_be_meant_are_refused(old: str, new: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_book([("star.yaml", CAMPAIGN.replace(old, new))])
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_table_is_filled_in_once_however_many_indicators_rest_on_it() -> None:
    picked = [("reached", []), ("trained", ["甲"]), ("paid", []), ("noted", ["乙"])]
    behind = {"reached": ("report",), "trained": ("report",), "noted": ("notes",)}
    found = loads(["甲", "乙"], picked, behind, {"report": Decimal(90), "notes": None})
    assert found["甲"] == Load(3, ("report",), Decimal(90))
    assert found["乙"] == Load(3, ("report", "notes"), Decimal(90), ("notes",)), "what is not stated is not guessed"
