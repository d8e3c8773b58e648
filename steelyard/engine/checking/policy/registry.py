"""Every policy with its title, its clauses and whether it blocks; findings that a plan waives are told, not counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import TypeAlias

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.policy.clauses import Clause, Clauses
from steelyard.engine.checking.references.named import period_system
from steelyard.engine.checking.registry import CHECKS, Check
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Plan
from steelyard.engine.model.waiver import Waiver
from steelyard.engine.problems import Place, Problem, Severity

Home: TypeAlias = Plan | PersonsPlan


@dataclass(frozen=True, slots=True)
class Finding:
    """What a policy found: in which plan, about which indicator (empty: the plan itself), with the words' values.

    ``home`` is None for an indicator of an officer that no plan has yet: nobody can waive it there.
    """

    home: Home | None
    indicator: str
    place: Place
    params: Mapping[str, object] = field(default_factory=dict)


Seeking: TypeAlias = Callable[[Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. ``blocks``: nobody is assessed by the plan until it is mended or waived; otherwise it is a label."""

    code: str
    title: Clause
    clauses: Clauses
    blocks: bool
    find: Seeking

    @property
    def severity(self) -> Severity:
        return "error" if self.blocks else "warning"


POLICIES: dict[str, Policy] = {}


def policy(
    *, code: str, title: Clause, clauses: tuple[Clause, ...], blocks: bool = False
) -> Callable[[Seeking], Seeking]:
    """Registers a policy as a check of its own stage."""

    def register(find: Seeking) -> Seeking:
        found = POLICIES[code] = Policy(code, title, Clauses(clauses), blocks, find)
        CHECKS.append(Check("policy", code, _telling(found)))
        return find

    return register


def findings_in(context: Context, home: Home) -> Iterator[tuple[Policy, Finding]]:
    """What the policies find in one plan, waived or not."""
    for one in POLICIES.values():
        yield from ((one, found) for found in one.find(context) if found.home is home)


def _telling(policy: Policy) -> Callable[[Context], Iterator[Problem]]:
    """The policy as a check: problems with their clauses, or the note of who waived them."""

    @wraps(policy.find)
    def find(context: Context) -> Iterator[Problem]:
        for found in policy.find(context):
            waiver = waived(context, policy.code, found)
            yield _problem(policy, found) if waiver is None else _note(policy, waiver)

    chinese, english = (policy.find.__doc__ or "").strip().split("\n\n")
    basis = policy.clauses
    find.__doc__ = f"{chinese}依据：{basis.of('zh')}。\n\n{english} Basis: {basis.of('en')}."
    return find


def _problem(policy: Policy, found: Finding) -> Problem:
    """``home`` and ``about`` tell pages which plan and which indicator a waiver would have to name."""
    about = {"home": "" if found.home is None else found.home.id, "about": found.indicator}
    return Problem(policy.code, found.place, {**found.params, "clause": policy.clauses, **about}, policy.severity)


def _note(policy: Policy, waiver: Waiver) -> Problem:
    return Problem("finding-waived", waiver.place(), {"title": policy.title, **answered(waiver)}, "warning")


def answered(waiver: Waiver) -> dict[str, object]:
    """A waiver as the values of its sentence."""
    written = {key: getattr(waiver, key) for key in ("authority", "role", "document", "reason", "until")}
    return {**written, "indicator": waiver.indicator or "—"}


def waived(context: Context, code: str, found: Finding) -> Waiver | None:
    """The waiver that covers a finding."""
    if found.home is None:
        return None
    lasting = (one for one in found.home.waivers if lasts(context, found.home, one))
    return next((one for one in lasting if (one.finding, one.indicator) == (code, found.indicator)), None)


def lasts(context: Context, home: Home, waiver: Waiver) -> bool:
    """Whether it holds through the whole year of its plan."""
    plan = home if isinstance(home, Plan) else context.book.plans[home.plan]
    return waiver.until >= period_system(context).parse(plan.year).end - timedelta(days=1)
