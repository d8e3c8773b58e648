"""Control totals: what the file says about itself, against what its rows add up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import pyarrow as pa

from steelyard.engine.model.facts import Column, Feed
from steelyard.engine.problems import NOWHERE, Problem
from steelyard.lake.intake.columns.marks import fits


def control_totals(
    feed: Feed,
    footers: Sequence[Mapping[str | int, str]],
    stated: Mapping[str, Decimal],
    unread: Mapping[str, int],
    columns: Mapping[str, Column],
) -> Iterator[Problem]:
    """A difference refuses the file, unless cells of that column could not be read: then it is a warning. People read
    the name that stands above the column."""
    for footer in footers:
        for column, total in stated.items():
            said = _number(footer.get(column, ""))
            if said is None or said == total:
                continue
            params = {"footer": feed.footer or "", "column": columns[column].name, "stated": said, "found": total}
            if unread.get(column):
                yield Problem("control-total-unclear", NOWHERE, {**params, "count": unread[column]}, "warning")
            else:
                yield Problem("control-total", NOWHERE, params)


def _number(text: str) -> Decimal | None:
    plain = text.strip().replace(",", "")
    is_number = fits(pa.array([plain], pa.string()), r"-?[0-9]{1,30}(?:\.[0-9]{1,10})?")[0]
    return Decimal(plain) if is_number else None
