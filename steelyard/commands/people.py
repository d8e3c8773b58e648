"""People on the command line: what `run` says of them, and ``steelyard explain --person``."""

from __future__ import annotations

import argparse
import json

from steelyard.bureau.asking.running import run
from steelyard.bureau.people.accounts import account, person_of
from steelyard.bureau.people.assessing import assess
from steelyard.bureau.runs.order import Order
from steelyard.commands.asked import bureau_of, speaker
from steelyard.engine.problems import refuse


def explain_person(arguments: argparse.Namespace) -> int:
    """The account as a ledger, for the last of the periods."""
    periods = (arguments.period,) if arguments.period else ()
    order = Order(plan=arguments.plan, periods=periods, known_at=arguments.known_at, uncertainty=False, history=False)
    bureau = bureau_of(arguments)
    ran = run(bureau, order, speaker(arguments.language))
    found = assess(ran, speaker(arguments.language))
    if not found:
        raise refuse("persons-no-plan", plan=ran.plan.id)
    people = found[-1]
    lines = list(account(people, ran, person_of(people, ran, arguments.person), arguments.language))
    print(json.dumps(lines, ensure_ascii=False) if arguments.json else "\n".join(lines))
    return 0
