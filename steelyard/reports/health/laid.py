"""A health check laid out for reading: sections of paragraphs and tables, the same for the page, the PDF and DOCX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from steelyard.engine.problems import Language
from steelyard.reports.health.document import Claim, Document, Section
from steelyard.reports.health.grammar import HEAD_OF, HEADS, SECTIONS
from steelyard.reports.sheet import Words

TITLE = Words("绩效考评体检报告", "Health check")
NOTE = Words(
    "本报告每一句都由公布的结果按规则写出；verifier/health.py 只用 Python 标准库即可逐句复核。",
    "Every sentence is written from the published results by a rule; verifier/health.py derives each of them again "
    "with nothing but Python.",
)
_STRONG = frozenset({"total", "loss", "laggard", "p_total", "p_loss"})


@dataclass(frozen=True)
class Block:
    """A paragraph, or a table where ``head`` has cells. ``kind``: of its claims, for the eye."""

    kind: str
    text: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    strong: bool = False


@dataclass(frozen=True)
class Part:
    number: int
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Laid:
    """``sealed``: names and values by which anybody finds the results again."""

    language: Language
    title: str
    name: str
    lead: str
    parts: tuple[Part, ...]
    sealed: tuple[tuple[str, str], ...]
    note: str
    figures: tuple[tuple[str, str], ...] = field(default=())


def laid(document: Document, language: Language) -> Laid:
    name = Words(document.subject["zh"], document.subject["en"]).of(language)
    said = (("运行", "Run"), document.run["number"]), (("结果摘要", "Results"), document.run["digest"])
    root = (("证明之根", "Root of proofs"), document.run["root"])
    return Laid(
        language=language,
        title=TITLE.of(language),
        name=name,
        lead=next((claim.text.of(language) for claim in document.claims), ""),
        parts=tuple(_part(section, language) for section in document.sections),
        sealed=tuple((Words(*words).of(language), value) for words, value in (*said, root)),
        note=NOTE.of(language),
    )


def _part(section: Section, language: Language) -> Part:
    return Part(section.number, SECTIONS[section.number].of(language), tuple(_blocks(section, language)))


def _blocks(section: Section, language: Language) -> Iterator[Block]:
    for kind, found in groupby(section.claims, key=_table_of):
        claims = list(found)
        if kind:
            rows = tuple(tuple(claim.text.of(language).split("\t")) for claim in claims)
            yield Block(kind, head=tuple(HEADS[kind].of(language).split("\t")), rows=rows)
        else:
            yield from (Block(one.kind, one.text.of(language), strong=one.kind in _STRONG) for one in claims)


def _table_of(claim: Claim) -> str:
    """The table whose row it is; empty for a sentence."""
    kind = HEAD_OF.get(claim.kind, claim.kind)
    return kind if kind in HEADS else ""
