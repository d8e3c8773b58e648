"""What each command says and does; `steelyard.cli` only reads its arguments.

A command is loaded when it is asked for: what one of them needs (a database, a printer of sheets) costs the others
nothing.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from steelyard.engine.problems import Refused

HOMES = MappingProxyType(
    {
        "candidates": "lab.candidates:propose",
        "check": "checking:check",
        "cleaning": "verifying.cleaning:clean",
        "demo": "demo:demo",
        "exchange": "persons.exchanging:exchange",
        "explain": "explaining:explain",
        "health": "health.writing:health",
        "intake": "running:intake",
        "ledger": "persons.booking:tell_ledger",
        "people": "persons.asking:people",
        "match": "texts.matching:match",
        "lab": "lab.looking:lab",
        "next": "lab.following:following",
        "plan": "comparing:plan",
        "proof": "verifying.proving:proof",
        "reconcile": "verifying.reconciling:reconcile_sources",
        "recount": "verifying.recounting:recount_sample",
        "replay": "verifying.replaying:replay",
        "run": "running:run",
        "schema": "checking:print_schema",
        "structure": "structuring:structure",
        "text": "texts.telling:tell",
        "try": "trying:try_cases",
        "watch": "lab.watching:tell",
        "who": "persons.holding:tell_holders",
        "world": "world:world",
    }
)
"""Where each command lives: ``module:function`` below this package."""


def perform(command: str, arguments: Namespace) -> int:
    """Does a command by its name; the exit code."""
    module, _, function = HOMES[command].partition(":")
    with _record_blamed(arguments):
        return int(getattr(import_module(f"{__name__}.{module}"), function)(arguments))


@contextmanager
def _record_blamed(arguments: Namespace) -> Iterator[None]:
    """Work that breaks off where the record of facts is damaged ends with the names of the damaged files.

    The whole record is only held against its ledger when something has gone wrong: that takes as long as reading it.
    """
    try:
        yield
    except Refused:
        raise
    except (
        ValueError,
        FileNotFoundError,
    ) as error:  # what readers of Parquet raise; a full disk is the machine's fault
        record = _record(arguments)
        if record is not None and (record / "ledger.sqlite").is_file():
            verify = import_module("steelyard.lake.record.verify").verify
            if problems := verify(record):
                raise Refused(problems) from error
        raise


def _record(arguments: Namespace) -> Path | None:
    given = vars(arguments)
    if given.get("record") is not None:
        return Path(given["record"])
    if given.get("run") is not None:
        return Path(given["run"]).parent.parent / "record"
    return Path(given["folder"]) / "record" if "folder" in given else None
