"""Units, posts and persons through time: what was so, and since when we know it.

`build` makes an `Organisation` from register rows. In the registers an end is the last day on which a row holds, as
people write it; in memory every interval runs from its ``start`` to the day before its ``end``.
"""

from steelyard.engine.organisation.holdings import Counting, Stage, calendar_days, day_shares, stages
from steelyard.engine.organisation.lines import Line, Restated
from steelyard.engine.organisation.organisation import Organisation, build
from steelyard.engine.organisation.restating import restate
from steelyard.engine.organisation.sharing import share_out
from steelyard.engine.organisation.structure import Structure
from steelyard.engine.organisation.table import UnitTable, unit_table

__all__ = [
    "Counting",
    "Line",
    "Organisation",
    "Restated",
    "Stage",
    "Structure",
    "UnitTable",
    "build",
    "calendar_days",
    "day_shares",
    "restate",
    "share_out",
    "stages",
    "unit_table",
]
