"""S3 分档: a table of intervals, or of words, each with what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from steelyard.engine.expressions.nodes import Call, Name, Node, Text, number
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.outcomes import Outcome, checked_alike, outcome_steps
from steelyard.engine.scoring.recipe import Method, Setting, Step, chain, given
from steelyard.engine.scoring.tables.intervals import End, Interval, checked, closed
from steelyard.engine.shape import Formula, complain

CATALOGUE.add(
    {
        "band-ends": (
            "每行写一段：下端 at_least（含）或 above（不含），上端 at_most（含）或 below（不含），至少一端；"
            "或只写 is（等于某词或某数）",
            "each row is one stretch: at_least or above, at_most or below, one end at least; or is alone",
        ),
        "band-words": (
            "一张表里要么各行都写词（is），要么各行都是数的区间；写词的表必须有 otherwise，且同一个词只能出现一次",
            "rows are all words (is) or all stretches of numbers; a table of words needs otherwise, every word once",
        ),
    }
)


def _listed(written: object) -> object:
    return [written] if isinstance(written, str | Decimal | int) else written


class Row(Outcome):
    """One row: a stretch of the value, or the words (or the one number) that it equals."""

    at_least: Formula | None = None
    above: Formula | None = None
    at_most: Formula | None = None
    below: Formula | None = None
    equals: Annotated[list[str | Decimal], BeforeValidator(_listed)] = Field(default_factory=list, alias="is")

    @model_validator(mode="after")
    def _one_stretch(self) -> Row:
        lows = [end for end in (self.at_least, self.above) if end is not None]
        highs = [end for end in (self.at_most, self.below) if end is not None]
        ends = len(lows) + len(highs)
        if len(lows) > 1 or len(highs) > 1 or bool(self.equals) == bool(ends):
            raise complain("band-ends")
        if len(self.equals) > 1 and not self.words_only:
            raise complain("band-ends")
        return self

    @property
    def words_only(self) -> bool:
        return bool(self.equals) and all(isinstance(item, str) for item in self.equals)

    @property
    def interval(self) -> Interval:
        if self.equals:
            end = End(number(str(self.equals[0])), True)
            return Interval(end, end)
        return Interval(_end(self.at_least, self.above), _end(self.at_most, self.below))


def _end(included: Node | None, excluded: Node | None) -> End | None:
    if included is not None:
        return End(included, True)
    return None if excluded is None else End(excluded, False)


class Band(Method):
    """``of`` is what is looked up, the value where not written. Gaps and overlaps are refused when written.

    Rows that all state one and the same side are a ladder: each reaches to the row before it.
    ``otherwise`` is for values outside the whole table.
    """

    of: Formula = Name(("value",))
    table: list[Row] = Field(min_length=1, max_length=40)
    otherwise: Outcome | None = None

    @model_validator(mode="after")
    def _sound(self) -> Band:
        checked_alike([*self.table, self.otherwise])
        if any(row.words_only for row in self.table):
            said = [word for row in self.table for word in row.equals]
            if not all(row.words_only for row in self.table) or self.otherwise is None or len(set(said)) < len(said):
                raise complain("band-words")
        else:
            checked(self.intervals, self.otherwise is not None)
        return self

    @property
    def by_words(self) -> bool:
        return self.table[0].words_only

    @property
    def intervals(self) -> list[Interval]:
        return closed([row.interval for row in self.table])

    def steps(self, setting: Setting) -> list[Step]:
        del setting
        cases = list(zip(self._conditions(), self.table, strict=True))
        return outcome_steps(cases, self.otherwise, self._build)

    def worth(self) -> Node:
        """The points of the table as one tree, for a cap that is itself a band."""
        return next(step.tree for step in self.steps(Setting()) if step.name == "points")

    def _conditions(self) -> list[Node]:
        if not self.by_words:
            return [interval.condition(self.of) for interval in self.intervals]
        return [Call("in", (self.of, *(Text(str(word)) for word in row.equals))) for row in self.table]

    def _build(self, cases: Sequence[tuple[Node, Node]], rest: Node) -> Node:
        ends = [] if self.by_words else [end.at for interval in self.intervals for end in interval.ends]
        return given([self.of, *ends], chain(cases, rest))

    def sentence(self, setting: Setting, language: Language) -> str:
        rows = [(_where(self, index, setting, language), row) for index, row in enumerate(self.table)]
        subject = "" if self.of == Name(("value",)) else setting.say(self.of, language, "number")
        if language == "zh":
            said = [f"{where}的{row.words(setting, 'zh')}" for where, row in rows]
            rest = [] if self.otherwise is None else [f"其余{self.otherwise.words(setting, 'zh')}"]
            return (f"按{subject}分档：" if subject else "") + "；".join([*said, *rest])
        said = [f"{where}: {row.words(setting, 'en')}" for where, row in rows]
        rest = [] if self.otherwise is None else [f"otherwise: {self.otherwise.words(setting, 'en')}"]
        return (f"by {subject}: " if subject else "") + "; ".join([*said, *rest])


def _where(band: Band, index: int, setting: Setting, language: Language) -> str:
    if not band.by_words:
        return band.intervals[index].words(setting, language)
    said = [f"“{word}”" if language == "zh" else f"'{word}'" for word in band.table[index].equals]
    return f"为{'、'.join(said)}" if language == "zh" else " or ".join(said)
