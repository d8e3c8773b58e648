"""Fills the site of a demonstration: units, people, an account for each role, a published version and a preview."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from steelyard.bureau.runs.replaying import manifest_in
from steelyard.bureau.views.overview import Node, Overview
from steelyard.bureau.views.reading import Views, views_of
from steelyard.web.cycles.models import Run, Signature, Stage, Version
from steelyard.web.jobs.asking import ask
from steelyard.web.people.models import Account, Grant, Person, Unit
from steelyard.web.people.registering.register import Picture, picture
from steelyard.web.people.roles import RIGHTS, Role
from steelyard.web.trail.recording import record


@dataclass(frozen=True)
class Shown:
    """An account of the demonstration: who it is, and how one signs in as that."""

    username: str
    password: str
    name: str
    role: Role
    unit: str


@transaction.atomic
def fill(published: Path, previews: Sequence[Path], now: datetime, passwords: bool = True) -> list[Shown]:
    """A site with nothing in it becomes that of the bureau whose runs these are. Without ``passwords`` nobody can sign
    in but by the hand of a test."""
    views = views_of(published)
    overview = views.overview
    register = picture(published.parent.parent / "record", date(int(overview.run.period[:4]), 12, 31))
    _units(overview, register)
    persons = _registered(register) or views.persons()
    _persons(persons)
    cast = list(_cast(views, persons))
    secret = [secrets.token_urlsafe(12) if passwords else "" for _ in cast]
    with ThreadPoolExecutor() as pool:  # a hash that is slow on purpose, once for everybody
        hashed = list(pool.map(lambda password: make_password(password or None), secret))
    shown = [_account(*one, now) for one in zip(cast, secret, hashed, strict=True)]
    accounts = {Role(one.role): Account.objects.get(username=one.username) for one in shown}
    _publish(_version(published, accounts[Role.OFFICE], now), accounts, now)
    for folder in previews:
        _version(folder, accounts[Role.OFFICE], now)
    record("demonstration", at=now, target=f"run:{published.name}", detail={"accounts": len(shown)})
    return shown


@transaction.atomic
def add(folder: Path, now: datetime) -> None:
    """One more published run, signed by the same accounts."""
    grants = Grant.objects.filter(role__in=RIGHTS).select_related("account")
    accounts = {Role(grant.role): grant.account for grant in grants}
    _publish(_version(folder, accounts[Role.OFFICE], now), accounts, now)


def put_to_work(plan: str, periods: Sequence[str], now: datetime, month: str = "") -> None:
    """A look at the indicators of what is published, one at every series up to a month, and runs, which the office is
    said to have asked for; the worker does them once the site is open."""
    office = Grant.objects.filter(role=Role.OFFICE).select_related("account").first()
    by = office.account.username if office else ""
    for run in Run.objects.filter(plan=plan, versions__stage=Stage.PUBLISHED):
        ask("lab", {"run": run.pk}, by=by, now=now, about=run.folder)
    if month:
        ask("watch", {"plan": plan, "month": month}, by=by, now=now, about=f"{plan} {month}")
    for period in periods:
        given = {"plan": plan, "period": period, "sheets": "none"}
        ask("run", given, by=by, now=now, about=f"{plan} {period}")


def _units(overview: Overview, register: Picture) -> None:
    """Those of the run, and those of other plans, as the register has them on the last day of its year."""
    classes = {line.code: line.class_name for line in overview.units}
    nodes = {node.code: node for node in overview.nodes}
    paths = {code: path(nodes, node) for code, node in nodes.items()}
    names = {code: (node.name, node.parent) for code, node in nodes.items()}
    for code, other in register.units.items():
        paths.setdefault(code, other.path)
        names.setdefault(code, (other.name, other.parent))
    rows = [
        Unit(code=code, name=names[code][0], parent_id=names[code][1] or None, path=paths[code],
             **{"class_name": classes.get(code, ""), **_registered_as(register, code)})
        for code in sorted(paths, key=lambda code: paths[code])
    ]  # fmt: skip
    Unit.objects.bulk_create(rows)


def _registered_as(register: Picture, code: str) -> dict[str, Any]:
    found = register.units.get(code)
    if found is None:
        return {}
    return {"level": found.level, "attributes": dict(found.attributes), "class_name": found.class_name}


def path(nodes: Mapping[str, Node], node: Node) -> str:
    """The codes from the top down, ``/`` around each."""
    above = path(nodes, nodes[node.parent]) if node.parent in nodes else "/"
    return f"{above}{node.code}/"


def _registered(register: Picture) -> list[dict[str, str]]:
    """Everybody who held a post on the last day of the year."""
    seats = register.seats.values()
    return [
        {"person": seat.code, "name": seat.name, "unit": seat.unit, "post": seat.post} for seat in seats if seat.unit
    ]


def _persons(rows: Sequence[Mapping[str, str]]) -> None:
    known = set(Unit.objects.values_list("code", flat=True))
    Person.objects.bulk_create(
        Person(
            code=row["person"],
            name=row["name"],
            unit_id=row["unit"] if row["unit"] in known else None,
            post=row.get("post", "")[:100],
        )
        for row in rows
    )


def _cast(views: Views, persons: Sequence[Mapping[str, str]]) -> Iterator[tuple[Role, str, str, str]]:
    """Role, name, unit and person: offices at the top, one branch, one of its officers, and the bureau above it."""
    overview = views.overview
    top = next(node for node in overview.nodes if not node.parent)
    branch = _looked_at(overview, {row["unit"] for row in persons})
    above = {node.code: node for node in overview.nodes}
    city = above[above[branch].parent].parent if above[above[branch].parent].parent else branch
    for role, name in _OFFICES.items():
        yield role, name, top.code, ""
    yield Role.LEADER, f"{above[city].name}领导", city, ""
    yield Role.UNIT, f"{above[branch].name}联络员", branch, ""
    officer = max((row for row in persons if row["unit"] == branch), key=partial(_telling, views), default=None)
    if officer is not None:
        yield Role.OFFICER, officer["name"], branch, officer["person"]


def _telling(views: Views, person: Mapping[str, str]) -> tuple[int, int]:
    """How much somebody's account shows: posts held one after the other, then own indicators with anything to count."""
    account = views.account(person["person"])
    return (0, 0) if account is None else (len(account.stages), sum(line.points is not None for line in account.own))


_OFFICES = {
    Role.OFFICE: "绩效办", Role.ASSESSOR: "考评部门", Role.COMMITTEE: "考评委员会", Role.GROUP: "领导小组",
    Role.AUDITOR: "审计", Role.SYSTEM: "系统管理员", Role.SECURITY: "安全管理员", Role.RECORDS: "审计管理员",
}  # fmt: skip


def _looked_at(overview: Overview, peopled: set[str]) -> str:
    """A branch with people a third from the top of the largest class: it has the most to tell."""
    largest = max(overview.classes, key=lambda one: (one.units, one.name)).name
    lines = [line for line in overview.units if line.class_name == largest]
    staffed = [line for line in lines if line.code in peopled] or lines
    return staffed[len(staffed) // 3].code


def _account(one: tuple[Role, str, str, str], password: str, hashed: str, now: datetime) -> Shown:
    role, name, unit, person = one
    account = Account.objects.create(
        username=str(role), name=name, person=person, password=hashed, must_change=False,
        changed_at=now, created=now, used_at=now,
    )  # fmt: skip
    Grant.objects.create(
        account=account, role=role, unit_id=unit, since=now.date(), given_by=None, given_at=now, reason="演示账户"
    )
    return Shown(str(role), password, name, role, unit)


def _version(folder: Path, by: Account, now: datetime) -> Version:
    manifest, view = manifest_in(folder), views_of(folder).overview.run
    run = Run.objects.create(
        folder=folder.name, plan=manifest["plan"], plan_name=view.plan.zh, period=manifest["periods"][-1],
        batch=manifest["snapshot"]["batch"], digest=manifest["digest"], root=manifest["root"], made_by=by, made_at=now,
    )  # fmt: skip
    return Version.objects.create(run=run, plan=run.plan, period=run.period)


def _publish(version: Version, accounts: Mapping[Role, Account], now: datetime) -> None:
    """Signed by each of the four rights, as it would have been."""
    for role in RIGHTS:
        Signature.objects.create(version=version, right=role, account=accounts[role], at=now, remark="演示")
    version.number, version.stage, version.published_at = 1, Stage.PUBLISHED, now
    version.save()
