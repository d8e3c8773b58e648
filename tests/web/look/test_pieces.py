"""Tags of templates: numbers as everywhere, both languages, nothing that a name could break out of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.forms import CharField, Form
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from steelyard.reports.sheet import PlaceView, Words

D = Decimal
HOSTILE = '<script>alert("1")</script>'


def shown(source: str, language: str = "zh-hans", **given: Any) -> str:
    with translation.override(language):
        return engines["django"].from_string(source).render(given, RequestFactory().get("/list?kind=a&page=3"))


@pytest.mark.parametrize(
    ("source", "value", "zh", "en"),
    [
        ("{{ x|points }}", D("91.5"), "91.50", "91.50"),
        ("{{ x|signed }}", D("-0.07"), "−0.07", "−0.07"),
        ("{{ x|number }}", 1234567, "1,234,567", "1,234,567"),
        ("{{ x|percent }}", D("0.99451"), "99.5%", "99.5%"),
        ("{{ x|percent:2 }}", "0.99451", "99.45%", "99.45%"),
        ("{{ x|chance }}", D(1), "&gt;99%", "&gt;99%"),
        ("{{ x|money }}", D(123456789), "1.23 亿元", "CNY 123.46 million"),
        ("{{ x|period }}", "2026Q1", "2026年第一季度", "Q1 2026"),
        ("{{ x|month }}", "2026-03", "3月", "Mar"),
        ("{{ x|day }}", date(2026, 9, 30), "2026年9月30日", "30 September 2026"),
        ("{{ x|day }}", datetime(2026, 9, 30, 16, 5, tzinfo=UTC), "2026年10月1日 00:05", "1 October 2026 00:05"),
        ("{{ x|iso }}", datetime(2026, 9, 30, 16, 5, tzinfo=UTC), "2026-10-01 00:05", "2026-10-01 00:05"),
        ("{% both x %}", Words("红榜", "Honours"), "红榜", "Honours"),
        ("{{ x|told }}", Words("红榜"), "红榜", "红榜"),
        ('{% t "位次" "Place" %}', None, "位次", "Place"),
    ],
)
def test_everything_is_written_in_the_language_of_the_reader(source: str, value: Any, zh: str, en: str) -> None:
    assert (shown(source, x=value), shown(source, "en", x=value)) == (zh, en)


@pytest.mark.parametrize(
    "name", ["points", "signed", "number", "percent", "chance", "money", "period", "month", "day", "iso"]
)
def test_what_is_not_known_is_a_dash(name: str) -> None:
    assert shown(f"{{{{ x|{name} }}}}", x=None) == "—"


def test_a_binary_float_is_no_number_of_ours() -> None:
    with pytest.raises(TypeError, match="hand over a Decimal"):
        shown("{{ x|points }}", x=0.1)


@pytest.mark.parametrize(
    "source",
    [
        '{% panel "a" "b" note=x %}{{ x }}{% endpanel %}',
        '{% alert "bad" heading=x %}{{ x }}{% endalert %}',
        '{% tile "a" "b" x unit=x note=x url=x %}',
        '{% badge x %}{% status "good" x %}{% empty "a" "b" hint=x %}',
        "{% crumb x x x %}{% stand as_of='2026-09-30' version=x rules=x provisional=x url=x %}",
        "{% both x %}{{ x|told }}{% tabs items %}{% segments items %}",
    ],
)
def test_no_text_becomes_markup(source: str) -> None:
    told = shown(source, x=HOSTILE, items=[(HOSTILE, HOSTILE, True)])
    assert "<script" not in told
    assert "&lt;script" in told


def test_an_address_that_the_site_does_not_have_is_empty() -> None:
    assert shown('{% address "home" %}|{% address "nowhere" 1 as x %}{{ x }}|') == "/||"


def test_a_place_tells_its_ties_and_how_far_it_reaches() -> None:
    view = PlaceView(6, 4, 9, D("0.9"), 2, 5, 16)
    assert shown("{% place x %}", x=view) == (
        '<span class="place"><b>6</b>/16 并列 2<small title="90% 的把握在第 4–9 位之间">(4–9)</small></span>'
    )
    alone = PlaceView(6, 6, 6, None, 1, 1, 16)
    assert shown("{% place x %}", "en", x=alone) == '<span class="place"><b>6</b>/16</span>'
    assert 'x1="31.80" x2="79.80"' in shown("{% reach x %}", x=view)


def test_moves_are_words_with_arrows() -> None:
    pairs = ((8, 6), (6, 7), (3, 3), (None, 3), (0, 3), (3, 0))
    told = [shown("{% move a b %}", a=a, b=b).split(">")[1].split("<")[0] for a, b in pairs]
    assert told == ["↗ 进 2 位", "↘ 退 1 位", "持平", "—", "—", "—"]


def test_heat_has_five_steps_from_the_best_to_the_worst() -> None:
    assert [shown("{{ x|heat:10 }}", x=at)[-1] for at in (1, 3, 5, 7, 9, 10)] == ["5", "4", "3", "2", "1", "1"]
    assert shown("{{ x|heat:10 }}", x=None) == shown("{{ 1|heat:1 }}") == "heat heat-3"


def test_a_bar_is_drawn_to_the_larger_of_full_and_what_was_reached() -> None:
    assert 'width="50.00"' in shown("{% bar x %}", x=D("0.5"))
    over = shown("{% bar x y %}", x=D("1.25"), y=D(1))
    assert 'width="100.00"' in over
    assert 'class="mark" x="80.00"' in over
    assert shown("{% bar x %}", x=None) == ""


def test_a_small_line_leaves_out_what_is_missing() -> None:
    assert shown("{% spark x %}", x=[D(1), None, D(3)]).count(",") == 2
    assert 'class="goal"' in shown("{% spark x y %}", x=[D(1), D(3)], y=D(2))
    assert shown("{% spark x %}", x=[D(1), None]) == ""


class Two(Form):
    code = CharField(label="编号", help_text="三位数字")
    name = CharField(label="名称", required=False)


def test_a_field_says_what_is_wrong_beside_itself() -> None:
    told = shown("{% fields x %}", x=Two({"code": "", "name": "甲"}))
    assert "这个字段是必填项" in told
    assert 'aria-invalid="true"' in told
    assert 'aria-describedby="id_code_helptext id_code_error"' in told or 'aria-describedby="id_code_helptext"' in told
    assert told.count('class="must"') == 1


def test_turning_pages_keeps_what_was_asked_for() -> None:
    from django.core.paginator import Paginator

    told = shown("{% pages x %}", x=Paginator(range(50), 10).get_page(3))
    assert 'href="?kind=a&amp;page=2"' in told
    assert 'aria-current="page">3<' in told


def test_where_the_data_stand_says_what_may_still_change() -> None:
    told = shown('{% stand as_of="2026-09-30" complete=x version="2" provisional="两个来源未到" %}', x=D("0.987"))
    for words in ("2026年9月30日", "98.7%", "两个来源未到", "provisional"):
        assert words in told
    assert "provisional" not in shown('{% stand as_of="2026-09-30" %}')
