"""Writes the views of a run: packed JSON, one file a unit and one an indicator, and the digest of each.

Numbers are exact text, so what is read back is what was written. A digest is that of the JSON and not of the packed
file, which another release of zlib may pack otherwise.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter

from steelyard.bureau.people.assessing import People
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import UNFINISHED, write_json
from steelyard.bureau.runs.waivers import waivers
from steelyard.bureau.showing import decimal
from steelyard.bureau.views.gathering import Ties, Verdicts, indicator_pages, overview
from steelyard.bureau.views.overview import IndicatorPage, Overview, PeopleWords
from steelyard.bureau.views.rates import PastRates, past_rates
from steelyard.reports.book import ResultBook
from steelyard.reports.sheet import UnitSheet

FOLDER, INDEX = "views", "views.json"
WHOLE, PEOPLE, RATES = "overview", "people", "rates"
SHEET: TypeAdapter[UnitSheet] = TypeAdapter(UnitSheet)
OVERVIEW: TypeAdapter[Overview] = TypeAdapter(Overview)
INDICATOR: TypeAdapter[IndicatorPage] = TypeAdapter(IndicatorPage)
WORDS: TypeAdapter[PeopleWords] = TypeAdapter(PeopleWords)
PAST: TypeAdapter[PastRates] = TypeAdapter(PastRates)
_PACKED = 1  # fast; the next levels save a tenth and take three times as long


def write_views(
    folder: Path, ran: Ran, book: ResultBook, ties: Ties, verdicts: Verdicts, people: Sequence[People] = ()
) -> None:
    """``views/`` and, last of all, ``views.json`` with the digest of each file beside that of the results.

    Views of the same results that also hold people stay: whoever publishes without people takes nothing from readers.
    """
    if not people and _hold_people(folder, book.run.digest):
        return
    beside = folder / f"{uuid4().hex}{UNFINISHED}"
    beside.mkdir()
    try:
        digests = {
            name: _write(beside / f"{name}.json.gz", adapter.dump_json(view))
            for name, adapter, view in _views(ran, book, ties, verdicts, people)
        }
        shutil.rmtree(folder / FOLDER, ignore_errors=True)
        os.replace(beside, folder / FOLDER)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    write_json(folder / INDEX, {"results": book.run.digest, "views": digests})


def _hold_people(folder: Path, results: str) -> bool:
    path = folder / INDEX
    if not (path.is_file() and (folder / FOLDER).is_dir()):
        return False
    found = json.loads(path.read_text("utf-8"))
    return bool(found["results"] == results and any(name.startswith(f"{PEOPLE}/") for name in found["views"]))


def _views(
    ran: Ran, book: ResultBook, ties: Ties, verdicts: Verdicts, people: Sequence[People]
) -> Iterator[tuple[str, TypeAdapter[Any], object]]:
    yield WHOLE, OVERVIEW, overview(ran, book, ties, verdicts)
    for sheet in book.units:
        yield f"units/{sheet.code}", SHEET, sheet
    for page in indicator_pages(book):
        yield f"indicators/{page.rule.id}", INDICATOR, page
    if (past := past_rates(ran)) is not None:
        yield RATES, PAST, past
    for part in people:
        yield f"{PEOPLE}/{part.plan.id}-{part.period}", WORDS, people_words(ran, part)


def people_words(ran: Ran, people: People) -> PeopleWords:
    """Names of the posts, units and indicators that stand in the accounts of a plan."""
    stages = [scored for score in people.scores.values() for scored in score.stages]
    carried = {entry.indicator for scored in stages for entry in scored.entries if entry.indicator}
    own = {id: weighed.name for id, weighed in people.own.weighed.items()}
    return PeopleWords(
        plan=people.plan.id,
        name=people.plan.name,
        full=decimal(people.plan.total.value),
        posts={code: ran.everybody.posts[code].name for code in sorted({one.stage.post for one in stages})},
        units={code: ran.names.get(code, code) for code in sorted({one.stage.unit for one in stages})},
        indicators={**{id: ran.book.indicators[id].name for id in sorted(carried)}, **dict(sorted(own.items()))},
        waivers=tuple(waivers(people.plan, ran.book)),
    )


def _write(path: Path, text: bytes) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(text, _PACKED, mtime=0))
    return hashlib.sha256(text).hexdigest()
