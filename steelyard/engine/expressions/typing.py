"""Resolved trees -> whole-number rows (`rows`), or every place where a type, a function or a size does not fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import lcm
from typing import TypeAlias

from steelyard.engine.expressions import rows
from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text
from steelyard.engine.expressions.resolving import beside, suggestion
from steelyard.engine.expressions.rows import MAX_NUMBER, Atom, Ratio, Row, row
from steelyard.engine.expressions.schema import Kind, TableSchema
from steelyard.engine.problems import CATALOGUE, Place, Problem

CATALOGUE.add(
    {
        "expression-type": (
            "“{what}”需要{expected_zh}，这里是{found_zh}；日期写作 date '2026-01-31'，相差天数写作 days(起, 止)",
            "'{what}' needs {expected_en}, here it gets {found_en}; write dates as date '2026-01-31' "
            "and days between as days(from, to)",
        ),
        "expression-row-function": (
            "逐行计算中没有函数“{function}”{suggestion_zh}；可用：{allowed}。工作日、时长请在 derive 中声明成列",
            "there is no function '{function}' over rows{suggestion_en}; there are: {allowed}. "
            "Declare working days and durations as columns in derive of the fact table",
        ),
        "expression-row-arguments": (
            "函数的写法应为：{usage}",
            "write the function as: {usage}",
        ),
        "expression-row-division": (
            "逐行的除法只能除以常数，或写在比较式里；比率请用两个汇总相除，如 sum(a) / sum(b)",
            "over rows divide only by a constant or inside a comparison; a rate divides two totals: sum(a) / sum(b)",
        ),
        "expression-row-zero": ("除数不能为 0", "a divisor must not be 0"),
        "expression-row-number": (
            "数可能超过 38 位，引擎无法精确保存；请少乘几次，或把整数列声明为更小的 decimal(9,0)",
            "a number here may exceed 38 digits and cannot be held exactly; multiply less often, "
            "or declare whole-number columns smaller, as decimal(9,0)",
        ),
        "expression-row-size": (
            "逐行条件展开后过大（上限 {limit} 步）；请减少嵌套的除法",
            "the condition over rows grows too large (limit {limit} steps); nest fewer divisions",
        ),
        "expression-row-total": (
            "条件里的汇总只能是本表的 count、sum、avg、min、max，不能再嵌套，也不能另设时段：{what}",
            "a total inside a condition must be count, sum, avg, min or max of the same table, not nested again and "
            "with no period of its own: {what}",
        ),
    }
)

Typed: TypeAlias = Ratio | Row
Inside: TypeAlias = Callable[[Aggregate], Ratio | None]
MAX_SIZE = 3_000
MAX_SHIFT = 36_600

KINDS: dict[Kind, tuple[str, str]] = {
    "number": ("数", "a number"), "text": ("文字", "a text"), "date": ("日期", "a date"),
    "datetime": ("日期时间", "a date and time"), "boolean": ("条件（是或否）", "a condition (true or false)"),
}  # fmt: skip
USAGE = {
    "abs": "abs(a)", "if": "if(条件 condition, a, b)", "days": "days(起 from, 止 to)", "least": "least(a, b, …)",
    "greatest": "greatest(a, b, …)", "year": "year(日期 date)", "month": "month(日期 date)",
}  # fmt: skip
ORDERS = ("<", "<=", ">", ">=")
ORDERED: tuple[Kind, ...] = ("number", "text", "date", "datetime")


class Typing:
    """Types expressions over the rows of one table and gathers every problem. None stands for a part that has one."""

    def __init__(self, table: TableSchema, place: Place, atom: Inside | None = None) -> None:
        """``atom`` turns a total inside a condition into a number; without it such totals are refused."""
        self.table, self.place, self.atom = table, place, atom
        self.problems: list[Problem] = []

    def typed(self, node: Node) -> Typed | None:
        found = self._any(node)
        for part in found.rows() if isinstance(found, Ratio) else (found,) if found else ():
            if max((step.bound for step in (part, *part.args)), default=0) > MAX_NUMBER:
                self.problem("expression-row-number", node)
                return None
            if part.size > MAX_SIZE:
                self.problem("expression-row-size", node, limit=MAX_SIZE)
                return None
        return found

    def condition(self, node: Node) -> Row | None:
        found = self.typed(node)
        wanted = None if found is None else self._want(found, ("boolean",), node, "where")
        return wanted if isinstance(wanted, Row) else None

    def whole(self, node: Node) -> tuple[Row, int] | None:
        """A number as an integer and its constant denominator."""
        found = self.typed(node)
        if found is None or self._want(found, ("number",), node, "( )") is None:
            return None
        assert isinstance(found, Ratio)
        if found.divisor is not None:
            self.problem("expression-row-division", node)
            return None
        return found.top, found.bottom

    def problem(self, code: str, node: Node, **params: object) -> None:
        self.problems.append(Problem(code, beside(self.place, node.span), params))

    def _any(self, node: Node) -> Typed | None:
        match node:
            case Number(value=value):
                return rows.ratio(value.numerator, value.denominator)
            case Text(value=text):
                return Row("constant", kind="text", value=text)
            case Day(value=day):
                return Row("constant", kind="date", value=day)
            case Name(parts=parts):
                return self._column(parts[-1])
            case Aggregate():
                found = self.atom(node) if self.atom else None
                if found is None:
                    self.problem("expression-row-total", node, what=node.kind)
                return found
            case _:
                args = [self.typed(arg) for arg in node.args]
                return None if None in args else self._call(node, [arg for arg in args if arg is not None])

    def _column(self, name: str) -> Typed:
        column = self.table.columns[name]
        found = Row("column", kind=column.kind, bound=column.bound, value=name, scale=column.scale)
        return Ratio(found, 10**column.scale) if column.kind == "number" else found

    def _call(self, node: Call, args: list[Typed]) -> Typed | None:
        if node.op in ("and", "or", "not"):
            return self._logic(node, args)
        if node.op in ("=", "!=", *ORDERS):
            return self._compare(node, args)
        if node.op in ("+", "-", "*", "/", "negative"):
            return self._arithmetic(node, args)
        if node.op == "in":
            return self._among(node, args)
        if node.op == "is_null":
            return self._is_null(args[0])
        return self._function(node, args)

    def _logic(self, node: Call, args: list[Typed]) -> Row | None:
        wanted = [self._want(arg, ("boolean",), at, node.op) for arg, at in zip(args, node.args, strict=True)]
        parts = [part for part in wanted if isinstance(part, Row)]
        return row(node.op, *parts, kind="boolean") if len(parts) == len(args) else None

    def _compare(self, node: Call, args: list[Typed]) -> Row | None:
        left, right = args
        if isinstance(left, Ratio) and isinstance(right, Ratio):
            return self._sound(rows.compared(node.op, left, right), node)
        if self._want(right, (_kind(left),), node.args[1], node.op) is None:
            return None
        if node.op in ORDERS and self._want(left, ORDERED, node.args[0], node.op) is None:
            return None
        return row(node.op, *_rows(args), kind="boolean")

    def _among(self, node: Call, args: list[Typed]) -> Row | None:
        """Membership is a chain of equalities, so that unknown means the same as everywhere."""
        each = [self._compare(Call("=", (node.args[0], at), at.span), [args[0], arg])
                for arg, at in zip(args[1:], node.args[1:], strict=True)]  # fmt: skip
        equal = [part for part in each if part is not None]
        if len(equal) < len(each):
            return None
        if _kind(args[0]) == "text" and all(isinstance(arg, Row) and arg.op == "constant" for arg in args[1:]):
            return row("in", *_rows(args), kind="boolean")
        return row("or", *equal, kind="boolean") if len(equal) > 1 else equal[0]

    def _is_null(self, arg: Typed) -> Row:
        if isinstance(arg, Row):
            return row("is_null", arg, kind="boolean")
        return row("is_null", rows.multiply(arg.top, arg.divisor) if arg.divisor else arg.top, kind="boolean")

    def _arithmetic(self, node: Call, args: list[Typed]) -> Typed | None:
        if node.op in ("+", "-") and _kind(args[0]) in ("date", "datetime"):
            return self._later(node, args)
        wanted = [self._want(arg, ("number",), at, node.op) for arg, at in zip(args, node.args, strict=True)]
        numbers = [number for number in wanted if isinstance(number, Ratio)]
        if len(numbers) < len(args):
            return None
        if node.op == "negative":
            return rows.negative(numbers[0])
        left, right = numbers
        if node.op == "/" and right.top.value == 0 and right.top.op == "constant":
            self.problem("expression-row-zero", node.args[1])
            return None
        return {"+": rows.plus, "-": rows.minus, "*": rows.times, "/": rows.over}[node.op](left, right)

    def _later(self, node: Call, args: list[Typed]) -> Row | None:
        """A date moved by a constant count of days; at most a century, so that it stays in every engine's calendar."""
        day, shift = args
        if self._want(day, ("date",), node.args[0], node.op) is None:
            return None
        if not isinstance(shift, Ratio) or shift.integer is None or abs(shift.integer) > MAX_SHIFT:
            expected = (f"不超过 {MAX_SHIFT} 的整数天", f"a whole number of days up to {MAX_SHIFT}")
            self._mismatch(node.args[1], node.op, expected, _kind(shift))
            return None
        days = rows.constant(shift.integer if node.op == "+" else -shift.integer)
        return row("later", *_rows([day]), days, kind="date")

    def _function(self, node: Call, args: list[Typed]) -> Typed | None:
        if node.op not in USAGE:
            allowed, near = "、".join(sorted(USAGE.values())), suggestion(node.op, USAGE)
            self.problem("expression-row-function", node, function=node.op, allowed=allowed, **near)
            return None
        counts = {"abs": 1, "if": 3, "days": 2, "year": 1, "month": 1}
        if len(args) != counts.get(node.op, max(len(args), 2)):
            self.problem("expression-row-arguments", node, usage=USAGE[node.op])
            return None
        if node.op in ("days", "year", "month"):
            return self._calendar(node, args)
        if node.op == "if":
            condition = self._want(args[0], ("boolean",), node.args[0], "if")
            return self._alike("if", node, args[1:], [condition]) if isinstance(condition, Row) else None
        return self._alike(node.op, node, args, [])

    def _calendar(self, node: Call, args: list[Typed]) -> Ratio | None:
        wanted = [self._want(arg, ("date", "datetime"), at, node.op) for arg, at in zip(args, node.args, strict=True)]
        if None in wanted:
            return None
        return Ratio(row(node.op, *_rows(args), bound={"days": 4_000_000, "year": 10_000, "month": 12}[node.op]))

    def _alike(self, op: str, node: Call, args: list[Typed], before: list[Row]) -> Typed | None:
        """Functions whose result is one of their arguments (or its size): all of one kind, over one denominator."""
        at = node.args[len(before) :]
        allowed: tuple[Kind, ...] = ("number",) if op == "abs" else ("number", "date", "datetime")
        allowed = tuple(KINDS) if op == "if" else allowed
        kinds = [self._want(args[0], allowed, at[0], op)]
        kinds += [self._want(arg, (_kind(args[0]),), node, op) for arg, node in zip(args[1:], at[1:], strict=True)]
        if None in kinds:
            return None
        numbers = [arg for arg in args if isinstance(arg, Ratio)]
        if not numbers:
            return row(op, *before, *_rows(args), kind=_kind(args[0]))
        if any(number.divisor for number in numbers):
            self.problem("expression-row-division", node)
            return None
        tops, bottom = _common(numbers)
        return Ratio(row(op, *before, *tops, bound=max(top.bound for top in tops)), bottom)

    def _sound(self, found: Row, node: Node) -> Row | None:
        too_big = any(arg.bound > MAX_NUMBER for arg in found.args)
        if too_big:
            self.problem("expression-row-number", node)
        return None if too_big else found

    def _want(self, found: Typed, kinds: tuple[Kind, ...], node: Node, what: str) -> Typed | None:
        if _kind(found) in kinds:
            return found
        expected = "或".join(KINDS[kind][0] for kind in kinds), " or ".join(KINDS[kind][1] for kind in kinds)
        self._mismatch(node, what, expected, _kind(found))
        return None

    def _mismatch(self, node: Node, what: str, expected: tuple[str, str], found: Kind) -> None:
        words = {"expected_zh": expected[0], "expected_en": expected[1]}
        words |= {"found_zh": KINDS[found][0], "found_en": KINDS[found][1]}
        self.problem("expression-type", node, what=what, **words)


def _kind(found: Typed) -> Kind:
    return "number" if isinstance(found, Ratio) else found.kind


def _rows(found: list[Typed]) -> list[Row]:
    return [part for part in found if isinstance(part, Row)]


def _common(numbers: list[Ratio]) -> tuple[list[Row], int]:
    bottom = lcm(*(number.bottom for number in numbers))
    return [rows.multiply(n.top, rows.constant(bottom // n.bottom)) for n in numbers], bottom


def total(atom: Atom, bound: int) -> Row:
    """A total over the rows of the same subject and stretch, to compare rows with."""
    inner = sum(part.size for part in (atom.argument, atom.where) if part)
    return replace(Row("total", bound=bound, value=atom), size=1 + inner)
