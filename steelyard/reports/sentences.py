"""Sentences of the sheet, each written from numbers by a rule. Nothing here is free text.

`check` derives every number of these sentences a second time, on its own road; change one and tell the other.
"""

from __future__ import annotations

from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.formats import points
from steelyard.reports.sheet import FamilyScore, Membership, PlaceView, UnitSheet

_NAMED = 3  # how many of the biggest losses the summary adds up


def overview(sheet: UnitSheet, language: Language) -> list[str]:
    """The paragraph at the top, sentence by sentence, in reading order."""
    makers = (standing, ties, against_peers, change, losses_summary, families_summary)
    sentences = [make(sheet, language) for make in makers]
    sentences += [membership(entry, language) for entry in sheet.memberships]
    return [sentence for sentence in [*sentences, data_state(sheet, language)] if sentence]


def standing(sheet: UnitSheet, language: Language) -> str:
    """总分、满分、位次及其区间。"""
    place, when, between = sheet.place, formats.period(sheet.run.period, language), _between(sheet.place, language)
    if language == "en":
        return (
            f"In {when} {sheet.name.of(language)} scored {points(sheet.total)} of {points(sheet.full)} points and is "
            f"{formats.ordinal(place.place)} of {place.class_size} units of its class; {between}."
        )
    return (
        f"{when}，{sheet.name.zh}得 {points(sheet.total)} 分（满分 {points(sheet.full)} 分），"
        f"在同类 {place.class_size} 个单位中列第 {place.place} 位，{between}。"
    )


def _between(place: PlaceView, language: Language) -> str:
    if place.confidence is None:
        unknown = "the facts are totals, which do not tell how far chance moves a place"
        return "事实数据是汇总数，无从推算位次的偶然波动" if language == "zh" else unknown
    share = formats.percent(place.confidence, 0)
    if language == "zh":
        return f"按 {share} 的把握位次在第 {formats.interval(place)} 位之间"
    return f"with {share} confidence its place lies in {formats.interval(place)}"


def ties(sheet: UnitSheet, language: Language) -> str:
    """同分单位与分不出先后的单位，只在确有时才说。"""
    shared, group = sheet.place.shared - 1, sheet.place.group - 1
    parts = []
    if shared:
        alone = f"it shares its score with {shared} {_others(shared)}"
        parts.append(f"与 {shared} 个单位同分" if language == "zh" else alone)
    if group:
        near = f"it cannot be told apart from {group} {_others(group)}"
        parts.append(f"与 {group} 个单位在统计上分不出先后" if language == "zh" else near)
    if language == "zh":
        return f"{'，'.join(parts)}。" if parts else ""
    return f"{' and '.join(parts)}.".capitalize() if parts else ""


def _others(count: int) -> str:
    return "other" if count == 1 else "others"


def _versus(gap: Decimal, what_zh: str, what_en: str, language: Language) -> str:
    if not gap:
        return f"与{what_zh}持平" if language == "zh" else f"level with the {what_en}"
    if language == "zh":
        return f"{'高' if gap > 0 else '低'}于{what_zh} {points(abs(gap))} 分"
    return f"{points(abs(gap))} points {'above' if gap > 0 else 'below'} the {what_en}"


def _versus_best(gap: Decimal, language: Language) -> str:
    if gap:
        return _versus(gap, "同类最高分", "peers' best", language)
    return "为同类最高分" if language == "zh" else "the highest of its class"


def against_peers(sheet: UnitSheet, language: Language) -> str:
    """与同类均值、中位、最优之差，以及距前一位的分差。"""
    peers = sheet.peers
    gaps = [
        _versus(sheet.total - peers.mean, "同类均值", "peers' mean", language),
        _versus(sheet.total - peers.median, "同类中位", "peers' median", language),
        _versus_best(sheet.total - peers.best, language),
    ]
    gap = sheet.place.to_next
    if language == "zh":
        ahead = f"；距前一位 {points(gap)} 分" if gap is not None else ""
        return f"总分{'，'.join(gaps)}{ahead}。"
    ahead = f"; {points(gap)} points short of the place above" if gap is not None else ""
    return f"The total is {', '.join(gaps)}{ahead}."


def change(sheet: UnitSheet, language: Language) -> str:
    """较上期的总分与位次变化。"""
    earlier = sheet.earlier
    if earlier is None:
        return ""
    moved, when = sheet.total - earlier.total, formats.period(earlier.period, language)
    steps = (earlier.place - sheet.place.place) if earlier.place is not None else None
    if language == "zh":
        score = f"{'增加' if moved > 0 else '减少'} {points(abs(moved))} 分" if moved else "不变"
        return f"较{when}，总分{score}{_moved_places(steps, language)}。"
    score = f"{'rose' if moved > 0 else 'fell'} by {points(abs(moved))} points" if moved else "did not change"
    return f"Since {when} the total {score}{_moved_places(steps, language)}."


def _moved_places(steps: int | None, language: Language) -> str:
    if steps is None:
        return ""
    if language == "zh":
        return f"，位次{'进' if steps > 0 else '退'} {abs(steps)} 位" if steps else "，位次持平"
    if not steps:
        return " and the place stayed"
    noun = "place" if abs(steps) == 1 else "places"
    return f" and the unit moved {'up' if steps > 0 else 'down'} by {abs(steps)} {noun}"


def losses_summary(sheet: UnitSheet, language: Language) -> str:
    """失分合计、涉及指标数、前几项所占份额。"""
    if not sheet.losses:
        return ""
    lost = sum((loss.points for loss in sheet.losses), Decimal(0))
    count = len({loss.indicator for loss in sheet.losses})
    head = sum(sorted((loss.points for loss in sheet.losses), reverse=True)[:_NAMED], Decimal(0))
    share = formats.percent(head / lost) if lost else formats.percent(Decimal(0))
    if len(sheet.losses) <= _NAMED:
        return (
            f"共失 {points(lost)} 分，涉及 {count} 个指标。"
            if language == "zh"
            else f"It lost {points(lost)} points on {count} indicators."
        )
    if language == "zh":
        named = f"失分最多的 {_NAMED} 项共失 {points(head)} 分，占失分的 {share}"
        return f"共失 {points(lost)} 分，涉及 {count} 个指标；{named}。"
    return (
        f"It lost {points(lost)} points on {count} indicators; "
        f"the {_NAMED} biggest losses make {points(head)} points, {share} of them."
    )


def families_summary(sheet: UnitSheet, language: Language) -> str:
    """相对同类均值最强与最弱的一类。"""
    if not sheet.families:
        return ""
    ordered = sorted(sheet.families, key=lambda family: (family.gap_points, family.name.zh))
    weak, strong = ordered[0], ordered[-1]
    parts = [_family(strong, language)] + ([_family(weak, language)] if weak is not strong else [])
    return f"分类看，{'；'.join(parts)}。" if language == "zh" else f"By family: {'; '.join(parts)}."


def _family(family: FamilyScore, language: Language) -> str:
    name, got = family.name.of(language), points(family.points)
    if family.rate is None:
        gap = _versus(family.gap, "同类均值", "peers' mean", language)
        return f"{name}得 {got} 分，{gap}" if language == "zh" else f"{name} scored {got}, {gap}"
    rate, gap = formats.share(family.rate), _versus_rate(family.gap, language)
    if language == "zh":
        return f"{name}得 {got} 分，得分率 {rate}，{gap}"
    return f"{name} scored {got}, a score rate of {rate}, {gap}"


def _versus_rate(gap: Decimal, language: Language) -> str:
    if not gap:
        return _versus(gap, "同类均值", "peers' mean", language)
    far = formats.percentage_points(abs(gap), language, signed=False)
    if language == "zh":
        return f"{'高' if gap > 0 else '低'}于同类均值 {far}"
    return f"{far} {'above' if gap > 0 else 'below'} the peers' mean"


_LISTED_ZH = {"certain": "确定入列", "boundary": "处于边界，尚不能判定", "listed": "入列"}
_LISTED_EN = {"certain": "certainly on it", "boundary": "at the boundary, undecided", "listed": "on it"}


def membership(entry: Membership, language: Language) -> str:
    """名单结论及概率：确定、边界、未入列。"""
    known, name = entry.probability is not None, entry.name.of(language)
    if entry.state == "unset":
        return f"{name}：本组不设。" if language == "zh" else f"{name}: not in this class."
    chance = formats.probability(entry.probability)
    if language == "zh":
        word = {**_LISTED_ZH, "out": "未入列"}[entry.state]
        edge = f"（{'起' if entry.bottom else '止'}于第 {entry.cut} 位）" if entry.cut else ""
        return f"{name}{edge}：{word}{f'，入列概率 {chance}' if known else ''}。"
    word = {**_LISTED_EN, "out": "out"}[entry.state]
    edge = f" ({'begins' if entry.bottom else 'ends'} at place {entry.cut})" if entry.cut else ""
    return f"{name}{edge}: {word}{f', probability {chance}' if known else ''}."


def data_state(sheet: UnitSheet, language: Language) -> str:
    """数据截至何时、完整到何种程度、机器计分占比、是否暂定。"""
    run = sheet.run
    when, whole = formats.day(run.as_of, language), formats.percent(run.completeness)
    machine = formats.percent(sheet.machine_share)
    if language == "zh":
        tail = "，结果为暂定" if run.provisional else ""
        return f"数据截至 {when}，完整度 {whole}；总分中 {machine} 由机器计算{tail}。"
    tail = "; the result is provisional" if run.provisional else ""
    return f"Data as of {when}, {whole} complete; {machine} of the score was computed by machine{tail}."


def history(sheet: UnitSheet, language: Language) -> list[str]:
    """哪些月份是异常信号，其余属于正常波动。"""
    known = [point for point in sheet.history if point.total is not None]
    if not known:
        return []
    marked = [formats.period(point.period, language) for point in known if point.signal]
    if language == "zh":
        found = f"{len(marked)} 个月为异常信号（{'、'.join(marked)}），其余属正常波动" if marked else "均属正常波动"
        return [f"有记录的 {len(known)} 个月中，{found}。"]
    found = (
        f"{len(marked)} show a signal ({', '.join(marked)}), the rest is noise" if marked else "all changes are noise"
    )
    return [f"Of the {len(known)} months on record, {found}."]
