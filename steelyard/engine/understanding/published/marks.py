"""The turns of phrase of published rules: 每…扣…分, 第1—5名依次得…, 扣完为止, with where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_WIDE = str.maketrans(",;:()~%＝–-", "，；：（）—%=——")
"""One character for one character, so that places stay where they are."""
N = r"(\d+(?:\.\d+)?)"
UNIT = r"(个百分点|人次|万元|个月|次|户|件|例|份|项|起|条|人|名|岁|天|日|处|篇|个)"
_WAYS = "超过目标|后移|低于目标|超过|高于|低于|超额|提高|下降|增加|超|高|低|少|差|增|减|进"
_STEP = re.compile(
    rf"每(?:年|人)?({_WAYS})(?:于?[^，；。\d]{{0,8}}?)?(?:{N}|一)({UNIT}|%)(?:[^，；。\d扣加减]{{0,3}})(加|扣|减)(?:分)?{N}分?"
)
_EVENT = re.compile(
    rf"([^，；。：、]*?)(?:，)?(?:每(?:发现)?(?:1|一)?{UNIT}|按{UNIT}|(?:1|一){UNIT})[^，；。\d]{{0,10}}?(扣|加){N}分?(?![\d%、])"
)
_PLACES = re.compile(r"第1—(\d+)名依次(?:赋|得|计)(\d[\d.、]*)分")
_REACHED = re.compile(rf"(不低于|不少于|达到|不大于|不高于|不超过|≤|≥){N}(%|{UNIT})?(?:以上)?(?:的)?，?得{N}分")
_BAND = re.compile(
    rf"{N}(分|%)?(（含）|（不含）|及)?(?:—|至){N}(分|%)?(（含）|（不含）)?(优秀|良好|合格|基本合格|不合格|一般)"
)
_ABOVE = re.compile(
    rf"{N}(分|%)?(?:（(含)）|(及))?(以上|以下)(?:为)?(优秀|良好|合格|基本合格|不合格|一般|优|良|中|低|差|绿|黄|红)"
)
_WEIGHTED = re.compile(rf"([^，；。=+＋×÷、]+?)(?:×|占){N}%")


@dataclass(frozen=True, slots=True)
class Mark:
    """One turn of phrase: what kind it is, and its parts in the order of the text."""

    kind: str
    text: str
    start: int
    parts: tuple[str, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_KINDS: Mapping[str, re.Pattern[str]] = {
    "places": _PLACES,
    "full": re.compile(rf"(?:满分|共|计){N}分|^{N}分(?=[：内，])|得满分{N}分"),
    "floor": re.compile(r"扣完为止|扣至?(?:基本分)?(?:\d+分|0分)?完?为止"),
    "worst": re.compile(rf"(?:最多扣|扣分不超过|扣分(?:最多|上限)){N}分"),
    "best": re.compile(rf"(?:最多加|加分不超过|加分最多|最高加){N}分"),
    "base": re.compile(r"以(?:各地)?([^，；。]+?)(?:的平均值)?为基准"),
    "start": re.compile(rf"基本分{N}分?|(?:持平|稳定|不变)的?得{N}分"),
    "step": _STEP,
    "reached": _REACHED,
    "target": re.compile(rf"目标：?(?:为)?{N}(%)|(?:要求|未达|不少于|不低于){N}(%|次|户|件|人)(?!.{{0,3}}得)"),
    "met": re.compile(r"不低于目标(?:值)?即(?:为)?(达标)"),
    "zero": re.compile(r"(?:两|2)次及以上(?:本项)?不得分"),
    "missed": re.compile(r"未达(?:到|标)?的?不得分|否则不得分"),
    "peers": re.compile(r"(?:按|取)[^，；。]{0,12}平均得分(?:计)?"),
    "basis": re.compile(r"[^，；。：（）《》\s]{0,12}〔\d{4}〕\d+号"),
    "sources": re.compile(r"《[^》]+》(?:第[一二三四五六七八九十百]+条)?"),
    "judged": re.compile(r"酌情|评估定分|综合评定|加倍|减半|下列|倒数第|第\d+名|上述"),
    "past": re.compile(r"比上年(?:同期)?|比上期|比往年|比上季度?"),
    "completion": re.compile(r"得分=[^，；。]*实际值÷[^，；。]*(?:指标值|目标值|任务数)×[^，；。]*分值?"),
    "turned": re.compile(r"得分=[^，；。]*(?:指标值|目标值|任务数)÷[^，；。]*实际值×[^，；。]*分值?"),
    "stretch": _BAND,
    "ladder": _ABOVE,
    "event": _EVENT,
    "part": _WEIGHTED,
}
"""In the order in which they are looked for; what one has taken is not looked at again."""


def normal(text: str) -> str:
    """With the punctuation of Chinese texts, character for character."""
    return text.translate(_WIDE)


def marks(text: str) -> list[Mark]:
    """All turns of phrase of a normal text, in its order, none over another."""
    taken = [False] * len(text)
    found = []
    for kind, pattern in _KINDS.items():
        for hit in pattern.finditer(text):
            if not any(taken[hit.start() : hit.end()]):
                taken[hit.start() : hit.end()] = [True] * (hit.end() - hit.start())
                found.append(Mark(kind, hit.group(), hit.start(), tuple(part or "" for part in hit.groups())))
    return sorted(found, key=lambda mark: mark.start)


def between(text: str, found: list[Mark]) -> Iterator[tuple[str, int]]:
    """Clauses that no turn of phrase explains, with their place."""
    rest = list(text)
    for mark in found:
        rest[mark.start : mark.end] = "，" * (mark.end - mark.start)
    for hit in re.finditer(r"[^，；。：\s]+", "".join(rest)):
        if len(hit.group()) > 1 and hit.group() not in ("依据", "文号", "计分规则", "考核标准"):
            yield hit.group(), hit.start()
