"""Organisation for other systems: units and persons as they stand, and what the register of personnel would change."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router

from steelyard.engine.problems import refuse
from steelyard.web.api.guarding import asker, over_the_whole, token_of
from steelyard.web.api.shapes import (
    WRONG,
    Agreed,
    BeforeAfter,
    ChangesOut,
    ImportOut,
    MoveOut,
    PlacedOut,
    Register,
    SeatOut,
    SeveralOut,
    StaffOut,
    StaffRow,
    UnitRow,
    UnitsOut,
)
from steelyard.web.people.deciding import Target
from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.models import Person, RegisterImport, Unit
from steelyard.web.people.registering import sending
from steelyard.web.people.registering.importing import Acting, again
from steelyard.web.people.registering.register import Changes, Seat

router = Router(tags=["机构与人员 organisation"])
TRY, APPLY = "api-register", "api-register-apply"
KIND = 1_000
State = Literal["waiting", "applied", "refused"]
Page = Annotated[int, Field(ge=1)]
Size = Annotated[int, Field(ge=1, le=1000)]
Found = TypeVar("Found", bound=Model)


@router.get("organisation/units", response={200: UnitsOut, **WRONG}, summary="机构 units")
def units(request: HttpRequest, page: Page = 1, size: Size = 200) -> UnitsOut:
    who = asker(request, "api-token")
    rows = Unit.objects.visible_to(who, "api-units").order_by("path", "code")
    found, about = _page(request, rows, page, size)
    return UnitsOut(rows=[_unit(one) for one in found], **about)


@router.get("organisation/persons", response={200: StaffOut, **WRONG}, summary="人员 persons")
def persons(request: HttpRequest, page: Page = 1, size: Size = 200) -> StaffOut:
    who = asker(request, "api-token")
    rows = Person.objects.visible_to(who, "api-staff").order_by("code")
    found, about = _page(request, rows, page, size)
    return StaffOut(rows=[StaffRow(person=p.code, name=p.name, unit=p.unit_id, post=p.post) for p in found], **about)


def _page(request: HttpRequest, rows: QuerySet[Found], page: int, size: int) -> tuple[list[Found], dict[str, int]]:
    """A page past the last is not there, as are all pages for a token that is for something else."""
    pages = Paginator(rows, size)
    if "organisation" not in token_of(request).scopes or page > pages.num_pages:
        raise refuse("api-missing")
    return list(pages.page(page)), {"count": pages.count, "page": page, "pages": pages.num_pages}


@router.post("organisation/imports", response={200: ImportOut, **WRONG}, summary="报送并预演 submit and try")
def submit(request: HttpRequest, sent: Register) -> ImportOut:
    """Rows of the register tables, all of them or those that changed. Nothing is applied. The same again is the same
    import. Units or persons that are not sent are never ended by that: an end is said, with its day."""
    acting = _acting(request, TRY)
    made, tried = sending.submit(sent.tables, day=sent.day, acting=acting, now=timezone.now())
    missing = sending.absent(sent.tables) if sent.whole else {}
    return _import(made, tried.changes if made.open else None, missing)


@router.get("organisation/imports/{key}", response={200: ImportOut, **WRONG}, summary="一次报送 one submission")
def one(request: HttpRequest, key: str) -> ImportOut:
    """As it would come out now: ``import-stale`` is told when it is applied, if that is no longer what was shown."""
    found = _own(key, _acting(request, TRY))
    return _import(found, again(found).changes if found.open else None, {})


@router.post("organisation/imports/{key}/apply", response={200: ImportOut, **WRONG}, summary="采用 apply")
def apply(request: HttpRequest, key: str, sent: Agreed) -> ImportOut:
    """Only by a token that was given for it, only what was shown, and only a few persons; all else waits for a human
    being."""
    acting = _acting(request, APPLY)
    found = _own(key, acting)
    sending.apply(found, sent.digest, acting=acting, now=timezone.now())
    found.refresh_from_db()
    return _import(found, None, {})


def _acting(request: HttpRequest, name: str) -> Acting:
    """The register concerns everybody, so a token for it stands over the whole."""
    who, token = asker(request, "api-token"), token_of(request)
    if not over_the_whole(who, name):
        raise refuse("api-missing")
    return Acting(token.account, name, Target(path=token.unit.path), token, address_of(request))


def _own(key: str, acting: Acting) -> RegisterImport:
    """Sent by the same system; those of others, and of people, are not there."""
    found = RegisterImport.objects.filter(key=key, made_by=acting.by).exclude(token=None).first()
    if found is None:
        raise refuse("api-missing")
    return found


def _import(made: RegisterImport, changes: Changes | None, missing: dict[str, list[str]]) -> ImportOut:
    state: State = "applied" if made.applied_at else "refused" if made.refused_at else "waiting"
    return ImportOut(
        key=made.key, day=made.day.isoformat(), digest=made.digest, state=state, missing=missing,
        small=changes is not None and sending.small(changes, made.made_by, timezone.now()),
        changes=None if changes is None else _changes(changes),
    )  # fmt: skip


def _changes(found: Changes) -> ChangesOut:
    return ChangesOut(
        counts=sending.counts(found),
        new=[_placed(one) for one in found.new[:KIND]],
        ended=list(found.ended[:KIND]),
        renamed=[BeforeAfter(code=code, before=old, after=new) for code, old, new in found.renamed[:KIND]],
        moved=[BeforeAfter(code=code, before=old, after=new) for code, old, new in found.moved[:KIND]],
        otherwise=[code for code, _, _ in found.otherwise[:KIND]],
        merged=[SeveralOut(code=code, others=list(others)) for code, others in found.merged[:KIND]],
        split=[SeveralOut(code=code, others=list(others)) for code, others in found.split[:KIND]],
        come=[SeatOut(person=one.code, name=one.name, unit=one.unit, post=one.post) for one in found.come[:KIND]],
        gone=list(found.gone[:KIND]),
        transferred=[_move(old, new) for old, new in found.transferred[:KIND]],
        posted=[_move(old, new) for old, new in found.posted[:KIND]],
    )


def _placed(one: Any) -> PlacedOut:
    return PlacedOut(
        code=one.code, name=one.name, parent=one.parent, path=one.path, level=one.level, class_name=one.class_name
    )


def _move(old: Seat, new: Seat) -> MoveOut:
    return MoveOut(
        person=new.code, name=new.name, unit_before=old.unit, unit_after=new.unit, post_before=old.post,
        post_after=new.post,
    )  # fmt: skip


def _unit(one: Unit) -> UnitRow:
    return UnitRow(
        code=one.code, name=one.name, parent=one.parent_id, level=one.level, class_name=one.class_name,
        attributes=one.attributes, ended=None if one.ended is None else one.ended.isoformat(),
    )  # fmt: skip
