"""``steelyard world``."""

from __future__ import annotations

import argparse
import sys

from steelyard.lake.world import write_world


def world(arguments: argparse.Namespace) -> int:
    summary = write_world(arguments.folder, arguments.scale, arguments.seed, lambda text: print(text, file=sys.stderr))
    print(summary)
    return 0
