"""What the user is told about each file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from steelyard.engine.problems import CATALOGUE, Language, Problem
from steelyard.lake.record.batch import Batch

_LINES = {
    "loaded": (
        "第 {number} 批：{file} → {table}：收到 {rows} 行 = 采用 {accepted} + 拒收 {rejected} + 略去 {skipped}；"
        "新存 {stored}（其中更正 {revised}），未变 {unchanged}",
        "batch {number}: {file} -> {table}: {rows} rows in = {accepted} accepted + {rejected} rejected + {skipped} "
        "skipped; {stored} stored ({revised} of them corrections), {unchanged} unchanged",
    ),
    "here": (
        "已在第 {number} 批：{file} → {table}，同一份文件不重复装载",
        "already here as batch {number}: {file} -> {table}; the same file is not loaded twice",
    ),
    "reason": ("  {count} 处 [{code}] {words}", "  {count} × [{code}] {words}"),
    "refused": ("未装载：{file}", "not loaded: {file}"),
}


def _say(line: str, language: Language, **params: object) -> str:
    return _LINES[line][0 if language == "zh" else 1].format(**params)


@dataclass(frozen=True, slots=True)
class BatchReport:
    """A file that is in the record: now (``new``) or already before. ``problems`` are warnings only."""

    batch: Batch
    new: bool
    problems: tuple[Problem, ...] = ()

    def lines(self, language: Language = "zh") -> Iterator[str]:
        batch, counts = self.batch, self.batch.counts
        params = {"number": batch.number, "file": batch.file, "table": batch.table}
        yield _say("loaded" if self.new else "here", language, **params, **counts.model_dump())
        if self.new:
            for code, count in batch.reasons.items():
                yield _say("reason", language, count=count, code=code, words=CATALOGUE.words(code, language))
        yield from (problem.line(language) for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file of which nothing was loaded, and every reason."""

    file: str
    table: str
    problems: tuple[Problem, ...]

    def lines(self, language: Language = "zh") -> Iterator[str]:
        yield _say("refused", language, file=self.file)
        yield from (problem.line(language) for problem in self.problems)
