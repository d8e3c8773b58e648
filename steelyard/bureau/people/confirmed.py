"""认定: the assignments on which plans for persons rest, as a record has them, and what of them makes no whole."""

from __future__ import annotations

from steelyard.bureau.folder import Bureau
from steelyard.bureau.subjects.registers import assignments, organisation
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.organisation import Organisation
from steelyard.engine.persons.carrying import earlier_plans, links_of
from steelyard.engine.persons.confirming import Confirmed, objections
from steelyard.engine.persons.weighing import Terms
from steelyard.engine.problems import Problem
from steelyard.lake.record.snapshot import Snapshot, snapshot

Found = tuple[Terms, tuple[Problem, ...]]


def terms(
    facts: Snapshot, org: Organisation, book: RuleBook, plan: PersonsPlan, proposed: Confirmed | None = None
) -> Found:
    """What a plan rests on besides itself, and everything that speaks against it. ``proposed``: in place of the rows
    of the record."""
    found = resting(facts, org, book, plan, proposed)
    if plan.confirmed is None:
        return found, ()
    confirmed = proposed or assignments(facts, plan.confirmed)
    return found, tuple(objections(confirmed, org.posts, links_of(plan), plan.veto is not None))


def resting(
    facts: Snapshot, org: Organisation, book: RuleBook, plan: PersonsPlan, proposed: Confirmed | None = None
) -> Terms:
    """The same without what speaks against it, which is looked for row by row."""
    earlier = earlier_plans(book.persons, plan)
    if plan.confirmed is None:
        return Terms(None, earlier)
    confirmed = proposed or assignments(facts, plan.confirmed)
    return Terms(confirmed.counting(org.posts, links_of(plan)), earlier)


def doubts(bureau: Bureau, book: RuleBook) -> tuple[Problem, ...]:
    """Of all plans for persons that ask for confirmation; nothing where there is no record yet."""
    plans = [plan for plan in book.persons.values() if plan.confirmed is not None]
    if not plans or not bureau.record.is_dir():
        return ()
    facts = snapshot(bureau.record)
    org = organisation(facts)
    found = (problem for plan in plans for problem in terms(facts, org, book, plan)[1])
    return tuple({problem.line(): problem for problem in found}.values())
