"""The text that is to be changed, and a notice put into it."""

from __future__ import annotations

import re
from dataclasses import replace

from steelyard.engine.calendar import Notice
from steelyard.engine.calendar.announced import written
from steelyard.engine.calendar.reading import read_arrangement
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.library.models import Kind, Rule
from steelyard.web.library.rules import bureau

CATALOGUE.add(
    {
        "calendar-notice-there": (
            "{basis} 已在日历里，没有再添",
            "the calendar has {basis} already, so that it was not added again",
        ),
        "calendar-notices-inline": (
            "日历全文里的 notices 写在一行里，无法自动添加；请改成一条一行，或直接写入全文",
            "notices stand in one line of the calendar's text, so that none can be added by itself; give each a line "
            "of its own, or write it into the text",
        ),
    }
)
NEW = 'name: {name}\nbase: china\nhours: {{"01-01": ["09:00-12:00", "13:30-17:30"]}}\n'
"""Where a bureau has no calendar yet: proposed, to be looked at and adopted like any other."""
_NOTICES = re.compile(r"notices\s*:(.*)")


def latest(name: str) -> tuple[Rule | None, int, str]:
    """The rule, the number of its last version and what that says: of the folder, or a first proposal under the name of
    the bureau, where the library has none."""
    rule = Rule.objects.filter(address=Kind.CALENDAR).first()
    if rule is not None:
        version = rule.versions.order_by("-number")[0]
        return rule, version.number, version.text
    texts = bureau().calendars()
    return None, 0, texts[0][1] if texts else NEW.format(name=name)


def with_notice(text: str, notice: Notice) -> str:
    """The calendar with a notice at the end of its list; of a year that is arranged already it changes what was said.
    Raises `Refused`."""
    there = read_arrangement(text, "calendar.yaml")[0].notices
    if any(one.basis == notice.basis for one in there):
        raise refuse("calendar-notice-there", basis=notice.basis)
    before = next((one.basis for one in there if one.year == notice.year), None)
    added = replace(notice, year=None, amends=before) if before else notice
    lines = text.rstrip("\n").split("\n")
    at = next((number for number, line in enumerate(lines) if _NOTICES.match(line)), None)
    if at is None:
        return "\n".join([*lines, "notices:", written(added)])
    if lines[at].partition(":")[2].partition("#")[0].strip():
        raise refuse("calendar-notices-inline")
    end = next((n for n in range(at + 1, len(lines)) if lines[n] and lines[n][0] not in " \t-#"), len(lines))
    indent = next((line[: line.index("-")] for line in lines[at + 1 : end] if line.lstrip().startswith("-")), "  ")
    return "\n".join([*lines[:end], written(added, indent).rstrip("\n"), *lines[end:]]) + "\n"
