"""Documents and clauses that rules cite exist and are in force; only where the book has documents at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.references.named import period_system
from steelyard.engine.checking.registry import check
from steelyard.engine.model.item import Indicator
from steelyard.engine.problems import CATALOGUE, Language, Problem
from steelyard.engine.shape import suggestion
from steelyard.engine.sources.citing import Key, key_of, plain
from steelyard.engine.sources.coverage import entries
from steelyard.engine.sources.sources import Resolved, Spot, Use, sources_of

CATALOGUE.add(
    {
        "basis-document-unknown": (
            "“{name}”的依据《{title}》不在规则书的制度文件里{suggestion}；请收入这份文件（document:），或改正名称",
            "the document 《{title}》 that '{name}' rests on is not in the book{suggestion}; add it (document:), or "
            "correct its title",
        ),
        "basis-clause-unknown": (
            "“{name}”的依据《{title}》没有“{clause}”{suggestion}；请改正条款，或在文件里补上这一条；最接近的几条：{allowed}",
            "《{title}》, on which '{name}' rests, has no clause '{clause}'{suggestion}; correct it, or add the clause "
            "to the document; the nearest are: {allowed}",
        ),
        "basis-without-clause": (
            "“{name}”的依据“{basis}”没有指到制度文件的任何一条；请写成《文件名称》第几条，责任部门：{owner}",
            "the basis '{basis}' of '{name}' leads to no clause of any document; write 《title》 and the clause; "
            "responsible: {owner}",
        ),
        "basis-out-of-force": (
            "指标“{name}”（责任部门：{owner}）的依据{cited}{when}，计划“{plan}”的年度是 {year}；请改引现行条款，"
            "或停用这个指标；仍然有效的依据：{left}",
            "{cited}, on which indicator '{name}' rests (responsible: {owner}), {when}; the year of plan '{plan}' "
            "is {year}; cite what is in force, or retire the indicator; still in force: {left}",
        ),
    }
)

SHOWN = 5
"""So many clauses are named as the nearest."""


@dataclass(frozen=True, slots=True)
class _When:
    """Since when, or until when, a clause is in force, in both languages."""

    spot: Spot
    last: date

    def of(self, language: Language) -> str:
        if self.spot.since > self.last:
            since = self.spot.since
            return f"自 {since} 起才施行" if language == "zh" else f"is in force from {since} only"
        until = self.spot.until
        return f"已于 {until} 失效" if language == "zh" else f"was in force until {until}"


def _unknown(context: Context) -> Iterator[tuple[Use, Resolved]]:
    """Every citation that leads nowhere, with who cites."""
    sources = sources_of(context.book)
    for use in sources.uses if context.book.documents else ():
        yield from ((use, found) for found in sources.resolve(use.basis) if not found.spots)


@check(stage="references", code="basis-clause-unknown")
def cited_clauses_exist(context: Context) -> Iterator[Problem]:
    """指标、计划、岗责、重点工作引用的条款，要在规则书所收的那份制度文件里。引用到章，就是引用章下各条；引用到某条的款项，
    文件只列到条的，也算引用了这一条。

    Clauses that indicators, plans, duties and tasks cite stand in the document, where the book has the document. A
    chapter stands for all its clauses; a paragraph stands for its article, where the document lists articles only.
    """
    for use, found in _unknown(context):
        if found.documents:
            clauses = [clause.clause for document in found.documents for clause in document.clauses]
            params = {
                "name": use.name,
                "title": found.citation.title,
                "clause": found.citation.clause,
                "suggestion": suggestion(found.citation.clause, clauses),
                "allowed": "、".join(_near(found.citation.clause, clauses)) or "—",
            }
            yield Problem("basis-clause-unknown", use.place, params)


def _near(clause: str, known: list[str]) -> list[str]:
    """Clauses with most of the same steps from the top, in the order of the document."""
    wanted = key_of(clause).steps

    def shared(other: str) -> int:
        pairs = zip(wanted, key_of(other).steps, strict=False)
        return next((at for at, (one, two) in enumerate(pairs) if one != two), len(wanted))

    return sorted(known, key=lambda other: -shared(other))[:SHOWN]


@check(stage="meaning", code="basis-document-unknown")
def cited_documents_are_known(context: Context) -> Iterator[Problem]:
    """收了制度文件的规则书，指标、计划、岗责、重点工作引用的文件也应收入，条款才能双向查到。

    A book with documents has all those that its rules cite, so that clauses can be followed both ways.
    """
    titles = [document.name for document in context.book.documents.values()]
    for use, found in _unknown(context):
        if not found.documents:
            title = found.citation.title
            params = {"name": use.name, "title": title, "suggestion": suggestion(title, titles)}
            yield Problem("basis-document-unknown", use.place, params, "warning")


@check(stage="meaning", code="basis-without-clause")
def bases_lead_to_a_clause(context: Context) -> Iterator[Problem]:
    """指标和重点工作的依据至少指到一条条款；只写文件名称、或者不写书名号的，查不到是哪一条要求考它。

    The basis of an indicator or a priority task leads to at least one clause: of a whole document, or of words without
    a title, nobody can tell which clause asks for it.
    """
    sources = sources_of(context.book)
    for use in sources.uses if context.book.documents else ():
        known = all(found.spots for found in sources.resolve(use.basis))
        if use.kind in ("indicator", "task") and use.basis and known and not sources.clauses(use.basis):
            owner = getattr(use.noun, "owner", "") or "—"
            yield Problem(
                "basis-without-clause", use.place, {"name": use.name, "basis": use.basis, "owner": owner}, "warning"
            )


@check(stage="meaning", code="basis-out-of-force")
def cited_clauses_are_in_force(context: Context) -> Iterator[Problem]:
    """计划所用指标的依据，在计划年度里要有效。条款废止，引用它的指标一次检查就全部点名；指标在年度里一条有效的依据也没有的，
    是错误，还有别的有效依据、或者年度中途才失效的，是提醒。

    The clauses on which indicators of plans rest are in force in the plan's year: once a clause is repealed, one check
    names every indicator that cites it. An error where nothing that it cites is in force in that year, a warning where
    something else is, or where the clause ends within the year.
    """
    for plan in context.homes if context.book.documents else ():
        year = context.book.plans[plan.plan].year
        period = period_system(context).parse(year)
        first, last = period.start, period.end - timedelta(days=1)
        for id in dict.fromkeys(entry.indicator for entry in entries(plan)):
            spots = sources_of(context.book).spots(context.book.indicators[id].basis)
            left = [spot for spot in spots if spot.in_force(first, last)]
            going = {_called(spot) for spot in spots if spot.in_force(last, last)}
            for spot in {_called(spot): spot for spot in spots}.values():
                if _called(spot) not in going:
                    told = {"plan": plan.id, "year": year, "when": _When(spot, last)}
                    yield _ended(context.book.indicators[id], spot, left, told)


def _called(spot: Spot) -> tuple[str, Key]:
    """A clause by its name, the same in the old and the new version of a document."""
    return plain(spot.document.name), key_of(spot.key[1])


def _ended(indicator: Indicator, spot: Spot, left: list[Spot], told: Mapping[str, object]) -> Problem:
    names = {"name": indicator.name, "owner": indicator.owner or "—", "cited": spot.text}
    params = {**told, **names, "left": "、".join(one.text for one in left) or "—"}
    return Problem("basis-out-of-force", indicator.place("basis"), params, "warning" if left else "error")
