"""S15 组合: a table over two or more conditions. Also signal states, which are words for combinations."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from pydantic import Field, model_validator

from steelyard.engine.expressions.nodes import Call, Node
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.outcomes import Outcome, checked_alike, outcome_steps
from steelyard.engine.scoring.recipe import Method, Setting, Step, decided
from steelyard.engine.shape import Formula, Written, complain

CATALOGUE.add(
    {
        "matrix-way": (
            "请写 rows 与 otherwise（自上而下，先符合者为准），或写 conditions 与 table（列全每一种组合）；不能混用",
            "write rows and otherwise (first that holds wins), or conditions and table (all combinations); not both",
        ),
        "matrix-combinations": (
            "组合表必须恰好列出每一种组合一次；缺少：{missing}；重复：{doubled}；不认识：{unknown}",
            "the table must list every combination exactly once; missing: {missing}; twice: {doubled}; "
            "unknown: {unknown}",
        ),
    }
)


class When(Outcome):
    when: Formula
    name: str = ""


class Condition(Written):
    """``name`` is how the sentence calls it."""

    name: str
    when: Formula


class Combination(Outcome):
    """``met`` names the conditions that hold; all others do not."""

    met: list[str]


class Matrix(Method):
    """``rows``: the first condition that holds decides, ``otherwise`` the rest.

    ``conditions`` and ``table``: every combination of met and not met, each listed once.
    A condition that cannot be decided (data awaited) leaves the item without points; it never counts as not met.
    """

    rows: list[When] = Field(default_factory=list, max_length=40)
    otherwise: Outcome | None = None
    conditions: Mapping[str, Condition] = Field(default_factory=dict, max_length=5)
    table: list[Combination] = Field(default_factory=list)

    @model_validator(mode="after")
    def _sound(self) -> Matrix:
        by_rows = bool(self.rows) and self.otherwise is not None
        by_table = bool(self.conditions) and bool(self.table)
        stray = (self.conditions or self.table) if by_rows else (self.rows or self.otherwise)
        if by_rows == by_table or stray:
            raise complain("matrix-way")
        checked_alike([*self.rows, *self.table, self.otherwise])
        if by_table:
            _complete(list(self.conditions), self.table)
        return self

    def steps(self, setting: Setting) -> list[Step]:
        del setting
        if self.rows:
            return outcome_steps([(row.when, row) for row in self.rows], self.otherwise, decided)
        cases = [(self._condition(row), row) for row in self.table[:-1]]
        return outcome_steps(cases, self.table[-1], decided)  # the last combination is what remains

    def _condition(self, row: Combination) -> Node:
        tests = [
            condition.when if key in row.met else Call("not", (condition.when,))
            for key, condition in self.conditions.items()
        ]
        return tests[0] if len(tests) == 1 else Call("and", tuple(tests))

    def sentence(self, setting: Setting, language: Language) -> str:
        rows: list[tuple[str, Outcome]] = [(_named(row, setting, language), row) for row in self.rows]
        rows += [(self._met(row, language), row) for row in self.table]
        said = [_ruled(name, row, setting, language) for name, row in rows]
        if self.otherwise is not None:
            rest = self.otherwise.words(setting, language)
            said.append(f"其余{rest}" if language == "zh" else f"otherwise: {rest}")
        return self._conditions(setting, language) + ("；" if language == "zh" else "; ").join(said)

    def _conditions(self, setting: Setting, language: Language) -> str:
        """What the names in a table of combinations stand for."""
        if not self.conditions:
            return ""
        met = [
            (condition.name, setting.say(condition.when, language, "number")) for condition in self.conditions.values()
        ]
        if language == "zh":
            return f"条件为{'、'.join(f'{name}（{when}）' for name, when in met)}；"
        return f"conditions are {', '.join(f'{name} ({when})' for name, when in met)}; "

    def _met(self, row: Combination, language: Language) -> str:
        yes, no = ("（是）", "（否）") if language == "zh" else (" (yes)", " (no)")
        said = [condition.name + (yes if key in row.met else no) for key, condition in self.conditions.items()]
        return ("且" if language == "zh" else " and ").join(said)


def _ruled(name: str, row: Outcome, setting: Setting, language: Language) -> str:
    worth = row.words(setting, language)
    return f"{name}的{worth}" if language == "zh" else f"{name}: {worth}"


def _named(row: When, setting: Setting, language: Language) -> str:
    when = setting.say(row.when, language, "number")
    if not row.name:
        return when
    return f"{row.name}（{when}）" if language == "zh" else f"{row.name} ({when})"


def _complete(keys: list[str], table: list[Combination]) -> None:
    unknown = sorted({key for row in table for key in row.met} - set(keys))
    listed = [frozenset(row.met) for row in table]
    flags = product([True, False], repeat=len(keys))
    wanted = [frozenset(key for key, on in zip(keys, row, strict=True) if on) for row in flags]
    missing = [combination for combination in wanted if combination not in listed]
    doubled = [combination for combination in wanted if listed.count(combination) > 1]
    if unknown or missing or doubled:
        raise complain(
            "matrix-combinations",
            missing=_listed(missing, keys),
            doubled=_listed(doubled, keys),
            unknown="、".join(unknown) or "—",
        )


def _listed(combinations: list[frozenset[str]], keys: list[str]) -> str:
    said = ["[" + ", ".join(key for key in keys if key in combination) + "]" for combination in combinations]
    return "、".join(said) or "—"
