"""The fixed words of sheets and workbooks: ``key -> (Chinese, English)``, side by side so that neither drifts."""

from __future__ import annotations

from collections.abc import Mapping

from steelyard.engine.problems import Language

LABELS: Mapping[str, tuple[str, str]] = {
    # the sheet and its sections
    "sheet": ("指标分析报告单", "Indicator analysis sheet"),
    "product": ("公平秤 Steelyard", "Steelyard 公平秤"),
    "overview": ("总体结论", "Overview"),
    "composition": ("得分构成", "How the score is made up"),
    "losses": ("失分清单", "Lost points"),
    "comparison": ("同类比较", "Among peers"),
    "history": ("历史走势", "Over time"),
    "cautions": ("风险与数据提示", "Cautions"),
    "details": ("指标明细", "All indicators"),
    "identity": ("口径与证明", "Definitions and proof"),
    # figures
    "total": ("总分", "Total"),
    "full": ("满分", "Full marks"),
    "place": ("位次", "Place"),
    "interval": ("位次区间", "Place interval"),
    "change": ("较上期", "Since last period"),
    "machine": ("机器计分占比", "Computed by machine"),
    "gap_next": ("距前一位", "To the place above"),
    "versus_mean": ("较同类均值", "Against peers' mean"),
    "points": ("得分", "Points"),
    "points_of_full": ("得分 / 满分", "Points / full"),
    "lost": ("失分", "Lost"),
    "value": ("完成值", "Value"),
    "numerator": ("分子", "Numerator"),
    "denominator": ("分母", "Denominator"),
    "target": ("目标值", "Target"),
    "mean": ("同类均值", "Peers' mean"),
    "median": ("同类中位", "Peers' median"),
    "best": ("同类最优", "Peers' best"),
    "quartiles": ("四分位区间", "Quartile range"),
    "difference": ("与均值之差", "From the mean"),
    "rate": ("得分率", "Score rate"),
    "trend": ("近期走势", "Trend"),
    # columns
    "number": ("序号", "No."),
    "indicator": ("指标", "Indicator"),
    "id": ("编号", "Id"),
    "family": ("类别", "Family"),
    "reason": ("失分原因", "Why"),
    "basis": ("依据", "Basis"),
    "remedy": ("最小补救", "Smallest change"),
    "records": ("涉及记录", "Records"),
    "repeats": ("连续失分", "In a row"),
    "state": ("状态", "State"),
    "adjustment": ("加减项", "Adjustment"),
    "subtotal": ("合计", "Sum"),
    "list": ("名单", "List"),
    "cut": ("界限位次", "Edge"),
    "membership": ("结论", "Standing"),
    "probability": ("入列概率", "Probability"),
    "dimension": ("排名维度", "Ranking by"),
    "correlation": ("与水平排名相关", "Correlation with level"),
    "unit": ("单位", "Unit"),
    "code": ("代码", "Code"),
    "class": ("同类分组", "Peer class"),
    "parent": ("上级机关", "Superior"),
    # run identity
    "period": ("考评周期", "Period"),
    "plan": ("绩效计划", "Plan"),
    "rule_version": ("规则版本", "Rule version"),
    "engine_version": ("引擎版本", "Engine version"),
    "as_of": ("数据截至", "Data as of"),
    "completeness": ("数据完整度", "Completeness"),
    "digest": ("结果摘要", "Result digest"),
    "provisional": ("暂定", "Provisional"),
    "confirmed": ("已定", "Final"),
    "index": ("报告单目录", "Index of sheets"),
    "page": ("第 {page} 页　共 {pages} 页", "Page {page} of {pages}"),
    # states: always a mark and a word, never colour alone
    "certain": ("确定入列", "Certain"),
    "boundary": ("边界", "Boundary"),
    "out": ("未入列", "Out"),
    "state_full": ("满分", "Full marks"),
    "state_partial": ("失分", "Points lost"),
    "state_zero": ("零分", "Zero"),
    "state_not_applicable": ("不适用", "Not applicable"),
    "state_no_data": ("缺数据", "No data"),
    "state_provisional": ("暂定", "Provisional"),
    "level": ("水平", "Level"),
    "progress": ("进步", "Progress"),
    "difficulty": ("难度调整后", "Difficulty-adjusted"),
    "consistency": ("稳定", "Consistency"),
    "quality": ("数据质量", "Data quality"),
    # charts
    "bridge_title": ("从满分到总分", "From full marks to the total"),
    "families_title": ("分类得分率", "Score rate by family"),
    "strip_title": ("同类得分分布与位次", "Peers' totals and place"),
    "trend_title": ("月度走势", "Month by month"),
    "others": ("其余 {count} 项", "{count} others"),
    "own": ("本单位", "This unit"),
    "cut_line": ("{name}界限第 {cut} 位", "{name}: edge at {cut}"),
    "signal_better": ("异常向好", "Unusually good"),
    "signal_worse": ("异常变差", "Unusually bad"),
    "limits": ("本单位过程界限", "Own process limits"),
    "nothing_lost": ("本期没有失分。", "No points were lost in this period."),
    "no_cautions": ("没有需要提示的事项。", "Nothing to point out."),
    "no_history": ("尚无历史数据。", "No history yet."),
    "proof_note": (
        "每个得分都可用公开的核验程序重新计算；摘要一致，即为同一结果。",
        "Every score can be re-weighed with the public verifier; the same digest is the same result.",
    ),
    "peer_note": ("同类单位只列分布，不列名。", "Peers appear as a distribution only, without names."),
}


def label(key: str, language: Language, **values: object) -> str:
    """The word of ``key``; ``values`` fill its slots."""
    text = LABELS[key][0 if language == "zh" else 1]
    return text.format(**values) if values else text
