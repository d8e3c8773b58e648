"""Ratings as rows of a fact table: their number, mean, middle and spread as totals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from steelyard.engine.expressions.nodes import Aggregate, AggregateKind, Call, Name, Node
from steelyard.engine.expressions.wording import words
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.recipe import Setting, write
from steelyard.engine.shape import complain

CATALOGUE.add(
    {
        "ratings-column": (
            "ratings 要写成“事实表.列”，例如 review.score",
            "write ratings as table.column, for instance review.score",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Ratings:
    """One column of ratings, of the rows for which ``where`` holds. Rows without a rating do not count."""

    column: Name
    where: Node | None

    def _total(self, kind: AggregateKind, level: Fraction | None = None) -> Aggregate:
        return Aggregate(kind, self.column.parts[0], self.column, self.where, level=level)

    @property
    def count(self) -> Aggregate:
        rated: Node = Call("not", (Call("is_null", (self.column,)),))
        where = rated if self.where is None else Call("and", (self.where, rated))
        return Aggregate("count", self.column.parts[0], None, where)

    @property
    def mean(self) -> Aggregate:
        return self._total("avg")

    @property
    def middle(self) -> Aggregate:
        """The median; of an even number of ratings the lower of the two in the middle."""
        return self._total("percentile", Fraction(50))

    @property
    def lowest(self) -> Aggregate:
        return self._total("min")

    @property
    def highest(self) -> Aggregate:
        return self._total("max")

    def trimmed(self, least: Node) -> Node:
        """The mean without one highest and one lowest, from ``least`` ratings on; below that the plain mean."""
        parts = {
            "n": self.count, "least": least, "mean": self.mean,
            "sum": self._total("sum"), "high": self.highest, "low": self.lowest,
        }  # fmt: skip
        return write("if(n >= least, (sum - high - low) / (n - 2), mean)", parts)


def rated(setting: Setting, column: Name, where: Node | None, language: Language) -> str:
    """``满意度调查的第1题（实名）``: which ratings, of which rows."""
    said = setting.say(column, language, "number")
    if where is None:
        return said
    which = words(where, language, setting.vocabulary, "number", column.parts[0])
    return f"{said}（{which}）" if language == "zh" else f"{said} ({which})"


def checked_column(node: Node) -> None:
    """For validators."""
    if not (isinstance(node, Name) and len(node.parts) == 2):
        raise complain("ratings-column")
