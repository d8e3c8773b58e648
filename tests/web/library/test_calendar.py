"""工作日历 in the library: read from a notice, written by one person, adopted by another, and what it moves."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as site
from django.test import Client

from steelyard.engine.calendar import read_calendar
from steelyard.engine.calendar.announced import announced
from steelyard.engine.problems import Refused
from steelyard.engine.reading import read
from steelyard.web.library.calendar.adding import latest, with_notice
from steelyard.web.library.calendar.lacking import lacking
from steelyard.web.library.considering import Wanted
from steelyard.web.library.models import Kind, Rule, Version
from steelyard.web.library.rules import bureau, calendar, in_force
from steelyard.web.library.taking import take_up
from steelyard.web.library.writing import adopt, retire, write
from steelyard.web.pages.calendar.changing import effect
from steelyard.web.people.models import Account, Unit
from tests.web.library.test_library import colleague
from tests.web.people.world import NOW, sign_in, unit, with_role

FILE = Path(__file__).parents[2] / "engine" / "cases" / "notices.yaml"
NOTICES: dict[str, str] = {str(one["year"]): one["text"] for one in read(FILE.read_text("utf-8"), FILE.name)[0].tree}  # type: ignore[index, union-attr, call-overload]
OWN = 'name: 小局\nweekend: [6, 7]\nhours: {"01-01": ["09:00-12:00", "13:30-17:30"]}\nnotices:\n'
OLD = OWN + "  - year: 2025\n    basis: 国办发明电〔2024〕12号\n    issued: 2024-11-12\n    work: [2025-01-26]\n"
ZONE = ZoneInfo("Asia/Shanghai")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def put(text: str = OLD) -> Path:
    """The file of the folder, before anything was taken into the library."""
    path = site.STEELYARD.of_bureau().root / "calendar.yaml"
    path.write_text(text, "utf-8")
    return path


def kept(text: str, by: Account) -> Version:
    rule, number, _ = latest("小局")
    return write(Wanted(text, rule, number), "收入通知", by=by, now=NOW)


def test_without_a_calendar_days_are_refused_and_never_guessed(office: Account) -> None:  # noqa: ARG001
    with pytest.raises(Refused) as refused:
        calendar()
    assert codes(refused) == ["no-calendar"]
    assert latest("小局")[2].startswith("name: 小局\nbase: china\n")


def test_the_file_of_the_folder_is_taken_in_with_the_rules_and_is_no_rule_by_which_people_are_weighed(
    office: Account,
) -> None:
    path = put()
    take_up(by=office, now=NOW)
    rule = Rule.objects.get(kind=Kind.CALENDAR)
    assert (rule.address, rule.name, rule.current, rule.state) == ("calendar", "小局", 1, "in_force")
    assert "calendar" not in {name.partition("/")[0] for name, _ in in_force()}
    path.write_text("name: 1", "utf-8")
    assert calendar().last == date(2025, 12, 31), "the file counts no longer"
    assert bureau().written().days == calendar()


def test_a_notice_becomes_the_next_version_by_one_person_and_counts_once_another_adopts_it(office: Account) -> None:
    put()
    take_up(by=office, now=NOW)
    text = with_notice(latest("小局")[2], announced(NOTICES["2026"]))
    made = kept(text, office)
    assert (made.number, calendar().last.year) == (2, 2025)
    with pytest.raises(Refused) as alone:
        adopt({"calendar": 2}, by=office, now=NOW)
    assert codes(alone) == ["act-on-oneself"]
    adopt({"calendar": 2}, by=colleague(), now=NOW)
    assert calendar().last == date(2026, 12, 31)
    assert calendar().workminutes(datetime(2026, 2, 13, 17), datetime(2026, 2, 24, 10)) == 30 + 420 + 60


def test_a_calendar_that_cannot_be_read_is_not_kept(office: Account) -> None:
    put()
    take_up(by=office, now=NOW)
    with pytest.raises(Refused) as refused:
        kept(OLD.replace("2025-01-26", "2025-01-27"), office)
    assert codes(refused) == ["calendar-work-on-weekday"]
    assert Version.objects.filter(rule__kind=Kind.CALENDAR).count() == 1


def test_it_is_never_retired_and_no_unit_has_one_of_its_own(office: Account) -> None:
    put()
    take_up(by=office, now=NOW)
    with pytest.raises(Refused) as gone:
        retire("calendar", "不要了", by=office, now=NOW)
    place: Unit = unit("A")
    below = with_role("office", "A")
    with pytest.raises(Refused) as other:
        write(Wanted(OLD), "自己的", holder=place, by=below, now=NOW)
    assert (codes(gone), codes(other)) == (["calendar-kept"], ["calendar-of-the-bureau"])


def test_a_notice_goes_to_the_end_of_the_list_wherever_that_stands() -> None:
    notice = announced(NOTICES["2026"])
    moved = "name: 小局\nnotices:\n- {year: 2025, basis: 一, issued: 2024-11-12}\n" + OWN.split("\n", 1)[1].replace(
        "notices:\n", ""
    )
    for text in (OLD, moved, "# 头\n" + OLD + "# 尾\n"):
        found = read_calendar(with_notice(text, notice), "calendar.yaml")
        assert (found.start, found.last) == (date(2025, 1, 1), date(2026, 12, 31))
        assert not found.is_workday(date(2026, 2, 16))


def test_a_notice_of_a_year_that_is_arranged_changes_what_was_said() -> None:
    later = NOTICES["2025"].replace("12号", "19号").replace("2024年11月12日", "2025年2月1日")
    assert "- amends: 国办发明电〔2024〕12号" in with_notice(OLD, announced(later))
    with pytest.raises(Refused) as again:
        with_notice(OLD, announced(NOTICES["2025"]))
    with pytest.raises(Refused) as inline:
        with_notice(OWN.rstrip("\n") + " []\n", announced(NOTICES["2025"]))
    assert (codes(again), codes(inline)) == (["calendar-notice-there"], ["calendar-notices-inline"])


@pytest.mark.parametrize(
    ("today", "year"),
    [(date(2025, 11, 1), None), (date(2025, 11, 2), 2026), (date(2025, 12, 31), 2026), (date(2026, 3, 1), 2026)],
)
def test_the_missing_year_is_told_within_sixty_days_of_the_end(office: Account, today: date, year: int | None) -> None:  # noqa: ARG001
    put()
    assert lacking(today) == year


def test_what_another_calendar_changes_is_told_day_by_day(office: Account) -> None:  # noqa: ARG001
    before = read_calendar(OLD, "calendar.yaml")
    after = read_calendar(
        with_notice(OLD.replace("work: [2025-01-26]", "work: []"), announced(NOTICES["2026"])), "calendar.yaml"
    )
    found = effect(before, after, datetime(2025, 12, 1, tzinfo=ZONE))
    assert (found.days, found.years, found.hours) == ([(date(2025, 1, 26), False)], [(2026, 248)], False)
    assert effect(before, before, NOW).nothing


# ---- pages ----


def _by(who: Account) -> Client:
    client = Client()
    sign_in(client, who)
    return client


def test_the_pages_go_from_a_notice_to_a_calendar_in_force(office: Account) -> None:
    put()
    take_up(by=office, now=NOW)
    writer, reader = _by(with_role("assessor")), _by(with_role("unit", "A1"))
    page = writer.get("/calendar?year=2025").content.decode()
    assert page.count('class="panel month"') == 12
    assert re.search(r'<td class="work[^"]*"[^>]*><time class="num" datetime="2025-01-26">', page)
    read_back = writer.post("/calendar/write", {"notice": NOTICES["2026"], "text": OLD, "base": "1", "read": "1"})
    body = read_back.content.decode()
    assert read_back.status_code == 200
    assert "春节" in body
    assert "2026-02-15" in body
    assert "248" in body, "working days of the year that becomes known"
    assert Version.objects.filter(rule__kind=Kind.CALENDAR).count() == 1, "nothing is kept by reading"
    text = with_notice(OLD, announced(NOTICES["2026"]))
    answer = writer.post("/calendar/write", {"text": text, "base": "1", "reason": "收入通知"})
    assert answer["Location"] == "/calendar?version=2"
    draft = writer.get("/calendar?version=2&year=2026").content.decode()
    assert "您写的这一版由另一人采用" in draft
    assert "?version=2" not in reader.get("/calendar").content.decode(), "a draft is not for everybody"
    adopter = _by(office)
    assert "/library/calendar/adopt/2" in adopter.get("/calendar?version=2").content.decode()
    assert adopter.post("/library/calendar/adopt/2")["Location"] == "/calendar"
    assert 'datetime="2026-02-16"' in reader.get("/calendar?year=2026").content.decode()


def test_a_notice_that_is_not_understood_is_told_and_nothing_is_lost(office: Account) -> None:
    put()
    take_up(by=office, now=NOW)
    wrong = NOTICES["2026"].replace("1月1日（周四）", "1月1日（周五）")
    answer = _by(office).post("/calendar/write", {"notice": wrong, "text": OLD, "base": "1", "read": "1"})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "而这一天是周四" in body
    assert "国办发明电〔2025〕7号" in body


def test_whoever_sees_a_year_that_is_not_arranged_is_told(office: Account) -> None:
    put()
    take_up(by=office, now=NOW)
    page = _by(office).get("/calendar?year=2026").content.decode()
    assert "该年的放假安排还没有" in page


def test_the_home_page_warns_the_office_alone(office: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    take_up(by=office, now=NOW)
    monkeypatch.setattr("steelyard.web.pages.calendar.waiting.lacking", lambda _: 2026)

    def told(client: Client) -> bool:
        return "2026 年放假安排还没有写进工作日历" in client.get("/").content.decode()

    assert told(_by(office))
    assert not told(_by(with_role("unit", "A1")))
