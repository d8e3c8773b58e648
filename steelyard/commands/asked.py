"""What every command makes of its arguments: the bureau's folder, and somebody who tells progress in their language."""

from __future__ import annotations

import argparse
import sys

from steelyard.bureau.folder import Bureau
from steelyard.bureau.telling import Progress
from steelyard.engine.problems import Language


def bureau_of(arguments: argparse.Namespace) -> Bureau:
    return Bureau(arguments.folder, arguments.record)


def speaker(language: Language) -> Progress:
    """Says progress in the language asked for."""
    return lambda chinese, english: say(chinese if language == "zh" else english)


def say(text: str) -> None:
    """Progress goes beside the result, so that a pipe gets the result alone."""
    print(text, file=sys.stderr, flush=True)
