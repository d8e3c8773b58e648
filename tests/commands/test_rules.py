"""What somebody sees who checks, reads and changes rules on the command line."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from steelyard.bureau.asking.checking import sound
from steelyard.bureau.asking.comparing import compare
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.telling import silent
from steelyard.cli import main
from steelyard.engine.model.book import KINDS as RULES_OF_BOOKS
from steelyard.engine.problems import Refused
from tests.engine.small_rules import GENERAL, LATE, RATE


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    return code, capsys.readouterr().out


# -- check ----------------------------------------------------------------------------------------------------------


def test_a_sound_folder_passes(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "check", str(bureau.root))
    assert (code, text) == (0, "指标 2 个，计划 1 个：错误 0 处，提醒 0 处\n")
    assert sound(bureau).book.plans.keys() == {"year"}


def test_errors_end_with_one_and_say_where(copied: Any, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copied(
        ("lose: 0.5", "lose: loss"), ("classes: [厅, 所]", "classes: [厅, 局]"), ("full: 40", "full: unit.stuf")
    )
    code, text = said(capsys, "check", *folder)
    lines = text.splitlines()
    assert code == 1
    assert [line.split("[")[1].split("]")[0] for line in lines[:-1]] == [
        "rule-unknown-name",
        "unknown-attribute",
        "unknown-class",
    ]
    assert "rules.yaml:19:33: 错误" in lines[0]
    assert lines[-1] == "指标 2 个，计划 1 个：错误 3 处，提醒 0 处"
    with pytest.raises(Refused):
        sound(Bureau(Path(folder[0]), Path(folder[2])))


def test_warnings_are_shown_and_change_nothing(copied: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "--language", "en", "check", *copied(("basis: 《细则》第十二条\n", "")))
    assert code == 0
    assert "warning [indicator-without-basis]" in text
    assert text.endswith("2 indicators, 1 plans: 0 errors, 1 warnings\n")


def test_files_that_cannot_be_read_are_all_told(copied: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "check", *copied(("full: 60", "ful: 60"), ("full: 40", "full: [")))
    assert code == 1
    assert "yaml-syntax" in text
    assert "错误 1 处" in text


def test_targets_are_held_against_the_values_of_a_period(copied: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "check", *copied(("target: 98%", "target: 90%")), "--period", "2026")
    assert code == 0
    assert "[target-met-by-all] “准期申报率”的目标 90% 上期 3 个单位全部达到" in text


def test_a_summary_for_machines(copied: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "--json", "check", *copied(("lose: 0.5", "lose: loss")))
    found = json.loads(text)
    assert (code, found["errors"], found["warnings"]) == (1, 1, 0)
    (problem,) = found["problems"]
    assert (problem["code"], problem["severity"], problem["line"], problem["column"]) == (
        "rule-unknown-name",
        "error",
        19,
        33,
    )
    assert "loss" in problem["zh"]
    assert "loss" in problem["en"]


def test_a_folder_without_a_record_is_checked_without_registers(
    bureau: Bureau, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = said(capsys, "check", str(bureau.root), "--record", str(tmp_path / "nothing"))
    assert code == 0


# -- schema, text ---------------------------------------------------------------------------------------------------


def test_schemas_are_printed_by_kind_or_all(capsys: pytest.CaptureFixture[str]) -> None:
    _, one = said(capsys, "schema", "--kind", "plan")
    assert json.loads(one)["properties"]["plan"]["description"] == "绩效计划；标识"
    _, every = said(capsys, "schema")
    assert set(json.loads(every)) == {*RULES_OF_BOOKS, "facts", "cases"}


def test_the_whole_book_reads_as_a_numbered_text(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    _, text = said(capsys, "text", str(bureau.root))
    assert text.startswith(
        "小册\n\n除另有规定外，得分保留2位小数（四舍五入）；各项得分最低0分。\n\n1. 准期申报率（60分）。"
    )
    assert "\n\n2. 逾期户次（40分）。" in text


@pytest.mark.parametrize("name", ["late", "逾期户次"])
def test_one_indicator_by_identifier_or_name(name: str, bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    _, text = said(capsys, "text", str(bureau.root), name)
    assert text.startswith("逾期户次（40分）。申报笔数（逾期天数大于30）")
    _, english = said(capsys, "text", str(bureau.root), name, "--english")
    assert english.startswith("逾期户次 (40 points). ")


def test_an_unknown_indicator_is_told_with_the_nearest(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", str(bureau.root), "lat"]) == 1
    said = capsys.readouterr().err
    assert "text-unknown-indicator" in said
    assert "late" in said


def test_the_full_mark_of_a_plan_is_told(copied: Any, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copied(("[rate, late]", "[{indicator: rate, full: 55}, late]"))[0]
    assert said(capsys, "text", folder, "rate")[1].startswith("准期申报率（55分）")


def test_a_book_without_a_general_part_cannot_be_told(copied: Any, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copied((GENERAL, ""))[0]
    assert main(["text", folder]) == 1
    assert "book-missing" in capsys.readouterr().err


# -- plan -----------------------------------------------------------------------------------------------------------


def test_the_same_rules_move_nobody(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "plan", str(bureau.root), str(bureau.root))
    assert (code, text) == (0, "规则没有变化\n5 个单位次：得分变化 0 个，位次变化 0 个，进出名单 0 个\n")


def test_a_change_is_told_by_rule_and_by_unit(bureau: Bureau, changed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    new = changed(
        ("lose: 0.5", "lose: 2"), ("each: 2", "each: 0"), ("top: 1", "top: 2"), ("floor: 0\n", "floor: null\n")
    )
    _, text = said(capsys, "plan", str(bureau.root), str(new))
    assert text.splitlines()[:8] == [
        "小册（small）",
        "  下限：0 → （无）",
        "准期申报率（rate）",
        "  计分方法 / 步长扣分 / 每步扣分：0.5 → 2",
        "逾期户次（late）",
        "  计分方法 / 直接扣分 / 每次分值：2 → 0",
        "年度方案（year）",
        "  名单 / red / 前：1 → 2",
    ]
    assert text.splitlines()[8] == "5 个单位次：得分变化 4 个，位次变化 1 个，进出名单 2 个"
    assert "  B局（厅，2026），93.5 → 98，进入红榜" in text
    assert "  A局（厅，2026），98 → 100" in text


def test_places_that_change_are_told_first(bureau: Bureau, changed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    new = changed(("each: 2", "each: -2"))
    _, text = said(capsys, "--language", "en", "plan", str(bureau.root), str(new), "--period", "2026")
    assert "of 5 units and periods: 4 scores change, 3 places, 3 enter or leave a list" in text
    assert [line.split(",")[0] for line in text.splitlines()[3:]] == ["  E 2026", "  B 2026", "  D 2026", "  A 2026"]
    assert "  D 2026, 96 → 100, place 2 → 1, enters 红榜" in text


def test_who_climbs_has_a_better_place(bureau: Bureau, changed: Any) -> None:
    found = compare(bureau, changed(("each: 2", "each: -2")), Order(), silent)
    assert {unit.unit: unit.climbed for unit in found.moved} == {"A": 0, "B": 1, "D": 1, "E": 2}
    assert [unit.gain for unit in found.moved if unit.unit == "E"] == [Fraction("11.5")]


def test_new_and_dropped_rules_and_units(bureau: Bureau, changed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    new = changed((LATE, LATE.replace("indicator: late", "indicator: tardy")), ("[rate, late]", "[rate, tardy]"),
                  ("classes: [厅, 所]", "classes: [厅]"))  # fmt: skip
    _, text = said(capsys, "plan", str(bureau.root), str(new))
    assert "逾期户次（tardy）\n  新增" in text
    assert "逾期户次（late）\n  取消" in text
    assert "C局（所，2026），100 → —，第 1 位 → 第 — 位，退出红榜" in text
    english = said(capsys, "--language", "en", "plan", str(bureau.root), str(new))[1]
    assert "  new" in english
    assert "  dropped" in english


def test_all_of_it_for_machines(bureau: Bureau, changed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _, text = said(capsys, "--json", "plan", str(bureau.root), str(changed(("lose: 0.5", "lose: 2"))))
    found = json.loads(text)
    (rule,) = found["rules"]
    assert rule["changes"] == [{"path": ["计分方法", "步长扣分", "每步扣分"], "old": "0.5", "new": "2"}]
    assert found["assessed"] == 5
    assert {unit["unit"] for unit in found["moved"]} == {"B", "E"}


def test_rates_are_those_of_the_tests(bureau: Bureau) -> None:
    assert RATE.strip() in (bureau.root / "rules/rules.yaml").read_text("utf-8")


@pytest.mark.parametrize("command", [["explain", "A局", "late"], ["explain", "--person", "甲"], ["cleaning"]])
def test_nothing_is_told_by_rules_with_errors(
    command: list[str], copied: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    home, *record = copied(("full: 40", "full: nothere + 1"))
    name, *words = command
    assert main([name, home, *words, *record]) == 1
    assert "[rule-unknown-name]" in capsys.readouterr().err


def test_changed_rules_with_errors_move_nobody(
    bureau: Bureau, changed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(bureau.root), str(changed(("full: 40", "full: nothere + 1")))]) == 1
    shown = capsys.readouterr()
    assert "[rule-unknown-name]" in shown.err
    assert shown.out == ""


# -- text read back -------------------------------------------------------------------------------------------------


def test_a_text_becomes_a_draft_with_what_it_would_change(
    bureau: Bureau, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text = said(capsys, "text", str(bureau.root), "rate")
    file = tmp_path / "rule.txt"
    file.write_text(text, "utf-8")
    assert said(capsys, "text", str(bureau.root), "--read", str(file))[0] == 0
    file.write_text(text.replace("扣0.5分", "扣0.8分"), "utf-8")
    code, found = said(capsys, "text", str(bureau.root), "--read", str(file))
    assert code == 0
    assert "# 改动 计分方法 / 步长扣分 / 每步扣分：0.5 → 0.8\n" in found
    assert "lose: 0.8" in found


def test_what_a_text_leaves_open_is_a_comment_above_the_draft(
    bureau: Bureau, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rule.txt"
    file.write_text(
        "团结协作（5分）。视情况给分。\n\n总分无关（3分）。一票否决：事故（1大于0）的，总分待定。\n", "utf-8"
    )
    code, found = said(capsys, "--language", "en", "text", str(bureau.root), "--read", str(file))
    assert code == 1
    assert "# open '视情况给分' was not understood" in found
    assert found.count("\n---\n") == 1
    assert main(["text", str(bureau.root), "--read", str(tmp_path / "none.txt")]) == 1
    assert "text-file" in capsys.readouterr().err


# -- documents, duties, tasks and matching ----------------------------------------------------------------------------

SOURCES = """
---
document: rules_of_2026
name: 细则
issuer: 省局
since: 2026-01-01
clauses: [{clause: 第十二条, text: 按期申报}, {clause: 第十三条, text: 逾期处理}]
---
duty: source
name: 税源管理职责
items: [{item: filing, does: 提醒准期申报, basis: 《细则》第十二条}]
---
task: on_time
name: 按期申报行动
basis: 《细则》第十二条
year: "2026"
owner: 征管科
mandatory: true
indicators: [rate]
"""


@pytest.fixture
def sourced(copied: Any) -> str:
    folder = Path(copied()[0])
    (folder / "rules" / "sources.yaml").write_text(SOURCES, "utf8")
    return str(folder)


def test_documents_duties_and_tasks_stand_behind_the_rules(sourced: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, text = said(capsys, "text", sourced)
    parts = [text.index(head) for head in ("2. 逾期户次", "【制度文件】", "【岗责】", "【重点工作】")]
    assert parts == sorted(parts)
    assert "第十二条　按期申报。用于指标：准期申报率；岗责：税源管理职责；重点工作：按期申报行动。" in text
    assert "（一）干什么：提醒准期申报。" in text
    assert "重点工作 1 项，必须覆盖 1 项，其中没有覆盖 0 项。" in text


def test_the_whole_text_is_read_back_without_documents_duties_and_tasks(
    sourced: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = tmp_path / "told.txt"
    told.write_text(said(capsys, "text", sourced)[1], "utf8")
    code, drafts = said(capsys, "text", sourced, "--read", str(told))
    assert (code, drafts.count("indicator: ")) == (0, 2)
    assert "# 没有编号，未读成规则: 《细则》" in drafts


@pytest.mark.parametrize(
    ("name", "start"),
    [("细则", "《细则》：省局"), ("source", "税源管理职责\n"), ("按期申报行动", "按期申报行动（2026；必须覆盖")],
)
def test_one_document_duty_or_task_by_its_name(
    name: str, start: str, sourced: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "text", sourced, name)[1].startswith(start)


def test_matching_tells_duty_item_basis_and_score(sourced: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "match", sourced)
    assert code == 0
    assert "准期申报率（rate）\n  税源管理职责 / 提醒准期申报；匹配度 " in text
    assert "岗责依据 《细则》第十二条；同引 《细则》第十二条；同说 “准期申报”" in text
    assert "没有匹配的指标：逾期户次" in text
    _, english = said(capsys, "--language", "en", "match", sourced)
    assert "without a match: 逾期户次" in english


def test_matching_is_measured_by_labels(sourced: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = tmp_path / "labels.yaml"
    labels.write_text("labels: [{indicator: rate, duties: [税源管理职责], half: held}]", "utf8")
    _, text = said(capsys, "match", sourced, "--labels", str(labels))
    assert "只作检验的一半：标注 1 对，匹配 1 对，对的 1 对；准确率 100%，召回率 100%；达到准确率 95%" in text
    _, english = said(capsys, "--language", "en", "match", sourced, "--labels", str(labels))
    assert "the half held out: 1 pairs labelled, 1 proposed, 1 right; precision 100%, recall 100%" in english
    _, machine = said(capsys, "--json", "match", sourced, "--labels", str(labels))
    found = json.loads(machine)
    assert found["measured"]["all"]["precision"] == "100%"
    assert (found["matches"][0]["duty"], found["matches"][0]["clauses"]) == ("税源管理职责", ["《细则》第十二条"])


def test_matching_needs_duties_and_labels_that_can_be_read(
    bureau: Bureau, sourced: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["match", str(bureau.root)]) == 1
    assert "match-no-duties" in capsys.readouterr().err
    assert main(["match", sourced, "--labels", str(tmp_path / "nothing.yaml")]) == 1
    assert "file-not-opened" in capsys.readouterr().err
