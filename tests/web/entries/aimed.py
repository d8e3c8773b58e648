"""What the permission matrix asks for of judged items: one at every stage."""

from __future__ import annotations

from steelyard.web.entries.models import Panel, Rater, Stage
from steelyard.web.entries.moves import MOVES
from steelyard.web.people.deciding import Target
from tests.web.entries.panel import ITEM, NOW, TODAY
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.people.world import account, unit

RATING = ("panel", "panel-rate", "panel-hand-in", "panel-correct")


def _panels(mine: bool) -> list[Aimed]:
    """``mine``: of those who rate only the raters of an item find it."""
    found = []
    for at, stage in enumerate(Stage):
        made = Panel.objects.create(
            plan="all", period=f"202{at}", period_end=TODAY, indicator=ITEM.indicator, name=ITEM.name, lowest=0,
            highest=3, least=2, blind=True, bar="0.6", stage=stage, due=TODAY, opened_by=account("somebody"),
            opened_at=NOW,
        )  # fmt: skip
        made.units.add(unit("A1"))
        Rater.objects.create(panel=made, account=account("somebody"), number=1)
        found.append(Aimed({"pk": made.pk}, Target(state=str(stage)), {"pk": ABSENT}, mine=mine))
    return found


@target(*RATING)
def panels() -> list[Aimed]:
    return _panels(True)


@target(*(move.address for move in MOVES))
def moved() -> list[Aimed]:
    return _panels(False)
