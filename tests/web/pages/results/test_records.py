"""Rows of the record on a page are written as a template would write them, cell by cell."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.template import Context, Template

from steelyard.lake.record.behind import Spot

CELLS = (None, True, False, 1, Decimal(1), Decimal("1.50"), Decimal("1.5"), date(2026, 3, 15), "<x>&'\"", "True", "")
PLAIN = """{% load look %}{% for spot, row in lines %}<tr><td class="soft nowrap">{{ spot.file }}</td>\
<td class="num">{{ spot.inside }}</td>{% for cell in row %}<td>{% if cell is None %}—{% elif cell is True %}\
{% t "是" "yes" %}{% elif cell is False %}{% t "否" "no" %}{% else %}{{ cell }}{% endif %}</td>{% endfor %}</tr>\
{% endfor %}"""


def test_every_kind_of_cell_is_written_as_it_is() -> None:
    lines = [
        (Spot("a<b>.csv", "", 3, 0), (*CELLS, datetime(2026, 3, 15, 8, 30))),
        (Spot("税.xlsx", "明细", 7, 2), (*CELLS[::-1], 5)),
    ]
    told = Template("{% load results %}{% records lines %}").render(Context({"lines": lines}))
    assert told == Template(PLAIN).render(Context({"lines": lines}))
    assert all(part in told for part in ("&lt;x&gt;", "明细!B7", "<td>1.50</td><td>1.5</td>"))
