"""Answers where there is no page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory

from steelyard.engine.problems import Refused
from steelyard.web.configuration import create
from steelyard.web.look import fetched
from steelyard.web.look.failing import broken, forbidden, wrong


@pytest.mark.parametrize(("answer", "code", "words"), [(wrong, 400, "无法处理"), (forbidden, 403, "不允许")])
def test_what_happened_and_what_to_do_in_both_languages(answer: Any, code: int, words: str) -> None:
    told = answer(RequestFactory().get("/"), Exception("secret detail"))
    page = told.content.decode()
    assert told.status_code == code
    assert words in page
    assert 'lang="en"' in page
    assert "secret detail" not in page


def test_a_broken_site_says_so_without_its_database(django_assert_num_queries: Any, db: None) -> None:  # noqa: ARG001
    with django_assert_num_queries(0):
        told = broken(RequestFactory().get("/"))
    assert told.status_code == 500
    assert "系统出错" in told.content.decode()
    assert told["HX-Retarget"] == "body"


def test_a_page_that_is_not_there_keeps_the_menu_of_whoever_signed_in(client: Client, signed_in: Any) -> None:
    assert 'class="side"' not in client.get("/nowhere").content.decode()
    signed_in(client, "office")
    told = client.get("/nowhere")
    assert told.status_code == 404
    assert 'class="tops"' in told.content.decode()


@pytest.mark.django_db
def test_a_form_that_is_too_old_says_what_to_do() -> None:
    told = Client(enforce_csrf_checks=True).post("/login", {"username": "a"})
    assert told.status_code == 403
    assert "这张表单已过期" in told.content.decode()


def test_a_site_without_its_scripts_and_fonts_is_not_served(tmp_path: Any) -> None:
    with pytest.raises(Refused) as refused:
        fetched.there(tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["site-assets-missing"]
    (tmp_path / "stamp.txt").touch()
    fetched.there(tmp_path)


def test_nothing_personal_is_kept_by_caches_that_know_only_the_ending_of_an_address(
    client: Client, signed_in: Any
) -> None:
    signed_in(client, "office")
    told = client.get("/static/portrait.css")
    assert (told.status_code, told["Cache-Control"]) == (404, "no-store")


ASKS = """
import django
django.setup()
from django.core.handlers.exception import response_for_exception
from django.test import Client, RequestFactory, override_settings
plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
with override_settings(STORAGES=plain):
    for host, address in (("localhost", "/nowhere"), ("elsewhere", "/")):
        print(Client(raise_request_exception=False).get(address, headers={"host": host}).status_code)
    try:
        raise KeyError("indicator")
    except Exception as raised:
        print(response_for_exception(RequestFactory().get("/makings"), raised).status_code)
"""


def test_what_broke_stands_in_the_output_of_the_service_and_what_is_not_there_does_not(tmp_path: Path) -> None:
    create(tmp_path / "site", secure=False)
    more = {"STEELYARD_SITE": str(tmp_path / "site"), "DJANGO_SETTINGS_MODULE": "steelyard.web.site.settings"}
    told = subprocess.run(
        [sys.executable, "-c", ASKS],
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.stdout.split() == ["404", "400", "500"], told.stderr
    assert "ERROR django.request Internal Server Error: /makings" in told.stderr
    assert "KeyError: 'indicator'" in told.stderr
    assert "nowhere" not in told.stderr
    assert "elsewhere" not in told.stderr
