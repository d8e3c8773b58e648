"""The register tells whoever logs uses what is missing: purposes, entries for what was exported, checks that failed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.web.people.models import Account
from steelyard.web.trail.recording import seen
from tests.web.people.world import sign_in, with_role
from tests.web.uses.office import office, used, version


def page(who: Account, address: str = "/uses") -> str:
    client = Client()
    sign_in(client, who)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_bureau_without_purposes_is_told_how_to_write_them(home: Path) -> None:
    (home / "site" / "bureau" / "uses.yaml").unlink()
    assert "purpose: appointment" in page(office())


def test_uses_that_no_job_has_held_against_a_correction_are_counted(home: Path) -> None:
    del home
    first = version({"a": "90"})
    used(first, "a")
    version({"a": "80"}, corrects=first)
    assert "现在核对" in page(office())
    assert "现在核对" not in page(with_role("auditor")), "only whoever logs uses has something to do"


@pytest.mark.parametrize("logged", [False, True])
def test_what_was_exported_and_not_logged_is_proposed_to_whoever_took_it(home: Path, logged: bool) -> None:
    del home
    first, now = version({"a": "90"}), timezone.now()
    type(first).objects.update(published_at=now)
    by = {"actor": office().username, "role": "office", "behalf": ""}
    seen("export", at=now, by=by, target=f"version:{first.pk}")
    if logged:
        used(first, "a", on=timezone.localdate(), now=timezone.now())
    assert ("导出了还没有登记的" in page(office())) is not logged
    assert "导出了还没有登记的" not in page(with_role("auditor"))


def test_the_register_and_a_list_come_as_workbooks_and_names_only_in_the_list(home: Path) -> None:
    del home
    use = used(version({"a": "90.5", "b": "80"}))
    client = Client()
    sign_in(client, office())
    texts = []
    for address in ("/uses.xlsx", f"/use/{use.pk}.xlsx"):
        with ZipFile(BytesIO(client.get(address).content)) as book:
            texts.append(book.read("xl/sharedStrings.xml").decode())
    assert ("人〔2027〕5号" in texts[0], "干部a" in texts[0], "干部a" in texts[1]) == (True, False, True)


def test_who_may_not_read_of_persons_finds_none_of_them_in_the_form(home: Path) -> None:
    del home
    of, who, client = version({"a": "90.5"}), office(), Client()
    used(of, "a")
    type(who).objects.filter(pk=who.pk).update(clearance=2)
    sign_in(client, who)
    address = f"/results/{of.pk}/use?kind=persons&names=a"
    assert client.get(address).status_code == 404
    type(who).objects.filter(pk=who.pk).update(clearance=3)
    assert client.get(address).status_code != 404, "these versions have no pages of units, and say so"
