"""Health checks of many units as files: the documents, and the forms in which people read them, side by side."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from steelyard.bureau.health.basis import Basis
from steelyard.bureau.health.beside import NOTHING, Beside, write_beside
from steelyard.bureau.health.making import Checks
from steelyard.bureau.runs.saving import UNFINISHED
from steelyard.bureau.telling import Progress, silent
from steelyard.bureau.views.reading import views_of
from steelyard.engine.problems import CATALOGUE, Language, Place, refuse
from steelyard.engine.shape import suggestion
from steelyard.reports.health.document import Document
from steelyard.reports.health.laid import laid
from steelyard.reports.health.printing import PRINTERS, Form

CATALOGUE.add(
    {
        "health-unit": (
            "运行 {run} 里没有单位“{unit}”的结果{suggestion}；请写被考评单位的代码或名称",
            "run {run} holds nothing of the unit '{unit}'{suggestion}; name an assessed unit by code or name",
        ),
    }
)

BESIDE = "beside.json"
_GROUP = 12


@dataclass(frozen=True)
class Order:
    """What to write, and where. ``forms``: besides the document itself."""

    run: Path
    folder: Path
    forms: tuple[Form, ...]
    language: Language
    beside: Beside = NOTHING


def write_checks(order: Order, codes: Sequence[str], workers: int = 1, progress: Progress = silent) -> list[Path]:
    """One document a unit, its forms beside it; the paths of the documents. Raises `Refused`.

    The folder is replaced as a whole at the end: whatever stops the work leaves what was there before.
    """
    with _whole(order) as new:
        for done, code in enumerate(_written(order, new, codes, workers), start=1):
            if done % 100 == 0:
                progress(f"  已写 {done}/{len(codes)} 份（{code}）", f"  {done}/{len(codes)} written ({code})")
    return [order.folder / f"{code}.json" for code in codes]


def written(order: Order, documents: Iterable[tuple[str, Document]], more: Mapping[str, bytes]) -> list[Path]:
    """The same for documents that somebody else makes. ``more``: other files beside them."""
    codes = []
    with _whole(order) as new:
        for code, document in documents:
            _print(order, new, code, document)
            codes.append(code)
        for name, text in more.items():
            (new / name).write_bytes(text)
    return [order.folder / f"{code}.json" for code in codes]


@contextmanager
def _whole(order: Order) -> Iterator[Path]:
    """A folder to write to, which gets its name in the end."""
    new = order.folder.with_name(f"{order.folder.name}.{uuid4().hex}{UNFINISHED}")
    new.mkdir(parents=True)
    try:
        yield new
        if text := write_beside(order.beside):
            (new / BESIDE).write_bytes(text)
        shutil.rmtree(order.folder, ignore_errors=True)
        new.rename(order.folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _written(order: Order, folder: Path, codes: Sequence[str], workers: int) -> Iterator[str]:
    groups = [codes[at : at + _GROUP] for at in range(0, len(codes), _GROUP)]
    if workers < 2 or len(groups) < 2:
        checks = checks_of(order.run, order.beside)
        yield from (code for group in groups for code in _group(checks, order, folder, group))
        return
    # spawn, not fork: the caller may hold database threads, which a fork would copy half-alive
    made = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _begin, (order, folder))
    with made as pool:
        for group in pool.map(_next, groups):
            yield from group


_own: tuple[Checks, Order, Path] | None = None
"""What a process of the pool works with."""


def _begin(order: Order, folder: Path) -> None:
    global _own
    _own = checks_of(order.run, order.beside), order, folder


def _next(codes: Sequence[str]) -> list[str]:
    assert _own is not None  # the pool began with it
    return _group(*_own, codes)


def _group(checks: Checks, order: Order, folder: Path, codes: Sequence[str]) -> list[str]:
    for code in codes:
        _print(order, folder, code, checks.of(code))
    return list(codes)


def _print(order: Order, folder: Path, code: str, document: Document) -> None:
    text = json.dumps(document.plain(), ensure_ascii=False, indent=1)
    (folder / f"{code}.json").write_text(text + "\n", "utf-8")
    if not order.forms:
        return
    report = laid(document, order.language)
    for form in order.forms:
        (folder / f"{code}.{form}").write_bytes(PRINTERS[form](report))


def checks_of(run: Path, beside: Beside = NOTHING) -> Checks:
    return Checks(Basis(views_of(run)), beside)


def found(run: Path, wanted: Sequence[str]) -> list[str]:
    """Codes of the units that somebody named by code or name; everybody where none was named. Raises `Refused`."""
    lines = views_of(run).overview.units
    if not wanted:
        return [line.code for line in lines]
    known = {line.code: line.code for line in lines} | {line.name.zh: line.code for line in lines}
    for name in wanted:
        if name not in known:
            near = suggestion(name, list(known))
            raise refuse("health-unit", Place(str(run)), run=run.name, unit=name, suggestion=near)
    return list(dict.fromkeys(known[name] for name in wanted))
