"""How a judged item and a finding are entered, for the tests that try every write."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from steelyard.web.cycles.models import Stage
from steelyard.web.entries import judging
from steelyard.web.entries.models import Panel
from steelyard.web.entries.moves import BY_NAME as PANEL_MOVES
from tests.web.entries.panel import AGREED, HELD, given, office, opened, rated, raters
from tests.web.entries.panel import NOW as PANEL_NOW
from tests.web.promises import rows
from tests.web.promises.acts import Act, act, over
from tests.web.promises.rows import INDICATOR

# ---- findings ----


@act("finding-add")
def finding_add() -> Act:
    typed = {
        "document": "审〔2026〕1号", "unit": "A1", "indicator": INDICATOR, "period": "2026", "source": "外部审计",
        "grade": "A", "found_on": "2026-01-31", "problem": "是", "value": "0.9", "text": "抽查发现补录",
    }  # fmt: skip
    return Act(office(), {"version": rows.versions()[Stage.PUBLISHED].pk}, typed)


# ---- judged items ----


def _panel(*by_rater: tuple[str, ...]) -> Panel:
    return rated(opened(), *by_rater) if by_rater else opened()


POINTS = {"points-A1": "1", "reason-A1": "做法已推广", "evidence-A1": "皖税发〔2026〕7号"}


@act("panel-open")
def panel_open() -> Act:
    due, chosen = timezone.localdate() + timedelta(days=9), [one.pk for one in raters()]
    return Act(office(), data={"item": f"units|{INDICATOR}", "period": "2026", "due": due, "raters": chosen})


@act("panel-rate")
def panel_rate() -> Act:
    return Act(raters()[0], {"pk": _panel().pk}, POINTS)


@act("panel-hand-in")
def panel_hand_in() -> Act:
    made, who = _panel(), raters()[0]
    judging.rate(made.pk, given("1", "2", "3"), by=who, now=PANEL_NOW)
    return Act(who, {"pk": made.pk})


@act("panel-correct")
def panel_correct() -> Act:
    one = {"unit": "A1", "points": "2", "reason": "看错了", "evidence": "皖税发〔2026〕7号"}
    return Act(raters()[0], {"pk": _panel(*HELD).pk}, one)


@act("panel-join")
def panel_join() -> Act:
    third = over("assessor", "P2")
    return Act(over("office"), {"pk": _panel(*HELD).pk}, {"reason": "回避后不足", "rater": str(third.pk)})


@act("panel-release")
def panel_release() -> Act:
    made = _panel(*HELD)
    return Act(over("office"), {"pk": made.pk}, {"reason": "评委与单位有关", "rater": str(raters()[0].pk)})


def _on_panel(name: str, *by_rater: tuple[str, ...]) -> None:
    @act(f"panel-{name}")
    def made() -> Act:
        return Act(over(str(PANEL_MOVES[name].right)), {"pk": _panel(*by_rater).pk}, {"reason": "依据充分"})


_on_panel("count", *AGREED)
_on_panel("reopen", *HELD)
_on_panel("rule", *HELD)
_on_panel("withdraw")
