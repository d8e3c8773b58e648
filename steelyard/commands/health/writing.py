"""``steelyard health RUN``: health checks of the units of a run, or of its persons, as documents and in print."""

from __future__ import annotations

import argparse
import json

from steelyard.bureau.health.beside import NOTHING, read_beside
from steelyard.bureau.health.persons.writing import people, write_people
from steelyard.bureau.health.writing import Order, found, write_checks
from steelyard.commands.asked import speaker


def health(arguments: argparse.Namespace) -> int:
    """Writes ``health/`` in the run's folder, or the one that was named, and tells how to verify it."""
    of_people = arguments.person is not None
    beside = NOTHING if arguments.beside is None else read_beside(arguments.beside.read_bytes())
    folder = arguments.output or arguments.run / ("health-persons" if of_people else "health")
    forms = tuple(dict.fromkeys(arguments.form or ()))
    order, tell = Order(arguments.run, folder, forms, arguments.language, beside), speaker(arguments.language)
    if of_people:
        paths = write_people(order, people(arguments.run, arguments.person), tell)
    else:
        paths = write_checks(order, found(arguments.run, arguments.unit), arguments.threads, tell)
    zh = arguments.language == "zh"
    if arguments.json:
        print(json.dumps({"folder": str(folder), "reports": len(paths), "forms": list(forms)}))
        return 0
    print(f"体检报告 {len(paths)} 份 {folder}" if zh else f"{len(paths)} health checks in {folder}")
    print(f"{'复核' if zh else 'verify'} python3 verifier/health.py {arguments.run} {folder}")
    return 0
