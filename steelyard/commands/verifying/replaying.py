"""``steelyard replay``."""

from __future__ import annotations

import argparse

from steelyard.bureau.runs.replaying import replay as again


def replay(arguments: argparse.Namespace) -> int:
    results = again(arguments.run, arguments.record)
    print(f"一致 same digest {results.digest}（{len(results.leaves)}）")
    return 0
