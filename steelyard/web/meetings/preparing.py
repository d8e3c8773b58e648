"""Acts on meetings: preparing one, holding it, dropping it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.dialogue.saying import fit
from steelyard.web.meetings.models import Meeting, State
from steelyard.web.meetings.moves import BY_NAME
from steelyard.web.meetings.pack import pack
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "meeting-text": (
            "请写会议名称（2 至 200 字）和纪要文号（2 至 100 字）",
            "name it (2 to 200 characters), and its minutes by their number (2 to 100)",
        ),
        "meeting-day": ("请写召开日期，如 2026-12-01", "write the day on which it is held, such as 2026-12-01"),
        "meeting-document": (
            "文号“{document}”已用于另一次会议；议定事项按文号归到会议，请另编",
            "the number '{document}' is that of another meeting; decisions are known by it, so use another",
        ),
        "meeting-move": (
            "会议现在是“{stage}”，不能{move}；请刷新页面",
            "the meeting is '{stage}' and cannot be moved so ({move}); load the page again",
        ),
    }
)  # fmt: skip


def prepare(name: str, document: str, on: date | None, *, by: Account, now: datetime) -> Meeting:
    """Raises `Refused` with all that is wrong."""
    name, document = name.strip(), document.strip()
    problems = [] if 2 <= len(name) <= 200 and 2 <= len(document) <= 100 else [Problem("meeting-text")]
    if on is None or problems:
        raise Refused([*problems, *([Problem("meeting-day")] if on is None else [])])
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("meeting-new", by, now)
        try:
            with transaction.atomic():
                made = Meeting.objects.create(name=name, document=document, on=on, by=by, at=now)
        except IntegrityError:
            raise refuse("meeting-document", document=document) from None
        record("meeting-new", **said, at=now, target=f"meeting:{made.pk}", detail={"on": on.isoformat()})
    return made


def move(meeting: Meeting, name: str, text: str, *, by: Account, now: datetime) -> Meeting:
    """By the table of moves. Holding it keeps the pack as it is at that moment."""
    way = BY_NAME[name]
    text = fit(text, 500) if way.reason else ""
    with transaction.atomic():
        (by,) = hold(by)
        held = Meeting.objects.select_for_update(no_key=True, of=("self",)).get(pk=meeting.pk)
        if held.state not in way.begins:
            raise refuse("meeting-move", stage=State(held.state), move=way.words)
        said = allowed(way.address, by, now, held.target)
        if way.to == State.HELD:
            held.pack, held.held_at = pack(held, now), now
        held.state, held.reason = way.to, text
        held.save(update_fields=("state", "reason", "pack", "held_at"))
        record(way.address, **said, at=now, target=f"meeting:{held.pk}", detail={"to": way.to.value})
    return held
