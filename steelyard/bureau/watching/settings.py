"""How a bureau watches: ``watching.yaml`` beside the rules; indicators say under ``watch:`` what is different for them.

watching: hengchuan_2026
small: 30                 # 少于这个件数的比率按精确二项分布判断：20 件错 1 件不算 5%
chance: 1%                # 稳定序列一个点误报的机会，各条信号规则合计
reach: 75%                # 到年底达标的机会低于它就预警
signals: [outside, three, run, trend]
peers: true               # 整类一起变动的只报一次，不算各单位的信号
sides: worse              # 只看变差的；both 连变好的也看
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from steelyard.bureau.folder import Bureau, text_of
from steelyard.engine.model.item import Indicator
from steelyard.engine.model.watch import Watch
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.engine.reading import read
from steelyard.engine.shape import shaped

CATALOGUE.add(
    {
        "watching-unsaid": (
            "{file} 没有写明怎样监控（缺 {keys}）；请在规则文件夹里写全，例如 small: 30、chance: 1%、reach: 75%、"
            "signals: [outside, three, run, trend]、peers: true、sides: worse",
            "{file} does not say how to watch (without {keys}); write it beside the rules, for example small: 30, "
            "chance: 1%, reach: 75%, signals: [outside, three, run, trend], peers: true, sides: worse",
        ),
    }
)
FILE = "watching.yaml"
KEYS = ("small", "chance", "reach", "signals", "peers")


class Watching(Watch):
    """What holds for every indicator that says nothing else."""

    watching: str
    sides: Literal["worse", "both"] = "worse"


@dataclass(frozen=True, slots=True)
class Terms:
    """How one indicator is watched, with everything said."""

    small: int
    chance: float
    reach: float
    signals: tuple[str, ...]
    peers: bool
    both: bool

    def of(self, indicator: Indicator) -> Terms:
        """With what the indicator says itself."""
        return self if indicator.watch is None else replace(self, **_said(indicator.watch))


def terms_of(bureau: Bureau) -> Terms:
    """Raises `Refused`: what is wrong in the file, and ``watching-unsaid`` where something is left open, as nobody else
    decides how many false alarms a bureau wants to look at."""
    path = bureau.root / FILE
    documents = [one for one in (read(text_of(path), str(path)) if path.is_file() else []) if one.tree is not None]
    if not documents:
        raise refuse("watching-unsaid", Place(str(path)), file=FILE, keys="、".join(KEYS))
    written = shaped(Watching, documents[0])
    said = _said(written)
    if lacking := [key for key in KEYS if key not in said]:
        raise Refused([Problem("watching-unsaid", written.place(), {"file": FILE, "keys": "、".join(lacking)})])
    return Terms(**said, both=written.sides == "both")


def _said(watch: Watch) -> dict[str, Any]:
    """What is written, as the statistics take it."""
    found = {key: getattr(watch, key) for key in KEYS if getattr(watch, key) is not None}
    for key, taken in (("chance", float), ("reach", float), ("signals", tuple)):
        if key in found:
            found[key] = taken(found[key])
    return found
