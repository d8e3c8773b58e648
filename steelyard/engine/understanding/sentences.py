"""The sentences of a rule beyond its method: value, target, limits, conditions, checkpoints, what nothing is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from steelyard.engine.expressions.nodes import Call
from steelyard.engine.expressions.phrases import YEAR_PARTS
from steelyard.engine.understanding.words.ends import Code, Ends, Unread, Written, groups, written
from steelyard.engine.understanding.words.pieces import split, tail
from steelyard.engine.wording.clauses import EVERY, SHOWN, WORTH, ZEROED
from steelyard.engine.wording.teller import ROUNDINGS

_DECIMALS = re.compile(r"(?:保留(\d+)位小数|(取整数)|取到10的(\d+)次方位)（(.+)）\Z")
_SINCE = re.compile(r"(?:(此前)|(\d+)年(\d+)月(\d+)日起)(.+)\Z")
_ROUNDING = {zh: rule for rule, (zh, _) in ROUNDINGS.items()}
_GIVES = {zh: key for key, (zh, _) in WORTH.items()}
_ZERO = {zh: key for key, (zh, _) in ZEROED.items()}
_UNITS = {zh: key for key, (zh, _) in EVERY.items()}
_PARTS = {zh: key for key, zh in YEAR_PARTS.items()}
_COUNTED = {"按累计值": "to_date", "按当期值": "alone"}
_TAKES = {"各节点扣分相加": "sum", "各节点分别计满分，取平均": "mean"}


def decimals(text: str) -> tuple[int, str]:
    """``保留2位小数（四舍五入）`` -> 2, half_up."""
    found = _DECIMALS.match(text)
    if found is None or found[4] not in _ROUNDING:
        raise Unread(text)
    places, _, below, rule = found.groups()
    return int(places or 0) - int(below or 0), _ROUNDING[rule]


def value(ends: Ends, text: str) -> Written:
    """Formula, show and unit: ``按期笔数÷应报笔数×100%``, ``笔数（户）``."""
    if said := re.fullmatch("以(.+)计", text):
        return {"unit": said[1]}
    limited = tail(text)
    for rest, unit in ((text, {}), *([] if limited is None else [(limited[0], {"unit": limited[1]})])):
        if found := _valued(ends, rest):
            return found | unit
    raise Unread(text)


def _valued(ends: Ends, text: str) -> Written:
    """A quotient times 100% is shown in per cent; nothing where the formula is not understood."""
    stem = text.removesuffix("×100%")
    trees = ends.formulas.read(stem) if stem != text else ()
    if trees and isinstance(trees[0], Call) and trees[0].op == "/":
        return {"value": written(trees[0]), "show": "percent"}
    for show, (zh, _) in SHOWN.items():
        if text.endswith(zh) and (trees := ends.formulas.read(text.removesuffix(zh))):
            return {"value": written(trees[0]), "show": show}
    trees = ends.formulas.read(text)
    return {"value": written(trees[0])} if trees else {}


def shown(text: str) -> Written:
    """Show and unit, whatever the value is."""
    if text.endswith("×100%"):
        return {"show": "percent"}
    limited = tail(text)
    return {"unit": limited[1]} if limited is not None else {}


def target(ends: Ends, text: str, classes: frozenset[str]) -> object:
    """``98%``, ``2025年1月1日起94%，…``, ``98%（第一税务分局99%）``."""
    limited = tail(text)
    if limited is not None:
        try:
            by_class = _by_class(ends, limited[1], classes)
            return {"all": _dated(ends, split(limited[0], "，")), "by_class": by_class}
        except Unread:
            pass
    try:
        return _dated(ends, split(text, "，"))
    except Unread:
        return {"by_class": _by_class(ends, text, classes)}


def _by_class(ends: Ends, text: str, classes: frozenset[str]) -> Written:
    gathered: dict[str, list[str]] = {}
    name = ""
    for part in split(text, "，"):
        started = max((one for one in classes if part.startswith(one)), key=len, default="")
        name = started or name
        if not name:
            raise Unread(part)
        gathered.setdefault(name, []).append(part.removeprefix(started))
    return {name: _dated(ends, parts) for name, parts in gathered.items()}


def _dated(ends: Ends, parts: list[str]) -> object:
    if len(parts) == 1 and not _SINCE.match(parts[0]):
        return end(ends, parts[0])
    found: Written = {}
    for part in parts:
        since = _SINCE.match(part)
        if since is None:
            raise Unread(part)
        found[_day(*since.groups()[:4]).isoformat()] = end(ends, since[5])
    return found


def _day(ever: str | None, year: str, month: str, day: str) -> date:
    try:
        return date.min if ever else date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        raise Unread(f"{year}年{month}月{day}日") from None


def day(text: str) -> str:
    return _day(None, *groups(r"(?P<year>\d+)年(?P<month>\d+)月(?P<day>\d+)日", text).values()).isoformat()


def end(ends: Ends, text: str) -> Code:
    """A number with the unit of the rule; a formula stands without."""
    try:
        return ends.end(text)
    except Unread:
        return ends.formula(text)


def because(ends: Ends, text: str) -> Written:
    """``重大灾害（…）``: a reason, and the condition behind it."""
    limited = tail(text)
    if limited is None:
        raise Unread(text)
    return {"when": ends.formula(limited[1]), "because": limited[0]}


def changed(ends: Ends, text: str) -> tuple[str, Written]:
    """Exemption, relief or escalation, with the key it belongs to."""
    said = groups("(?P<why>.+）)的，(?:(?P<part>该节点)?不扣分|按应扣分的(?P<keep>.+?)(?P<times>倍)?扣分)", text)
    found = because(ends, said["why"])
    if "times" in said:
        return "escalate", {"when": found["when"], "times": ends.formula(said["keep"]), "because": found["because"]}
    if "keep" in said:
        keep = ends.formula(said["keep"], "percent")
        return "relief", {"when": found["when"], "keep": keep, "because": found["because"]}
    return "checkpoints" if "part" in said else "exempt", found


def veto(ends: Ends, text: str, lists: Mapping[str, str]) -> Written:
    """``一票否决：…（…）的，本项不得分，不得列入红榜``."""
    said = groups("一票否决：(?P<why>.+?）)的，(?P<what>.+)", text)
    found = because(ends, said["why"])
    result: Written = {"when": found["when"]}
    for part in split(said["what"], "，"):
        result |= _denied(part, lists)
    return result | {"because": found["because"]}


def _denied(text: str, lists: Mapping[str, str]) -> Written:
    if text in _ZERO:
        return {"zero": _ZERO[text]}
    if grade := re.fullmatch("等次(定为|最高为)“(.+)”", text):
        return {"grade" if grade[1] == "定为" else "grade_at_most": grade[2]}
    barred = split(text.removeprefix("不得列入"), "、")
    if not text.startswith("不得列入"):
        raise Unread(text)
    return {"bars": [lists.get(name, name) for name in barred]}


def empty(ends: Ends, text: str) -> object:
    said = groups("当期(.+?为零|无此类事项)的，(?P<worth>.+)", text)["worth"]
    return _GIVES[said] if said in _GIVES else {"points": ends.marks(said.removeprefix("得"))}


def grades(ends: Ends, text: str) -> list[Written]:
    found: list[Written] = []
    for part in split(text, "，"):
        said = groups("(?:(?P<end>.+)以上|其余)为“(?P<label>.+)”", part)
        at_least = {"at_least": ends.marks(said["end"])} if "end" in said else {}
        found.append({"label": said["label"], **at_least})
    return found


def checkpoints(ends: Ends, clauses: list[str]) -> Written:
    """``按累计值分节点考核，目标：一季度85%；厅：一季度90%；各节点扣分相加``."""
    if len(clauses) < 2 or clauses[-1] not in _TAKES:
        raise Unread("；".join(clauses))
    head, *others, take = clauses
    said = groups("(?P<counted>按累计值|按当期值)(?:逐(?P<every>.+)考核|分节点考核，目标：(?P<targets>.+))", head)
    found: Written = {}
    if "every" in said:
        found["every"] = _UNITS.get(said["every"], said["every"])
    else:
        found["targets"] = _parts(ends, said["targets"])
        own = [clause.partition("：") for clause in others]
        if own:
            found["by_class"] = {name: _parts(ends, parts) for name, _, parts in own}
    found |= {"counted": _COUNTED[said["counted"]], "take": _TAKES[take]}
    return {key: part for key, part in found.items() if (key, part) not in _USUAL}


_USUAL = (("counted", "to_date"), ("take", "sum"))
"""What checkpoints are where nothing else is written."""


def _parts(ends: Ends, text: str) -> Written:
    found: Written = {}
    for part in split(text, "，"):
        name = max((one for one in _PARTS if part.startswith(one)), key=len, default="")
        if not name:
            raise Unread(part)
        said = part.removeprefix(name)
        found[_PARTS[name]] = None if said == "不考核" else end(ends, said)
    return found
