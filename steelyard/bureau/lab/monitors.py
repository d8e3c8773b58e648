"""What control systems found: ``monitors.yaml`` beside the rules says which tables hold problems of which kinds.

monitor: control          # 编号，也是候选指标编号的开头
name: 内控疑点
table: control
by: [area, item]          # 按什么分类
when: confirmed           # 哪些行算问题
grade: severity           # 后果看哪一列，各值几分；不写则每件一分
weights: {高: 3, 中: 2, 低: 1}
owner: 督察内审处
family: 抓好党务
basis: 《税务系统内部控制基本制度》
evidence: 内控监督平台，可按疑点编号回溯
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from steelyard.bureau.folder import Bureau, text_of
from steelyard.bureau.runs.behind import counted, rows_around
from steelyard.bureau.runs.running import Ran
from steelyard.engine.expressions.nodes import Aggregate, Name, walk
from steelyard.engine.expressions.parse import parse
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import TableSchema, schema_of
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.reading import read
from steelyard.engine.shape import Written, shaped

CATALOGUE.add(
    {
        "monitor-table": (
            "监控“{monitor}”要的{what}“{found}”没有声明；可用：{allowed}",
            "monitor '{monitor}' wants {what} '{found}', which is not declared; there are: {allowed}",
        ),
    }
)
FILE = "monitors.yaml"
TABLE, COLUMN = "表 table", "文字列 column of text"


class Monitor(Written):
    """One source of problems. ``by``: columns of text that tell kinds apart; ``when``: which rows are problems;
    ``weights``: how grave one is by its ``grade``, 1 where nothing is said."""

    monitor: str = Field(pattern="^[a-z][a-z0-9_]*$")
    name: str
    table: str
    by: list[str] = Field(min_length=1)
    when: str
    grade: str = ""
    weights: Mapping[str, Decimal] = Field(default_factory=dict)
    owner: str = ""
    family: str = ""
    basis: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem over a stretch of time: how often, in how many units and months, and how grave in all."""

    monitor: Monitor
    values: tuple[str, ...]
    events: int
    units: int
    months: int
    weight: Decimal

    @property
    def name(self) -> str:
        return "·".join(self.values)


def monitors(bureau: Bureau) -> list[Monitor]:
    """None where nobody has written any. Raises `Refused` with what is wrong in the file."""
    path = bureau.root / FILE
    if not path.is_file():
        return []
    return [shaped(Monitor, document) for document in read(text_of(path), str(path)) if document.tree is not None]


def kinds(ran: Ran, monitor: Monitor, start: date, end: date) -> Iterator[Kind]:
    """Every kind that occurred from ``start`` up to, not including, ``end``, among the units that the run assesses and
    those below them. Raises `Refused` where the monitor names what is not declared."""
    schema = _schema(ran, monitor)
    total = _total(ran, monitor)
    table = ran.tables[schema.name]
    wanted = {*monitor.by, *([monitor.grade] if monitor.grade else []), str(table.unit), str(table.date)}
    wanted |= {node.text for node in walk(total) if isinstance(node, Name)}
    codes = {code for members in ran.members.values() for code in members}
    rows = rows_around(ran.snapshot, table, codes, Stretch(start, end), sorted(wanted))
    found = counted(total, schema, rows)
    groups: dict[tuple[str, ...], list[tuple[str, int, Decimal]]] = {}
    for row in _plain(found, monitor, str(table.unit), str(table.date)):
        groups.setdefault(row[0], []).append(row[1:])
    for values, events in groups.items():
        units, months = ({event[at] for event in events} for at in (0, 1))
        yield Kind(monitor, values, len(events), len(units), len(months), sum((one[2] for one in events), Decimal(0)))


def _plain(
    rows: pa.Table, monitor: Monitor, unit: str, day: str
) -> Iterator[tuple[tuple[str, ...], str, int, Decimal]]:
    """Kind, unit, month and weight of each problem; what has no kind is left out."""
    if not rows.num_rows:
        return
    grades = rows[monitor.grade].to_pylist() if monitor.grade else [None] * rows.num_rows
    months = pc.month(rows[day]).to_pylist()
    values = zip(*(rows[name].to_pylist() for name in monitor.by), strict=True)
    for value, code, month, grade in zip(values, rows[unit].to_pylist(), months, grades, strict=True):
        if all(value):
            yield tuple(map(str, value)), str(code), int(month), monitor.weights.get(str(grade), Decimal(1))


def _schema(ran: Ran, monitor: Monitor) -> TableSchema:
    if monitor.table not in ran.tables:
        raise _missing(monitor, TABLE, monitor.table, ran.tables)
    schema = schema_of(ran.tables[monitor.table])
    texts = [name for name, column in schema.columns.items() if column.kind == "text"]
    for name in (*monitor.by, *([monitor.grade] if monitor.grade else [])):
        if name not in texts:
            raise _missing(monitor, COLUMN, name, texts)
    return schema


def _missing(monitor: Monitor, what: str, found: str, allowed: Iterable[str]) -> Exception:
    return refuse(
        "monitor-table", monitor.place(), monitor=monitor.monitor, what=what, found=found, allowed="、".join(allowed)
    )


def _total(ran: Ran, monitor: Monitor) -> Aggregate:
    """Its problems as a total, by declared names."""
    total = parse(f"count({monitor.table} where {monitor.when})")
    assert isinstance(total, Aggregate)
    return resolve(total, {name: schema_of(table) for name, table in ran.tables.items()}, monitor.place("when"))
