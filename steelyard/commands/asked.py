"""What every command makes of its arguments: the bureau's folder, and somebody who tells progress in their language."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.saving import whole
from steelyard.bureau.telling import Progress
from steelyard.engine.problems import CATALOGUE, Language, Place, refuse

CATALOGUE.add(
    {
        "output-is-folder": (
            "这是一个文件夹，写不进去；请写到其中的一个文件",
            "this is a folder and cannot be written; name a file inside it",
        ),
        "output-nowhere": (
            "没有文件夹“{folder}”；请先建立，或写到别处",
            "there is no folder '{folder}'; make it first, or write elsewhere",
        ),
    }
)


def bureau_of(arguments: argparse.Namespace) -> Bureau:
    return Bureau(arguments.folder, arguments.record)


def speaker(language: Language) -> Progress:
    """Says progress in the language asked for."""
    return lambda chinese, english: say(chinese if language == "zh" else english)


def deliverable(path: Path | None) -> None:
    """Asked before anything is computed: whether the file that somebody named, if any, has somewhere to be.

    Raises ``output-is-folder`` or ``output-nowhere``.
    """
    if path is None:
        return
    if path.is_dir():
        raise refuse("output-is-folder", Place(str(path)))
    if not path.resolve().parent.is_dir():
        raise refuse("output-nowhere", Place(str(path)), folder=path.resolve().parent)


@contextmanager
def delivered(path: Path) -> Iterator[Path]:
    """Where to write a file that somebody named: it is there whole or not at all. A device is written to as it is."""
    deliverable(path)
    if path.exists() and not path.is_file():
        yield path
        return
    with whole(path.resolve()) as temporary:
        yield temporary


def say(text: str) -> None:
    """Progress goes beside the result, so that a pipe gets the result alone."""
    print(text, file=sys.stderr, flush=True)
