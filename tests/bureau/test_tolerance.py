"""容错: twenty rules with cases hold on every engine, and the score without tolerance stands beside the one with it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from steelyard.bureau.asking.running import run
from steelyard.bureau.asking.trying import ENGINES, try_cases
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.sheets.publishing import publish
from steelyard.bureau.views.reading import views_of
from steelyard.commands.trying import summary
from steelyard.engine.model.book import read_book, with_rule
from steelyard.engine.trying.cases import read_cases
from steelyard.engine.trying.outcomes import answered
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary
from steelyard.engine.wording.works import tolerances_text
from steelyard.reports.checking.check import check_sheet
from tests.bureau.four_branches import DEBTS, LATE, RULES, made

EXAMPLES = Path("examples/tolerance")
(FILE,) = read_cases([(path.name, path.read_text("utf8")) for path in sorted(EXAMPLES.glob("*.yaml"))])


def test_twenty_rules_of_tolerance_hold_on_every_engine() -> None:
    found = summary(try_cases(EXAMPLES))
    assert (found["rules"], found["rules_held"]) == (20, 20)
    assert found["held"] == found["examples"] == 40


def test_the_score_without_tolerance_stands_beside_the_score_with_it() -> None:
    at = [group.cases for group in FILE.groups].index("two_together_cases")
    book = FILE.books[at]
    result = answered(book, FILE.groups[at], ENGINES["duckdb"]).result
    without, total = result.column("untolerated"), result.total
    given = result.indicators["two_together"].points
    assert [column.fraction(0) for column in (without, given, total)] == [14, 4, 18]


def test_a_book_with_another_rule_keeps_its_tolerances_once() -> None:
    text = (EXAMPLES / "rules.yaml").read_text("utf8").split("\ncases:")[0].rsplit("---", 1)[0]
    book = read_book([("book.yaml", (EXAMPLES / "book.yaml").read_text("utf8")), ("rules.yaml", text)])
    changed, _ = with_rule(book, "new.yaml", "duty: other\nname: 别的\nitems: [{item: one, does: 做}]\n")
    assert [group.name for group in changed.plans["all_mended_plan"].groups] == ["共性", "容错"]
    assert changed.indicators.keys() == book.indicators.keys()
    lower, _ = with_rule(book, "new.yaml", text.split("---\n")[2].replace("cap: 5", "cap: 1"))
    assert lower.indicators["all_mended"].cap != book.indicators["all_mended"].cap


def test_a_tolerance_is_told_in_both_languages_with_its_approver() -> None:
    book = FILE.books[0]
    zh, en = (
        "".join(tolerances_text(Teller(language, vocabulary(book, {}), book.defaults), book))  # type: ignore[arg-type]
        for language in ("zh", "en")
    )
    for told in ("执法差错所失分的100%", "最多5分", "批准人：绩效管理工作领导小组"):
        assert told in zh
    for told in ("at most 5 points", "from 2026-01-01 to 2026-12-31"):
        assert told in en


FORGIVEN = """
---
tolerance: mended
name: 整改及时
plan: {plan}
indicators: [rate]
when: count(filing) > 0
share: 50%
cap: 3
since: 2026-01-01
until: 2026-12-31
basis: 《容错办法》第三条
document: 衡税办〔2026〕3号
approved_by: 绩效管理工作领导小组
"""


def test_sheets_print_what_was_given_back_and_add_up_to_the_total(tmp_path: Path) -> None:
    plan = RULES.split("plan: ")[1].split()[0]
    before = publish(_run(tmp_path / "before", RULES), workers=1)
    after = publish(_run(tmp_path / "after", RULES + FORGIVEN.format(plan=plan)), workers=1)
    forgiven = 0
    for code in ("11", "12", "13", "14"):
        old, sheet = views_of(before.folder).unit(code), views_of(after.folder).unit(code)
        (row,) = [row for row in sheet.indicators if row.id == "mended"]
        (rate,) = [row for row in old.indicators if row.id == "rate"]
        assert row.points == min(rate.lost / 2, Decimal(3))
        assert sheet.total - old.total == row.points
        assert any("绩效管理工作领导小组依衡税办〔2026〕3号批准" in one.statement.text.zh for one in sheet.cautions)
        assert check_sheet(sheet, "zh") == check_sheet(sheet, "en") == []
        forgiven += row.points > 0
    assert forgiven


def _run(folder: Path, rules: str) -> Ran:
    return run(made(folder, LATE, DEBTS, rules=rules), Order(uncertainty=False, history=False))
