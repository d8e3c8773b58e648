"""零件一览: every piece that pages are built of, with invented numbers, for whoever makes pages and for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from steelyard.engine.problems import Language
from steelyard.reports.sheet import PeerStats, PlaceView, TrendPoint, Words
from steelyard.web.look.charts import bars, flow, gauge, intervals, radar, slope, strip, trend
from steelyard.web.look.charts.chart import Chart
from steelyard.web.look.exporting import Column, exported
from steelyard.web.look.reading import language
from steelyard.web.people.asking import permitted

D = Decimal
UNITS = (
    "甲市",
    "乙市",
    "丙市",
    "丁市",
    "戊市",
    "己市",
    "庚市",
    "辛市",
    "壬市",
    "癸市",
    "子市",
    "丑市",
    "寅市",
    "卯市",
    "辰市",
    "巳市",
)
TOTALS = [D(9423 - 61 * place - (place * place * 7) % 90) / 100 for place in range(16)]
STATS = PeerStats(D("90.21"), D("90.60"), D("94.23"), D("88.60"), D("91.70"))
FAMILIES = ("党建引领", "队伍建设", "协同共治", "风险防控", "执法规范", "纳税服务", "征管质效", "组织收入")
COLUMNS = (
    Column(Words("单位", "Unit"), width=20),
    Column(Words("位次", "Place"), "number", 8),
    Column(Words("得分", "Total"), "points", 10),
)


class Example(forms.Form):
    code = forms.CharField(label="指标编号 Code", help_text="字母和数字 letters and digits", max_length=10)
    name = forms.CharField(label="指标名称 Name", initial="申报按期率")
    kind = forms.ChoiceField(label="方向 Direction", choices=[("up", "越高越好"), ("down", "越低越好")])
    since = forms.DateField(label="生效日期 Since", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    text = forms.CharField(label="口径 Definition", widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label="已核对依据 Checked", required=False)


@require_safe
@permitted("style")
def style(request: HttpRequest) -> HttpResponse:
    if request.GET.get("as") == "xlsx":
        rows = [(unit, place, total) for place, (unit, total) in enumerate(zip(UNITS, TOTALS, strict=True), 1)]
        return exported("零件一览", COLUMNS, rows, Words("虚构数据", "Invented data"))
    form = Example({"code": "", "name": "申报按期率", "kind": "up"})
    page = Paginator(range(217), 20).get_page(request.GET.get("page"))
    given = {**_charts(language()), **_cells(), "form": form, "page": page, "switch": _switch(request)}
    return render(request, "pages/style.html", given)


def _switch(request: HttpRequest) -> list[tuple[Words, str, bool]]:
    names = {"m": Words("月度", "Month"), "q": Words("季度累计", "Quarter"), "y": Words("年度", "Year")}
    chosen = request.GET.get("span", "q")
    return [(words, f"?span={key}", key == chosen) for key, words in names.items()]


def _cells() -> dict[str, Any]:
    shares = [D(value) / 1000 for value in (994, 1000, 992, 765, 1116)]
    lines = [
        {
            "code": f"ZG0{row}", "name": f"{FAMILIES[row]}指标", "family": FAMILIES[row], "points": TOTALS[row] / 10,
            "share": share, "mood": "bad" if share < D("0.8") else "warn" if share < D("0.993") else "good",
            "trend": [TOTALS[(row * 5 + month) % 16] for month in range(9)], "place": row * 3 + 1,
            "view": PlaceView(row * 3 + 1, max(row * 3 - 1, 1), row * 3 + 4, D("0.9"), 2 if row == 1 else 1, 3, 16),
        }
        for row, share in enumerate(shares)
    ]  # fmt: skip
    heat = [(place, unit, total, [(place * 7 + column * 5) % 16 + 1 for column in range(8)])
            for place, (unit, total) in enumerate(zip(UNITS[:6], TOTALS, strict=False), 1)]  # fmt: skip
    return {
        "lines": lines,
        "heat": heat,
        "share": D("0.9"),
        "families": FAMILIES,
        "units": list(zip(UNITS, TOTALS, strict=True)),
    }


def _charts(language: Language) -> dict[str, Chart]:
    dots = [
        strip.Dot(unit, total, place, place == 6)
        for place, (unit, total) in enumerate(zip(UNITS, TOTALS, strict=True), 1)
    ]
    spokes = [
        radar.Spoke(name, D(88 + at) / 100, D(90) / 100, D(97 - at % 3) / 100) for at, name in enumerate(FAMILIES)
    ]
    lost = [
        bars.Bar(f"{name}指标", D(9 - at) / 10, f"−0.{9 - at}0", "bad" if at < 2 else "warn")
        for at, name in enumerate(FAMILIES)
    ]
    return {
        "total": gauge.total("total", D("91.54"), D(60), D(100), D(92), language),
        "peers": strip.peers("peers", dots, STATS, language),
        "radar": radar.families("radar", spokes, language),
        "trend": trend.history("trend", _months(), language),
        "lost": bars.lying("lost", Words("失分构成", "Lost points"), lost),
        "slope": slope.places("slope", [month.period for month in _months()], _ways(), language),
        "ranks": intervals.ranks("ranks", _reaches(), language, [(4, "第一段" if language == "zh" else "first tier")]),
        "flow": flow.steps("flow", Words("流程堵点", "Bottlenecks"), *_flow()),
    }  # fmt: skip


def _months() -> list[TrendPoint]:
    own = [D(9030 + 20 * month - month * month) / 100 for month in range(9)]
    return [
        TrendPoint(f"2026-{month:02}", total, D(92), total - D("1.3"), total - D("0.8"), total - D("2.8"),
                   total + D("0.3"), signal="worse" if month == 7 else None)
        for month, total in enumerate(own, 1)
    ]  # fmt: skip


def _ways() -> list[slope.Way]:
    """Neighbours that change places every third month."""
    ways = []
    for at, unit in enumerate(UNITS[:8]):
        other = at + 2 if at % 2 == 0 else at
        ways.append(slope.Way(unit, [at + 1 if month % 3 else other for month in range(9)], chosen=at in (0, 1, 5)))
    return ways


def _reaches() -> list[intervals.Reach]:
    return [
        intervals.Reach(unit, place, max(place - 1 - place % 3, 1), min(place + 2, 16), (place - 1) // 4, place == 6)
        for place, unit in enumerate(UNITS, 1)
    ]


def _flow() -> tuple[list[flow.Step], list[flow.Passage]]:
    said = {
        "申请受理": "1,820 件",
        "资料初审": "1,795 件",
        "实地核查": "312 件 6.4 天",
        "综合复核": "1,590 件",
        "退库": "1,566 件",
    }
    cases = (("申请受理", "资料初审", 1795), ("资料初审", "实地核查", 312), ("资料初审", "综合复核", 1290),
             ("实地核查", "综合复核", 300), ("综合复核", "退库", 1566))  # fmt: skip
    return [flow.Step(name, text, name == "实地核查") for name, text in said.items()], [
        flow.Passage(*one) for one in cases
    ]
