"""交换约定: which files there are, which columns each has at least, and how they are read back without a loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from steelyard.engine.model.facts import Column, FactTable, Feed
from steelyard.engine.problems import CATALOGUE, Problem, Refused

CATALOGUE.add(
    {
        "exchange-declaration": (
            "事实声明不能按约定交换登记册 {table}：缺少或类型不符的列：{columns}",
            "register {table} cannot be exchanged as declared; columns that are missing or of another type: {columns}",
        ),
    }
)

FILES: Mapping[str, str] = {
    "units": "人事_机构",
    "posts": "人事_岗位",
    "persons": "人事_人员",
    "holdings": "人事_任职",
    "results": "人事_个人结果",
    "accounts": "人事_个人账户",
}
"""What each file is called, before ``.csv`` or ``.xlsx``."""
REGISTERS = ("units", "posts", "persons", "holdings")
ASKED: Mapping[str, Mapping[str, str]] = {
    "units": {"code": "text", "name": "text", "level": "text", "parent": "text", "class": "text"},
    "posts": {"code": "text", "unit": "text", "name": "text", "duty": "text"},
    "persons": {"code": "text", "name": "text"},
    "holdings": {"person": "text", "post": "text", "from": "date", "to": "date", "share": "decimal"},
}
"""What registers have at least; a bureau that declares more exchanges more."""
PLAIN = r"'(.*)"
"""Text that a spreadsheet might run goes out with an apostrophe before it (`reports.tables.guarded`); it comes off."""

_TEXT = ("period", "plan", "person", "name", "unit", "duty", "grade", "lists")
_TITLES = {
    "period": "周期", "plan": "个人计划", "person": "人员代码", "name": "姓名", "unit": "机构代码", "duty": "岗位职责",
    "stages": "阶段数", "carried": "带入", "own": "本人指标", "total": "总分", "place": "位次", "ties": "并列",
    "group_size": "同组人数", "grade": "等次", "lists": "名单", "stage": "阶段", "post": "岗位代码",
    "first_day": "首日", "last_day": "末日", "days": "日数", "weight": "日数占比", "frozen": "成绩截至",
    "indicator": "指标", "worth": "分值", "unit_points": "单位得分", "unit_full": "单位满分", "points": "得分",
    "role": "角色", "share": "份额",
}  # fmt: skip
_RESULTS = {
    **dict.fromkeys(_TEXT, "text"),
    **dict.fromkeys(("stages", "place", "ties", "group_size"), "integer"),
    **dict.fromkeys(("carried", "own", "total"), "decimal(18,9)"),
}
_ACCOUNTS = {
    **dict.fromkeys(("period", "person", "unit", "post", "weight", "frozen", "indicator", "role", "share"), "text"),
    **dict.fromkeys(("worth", "unit_points", "unit_full", "points"), "text"),
    **dict.fromkeys(("stage", "days"), "integer"),
    **dict.fromkeys(("first_day", "last_day"), "date"),
}


def _results(table: str, name: str, columns: Mapping[str, str], about: str) -> FactTable:
    declared = {id: {"name": _TITLES[id], "type": kind} for id, kind in columns.items()}
    written = {"table": table, "name": name, "source": "公平秤", "about": about, "columns": declared}
    return exchanged(FactTable.model_validate(written))


def exchanged(table: FactTable) -> FactTable:
    """A table as the contract has it: its own files only, dates as 2026-03-31, guarded text as it was."""
    stem = FILES[table.table]
    feeds = tuple(
        Feed(match=f"{stem}.{kind}", format=kind, lines="many" if kind == "csv" else "one") for kind in ("csv", "xlsx")
    )
    columns = {id: _column(column) for id, column in table.columns.items()}
    return table.model_copy(update={"files": feeds, "columns": columns})


def _column(column: Column) -> Column:
    plain = column.model_copy(update={"formats": (), "thousands": None})
    if column.type.kind != "text":
        return plain.model_copy(update={"rewrite": ()})
    return Column.model_validate(
        {**plain.model_dump(exclude={"rewrite", "type"}), "type": str(column.type),
         "rewrite": [{"pattern": PLAIN, "into": r"\1"}]}
    )  # fmt: skip


RESULTS = _results("results", "个人结果", _RESULTS, "一行为一名干部在一个周期按一个个人计划的结果")
ACCOUNTS = _results("accounts", "个人账户", _ACCOUNTS, "一行为个人账户的一笔；分数写成 181/365，一位不失")


def registers(tables: Mapping[str, FactTable], asked: Sequence[str] = REGISTERS) -> list[FactTable]:
    """The registers as the contract has them. Raises `Refused` (``exchange-declaration``) for all that lack columns."""
    problems = []
    for name in asked:
        declared = {id: one.type.kind for id, one in tables[name].columns.items()} if name in tables else {}
        missing = [id for id, kind in ASKED[name].items() if declared.get(id) != kind]
        if missing:
            problems.append(Problem("exchange-declaration", params={"table": name, "columns": "、".join(missing)}))
    if problems:
        raise Refused(problems)
    return [exchanged(tables[name]) for name in asked]
