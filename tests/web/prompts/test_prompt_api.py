"""A business system asks as a step begins and says when it is done, within its token and in fifty milliseconds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from steelyard.web.prompts.models import Prompt
from tests.web.api.caller import integrator, post

pytestmark = pytest.mark.usefixtures("home")


AT = timezone.make_aware(datetime(2026, 7, 1, 10, 0))


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Wednesday at ten, whose year has a calendar."""
    monkeypatch.setattr(timezone, "now", lambda: AT)


def begun(**more: Any) -> dict[str, Any]:
    usual = {"process": "行政许可", "step": "受理", "post": "A1-01", "unit": "A1", "object": "甲-1"}
    return {**usual, "received": "2026-07-01T09:30", **more}


def finished(**more: Any) -> dict[str, Any]:
    return {"process": "行政许可", "step": "受理", "unit": "A1", "object": "甲-1", **more}


def test_a_step_that_begins_is_answered_with_all_that_is_to_be_known_and_ended_when_it_is_done() -> None:
    token = integrator("A1", ("prompts",))
    told = post(token, "prompts", begun())
    assert told.status_code == 200, told.content
    said = told.json()
    assert (said["duty"], said["does"]) == ("综合受理职责", "受理申请，能当场办结的一次办结")
    assert (said["limit_zh"], said["limit_en"]) == ("60 个工作分钟内办结", "within 60 working minutes")
    assert (said["due"], said["left"], said["state"]) == ("2026-07-01T10:30:00+08:00", 30, "open")
    assert [one["indicator"] for one in said["stakes"]] == ["other", "on_time"]
    assert post(token, "prompts", begun()).json()["id"] == said["id"]
    done = post(token, "prompts/done", finished(finished="2026-07-01T09:59")).json()
    assert (done["state"], done["finished"]) == ("done", "2026-07-01T09:59:00+08:00")


def test_a_receipt_is_named_where_a_case_came_back() -> None:
    token = integrator("A1", ("prompts",))
    first = post(token, "prompts", begun(received="2026-06-30T09:00:40")).json()
    again = post(token, "prompts", begun()).json()
    done = post(token, "prompts/done", finished(received="2026-06-30T09:00")).json()
    assert (done["id"], done["state"]) == (first["id"], "done-late")
    assert post(token, "prompts/done", finished()).json()["id"] == again["id"]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"unit": "B1", "post": "B1-01"}, 404, "api-missing"),
        ({"unit": "nowhere"}, 404, "api-missing"),
        ({"step": "送达"}, 422, "prompt-step-unknown"),
        ({"post": "没有的岗"}, 422, "prompt-post-unknown"),
        ({"received": "2027-01-01T00:00"}, 422, "prompt-future"),
        ({"object": ""}, 422, "api-value"),
        ({"colour": "red"}, 422, "api-field-unknown"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(more: dict[str, Any], status: int, code: str) -> None:
    answer = post(integrator("A1", ("prompts",)), "prompts", begun(**more))
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (status, code), answer.content
    assert not Prompt.objects.exists()


def test_nobody_ends_what_never_began_or_lies_beyond_the_token() -> None:
    token, other = integrator("A1", ("prompts",)), integrator("B1", ("prompts",))
    post(token, "prompts", begun())
    assert post(other, "prompts/done", finished()).status_code == 404
    none = post(token, "prompts/done", finished(object="乙"))
    assert (none.status_code, none.json()["problems"][0]["code"]) == (422, "prompt-none")
    assert Prompt.objects.get().finished is None
    assert post(integrator("A1", ("uses",)), "prompts", begun(object="丙")).status_code == 404


def test_moments_without_an_offset_are_those_of_the_site() -> None:
    token = integrator("A1", ("prompts",))
    one = post(token, "prompts", begun()).json()
    other = post(token, "prompts", begun(received="2026-07-01T01:30:00Z")).json()
    assert one["id"] == other["id"]
    assert Prompt.objects.get().received == AT - timedelta(minutes=30)
