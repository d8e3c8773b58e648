"""制度文件 as text: every clause with its points, and what it feeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from steelyard.engine.model.basis import BasisDocument, Clause
from steelyard.engine.model.book import RuleBook
from steelyard.engine.sources.sources import Resting, Use, sources_of
from steelyard.engine.wording.clauses import in_force
from steelyard.engine.wording.teller import Teller

KINDS: dict[Resting, tuple[str, str]] = {
    "indicator": ("指标", "indicators"),
    "duty": ("岗责", "duties"),
    "task": ("重点工作", "priority tasks"),
    "plan": ("计划", "plans"),
}


def document_paragraphs(teller: Teller, book: RuleBook, document: BasisDocument) -> list[str]:
    """The head of a document, then a paragraph a clause."""
    sources = sources_of(book)
    lines = [_head(teller, document)]
    whole = sources.resting(document.id)
    if whole:
        lines.append(teller.pick("全文：", "The whole: ") + fed(teller, whole))
    lines += [_clause(teller, clause, sources.resting(document.id, clause.clause)) for clause in document.clauses]
    return lines


def _head(teller: Teller, document: BasisDocument) -> str:
    number = teller.pick(f"（{document.number}）", f" ({document.number})") if document.number else ""
    said = [document.issuer, in_force(teller, document)]
    return (
        f"《{document.name}》{number}" + teller.pick("：", ": ") + teller.sentence(teller.pick("，", ", ").join(said))
    )


def _clause(teller: Teller, clause: Clause, resting: Sequence[Use]) -> str:
    points = (("考核点", "points", clause.assesses), ("风险点", "risks", clause.risks))
    said = [
        teller.pick(f"{zh}：{teller.listed(told)}", f"{en}: {teller.listed(told)}") for zh, en, told in points if told
    ]
    text = "".join(teller.sentence(part) for part in (clause.text.rstrip("。. "), *said, in_force(teller, clause)))
    return f"{clause.clause}{teller.pick('　', ' ')}{text}{fed(teller, resting)}"


def fed(teller: Teller, resting: Sequence[Use]) -> str:
    """``用于指标：甲、乙；岗责：丙``; what rests on nothing says so."""
    if not resting:
        return teller.sentence(teller.pick("没有指标引用", "nothing rests on it"))
    parts = []
    for kind, (zh, en) in KINDS.items():
        names = list(dict.fromkeys(use.name for use in resting if use.kind == kind))
        parts += [teller.pick(f"{zh}：{teller.listed(names)}", f"{en}: {teller.listed(names)}")] if names else []
    return teller.sentence(teller.pick("用于", "feeds ") + teller.joined(parts))


def documents_text(teller: Teller, book: RuleBook) -> Iterator[str]:
    """Every document of a book, an empty line before each."""
    for document in book.documents.values():
        yield ""
        yield from document_paragraphs(teller, book, document)
