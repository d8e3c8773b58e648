"""``steelyard who``: who held a post on a day, as it was known at a moment."""

from __future__ import annotations

import argparse
import json
from datetime import date
from fractions import Fraction

from steelyard.bureau.people.holding import Held, who
from steelyard.commands.asked import bureau_of
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import Language


def tell_holders(arguments: argparse.Namespace) -> int:
    """Always 0: that nobody held it is an answer."""
    on = arguments.on or date.today()
    found = who(bureau_of(arguments), arguments.post, on, arguments.known_at)
    if arguments.json:
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False))
    else:
        nobody = f"{arguments.post} {on}：" + ("无人任职" if arguments.language == "zh" else "nobody")
        print("\n".join(_line(one, arguments.language) for one in found) or nobody)
    return 0


def _line(one: Held, language: Language) -> str:
    last = one.last or ("至今" if language == "zh" else "until now")
    place = f"{one.unit_name}（{one.unit}）{one.post_name}（{one.post}）"
    known, share = f"{one.known_at:%Y-%m-%d %H:%M}", figure(Fraction(one.share))
    if language == "zh":
        return f"{one.name}（{one.person}） {place} {one.first}～{last} 份额 {share}，{known} 知悉"
    return f"{one.name} ({one.person}) {place} {one.first}～{last} share {share}, known since {known}"


def _plain(one: Held) -> dict[str, str | None]:
    return {name: None if (value := getattr(one, name)) is None else str(value) for name in Held.__dataclass_fields__}
