"""Tags of the quality lab: all criteria of an indicator in the room of a table's cell."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.safestring import SafeString

from steelyard.bureau.lab.quality.cards import Mark
from steelyard.bureau.lab.quality.criteria import CRITERIA
from steelyard.bureau.showing import decimal
from steelyard.reports import formats
from steelyard.web.look.marking import joined, marked
from steelyard.web.look.reading import language
from steelyard.web.look.templatetags.look import t

register = template.Library()
WIDE, HIGH = 9, 22


@register.simple_tag
def criteria(marks: Sequence[Mark]) -> SafeString:
    """A small bar each, in the order of the criteria; what is not met is said for those who hear it."""
    bars = joined(
        '<rect class="fill {}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        [_bar(place, mark) for place, mark in enumerate(marks)],
    )
    weak = [CRITERIA[mark.criterion].name.of(language()) for mark in marks if mark.state == "bad"]
    said = t("没有达不到的准则", "No criterion is missed") if not weak else t("未达到：", "Not met: ") + "、".join(weak)
    return marked(
        '<svg class="criteria" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDE * len(marks), HIGH, said, bars,
    )  # fmt: skip


def _bar(place: int, mark: Mark) -> tuple[object, ...]:
    high = 2 if mark.share is None else max(2, round(mark.share * (HIGH - 2)))
    words = f"{CRITERIA[mark.criterion].name.of(language())}：{mark.said.of(language())}"
    return mark.state, place * WIDE, HIGH - high, WIDE - 2, high, words


@register.filter
def share_of(part: float) -> str:
    """A part of the whole from statistics, as a percentage."""
    return formats.share(Decimal(f"{part:.4f}"))


@register.filter
def exact(total: Fraction | None) -> str:
    return formats.MISSING if total is None else formats.points(decimal(total))


@register.simple_tag
def spread(bars: Sequence[int]) -> SafeString:
    """Units by tenths of the full mark as small columns, the lowest on the left."""
    most, said = max(bars, default=0) or 1, "、".join(map(str, bars))
    columns = [
        (place * WIDE, HIGH - high, WIDE - 2, high, count)
        for place, count in enumerate(bars)
        for high in [max(1, round(count / most * (HIGH - 2)))]
    ]
    return marked(
        '<svg class="criteria" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDE * len(bars), HIGH, t("由低到高各十分之一的单位数：", "units by tenths, lowest first: ") + said,
        joined('<rect class="fill" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>', columns),
    )  # fmt: skip
