"""Days, working days, minutes: worked out once at intake and stored as integers; no engine counts them again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steelyard.engine.calendar import Calendar
from steelyard.lake.intake.columns.conditions import Functions
from steelyard.lake.intake.columns.marks import Cells, as_mask

Count = Callable[[npt.NDArray[np.datetime64], npt.NDArray[np.datetime64]], npt.NDArray[np.int64]]


def functions(calendar: Calendar | None) -> Functions:
    """The functions that row expressions may use beyond arithmetic; those of the calendar only where there is one."""
    plain: Functions = {"days": days, "minutes": minutes, "month_start": month_start}
    if calendar is None:
        return plain
    return {
        **plain,
        "workdays": lambda start, end: _counted(start, end, calendar, calendar.workdays_between, "D"),
        "workminutes": lambda start, end: _counted(start, end, calendar, calendar.workminutes_between, "m"),
    }


def days(start: Cells, end: Cells) -> Cells:
    """Calendar days from start to end; negative when the end comes first."""
    return pc.subtract_checked(_day_numbers(end), _day_numbers(start))


def minutes(start: Cells, end: Cells) -> Cells:
    """Minutes from start to end, both cut to their minute, so that parts of a case add up to the whole."""
    return pc.subtract_checked(_minute_numbers(end), _minute_numbers(start))


def month_start(year: Cells, month: Cells) -> Cells:
    """The first day of a month; months past twelve run into the next year (financial years). Years 1 to 9999."""
    years, months = _flat(pc.subtract_checked(year, 1970)), _flat(pc.subtract_checked(month, 1))
    number = pc.add_checked(pc.multiply_checked(years, 12), months)
    number = pc.if_else(pc.less(pc.abs(number), 12 * 8_000), number, pa.scalar(None, pa.int64()))
    filled = number.fill_null(0).to_numpy(zero_copy_only=False)
    values = pa.array(filled.astype("datetime64[M]").astype("datetime64[D]"), pa.date32())
    return pc.if_else(number.is_null(), pa.scalar(None, pa.date32()), values)


def _counted(start: Cells, end: Cells, calendar: Calendar, count: Count, unit: str) -> Cells:
    """Null where a moment is missing or the calendar does not know its year."""
    a, known_a = _moments(start, calendar, unit)
    b, known_b = _moments(end, calendar, unit)
    known = known_a & known_b
    if len(a) != len(b):  # a constant beside a column
        a, b = np.broadcast_arrays(a, b)
        known = np.broadcast_to(known, a.shape)
    inside = _at(calendar.start, unit)
    result = count(np.where(known, a, inside), np.where(known, b, inside))
    return pa.array(result, pa.int64(), mask=~known)


def _moments(cells: Cells, calendar: Calendar, unit: str) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.bool_]]:
    flat = _flat(cells)
    missing = as_mask(flat.is_null())
    number = _minute_numbers(flat) if unit == "m" else _day_numbers(flat)
    moments = number.fill_null(0).to_numpy(zero_copy_only=False).astype(f"datetime64[{unit}]")
    after = _at(calendar.last + timedelta(days=1), unit)
    return moments, ~missing & (moments >= _at(calendar.start, unit)) & (moments < after)


def _at(day: date, unit: str) -> np.datetime64:
    moment: np.datetime64 = np.datetime64(day, "D").astype(f"datetime64[{unit}]")
    return moment


def _day_numbers(moments: Cells) -> Cells:
    return _cut(moments, 86_400) if pa.types.is_timestamp(moments.type) else moments.cast(pa.int32()).cast(pa.int64())


def _minute_numbers(moments: Cells) -> Cells:
    return _cut(moments.cast(pa.timestamp("s")), 60)


def _cut(moments: Cells, seconds: int) -> Cells:
    """Whole units since 1970, towards the past before it."""
    flat = _flat(moments).cast(pa.int64())
    missing = as_mask(flat.is_null())
    return pa.array(flat.fill_null(0).to_numpy(zero_copy_only=False) // seconds, pa.int64(), mask=missing)


def _flat(values: Cells) -> Cells:
    if isinstance(values, pa.Scalar):
        return pa.array([values.as_py()], values.type)
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
