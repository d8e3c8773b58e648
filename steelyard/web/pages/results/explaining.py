"""怎样算的: every step of one result, the rows behind it, and its proof, weighed again on the spot if one wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from steelyard.bureau.asking.explaining import Explained
from steelyard.bureau.asking.listing import Listed
from steelyard.bureau.opened import OPENER, Open, weigh_again
from steelyard.engine.explaining.explanation import Explanation, Line
from steelyard.engine.expressions.wording import figure
from steelyard.reports import formats
from steelyard.reports.sheet import IndicatorRow, UnitSheet, Words
from steelyard.web.cycles.results import Reading, folder_of, record_of
from steelyard.web.entries.finding import of_version
from steelyard.web.look.reading import language
from steelyard.web.pages.results import exporting
from steelyard.web.pages.results.doors import READ, WRITE, frame, of_unit, page, reading
from steelyard.web.pages.results.figures.similar import better_at
from steelyard.web.pages.results.indicators import page_of, row_of
from steelyard.web.pages.results.portrait import crumbs, sheet_of
from steelyard.web.trail.recording import seen as read

TOTAL = "total"
SHOWN = 200
"""Rows of one total on a page; the workbook has all of them."""


@dataclass(frozen=True)
class Part:
    """One explanation flattened for a page: ``depth`` of parts of a pool, its totals and its steps."""

    depth: int
    found: Explanation
    lines: tuple[Line, ...]


def parts(found: Explanation, depth: int = 0) -> Iterator[Part]:
    """The whole first, then what it consists of. Steps behind the first that has no outcome say nothing."""
    yield Part(depth, found, tuple(_telling(found.lines)))
    for part in found.parts:
        yield from parts(part, depth + 1)


def _telling(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        yield line
        if line.result == "—":
            return


def opened(seen: Reading) -> Open | None:
    """The run in memory, None while it is being opened. Raises `Refused` where it does not come to the same digest."""
    return OPENER.ask(folder_of(seen.version), record_of())


def _head(seen: Reading, sheet: UnitSheet, indicator: str, here: str, last: Words) -> dict[str, Any]:
    code, version = sheet.code, seen.version.pk
    total = indicator == TOTAL
    name = Words("总分", "Total") if total else page_of(seen, indicator).rule.name
    way = [*crumbs(seen, sheet), (Words("指标明细", "Indicators"), reverse("unit-indicators", args=[version, code]))]
    above = "" if total else reverse("explanation", args=[version, code, indicator])
    return {
        **frame(seen, here, code, indicator, crumbs=[*way, (name, above), (last, "")]), "sheet": sheet, "name": name,
        "indicator": indicator, "row": None if total else row_of(sheet, indicator), "total": total,
        "loss": next((loss for loss in sheet.losses if loss.indicator == indicator), None),
        "rule": None if total else page_of(seen, indicator).rule,
    }  # fmt: skip


def waiting(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The run is being opened: the page says so and asks again by itself, with scripts or without."""
    answer = render(request, "results/opening.html", context, status=202)
    answer["Refresh"] = "3"
    return answer


def _summed(seen: Reading, code: str) -> HttpResponse:
    """A total has no steps of its own: it is the sum of the indicators, each with its steps and rows."""
    return redirect("unit-indicators", seen.version.pk, sheet_of(seen, code).code)


@page("explanation", of_unit)
def explanation(request: HttpRequest, version: int, code: str, indicator: str) -> HttpResponse:
    seen = reading(request, version)
    if indicator == TOTAL:
        return _summed(seen, code)
    context = _head(seen, sheet_of(seen, code), indicator, "explanation", Words("怎样算的", "How it was computed"))
    run = opened(seen)
    if run is None:
        return waiting(request, context)
    explained = run.explain(code, indicator, language())
    more = {
        "explained": explained,
        "parts": list(parts(explained.explanation)),
        "tiles": _tiles(explained, context["row"]),
        "better": better_at(seen, seen.views.lines[code], page_of(seen, indicator)),
        "held": [one for one in of_version(seen, [code]) if one.finding.indicator == indicator],
    }
    return render(request, "results/explanation.html", {**context, **more})


@page("rows", of_unit)
def rows(request: HttpRequest, version: int, code: str, indicator: str) -> HttpResponse:
    """Source records name taxpayers: reading them is on record."""
    seen = reading(request, version)
    if indicator == TOTAL:
        return _summed(seen, code)
    context = _head(seen, sheet_of(seen, code), indicator, "rows", Words("来源记录", "Source records"))
    run = opened(seen)
    if run is None:
        return waiting(request, context)
    found = run.rows(code, indicator, language())
    _on_record(request, seen, code, indicator)
    lists = [(number, one, shown(one)) for number, one in enumerate(found)]
    return render(request, "results/rows.html", {**context, "lists": lists, "shown": SHOWN})


def _tiles(explained: Explained, row: IndicatorRow | None) -> list[tuple[Words, str, str]]:
    """What stands on top: name, text, mood."""
    found = explained.explanation
    place = formats.MISSING if row is None or row.place is None else f"{row.place}/{row.class_size}"
    return [
        (Words("得分", "Points"), found.label or _exact(found.points), ""),
        (Words("满分", "Full marks"), _exact(found.full), ""),
        (Words("失分", "Lost"), _exact(found.lost), "bad" if found.lost else ""),
        (Words("实际值", "Value"), formats.measure(row.value if row else None, language()), ""),
        (Words("同类位次", "Place among peers"), place, ""),
    ]


def _exact(number: Fraction | None) -> str:
    return formats.MISSING if number is None else figure(number)


def shown(one: Listed) -> list[tuple[Any, Sequence[Any]]]:
    return list(zip(one.spots[:SHOWN], one.rows[:SHOWN], strict=True))


def _on_record(request: HttpRequest, seen: Reading, code: str, indicator: str) -> None:
    read(
        "rows", at=timezone.now(), by=seen.asker.by("rows", seen.target(code)), target=f"unit:{code}",
        address=request.META.get("REMOTE_ADDR", ""), version=seen.version.pk, indicator=indicator,
    )  # fmt: skip


@page("rows-file", of_unit)
def rows_file(request: HttpRequest, version: int, code: str, indicator: str, number: int) -> HttpResponse:
    seen = reading(request, version)
    run = OPENER.wait(folder_of(seen.version), record_of())
    found = run.rows(code, indicator, language())
    one = found[min(number, len(found) - 1)]
    _on_record(request, seen, code, indicator)
    head = [Words("文件", "File"), Words("行", "Line"), *(Words(title) for title in one.columns.values())]
    lines = [
        (spot.file, spot.inside, *(None if cell is None else str(cell) for cell in row))
        for spot, row in zip(one.spots, one.rows, strict=True)
    ]
    return exporting.workbook(
        request, seen, exporting.Table(Words(f"{one.table} 来源记录", "source records"), head, lines)
    )


@page("proof", of_unit, (*READ, *WRITE))
def proof(request: HttpRequest, version: int, code: str, indicator: str) -> HttpResponse:
    """What a proof is and how to weigh it; by POST, the verifier does it here and what it says is shown."""
    seen = reading(request, version)
    context = _head(seen, sheet_of(seen, code), indicator, "proof", Words("证明与复核", "Proof"))
    run = opened(seen)
    if run is None:
        return waiting(request, context)
    root = str(run.manifest["root"])
    more: dict[str, Any] = {"root": root, "file": f"{code}-{indicator}.json"}
    if request.method == "POST":
        _on_record(request, seen, code, indicator)
        more["verdict"] = weigh_again(run.proof(code, "" if indicator == TOTAL else indicator), root)
    return render(request, "results/proof.html", {**context, **more})


@page("proof-file", of_unit)
def proof_file(request: HttpRequest, version: int, code: str, indicator: str) -> HttpResponse:
    seen = reading(request, version)
    sheet_of(seen, code)
    run = OPENER.wait(folder_of(seen.version), record_of())
    data = run.proof(code, "" if indicator == TOTAL else indicator)
    answer = HttpResponse(data, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{code}-{indicator}.json"'
    _on_record(request, seen, code, indicator)
    return answer
