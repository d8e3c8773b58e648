"""What people did about a unit's results, as records beside its health check: alerts, appeals, corrections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils import timezone

from steelyard.bureau.health.beside import Alert, Appeal, Beside, Correction, blank
from steelyard.bureau.views.reading import views_of
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Version
from steelyard.web.cycles.runs.comparing import folder_of
from steelyard.web.dialogue.models import Appeal as Filed
from steelyard.web.dialogue.models import Stage as AppealStage
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Unit
from steelyard.web.watch.models import Asked, State

May = Callable[[str, Target], bool]
"""Whether the reader may see what a right of this name opens, for this target."""
KEPT = ("alerts", "appeals", "corrections")


def everything(name: str, target: Target) -> bool:  # noqa: ARG001  as `May` has them
    """For whoever may see all of it."""
    return True


def beside(version: Version, codes: Sequence[str], may: May = everything) -> Beside:
    """Records of these units, as far as the reader may see them; what he may not see counts as not kept."""
    paths = list(Unit.objects.filter(code__in=codes).values_list("path", flat=True))
    kept = tuple(name for name in KEPT if all(_open(name, path, may) for path in paths))
    found = {code: blank(kept) for code in codes}
    for name, gather in (("alerts", _alerts), ("appeals", _appeals), ("corrections", _corrections)):
        if name in kept:
            for code, records in gather(version, codes).items():
                found[code] = replace(found[code], **{name: tuple(records)})  # type: ignore[arg-type]
    return Beside(kept, found)


def _open(name: str, path: str, may: May) -> bool:
    rights = {
        "alerts": ("alert-part", Target(path=path, state=State.PUSHED)),
        "appeals": ("appeal", Target(path=path, state=AppealStage.FILED)),
    }
    return name not in rights or may(*rights[name])


def _alerts(version: Version, codes: Sequence[str]) -> dict[str, list[Alert]]:
    """Those that were pushed to a unit and are not closed, by the indicators that concern it."""
    asked = Asked.objects.filter(
        unit_id__in=codes, alert__plan=version.plan, alert__state__in=(State.PUSHED, State.ANSWERED)
    ).select_related("alert")
    found: dict[str, list[Alert]] = {}
    for one in asked.order_by("alert_id"):
        names = one.alert.fired.filter(unit_id=one.unit_id).values_list("name", flat=True)
        what = Words("、".join(dict.fromkeys(names)) or one.alert.sort)
        state = State(one.alert.state)
        number = Words(f"预警 {one.alert_id}", f"Alert {one.alert_id}")
        found.setdefault(one.unit_id, []).append(Alert(number, what, Words(state.label, str(state))))
    return found


def _appeals(version: Version, codes: Sequence[str]) -> dict[str, list[Appeal]]:
    """Of the units themselves; what officers appealed for their own accounts is theirs alone."""
    filed = Filed.objects.filter(unit_id__in=codes, plan=version.plan, period=version.period, person="")
    names = {rule.id: rule.name for rule in views_of(folder_of(version.run)).overview.rules}
    found: dict[str, list[Appeal]] = {}
    for one in filed.order_by("pk"):
        what = names.get(one.indicator, Words(one.indicator)) if one.indicator else Words("总分", "total")
        state = AppealStage(one.stage)
        number = Words(f"申诉 {one.pk}", f"Appeal {one.pk}")
        day = timezone.localtime(one.filed_at).date().isoformat()
        found.setdefault(one.unit_id, []).append(Appeal(number, what, day, Words(state.label, str(state))))
    return found


def _corrections(version: Version, codes: Sequence[str]) -> dict[str, list[Correction]]:
    """Only of a version that took the place of another, for units whose total changed."""
    old = version.replaces
    if old is None or old.number is None or version.number is None:
        return {}
    before, after = (views_of(folder_of(one.run)).lines for one in (old, version))
    reason = Words(version.reason)
    return {
        code: [Correction(old.number, version.number, before[code].total, after[code].total, reason)]
        for code in codes
        if code in before and code in after and before[code].total != after[code].total
    }
