"""The whole way at once: a synthetic province is written, loaded as its files arrive, evaluated and published.

What a start before has finished is not done again: the world, every file of the record. Each scale, seed and version
of the declarations has a folder of its own, so nothing has to be cleared away.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from steelyard import __version__
from steelyard.bureau.asking.proving import Prover
from steelyard.bureau.folder import Bureau, texts
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import run_written
from steelyard.bureau.runs.saving import manifest_of, write_json
from steelyard.bureau.sheets.publishing import Published, SheetKind, publish
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Problem
from steelyard.engine.proof.canonical import canonical, digest
from steelyard.lake.intake import Refusal, intake
from steelyard.lake.intake.cage import Cage
from steelyard.lake.record.batch import Batch
from steelyard.lake.record.ledger import Ledger
from steelyard.lake.record.snapshot import snapshot
from steelyard.lake.world import Scale, edition, write_world

_TOLD_EVERY = 10
_MARK = "demo.json"
_LISTED = ("sheets", "proofs")


PLAN = "branches_2026"
CITIES = "cities_2026"


@dataclass(frozen=True)
class Prepared:
    """A bureau whose record is full. ``refused``: why files were not loaded this time."""

    bureau: Bureau
    world: Path
    refused: tuple[Problem, ...]


@dataclass(frozen=True)
class Shown:
    """What there is to look at: the run's folder, its first sheet, and proofs with the root that seals them."""

    folder: Path
    root: str
    sheets: tuple[Path, ...]
    proofs: tuple[Path, ...]


@dataclass(frozen=True)
class _Delivery:
    file: Path
    sha256: str
    arrived: datetime


def prepare(out: Path, rules: Path, scale: Scale, seed: int, progress: Progress = silent) -> Prepared:
    """The province of that scale and seed below ``out``, loaded by the declarations of ``rules``.

    ``rules`` holds ``rules/``, ``facts/`` and ``calendar.yaml``. Raises `Refused`.
    """
    home, bureau = home_of(out, scale, seed), bureau_of(out, rules, scale, seed)
    tables = list(bureau.tables().values())
    folder = home / f"world-{edition()}"
    with Cage() as cage:
        if not folder.is_dir():
            cage.warm()  # what starts beside the making of the world need not be waited for
        world = _world(folder, scale, seed, progress)
        return Prepared(bureau, world, tuple(_load(bureau, tables, world, cage, progress)))


def home_of(out: Path, scale: Scale, seed: int) -> Path:
    """The folder of everything that belongs to a province."""
    return out / f"{scale}-{seed}"


def bureau_of(out: Path, rules: Path, scale: Scale, seed: int) -> Bureau:
    """The bureau that `prepare` fills, whether it is full or not there yet; another one where a version of ours writes
    other files, or reads them otherwise."""
    declared = digest([edition(), *(text for _, text in texts(rules / "facts"))])[:8]
    return Bureau(rules, home_of(out, scale, seed) / f"record-{declared}" / "record")


def show(prepared: Prepared, sheets: SheetKind, threads: int, progress: Progress = silent) -> Shown:
    """The year's evaluation of all branches, with sheets of the first and last of each class and proofs of the first.

    ``steelyard run`` writes the sheets of everybody.
    """
    key = _key(prepared.bureau, sheets)
    found = _finished(prepared.bureau, key)
    if found is not None:
        progress("同样的数据、规则和版本已运行过", "the same data, rules and version have been run already")
        return found
    bureau = prepared.bureau  # the rules of the demo are ours, and checked by our tests
    ran = run_written(bureau, Order(plan=PLAN, threads=threads), bureau.written(), progress)
    published = publish(ran, sheets, threads, progress, frozenset(_ends(Results(ran))))
    progress("开始写各类第一名的证明", "writing a proof of the first of each class")
    proofs = _prove(published)
    shown = Shown(published.folder, published.results.tree.root, published.sheets[:1], tuple(proofs))
    _finish(shown, key)
    return shown


def _prove(published: Published) -> list[Path]:
    """The total of the first unit of each class, each proof one file."""
    results, manifest = published.results, manifest_of(published.results)
    folder = published.folder / "proofs"
    folder.mkdir(exist_ok=True)
    paths, prover = [], Prover(results, manifest)
    for unit in _ends(results)[::2]:
        path = folder / f"{unit}.json"
        path.write_bytes(canonical(prover.proof(unit, results.panel.periods[-1], "")))
        paths.append(path)
    return paths


def _ends(results: Results) -> list[str]:
    """By class, the unit with the first place and the one with the last; the lower code among equals."""
    places: dict[int, list[tuple[int, str]]] = {}
    for index, unit, period in results.places():
        if period == results.panel.periods[-1]:
            row = (int(results.result.places.place[index]), unit)
            places.setdefault(int(results.panel.classes[index]), []).append(row)
    return [end[1] for _, rows in sorted(places.items()) for end in (min(rows), max(rows))]


def _key(bureau: Bureau, sheets: SheetKind) -> str:
    """All that decides what is shown."""
    rules = [text for room in ("rules", "facts") for _, text in texts(bureau.root / room)]
    return digest([PLAN, sheets, __version__, snapshot(bureau.record).digest, *rules])


def _finish(shown: Shown, key: str) -> None:
    paths = {name: [str(path.relative_to(shown.folder)) for path in getattr(shown, name)] for name in _LISTED}
    write_json(shown.folder / _MARK, {"key": key, "root": shown.root, **paths})


def _finished(bureau: Bureau, key: str) -> Shown | None:
    for path in sorted(bureau.runs.glob(f"*/{_MARK}")):
        mark = json.loads(path.read_text("utf-8"))
        if mark["key"] == key:
            sheets, proofs = (tuple(path.parent / one for one in mark[name]) for name in _LISTED)
            if all(one.is_file() for one in (*sheets, *proofs)):
                return Shown(path.parent, mark["root"], sheets, proofs)
    return None


def _world(folder: Path, scale: Scale, seed: int, progress: Progress) -> Path:
    """Written under another name first: a folder of the right name is whole."""
    if folder.is_dir():
        progress(f"参考省已在 {folder}", f"the province is in {folder} already")
        return folder
    unfinished = folder.with_name("world.writing")
    shutil.rmtree(unfinished, ignore_errors=True)
    progress("开始写参考省的文件", "writing the files of the province")
    summary = write_world(unfinished, scale, seed)
    os.replace(unfinished, folder)
    progress(
        f"参考省：{summary.files} 个文件，{summary.rows:,} 行，埋设事实 {summary.truths} 条",
        f"the province: {summary.files} files, {summary.rows:,} rows, {summary.truths} planted truths",
    )
    return folder


def _load(
    bureau: Bureau, tables: Sequence[FactTable], world: Path, cage: Cage, progress: Progress
) -> Iterator[Problem]:
    """Everything that is not in the record yet, by the day on which it arrived."""
    waiting = _waiting(bureau.record, _deliveries(world))
    done = 0

    def step(said: str) -> None:
        nonlocal done
        done += said == "raw copied"
        if said == "raw copied" and (done % _TOLD_EVERY == 0 or done == len(waiting)):
            progress(f"装载 {done}/{len(waiting)} 个文件", f"loading {done}/{len(waiting)} files")

    calendar = bureau.calendar()
    for arrived, group in groupby(waiting, key=lambda delivery: delivery.arrived):
        files = [delivery.file for delivery in group]
        for report in intake(bureau.record, tables, files, arrived, calendar=calendar, cage=cage, on_step=step):
            if isinstance(report, Refusal):
                yield from report.problems


def _deliveries(world: Path) -> list[_Delivery]:
    """In order of arrival; of one day the first files of all tables, then their second ones: those do not wait for
    each other when they are loaded."""
    with (world / "deliveries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    turns, found = Counter[str](), list[tuple[datetime, int, _Delivery]]()
    for row in rows:
        arrived, turns[row["table"]] = datetime.fromisoformat(row["arrived_on"]), turns[row["table"]] + 1
        delivery = _Delivery(world / "files" / row["file"], row["sha256"], arrived)
        found.append((arrived, turns[row["table"]], delivery))
    return [delivery for _, _, delivery in sorted(found, key=lambda one: one[:2])]


def _waiting(record: Path, deliveries: Sequence[_Delivery]) -> list[_Delivery]:
    """What a start before has not loaded. Days before the last batch are over: what they lack was refused then."""
    batches = _batches(record)
    if not batches:
        return list(deliveries)
    last, there = batches[-1].known_at, {batch.raw.sha256 for batch in batches}
    return [delivery for delivery in deliveries if delivery.arrived >= last and delivery.sha256 not in there]


def _batches(record: Path) -> list[Batch]:
    return Ledger(record).batches() if (record / "ledger.sqlite").is_file() else []
