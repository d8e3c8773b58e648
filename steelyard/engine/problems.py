"""All that can be wrong, as data: a code, a place, and the values that the words need.

Rooms add their words beside the code that raises them (`CATALOGUE.add`), so the two languages of one
problem sit on neighbouring lines and cannot drift apart. Tests compare codes, never sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["zh", "en"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something was written. Line and column count from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Place("")


class Catalogue:
    """Every problem code with its words: ``code -> (Chinese, English)``."""

    def __init__(self) -> None:
        self._words: dict[str, tuple[str, str]] = {}

    def add(self, words: Mapping[str, tuple[str, str]]) -> None:
        """Registers the words of one room. A code has one owner: a second one is a mistake of ours."""
        doubled = self._words.keys() & words.keys()
        if doubled:
            raise ValueError(f"problem codes with two owners: {sorted(doubled)}")
        self._words.update(words)

    def words(self, code: str, language: Language) -> str:
        return self._words[code][0 if language == "zh" else 1]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._words))


CATALOGUE = Catalogue()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``params`` fill the words; keys are those of the catalogue's templates."""

    code: str
    place: Place = NOWHERE
    params: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = "error"

    def text(self, language: Language = "zh") -> str:
        params = {name: _told(value, language) for name, value in self.params.items()}
        return CATALOGUE.words(self.code, language).format(**params)

    def line(self, language: Language = "zh") -> str:
        """``file:line:column: code: words``, the form that editors can jump to."""
        label = {"zh": {"error": "错误", "warning": "提醒"}, "en": {"error": "error", "warning": "warning"}}
        where = f"{self.place}: " if self.place.file else ""
        return f"{where}{label[language][self.severity]} [{self.code}] {self.text(language)}"


def _told(value: object, language: Language) -> object:
    """What has a name in both languages (``of``) is called by the one that is asked for."""
    of = getattr(value, "of", None)
    return of(language) if callable(of) else value


class Refused(Exception):
    """Work that stops with reasons. Carries every problem of the stage, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.place, p.code)))
        super().__init__("\n".join(problem.line() for problem in self.problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Problem, ...]]]:
        """Refusals cross process borders whole."""
        return Refused, (self.problems,)


def refuse(code: str, place: Place = NOWHERE, **params: object) -> Refused:
    """``raise refuse("unknown-column", place, name="x", ...)`` for a stage that can only fail once."""
    return Refused([Problem(code, place, params)])
