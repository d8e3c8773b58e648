"""结果运用 for other systems: the personnel system logs what it used, and hears of later corrections."""

from __future__ import annotations

from typing import Annotated, Literal

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router

from steelyard.engine.problems import refuse
from steelyard.web.api.guarding import token_of
from steelyard.web.api.shapes import WRONG, ChangedOut, ChangesOfUse, ReviewOut, UseIn, UseOut, UsesOut
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target
from steelyard.web.uses.models import Difference, Kind, State, Use, label
from steelyard.web.uses.noting import Logging, Wanted, note

router = Router(tags=["结果运用 uses"])
NAME = "api-uses"
Page = Annotated[int, Field(ge=1)]
Size = Annotated[int, Field(ge=1, le=1000)]
Only = Literal["", "standing", "due", "kept", "revised", "cancelled"]


@router.post("uses", response={200: UseOut, **WRONG}, summary="登记一次运用 log a use")
def log(request: HttpRequest, sent: UseIn) -> UseOut:
    """Of a version that was published, for units or persons within the token. The same key again is the same use. One
    that was corrected already is held against the correction at once: see ``reviews``."""
    _kinds(request)
    token = token_of(request)
    given = {"document": sent.document, "reason": sent.reason, "key": sent.key}
    wanted = Wanted(int(sent.version), sent.kind, sent.names, sent.purpose, sent.user, sent.on, **given)
    return _use(note(wanted, Logging(token.account, NAME, token), now=timezone.now()))


@router.get("uses", response={200: UsesOut, **WRONG}, summary="本系统登记的运用 uses that you logged")
def uses(request: HttpRequest, state: Only = "", page: Page = 1, size: Size = 200) -> UsesOut:
    rows = _own(request)
    found, about = _page(rows.filter(state=state) if state else rows, page, size)
    return UsesOut(rows=[_use(one) for one in found], **about)


@router.get("uses/{int:use}", response={200: ChangesOfUse, **WRONG}, summary="一次运用与更正后的变动 changes of one")
def one(request: HttpRequest, use: int, page: Page = 1, size: Size = 200) -> ChangesOfUse:
    """Whose total, place or grade the last correction changed, before and after; all others are unchanged."""
    found = _own(request).filter(pk=use).first()
    if found is None:
        raise refuse("api-missing")
    last = found.reviews.order_by("pk").last()
    rows, about = _page(Difference.objects.filter(review=last).select_related("named").order_by("pk"), page, size)
    return ChangesOfUse(
        use=_use(found), same=last.same if last else found.many, rows=[_changed(one) for one in rows], **about
    )


def _kinds(request: HttpRequest) -> list[Kind]:
    """Whose uses token and account are good for, somewhere; whom they cover is looked at with the names."""
    token = token_of(request)
    who = Asker(token.account, timezone.localdate(), token)
    found = [kind for kind in Kind if any(who.may(NAME, Target(path=one.path, label=label(kind))) for one in who.held)]
    if not found:
        raise refuse("api-missing")
    return found


def _own(request: HttpRequest) -> QuerySet[Use]:
    """Logged by this token's own part of its account; those of others are not there."""
    token, kinds = token_of(request), _kinds(request)
    rows = Use.objects.filter(by=token.account, token__unit__path__startswith=token.unit.path, kind__in=kinds)
    return rows.prefetch_related("reviews").order_by("pk")


def _page(rows: QuerySet, page: int, size: int) -> tuple[list, dict[str, int]]:  # type: ignore[type-arg]  # of any table
    pages = Paginator(rows, size)
    if page > pages.num_pages:
        raise refuse("api-missing")
    return list(pages.page(page)), {"count": pages.count, "page": page, "pages": pages.num_pages}


def _use(one: Use) -> UseOut:
    reviews = [
        ReviewOut(before=each.before_id, after=each.after_id, changed=each.changed, same=each.same,
                  at=each.at.isoformat())
        for each in one.reviews.all()
    ]  # fmt: skip
    return UseOut(
        id=one.pk, key=one.key, version=one.version_id, kind=one.kind, purpose=one.purpose, user=one.user,
        on=one.on.isoformat(), document=one.document, reason=one.reason, count=one.many, state=State(one.state).value,
        logged_at=one.at.isoformat(), reviews=reviews,
    )  # fmt: skip


def _changed(one: Difference) -> ChangedOut:
    return ChangedOut(
        code=one.named.code, total_before=one.total_before or None, total_after=one.total or None,
        place_before=one.place_before, place_after=one.place, grade_before=one.grade_before, grade_after=one.grade,
        gone=one.gone,
    )  # fmt: skip
