"""Sentences of methods that are tables: bands, places, lines through points, reference values, combinations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from steelyard.engine.scoring.tables.threshold import SAID as SIGNS
from steelyard.engine.understanding.words.ends import Ends, Unread, Written, groups
from steelyard.engine.understanding.words.pieces import split, tail

_BEYOND = {"按端点计": "flat", "按相邻一段延长": "extended"}
_INCLUDED = {("含", True): "at_least", ("不含", True): "above", ("含", False): "at_most", ("不含", False): "below"}


def band(ends: Ends, text: str) -> Written:
    found: Written = {}
    said = re.fullmatch(r"按(.+?)分档：(.+)", text)
    if said is not None:
        found["of"], text = ends.formula(said[1]), said[2]
    rows = split(text, "；")
    if len(rows) > 1 and rows[-1].startswith("其余"):
        found["otherwise"] = ends.outcome(rows.pop().removeprefix("其余"))
    return found | {"table": ladder([_row(ends, row) for row in rows])}


def _row(ends: Ends, text: str) -> Written:
    where, _, worth = _at_worth(text)
    return {**_stretch(ends, where), **ends.outcome(worth)}


def _at_worth(text: str) -> tuple[str, str, str]:
    """``90分（含）以上的｜得5分``; the word that joins them is the last one before what is given."""
    found = re.match(r"(.+?)的((?:得|评为“).+)\Z", text)
    if found is None:
        raise Unread(text)
    return found[1], "的", found[2]


def _stretch(ends: Ends, text: str) -> Written:
    if said := re.fullmatch(r"(.+)（含）以下", text):
        return {"at_most": ends.end(said[1])}
    if said := re.fullmatch(r"(.+)（含）以上", text):
        return {"at_least": ends.end(said[1])}
    if said := re.fullmatch(r"不足(.+)", text):
        return {"below": ends.end(said[1])}
    if said := re.fullmatch(r"超过(.+)", text):
        return {"above": ends.end(said[1])}
    if said := re.fullmatch(r"(.+)（(含|不含)）至(.+)（(含|不含)）", text):
        low, high = _INCLUDED[said[2], True], _INCLUDED[said[4], False]
        return {low: ends.end(said[1]), high: ends.end(said[3])}
    return _equal(ends, text)


def _equal(ends: Ends, text: str) -> Written:
    if not text.startswith("为"):
        raise Unread(text)
    text = text.removeprefix("为")
    if text.startswith("“"):
        return {"is": [word.removeprefix("“").removesuffix("”") for word in split(text, "、")]}
    return {"is": Decimal(ends.end(text))}


def ladder(rows: list[Written]) -> list[Written]:
    """Rows that each reach to the row before them are written with one end (80% 以上 under 95% 以上)."""
    for own, other in ((("at_least", "above"), ("at_most", "below")), (("at_most", "below"), ("at_least", "above"))):
        if len(rows) > 1 and _reaching(rows, own, other):
            return [{key: end for key, end in row.items() if key not in other} for row in rows]
    return rows


def _reaching(rows: list[Written], own: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether every row has an end of its own, and ends where the row before begins."""
    turned = dict(zip(own, reversed(other), strict=True))
    if any(key in rows[0] for key in other) or not all(any(key in row for key in own) for row in rows):
        return False
    for before, row in pairwise(rows):
        edge = next((turned[key], before[key]) for key in own if key in before)
        if row.get(edge[0]) != edge[1]:
            return False
    return True


def linear(ends: Ends, text: str) -> Written:
    said = groups(r"(?P<knots>.+)，其间按直线内插；低于首点(?P<below>按.+?)，高于末点(?P<above>按.+)", text)
    knots = [groups("(?P<at>.+?)(?P<worth>得.+)", part) for part in split(said["knots"], "、")]
    points = [{"at": ends.end(knot["at"]), **ends.outcome(knot["worth"])} for knot in knots]
    return {"points": points, "below": _BEYOND.get(said["below"]), "above": _BEYOND.get(said["above"])}


def efficacy(ends: Ends, text: str) -> Written:
    said = groups(
        "得分为满分×功效系数：标准值与系数由优至劣为(?P<levels>.+)，两档之间按比例，劣于最低档的系数为(?P<lowest>.+)",
        text,
    )
    levels = [groups("(?P<standard>.+)为(?P<coefficient>.+)", part) for part in split(said["levels"], "、")]
    return {
        "levels": [
            {"standard": ends.end(level["standard"]), "coefficient": ends.formula(level["coefficient"])}
            for level in levels
        ],
        "below_lowest": ends.formula(said["lowest"]),
    }


def place(ends: Ends, text: str) -> Written:
    said = groups(
        "(按名次(?P<value>)|在同类单位中由(?:高到低|低到高)排名（并列的取较(?P<ties>好|差)位次）)，(?P<rest>第.+)", text
    )
    found: Written = {"from": "value"} if "value" in said else {"from": "peers", "ties": _TIES[said["ties"]]}
    formula = re.fullmatch("第1名得(.+?)，每后移1名减(.+?)，(?:不设下限|最低(.+))", said["rest"])
    if formula is not None:
        lowest = "unlimited" if formula[3] is None else ends.marks(formula[3])
        return found | {"first": ends.marks(formula[1]), "drop": ends.marks(formula[2]), "lowest": lowest}
    *rows, after = split(said["rest"], "；")
    table = [_rank(ends, row) for row in rows]
    return found | {"table": table, "after": ends.outcome(after.removeprefix("其后"))}


_TIES = {"好": "best", "差": "worst"}


def _rank(ends: Ends, text: str) -> Written:
    said = groups(r"第(\d+至)?(?P<last>\d+)名(?P<worth>.+)", text)
    span = {"up_to": int(said["last"])} if "至" in text.split("名")[0] else {}
    return {**span, **ends.outcome(said["worth"])}


def threshold(ends: Ends, text: str) -> Written:
    words = "|".join(SIGNS.values())
    goal = re.escape(ends.setting.goal("zh"))
    said = groups(rf"(?P<sign>{words}){goal}的(?P<met>.+)，否则(?P<missed>.+)", text)
    exact = said["sign"] in (SIGNS[">="], SIGNS["<="])
    return {
        "at_target": "met" if exact else "missed",
        "met": ends.outcome(said["met"]),
        "missed": ends.outcome(said["missed"]),
    }


def matrix(ends: Ends, text: str) -> Written:
    rows = split(text, "；")
    if rows[0].startswith("条件为"):
        return _combined(ends, split(rows[0].removeprefix("条件为"), "、"), rows[1:])
    if len(rows) < 2 or not rows[-1].startswith("其余"):
        raise Unread(text)
    return {
        "rows": [_when(ends, row) for row in rows[:-1]],
        "otherwise": ends.outcome(rows[-1].removeprefix("其余")),
    }


def _when(ends: Ends, text: str) -> Written:
    said, _, worth = _at_last_worth(text)
    try:
        return {"when": ends.formula(said), **ends.outcome(worth)}
    except Unread:
        limited = tail(said)
        if limited is None:
            raise
        return {"name": limited[0], "when": ends.formula(limited[1]), **ends.outcome(worth)}


def _at_last_worth(text: str) -> tuple[str, str, str]:
    found = re.match(r"(.+)的((?:得|评为“).+)\Z", text)
    if found is None:
        raise Unread(text)
    return found[1], "的", found[2]


def _combined(ends: Ends, conditions: list[str], rows: list[str]) -> Written:
    keys: dict[str, str] = {}
    named: Mapping[str, Written] = {}
    for number, condition in enumerate(conditions, start=1):
        limited = tail(condition)
        if limited is None:
            raise Unread(condition)
        key = keys[limited[0]] = ends.keys.get(limited[0], f"c{number}")
        named = {**named, key: {"name": limited[0], "when": ends.formula(limited[1])}}
    return {"conditions": named, "table": [_combination(ends, keys, row) for row in rows]}


def _combination(ends: Ends, keys: Mapping[str, str], text: str) -> Written:
    said, _, worth = _at_last_worth(text)
    met = [part.removesuffix("（是）") for part in split(said, "且") if part.endswith("（是）")]
    if not set(met) <= keys.keys():
        raise Unread(text)
    return {"met": [keys[name] for name in met], **ends.outcome(worth)}
