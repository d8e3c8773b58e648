"""Acts on the library, one for every address that changes it."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.reports.sheet import Words
from steelyard.web.library.calendar.adding import latest
from steelyard.web.library.models import Rule, Version
from steelyard.web.library.tables import parts
from steelyard.web.look.exporting import Column, workbook
from steelyard.web.pages.library.bringing import COLUMNS
from tests.web.library.aimed import OTHER, kept
from tests.web.promises.acts import Act, act, over


@act("library-take")
def library_take() -> Act:
    return Act(over("office"))


@act("rule-new")
def rule_new() -> Act:
    kept()
    return Act(over("assessor"), data={"text": OTHER.format(code="quite_new"), "reason": "新的工作"})


@act("rule-write")
def rule_write() -> Act:
    rule = kept()["draft"]
    text = OTHER.format(code=rule.code).replace("full: 3", "full: 4")
    return Act(over("office"), {"address": rule.address}, {"text": text, "base": "1", "reason": "分值提高"})


@act("calendar-write")
def calendar_write() -> Act:
    kept()
    _, base, text = latest("局")
    return Act(over("office"), data={"text": f"{text}# 核对过\n", "base": str(base), "reason": "核对"})


@act("rule-adopt")
def rule_adopt() -> Act:
    rule = kept()["draft"]
    Version.objects.filter(rule=rule).update(made_by=over("assessor"))
    return Act(over("office"), {"address": rule.address, "number": 1})


@act("rule-retire")
def rule_retire() -> Act:
    rule = kept()["draft"]
    rule.state, rule.current = "in_force", 1
    rule.save()
    return Act(over("office"), {"address": rule.address}, {"reason": "不再考评"})


@act("rules-adopt")
def rules_adopt() -> Act:
    rule = kept()["draft"]
    Version.objects.filter(rule=rule).update(made_by=over("assessor"))
    return Act(over("office"), data={"rule": [f"{rule.address}@1"]})


@act("rule-borrow")
def rule_borrow() -> Act:
    return Act(over("office", "A"), {"address": kept()["in_force"].address})


@act("rule-catch-up")
def rule_catch_up() -> Act:
    rules = kept()
    Rule.objects.filter(pk=rules["draft"].pk).update(origin=rules["in_force"].versions.get())
    return Act(over("office"), {"address": rules["draft"].address}, {"seen": "1"})


@act("library-bring")
def library_bring() -> Act:
    kept()
    row = ["indicator", "brought", "", "", "", "", 0, 0, *parts(OTHER.format(code="brought"))]
    file = SimpleUploadedFile(
        "规则.xlsx", workbook("规则", [Column(Words(one.words.zh), one.kind) for one in COLUMNS], [row])
    )
    return Act(over("office"), data={"file": file, "reason": "补充"})


@act("rule-effect")
def rule_effect() -> Act:
    rule = kept()["draft"]
    return Act(over("office"), {"address": rule.address}, {"text": OTHER.format(code=rule.code)})


@act("rule-persons")
def rule_persons() -> Act:
    kept()
    version = Version.objects.filter(rule__kind="plan")[0]
    return Act(over("office"), {"address": version.rule.address}, {"text": version.text})


@act("rule-read")
def rule_read() -> Act:
    return Act(over("assessor"), data={"text": "干部管理（5分）。无故缺席会议每次扣1分，扣完为止。"})
