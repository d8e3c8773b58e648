"""Who brought a batch, by whichever door it came."""

from __future__ import annotations

import pytest

from steelyard.web.cycles.models import Arrival, Delivery, Loaded, Source
from steelyard.web.pages.office.batches import _brought
from steelyard.web.trail.recording import record
from tests.web.cycles.office import NOW

BATCH = Loaded(number=7, table="queue", file="public.queue", sha256="a" * 64)


def delivered(source: Source, by: str, batch: int, sha256: str = "", new: bool = True) -> None:
    Delivery.objects.create(
        source=source, name=BATCH.file, by=by, at=NOW, state=Arrival.LOADED, sha256=sha256,
        reports=[{"batch": batch, "new": new}],
    )  # fmt: skip


@pytest.mark.django_db
def test_a_batch_out_of_a_database_names_who_had_it_fetched() -> None:
    delivered(Source.DATABASE, "office-1", 6)
    delivered(Source.DATABASE, "office-2", 7)
    delivered(Source.DATABASE, "office-3", 7, new=False)
    assert _brought(BATCH).zh == "office-2"


@pytest.mark.django_db
def test_a_batch_that_a_system_pushed_names_the_account_of_its_token() -> None:
    for batch, actor in ((6, "other"), (7, "zhengguan")):
        detail = {"step": "done", "batch": batch, "rows": 1}
        record("api-facts", at=NOW, actor=actor, target="table:queue", detail=detail)
    assert _brought(BATCH).zh == "zhengguan（接口）"
    assert _brought(BATCH).en == "zhengguan (API)"


@pytest.mark.django_db
def test_a_file_names_who_brought_it_or_the_folder_and_else_it_was_the_command_line() -> None:
    assert _brought(BATCH).zh == "命令行"
    delivered(Source.WATCHED, "", 7, BATCH.sha256)
    assert _brought(BATCH).zh == "收件文件夹"
    Delivery.objects.update(by="office-1")
    assert _brought(BATCH).zh == "office-1"
