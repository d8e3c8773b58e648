"""Notices: who gets one, what it says, and that nothing in it can be changed unseen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from steelyard.bureau.folder import Bureau
from steelyard.engine.problems import Refused
from steelyard.web.cycles.models import Notice, NoticeKind
from steelyard.web.cycles.notices.issuing import bytes_of, print_again, printed, unprinted
from steelyard.web.cycles.notices.wording import paper
from steelyard.web.cycles.runs import recounts
from steelyard.web.jobs.models import Job, State
from tests.bureau.four_branches import RULES
from tests.bureau.test_waivers import SAID, waived
from tests.web.cycles.office import NOW, opened, ran, signed, who, work


@pytest.fixture
def bureau(db: None, tmp_path: Path) -> Iterator[Bureau]:  # noqa: ARG001  its tables
    before = settings.STEELYARD
    yield opened(tmp_path)
    settings.STEELYARD = before


def test_the_upper_half_gets_letters_and_all_get_the_bulletin(bureau: Bureau) -> None:  # noqa: ARG001
    version = signed(ran())
    bulletin, *letters = Notice.objects.all()
    assert [one.serial for one in (bulletin, *letters)] == [1, 2, 3]
    assert [one.place for one in letters] == [1, 2]
    said = paper(letters[0], "城东税务局")
    assert said.addressee == f"{letters[0].unit_name}："
    assert f"{letters[0].class_name} 4 个单位中列第 1 名" in said.paragraphs[0]
    assert said.paragraphs[1].startswith("列入达标、红榜。")
    assert dict(said.sealed)["结果摘要"] == version.run.digest
    assert len(paper(bulletin, "城东税务局").tables[0].rows) == 4


def test_notices_say_what_was_allowed_and_by_whom(db: None, tmp_path: Path) -> None:  # noqa: ARG001
    before = settings.STEELYARD
    opened(tmp_path, RULES + waived("indicator-incomplete", "rate"))
    signed(ran())
    for notice in Notice.objects.all():
        assert f"特批事项：指标要素不全（准期申报率）：由{SAID}。" in paper(notice, "城东税务局").paragraphs
    settings.STEELYARD = before


def test_a_file_that_was_altered_is_made_again_and_never_handed_out(bureau: Bureau) -> None:  # noqa: ARG001
    signed(ran())
    letter = Notice.objects.filter(kind=NoticeKind.LETTER)[0]
    printed(letter)
    sent = bytes_of(letter.pk, "docx")
    path = next(settings.STEELYARD.media.rglob(f"*{letter.serial:05d}.docx"))
    path.write_bytes(b"something else")
    assert bytes_of(letter.pk, "docx") == sent
    Notice.objects.filter(pk=letter.pk).update(docx="0" * 64)
    with pytest.raises(Refused) as refused:
        bytes_of(letter.pk, "docx")
    assert refused.value.problems[0].code == "notice-changed"


def test_notices_are_printed_again_where_their_job_failed_and_nowhere_else(bureau: Bureau) -> None:  # noqa: ARG001
    version = signed(ran())
    again = partial(print_again, version.run_id, by=who("office"), now=NOW)
    assert unprinted(version) == 0, "they are on their way"
    for job in (Job.objects.get(kind="notices"), None):
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.problems[0].code == "notices-printed"
        if job is not None:
            Job.objects.filter(pk=job.pk).update(state=State.FAILED)
            assert unprinted(version) == 3
            assert again() != job
    assert work().came_to["notices"] == 3
    assert unprinted(version) == 0


def test_a_recount_needs_a_public_seed(bureau: Bureau) -> None:  # noqa: ARG001
    with pytest.raises(Refused) as refused:
        recounts.start(ran().run, " ", None, by=who("office"), now=NOW)
    assert refused.value.problems[0].code == "recount-seed"
