"""下一年草稿的页面: proposals with figures, refused one by one, checked, and taken away as rules."""

from __future__ import annotations

import pytest

from steelyard.bureau.lab.following.drafting import drafted
from steelyard.bureau.lab.quality.cards import Lab
from steelyard.bureau.opened import OPENER
from steelyard.engine.model.book import read_book
from tests.web.pages.lab.test_lab_pages import looked as looked
from tests.web.pages.lab.test_lab_pages import text
from tests.web.pages.results.conftest import Site

pytestmark = pytest.mark.xdist_group("province")


def test_the_draft_of_the_province_passes_the_check_and_is_taken_away_as_rules(site: Site, looked: Lab) -> None:
    run = OPENER.wait(site.folder, site.folder.parent.parent / "record").results.ran
    draft = drafted(run, looked)
    office = site.client("office")
    page = text(office, f"/results/{site.version}/lab/next?check=1")
    assert "通过检查" in page
    assert all(line.because.zh in page for line in draft.of("retire"))
    taken = office.get(f"/results/{site.version}/lab/next.yaml")
    assert taken["Content-Disposition"].endswith('"branches_2027.yaml"')
    assert list(read_book([("next.yaml", taken.content.decode())]).plans) == ["branches_2027"]


def test_what_somebody_refuses_stays_in_the_draft(site: Site, looked: Lab) -> None:
    run = OPENER.wait(site.folder, site.folder.parent.parent / "record").results.ran
    line = drafted(run, looked).of("retire")[0]
    office = site.client("office")
    without = office.get(f"/results/{site.version}/lab/next.yaml").content.decode()
    kept = office.get(f"/results/{site.version}/lab/next.yaml?refuse={line.id}").content.decode()
    assert (line.id in without, line.id in kept) == (False, True)
    other = text(office, f"/results/{site.version}/lab/next?proposal=keep&refuse={line.id}")
    assert f'<input type="hidden" name="refuse" value="{line.id}">' in other, "what is not shown is not forgotten"


def test_without_a_look_there_is_no_draft(site: Site) -> None:
    answer = site.client("office").get(f"/results/{site.version}/lab/next")
    assert answer["Location"] == f"/results/{site.version}/lab/"
