"""What the lab's short words are called for people: verdicts, reasons and faults."""

from __future__ import annotations

from types import MappingProxyType

from steelyard.reports.sheet import Words

VERDICTS = MappingProxyType(
    {
        "keep": Words("保留", "Keep"),
        "mend": Words("修改", "Mend"),
        "retire": Words("停用", "Retire"),
        "unjudged": Words("待看", "Not judged"),
    }
)
REASONS = MappingProxyType(
    {
        "full marks": Words("几乎都得满分", "nearly all at full marks"),
        "no variance": Words("对总分差异没有贡献", "adds nothing to the differences of totals"),
        "no rank effect": Words("去掉后位次不变", "moves no place"),
        "redundant": Words("与另一项说的是同一回事", "says what another one says"),
        "noise": Words("差异与偶然分不清", "differences cannot be told from chance"),
        "met by all": Words("目标人人达到", "target met by all"),
        "out of reach": Words("目标无人达到", "target met by nobody"),
        "bunched": Words("扎堆在目标上", "a crowd just past the target"),
        "burden": Words("填报负担重", "takes long to fill in"),
        "no basis": Words("没有写依据", "no basis is stated"),
        "coverage": Words("多数单位没有此项业务", "most units have no such work"),
    }
)
