"""24 months of results of the province and the year's, in which 20,000 persons are scored: made once, kept in its
record. Every site that is timed reads a copy of its own, into which its worker writes."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench.province import BRANCHES, MONTHS, Province
from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.saving import write_rows
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import run_written
from steelyard.bureau.runs.saving import write_json
from steelyard.bureau.sheets.publishing import publish
from steelyard.bureau.telling import silent

EARLIER = "2025"
"""The register begins with 2026, nobody can be weighed in the year before: its months stand with what was weighed in
the months of 2026, so that there are as many results, and as large."""
PEOPLED = "2026"
"""Persons are weighed from the first day of a year, so in no month but January."""
PERSONS = 20_000


def published(home: Province) -> list[str]:
    """The name of each run's folder in `apart`, the oldest first, the year's last."""
    found = [(_found(home, period) or _made(home, period)).name for period in (*MONTHS, PEOPLED)]
    return [*map(_earlier, found[:-1]), *found]


def _earlier(name: str) -> str:
    """What the run of a month is called as that of the year before."""
    return name.replace(f"{BRANCHES}-{MONTHS[0][:4]}-", f"{BRANCHES}-{EARLIER}-")


def _found(home: Province, period: str) -> Path | None:
    whole = (path.parent for path in home.bureau.runs.glob(f"{BRANCHES}-{period}-{'?' * 12}/views.json"))
    held = "persons.parquet" if period == PEOPLED else "run.json"
    return next((folder for folder in sorted(whole) if _whole(folder) and (folder / held).is_file()), None)


def _whole(folder: Path) -> bool:
    return (folder / "run.json").is_file()


def _made(home: Province, period: str) -> Path:
    print(f"  running {period}", flush=True)
    order = Order(BRANCHES, periods=(period,), history=period == PEOPLED)
    ran = run_written(home.bureau, order, home.bureau.written(), silent)
    return publish(ran, "none", progress=silent, persons=period == PEOPLED, units=frozenset()).folder


def apart(home: Province, persons: int = PERSONS) -> Bureau:
    """The bureau again, for one site; in the year's run stand as many persons as wanted. Files are shared: whatever
    is written anew takes the place of a file and changes none."""
    bureau = home.copy("web")
    shutil.copytree(home.bureau.record / "raw", bureau.record / "raw", copy_function=os.link, dirs_exist_ok=True)
    for name in published(home)[len(MONTHS) :]:
        shutil.copytree(home.bureau.runs / name, bureau.runs / name, copy_function=os.link)
        if _earlier(name) != name:
            _a_year_before(bureau.runs / name)
    year = _found(replace(home, bureau=bureau), PEOPLED)
    assert year is not None, "publish the runs before they are copied"
    peopled(year, persons)
    return bureau


def _a_year_before(folder: Path) -> None:
    """The same results as those of the year before: only the manifest says so."""
    before = folder.with_name(_earlier(folder.name))
    shutil.copytree(folder, before, copy_function=os.link)
    manifest = json.loads((before / "run.json").read_text("utf-8"))
    periods = [period.replace(MONTHS[0][:4], EARLIER) for period in manifest["periods"]]
    (before / "run.json").unlink()
    write_json(before / "run.json", {**manifest, "run": before.name, "periods": periods})


def peopled(folder: Path, persons: int) -> None:
    """Those who were weighed, again and again under other codes, until there are as many as wanted."""
    heads = pq.read_table(folder / "persons.parquet").to_pylist()
    lines: dict[str, list[dict[str, Any]]] = {}
    for line in pq.read_table(folder / "accounts.parquet").to_pylist():
        lines.setdefault(line["person"], []).append(line)
    wanted = [(number // len(heads), heads[number % len(heads)]) for number in range(max(persons, len(heads)))]
    people = sorted((_again(head["person"], turn), head) for turn, head in wanted)
    write_rows(folder / "persons.parquet", [{**head, "person": code} for code, head in people])
    rows = [{**line, "person": code} for code, head in people for line in lines.get(head["person"], ())]
    write_rows(folder / "accounts.parquet", rows)


def _again(code: str, turn: int) -> str:
    return f"{code}-{turn}" if turn else code
