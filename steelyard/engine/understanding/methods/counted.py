"""Sentences of methods that count: events, steps, days late, both sides of a baseline."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from steelyard.engine.scoring.counting import counting_words
from steelyard.engine.understanding.words.ends import Ends, Unread, Written, groups
from steelyard.engine.understanding.words.pieces import bracketed, split, tail

_COUNTING: Mapping[str, str] = {counting_words(way, "zh"): way for way in ("whole", "begun", "proportional")}
_WAYS = "|".join(map(re.escape, _COUNTING))


def limit(ends: Ends, parts: Mapping[str, str]) -> Written:
    """``at_most`` of what `limits.most` says: a cap, or that there is none."""
    if "open" in parts:
        return {"at_most": "unlimited"}
    return {"at_most": ends.marks(parts["cap"])} if "cap" in parts else {}


def line(ends: Ends, text: str, verb: str) -> Written:
    """``责任追究人次（…），每人次扣0.4分，最多扣3分``."""
    said = groups(rf"(?P<name>.+）)，每(?P<unit>.*?){verb}(?P<each>.+?)(，最多{verb}(?P<cap>.+))?", text)
    limited = tail(said["name"])
    if limited is None:
        raise Unread(text)
    found: Written = {"name": limited[0], "count": ends.formula(limited[1])}
    found |= {"each": ends.marks(said["each"]), **limit(ends, said)}
    if said["unit"] != (ends.setting.unit or "次"):
        found["unit"] = said["unit"]
    return found


def per_value(ends: Ends, text: str, verb: str) -> Written:
    if text == f"按实际值{verb}分":
        return {"each": "1"}
    unit = re.escape(ends.setting.unit or "次")
    return {"each": ends.marks(groups(rf"每{unit}{verb}(?P<each>.+)", text)["each"])}


def deduct(ends: Ends, text: str) -> Written:
    found: Written = {}
    clauses = split(text, "；")
    unit = re.escape(ends.setting.unit or "次")
    if len(clauses) > 1 and (said := re.fullmatch(rf"达到(.+){unit}的不得分", clauses[-1])):
        found["zero_at"] = ends.formula(said[1])
        clauses = clauses[:-1]
    if len(clauses) > 1 and clauses[-1].startswith("合计最多扣"):
        found["at_most"] = ends.marks(clauses[-1].removeprefix("合计最多扣"))
        clauses = clauses[:-1]
    return _each_or_lines(ends, clauses, "扣") | found


def _each_or_lines(ends: Ends, clauses: list[str], verb: str) -> Written:
    if len(clauses) == 1 and clauses[0].startswith(("每", "按实际值")):
        return per_value(ends, clauses[0], verb)
    return {"lines": [line(ends, clause, verb) for clause in clauses]}


def bonus(ends: Ends, text: str) -> Written:
    most = r"(?:不封顶(?P<open>)|最多加(?P<cap>.+))"
    *lines, last = split(text, "；")
    if lines:
        said = groups(rf"合计{most}", last)
        return {"lines": [line(ends, clause, "加") for clause in lines], **limit(ends, said)}
    said = groups(rf"(?P<each>.+?)，{most}", text)
    return {**per_value(ends, said["each"], "加"), **limit(ends, said)}


def step(ends: Ends, text: str) -> Written:
    goal = re.escape(ends.setting.goal("zh"))
    said = groups(
        rf"比{goal}每(?P<side>偏离|{ends.setting.gap('zh')})(?P<every>.+?)扣(?P<lose>.+?)(（首步扣(?P<first>.+?)）)?"
        rf"(（每多一步，该步多扣(?P<grows>.+?)）)?，(?P<counting>{_WAYS})(，最多扣(?P<cap>.+))?",
        text,
    )
    found: Written = {
        "every": ends.step(said["every"]),
        "lose": ends.marks(said["lose"]),
        "counting": _COUNTING[said["counting"]],
    }
    if said["side"] == "偏离":
        found["side"] = "both"
    for key, name in (("first", "first"), ("grows_by", "grows"), ("at_most", "cap")):
        if name in said:
            found[key] = ends.marks(said[name])
    return found


def lateness(ends: Ends, text: str) -> Written:
    day = "(?P<day>个工作日|天)"
    most = r"(?:，不封顶(?P<open>)|，最多扣(?P<cap>.+))"
    said = groups(rf"(逾期(?P<grace>.+?)(?:个工作日|天)以内不扣，此后)?每逾期1{day}扣(?P<each>.+?){most}", text)
    return {
        "days": "calendar" if said["day"] == "天" else "working",
        "each": ends.marks(said["each"]),
        "grace": ends.formula(said["grace"]) if "grace" in said else "0",
        **limit(ends, said),
    }


Table = Callable[[Ends, str], Written]


def plus_minus(key: str, title: str, table: Table) -> Table:
    """``以…为基准，持平得5分；每高…；每低…``; ``table`` reads a cap that is a table itself."""

    def read(ends: Ends, text: str) -> Written:
        head, *rest = split(text, "；")
        said = groups(rf"以(?P<reference>.+)为{title}，持平得(?P<start>.+)", head)
        reference = bracketed(said["reference"]) or said["reference"]
        found: Written = {"start": ends.marks(said["start"]), key: ends.formula(reference, ends.setting.show)}
        if rest and (zero := re.fullmatch("实际值为0的得(.+)", rest[-1])):
            found["zero"], rest = ends.marks(zero[1]), rest[:-1]
        up, down = ("高", "低") if ends.setting.direction == "higher" else ("低", "高")
        start = next((n for n, clause in enumerate(rest) if n and clause.startswith((f"每{down}", f"{down}于"))), 0)
        if not start:
            raise Unread(text)
        found["better"] = _side(ends, "；".join(rest[:start]), up, "加", title, table)
        found["worse"] = _side(ends, "；".join(rest[start:]), down, "扣", title, table)
        return found

    return read


def _side(ends: Ends, text: str, way: str, verb: str, title: str, table: Table) -> Written | str:
    if text == f"{way}于{title}的不{verb}分":
        return "nothing"
    said = groups(
        rf"每{way}(?P<every>.+?){verb}(?P<points>.+?)，(?P<counting>{_WAYS})"
        rf"，(?:不封顶(?P<open>)|最多{verb}分：(?P<table>.+)|最多{verb}(?P<cap>.+))",
        text,
    )
    found: Written = {
        "every": ends.step(said["every"]),
        "points": ends.marks(said["points"]),
        "counting": _COUNTING[said["counting"]],
    }
    return found | ({"at_most_by": table(ends, said["table"])} if "table" in said else limit(ends, said))
