"""The units of a period as arrays."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np

from steelyard.engine.organisation import build, unit_table
from steelyard.engine.periods import CALENDAR_YEARS

KNOWN = datetime(2018, 1, 1)
Row = dict[str, object]
Y10 = date(2010, 1, 1)


def unit(code: str, level: str, parent: str | None, first: date = Y10, last: date | None = None, kind: str = "") -> Row:
    row = {"code": code, "name": f"{code}（名）", "level": level, "parent": parent, "class": kind}
    return {**row, "valid_from": first, "valid_to": last, "known_at": KNOWN}


def attribute(code: str, name: str, value: int, start: date) -> Row:
    return {"unit": code, "attribute": name, "value": value, "valid_from": start, "known_at": KNOWN}


def test_the_unit_table_of_a_period():
    rows = [
        *(
            unit("总局", "总局", None),
            unit("省局", "省局", "总局"),
            unit("市局", "市局", "省局"),
            unit("县局", "县局", "市局"),
        ),
        unit("分局", "分局", "县局", kind="一类分局"),
        unit("稽查局", "跨区稽查局", "省局"),
        unit("新分局", "分局", "县局", date(2020, 3, 15), kind="二类分局"),
        unit("旧分局", "分局", "县局", last=date(2020, 1, 31)),
        unit("早已撤销", "分局", None, last=date(2014, 12, 31)),
    ]
    stated = [attribute("新分局", "staff", 7, date(2020, 3, 15)), attribute("旧分局", "staff", 5, Y10)]
    stated += [attribute("旧分局", "staff", 9, date(2020, 2, 1))]
    known = build({"units": rows, "unit_attributes": stated})
    table = unit_table(known, CALENDAR_YEARS.parse("2020Q1"))
    assert unit_table(known, CALENDAR_YEARS.parse("2020Q1")) is table
    place = {code: index for index, code in enumerate(table.codes)}
    assert table.codes == tuple(sorted(place))
    assert "早已撤销" not in place
    assert table.names[place["新分局"]] == "新分局（名）"
    assert table.classes[table.class_index[place["新分局"]]] == "二类分局"
    assert table.class_index[place["旧分局"]] == -1
    assert table.parent_index[place["新分局"]] == place["县局"]
    assert table.parent_index[place["总局"]] == -1
    assert table.levels == ("总局", "省局", "市局", "跨区稽查局", "县局", "分局")
    assert table.levels[table.level_index[place["稽查局"]]] == "跨区稽查局"
    assert table.depth[place["分局"]] == 4
    assert table.present[place["新分局"]].tolist() == [False, False, True]
    assert table.present[place["旧分局"]].tolist() == [True, False, False]
    assert [table.attribute("staff")[place[code]] for code in ("新分局", "旧分局", "省局")] == [7, 5, None]
    assert not any(array.flags.writeable for array in (table.present, table.class_index, table.parent_index))


def test_a_period_without_units_has_empty_arrays():
    table = unit_table(build({"units": [unit("A", "县局", None, date(2020, 1, 1))]}), CALENDAR_YEARS.parse("2019"))
    assert (table.codes, table.present.shape, np.size(table.parent_index)) == ((), (0, 12), 0)
