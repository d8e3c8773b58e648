"""阳光考评: the text of every published rule is open to every account; whom to ask for what works better elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from steelyard.web.cycles.models import Stage, Version
from steelyard.web.people.models import Account
from tests.web.browser import whole
from tests.web.pages.results.conftest import Site
from tests.web.people import world

pytestmark = pytest.mark.xdist_group("province")


def text(answer: Any) -> str:
    return str(answer.content.decode("utf8"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_account_reads_text_formula_data_date_and_log_of_a_published_rule(site: Site, language: str) -> None:
    here = reverse("rule-text", args=[site.version, site.loss])
    rule = site.views.indicator(site.loss).rule
    words = (
        ("数据截至", "首次公布", rule.name.zh) if language == "zh-hans" else ("Data as of", "first published", "points")
    )
    for role in ("system", "security", "unit", "officer", "office"):
        client = site.client(role)
        client.cookies["django_language"] = language
        page = text(client.get(here))
        assert f"indicator: {site.loss}" in page, role
        assert all(one in page for one in words), role
    assert site.client("system").get(reverse("rule-texts")).status_code == 302
    listed = text(site.client("system").get(reverse("indicators", args=[site.version])))
    assert here in listed  # not the points of units, which are no business of theirs
    assert site.client("system").get(reverse("indicator", args=[site.version, site.loss])).status_code == 404
    assert Client().get(here).status_code == 302  # whoever has no account signs in first


def test_rules_of_a_preview_are_for_those_who_work_on_it(site: Site) -> None:
    here = reverse("rule-text", args=[site.preview, site.loss])
    assert site.client("unit").get(here).status_code == 404
    assert site.client("office").get(here).status_code == 200
    assert site.client("office").get(reverse("rule-text", args=[site.version, "nothing"])).status_code == 404


def test_a_correction_stands_in_the_log_with_its_reason(site: Site) -> None:
    first = Version.objects.get(pk=site.version)
    office = Account.objects.get(username="office")
    kept = {"plan": first.plan, "period": first.period}
    Version.objects.filter(pk=first.pk).update(stage=Stage.REPLACED)
    Version.objects.create(
        **kept, run=first.run, number=2, stage=Stage.PUBLISHED, replaces=first, reason="口径更正", proposed_by=office,
        published_at=first.published_at + timedelta(days=9) if first.published_at else None,
    )  # fmt: skip
    page = text(site.client("unit").get(reverse("rule-text", args=[site.version, site.loss])))
    assert "规则未变" in page
    assert "口径更正" in page


def test_a_version_that_was_corrected_twice_names_the_one_that_is_in_force(site: Site) -> None:
    found = [Version.objects.get(pk=site.version)]
    office = Account.objects.get(username="office")
    for number, reason in ((2, "口径更正"), (3, "补报数据")):
        Version.objects.filter(pk=found[-1].pk).update(stage=Stage.REPLACED)
        last = Version.objects.create(
            plan=found[0].plan, period=found[0].period, run=found[0].run, number=number, stage=Stage.PUBLISHED,
            replaces=found[-1], reason=reason, proposed_by=office, published_at=found[0].published_at,
        )  # fmt: skip
        found.append(last)
    pages = [text(site.client("unit").get(reverse("portrait", args=[one.pk, site.unit]))) for one in found]
    in_force = f'<a href="{reverse("ranking", args=[found[-1].pk])}">看现行的第 3 版</a>'
    assert [in_force in page for page in pages] == [True, True, False]
    assert ["口径更正" in page for page in pages] == [True, False, False]
    assert ["补报数据" in page for page in pages] == [True, True, False]


def test_who_is_alike_and_better_is_named_with_whom_to_ask_only_where_he_may_be(site: Site) -> None:
    portrait = reverse("portrait", args=[site.version, site.unit])
    assert "请经绩效办联系" in text(site.client("unit").get(portrait))
    liaison = world.with_role("unit", None, name="某联络员")
    page = text(site.client("leader").get(portrait))
    assert "请经绩效办联系" in page or "联系：" in page
    assert liaison.name not in page


@pytest.mark.django_db(transaction=True)
def test_the_page_of_a_rule_is_for_everybody(site: Site, page: Any, live: str) -> None:
    for name, one in site.client("system").cookies.items():
        page.context.add_cookies([{"name": name, "value": one.value, "url": live}])
    page.goto(reverse("rule-text", args=[site.version, site.loss]))
    page.wait_for_load_state("networkidle")
    whole(page)
