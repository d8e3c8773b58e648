"""更正以后: a new version is held against every use of the ones before it, and whose numbers changed is listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work
from steelyard.web.jobs.models import OPEN, Job
from steelyard.web.people.acting import asks
from steelyard.web.people.asking import Asker
from steelyard.web.trail.models import Head
from steelyard.web.trail.recording import record
from steelyard.web.uses import telling
from steelyard.web.uses.figures import Said, figures
from steelyard.web.uses.models import Difference, Named, Review, State, Step, Use
from steelyard.web.uses.moves import BACK, CORRECTED, SAME

CATALOGUE.add(
    {
        "uses-checked": (
            "登记的运用都已与在用的版本核对过，或正在核对；请刷新页面",
            "every use has been held against the version in force, or is being held; reload the page",
        ),
    }
)
NOTHING = Said("", "", "", None, "")


def unchecked() -> QuerySet[Use]:
    """Uses of a version that was corrected, which nobody has held against the one in force yet; the oldest first."""
    in_force = Version.objects.filter(
        plan=OuterRef("version__plan"), period=OuterRef("version__period"), stage=Stage.PUBLISHED
    )
    other = in_force.exclude(pk=OuterRef("settled")).exclude(
        Exists(Review.objects.filter(use=OuterRef(OuterRef("pk")), after=OuterRef("pk")))
    )
    return Use.objects.exclude(state=State.CANCELLED).filter(Exists(other)).order_by("pk")


def published(version: Version, now: datetime) -> None:
    """To be called in the transaction that publishes: where it is a correction, what was used of the versions before
    it is looked through."""
    if version.replaces_id is not None and _of(version).exists():
        ask("uses", {}, by="", now=now, key=f"version-{version.pk}", about=str(version.run.folder))


def _of(version: Version) -> QuerySet[Use]:
    same = Use.objects.filter(version__plan=version.plan, version__period=version.period)
    return same.exclude(state=State.CANCELLED)


def check_again(*, by: Asker, now: datetime) -> Job:
    """Asks for it once more, where the job failed. Raises `Refused`: ``uses-checked``, and what `ask` says."""
    with transaction.atomic():
        who = asks(by, "uses-check", now)
        list(Head.objects.select_for_update(no_key=True))  # of two who ask at once the second sees the first one's job
        if Job.objects.filter(kind="uses", state__in=OPEN).exists() or not unchecked().exists():
            raise refuse("uses-checked")
        asked = ask("uses", {}, **who, now=now)
        if isinstance(asked, Problem):
            raise Refused([asked])
    return asked


@work("uses", "核对结果的运用", "hold uses against corrected results", partly=True)
def look_through(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Every use by itself, so that what was done stays done where a later one fails."""
    del given
    waiting, due = list(unchecked().values_list("pk", flat=True)), 0
    for done, number in enumerate(waiting, start=1):
        due += _look_at(number, timezone.now())
        context.progress(f"核对 {done}/{len(waiting)}", f"{done} of {len(waiting)}", 5 + 90 * done // len(waiting))
    return {"uses": len(waiting), "due": due}


def _look_at(number: int, now: datetime) -> bool:
    with transaction.atomic():
        use = locked(number)
        same = Version.objects.filter(plan=use.version.plan, period=use.version.period, stage=Stage.PUBLISHED)
        in_force = same.select_related("run").first()
        if in_force is None or use.state == State.CANCELLED or in_force.pk == use.settled_id:
            return False
        return hold_against(use, in_force, now)


def locked(number: int) -> Use:
    held = Use.objects.select_for_update(no_key=True, of=("self",)).select_related("version__run", "settled__run")
    return held.get(pk=number)


def hold_against(use: Use, version: Version, now: datetime) -> bool:
    """Whether numbers with which the use stands changed, so that somebody has to answer. Once for each correction;
    one that was not answered before the next came is overtaken by that. To be called while the use is held."""
    if use.reviews.filter(after=version).exists():
        return False
    before, after = figures(use.settled, use.kind), figures(version, use.kind)
    moved = [one for one in use.named.all() if _changed(before.get(one.code), after.get(one.code))]
    counts = {"changed": len(moved), "same": use.many - len(moved)}
    review = Review.objects.create(use=use, before=use.settled, after=version, at=now, **counts)
    Difference.objects.bulk_create(_differences(review, moved, before, after), batch_size=2_000)
    _told(use, review, bool(moved), now)
    return bool(moved)


def _changed(before: Said | None, after: Said | None) -> bool:
    return (before or NOTHING).told != (after or NOTHING).told


def _differences(
    review: Review, moved: list[Named], before: Mapping[str, Said], after: Mapping[str, Said]
) -> Iterator[Difference]:
    for one in moved:
        old, new = before.get(one.code, NOTHING), after.get(one.code, NOTHING)
        yield Difference(
            review=review, named=one, total=new.total, place=new.place, grade=new.grade, total_before=old.total,
            place_before=old.place, grade_before=old.grade, gone=one.code not in after,
        )  # fmt: skip


def _told(use: Use, review: Review, changed: bool, now: datetime) -> None:
    """The use waits for an answer, or stands as it did, now with the numbers of the corrected version."""
    was_due = use.state == State.DUE
    move = CORRECTED if changed else BACK if was_due else SAME
    if changed:
        use.state = State.DUE
    else:
        use.settled = review.after
        use.state = _before_due(use) if was_due else use.state
    use.save(update_fields=["state", "settled"])
    Step.objects.create(use=use, move=move, to=use.state, review=review, at=now)
    detail = {"before": review.before_id, "after": review.after_id, "changed": review.changed, "same": review.same}
    record(f"use-{move}", at=now, target=f"use:{use.pk}", detail=detail)
    if changed:
        telling.due(review, now)


def _before_due(use: Use) -> str:
    last = use.steps.exclude(to=State.DUE).order_by("-pk").values_list("to", flat=True).first()
    return last or State.STANDING
