"""Every sentence that only a person's health check can say; the others are those of units."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from steelyard.reports.sheet import Words

PERSON_HEADS: Mapping[str, Words] = MappingProxyType(
    {
        "p_stage": Words(
            "任职阶段\t自\t至\t日数占比\t阶段得分\t带入", "Post\tFrom\tTo\tShare of days\tPoints of the stage\tCarried"
        ),
        "p_item": Words("失分的责任\t来源\t分值\t得分\t本人失分", "Line\tFrom\tWorth\tPoints\tLost"),
        "p_missing": Words("现任岗位尚无得分的责任", "Line of the present post without points"),
        "p_same": Words(
            "区分不了人的本人指标\t有此事项的人数\t得满分\t占比\t建议",
            "Own indicator\tPersons\tFull marks\tShare\tSuggestion",
        ),
    }
)
PERSON_HEAD_OF: Mapping[str, str] = MappingProxyType({"p_nearly": "p_same"})

PERSONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "p_total": (
            "{period}，{person}（{unit}，{duty}）得 {total} 分（满分 {full} 分），在同岗责 {size} 人中列第 {place} 位"
            "。",
            "In {period} {person} ({unit}, {duty}) scored {total} of {full} points and takes place {place} of {size} "
            "with the same duty.",
        ),
        "p_shared": ("与另外 {others} 人同分。", "{others} more have the same score."),
        "p_stage": (
            "{unit} {post}\t{first}\t{last}\t{share}\t{points}\t{carried}",
            "{unit} {post}\t{first}\t{last}\t{share}\t{points}\t{carried}",
        ),
        "p_own": (
            "本人指标 {all} 项，本期有事项发生的 {had} 项，得 {points} 分（满分 {worth} 分）；"
            "没有事项的按方案处理后，本人指标计 {own} 分。",
            "Of {all} own indicators {had} had something to count: {points} of {worth} points; with what the plan says "
            "of the others they make {own} points.",
        ),
        "p_bridge": (
            "各阶段按日份额带入 {carried} 分，本人指标 {own} 分，合计 {sum} 分；按方案取舍为总分 {total} 分。",
            "Stages carry {carried} points by their shares of days, own indicators {own}; together {sum}, rounded by "
            "the plan to the total of {total} points.",
        ),
        "p_item": ("{name}\t{from}\t{worth}\t{points}\t{lost}", "{name}\t{from}\t{worth}\t{points}\t{lost}"),
        "p_losses": (
            "共失 {lost} 分（所承接的按日份额折算），涉及 {count} 项。",
            "{lost} points were lost (what was carried counts by its share of days) on {count} lines.",
        ),
        "p_losses_rest": (
            "其余 {count} 项共失 {lost} 分，见第二部分的表。",
            "The other {count} lines lost {lost} points; see the table of section 2.",
        ),
        "p_loss": (
            "第 {rank} 项　{name}（{from}）：失 {lost} 分（分值 {worth} 分，得 {points} 分）。",
            "No. {rank}: {name} ({from}): {lost} points lost (worth {worth}, scored {points}).",
        ),
        "p_loss_unit": (
            "{unit}在这一项上得 {got} 分（满分 {full} 分），按同一比例计入。",
            "{unit} got {got} of {full} points on it, which counts in the same proportion.",
        ),
        "p_loss_own": (
            "{duty}中有此事项的 {size} 人平均得 {mean} 分。",
            "The {size} with {duty} to whom it applies scored {mean} points on average.",
        ),
        "p_peers": (
            "同岗责最高 {best} 分，平均 {mean} 分，中位 {median} 分；本人与最高相比{from_best}，与平均相比{from_mean}，"
            "与中位相比{from_median}。",
            "Same duty: best {best}, mean {mean}, median {median}; this person is {from_best} the best, {from_mean} "
            "the mean and {from_median} the median.",
        ),
        "p_first": ("没有人排在前面。", "Nobody stands before."),
        "p_best": (
            "本人指标中相对同岗责最强的是{name}：得分率 {rate}，同岗责平均 {mean}。",
            "The strongest own indicator beside the same duty is {name}: rate {rate}, mean {mean}.",
        ),
        "p_worst": (
            "相对同岗责最弱的是{name}：得分率 {rate}，同岗责平均 {mean}。",
            "The weakest is {name}: rate {rate}, mean {mean}.",
        ),
        "p_gain": (
            "{unit}的总分每多 {ten} 分，本人多 {gain} 分。",
            "{ten} more points of {unit} are worth {gain} to this person.",
        ),
        "p_no_label": (
            "个人没有逐月成绩，不足以作落后判断，不作落后提示。",
            "Persons have no monthly scores to support a label, so nobody is called a laggard.",
        ),
        "p_course": (
            "个人成绩按任职阶段冻结，不逐月计分。",
            "Scores of persons are frozen stage by stage, not month by month.",
        ),
        "p_unit_month": (
            "现任职的{unit}在{month}得 {total} 分，比{before}{versus}。",
            "{unit}, where this person stands, scored {total} in {month}, {versus} {before}.",
        ),
        "p_missing": ("{name}", "{name}"),
        "p_carried": (
            "以下是{unit}的数字，只列本人承接的指标。",
            "These are figures of {unit}, of the indicators that this person carries.",
        ),
        "p_suggest": (
            "{duty}共 {size} 人；{all} 项本人指标中，{same} 项人人得分率相同，{nearly} 项有九成五以上的人得满分。",
            "{size} have {duty}; of {all} own indicators {same} give everybody the same rate and {nearly} give 95 % of "
            "them full marks.",
        ),
        "p_same": (
            "{name}\t{size}\t{full}\t{share}\t得分率全部相同，停用或修改",
            "{name}\t{size}\t{full}\t{share}\tall rates equal: retire or mend",
        ),
        "p_nearly": (
            "{name}\t{size}\t{full}\t{share}\t几乎人人满分，收紧目标",
            "{name}\t{size}\t{full}\t{share}\tnearly all at full marks: tighten",
        ),
    }
)  # fmt: skip
