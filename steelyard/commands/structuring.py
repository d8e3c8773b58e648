"""``steelyard structure``: past values in the structure of any day, with the sums that show that nothing was lost."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from fractions import Fraction

from steelyard.bureau.runs.order import Order
from steelyard.bureau.showing import decimal
from steelyard.bureau.structures.viewing import Row, Seen, View, view
from steelyard.commands.asked import bureau_of
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import Language

_WORDS = {
    "zh": (
        "架构",
        "行",
        "其中合并行",
        "合计",
        "原报合计",
        "与各架构合计一致",
        "不一致",
        "未变动的 {n} 行略去（--all 全列）",
    ),
    "en": (
        "structure of",
        "lines",
        "joined lines",
        "sum",
        "sum as reported",
        "the same in every structure",
        "NOT THE SAME",
        "{n} lines that never changed are left out (--all lists them)",
    ),
}
SHOWN = 4


def structure(arguments: argparse.Namespace) -> int:
    """Exit code 1 when a structure does not add up to what was reported, which would be a mistake of ours."""
    order = Order(known_at=arguments.known_at)
    found = view(
        bureau_of(arguments), arguments.value, arguments.period, arguments.on or [], order, joined=arguments.joined
    )
    if arguments.json:
        print(json.dumps(plain(found), ensure_ascii=False))
    else:
        print("\n".join(told(found, arguments.language, everything=arguments.all)))
    return 0 if found.reconciled else 1


def told(found: View, language: Language, everything: bool) -> Iterator[str]:
    words = _WORDS[language]
    for seen in found.seen:
        together = sum(row.line is not None and row.line.kind == "together" for row in seen.rows)
        size = f"{len(seen.rows)} {words[1]}" + (f"，{words[2]} {together}" if together else "")
        yield f"{words[0]} {seen.on}（{size}）\t" + "\t".join(map(str, found.periods))
        shown = [row for row in seen.rows if everything or row.moved]
        yield from (_line(row) for row in shown)
        if len(shown) < len(seen.rows):
            yield "  " + words[7].format(n=len(seen.rows) - len(shown))
        yield from (_line(row) for row in seen.above)
        yield from _sums(words[3], seen)
        yield ""
    yield from _reported(found, words)


def _line(row: Row) -> str:
    return f"  {row.code} {row.name}\t" + "\t".join("—" if value is None else shown(value) for value in row.values)


def _sums(title: str, seen: Seen) -> Iterator[str]:
    for total, values in seen.sums.items():
        yield f"  {title} {named(total)}\t" + "\t".join(map(shown, values))


def _reported(found: View, words: Sequence[str]) -> Iterator[str]:
    for total, values in found.reported.items():
        yield f"{words[4]} {named(total)}\t" + "\t".join(map(shown, values))
    yield words[5] if found.reconciled else words[6]


def named(total: Aggregate) -> str:
    """A short name for a column of sums; the window says how far back it looks."""
    window = total.window
    back = f" −{window.years}y" if window.years else f" −{window.periods}" if window.periods else ""
    return f"{total.kind}({total.table}){back}"


def shown(value: Fraction) -> str:
    return figure(Fraction(decimal(value, SHOWN)))


def plain(found: View) -> dict[str, object]:
    return {
        "periods": [str(period) for period in found.periods],
        "reported": {named(total): [figure(value) for value in values] for total, values in found.reported.items()},
        "reconciled": found.reconciled,
        "structures": [
            {
                "on": seen.on.isoformat(),
                "lines": [_row(row) for row in seen.rows],
                "above": [_row(row) for row in seen.above],
                "sums": {named(total): [figure(value) for value in values] for total, values in seen.sums.items()},
            }
            for seen in found.seen
        ],
    }


def _row(row: Row) -> dict[str, object]:
    values = [None if value is None else figure(value) for value in row.values]
    kind = None if row.line is None else row.line.kind
    return {"code": row.code, "name": row.name, "kind": kind, "values": values}
