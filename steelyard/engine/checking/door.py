"""The door: a book and the declared tables go in, every problem of the first broken stage and all warnings come out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from steelyard.engine.checking import structure
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.meaning import (
    bounds,
    difficulty,
    empty,
    lists,
    marks,
    methods,
    people,
    signs,
    targets,
)
from steelyard.engine.checking.policy import burden, money, standards, twice, vetoes, waivers
from steelyard.engine.checking.policy.clauses import Clause
from steelyard.engine.checking.policy.registry import POLICIES
from steelyard.engine.checking.references import (
    circles,
    named,
    nesting,
    persons,
    published,
    steps,
    tolerances,
    totals,
    variants,
    writing,
)
from steelyard.engine.checking.registry import CHECKS, STAGES, Stage
from steelyard.engine.checking.sources import carried, cited
from steelyard.engine.expressions.schema import TableSchema, schema_of
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Problem

ROOMS = (
    structure,
    nesting,
    writing,
    tolerances,
    totals,
    steps,
    named,
    published,
    variants,
    circles,
    persons,
    empty,
    bounds,
    marks,
    signs,
    difficulty,
    lists,
    targets,
    people,
    methods,
    cited,
    carried,
    money,
    burden,
    twice,
    vetoes,
    standards,
    waivers,
)
"""Importing these has registered their checks."""


def check_book(
    book: RuleBook,
    tables: Mapping[str, TableSchema | FactTable],
    classes: Collection[str] | None = None,
    attributes: Collection[str] | None = None,
) -> list[Problem]:
    """Errors of the first stage that has any, else all warnings; in the order of the files.

    ``classes`` and ``attributes`` are what the registers know; None leaves their names unchecked. A book without
    errors cannot fail later for want of a name, a type or a result.
    """
    return check_context(context_of(book, tables, classes, attributes))


def context_of(
    book: RuleBook,
    tables: Mapping[str, TableSchema | FactTable],
    classes: Collection[str] | None = None,
    attributes: Collection[str] | None = None,
) -> Context:
    schemas = {name: schema_of(table) if isinstance(table, FactTable) else table for name, table in tables.items()}
    names = None if classes is None else frozenset(classes)
    return Context(book, schemas, names, None if attributes is None else frozenset(attributes))


def title_of(finding: str) -> Clause:
    """What a finding of policy is called on reports; its code where an older version knew it."""
    return POLICIES[finding].title if finding in POLICIES else Clause(finding, finding)


def check_context(context: Context, stages: Sequence[Stage] = STAGES, beyond: Collection[Stage] = ()) -> list[Problem]:
    """``beyond``: stages whose errors do not end the check: while a plan is being drawn up its marks do not add up yet,
    and policy has something to say all the same."""
    problems: dict[str, Problem] = {}
    for stage in stages:
        problems.update((problem.line(), problem) for problem in _found(context, stage))
        if stage not in beyond and any(problem.severity == "error" for problem in problems.values()):
            break
    return sorted(problems.values(), key=lambda problem: (problem.place, problem.code))


def _found(context: Context, stage: Stage) -> list[Problem]:
    return [problem for check in CHECKS if check.stage == stage for problem in check.find(context)]
