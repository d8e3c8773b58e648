"""``steelyard health RUN``: the health check of every unit of a run, or of some, as documents and in print."""

from __future__ import annotations

import argparse
import json

from steelyard.bureau.health.beside import NOTHING, read_beside
from steelyard.bureau.health.writing import Order, found, write_checks
from steelyard.commands.asked import speaker


def health(arguments: argparse.Namespace) -> int:
    """Writes ``health/`` in the run's folder, or the one that was named, and tells how to verify it."""
    codes = found(arguments.run, arguments.unit)
    beside = NOTHING if arguments.beside is None else read_beside(arguments.beside.read_bytes())
    folder = arguments.output or arguments.run / "health"
    forms = tuple(dict.fromkeys(arguments.form or ()))
    order = Order(arguments.run, folder, forms, arguments.language, beside)
    paths = write_checks(order, codes, arguments.threads, speaker(arguments.language))
    zh = arguments.language == "zh"
    if arguments.json:
        print(json.dumps({"folder": str(folder), "reports": len(paths), "forms": list(forms)}))
        return 0
    print(f"体检报告 {len(paths)} 份 {folder}" if zh else f"{len(paths)} health checks in {folder}")
    print(f"{'复核' if zh else 'verify'} python3 verifier/health.py {arguments.run} {folder}")
    return 0
