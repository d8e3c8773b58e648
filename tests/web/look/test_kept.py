"""NUL in an address, a form, a cookie or JSON: 400 in words, on both databases, and nothing else happens."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from steelyard.web.people.models import Account
from tests.web.api.caller import get, integrator, post
from tests.web.people import world

pytestmark = pytest.mark.usefixtures("both")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def office() -> Client:
    client = Client(raise_request_exception=False)
    world.signed_in(client, "system", None)
    return client


@pytest.mark.parametrize("address", ["/search?q=a%00", "/own?%00=1", "/invited/a%00", "/results/1/units/A%00/"])
def test_an_address(office: Client, address: str) -> None:
    for language, words in (("zh-hans", "这个请求无法处理"), ("en", "This request cannot be handled")):
        answer = office.get(address, headers={"accept-language": language})
        assert (answer.status_code, words in answer.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("address", "field"), [("/login", "username"), ("/language", "language"), ("/accounts/new", "name")]
)
def test_a_form(office: Client, address: str, field: str) -> None:
    before = Account.objects.count()
    given = {"username": "a", "name": "b", "way": "password", field: "a\0b"}
    answer = office.post(address, urlencode(given), FORM)
    assert (answer.status_code, "这个请求无法处理" in answer.content.decode()) == (400, True)
    assert Account.objects.count() == before


def test_a_cookie_is_as_none() -> None:
    answer = Client(raise_request_exception=False).get("/", headers={"cookie": 'session="\\000aaaaaaaaaaaa"'})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/")


def test_the_api_answers_in_its_own_shape() -> None:
    token = integrator("P", ("results", "organisation", "register"))
    content: dict[str, Any] = {"day": "2026-07-01", "tables": {"units": [{"code": "A\0"}]}}
    for answer in (
        get(token, "versions/1/units/A%00"),
        get(token, "organisation/units?page=%00"),
        post(token, "organisation/imports", content),
        post(token, "organisation/imports", json.dumps({**content, "a\0": 1})),
    ):
        (one,) = answer.json()["problems"]
        assert (answer.status_code, one["code"]) == (400, "api-nul")
        assert one["zh"] != one["en"]


def test_an_escaped_backslash_is_no_nul() -> None:
    token = integrator("P", ("register",))
    answer = post(token, "organisation/imports", {"day": "2026-07-01", "tables": {"nothing": [{"a": "\\u0000"}]}})
    assert answer.json()["problems"][0]["code"] != "api-nul"
