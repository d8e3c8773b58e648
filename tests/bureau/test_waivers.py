"""What policy forbids and somebody allowed stands on everything that a run hands out, with the name of who did."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.accounts import account
from steelyard.bureau.people.assessing import assess
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.waivers import waivers
from steelyard.bureau.sheets.publishing import Published, publish
from steelyard.bureau.views.reading import views_of
from steelyard.engine.problems import Refused
from steelyard.reports.checking.check import check_sheet
from tests.bureau.four_branches import DEBTS, LATE, RULES, made
from tests.bureau.small_people import RULES as RULES_OF_PEOPLE
from tests.bureau.small_people import office

WAIVER = """
waivers:
  - finding: {finding}
    indicator: {indicator}
    authority: 温衡
    role: 领导小组组长
    document: 衡税发〔2026〕3号
    reason: 试点一年，12个单位
    until: {until}
"""
SAID = "温衡（领导小组组长）依衡税发〔2026〕3号批准，至 2026-12-31；理由：试点一年，12个单位"


def waived(finding: str, indicator: str = '""', until: str = "2026-12-31") -> str:
    return WAIVER.format(finding=finding, indicator=indicator, until=until)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    bureau = made(tmp_path_factory.mktemp("waived"), LATE, DEBTS, rules=RULES + waived("indicator-incomplete", "rate"))
    return publish(run(bureau, Order(uncertainty=False, history=False)), workers=1)


def test_every_sheet_says_who_allowed_what_until_when(published: Published) -> None:
    views = views_of(published.folder)
    pages = [path.read_text("utf8") for path in published.sheets if path.stem != "index"]
    assert len(pages) == 4
    assert all(f"指标要素不全（准期申报率）：由{SAID}" in page for page in pages)
    for code in ("11", "14"):
        sheet = views.unit(code)
        (caution,) = sheet.cautions
        assert "an incomplete indicator（准期申报率）: allowed by 温衡" in caution.statement.text.en
        assert check_sheet(sheet, "zh") == check_sheet(sheet, "en") == []


def test_the_workbook_and_the_whole_say_it_too(published: Published) -> None:
    lines = [cell.value for row in load_workbook(published.folder / "results.xlsx")["说明"] for cell in row]
    assert f"指标要素不全（准期申报率）：由{SAID}" in lines
    (caution,) = views_of(published.folder).overview.run.waivers
    assert SAID in caution.statement.text.zh


def test_a_waiver_of_nothing_stops_the_run(tmp_path: Path) -> None:
    bureau = made(tmp_path, LATE, DEBTS, rules=RULES + waived("tied-to-amounts", "rate"))
    with pytest.raises(Refused) as refused:
        run(bureau, Order(uncertainty=False, history=False))
    assert "waiver-of-nothing" in {problem.code for problem in refused.value.problems}


BEST = "lists: [{list: best, name: 优秀, top: 50%, rounding: down}, "


def test_an_account_says_what_its_plan_was_allowed(tmp_path: Path) -> None:
    made: Bureau = office(tmp_path, BEST.join(RULES_OF_PEOPLE.rsplit("lists: [", 1)) + waived("honour-share"))
    ran = run(made, Order(plan="units", uncertainty=False, history=False))
    (people,) = assess(ran)
    person = next(iter(people.scores))
    assert [*account(people, ran, person, "zh")][-1] == f"特批事项：评优比例过高：由{SAID}"
    assert [*account(people, ran, person, "en")][-1].startswith("Waived: too many honours: allowed by 温衡")
    published = publish(ran, sheets="none")
    (words,) = views_of(published.folder).people
    assert words.waivers == tuple(waivers(people.plan, ran.book))


def test_an_older_finding_is_told_by_its_code(published: Published) -> None:
    ran = published.results.ran
    (one,) = ran.plan.waivers
    old = ran.plan.model_copy(update={"waivers": [one.model_copy(update={"finding": "of-old"})]})
    (caution,) = waivers(old, ran.book)
    assert caution.statement.text.zh.startswith("of-old（准期申报率）")
