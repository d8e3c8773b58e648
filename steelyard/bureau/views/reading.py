"""Reads the views of a run as the same values that were written; one that was altered is told, never shown.

Views that were read stay in memory, the latest few hundred: a run's folder never changes once it is published.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from steelyard.bureau.runs.saving import read_json
from steelyard.bureau.views.accounts import Account, accounts_of, everybody
from steelyard.bureau.views.overview import IndicatorPage, Overview, PeopleWords, UnitLine
from steelyard.bureau.views.rates import PastRates
from steelyard.bureau.views.writing import FOLDER, INDEX, INDICATOR, OVERVIEW, PAST, PEOPLE, RATES, SHEET, WHOLE, WORDS
from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.reports.sheet import UnitSheet

CATALOGUE.add(
    {
        "views-missing": (
            "运行 {run} 没有供页面阅读的视图（由较早的版本生成）；请用 steelyard run 重做这次运行",
            "run {run} has no views for pages to read (an earlier version made it); do it again with steelyard run",
        ),
        "views-altered": (
            "运行 {run} 的视图 {view} 与封存的摘要不符：文件被改动或损坏；请勿采信，从备份恢复或用 steelyard run 重做",
            "view {view} of run {run} is not what was sealed: its file was altered or damaged; do not rely on it, "
            "restore a backup or do steelyard run again",
        ),
    }
)

KEPT = 600
"""Views in memory at once: somewhat more than the units of a province."""


class Views:
    """The views of one run; ``folder`` is the run's. Raises `Refused`: ``views-missing``, ``views-altered``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Name of each view -> its digest. Raises `Refused` where there are none, or those are of other results."""
        path, run = self.folder / INDEX, self.folder.name
        if not path.is_file():
            raise refuse("views-missing", Place(str(path)), run=run)
        index = read_json(path, {"results": str, "views": dict})
        if index["results"] != read_json(self.folder / "run.json", {"digest": str})["digest"]:
            raise refuse("views-altered", Place(str(path)), run=run, view=INDEX)
        return dict(index["views"])

    @property
    def overview(self) -> Overview:
        return self._view(WHOLE, OVERVIEW)  # type: ignore[no-any-return]

    @cached_property
    def lines(self) -> Mapping[str, UnitLine]:
        """Every assessed unit by its code."""
        return {line.code: line for line in self.overview.units}

    def has_unit(self, code: str) -> bool:
        return f"units/{code}" in self.digests

    def unit(self, code: str) -> UnitSheet:
        """The whole sheet of an assessed unit. Raises `KeyError` for any other code."""
        return self._view(f"units/{code}", SHEET)  # type: ignore[no-any-return]

    def indicator(self, id: str) -> IndicatorPage:
        """One indicator across all units. Raises `KeyError` for an indicator that the plan has not."""
        return self._view(f"indicators/{id}", INDICATOR)  # type: ignore[no-any-return]

    @property
    def rates(self) -> PastRates | None:
        """Score rates of the periods before; None where the run did not look back."""
        return self._view(RATES, PAST) if RATES in self.digests else None

    @cached_property
    def people(self) -> tuple[PeopleWords, ...]:
        """What codes in accounts mean, one for each plan for persons."""
        return tuple(self._view(name, WORDS) for name in sorted(self.digests) if name.startswith(f"{PEOPLE}/"))

    def persons(self) -> tuple[Mapping[str, Any], ...]:
        """Everybody who was assessed, one row each."""
        return everybody(self.folder)

    def account(self, person: str) -> Account | None:
        """One person's account; None where nobody of that code was assessed."""
        return accounts_of(self.folder, person)

    def _view(self, name: str, adapter: TypeAdapter[Any]) -> Any:
        return _read(self.folder, name, self.digests[name], id(adapter))


def views_of(folder: Path) -> Views:
    """The same object for the same views, as long as its index stays as it is."""
    index = folder / INDEX
    return _views(folder, index.stat().st_mtime_ns if index.is_file() else 0)


@lru_cache(maxsize=16)
def _views(folder: Path, _: int) -> Views:
    return Views(folder)


_ADAPTERS: Mapping[int, TypeAdapter[Any]] = {id(one): one for one in (SHEET, OVERVIEW, INDICATOR, WORDS, PAST)}


@lru_cache(maxsize=KEPT)
def _read(folder: Path, name: str, digest: str, adapter: int) -> Any:
    path = folder / FOLDER / f"{name}.json.gz"
    try:
        text = gzip.decompress(path.read_bytes())
        if hashlib.sha256(text).hexdigest() != digest:
            raise ValueError
        return _ADAPTERS[adapter].validate_json(text)
    except (OSError, EOFError, ValueError, zlib.error, ValidationError, json.JSONDecodeError):
        raise refuse("views-altered", Place(str(path)), run=folder.name, view=name) from None
