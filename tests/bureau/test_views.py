"""What pages read of a run is what was worked out, to the last digit, and an altered file is told."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.people.accounts import account
from steelyard.bureau.people.assessing import assess
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.uncertainty import errors
from steelyard.bureau.sheets.making import Sheets
from steelyard.bureau.sheets.publishing import Published, publish
from steelyard.bureau.sheets.standing import groups
from steelyard.bureau.views.accounts import number
from steelyard.bureau.views.reading import Views, views_of
from steelyard.engine.problems import Refused
from tests.bureau.small_people import office


@pytest.fixture
def published(tmp_path: Path) -> Published:
    return publish(run(office(tmp_path), Order(plan="units", history=False)), sheets="none")


def test_what_is_read_is_what_was_worked_out(published: Published) -> None:
    ran = published.results.ran
    maker = Sheets(published.results, groups(ran.result, errors(ran.result, ran.tables.values())), "2026")
    sheets = {sheet.code: sheet for sheet in maker}
    views = Views(published.folder)
    assert {code: views.unit(code) for code in sheets} == sheets
    assert {line.code: (line.total, line.place) for line in views.overview.units} == {
        code: (sheet.total, sheet.place) for code, sheet in sheets.items()
    }


def test_an_indicator_is_seen_across_all_units_as_their_sheets_have_it(published: Published) -> None:
    views = Views(published.folder)
    for rule in views.overview.rules:
        seen = {line.code: (line.points, line.value) for line in views.indicator(rule.id).lines}
        rows = {line.code: views.unit(line.code).indicators for line in views.overview.units}
        assert seen == {
            code: (row.points, row.value) for code, found in rows.items() for row in found if row.id == rule.id
        }


def test_everybody_above_an_assessed_unit_is_there_to_drill_down_from(published: Published) -> None:
    overview = Views(published.folder).overview
    codes = {node.code for node in overview.nodes}
    assert {line.code for line in overview.units} <= codes
    assert {node.parent for node in overview.nodes if node.parent} <= codes


def test_parts_of_an_account_add_up_to_its_total(published: Published) -> None:
    views = Views(published.folder)
    for row in views.persons():
        found = views.account(row["person"])
        assert found is not None
        carried = sum(
            sum(number(line.points) or 0 for line in stage.lines) * (number(stage.weight) or 0)
            for stage in found.stages
        )
        assert abs(carried - row["carried"]) < 1e-6
    assert views.account("nobody") is None


def test_names_of_posts_and_units_in_accounts_are_those_of_the_ledger(published: Published) -> None:
    ran, views = published.results.ran, Views(published.folder)
    people = assess(ran)[0]
    words = views.people[0]
    person = next(iter(people.scores))
    ledger = "\n".join(account(people, ran, person, "zh"))
    for stage in views.account(person).stages:  # type: ignore[union-attr]
        assert words.posts[stage.post] in ledger
        assert words.units[stage.unit] in ledger


def test_an_altered_view_is_told_and_not_shown(published: Published) -> None:
    code = Views(published.folder).overview.units[0].code
    path = published.folder / "views" / "units" / f"{code}.json.gz"
    text = gzip.decompress(path.read_bytes()).replace(b'"total":"', b'"total":"9', 1)
    path.write_bytes(gzip.compress(text))
    with pytest.raises(Refused) as refused:
        views_of(published.folder).unit(code)
    assert [problem.code for problem in refused.value.problems] == ["views-altered"]
    path.write_bytes(b"no longer packed")
    with pytest.raises(Refused):
        Views(published.folder).unit(code)


def test_views_of_other_results_are_told(published: Published) -> None:
    index = published.folder / "views.json"
    index.write_text(index.read_text("utf-8").replace(published.results.digest, "0" * 64), "utf-8")
    with pytest.raises(Refused) as refused:
        Views(published.folder).overview  # noqa: B018
    assert [problem.code for problem in refused.value.problems] == ["views-altered"]


def test_a_run_without_views_says_what_to_do(published: Published) -> None:
    (published.folder / "views.json").unlink()
    with pytest.raises(Refused) as refused:
        views_of(published.folder).overview  # noqa: B018
    assert [problem.code for problem in refused.value.problems] == ["views-missing"]


def test_the_same_run_writes_the_same_views(published: Published) -> None:
    before = (published.folder / "views.json").read_bytes()
    again = publish(published.results.ran, sheets="none")
    assert (again.folder / "views.json").read_bytes() == before


def test_publishing_without_people_takes_nothing_from_readers(published: Published) -> None:
    again = publish(published.results.ran, sheets="none", persons=False)
    assert len(Views(again.folder).people) == 1
