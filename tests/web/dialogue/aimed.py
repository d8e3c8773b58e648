"""What the permission matrix asks for of appeals and evidence: one at every stage, of the unit A1."""

from __future__ import annotations

from steelyard.web.cycles.models import Stage as VersionStage
from steelyard.web.dialogue.models import Appeal, Evidence, Stage
from steelyard.web.dialogue.moves import MOVES
from steelyard.web.people.deciding import Target
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.promises import rows
from tests.web.promises.rows import AT

PERSON = f"n-{AT}"
"""The officer of the unit."""


@target("appeal", "appeal-files", "appeal-preview", *(move.address for move in MOVES))
def appeals() -> list[Aimed]:
    made = [(stage, rows.appeal(AT, stage)) for stage in Stage]
    own = [(stage, rows.appeal(AT, stage, person=PERSON)) for stage in Stage]
    return [Aimed({"pk": one.pk}, _seen(one, stage), {"pk": ABSENT}) for stage, one in (*made, *own)]


def _seen(one: Appeal | Evidence, stage: str) -> Target:
    """What hangs on an officer's account is his alone."""
    if one.person:
        return Target(path=one.unit.path, person=one.person, state=str(stage), label=3, private=True)
    return Target(path=one.unit.path, state=str(stage))


@target("evidence-file", "evidence-withdraw", "evidence-grade")
def evidence() -> list[Aimed]:
    """Hanging on what was published, on previews, and on what came of them."""
    made = [(stage, rows.evidence(AT, stage)) for stage in VersionStage]
    own = [(stage, rows.evidence(AT, stage, person=PERSON)) for stage in VersionStage]
    return [Aimed({"pk": one.pk}, _seen(one, stage), {"pk": ABSENT}) for stage, one in (*made, *own)]
