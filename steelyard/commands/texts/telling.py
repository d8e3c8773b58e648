"""``steelyard text``: the book as an 考评细则 with its documents, duties and tasks; or drafts of rules from a text."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from steelyard.bureau.folder import Bureau
from steelyard.engine.model.basis import BasisDocument, Duty, Task
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.item import Indicator
from steelyard.engine.problems import CATALOGUE, Language, refuse
from steelyard.engine.shape import suggestion
from steelyard.engine.sources.coverage import coverage
from steelyard.engine.understanding.proposals import proposals
from steelyard.engine.understanding.rules import beside_rules
from steelyard.engine.wording.documents import document_paragraphs, documents_text
from steelyard.engine.wording.duties import duties_text, duty_paragraphs
from steelyard.engine.wording.rules import general, given_full, paragraphs
from steelyard.engine.wording.tasks import task_paragraphs, tasks_text
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary
from steelyard.engine.wording.works import tolerance_paragraph, tolerances_text

CATALOGUE.add(
    {
        "text-file": (
            "读不了文件 {file}：{reason}；请给出 UTF-8 文本文件",
            "cannot read file {file}: {reason}; give a text file in UTF-8",
        ),
        "text-unknown-indicator": (
            "没有指标、制度文件、岗责或重点工作“{name}”；现有：{allowed}{suggestion}",
            "there is no indicator, document, duty or task '{name}'; there are: {allowed}{suggestion}",
        ),
    }
)


def tell(arguments: argparse.Namespace) -> int:
    """The whole book, or one indicator, document, duty or task of it; or the other way round, from a text to drafts."""
    bureau = Bureau(arguments.folder)
    book, tables = bureau.book(), bureau.tables()
    language: Language = "en" if arguments.english else arguments.language
    if book.defaults is None:
        raise refuse("book-missing")
    if arguments.read is not None:
        return draft(arguments, book, tables)
    teller = Teller(language, vocabulary(book, tables), book.defaults)
    told = _whole(teller, book) if arguments.indicator is None else _one(teller, book, arguments.indicator)
    print("\n".join(told))
    return 0


def _whole(teller: Teller, book: RuleBook) -> Iterator[str]:
    yield from (teller.defaults.name, "", general(teller), "")
    written = [indicator for id, indicator in book.indicators.items() if id not in book.tolerances]
    for number, indicator in enumerate(written, start=1):
        first, *rest = paragraphs(teller, indicator, given_full(book, indicator))
        yield from (f"{number}. {first}", *rest, "")
    for zh, en, nouns, lines in (
        ("制度文件", "Documents", book.documents, documents_text),
        ("岗责", "Duties", book.duties, duties_text),
        ("重点工作", "Priority tasks", book.tasks, tasks_text),
        ("容错", "Tolerances", book.tolerances, tolerances_text),
    ):
        yield from chain([teller.pick(f"【{zh}】", f"[{en}]")], lines(teller, book), [""]) if nouns else ()


def _one(teller: Teller, book: RuleBook, name: str) -> list[str]:
    """By identifier or by Chinese name."""
    match _named(book, name):
        case Indicator() as indicator if indicator.id in book.tolerances:
            return [tolerance_paragraph(teller, book, book.tolerances[indicator.id])]
        case Indicator() as indicator:
            return paragraphs(teller, indicator, given_full(book, indicator))
        case BasisDocument() as document:
            return document_paragraphs(teller, book, document)
        case Duty() as duty:
            return duty_paragraphs(teller, book, duty)
        case Task() as task:
            row = next(row for row in coverage(book) if row.task is task)
            return task_paragraphs(teller, book, row)


def _named(book: RuleBook, name: str) -> Indicator | BasisDocument | Duty | Task:
    nouns: list[Indicator | BasisDocument | Duty | Task] = [
        *book.tasks.values(), *book.duties.values(), *book.documents.values(), *book.indicators.values(),
    ]  # fmt: skip
    known = {one.name: one for one in nouns} | {one.id: one for one in nouns}
    if name not in known:
        near = suggestion(name, list(known))
        raise refuse("text-unknown-indicator", name=name, allowed=_allowed(book) or "—", suggestion=near)
    return known[name]


def _allowed(book: RuleBook) -> str:
    return "、".join((*book.indicators, *book.documents, *book.duties, *book.tasks))


def draft(arguments: argparse.Namespace, book: RuleBook, tables: Mapping[str, FactTable]) -> int:
    """Drafts of the rules that a text tells, with what is open and what they change as comments; 1 while some is."""
    text = _text(arguments.read)
    found = proposals(text, book, tables)
    print(_beside(text, arguments.language) + "---\n".join(one.yaml(arguments.language) for one in found), end="")
    return 1 if any(one.draft.open for one in found) else 0


def _beside(text: str, language: Language) -> str:
    word = "没有编号，未读成规则" if language == "zh" else "not numbered, not read as a rule"
    return "".join(f"# {word}: {' '.join(block.split())[:80]}\n" for block in beside_rules(text))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse("text-file", file=file, reason=error) from error
