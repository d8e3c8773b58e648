"""What the phrases of a sheet's sentences claim: for each phrase, the pieces it may truthfully hold.

Written apart from `sentences` and `formats` on purpose: numbers are rounded here by fractions, so that a mistake
in either is seen as a difference. The piece claimed is the group ``n``, a number or a telling word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from steelyard.reports.sheet import FamilyScore, Membership, UnitSheet

Match = re.Match[str]
Expected = Callable[[UnitSheet, Match], tuple[str, ...]]
MINUS = "\N{MINUS SIGN}"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A phrase and what its piece ``n`` must be: any of the texts that ``expected`` returns."""

    pattern: re.Pattern[str]
    expected: Expected


def fixed(value: Fraction, places: int) -> str:
    """A value of zero or more with that many digits, half up, thousands separated."""
    whole, rest = divmod(int(value * 10**places * 2 + 1) // 2, 10**places)
    return f"{whole:,}.{rest:0{places}d}" if places else f"{whole:,}"


def mask(names: Sequence[str], text: str) -> str:
    """The text with the digits inside known names hidden, so that 12366 in a name is no number to derive."""
    for name in names:
        text = text.replace(name, hide(name))
    return text


def names_with_digits(sheet: UnitSheet) -> list[str]:
    """Names of the sheet that hold digits, longest first, so that no name hides a part of another."""
    names = {sheet.name, sheet.class_name, *(family.name for family in sheet.families)}
    names |= {row.name for row in sheet.indicators} | {entry.name for entry in sheet.memberships}
    texts = {text for name in names for text in (name.zh, name.en) if re.search(r"\d", text)}
    return sorted(texts, key=lambda text: (-len(text), text))


def hide(name: str) -> str:
    return re.sub(r"\d", "□", name)


def shown_points(value: Decimal) -> str:
    """Points with their sign: what a malus brought is below zero."""
    shown = fixed(abs(Fraction(value)), 2)
    return f"{MINUS}{shown}" if value < 0 and shown != "0.00" else shown


def share(value: Decimal | Fraction, places: int = 1) -> str:
    return fixed(Fraction(value) * 100, places) + "%"


def confidence(sheet: UnitSheet) -> str:
    return "" if sheet.place.confidence is None else share(sheet.place.confidence, 0)


def always(make: Callable[[UnitSheet], str]) -> Expected:
    return lambda sheet, _: (make(sheet),)


def place_range(sheet: UnitSheet) -> str:
    low, high = sheet.place.low, sheet.place.high
    return f"{low}–{high}" if low < high else str(low)


def reference(sheet: UnitSheet, found: Match) -> tuple[str, ...]:
    """The total against mean, median or best; empty when the direction is the wrong one."""
    peers, what = sheet.peers, found["what"]
    base = {"均值": peers.mean, "mean": peers.mean, "中位": peers.median, "median": peers.median}.get(what, peers.best)
    return _directed(Fraction(sheet.total) - Fraction(base), found["way"])


def _directed(gap: Fraction, way: str) -> tuple[str, ...]:
    up = way in ("高", "增加", "above", "rose", "进", "up")
    return (fixed(abs(gap), 2),) if (gap > 0) == up and gap else ()


def level(sheet: UnitSheet, found: Match) -> tuple[str, ...]:
    """The word for "level" is true only where the two are equal."""
    peers = {"均值": sheet.peers.mean, "中位": sheet.peers.median, "最高分": sheet.peers.best}
    peers |= {"mean": sheet.peers.mean, "median": sheet.peers.median, "class": sheet.peers.best}
    return (found["n"],) if peers[found["what"]] == sheet.total else ()


def moved(sheet: UnitSheet, found: Match) -> tuple[str, ...]:
    earlier = sheet.earlier
    return _directed(Fraction(sheet.total) - Fraction(earlier.total), found["way"]) if earlier else ()


def places_moved(sheet: UnitSheet, found: Match) -> tuple[str, ...]:
    if sheet.earlier is None or sheet.earlier.place is None:
        return ()
    steps = sheet.earlier.place - sheet.place.place
    return (str(abs(steps)),) if steps and (steps > 0) == (found["way"] in ("进", "up")) else ()


def signal_months(sheet: UnitSheet, _: Match) -> tuple[str, ...]:
    marked = [point.period for point in sheet.history if point.signal and point.total is not None]
    zh = "、".join(f"{p[:4]}年{int(p[5:])}月" for p in marked)
    return (zh, ", ".join(f"{MONTHS[int(p[5:]) - 1]} {p[:4]}" for p in marked))


def ordinal_texts(place: int) -> tuple[str, ...]:
    """``1st``, ``12th``, ``23rd``."""
    if place // 10 % 10 == 1 or place % 10 not in (1, 2, 3):
        return (f"{place}th",)
    return (f"{place}{('st', 'nd', 'rd')[place % 10 - 1]}",)


def known_months(sheet: UnitSheet) -> int:
    return sum(point.total is not None for point in sheet.history)


def signals(sheet: UnitSheet) -> int:
    return sum(point.total is not None and point.signal is not None for point in sheet.history)


def period_texts(text: str) -> tuple[str, ...]:
    """Every way a period may be written; fiscal years carry letters before, cumulative ones YTD behind."""
    letters = text[: len(text) - len(text.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]
    plain = text.removeprefix(letters).removesuffix("YTD")
    endings = ("累计", " to date") if text.endswith("YTD") else ("", "")
    return tuple(words + ending for words, ending in zip(_words(plain[:4], plain[4:], letters), endings, strict=True))


def _words(year: str, rest: str, letters: str) -> tuple[str, str]:
    zh, en = (f"{year}财年", f"{letters} {year}") if letters else (f"{year}年", year)
    match rest[:1]:
        case "Q":
            return f"{zh}第{'一二三四'[int(rest[1]) - 1]}季度", f"{rest} {en}"
        case "H":
            return f"{zh}{'上下'[int(rest[1]) - 1]}半年", f"{rest} {en}"
        case "-":
            return f"{zh}{int(rest[1:])}月", f"{MONTHS[int(rest[1:]) - 1]} {en}"
        case _:
            return (zh, en) if letters else (f"{zh}度", f"the year {en}")


def as_of(sheet: UnitSheet) -> tuple[str, ...]:
    year, month, day = (int(part) for part in sheet.run.as_of[:10].split("-"))
    time = sheet.run.as_of[11:16]
    texts = (f"{year}年{month}月{day}日 {time}", f"{day} {MONTHS[month - 1]} {year} {time}")
    return tuple(text.rstrip() for text in texts)


def lost(sheet: UnitSheet) -> Fraction:
    return sum((Fraction(loss.points) for loss in sheet.losses), Fraction(0))


def biggest(sheet: UnitSheet, count: int) -> Fraction:
    return sum(sorted((Fraction(loss.points) for loss in sheet.losses), reverse=True)[:count], Fraction(0))


def _named(sheet: UnitSheet, found: Match) -> FamilyScore | None:
    return next((f for f in sheet.families if found["name"] in (hide(f.name.zh), hide(f.name.en))), None)


def family_points(sheet: UnitSheet, found: Match) -> tuple[str, ...]:
    family = _named(sheet, found)
    return (shown_points(family.points),) if family else ()


def _rate(family: FamilyScore) -> Fraction:
    """Points by full marks to four decimals, half up."""
    exact = Fraction(family.points) / Fraction(family.full)
    near = Fraction(int(abs(exact) * 20_000 + 1) // 2, 10_000)
    return near if exact >= 0 else -near


def family_distance(family: FamilyScore) -> Fraction:
    """From the peers' mean: a difference of score rates, of points where there are no full marks."""
    own = _rate(family) if family.full else Fraction(family.points)
    return own - Fraction(family.peer_mean)


def family_rate(sheet: UnitSheet, found: Match) -> tuple[str, ...]:
    family = _named(sheet, found)
    if family is None or not family.full:
        return ()
    rate = _rate(family)
    return (f"{'' if rate >= 0 else MINUS}{share(abs(rate), 2)}",)


def family_gap(sheet: UnitSheet, found: Match) -> tuple[str, ...]:
    """Percentage points where the family has full marks, points where it has none."""
    family = _named(sheet, found)
    if family is None or bool(family.full) != (found["unit"] in ("个百分点", "percentage points")):
        return ()
    return _directed(family_distance(family) * (100 if family.full else 1), found["way"])


def _list(sheet: UnitSheet, found: Match) -> Membership | None:
    return next((m for m in sheet.memberships if found["name"] in (hide(m.name.zh), hide(m.name.en))), None)


def list_cut(sheet: UnitSheet, found: Match) -> tuple[str, ...]:
    entry = _list(sheet, found)
    return (str(entry.cut),) if entry and entry.cut else ()


def list_word(sheet: UnitSheet, found: Match) -> tuple[str, ...]:
    words = {
        "certain": ("确定入列", "certainly on it"),
        "boundary": ("处于边界，尚不能判定", "at the boundary, undecided"),
        "listed": ("入列", "on it"),
        "out": ("未入列", "out"),
        "unset": ("本组不设", "not in this class"),
    }
    entry = _list(sheet, found)
    return words[entry.state] if entry else ()


def list_chance(sheet: UnitSheet, found: Match) -> tuple[str, ...]:
    entry = _list(sheet, found)
    if entry is None or entry.probability is None:
        return ()
    chance = Fraction(entry.probability)
    if chance < Fraction(1, 100):
        return ("<1%",)
    return (">99%",) if chance > Fraction(99, 100) else (share(chance, 0),)
