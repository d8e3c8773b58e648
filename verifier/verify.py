"""独立复核一份证明。Re-weighs one proof bundle with nothing but Python's standard library.

    python verifier/verify.py bundle.json [--root HEX]
Written from docs/proof.md, not from the product, and shares no line with it. Rows give every total, totals every step,
steps the published result, the result its leaf, the leaf the root of the run. It ends with ``一致 equal`` (exit code 0)
or with what differs or cannot be read (1). Without the root published elsewhere a bundle only agrees with itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import IntEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

MOST_BYTES, MOST_WORK, MOST_TOLD = 256 << 20, 200_000_000, 20
Missing = IntEnum("Missing", "EMPTY AWAITED ABSENT OUTSIDE")  # why something is not known; the greater one wins
Names = dict[str, Any]
Function = Callable[..., Any]


class Refusal(Exception):
    """The bundle is not what docs/proof.md describes."""


def need(condition: object, words: str) -> None:
    if not condition:
        raise Refusal(words)


# ---- reading: canonical bytes, known shapes, exact numbers ----
def read(data: bytes) -> Any:
    """Canonical JSON (sorted keys, no spaces, no doubled key) of the known shape, its seal unbroken."""
    need(len(data) <= MOST_BYTES, "文件过大 the file is too large")
    try:
        bundle = json.loads(data)
        same = canonical(bundle) == data
    except (ValueError, RecursionError) as error:
        raise Refusal(f"不是规范的 JSON not canonical JSON: {error}") from None
    need(same, "字节不是规范形式 the bytes are not in canonical form")
    need(type(bundle) is dict and set(bundle) == set(BUNDLE), f"应有这些键 the keys should be {sorted(BUNDLE)}")
    for key in sorted(BUNDLE):
        need(fits(bundle[key], BUNDLE[key]), f"{key}: 形状不符 not of the shape that docs/proof.md gives")
    sealed = digest({key: value for key, value in bundle.items() if key != "seal"})
    need(sealed == bundle["seal"], "封印不符，内容被改动 the seal does not fit: something was changed")
    return bundle


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def fits(value: Any, shape: Any) -> bool:
    """Exactly this shape: no key too many, none too few, every type as stated; a tuple lists what is allowed."""
    if isinstance(shape, dict):
        return type(value) is dict and set(value) == set(shape) and all(fits(value[key], shape[key]) for key in shape)
    if isinstance(shape, list):
        return type(value) is list and all(fits(part, shape[0]) for part in value)
    if isinstance(shape, tuple):
        return any(fits(value, one) for one in shape)
    if isinstance(shape, re.Pattern):
        return type(value) is str and shape.fullmatch(value) is not None
    return shape is Any or type(value) is shape or (type(value) is type(shape) and bool(value == shape))


HEX, DAY = re.compile("[0-9a-f]{64}"), re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PERIOD = re.compile(r"[A-Z]*(\d{4})(?:H([12])|Q([1-4])|-(0[1-9]|1[0-2]))?(YTD)?", re.ASCII)
WORDS = {"empty": "无事项", "awaited": "数据未到", "absent": "单位不存在", "outside": "不适用", "value": "值",
         "points": "得分", "full": "满分", "label": "档次", "total": "总分", "place": "位次", "lists": "名单",
         "segment": "分段", "grade": "等次"}  # fmt: skip
MISSING = {"missing": ("empty", "awaited", "absent", "outside")}
RESULT = (None, str, MISSING)
KINDS = ("count", "sum", "avg", "min", "max", "distinct", "percentile", "first", "last")
ROUNDING = ("half_up", "half_even", "down", "up")
STEP = {"name": str, "zh": str, "en": str, "tree": Any, "result": RESULT}
ITEM = {"item": str, "name": str, "basis": str, "zh": str, "en": str, "steps": [STEP], "parts": [Any]}
NESTED = {"kind": KINDS[:5], "argument": Any, "where": Any}
PEERS = {"peers": str, "of": Any, "with": [int], "class": (None, str), "figures": int}
TOTAL = {"kind": KINDS, "argument": Any, "where": Any, "per": [str], "inner": (None, *KINDS[:6]), "order": (None, str),
         "level": (None, str), "rows": int, "awaited": bool, "result": RESULT,
         "window": {"reach": ("period", "to_date", "year"), "years": int, "periods": int,
                    "checkpoint": (None, re.compile("H[12]|Q[1-4]|M(?:0[1-9]|1[0-2])"))}}  # fmt: skip
SECTION = {"table": str, "from": DAY, "to": DAY, "owner": str, "date": str, "key": [str], "rows": [[Any]],
           "columns": [{"name": str, "type": ("number", "text", "date", "datetime", "boolean")}]}  # fmt: skip
RANKING = {"criteria": [Any], "figures": [[RESULT]]}
PLAN = {"plan": str, "name": str, "steps": [STEP], "grade": (None, STEP), "ranking": RANKING}
OF_ITEM = {"value": RESULT, "points": RESULT, "full": RESULT, "label": RESULT}
OF_PLAN = {"total": RESULT, "place": int, "lists": [str], "segment": (None, str), "grade": RESULT}
RUN = {"run": str, "plan": str, "periods": [str], "snapshot": {"batch": int, "digest": str}, "known_at": (None, str),
       "structure": (None, DAY), "rules": HEX, "version": str, "subjects": int, "indicators": int, "scores": int,
       "root": HEX, "digest": HEX}  # fmt: skip
INPUTS = ("plan", "periods", "snapshot", "known_at", "rules", "version", "structure")
BUNDLE = {"format": "steelyard-proof/1", "seal": HEX, "run": RUN, "subject": {"code": str, "name": str, "class": str},
          "period": {"name": PERIOD, "first_month": tuple(range(1, 13)), "named_after": ("start", "end")},
          "members": [str], "attributes": dict, "figures": [[str]], "rows": [SECTION], "totals": [TOTAL],
          "items": [ITEM], "plan": (None, PLAN),
          "leaf": {"indicator": str, "index": int, "path": [HEX], "result": (OF_ITEM, OF_PLAN)}}  # fmt: skip


def number(written: Any) -> Any:
    """``-12.5`` where the decimals end, ``1/3`` in lowest terms where they do not: one way to write each number."""
    if fits(written, MISSING):
        return Missing[written["missing"].upper()]
    good = type(written) is str and re.fullmatch(r"-?\d{1,4000}(\.\d{1,4000}|/[1-9]\d{0,3999})?", written, re.ASCII)
    need(good and shown(Fraction(written)) == written, f"数的写法不规范 not the one way to write: {str(written)[:40]}")
    return Fraction(written)


def shown(value: Any) -> Any:
    """A result as bundles record it."""
    if not isinstance(value, Fraction):
        return {"missing": value.name.lower()} if unknown(value) else value
    if 10 ** value.denominator.bit_length() % value.denominator:  # its decimals never end
        return f"{value.numerator}/{value.denominator}"
    places = next(n for n in range(value.denominator.bit_length() + 1) if 10**n % value.denominator == 0)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return "-" * (value < 0) + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def said(value: Any) -> str:
    """For people: why there is no number, each result with its name, the members of a list."""
    if fits(value, MISSING):
        return f"{WORDS[value['missing']]} {value['missing']}"
    if isinstance(value, dict):
        return "，".join(f"{WORDS[key]} {key} {said(shown(one))}" for key, one in value.items())
    return "—" if value in (None, []) else "、".join(value) if isinstance(value, list) else str(value)


def day(text: Any, kind: type[date] = date) -> Any:
    try:
        found = kind.fromisoformat(text)
    except (TypeError, ValueError):
        raise Refusal(f"没有这一天 there is no such day: {text}") from None
    need(found.isoformat() == text, f"日期写法不规范 not the one way to write a day: {text}")
    return found


def cell(value: Any, kind: str) -> Any:
    if value is None:
        return Missing.EMPTY
    need(type(value) is (bool if kind == "boolean" else str), f"单元格类型不符 wrong type of cell: {value}")
    readers: dict[str, Function] = {"number": number, "date": day, "datetime": lambda text: day(text, datetime)}
    return readers[kind](value) if kind in readers else value


# ---- what the operators mean ----
def unknown(value: Any) -> bool:
    return isinstance(value, Missing)


def over(function: Function, *kinds: type) -> Function:
    """Over values of these kinds (numbers if none is named); one that is missing makes the result missing."""

    def apply(*args: Any) -> Any:
        if not all(isinstance(arg, (*(kinds or (Fraction,)), Missing)) for arg in args):
            raise TypeError("wrong kind of argument")
        return max(filter(unknown, args)) if any(map(unknown, args)) else function(*args)

    return apply


def moved(sign: int) -> Function:
    """Plus or minus; to a day of a row whole days are added."""
    numbers, days = over(lambda a, b: a + sign * b), over(lambda a, b: a + timedelta(int(sign * b)), date, Fraction)
    return lambda a, b: (days if isinstance(a, date) else numbers)(a, b)


def logic(decides: bool) -> Function:
    """``or`` is decided by one true, ``and`` by one false, whatever the others are; else one unknown leaves it open."""
    undecided = over(lambda *_: not decides, bool)
    return lambda *args: decides if any(arg is decides for arg in args) else undecided(*args)


def rounded(value: Fraction, places: Fraction, rule: str = "half_up") -> Fraction:
    """The size is rounded, then the sign put back: the same rule on both sides of zero."""
    if abs(places) > 50 or rule not in ROUNDING:
        raise ValueError("places or rule of rounding")
    scale, half = Fraction(10) ** int(places), Fraction(1, 2)
    whole, rest = divmod(abs(value) * scale, 1)
    more = {"half_up": rest >= half, "half_even": rest > half or (rest == half and whole % 2), "up": rest > 0}
    return (whole + bool(more.get(rule))) * (-1 if value < 0 else 1) / scale


SIGNS: dict[str, Function] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: not (a < b or a > b), "!=": lambda a, b: a < b or a > b,
}  # fmt: skip
OPERATORS: dict[str, Function] = {
    **{sign: over(test, Fraction, str, bool, date) for sign, test in SIGNS.items()},
    "+": moved(1), "-": moved(-1), "*": over(lambda a, b: a * b), "/": over(lambda a, b: a / b if b else Missing.EMPTY),
    "negative": over(lambda a: -a), "abs": over(abs), "and": logic(False), "or": logic(True), "is_null": unknown,
    "not": over(lambda a: not a, bool), "if": lambda met, a, b: a if over(bool, bool)(met) is True else b,
    "in": lambda a, *options: logic(True)(*(OPERATORS["="](a, option) for option in options)),
}  # fmt: skip
OF_ROWS = OPERATORS | {
    "least": lambda *args: min((a for a in args if not unknown(a)), default=Missing.EMPTY),  # of what is known
    "greatest": lambda *args: max((a for a in args if not unknown(a)), default=Missing.EMPTY),
    "days": over(lambda a, b: Fraction(b.toordinal() - a.toordinal()), date),  # a time of day does not count
    "year": over(lambda a: Fraction(a.year), date), "month": over(lambda a: Fraction(a.month), date),
}  # fmt: skip
OF_SUBJECTS = OPERATORS | {
    "floor": over(lambda a: Fraction(a // 1)), "ceil": over(lambda a: Fraction(-(-a // 1))),
    "least": over(min), "greatest": over(max), "round": over(rounded, Fraction, str),
    "steps": over(lambda a, b: Fraction(max(a, 0) / b // 1) if b else Missing.EMPTY),
    "given": lambda *args: max(filter(unknown, args[:-1]), default=args[-1]),
    "or_else": lambda a, b: b if unknown(a) else a, "is_empty": lambda a: unknown(a) and a in (Missing(1), Missing(4)),
    "nothing": lambda: Missing.EMPTY, "no_text": lambda: Missing.EMPTY, "awaited": lambda: Missing.AWAITED,
    "outside": lambda: Missing.OUTSIDE,
}  # fmt: skip


def statistic(op: str, known: list[Fraction], own: Any, parameters: list[int]) -> Any:
    """Of the peers' figures, ascending; of no figure there is no statistic but the count."""
    wanted = op in ("peers_nth", "peers_trimmed_mean", "peers_percentile")
    need(len(parameters) == wanted and min(parameters, default=0) >= 0, f"{op}: 参数不符 wrong parameters")
    n = parameters[0] if wanted else 0
    kept = known[n : len(known) - n] if op == "peers_trimmed_mean" else known
    size, middle = len(kept), len(kept) // 2
    answers: dict[str, Function] = {
        "peers_count": lambda: Fraction(size), "peers_sum": lambda: sum(kept), "peers_mean": lambda: sum(kept) / size,
        "peers_rank": lambda: own if unknown(own) else Fraction(1 + sum(value > own for value in kept)),
        "peers_median": lambda: (kept[middle] + kept[-middle - 1]) / 2, "peers_trimmed_mean": lambda: sum(kept) / size,
        "peers_min": lambda: kept[0], "peers_nth": lambda: kept[-n] if 1 <= n <= size else Missing.EMPTY,
        "peers_percentile": lambda: kept[max(-(-n * size // 100), 1) - 1], "peers_max": lambda: kept[-1],
    }  # fmt: skip
    need(op in answers, f"不认识的算子 unknown operator {op}")
    return answers[op]() if kept or op in ("peers_count", "peers_rank") else Missing.EMPTY


def folded(kind: str, values: list[Any], level: str | None = None) -> Any:
    """Of nothing a count and a sum are 0; everything else is empty."""
    if kind in ("count", "distinct"):
        return Fraction(len(values if kind == "count" else set(values)))
    need(all(isinstance(value, Fraction) for value in values), f"{kind}: 只能汇总数 only numbers can be totalled")
    if kind == "sum" or not values:
        return sum(values, Fraction(0)) if kind == "sum" else Missing.EMPTY
    if kind == "percentile":
        return sorted(values)[max(-(-number(level) * len(values) // 100), 1) - 1]
    return sum(values) / len(values) if kind == "avg" else min(values) if kind == "min" else max(values)


def position(values: Iterable[Any]) -> list[tuple[bool, Any]]:  # for sorting: what is not known stands first
    return [(False, 0) if unknown(value) else (True, value) for value in values]


def first_day(month: int) -> date:  # of a month counted from year 0
    need(12 <= month < 119_988, "年份超出范围 a year out of range")
    return date(month // 12, month % 12 + 1, 1)


# ---- one bundle on the scale ----
class Scale:
    """What the bundle says, what comes out of its rows, and where the two differ."""

    def __init__(self, bundle: Names) -> None:
        self.bundle, self.left, self.differences = bundle, MOST_WORK, list[str]()
        self.results: dict[str, Names] = {}
        self._period(**bundle["period"])
        self.figures = [[number(text) for text in texts] for texts in bundle["figures"]]
        need(all(one == sorted(one) for one in self.figures), "figures: 应按升序排列 should be in ascending order")
        self.sections = [self._rows(section) for section in bundle["rows"]]
        self.totals = [self._total(total, f"totals[{index}]") for index, total in enumerate(bundle["totals"])]
        self.given = {f"unit.{name}": number(value) for name, value in bundle["attributes"].items()}
        self.given["day"] = Fraction(first_day(self.end).toordinal() - 1)
        kinds = {kind: lambda id, kind=kind: self.results[id][kind] for kind in ("value", "points", "label")}
        who = bundle["subject"]
        self.operators = OF_SUBJECTS | kinds | {"class_is": who["class"].__eq__, "subject_is": who["code"].__eq__}

    def compare(self, at: str, written: Any, found: Any) -> None:
        if written != shown(found):
            self.differences.append(f"{at}: 记录 recorded {said(written)}, 复核 re-weighed {said(shown(found))}")

    def spend(self, work: int) -> None:
        need((left := self.left - work) >= 0, "计算量超过上限 too much work for one bundle")
        self.left = left

    def evaluate(self, tree: Any, names: Names, leaf: Function, operators: dict[str, Function]) -> Any:
        """A list is an operator with its arguments, an object is a leaf."""
        match tree:
            case [str(op), *args] if op in operators:
                arguments = [self.evaluate(arg, names, leaf, operators) for arg in args]
            case {"name": str(name)} if len(tree) == 1 and name in names:
                return names[name]
            case {"number": text} if len(tree) == 1:
                return number(text)
            case {"text": str(text)} if len(tree) == 1:
                return text
            case {"day": text} if len(tree) == 1:
                return day(text) if operators is OF_ROWS else Fraction(day(text).toordinal())
            case {}:
                return leaf(tree)
            case _:
                raise Refusal(f"不认识的算子 unknown operator: {str(tree)[:60]}")
        try:
            value = operators[op](*arguments)
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise Refusal(f"{op}: 参数不符 its arguments do not fit ({error})") from None
        size = value.numerator.bit_length() + value.denominator.bit_length() if isinstance(value, Fraction) else 0
        self.spend(1 + (size // 500) ** 2)
        return value

    # -- time, rows, totals --
    def _period(self, name: str, first_month: int, named_after: str) -> None:
        """The month after the period and the first of its year, counted from year 0; the length of its kind."""
        year, half, quarter, month, cumulative = re.fullmatch(PERIOD, name).groups()  # type: ignore[union-attr]
        first = int(year) * 12 + first_month - (13 if named_after == "end" and first_month > 1 else 1)
        self.length = 6 if half else 3 if quarter else 1 if month else 12
        self.end = int(year) * 12 + int(month) if month else first + self.length * int(half or quarter or 1)
        self.month, self.cumulative = first_month - 1, bool(cumulative)

    def _stretch(self, window: Names) -> tuple[int, int, bool]:
        """First month of a window, first month after it; whether the part of the year that it is seen from is due."""
        length, end, alone, part, due = self.length, self.end, not self.cumulative, window["checkpoint"], True
        year = end - 1 - (end - 1 - self.month) % 12
        if part is not None:
            begun, length, alone = end - length if alone else year, {"H": 6, "Q": 3, "M": 1}[part[0]], True
            end = year + length * int(part[1:])
            due = end <= self.end and (window["reach"] != "period" or end - length >= begun)
        end -= 12 * window["years"] + length * window["periods"]
        year, alone = end - 1 - (end - 1 - self.month) % 12, alone and window["reach"] == "period"
        return end - length if alone else year, year + 12 if window["reach"] == "year" else end, due

    def _rows(self, section: Names) -> list[Names]:
        """Typed rows, all of them the subject's own and inside their stretch of days, in the order of their keys."""
        names, lines = [column["name"] for column in section["columns"]], list[Names]()
        whole = len(set(names)) == len(names) and {section["owner"], section["date"], *section["key"]} <= set(names)
        need(whole, "列重复或缺少 columns are doubled or lacking")
        for row in section["rows"]:
            need(len(row) == len(names), "行的格数不符 a row has the wrong number of cells")
            line = {at["name"]: cell(value, at["type"]) for at, value in zip(section["columns"], row, strict=True)}
            need(line[section["owner"]] in self.bundle["members"], "有一行属于别人 a row belongs to somebody else")
            at = line[section["date"]]
            inside = isinstance(at, date) and section["from"] <= at.isoformat()[:10] < section["to"]
            need(inside, "有一行不在时段内 a row stands outside its stretch of days")
            lines.append(line)
        order = [position(line[name] for name in (*section["key"], *names)) for line in lines]
        self.spend(len(lines) * len(names))
        need(order == sorted(order), "行应按业务键排序 rows should stand in the order of their keys")
        return lines

    def _total(self, total: Names, at: str) -> Any:
        need(0 <= total["rows"] < len(self.sections), f"{at}: 没有这段数据 there are no such rows")
        section, (start, end, due) = self.bundle["rows"][total["rows"]], self._stretch(total["window"])
        self.compare(f"{at} days", f"{section['from']} {section['to']}", f"{first_day(start)} {first_day(end)}")
        found = self._fold(total, self.sections[total["rows"]], section, {})
        found = Missing.OUTSIDE if not due else Missing.AWAITED if total["awaited"] else found
        self.compare(f"{at}.result", total["result"], found)
        return found

    def _fold(self, total: Names, lines: list[Names], section: Names, inside: dict[int, Any]) -> Any:
        """The total over these rows; only rows for which ``where`` is known to hold count."""

        def leaf(node: Names) -> Any:  # a total that rows are compared with, over all rows of the stretch
            need(fits(node, NESTED), f"看不懂的节点 cannot read this node: {str(node)[:60]}")
            if id(node) not in inside:
                inside[id(node)] = self._fold({**node, "per": []}, lines, section, inside)
            return inside[id(node)]

        def values(chosen: list[Names]) -> list[Any]:
            tree = {"number": "1"} if total["argument"] is None else total["argument"]
            return [value for line in chosen if not unknown(value := self.evaluate(tree, line, leaf, OF_ROWS))]

        where, kind, key = total["where"], total["kind"], [total.get("order"), *section["key"]]
        counted = [a for a in lines if where is None or self.evaluate(where, a, leaf, OF_ROWS) is True]
        named = {*total["per"], *(key[:1] if kind in ("first", "last") else ())}
        need(named <= {column["name"] for column in section["columns"]}, f"没有这些列 no such columns: {named}")
        self.spend(len(counted))
        if total["per"]:
            groups: dict[tuple[Any, ...], list[Names]] = {}
            for line in counted:
                groups.setdefault(tuple(line[name] for name in total["per"]), []).append(line)
            inner = [folded(total["inner"], values(g)) for k, g in groups.items() if not any(map(unknown, k))]
            return folded(kind, [one for one in inner if not unknown(one)])
        if kind in ("first", "last"):
            ordered = [a for a in counted if not unknown(a[key[0]])]
            ranked = sorted([(position([a[name] for name in key]), value) for a in ordered for value in values([a])])
            return ranked[0 if kind == "first" else -1][1] if ranked else Missing.EMPTY
        return folded(kind, values(counted), total.get("level"))

    # -- steps, items, plan --
    def weigh(self, tree: Any, names: Names) -> Any:
        """A tree of the subject: names of earlier steps, totals, statistics of the peers."""

        def leaf(node: Names) -> Any:
            if fits(node, {"total": int}) and 0 <= node["total"] < len(self.totals):
                return self.totals[node["total"]]
            good = fits(node, PEERS) and 0 <= node["figures"] < len(self.figures)
            need(good, f"看不懂的节点 cannot read this node: {str(node)[:60]}")
            own, known = self.weigh(node["of"], names), self.figures[node["figures"]]
            if node["class"] is None and not unknown(own) and own not in known:
                self.differences.append(f"{node['peers']}: 同类中没有自己 own figure {shown(own)} is not among them")
            self.spend(len(known))
            return statistic(node["peers"], known, own, node["with"])

        return self.evaluate(tree, names, leaf, self.operators)

    def steps(self, steps: list[Names], names: Names, at: str) -> None:
        for index, step in enumerate(steps):
            names[step["name"]] = self.weigh(step["tree"], names)
            self.compare(f"{at}.steps[{index}] {step['zh']} {step['en']}", step["result"], names[step["name"]])

    def item(self, item: Names, at: str) -> Names:
        """Value, points, full mark and label, as far as the item has them; parts are weighed before their pool."""
        need(fits(item, ITEM), f"{at}: 形状不符 not of the right shape")
        names, at = dict(self.given), f"{at} {item['name']}"
        for index, part in enumerate(item["parts"]):
            found = self.item(part, f"{at}.parts[{index}]")
            names |= {f"{part['item']}.{kind}": value for kind, value in found.items()}
        self.steps(item["steps"], names, at)
        own = {step["name"] for step in item["steps"]}
        return {kind: names[kind] for kind in ("value", "points", "full", "label") if kind in own}

    def plan(self, plan: Names) -> Names:
        """The total, its place among those of the class (who has no number stands last), and the grade."""
        names = self.given | {f"{id}.{kind}": value for id, own in self.results.items() for kind, value in own.items()}
        self.steps(plan["steps"], names, "plan")
        own = [self.weigh(tree, names) for tree in plan["ranking"]["criteria"]]
        mine, everybody = position(own), [position(map(number, row)) for row in plan["ranking"]["figures"]]
        ranked = not any(map(unknown, own[:1]))
        if ranked and mine not in everybody:
            self.differences.append("plan.ranking: 名次表中没有自己 the subject itself is not among the ranked")
        place, size = Fraction(ranked * (1 + sum(other > mine for other in everybody))), Fraction(len(everybody))
        total = names.get("total")
        names |= {"place": total if unknown(total) else place, "class_size": total if unknown(total) else size}
        self.steps([plan["grade"]] if plan["grade"] else [], names, "plan.grade")
        grade = plan["grade"] and names[plan["grade"]["name"]]
        return {"total": shown(total), "place": int(place), "grade": shown(grade)}


def root_of(leaf: bytes, index: int, size: int, path: list[str]) -> str:
    """RFC 9162, section 2.1.3.2 (the tree of RFC 6962): the root that this leaf and its neighbours lead to."""
    need(0 <= index < size, "leaf: 序号超出范围 the index is out of range")
    node, last = hashlib.sha256(b"\0" + leaf).digest(), size - 1
    for beside in map(bytes.fromhex, path):
        need(last, "leaf: 路径过长 the path is too long")
        left = index % 2 or index == last
        node = hashlib.sha256(b"\1" + (beside + node if left else node + beside)).digest()
        while left and index and not index % 2:
            index, last = index // 2, last // 2
        index, last = index // 2, last // 2
    need(not last, "leaf: 路径过短 the path is too short")
    return node.hex()


def weighed(data: bytes, root: str | None = None) -> tuple[list[str], list[str]]:
    """What was weighed, in words, and every difference. Raises `Refusal` where the bundle cannot be read."""
    scale = Scale(bundle := read(data))
    run, leaf, plan, subject, period = (bundle[key] for key in ("run", "leaf", "plan", "subject", "period"))
    for index, item in enumerate(bundle["items"]):
        scale.results[item["item"]] = scale.item(item, f"items[{index}]")
    of, proved = leaf["indicator"], OF_PLAN if plan else OF_ITEM
    need((plan is None) == (of in scale.results) and set(leaf["result"]) == set(proved), "leaf: 不符 does not fit")
    result = scale.plan(plan) if plan else {key: shown(scale.results[of].get(key)) for key in OF_ITEM}
    for key, value in result.items():
        scale.compare(f"leaf.result.{key}", leaf["result"][key], value)
    need(period["name"] in run["periods"], "period: 不在该次运行之内 is none of the run's")
    sealed = {"subject": subject["code"], "period": period["name"], "indicator": of, "result": leaf["result"]}
    inputs = {key: run[key] for key in INPUTS if key != "structure" or run[key] is not None}
    scale.compare("run.run", run["run"], f"{run['plan']}-{run['periods'][-1]}-{digest(inputs)[:12]}")
    scale.compare("run.digest", run["digest"], digest([run["root"], run["scores"]]))
    scale.compare("run.root", run["root"], root_of(canonical(sealed), leaf["index"], run["scores"], leaf["path"]))
    scale.compare("--root", run["root"] if root is None else root, run["root"])
    return [
        f"对象 subject: {subject['code']} {subject['name']}，{period['name']}，运行 run {run['run']}",
        f"行 rows {sum(map(len, scale.sections))}，合计 totals {len(scale.totals)}，指标 items {len(scale.results)}",
        *(f"  {item['name']} {item['item']}: {said(scale.results[item['item']])}" for item in bundle["items"]),
        f"公布结果 published: {said(leaf['result'])}",
        f"运行根 root: {run['root']}{'（未与公布的根核对 not compared with a published one）' * (root is None)}",
    ], scale.differences


def main(arguments: Sequence[str]) -> int:
    """Says what was weighed; 0 when everything is equal, else 1 with the first differences. Never a traceback."""
    sys.setrecursionlimit(5_000)  # a total over hundreds of indicators is a deep tree
    try:
        need([*arguments[1:2], len(arguments)] in ([1], ["--root", 3]), "用法 usage: verify.py bundle [--root HEX]")
        need((path := Path(arguments[0])).is_file(), f"没有这个文件 there is no such file: {path}")
        told, differences = weighed(path.read_bytes(), *arguments[2:])
    except Exception as error:  # the last resort too: whoever wrote the bundle may mean ill
        print(f"不能复核 refused: {'' if isinstance(error, Refusal | OSError) else '不成形 malformed: '}{error}")
        return 1
    print(*told, *(f"不一致 differs: {one}" for one in differences[:MOST_TOLD]), sep="\n")
    print("不一致 not equal" if differences else "一致 equal")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
