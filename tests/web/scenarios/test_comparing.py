"""The pages of scenarios with a run that is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.bureau.opened import OPENER
from steelyard.engine.problems import refuse
from steelyard.web.cycles.models import Run, Stage, Version
from steelyard.web.cycles.results import folder_of, record_of
from steelyard.web.pages.answering import MANY
from steelyard.web.scenarios.models import Saved, Scenario
from tests.web.people.world import sign_in, with_role
from tests.web.promises import rows
from tests.web.promises.bureau import behind
from tests.web.scenarios.acts import scenario


@pytest.mark.django_db
def test_a_new_rule_that_no_plan_takes_yet_changes_nothing_and_breaks_no_page(tmp_path: Path, settings: Any) -> None:
    behind(settings, tmp_path).open()
    rows.placed()
    OPENER.wait(folder_of(rows.versions()[Stage.PUBLISHED]), record_of())
    made, client = scenario(), Client()
    sign_in(client, with_role("office"))
    for address in ("/scenarios", f"/scenarios/{made.pk}/", f"/scenarios/{made.pk}/?at=1"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "没有单位的分数、位次或名单会变" in answer.content.decode() or "受影响单位" in answer.content.decode()


@pytest.mark.django_db
def test_while_the_last_result_is_being_opened_the_pages_say_so(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(settings, tmp_path)
    rows.placed()
    rows.versions()
    monkeypatch.setattr(OPENER, "ask", lambda *_: None)
    made, client = scenario(), Client()
    sign_in(client, with_role("office"))
    for address in ("/scenarios", f"/scenarios/{made.pk}/"):
        answer = client.get(address)
        assert (answer.status_code, "正在打开上期结果" in answer.content.decode()) == (200, True), address


@pytest.mark.django_db
def test_one_chooses_beside_whose_last_result(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A city's plan that was published later is not what a change of the annual plan is about."""
    behind(settings, tmp_path)
    rows.placed()
    first = rows.versions()[Stage.PUBLISHED]
    other = Run.objects.get(pk=first.run_id)
    other.pk, other.folder, other.plan, other.plan_name = None, "city", "city", "市局方案"
    other.save()
    given = {
        "plan": "city",
        "period": first.period,
        "stage": Stage.PUBLISHED,
        "number": 1,
        "published_at": timezone.now(),
    }
    Version.objects.create(run=other, **given)
    monkeypatch.setattr(OPENER, "ask", lambda *_: None)
    made, client = scenario(), Client()
    sign_in(client, with_role("office"))
    newest = client.get(f"/scenarios/{made.pk}/?at=1")
    assert newest.context["version"].plan == "city"
    ((_, query),) = newest.context["others"]
    assert client.get(f"/scenarios/{made.pk}/?{query}").context["version"] == first


@pytest.mark.django_db
def test_where_the_last_result_cannot_be_opened_the_pages_say_why(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(settings, tmp_path)
    rows.placed()
    rows.versions()

    def broken(*_: Any) -> None:
        raise refuse("run-missing", folder="runs/one", file="run.json")

    monkeypatch.setattr(OPENER, "ask", broken)
    made, client = scenario(), Client()
    sign_in(client, with_role("office"))
    for address in ("/scenarios", f"/scenarios/{made.pk}/"):
        answer = client.get(address)
        assert (answer.status_code, "run.json" in answer.content.decode()) == (200, True), address


@pytest.mark.django_db
def test_a_bureau_that_published_nothing_is_told_so_and_a_city_sees_no_scenario(tmp_path: Path, settings: Any) -> None:
    behind(settings, tmp_path)
    rows.placed()
    made, client, city = scenario(), Client(), Client()
    sign_in(client, with_role("office"))
    sign_in(city, with_role("office", "A"))
    assert "还没有公布过结果" in client.get(f"/scenarios/{made.pk}/").content.decode()
    assert made.name in client.get("/scenarios").content.decode()
    assert made.name not in city.get("/scenarios").content.decode()
    assert city.get(f"/scenarios/{made.pk}/").status_code == 404


@pytest.mark.django_db
def test_scenarios_of_another_page_of_the_list_can_be_set_beside_one_of_this(tmp_path: Path, settings: Any) -> None:
    behind(settings, tmp_path)
    rows.placed()
    rows.versions()
    old, client = scenario(), Client()
    sign_in(client, with_role("office"))
    others = [Scenario(name=f"情景{at}", by=old.by, at=old.at) for at in range(MANY)]
    told = {name: getattr(old.last, name) for name in ("number", "texts", "digest", "move", "of", "by", "at")}
    Saved.objects.bulk_create(Saved(scenario=one, **told) for one in Scenario.objects.bulk_create(others))
    three = [one.pk for one in others[:-4:-1]]
    on = lambda query: [one.pk for one, _, on in client.get(f"/scenarios?{query}").context["rows"] if on]  # noqa: E731
    assert on("page=2") == three, "as long as nobody asks for others; here they can be unticked"
    assert on(f"with={old.pk}&with={three[0]}") == [three[0], old.pk]
    asked = "&".join(f"with={pk}" for pk in (old.pk, *three))
    assert on(asked) == [*three[:2], old.pk], "what is ticked on a page goes before what was ticked on others"
