"""What stands on each sheet of the workbook: columns with their width and number format, and the lines below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.book import ResultBook
from steelyard.reports.sheet import LISTED, Membership, UnitSheet, Words
from steelyard.reports.tables import STATES
from steelyard.reports.words import label

_BAR: Mapping[str, object] = {
    "type": "data_bar",
    "bar_color": "#7FA6E0",
    "bar_solid": True,
    "bar_axis_position": "none",
}
# rose, white, blue: safe for red-green blindness
_HEAT: Mapping[str, object] = {
    "type": "3_color_scale",
    "min_color": "#F3C6C8",
    "mid_color": "#FFFFFF",
    "max_color": "#A9C6F0",
}


@dataclass(frozen=True, slots=True)
class Column:
    """``style`` names a number format of the workbook, ``look`` a bar or colour scale over the column.

    ``idle``: the values that say nothing; a column that holds nothing else is left out of the sheet.
    """

    name: str
    width: int
    style: str = "text"
    look: Mapping[str, object] = field(default_factory=dict)
    idle: tuple[object, ...] = ()

    @property
    def wraps(self) -> bool:
        return self.style in ("wrap", "marks")


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: ``frozen`` columns stay in sight, ``filtered`` gives drop-down filters, ``wide`` prints over pages.

    ``note`` stands in its heading: what the lines are, where they are not everything.
    """

    name: str
    columns: Sequence[Column]
    lines: Sequence[Sequence[object]]
    frozen: int = 0
    filtered: bool = True
    wide: bool = False
    note: str = ""


def _telling(
    columns: Sequence[Column], lines: Sequence[Sequence[object]]
) -> tuple[list[Column], list[Sequence[object]]]:
    """Without the columns that would be idle in every line."""
    kept = [
        index
        for index, column in enumerate(columns)
        if not column.idle or any(line[index] not in column.idle for line in lines)
    ]
    return [columns[index] for index in kept], [[line[index] for index in kept] for line in lines]


def _name(zh: str, en: str, language: Language) -> str:
    return zh if language == "zh" else en


def overview_page(book: ResultBook, language: Language) -> Page:
    """Every unit of every class by place, with interval, tie group and lists."""
    units = book.ranked()
    lists = sorted({entry.name for unit in units for entry in unit.memberships}, key=lambda name: name.zh)
    keys = (("class", 18), ("place", 8), ("code", 14), ("unit", 30))
    columns = [Column(label(key, language), width, "count" if key == "place" else "text") for key, width in keys]
    columns += [Column(label("total", language), 16, "points", _BAR), Column(label("full", language), 9, "points")]
    columns += [
        Column(label("interval", language), 12),
        Column(_name("同分单位", "Equal scores", language), 10, "count"),
    ]
    columns += [Column(_name("并列组", "Tie group", language), 12, "count")]
    columns += [
        Column(label("change", language), 10, "signed", idle=(None,)),
        Column(label("machine", language), 12, "percent"),
    ]
    columns += [Column(label("provisional", language), 8), *(Column(name.of(language), 20) for name in lists)]
    lines = [[*_overview(unit, language), *_lists(unit, [one.zh for one in lists], language)] for unit in units]
    return Page(_name("总览", "Overview", language), *_telling(columns, lines), frozen=4)


def _overview(unit: UnitSheet, language: Language) -> list[object]:
    place = unit.place
    moved = unit.total - unit.earlier.total if unit.earlier else None
    provisional = label("provisional", language) if unit.run.provisional else ""
    return [
        *(unit.class_name.of(language), place.place, unit.code, unit.name.of(language), unit.total, unit.full),
        *(formats.interval(place), place.shared, place.group, moved, unit.machine_share, provisional),
    ]


def _lists(unit: UnitSheet, names: Sequence[str], language: Language) -> list[object]:
    found = {entry.name.zh: entry for entry in unit.memberships}
    entries = [found.get(name) for name in names]
    return [_verdict(one, language) if one else "" for one in entries]


def _verdict(entry: Membership, language: Language) -> str:
    """``确定入列 >99%``; the word alone where no chance is told."""
    word = label(entry.state, language)
    return word if entry.probability is None else f"{word} {formats.probability(entry.probability)}"


def score_page(book: ResultBook, language: Language) -> Page:
    """Unit by indicator in the order of the plan: points; empty where one does not apply to the unit's class."""
    units = book.ranked()
    names = {row.id: row.name.of(language) for unit in units for row in unit.indicators}
    order = {rule.id: number for number, rule in enumerate(book.rules)}
    ids = sorted(names, key=lambda one: (order.get(one, len(order)), one))
    columns = [Column(label("class", language), 18), Column(label("place", language), 8, "count")]
    columns += [Column(label("unit", language), 30), Column(label("total", language), 10, "points")]
    columns += [Column(f"{names[one]}\n{one}", 18, "points", _HEAT) for one in ids]
    lines = [[*_scored(unit, language), *_points(unit, ids)] for unit in units]
    return Page(_name("指标得分", "Scores", language), columns, lines, frozen=3, wide=True)


def _scored(unit: UnitSheet, language: Language) -> list[object]:
    return [unit.class_name.of(language), unit.place.place, unit.name.of(language), unit.total]


def _points(unit: UnitSheet, ids: Sequence[str]) -> list[object]:
    points: dict[str, Decimal] = {row.id: row.points for row in unit.indicators if row.state != "not_applicable"}
    return [points.get(one) for one in ids]


def losses_page(book: ResultBook, language: Language) -> Page:
    """The largest deductions of every unit with reason, clause and the smallest change that would have kept them.
    Its analysis sheet has all of them."""
    keys = (("class", 18), ("code", 14), ("unit", 30), ("id", 24), ("indicator", 30))
    columns = [Column(label(key, language), width) for key, width in keys]
    columns += [Column(label("lost", language), 10, "points", _BAR), Column(label("reason", language), 50, "wrap")]
    columns += [Column(label("remedy", language), 36, "wrap", idle=("",))]
    columns += [Column(label("basis", language), 30, "wrap")]
    columns += [Column(label("records", language), 10, "count", idle=(None,))]
    columns += [Column(label("repeats", language), 10, "count", idle=(1,))]
    lines = [
        [
            *(unit.class_name.of(language), unit.code, unit.name.of(language), loss.indicator, loss.name.of(language)),
            *(loss.points, loss.reason.text.of(language), loss.remedy.text.of(language) if loss.remedy else ""),
            *(loss.basis.of(language), loss.records, loss.repeats),
        ]
        for unit in book.ranked()
        for loss in unit.losses[:LISTED]
    ]
    note = _losses_note(book, language)
    return Page(_name("失分清单", "Lost points", language), *_telling(columns, lines), frozen=3, note=note)


def _losses_note(book: ResultBook, language: Language) -> str:
    """How many losses of each unit are here, and of how many the remedy is told."""
    told = [sum(loss.remedy is not None for loss in unit.losses) for unit in book.units]
    counts = {"remedies": max(told, default=0), "units": sum(map(bool, told)), "all": len(told)}
    listed = label("listed_losses", language, count=LISTED)
    return listed + label("told_remedies" if counts["units"] else "no_remedies", language, **counts)


def lists_page(book: ResultBook, language: Language) -> Page:
    """Lists and segments: who is on them certainly, who stands at the boundary. Units that are out are left out."""
    keys = (("list", 24), ("class", 18), ("membership", 12), ("place", 8), ("unit", 30), ("total", 10))
    styles = {"place": "count", "total": "points"}
    columns = [Column(label(key, language), width, styles.get(key, "text")) for key, width in keys]
    columns += [Column(label("probability", language), 12, "chance", _BAR), Column(label("interval", language), 12)]
    lines = [
        [
            *(entry.name.of(language), unit.class_name.of(language)),
            *(label(entry.state, language), unit.place.place),
            *(unit.name.of(language), unit.total, entry.probability, formats.interval(unit.place)),
        ]
        for unit in book.ranked()
        for entry in unit.memberships
        if entry.state not in ("out", "unset")
    ]
    lines.sort(key=lambda line: (str(line[0]), str(line[1])))  # stable: places stay in order
    return Page(_name("名单", "Lists", language), columns, lines, frozen=1)


def rules_page(book: ResultBook, language: Language) -> Page:
    """The rule sentences: the same text that 考评细则 prints, generated from the rule that computed the score."""
    keys = (("id", 24), ("indicator", 30), ("family", 22), ("class", 44))
    columns = [Column(label(key, language), width) for key, width in keys]
    columns += [Column(label("full", language), 14, "marks")]
    columns += [Column(_name("考评规则", "Scoring rule", language), 70, "wrap")]
    columns += [Column(label("basis", language), 36, "wrap"), Column(_name("考评部门", "Owner", language), 20)]
    lines = [
        [
            *(rule.id, rule.name.of(language), rule.family.of(language), rule.classes.of(language)),
            rule.full.of(language) if isinstance(rule.full, Words) else rule.full,
            *(rule.sentence.of(language), rule.basis.of(language), rule.owner.of(language)),
        ]
        for rule in book.rules
    ]
    return Page(_name("指标说明", "Indicators", language), columns, lines, frozen=2)


def identity_page(book: ResultBook, language: Language) -> Page:
    """Which run this is and how to check it."""
    run = book.run
    state = label("provisional" if run.provisional else "confirmed", language)
    rows = (
        *(("period", formats.period(run.period, language)), ("plan", run.plan.of(language)), ("state", state)),
        *(("rule_version", run.rule_version), ("engine_version", run.engine_version)),
        *(("as_of", formats.day(run.as_of, language)), ("completeness", formats.percent(run.completeness))),
        *(("unit", str(len(book.units))), ("indicator", str(len(book.rules))), ("run", run.number)),
        *(("root", run.root), ("digest", run.digest), ("rules_digest", run.rules)),
    )
    lines: list[Sequence[object]] = [[label(key, language), text] for key, text in rows]
    lines += [[one.title.of(language), one.statement.text.of(language)] for one in run.waivers]
    lines.append(["", label("proof_note", language)])
    lines.append(["", label("root_note", language)])
    lines.append(["", label("peer_note", language)])
    states = "、".join(f"{word} {state}" for state, word in STATES.items())
    lines.append(["results.csv", f"{_name('状态', 'State column', language)}: {states}"])
    columns = [Column(_name("项目", "Item", language), 20), Column(_name("内容", "Content", language), 90, "wrap")]
    return Page(_name("说明", "About", language), columns, lines, filtered=False)


PAGES: tuple[Callable[[ResultBook, Language], Page], ...] = (
    overview_page,
    score_page,
    losses_page,
    lists_page,
    rules_page,
    identity_page,
)
