"""The phrases that a sheet's sentences are made of, and the derivation behind each. Read by `check`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from steelyard.engine.problems import Language
from steelyard.reports.checking import claims
from steelyard.reports.checking.claims import Claim, Expected, always
from steelyard.reports.sheet import UnitSheet

_NAMED = 3


def _claim(pattern: str, expected: Expected) -> Claim:
    """``NN`` stands for the number that is claimed, ``N_`` for one that another claim looks at, each with its sign."""
    number = r"\N{MINUS SIGN}?\d[\d,]*(?:\.\d+)?"
    return Claim(re.compile(pattern.replace("NN", f"(?P<n>{number}%?)").replace("N_", number)), expected)


def _equal_scores(sheet: UnitSheet) -> str:
    return str(sheet.place.shared - 1)


def _not_told_apart(sheet: UnitSheet) -> str:
    return str(sheet.place.group - 1)


def _to_next(sheet: UnitSheet) -> str:
    return claims.shown_points(sheet.place.to_next or Decimal(0))


def _losing(sheet: UnitSheet) -> str:
    return str(len({loss.indicator for loss in sheet.losses}))


def _head_share(sheet: UnitSheet) -> str:
    lost = claims.lost(sheet)
    return claims.share(claims.biggest(sheet, _NAMED) / lost) if lost else "0.0%"


def _provisional(sheet: UnitSheet) -> str:
    return "暂定" if sheet.run.provisional else "—"


def _strongest(sheet: UnitSheet, best: bool) -> tuple[str, ...]:
    gaps = {family: claims.family_distance(family) * (Fraction(family.full) or 1) for family in sheet.families}
    edge = (max if best else min)(gaps.values())
    names = [family.name for family, gap in gaps.items() if gap == edge]
    return tuple(claims.hide(text) for name in names for text in (name.zh, name.en))


_WHEN = r"(?P<n>\d{4}(?:财年|年)(?:第.季度|.半年|\d+月|度)?(?:累计)?)"
_WHEN_EN = r"(?P<n>(?:[QH]\d (?:[A-Z]+ )?|the year |[A-Z][a-z]+ |[A-Z]+ )\d{4}(?: to date)?)"
_POINTS = always(lambda sheet: claims.shown_points(sheet.total))
_FULL = always(lambda sheet: claims.shown_points(sheet.full))
_SIZE = always(lambda sheet: str(sheet.place.class_size))
_CONFIDENCE = always(claims.confidence)
_RATE, _RATE_EN = "(?:得分率 N_%，)?", "(?:a score rate of N_%, )?"
_GAP = claims.family_gap

_ZH = (
    _claim(rf"^{_WHEN}，", lambda sheet, _: claims.period_texts(sheet.run.period)),
    _claim(r"得 NN 分（满分", _POINTS),
    _claim(r"（满分 NN 分）", _FULL),
    _claim(r"在同类 NN 个单位中", _SIZE),
    _claim(r"列第 NN 位", always(lambda sheet: str(sheet.place.place))),
    _claim(r"按 NN 的把握", _CONFIDENCE),
    _claim(r"位次在第 (?P<n>[\d–]+) 位之间", always(claims.place_range)),
    _claim(r"与 NN 个单位同分", always(_equal_scores)),
    _claim(r"与 NN 个单位在统计上", always(_not_told_apart)),
    _claim(r"^总分.*?(?P<way>高|低)于同类(?P<what>均值) NN 分", claims.reference),
    _claim(r"^总分.*?(?P<way>高|低)于同类(?P<what>中位) NN 分", claims.reference),
    _claim(r"^总分.*?(?P<way>高|低)于同类(?P<what>最高分) NN 分", claims.reference),
    _claim(r"^总分.*?与同类(?P<what>均值|中位)(?P<n>持平)", claims.level),
    _claim(r"^总分.*?(?P<n>为)同类(?P<what>最高分)", claims.level),
    _claim(r"；距前一位 NN 分", always(_to_next)),
    _claim(rf"^较{_WHEN}，", lambda sheet, _: claims.period_texts(sheet.earlier.period) if sheet.earlier else ()),
    _claim(r"总分(?P<way>增加|减少) NN 分", claims.moved),
    _claim(r"位次(?P<way>进|退) NN 位", claims.places_moved),
    _claim(r"^共失 NN 分", always(lambda sheet: claims.fixed(claims.lost(sheet), 2))),
    _claim(r"，涉及 NN 个指标", always(_losing)),
    _claim(r"失分最多的 NN 项", always(lambda _: str(_NAMED))),
    _claim(r"项共失 NN 分", always(lambda sheet: claims.fixed(claims.biggest(sheet, _NAMED), 2))),
    _claim(r"占失分的 NN", always(_head_share)),
    _claim(r"^分类看，(?P<n>[^；]+?)得 N_ 分，", lambda sheet, _: _strongest(sheet, True)),
    _claim(r"；(?P<n>[^；]+?)得 N_ 分，", lambda sheet, _: _strongest(sheet, False)),
    _claim(r"(?:^分类看，|；)(?P<name>[^；]+?)得 NN 分，", claims.family_points),
    _claim(r"(?:^分类看，|；)(?P<name>[^；]+?)得 N_ 分，得分率 NN，", claims.family_rate),
    _claim(
        rf"(?:^分类看，|；)(?P<name>[^；]+?)得 N_ 分，{_RATE}(?P<way>高|低)于同类均值 NN (?P<unit>分|个百分点)", _GAP
    ),
    _claim(r"^(?P<name>.+?)（[起止]于第 NN 位）：", claims.list_cut),
    _claim(r"^(?P<name>.+?)(?:（[起止]于第 N_ 位）)?：(?P<n>.+?)，入列概率", claims.list_word),
    _claim(r"^(?P<name>.+?)：(?P<n>本组不设)。", claims.list_word),
    _claim(r"^(?P<name>.+?)(?:（[起止]于第 N_ 位）)?：.*入列概率 (?P<n>[<>]?\d+%)", claims.list_chance),
    _claim(r"^数据截至 (?P<n>[^，]+)，", lambda sheet, _: claims.as_of(sheet)),
    _claim(r"完整度 NN；", always(lambda sheet: claims.share(sheet.run.completeness))),
    _claim(r"总分中 NN 由机器计算", always(lambda sheet: claims.share(sheet.machine_share))),
    _claim(r"结果为(?P<n>暂定)", always(_provisional)),
    _claim(r"^有记录的 NN 个月", always(lambda sheet: str(claims.known_months(sheet)))),
    _claim(r"中，NN 个月为异常", always(lambda sheet: str(claims.signals(sheet)))),
    _claim(r"信号（(?P<n>[^）]+)）", claims.signal_months),
)

_EN = (
    _claim(rf"^In {_WHEN_EN} ", lambda sheet, _: claims.period_texts(sheet.run.period)),
    _claim(r"scored NN of ", _POINTS),
    _claim(r" of NN points and is", _FULL),
    _claim(r"and is (?P<n>\d+[a-z]+) of", lambda sheet, _: claims.ordinal_texts(sheet.place.place)),
    _claim(r" of NN units of its class", _SIZE),
    _claim(r"; with NN confidence", _CONFIDENCE),
    _claim(r"its place lies in (?P<n>[\d–]+)\.", always(claims.place_range)),
    _claim(r"(?i:it shares) its score with NN others?", always(_equal_scores)),
    _claim(r"(?i:it cannot) be told apart from NN others?", always(_not_told_apart)),
    _claim(r"^The total is .*?NN points (?P<way>above|below) the peers' (?P<what>mean)", claims.reference),
    _claim(r"^The total is .*?, NN points (?P<way>above|below) the peers' (?P<what>median)", claims.reference),
    _claim(r"^The total is .*, NN points (?P<way>above|below) the peers' (?P<what>best)", claims.reference),
    _claim(r"^The total is .*?(?P<n>level) with the peers' (?P<what>mean|median)", claims.level),
    _claim(r"^The total is .*?(?P<n>the highest of) its (?P<what>class)", claims.level),
    _claim(r"; NN points short of", always(_to_next)),
    _claim(rf"^Since {_WHEN_EN} ", lambda sheet, _: claims.period_texts(sheet.earlier.period) if sheet.earlier else ()),
    _claim(r"the total (?P<way>rose|fell) by NN points", claims.moved),
    _claim(r"moved (?P<way>up|down) by NN place", claims.places_moved),
    _claim(r"^It lost NN points", always(lambda sheet: claims.fixed(claims.lost(sheet), 2))),
    _claim(r"points on NN indicators", always(_losing)),
    _claim(r"the NN biggest", always(lambda _: str(_NAMED))),
    _claim(r"losses make NN points", always(lambda sheet: claims.fixed(claims.biggest(sheet, _NAMED), 2))),
    _claim(r"points, NN of them", always(_head_share)),
    _claim(r"^By family: (?P<n>[^;]+?) scored ", lambda sheet, _: _strongest(sheet, True)),
    _claim(r"^By family: .*; (?P<n>[^;]+?) scored ", lambda sheet, _: _strongest(sheet, False)),
    _claim(r"(?:^By family: |; )(?P<name>[^;]+?) scored NN, ", claims.family_points),
    _claim(r"(?:^By family: |; )(?P<name>[^;]+?) scored N_, a score rate of NN, ", claims.family_rate),
    _claim(
        rf"(?:^By family: |; )(?P<name>[^;]+?) scored N_, {_RATE_EN}NN "
        r"(?P<unit>(?:percentage )?points) (?P<way>above|below) the",
        _GAP,
    ),
    _claim(r"^(?P<name>.+?) \((?:ends|begins) at place NN\)", claims.list_cut),
    _claim(r"^(?P<name>.+?)(?: \((?:ends|begins) at place N_\))?: (?P<n>.+?), probability", claims.list_word),
    _claim(r"^(?P<name>.+?): (?P<n>not in this class)\.", claims.list_word),
    _claim(r"^(?P<name>.+?)(?: \((?:ends|begins) at place N_\))?:.*probability (?P<n>[<>]?\d+%)", claims.list_chance),
    _claim(r"^Data as of (?P<n>[^,]+),", lambda sheet, _: claims.as_of(sheet)),
    _claim(r", NN complete", always(lambda sheet: claims.share(sheet.run.completeness))),
    _claim(r"; NN of the score", always(lambda sheet: claims.share(sheet.machine_share))),
    _claim(r"result is (?P<n>provisional)", always(lambda sheet: "provisional" if sheet.run.provisional else "—")),
    _claim(r"^Of the NN months", always(lambda sheet: str(claims.known_months(sheet)))),
    _claim(r"record, NN show", always(lambda sheet: str(claims.signals(sheet)))),
    _claim(r"signal \((?P<n>[^)]+)\)", claims.signal_months),
)

CLAIMS: Mapping[Language, tuple[Claim, ...]] = {"zh": _ZH, "en": _EN}
