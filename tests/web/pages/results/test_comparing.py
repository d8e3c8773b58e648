"""对比: two units, two periods, two indicators on one page; nobody learns more of a peer than that it is there."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from steelyard.bureau.views.overview import IndicatorPage
from steelyard.web.cycles.models import Version
from steelyard.web.cycles.results import Reading
from steelyard.web.pages.results.comparing.pairs import Pair, pair, together
from steelyard.web.pages.results.comparing.sides import beside, side
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Account
from tests.web.pages.results.conftest import Site

pytestmark = pytest.mark.xdist_group("province")
X, Y = "invoice_on_time", "service_first_pass"


def compared(site: Site, role: str, query: str, name: str = "compare") -> Any:
    return site.client(role).get(reverse(name, args=[site.version]) + query)


def text(answer: Any) -> str:
    return str(answer.content.decode("utf8"))


def sheet(answer: Any) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=3, values_only=True))


def lasting(site: Site) -> str:
    """A unit that both periods know."""
    early = Reading(Asker(None, date(2026, 1, 1)), Version.objects.get(pk=site.preview)).views
    return next(code for code in site.views.lines if early.has_unit(code))


def two(site: Site, role: str = "office") -> Pair:
    account = Account.objects.get(username=role)
    seen = Reading(Asker(account, account.created.date()), Version.objects.get(pk=site.version))
    pages: list[IndicatorPage] = [site.views.indicator(id) for id in (X, Y)]
    return pair(seen, *pages, "")


def test_any_two_of_a_kind_are_compared_on_one_page_that_says_where_its_data_stand(
    site: Site, django_assert_max_num_queries: Any
) -> None:
    other = site.views.overview.units[0].code
    months = site.views.unit(site.unit).history
    queries = (
        "", "?of=periods", "?of=indicators", f"?a={site.unit}&b={other}", f"?a={lasting(site)}&with={site.preview}",
        f"?of=periods&a={site.unit}&m={months[-1].period}&n={months[0].period}", f"?x={X}&y={Y}",
    )  # fmt: skip
    client = site.client("office")
    for query in queries:
        with django_assert_max_num_queries(14):
            page = text(client.get(reverse("compare", args=[site.version]) + query))
        assert "数据截至" in page, query
        assert "完整率" in page, query


def test_two_months_of_a_unit_stand_beside_their_peers(site: Site) -> None:
    last, first = site.views.unit(site.unit).history[-1], site.views.unit(site.unit).history[0]
    query = f"?of=periods&a={site.unit}&m={last.period}&n={first.period}"
    rows = {row[0]: row[1:] for row in sheet(compared(site, "unit", query, "compare-file"))[1:]}
    assert Decimal(str(rows["当月得分"][0])) == last.total
    assert last.total is not None
    assert Decimal(str(rows["较同类均值"][0])) == last.total - last.mean
    assert Decimal(str(rows["同类中位数"][1])) == first.median
    assert compared(site, "unit", query.replace(last.period, "1999-01")).status_code == 404


def test_two_versions_name_their_periods_and_the_data_of_the_second(site: Site) -> None:
    page = text(compared(site, "office", f"?a={lasting(site)}&with={site.preview}"))
    assert "2026年度（2026年度）" in page
    assert "2026年上半年" in page
    assert "乙的数据截至" in page
    assert compared(site, "unit", f"?a={site.unit}&with={site.preview}").status_code == 404  # not published


def test_an_indicator_that_only_one_version_has_is_looked_up_there(site: Site) -> None:
    """As if the first version did not have the first of its indicators yet."""
    account = Account.objects.get(username="office")
    code, asker = lasting(site), Asker(account, account.created.date())
    left, right = (side(Reading(asker, Version.objects.get(pk=pk)), code) for pk in (site.version, site.preview))
    gone, *rest = left.sheet.indicators
    rows = {row.id: row for row in beside(replace(left, sheet=replace(left.sheet, indicators=tuple(rest))), right)}
    assert (rows[gone.id].version, rows[rest[0].id].version) == (site.preview, site.version)


def test_places_of_both_indicators_stand_beside_each_other_the_furthest_apart_first(site: Site) -> None:
    found = two(site)
    apart = [abs(row.apart) for row in found.rows]
    assert apart == sorted(apart, reverse=True)
    rows = sheet(compared(site, "office", f"?x={X}&y={Y}", "compare-file"))[1:]
    assert [(row[0], row[5], row[8], row[9]) for row in rows] == [
        (one.code, one.x.place, one.y.place, one.apart) for one in found.rows
    ]
    lines = {line.code: line for line in site.views.indicator(X).lines}
    assert all(lines[row[0]].place == row[5] for row in rows)


def test_rank_correlation_holds_one_where_both_are_the_same_indicator(site: Site) -> None:
    found = two(site)
    same = Pair(found.x, found.x, found.class_name, found.classes, tuple((x, x) for x, _ in found.lines), found.rows)
    told = together(same)
    assert told is not None
    assert (told.rho, told.units) == (Decimal("1.0"), len(found.lines))
    few = Pair(found.x, found.y, found.class_name, found.classes, found.lines[:4], found.rows)
    assert together(few) is None  # a correlation of four would be their numbers


@pytest.mark.parametrize("name", ["compare", "compare-file"])
def test_peers_that_may_not_be_named_are_no_dots(site: Site, name: str) -> None:
    found = two(site, "unit")
    assert [row.code for row in found.rows] == [site.unit]
    assert found.hidden == len(two(site).rows) - 1 > 0
    answer = compared(site, "unit", f"?x={X}&y={Y}", name)
    assert answer.status_code == 200
    if name == "compare":
        page = text(answer)
        assert [one for one in site.others if one in page] == []
        drawn = re.search(r'id="option-pair"[^>]*>(.*?)</script>', page)
        assert drawn is not None
        assert drawn[1].count('"value": [') == 1
    else:
        assert [row[0] for row in sheet(answer)[1:]] == [site.unit]


def test_what_is_not_there_is_not_found(site: Site) -> None:
    for query in (
        "?x=nothing&y=none",
        "?a=nobody&b=none",
        f"?a={site.unit}&with=99999999999",
        f"?of=periods&a={site.unit}&with=x",
    ):
        assert compared(site, "office", query).status_code == 404, query
    for query in ("", "?of=indicators", "?of=periods"):
        assert compared(site, "office", query, "compare-file").status_code == 404, query
