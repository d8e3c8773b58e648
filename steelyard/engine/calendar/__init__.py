"""The official working calendar (法定工作日): days and minutes that count when something is late.

`china` gives the arrangements of the State Council's General Office that this version knows; `read_calendar` reads an
office's own file. Both want working hours: no calendar assumes them.
"""

from steelyard.engine.calendar.days import Calendar
from steelyard.engine.calendar.hours import Hours
from steelyard.engine.calendar.notices import Arrangement, Leave, Notice, arrange
from steelyard.engine.calendar.reading import china, read_calendar

__all__ = ["Arrangement", "Calendar", "Hours", "Leave", "Notice", "arrange", "china", "read_calendar"]
