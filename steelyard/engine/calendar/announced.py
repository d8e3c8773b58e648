"""A published notice (放假安排通知) -> a `Notice`: what it says twice must agree, and nothing is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from steelyard.engine.calendar.notices import Leave, Notice
from steelyard.engine.problems import CATALOGUE, Problem, Refused

CATALOGUE.add(
    {
        "announced-year": (
            "通知里没有写明安排的是哪一年（“关于某某年部分节假日安排的通知”）；请连标题一起粘贴",
            "the notice does not say which year it arranges (关于某某年部分节假日安排的通知); paste it with its title",
        ),
        "announced-basis": (
            "通知里没有文号（如 国办发明电〔2025〕7号）；请连文号一起粘贴",
            "the notice has no number (such as 国办发明电〔2025〕7号); paste it with its number",
        ),
        "announced-issued": (
            "通知末尾没有成文日期（如 2025年11月4日）；请连落款一起粘贴",
            "the notice has no date at its end (such as 2025年11月4日); paste it with its last lines",
        ),
        "announced-none": (
            "没有找到“一、元旦：1月1日……放假”这样的安排；请核对粘贴的内容，特殊的通知请直接写入日历全文",
            "no arrangement such as 一、元旦：1月1日……放假 was found; check what was pasted, and write unusual notices "
            "into the text of the calendar",
        ),
        "announced-clause": (
            "“{name}”里的“{text}”没有看懂；请核对，或直接写入日历全文",
            "under {name}, '{text}' is not understood; check it, or write it into the text of the calendar",
        ),
        "announced-weekday": (
            "“{name}”写作 {day}（周{said}），而这一天是周{found}；请核对通知",
            "{name} says {day} is 周{said}, but that day is 周{found}; check the notice",
        ),
        "announced-count": (
            "“{name}”写作共 {said} 天，所列日期是 {found} 天；请核对通知",
            "{name} says {said} days in all, but lists {found}; check the notice",
        ),
        "announced-date": (
            "“{name}”里的“{text}”不是一个日期；请核对通知",
            "under {name}, '{text}' is no date; check the notice",
        ),
    }
)
_WEEK = "一二三四五六日"
_TITLE = re.compile(r"关于(?:调整|做好)?([0-9]{4})年")
_BASIS = re.compile(r"(?m)^[ \t\u3000]*(\S{2,20}〔[0-9]{4}〕[0-9]+号)[ \t\u3000]*$")
_INSIDE = re.compile(r"国(?:务院)?(?:办)?发(?:明电)?〔[0-9]{4}〕[0-9]+号")
_ISSUED = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_ADVICE = re.compile(r"鼓励[^。]*(?:。|$)")
"""What a notice recommends arranges nothing: in 2024 the eve of the festival, in 2026 leave of one's own."""
_NUMERAL = "[一二三四五六七八九十]{1,2}"
_ITEM = re.compile(
    rf"{_NUMERAL}、([^：。]{{2,16}})：(.*?)(?={_NUMERAL}、[^：。]{{2,16}}：|节假日期间|国务院办公厅[0-9]|$)"
)
_DAY = re.compile(r"(?:([0-9]{4})年)?(?:([0-9]{1,2})月)?([0-9]{1,2})日(?:（([^）]*)）)?")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_COUNT = re.compile(r"([0-9]+)天$")
_IDLE = ("不调休", "与周末连休", "放假", "放假调休", "补休", "调休", "休息", "")
"""What may stand beside dates, or alone, without saying anything more about them."""


@dataclass
class _Item:
    """What one line of the notice says of one holiday. ``last``: the date before, whose year and month go on."""

    name: str
    year: int
    problems: list[Problem]
    off: list[Leave] = field(default_factory=list)
    work: list[date] = field(default_factory=list)
    last: date | None = None

    def clause(self, text: str) -> None:
        found = list(_DAY.finditer(text))
        rest = _COUNT.sub("", _DAY.sub("", text)).strip("、和及")
        if rest == "上班" and found:
            self.work.extend(self._days(found))
        elif rest.lstrip("至到—") in _IDLE and found:
            self.off.extend(self._leaves(text, found))
        elif rest not in (*_IDLE, "共"):
            self._report("announced-clause", text=text)
        if count := _COUNT.search(text):
            self._counted(int(count[1]))

    def _days(self, found: list[re.Match[str]]) -> Iterator[date]:
        for one in found:
            self.last = self._day(one) or self.last
            if self.last is not None:
                yield self.last

    def _leaves(self, text: str, found: list[re.Match[str]]) -> Iterator[Leave]:
        """Dates with 至 between them are the ends of a stretch, others are days by themselves."""
        between = [text[one.end() : after.start()] for one, after in pairwise(found)]
        days, at = list(self._days(found)), 0
        while at < len(days):
            joined = at < len(between) and between[at] in ("至", "到", "—")
            yield Leave(self.name, days[at], days[at + joined] if at + joined < len(days) else days[at])
            at += 1 + joined

    def _day(self, found: re.Match[str]) -> date | None:
        year, month, day, said = found.groups()
        before = self.last
        try:
            when = date(
                int(year) if year else before.year if before and not month else self.year,
                int(month) if month else before.month if before else 0,
                int(day),
            )
        except ValueError:
            self._report("announced-date", text=found[0])
            return None
        weekday = _WEEKDAY.search(said or "")
        told = weekday[1].replace("天", "日") if weekday else ""
        if told and told != _WEEK[when.weekday()]:
            self._report("announced-weekday", day=when, said=told, found=_WEEK[when.weekday()])
        return when

    def _counted(self, said: int) -> None:
        found = sum((leave.last - leave.first) // timedelta(days=1) + 1 for leave in self.off)
        if found != said:
            self._report("announced-count", said=said, found=found)

    def _report(self, code: str, **params: object) -> None:
        self.problems.append(Problem(code, params={"name": self.name, **params}))


def announced(text: str) -> Notice:
    """The arrangement of a year that a notice announces. Raises `Refused` with everything that is not understood."""
    text = text.replace("(", "（").replace(")", "）").replace(":", "：").replace("[", "〔").replace("]", "〕")
    flat, problems = re.sub(r"\s+", "", text.replace(",", "，").replace(";", "；")), list[Problem]()
    title, basis, issued = _TITLE.search(flat), _BASIS.search(text) or _INSIDE.search(flat), _last_day(flat)
    for found, code in ((title, "announced-year"), (basis, "announced-basis"), (issued, "announced-issued")):
        if not found:
            problems.append(Problem(code))
    items = [_item(name, body, int(title[1]), problems) for name, body in _ITEM.findall(flat)] if title else []
    if title and not any(one.off for one in items):
        problems.append(Problem("announced-none"))
    if problems or title is None or basis is None or issued is None:
        raise Refused(problems)
    off = tuple(leave for one in items for leave in one.off)
    work = tuple(sorted(day for one in items for day in one.work))
    return Notice(basis[basis.lastindex or 0], issued, int(title[1]), None, off, work)


def _item(name: str, body: str, year: int, problems: list[Problem]) -> _Item:
    item = _Item(name, year, problems)
    for clause in re.split(r"[。；，]", _ADVICE.sub("", body)):
        item.clause(clause)
    return item


def _last_day(flat: str) -> date | None:
    """Under the notice stands when it was made."""
    found = _ISSUED.findall(flat)
    try:
        return date(*map(int, found[-1])) if found else None
    except ValueError:
        return None


def written(notice: Notice, indent: str = "  ") -> str:
    """One entry of ``notices:`` in a calendar file, as people write it."""
    head = f"amends: {notice.amends}" if notice.amends else f"year: {notice.year}"
    lines = [f"{indent}- {head}", f"{indent}  basis: {notice.basis}", f"{indent}  issued: {notice.issued}"]
    if notice.off:
        lines.append(f"{indent}  off:")
    lines += [f"{indent}    - {{name: {one.name}, from: {one.first}, to: {one.last}}}" for one in notice.off]
    if notice.work:
        lines.append(f"{indent}  work: [{', '.join(map(str, notice.work))}]")
    return "\n".join(lines) + "\n"
