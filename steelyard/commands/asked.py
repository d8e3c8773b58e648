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
from steelyard.engine.problems import Language


def bureau_of(arguments: argparse.Namespace) -> Bureau:
    return Bureau(arguments.folder, arguments.record)


def speaker(language: Language) -> Progress:
    """Says progress in the language asked for."""
    return lambda chinese, english: say(chinese if language == "zh" else english)


@contextmanager
def delivered(path: Path) -> Iterator[Path]:
    """Where to write a file that somebody named: it is there whole or not at all. A device is written to as it is."""
    if path.exists() and not path.is_file():
        yield path
        return
    with whole(path.resolve()) as temporary:
        yield temporary


def say(text: str) -> None:
    """Progress goes beside the result, so that a pipe gets the result alone."""
    print(text, file=sys.stderr, flush=True)
