"""Sentences of methods that hold one number against another, gather several, or let people judge; and of formulas."""

from __future__ import annotations

import re
from dataclasses import replace

from steelyard.engine.understanding.words.ends import Ends, Unread, Written, groups
from steelyard.engine.understanding.words.formulas import Formulas, Where
from steelyard.engine.understanding.words.pieces import split, tail

_TAKES = {"平均": "mean", "中位数": "median"}
_PICKS = {"给分": "points", "扣分": "lost", "加分": "gained"}


def completion(ends: Ends, text: str) -> Written:
    return _share(ends, text, "目标值")[1]


def ratio(ends: Ends, text: str) -> Written:
    against, found = _share(ends, text, None)
    return {"to": against, **found}


def _share(ends: Ends, text: str, against: str | None) -> tuple[str, Written]:
    """``得分为满分×实际值÷目标值，最高为满分的100%，实际值为0的得满分的100%``."""
    held = ".+" if against is None else re.escape(against)
    up = ends.setting.direction == "higher"
    of = f"实际值÷(?P<of>{held}?)" if up else f"(?P<of>{held}?)÷实际值"
    said = groups(rf"得分为满分×{of}，(不封顶|最高为(?P<cap>.+?))(，实际值为0的得(?P<zero>.+))?", text)
    found: Written = {"at_most": ends.share(said["cap"]) if "cap" in said else "unlimited"}
    if "zero" in said:
        found["at_zero"] = ends.share(said["zero"])
    return ends.formula(said["of"], ends.setting.show), found


def survey(ends: Ends, text: str) -> Written:
    said = groups(
        r"得分为满分×评议结果(（(?P<ratings>.+)）)?÷(?P<out_of>.+?)，(不封顶|最高为(?P<cap>.+?))；"
        r"评议人数(（(?P<raters>.+)）)?不足(?P<least>.+?)人的不计分",
        text,
    )
    found: Written = {
        "out_of": ends.end(said["out_of"]),
        "at_least": ends.formula(said["least"]),
        "at_most": ends.share(said["cap"]) if "cap" in said else "unlimited",
    }
    if "raters" in said:
        return found | {"raters": ends.formula(said["raters"])}
    ratings, trimmed = (
        said.get("ratings", ""),
        re.search("，满(.+?)人时去掉一个最高和一个最低$", said.get("ratings", "")),
    )
    if trimmed is not None:
        found["trim_from"], ratings = ends.formula(trimmed[1]), ratings[: trimmed.start()]
    return found | _rated(ends, ratings)


def _rated(ends: Ends, text: str) -> Written:
    """``满意度调查的第1题（实名）``: a column, and which rows of its table."""
    limited = tail(text)
    if limited is None:
        return {"ratings": ends.formula(text)}
    column = ends.formula(limited[0])
    where = ends.formulas.within(limited[1], Where("number", column.split(".")[0]))
    if not where:
        raise Unread(limited[1])
    return {"ratings": column, "where": where}


def judgement(ends: Ends, text: str) -> Written:
    said = groups(
        r"在(?P<low>.+?)至(?P<high>.+?)之间酌情(?P<picks>给分|扣分|加分)"
        r"(，多人评定（(?P<rated>.+)）取(?P<take>平均|中位数))?，超出范围的评定无效",
        text,
    )
    found: Written = {
        "picks": _PICKS[said["picks"]],
        "lowest": ends.marks(said["low"]),
        "highest": ends.marks(said["high"]),
    }
    if "rated" in said:
        found |= {**_rated(ends, said["rated"]), "take": _TAKES[said["take"]]}
    return found


def checklist(ends: Ends, text: str) -> Written:
    start = "full" if "，未做到扣" in text else "zero"
    verb = {"full": "未做到扣", "zero": "做到得"}[start]
    items = []
    for clause in split(text, "；"):
        said = groups(rf"(?P<name>.+），){verb}(?P<points>.+)", clause)
        limited = tail(said["name"].removesuffix("，"))
        if limited is None:
            raise Unread(clause)
        items.append({"name": limited[0], "done": ends.formula(limited[1]), "points": ends.marks(said["points"])})
    return {"start": start, "items": items}


def composite(ends: Ends, text: str) -> Written:
    lead = next((word for word in _COMBINES if text.startswith(word)), "")
    parts = split(text.removeprefix(lead), "、" if lead else "＋")
    return {"combine": _COMBINES.get(lead, "sum"), "parts": [_part(ends, part) for part in parts]}


_COMBINES = {"取最低者：": "least", "取最高者：": "greatest"}


def _part(ends: Ends, text: str) -> Written:
    said, times, weight = text.rpartition("）×")
    limited = tail(f"{said}）" if times else text)
    if limited is None:
        raise Unread(text)
    converted = re.fullmatch("(?P<of>.+)，由(?P<out_of>.+)分制折算", limited[1])
    found: Written = {"name": limited[0], "of": ends.formula(converted["of"] if converted else limited[1])}
    if times:
        found["weight"] = ends.formula(weight, "percent")
    return found if converted is None else found | {"out_of": ends.formula(converted["out_of"], "points")}


def formula(ends: Ends, text: str) -> Written:
    """``加权优良分＝…；得分＝…``, or a sentence with that in brackets behind it."""
    limited = tail(text)
    says = limited[0] if limited is not None and "＝" not in limited[0] else ""
    inner = limited[1] if limited is not None and says else text
    found: Written = {"says": says} if says else {}
    steps: Written = {}
    names: dict[str, str] = {}
    for clause in split(inner, "；"):
        name, equals, how = clause.partition("＝")
        formulas = Formulas(ends.formulas.lexicon.named(names))
        if not equals:
            raise Unread(clause)
        tree = replace(ends, formulas=formulas).formula(how)
        if name in _GIVES:
            found[_GIVES[name]] = tree
        else:
            key = ends.keys.get(name, f"step{len(steps) + 1}")
            steps[key], names[key] = {"name": name, "is": tree}, name
    return ({"steps": steps} if steps else {}) | found


_GIVES = {"得分": "points", "等次": "label"}
