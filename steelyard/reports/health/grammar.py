"""Every sentence that a health check can say: ``kind -> (Chinese, English)``, with the slots that it is filled from.

Cells of a table are parted by tabs. Whoever changes a sentence changes it in the verifier's own grammar, too
(``verifier/health.json``); until then it refuses every report that says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from steelyard.reports.health.persons import PERSON_HEAD_OF, PERSON_HEADS, PERSONS
from steelyard.reports.sheet import Words

SECTIONS: Mapping[int, Words] = MappingProxyType(
    {
        1: Words("总分、位次与变化", "Total, place and change"),
        2: Words("由满分到得分", "From full marks to the total"),
        3: Words("失分的原因、证据与条款", "Lost points: cause, evidence and clause"),
        4: Words("与同类相比", "Beside its peers"),
        5: Words("走势与预测", "Course and outlook"),
        6: Words("风险", "Risks"),
        7: Words("反复出现的问题", "Problems that come back"),
        8: Words("整改与容错", "Rectification and relief"),
        9: Words("申诉与更正", "Appeals and corrections"),
        10: Words("对下一年计划的建议", "Suggestions for the next plan"),
    }
)

HEADS: Mapping[str, Words] = MappingProxyType(
    {
        **PERSON_HEADS,
        "family": Words("类别\t满分\t得分\t失分\t得分率", "Family\tFull\tPoints\tLost\tRate"),
        "item": Words("失分的指标\t满分\t得分\t失分\t同类平均得分", "Indicator\tFull\tPoints\tLost\tPeers' mean"),
        "step": Words("改变\t怎样做", "Change\tHow"),
        "alike": Words(
            "单位\t条件（该单位 / 本单位）\t上半段得分率\t下半段得分率\t全期实际值",
            "Unit\tConditions (theirs / ours)\tFirst half\tSecond half\tValue of the period",
        ),
        "month": Words(
            "月份\t总分\t同类平均\t与平均之差\t位次\t信号", "Month\tTotal\tPeers' mean\tDifference\tPlace\tSignal"
        ),
        "missing": Words("尚无数据的指标\t涉及满分", "Indicator without data\tFull marks"),
        "falling": Words(
            "得分率连降的指标\t逐月得分率\t本期失分", "Falling indicator\tRates by month\tLost this period"
        ),
        "alert": Words("预警\t内容\t状态", "Alert\tWhat\tState"),
        "repeat": Words(
            "指标\t连续失分月数\t失分月数\t有数据月数\t本期失分",
            "Indicator\tMonths in a row\tMonths with losses\tMonths with data\tLost this period",
        ),
        "task": Words("督办任务\t事项\t状态\t期限", "Task\tWhat\tState\tDue"),
        "case": Words("整改事项\t内容\t状态\t期限", "Case\tWhat\tState\tDue"),
        "relief": Words("容错事项\t不计容错\t计入容错\t批准", "Relief\tWithout\tWith\tApproved by"),
        "appeal": Words("申诉\t事项\t提出\t状态", "Appeal\tAbout\tFiled\tState"),
        "same": Words(
            "区分不了单位的指标\t同类单位\t得满分\t占比\t建议", "Indicator\tPeers\tFull marks\tShare\tSuggestion"
        ),
    }
)
"""What stands above the rows of a kind. ``nearly`` shares the table of ``same``, ``extra`` that of ``family``."""
HEAD_OF: Mapping[str, str] = MappingProxyType(
    {**PERSON_HEAD_OF, "nearly": "same", "alike_peer": "alike", "extra": "family", "adjustment": "family"}
)

GRAMMAR: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **PERSONS,
        # 1 total, place, change
        "total": (
            "{period}，{unit}（{class}）得 {total} 分（满分 {full} 分），在同类 {size} 个单位中列第 {place} 位。",
            "In {period} {unit} ({class}) scored {total} of {full} points and takes place {place} of {size} peers.",
        ),
        "shared": ("与另外 {others} 个单位同分。", "It shares its score with {others} more."),
        "reach": (
            "考虑偶然波动，按 {sure} 的把握位次在第 {low} 位到第 {high} 位之间；同组 {group} 个单位在统计上分"
            "不出先后。",
            "Allowing for chance, its place lies between {low} and {high} with {sure} confidence; the {group} units of "
            "its group cannot be told apart.",
        ),
        "reach_unknown": (
            "事实数据是汇总数，无从推算位次的偶然波动。",
            "The facts are totals, which do not tell how far chance moves a place.",
        ),
        "segment": ("分段：{segment}。", "Segment: {segment}."),
        "grade": ("等次：{grade}。", "Grade: {grade}."),
        "list_certain": ("{list}：确定入列，入列概率 {chance}。", "{list}: certainly on it, probability {chance}."),
        "list_boundary": (
            "{list}：处在边界，尚不能判定，入列概率 {chance}。",
            "{list}: at the boundary, undecided, probability {chance}.",
        ),
        "list_out": ("{list}：未入列，入列概率 {chance}。", "{list}: out, probability {chance}."),
        "list_listed": ("{list}：入列。", "{list}: on it."),
        "list_unlisted": ("{list}：未入列。", "{list}: out."),
        "list_unset": ("{list}：本组不设。", "{list}: not in this class."),
        "change": (
            "较{before}，总分{moved}（{old} → {total}）。",
            "Since {before} the total {moved} ({old} → {total}).",
        ),
        "change_place": (
            "位次{steps}（第 {old} 位 → 第 {place} 位）。",
            "In places: {steps} (from {old} to {place}).",
        ),
        "no_change": (
            "没有上年同期的结果可比，这里不说年度变化。",
            "There is no result of the year before to compare with, so no yearly change is told.",
        ),
        "last_month": (
            "{month}得 {total} 分，比{before}{versus}，当月列同类第 {place} 位。",
            "In {month} it scored {total} points, {versus} {before}, and took place {place} of that month.",
        ),
        # 2 the bridge
        "family": ("{family}\t{full}\t{points}\t{lost}\t{rate}", "{family}\t{full}\t{points}\t{lost}\t{rate}"),
        "extra": ("{family}\t—\t{points}\t—\t—", "{family}\t—\t{points}\t—\t—"),
        "adjustment": ("{name}\t—\t{points}\t—\t—", "{name}\t—\t{points}\t—\t—"),
        "bridge": (
            "有满分的各类共 {full} 分，得 {got} 分，失 {lost} 分；加减分和其他调整合计 {extra} 分；两者相加为"
            "总分 {total} 分。",
            "Families with full marks hold {full} points, of which {got} were scored and {lost} lost; bonus, malus and "
            "adjustments make {extra}; together the total of {total} points.",
        ),
        "item": ("{name}\t{full}\t{points}\t{lost}\t{mean}", "{name}\t{full}\t{points}\t{lost}\t{mean}"),
        "items_rest": (
            "另有 {count} 个指标共失 {lost} 分，没有逐项列出。",
            "{count} more indicators lost {lost} points and are not listed.",
        ),
        # 3 losses
        "losses": ("共失 {lost} 分，涉及 {count} 个指标。", "It lost {lost} points on {count} indicators."),
        "losses_head": (
            "失分最多的 {head} 项共失 {points} 分，占全部失分的 {share}。",
            "The {head} largest losses make {points} points, {share} of all.",
        ),
        "losses_none": ("没有失分。", "Nothing was lost."),
        "loss": (
            "第 {rank} 项　{name}：失 {lost} 分（满分 {full} 分，得 {points} 分）。",
            "No. {rank}: {name}: {lost} points lost (of {full}, scored {points}).",
        ),
        "loss_reason": ("原因：{reason}。", "Cause: {reason}."),
        "loss_rows": ("证据：分子 {above}，分母 {below}。", "Evidence: numerator {above}, denominator {below}."),
        "loss_clause": ("条款：{basis}。", "Clause: {basis}."),
        "loss_remedy": ("能保住失分的最小改变：{remedy}。", "The smallest change that would have kept it: {remedy}."),
        "losses_rest": (
            "其余 {count} 个指标共失 {lost} 分，见第二部分的表。",
            "The other {count} indicators lost {lost} points; see the table of section 2.",
        ),
        # 4 peers
        "peers": (
            "同类最高 {best} 分，平均 {mean} 分，中位 {median} 分；本单位与最高相比{from_best}，与平均相比"
            "{from_mean}，与中位相比{from_median}。",
            "Peers: best {best}, mean {mean}, median {median}; this unit is {from_best} the best, "
            "{from_mean} the mean and {from_median} the median.",
        ),
        "family_best": (
            "各类中相对同类最强的是{family}：得分率 {rate}，同类平均 {mean}。",
            "Its strongest family beside the peers is {family}: rate {rate}, peers' mean {mean}.",
        ),
        "family_worst": (
            "相对同类最弱的是{family}：得分率 {rate}，同类平均 {mean}。",
            "Its weakest family is {family}: rate {rate}, peers' mean {mean}.",
        ),
        "gap": ("距前一位 {gap} 分。", "It is {gap} points short of the place above."),
        "gap_first": ("没有单位排在它前面。", "Nobody stands before it."),
        "gap_step": (
            "够得着前一位的最小一步：{name}——{remedy}。",
            "The smallest step that reaches the place above: {name}: {remedy}.",
        ),
        "gap_no_step": (
            "第三部分列出的任何一项改变单独都够不着前一位。",
            "No single change of section 3 reaches the place above.",
        ),
        "tier": (
            "上一档是{tier}，本期该档最低 {cut} 分，还差 {gap} 分。",
            "The next tier is {tier}; its lowest score this period is {cut}, {gap} points away.",
        ),
        "tier_reach": (
            "以其他单位不变计，下面 {count} 项改变合计 {sum} 分，够得着上一档。",
            "With everybody else as they are, the {count} changes below bring {sum} points, which reaches it.",
        ),
        "step": ("{name}\t{remedy}", "{name}\t{remedy}"),
        "tier_far": (
            "第三部分列出的改变合计 {sum} 分，够不着上一档。",
            "All changes of section 3 together bring {sum} points, which does not reach it.",
        ),
        "tier_top": ("已在最高一档（{tier}）。", "It stands in the highest tier ({tier})."),
        "tier_none": ("本计划没有分段，没有上一档可说。", "The plan has no segments, so there is no next tier."),
        "progress": (
            "{from}至{to}的月均比此前同样长的一段{moved}，进步幅度列第 {place} 位（有可比月份的同类单位 {size} 个）。",
            "From {from} to {to} its monthly mean {moved} against the span of equal length before; "
            "by progress it takes place {place} of {size} peers with comparable months.",
        ),
        "progress_none": (
            "可比的月份不足，排不出进步幅度。",
            "There are too few comparable months to rank progress.",
        ),
        "alike_intro": (
            "“{name}”：下列条件相近的单位上半段得分率不高于本单位现在的 {own}，下半段高于同类中位 {median}，"
            "升幅超出月度波动。",
            "{name}: these units of like conditions stood no higher in the first half than this unit does now ({own}), "
            "and in the second half above the peers' median ({median}), by more than months vary.",
        ),
        "alike": ("{unit}\t{near}\t{first}\t{second}\t{value}", "{unit}\t{near}\t{first}\t{second}\t{value}"),
        "alike_peer": (
            "同类单位\t经绩效办联系\t{first}\t{second}\t—",
            "A peer\tthrough the office\t{first}\t{second}\t—",
        ),
        "alike_none": (
            "在失分最多的几项上，没有同类单位先弱后强、且升幅超出月度波动，举不出可借鉴的单位。",
            "On the largest losses no peer went from weak to strong by more than months vary, so none is named.",
        ),
        "laggard": (
            "落后提示：{first_from}至{first_to}月均与同类平均之差 {first}，"
            "计入波动至多 {first_upper}，低于界限 {first_limit}；"
            "{second_from}至{second_to}为 {second}，至多 {second_upper}，低于界限 {second_limit}。两个周期都"
            "有统计支持，列为落后单位。",
            "Laggard: from {first_from} to {first_to} its monthly mean differs from the peers' by {first}, at most "
            "{first_upper} allowing for chance, below the limit of {first_limit}; from {second_from} to {second_to} by "
            "{second}, at most {second_upper}, below {second_limit}. Both periods support the label.",
        ),
        "laggard_refused": (
            "不列为落后：虽列同类后四分之一（第 {place} 位），{first_from}至{first_to}之差 {first}、"
            "计入波动至多 {first_upper}、界限 {first_limit}，"
            "{second_from}至{second_to}之差 {second}、至多 {second_upper}、界限 {second_limit}；没有做到两个"
            "周期都低于界限。",
            "Not labelled a laggard: place {place} is in the last quarter, but from {first_from} to {first_to} the "
            "difference is {first}, at most {first_upper}, limit {first_limit}, and from {second_from} to {second_to} "
            "{second}, at most {second_upper}, limit {second_limit}; not both periods lie below.",
        ),
        "laggard_no": ("不在同类后四分之一，无落后提示。", "It is not in the last quarter of its class; no label."),
        "laggard_unknown": (
            "可比的月份不足两个周期，不作落后判断。",
            "There are too few comparable months for two periods, so nobody is labelled a laggard.",
        ),
        # 5 course
        "month": (
            "{month}\t{total}\t{mean}\t{gap}\t{place}\t{signal}",
            "{month}\t{total}\t{mean}\t{gap}\t{place}\t{signal}",
        ),
        "course": (
            "有记录的 {count} 个月中，最高是{best_month} {best} 分，最低是{worst_month} {worst} 分。",
            "Of {count} months on record the best is {best_month} with {best} points, the worst {worst_month}"
            " with {worst}.",
        ),
        "course_none": ("没有按月的结果，看不出走势。", "There are no monthly results, so no course is seen."),
        "signals": (
            "{count} 个月为异常信号（{months}），其余属正常波动。",
            "{count} months show a signal ({months}); the rest is noise.",
        ),
        "signals_none": ("逐月起伏都属正常波动。", "All monthly changes are noise."),
        "outlook": (
            "保持现有水平，下一个月预计在 {low} 分到 {high} 分之间（自身波动范围）。",
            "If nothing changes, the next month lies between {low} and {high} points (its own range).",
        ),
        "outlook_over": (
            "数据截至{as_of}，考评周期已经结束，不再预测年底。",
            "The data go to {as_of}, past the end of the period; there is nothing left to forecast.",
        ),
        "forecasts_empty": (
            "指标运行监控没有恐难达标的指标。",
            "Monitoring sees no target at risk.",
        ),
        "forecasts_none": (
            "没有收到指标运行监控的预测，这里不推算年底。",
            "No forecast came from monitoring, and none is made up here.",
        ),
        "forecast": (
            "指标运行监控预测{name}：达到目标的概率 {chance}。",
            "Monitoring forecasts {name}: the target is met with probability {chance}.",
        ),
        "forecast_last": ("{name}最迟在{last}还来得及。", "{name} can still be met until {last}."),
        "forecast_step": ("{name}：{step}。", "{name}: {step}."),
        # 6 risks
        "missing": ("{name}\t{full}", "{name}\t{full}"),
        "missing_none": ("所有适用的指标都有数据。", "All indicators that apply have data."),
        "falling": ("{name}\t{r1} → {r2} → {r3} → {r4}\t{lost}", "{name}\t{r1} → {r2} → {r3} → {r4}\t{lost}"),
        "falling_none": ("没有指标的得分率连续三个月下降。", "No indicator's rate fell three months in a row."),
        "falling_unknown": ("没有逐月的指标得分率。", "There are no monthly rates of indicators."),
        "alert": ("{number}\t{what}\t{state}", "{number}\t{what}\t{state}"),
        "alerts_empty": ("指标运行监控没有未了的预警。", "Monitoring has no open alert."),
        "alerts_none": (
            "没有收到指标运行监控的记录，预警一项从缺。",
            "No records came from monitoring; alerts are left out.",
        ),
        "task": ("{number}\t{what}\t{state}\t{due}", "{number}\t{what}\t{state}\t{due}"),
        "tasks_empty": ("没有未办结的督办任务。", "No supervised task is open."),
        "tasks_none": ("没有收到督办任务的记录，此项从缺。", "No records of tasks came; this is left out."),
        # 7 repeats
        "repeats": (
            "最近三个月连续失分的指标有 {count} 个，其中 {always} 个在有数据的月份里月月失分；下面列出连续最久的。",
            "{count} indicators lost points in each of the last three months, {always} of them in every month with "
            "data; those with the longest run are listed.",
        ),
        "repeats_none": ("没有连续三个月失分的指标。", "No indicator lost points in each of the last three months."),
        "repeats_unknown": ("没有逐月的指标得分率，看不出反复。", "Without monthly rates no repeats can be told."),
        "repeat": ("{name}\t{run}\t{months}\t{known}\t{lost}", "{name}\t{run}\t{months}\t{known}\t{lost}"),
        # 8, 9 records of people
        "case": ("{number}\t{what}\t{state}\t{due}", "{number}\t{what}\t{state}\t{due}"),
        "cases_empty": ("没有整改事项。", "There is no case of rectification."),
        "cases_none": ("没有收到整改的记录，此项从缺。", "No records of rectification came; this is left out."),
        "relief": ("{number}\t{without}\t{with}\t{by}", "{number}\t{without}\t{with}\t{by}"),
        "reliefs_empty": ("没有容错事项。", "There is no relief."),
        "reliefs_none": ("没有收到容错的记录，此项从缺。", "No records of relief came; this is left out."),
        "appeal": ("{number}\t{what}\t{filed}\t{state}", "{number}\t{what}\t{filed}\t{state}"),
        "appeals_empty": ("没有申诉。", "There is no appeal."),
        "appeals_none": ("没有收到申诉的记录，此项从缺。", "No records of appeals came; this is left out."),
        "correction": (
            "第 {new} 版更正第 {old} 版：总分 {before} → {after}（{moved}），原因：{reason}。",
            "Version {new} corrects version {old}: total {before} → {after} ({moved}), because: {reason}.",
        ),
        "corrections_empty": ("本期结果没有更正过。", "The results of the period were not corrected."),
        "corrections_none": ("没有收到更正的记录，此项从缺。", "No records of corrections came; this is left out."),
        # 10 next plan
        "same": (
            "{name}\t{size}\t{full}\t{share}\t得分率全部相同，停用或修改",
            "{name}\t{size}\t{full}\t{share}\tall rates equal: retire or mend",
        ),
        "nearly": (
            "{name}\t{size}\t{full}\t{share}\t几乎人人满分，收紧目标",
            "{name}\t{size}\t{full}\t{share}\tnearly all at full marks: tighten",
        ),
        "suggest": (
            "同类 {size} 个单位的 {all} 个有满分的指标中，{same} 个得分率完全相同，{nearly} 个有九成五以上的"
            "单位得满分。",
            "Of {all} indicators with full marks, {same} give all {size} peers the same rate and {nearly} give 95 % of "
            "them full marks.",
        ),
    }
)  # fmt: skip
