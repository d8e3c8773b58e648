"""``steelyard ledger``: everything that was entered for a person by runs, in the order in which they were published."""

from __future__ import annotations

import argparse
import json

from steelyard.bureau.views.ledger import ledger, told
from steelyard.engine.proof.canonical import exact


def tell_ledger(arguments: argparse.Namespace) -> int:
    found = ledger(arguments.runs, arguments.person)
    if arguments.json:
        entries = [
            {"number": one.number, "run": one.run, "kind": one.kind, "unit": one.unit, "indicator": one.indicator,
             "amount": exact(one.amount), "corrects": one.corrects}
            for one in found.entries
        ]  # fmt: skip
        print(json.dumps({"balance": exact(found.balance), "entries": entries}, ensure_ascii=False))
        return 0
    print(f"{found.person} {found.period} · {found.plan}")
    print("\n".join(told(entry, arguments.language) for entry in found.entries))
    word = "余额（各笔之和）" if arguments.language == "zh" else "balance (sum of all entries)"
    print(f"{word} {exact(found.balance)}")
    return 0
