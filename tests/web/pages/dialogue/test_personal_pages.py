"""An officer's way through an appeal of his own: from the entry of his account to what came of it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from steelyard.web.dialogue.models import Appeal, Evidence, Move, Stage
from tests.web.pages.results.conftest import Site
from tests.web.pages.results.conftest import site as site

pytestmark = pytest.mark.xdist_group("province")


def test_from_an_entry_to_its_appeal_and_what_came_of_it(site: Site) -> None:
    account = site.views.account(site.person)
    assert account is not None
    unit, line = account.head["unit"], account.own[0]
    officer, own = site.client("officer"), [site.version, site.person, unit, line.indicator]
    form = reverse("person-appeal", args=own)
    assert form in officer.get(reverse("person", args=[site.version, site.person])).content.decode()
    assert officer.get(form).status_code == 200
    there = officer.post(form, {"claim": "第三件不是我经办的"})["Location"]
    made = Appeal.objects.get()
    assert (there, made.person, made.indicator) == (reverse("appeal", args=[made.pk]), site.person, line.indicator)
    file = SimpleUploadedFile("a.txt", b"x")
    answer = officer.post(reverse("person-evidence", args=own), {"source": "own", "about": "移交单", "file": file})
    assert answer["Location"] == there
    page = officer.get(there).content.decode()
    assert "移交单" in page
    taken = officer.get(reverse("evidence-file", args=[Evidence.objects.get().pk]))
    assert taken.content == b"x"
    assert site.client("unit").get(there).status_code == 404
    assert site.client("office").get(there).status_code == 200
    missing = reverse("person-appeal", args=[site.version, site.person, unit, "nothing"])
    assert officer.get(missing).status_code == 404


def test_the_home_page_tells_an_officer_what_came_of_his_appeal(site: Site) -> None:
    account = site.views.account(site.person)
    assert account is not None
    officer = site.client("officer")
    officer.post(
        reverse("person-appeal", args=[site.version, site.person, account.head["unit"], "total"]), {"claim": "有误"}
    )
    made = Appeal.objects.get()
    Move.objects.create(
        appeal=made, name="reject", to=Stage.REJECTED, by=made.filed_by, at=made.filed_at, text="依据第三条"
    )
    page = officer.get(reverse("home")).content.decode()
    assert "您的申诉：申诉不成立" in page
    assert "依据第三条" in page
