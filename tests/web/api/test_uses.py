"""The personnel system logs what it used, hears of corrections, and sees no use of anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from steelyard.web.uses.models import Use
from tests.web.api.caller import get, integrator, post
from tests.web.uses.office import opened, registered, used, version, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    before = settings.STEELYARD
    opened(tmp_path)
    registered("a", "b")
    yield
    settings.STEELYARD = before


def sent(of: Any, **more: Any) -> dict[str, Any]:
    usual = {
        "key": "rm-18", "version": str(of.pk), "kind": "persons", "names": ["a", "b"], "purpose": "appointment",
        "user": "人事处", "on": timezone.localdate().isoformat(), "document": "人〔2027〕18号",
    }  # fmt: skip
    return {**usual, **more}


def published(totals: dict[str, str], **more: Any) -> Any:
    """As if it were published today: the API takes the clock of the site."""
    made = version(totals, **more)
    type(made).objects.filter(pk=made.pk).update(published_at=timezone.now())
    return made


def test_a_use_is_logged_once_and_its_correction_is_read() -> None:
    first, token = published({"a": "95", "b": "80"}), integrator("A1", ("uses",))
    answer = post(token, "uses", sent(first))
    assert answer.status_code == 200, answer.content
    made = answer.json()
    assert (made["state"], made["count"], made["reviews"]) == ("standing", 2, [])
    assert post(token, "uses", sent(first)).json() == made
    assert Use.objects.count() == 1
    second = published({"a": "79", "b": "80"}, corrects=first)
    work()
    (due,) = get(token, "uses?state=due").json()["rows"]
    assert [(one["before"], one["after"], one["changed"]) for one in due["reviews"]] == [(first.pk, second.pk, 2)]
    told = get(token, f"uses/{made['id']}").json()
    assert [(one["code"], one["total_before"], one["total_after"]) for one in told["rows"]] == [
        ("a", "95", "79"), ("b", "80", "80")
    ]  # fmt: skip


def test_a_system_sees_no_use_of_others() -> None:
    first, token = published({"a": "95", "b": "80"}), integrator("A1", ("uses",))
    other = used(first, "a", on=timezone.localdate(), now=timezone.now())
    assert get(token, "uses").json()["count"] == 0
    assert get(token, f"uses/{other.pk}").status_code == 404


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"names": ["a", "nobody"]}, "use-unknown"), ({"document": ""}, "use-by-what"),
        ({"purpose": "fun"}, "use-purpose"),
        ({"version": "999"}, "use-version"), ({"on": "2099-01-01"}, "use-day"), ({"kind": "posts"}, "api-value"),
        ({"version": 1}, "api-not-text"), ({"names": []}, "api-few"), ({"colour": "red"}, "api-field-unknown"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_nothing_is_logged(more: dict[str, Any], code: str) -> None:
    token = integrator("A1", ("uses",))
    answer = post(token, "uses", sent(published({"a": "95", "b": "80"}), **more))
    assert answer.status_code == 422
    assert code in [one["code"] for one in answer.json()["problems"]]
    assert not Use.objects.exists()


def test_a_token_for_something_else_logs_nothing() -> None:
    first, token = published({"a": "95", "b": "80"}), integrator("A1", ("results", "persons"))
    assert post(token, "uses", sent(first)).status_code == 404
    assert get(token, "uses").status_code == 404
    assert not Use.objects.exists()


def test_persons_of_another_unit_are_as_if_they_were_not_there() -> None:
    registered("c", at="B1")
    token = integrator("A1", ("uses",))
    answer = post(token, "uses", sent(published({"a": "95", "c": "80"}), names=["a", "c"]))
    assert [one["code"] for one in answer.json()["problems"]] == ["use-unknown"]


def test_a_system_whose_right_was_taken_back_reads_no_use_any_more() -> None:
    token = integrator("A1", ("uses",))
    made = post(token, "uses", sent(published({"a": "95", "b": "80"}))).json()
    by = Use.objects.get().by
    type(by).objects.filter(pk=by.pk).update(clearance=2)
    assert get(token, f"uses/{made['id']}").status_code == 404, "persons' own numbers are not for it any more"
    assert get(token, "uses").json()["count"] == 0
    by.grants.update(state="revoked")
    assert get(token, "uses").status_code == 404
    assert post(token, "uses", sent(Use.objects.get().version)).status_code == 404
