"""终止过多: an import that would end most of what is there is told loudly, and wants a word from a person."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.people.models import Person, Unit
from steelyard.web.people.registering.register import Changes

CATALOGUE.add(
    {
        "import-ends-many": (
            "将撤销 {units}/{of_units} 个机构，使 {persons}/{of_persons} 人没有单位，超过现有的一半；"
            "确实如此请勾选确认后再采用，否则请核对日期和文件",
            "this would end {units} of {of_units} units and leave {persons} of {of_persons} persons without one, more "
            "than half of what is there; tick the confirmation if that is meant, else look at the day and the files",
        ),
    }
)


@dataclass(frozen=True)
class Ending:
    """How many units end and how many persons lose theirs, of how many that are there."""

    units: int
    of_units: int
    persons: int
    of_persons: int

    @property
    def large(self) -> bool:
        return 2 * self.units > self.of_units or 2 * self.persons > self.of_persons


def ending(changes: Changes) -> Ending:
    lost = len(changes.gone) + sum(not after.unit for _, after in changes.transferred)
    units, persons = Unit.objects.filter(ended=None).count(), Person.objects.exclude(unit=None).count()
    return Ending(len(changes.ended), units, lost, persons)


def agreed(changes: Changes, *, confirmed: bool) -> None:
    """Raises `Refused` (``import-ends-many``) where somebody has to say that he means it, and did not."""
    found = ending(changes)
    if found.large and not confirmed:
        raise refuse(
            "import-ends-many", units=found.units, of_units=found.of_units, persons=found.persons,
            of_persons=found.of_persons,
        )  # fmt: skip
