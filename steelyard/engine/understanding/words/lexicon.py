"""From what something is called to what it is: the vocabulary of the wording turned over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from steelyard.engine.expressions.phrases import NAMES
from steelyard.engine.expressions.wording import Vocabulary


@dataclass(frozen=True)
class Lexicon:
    """The names of one book and its facts, by identifier, and by name.

    ``tables``: the fact tables with their columns, so that a column is known where nobody gave it a Chinese name.
    ``classes``: the classes of units that rules speak of.
    """

    vocabulary: Vocabulary
    tables: Mapping[str, Iterable[str]] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()

    def named(self, more: Mapping[str, str]) -> Lexicon:
        return Lexicon(self.vocabulary.named(more), self.tables, self.classes)

    def columns(self, table: str, title: str) -> list[str]:
        """Columns of a table that are said so; one called 是否… is said as the condition that it is."""
        return self._columns.get((table, title), [])

    def plain(self, title: str) -> list[str]:
        """Identifiers that are said so and stand for themselves: steps, indicators, what items give."""
        return self._plain.get(title, [])

    @cached_property
    def titles(self) -> dict[str, list[str]]:
        """Fact tables by what they are called."""
        found = defaultdict(list)
        for table in self.tables:
            found[self.vocabulary.of(table, "zh")].append(table)
        return found

    @cached_property
    def _columns(self) -> dict[tuple[str, str], list[str]]:
        found = defaultdict(list)
        for table, columns in self.tables.items():
            for column in columns:
                title = self.vocabulary.of(f"{table}.{column}", "zh")
                own = column if title == f"{table}.{column}" else title.removeprefix("是否") or title
                found[table, own].append(column)
        return found

    @cached_property
    def _plain(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        known = {key: title for key, (title, _) in NAMES.items()} | dict(self.vocabulary.names)
        for key, title in known.items():
            if key.split(".")[0] not in self.tables:  # columns are known by their table
                found[title].append(key)
        return found
