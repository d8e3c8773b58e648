"""What notices say: every sentence from the version's own numbers, in the order in which an official letter says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow.parquet as pq
from django.utils import timezone

from steelyard.bureau.views.overview import Overview, UnitLine
from steelyard.bureau.views.reading import views_of
from steelyard.reports.formats import interval, period, points
from steelyard.web.cycles.models import Notice, NoticeKind, Version
from steelyard.web.cycles.notices.numbering import addressed, written
from steelyard.web.cycles.runs.comparing import folder_of, list_names


@dataclass(frozen=True)
class Table:
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Paper:
    """A notice as texts, for every form of print. ``sealed``: names and values by which it can be checked."""

    office: str
    title: str
    number: str
    addressee: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]
    signed: str
    day: str
    sealed: tuple[tuple[str, str], ...]


def paper(notice: Notice, office: str) -> Paper:
    """``office``: who writes. The same for the same version and number, whenever it is asked for. Raises `Refused`."""
    version = notice.version
    overview = views_of(folder_of(version.run)).overview
    lists = lists_of(version, honour=notice.kind == NoticeKind.LETTER)
    tables: tuple[Table, ...]
    if notice.kind == NoticeKind.LETTER:
        line = next(line for line in overview.units if line.code == notice.unit)
        said, tables = _letter(version, overview, line, lists.get(line.code, ())), (_families(line),)
        title, addressee = "绩效考评结果通知书", f"{line.name.zh}："
    else:
        said, tables = _bulletin(version, overview), tuple(_classes(overview, lists))
        title, addressee = f"关于{period(version.period, 'zh')}绩效考评结果的通报", "各单位："
    paragraphs = (*said, *_waived(overview), _appeal())
    return Paper(
        office, title, written(notice), addressee, paragraphs, tables, office, _day(version.published_at),
        sealed(version),
    )  # fmt: skip


def sealed(version: Version) -> tuple[tuple[str, str], ...]:
    """By these anybody can find the version again, and see that nothing in it was changed."""
    return (
        ("结果版本", f"{version.plan} {version.period} 第 {version.number} 版"),
        ("运行编号", version.run.folder),
        ("结果摘要", version.run.digest),
        ("证明之根", version.run.root),
    )


def lists_of(version: Version, honour: bool) -> Mapping[str, tuple[str, ...]]:
    """Unit -> the lists on which it stands, as the run says; ``honour``: only those that are an honour."""
    folder = folder_of(version.run)
    names = {id: one.name for id, one in list_names(folder, version.plan).items() if one.honour or not honour}
    columns, of_period = ["unit", "lists"], [("period", "=", version.period)]
    rows = pq.read_table(folder / "scores.parquet", columns=columns, filters=of_period).to_pylist()
    return {row["unit"]: tuple(names[id] for id in (row["lists"] or "").split("、") if id in names) for row in rows}


def _letter(version: Version, overview: Overview, line: UnitLine, lists: Sequence[str]) -> tuple[str, ...]:
    place = line.place
    shared = f"（与另外 {place.shared - 1} 个单位同分）" if place.shared > 1 else ""
    sure = "" if place.confidence is None else f"；考虑随机波动，位次在第 {interval(place)} 名之间"
    first = (
        f"按照《{version.run.plan_name}》，经考评部门确认得分、绩效办复核、考评委员会审议、领导小组批准，"
        f"你单位{period(version.period, 'zh')}绩效考评得分 {points(line.total)} 分（满分 {points(overview.full)} 分），"
        f"在{line.class_name} {place.class_size} 个单位中列第 {place.place} 名{shared}{sure}。"
    )
    honours = [f"列入{'、'.join(lists)}。"] if lists else []
    return (first, "".join(honours) + "分类得分见下表。", *_corrects(version))


def _bulletin(version: Version, overview: Overview) -> tuple[str, ...]:
    counted = "，".join(f"{one.name} {one.units} 个" for one in overview.classes)
    first = (
        f"按照《{version.run.plan_name}》，{period(version.period, 'zh')}绩效考评已完成，"
        "经考评部门确认得分、绩效办复核、考评委员会审议、领导小组批准，现予通报。"
        f"参加考评的单位共 {len(overview.units)} 个：{counted}。"
        f"各类前半数单位 {len(addressed(overview))} 个另发通知书。"
    )
    return (first, *_corrects(version))


def _corrects(version: Version) -> tuple[str, ...]:
    if version.replaces is None:
        return ()
    return (
        f"本次公布的第 {version.number} 版更正并取代第 {version.replaces.number} 版，原因：{version.reason}。"
        f"由{version.proposed_by}提出，{version.seconded_by}附议；"
        f"依据第 {version.replaces.number} 版发出的通知书和通报同时作废。",
    )


def _waived(overview: Overview) -> Iterator[str]:
    """What the plan does by special permission, and who gave it."""
    return (f"{one.title.zh}：{one.statement.text.zh}。" for one in overview.run.waivers)


def _appeal() -> str:
    return (
        "每一分的依据、计算过程和原始记录均可在公平秤中查看，并可用独立复核器重新称量。"
        "对结果有异议的，可在规定的工作日内在系统中提出申诉。"
    )


def _families(line: UnitLine) -> Table:
    rows = tuple((one.name.zh, points(one.points), points(one.full) if one.full else "—") for one in line.families)
    return Table("分类得分", ("类别", "得分", "满分"), rows)


def _classes(overview: Overview, lists: Mapping[str, Sequence[str]]) -> list[Table]:
    return [
        Table(
            f"{one.name}（{one.units} 个单位）",
            ("位次", "单位", "得分", "位次区间", "榜单"),
            tuple(_ranked(line, lists.get(line.code, ())) for line in overview.units if line.class_name == one.name),
        )
        for one in overview.classes
    ]


def _ranked(line: UnitLine, lists: Sequence[str]) -> tuple[str, ...]:
    place = line.place
    return (str(place.place), line.name.zh, points(line.total), interval(place), "、".join(lists))


def _day(at: datetime | None) -> str:
    """The day of publication, in the bureau's own time."""
    if at is None:
        return ""
    then = timezone.localtime(at)
    return f"{then.year} 年 {then.month} 月 {then.day} 日"
