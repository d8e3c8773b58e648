"""How numbers, names and directions of a health check are printed: the verifier's own grammar (health.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

GRAMMAR: dict[str, Any] = json.loads(Path(__file__).with_name("health.json").read_text("utf-8"))
MINUS = "\N{MINUS SIGN}"
Slots = dict[str, tuple[str, Any, str]]
Sentence = tuple[str, Slots]
MONTHS = "overview#months"


def exact(value: Fraction | int) -> str:
    found = Fraction(value)
    for places in range(16):
        if 10**places % found.denominator == 0:
            whole = abs(found.numerator) * 10**places // found.denominator
            digits = str(whole).zfill(places + 1)
            sign = "-" if found < 0 else ""
            return sign + (digits if not places else f"{digits[:-places]}.{digits[-places:]}")
    return f"{found.numerator}/{found.denominator}"


def fixed(value: Fraction, places: int = 2, plus: bool = False) -> str:
    """Half up, thousands parted, a true minus."""
    whole = (abs(value) * 10**places * 2 + 1) // 2
    digits = str(whole).zfill(places + 1)
    head, tail = (digits[:-places], f".{digits[-places:]}") if places else (digits, "")
    sign = "" if not whole else MINUS if value < 0 else "+" if plus else ""
    return f"{sign}{int(head):,}{tail}"


SPRING = ("January", "February", "March", "April", "May", "June")
ENGLISH = (*SPRING, "July", "August", "September", "October", "November", "December")


def period(text: str, zh: bool) -> str:
    found = re.fullmatch(r"([A-Z]*)(\d{4})(?:Q([1-4])|H([12])|-(\d\d))?(YTD)?", text)
    if not found:
        return text
    system, year, quarter, half, month, cumulative = found.groups()
    if zh:
        head = f"{year}财年" if system else f"{year}年"
        part = f"第{'一二三四'[int(quarter) - 1]}季度" if quarter else f"{'上下'[int(half) - 1]}半年" if half else ""
        part = f"{int(month)}月" if month else part
        return head + (part or ("" if system else "度")) + ("累计" if cumulative else "")
    head = f"{system} {year}".strip()
    part = f"Q{quarter} {head}" if quarter else f"H{half} {head}" if half else ""
    part = f"{ENGLISH[int(month) - 1]} {head}" if month else part
    return (part or (head if system else f"the year {head}")) + (" to date" if cumulative else "")


def day(text: str, zh: bool) -> str:
    then = date.fromisoformat(text)
    return f"{then.year}年{then.month}月{then.day}日" if zh else f"{then.day} {ENGLISH[then.month - 1]} {then.year}"


def compared(value: Fraction, zh: bool, words: str) -> str:
    """``words``: for nothing, more and less in Chinese, then the same in English."""
    same, more, less, same_en, more_en, less_en = words.split("|")
    if zh:
        return same if not value else (more if value > 0 else less).replace("#", fixed(abs(value)))
    return same_en if not value else (more_en if value > 0 else less_en).replace("#", fixed(abs(value)))


def steps(value: int, zh: bool) -> str:
    if not value:
        return "持平" if zh else "the same place"
    far, up = abs(value), value > 0
    return f"{'进' if up else '退'} {far} 位" if zh else f"{far} place{'s' * (far > 1)} {'up' if up else 'down'}"


def chance(value: Fraction) -> str:
    return ">99%" if value > Fraction("0.99") else "<1%" if value < Fraction("0.01") else f"{fixed(value * 100, 0)}%"


def measure(value: Any, zh: bool) -> str:
    if value is None:
        return "—"
    number, kind, unit_zh, unit_en, places = Fraction(value[0]), value[1], value[2], value[3], value[4]
    if kind == "ratio":
        return f"{fixed(number * 100, places)}%"
    if kind == "money":
        return money(number, zh)
    return f"{fixed(number, places)} {unit_zh if zh or not unit_en else unit_en}".rstrip()


def money(yuan: Fraction, zh: bool) -> str:
    size = abs(yuan)
    if not zh:
        return f"CNY {fixed(yuan / 10**6)} million" if size >= 10**6 else f"CNY {fixed(yuan)}"
    scale, unit = (10**8, "亿元") if size >= 10**8 else (10**4, "万元") if size >= 10**4 else (1, "元")
    return f"{fixed(yuan / scale)} {unit}"


def paired(value: Any, zh: bool) -> str:
    told = (
        f"{a if zh or not b else b} {fixed(Fraction(theirs), 0)} / {fixed(Fraction(ours), 0)}"
        for a, b, theirs, ours in value
    )
    return ("、" if zh else ", ").join(told)


SIGNALS = {"better": ("better than usual", "好于常态"), "worse": ("worse than usual", "差于常态"), None: ("—", "—")}
VERSUS = "持平|高 # 分|低 # 分|level with|# points above|# points below"
MOVED = "不变|增加 # 分|减少 # 分|did not change|rose by # points|fell by # points"
PLAIN: dict[str, Callable[[Any], str]] = {
    "points": lambda value: fixed(Fraction(value)),
    "signed": lambda value: fixed(Fraction(value), plus=True),
    "whole": str,
    "share": lambda value: f"{fixed(Fraction(value) * 100, 1)}%",
    "rate": lambda value: f"{fixed(Fraction(value) * 100)}%",
    "chance": lambda value: chance(Fraction(value)),
}
TOLD: dict[str, Callable[[Any, bool], str]] = {
    "versus": lambda value, zh: compared(Fraction(value), zh, VERSUS),
    "moved": lambda value, zh: compared(Fraction(value), zh, MOVED),
    "steps": steps,
    "period": period,
    "periods": lambda value, zh: ("、" if zh else ", ").join(period(one, zh) for one in value),
    "day": day,
    "words": lambda value, zh: str(value[0] if zh or not value[1] else value[1]),
    "measure": measure,
    "pairs": paired,
    "signal": lambda value, zh: SIGNALS[value][zh],
}


def printed(kind: str, slots: Slots, zh: bool) -> str:
    def fill(found: re.Match[str]) -> str:
        type_, value, _ = slots[found[1]]
        return PLAIN[type_](value) if type_ in PLAIN else TOLD[type_](value, zh)

    return re.sub(r"\{(\w+)\}", fill, GRAMMAR["sentences"][kind][0 if zh else 1])


# ---- slots: kind, value, source ----
def n(kind: str, value: Fraction | int | str, source: str) -> tuple[str, Any, str]:
    return kind, exact(Fraction(value)), source


def w(value: Any, source: str) -> tuple[str, Any, str]:
    """Words as published; a plain text has no English."""
    return "words", [value, ""] if isinstance(value, str) else [value["zh"], value["en"]], source


def count(value: int, source: str) -> tuple[str, Any, str]:
    return "whole", value, source


def month(value: str, source: str = MONTHS) -> tuple[str, Any, str]:
    return "period", value, source


def m(value: Any, source: str) -> tuple[str, Any, str]:
    if value is None:
        return "measure", None, source
    unit = value["unit"]
    return "measure", [exact(Fraction(value["number"])), value["kind"], unit["zh"], unit["en"], value["places"]], source
