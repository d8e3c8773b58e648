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
    earlier = earlier_plans(book.persons, plan)
    if plan.confirmed is None:
        return Terms(None, earlier), ()
    confirmed, linked = proposed or assignments(facts, plan.confirmed), links_of(plan)
    found = tuple(objections(confirmed, org.posts, linked, plan.veto is not None))
    return Terms(confirmed.counting(org.posts, linked), earlier), found


def doubts(bureau: Bureau, book: RuleBook) -> tuple[Problem, ...]:
    """Of all plans for persons that ask for confirmation; nothing where there is no record yet."""
    plans = [plan for plan in book.persons.values() if plan.confirmed is not None]
    if not plans or not bureau.record.is_dir():
        return ()
    facts = snapshot(bureau.record)
    org = organisation(facts)
    found = (problem for plan in plans for problem in terms(facts, org, book, plan)[1])
    return tuple({problem.line(): problem for problem in found}.values())
