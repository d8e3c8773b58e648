"""``steelyard``: arguments and exit codes, nothing else.

Exit codes: 0 done; 1 something is wrong with rules, data or expectations, and it was said; 2 the command was not
understood; 3 the machine failed (disk, memory), nothing was half-done.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from steelyard import __version__, commands
from steelyard.engine.problems import Refused

DONE, WRONG, MACHINE = 0, 1, 3


def main(argv: Sequence[str] | None = None) -> int:
    written = sys.argv[1:] if argv is None else argv
    person = any(word.partition("=")[0] == "--person" for word in written)
    arguments = _parser(person).parse_args(argv)
    try:
        return int(arguments.do(arguments))
    except Refused as refused:
        for problem in refused.problems:
            print(problem.line(arguments.language), file=sys.stderr)
        return WRONG
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  so that nothing complains on the way out
        return DONE
    except (OSError, MemoryError) as error:
        print(f"机器故障，未留下半成品 · the machine failed, nothing half-done: {error}", file=sys.stderr)
        return MACHINE


def _parser(person: bool) -> argparse.ArgumentParser:
    """``person``: with ``--person`` no unit and no indicator are named."""
    parser = argparse.ArgumentParser("steelyard", description="公平秤：从事实与规则到分数、位次、理由与证明")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="语言 language")
    parser.add_argument("--json", action="store_true", help="机器可读的小结 machine-readable summary")
    add = parser.add_subparsers(dest="command", required=True, metavar="命令 command")

    world = add.add_parser("world", help="生成参考省 write the reference province")
    world.add_argument("folder", type=Path)
    world.add_argument("--scale", choices=("small", "demo", "province"), default="demo")
    world.add_argument("--seed", type=int, default=1)
    world.set_defaults(do=commands.world)

    showing = add.add_parser("demo", help="参考省走一遍 the synthetic province, from files to ranked results")
    showing.add_argument("--out", type=Path, default=Path("out/demo"))
    showing.add_argument("--rules", type=Path, default=Path("examples/province"), help="规则与事实声明 rules and facts")
    showing.add_argument("--scale", choices=("small", "demo", "province"), default="demo")
    showing.add_argument("--seed", type=int, default=1)
    showing.add_argument("--sheets", choices=("none", "html", "pdf"), default="html")
    showing.add_argument("--threads", type=int, default=2)
    showing.set_defaults(do=commands.demo)

    trial = add.add_parser("try", help="试算用例 try spec cases on every engine")
    trial.add_argument("cases", type=Path)
    trial.add_argument("--engine", action="append", default=None, help="direct, duckdb, twin, spark")
    trial.set_defaults(do=commands.try_cases)

    loading = _on_bureau(add, "intake", "装载文件 load files by declaration")
    loading.add_argument("files", type=Path, nargs="+", help="文件或文件夹 files or folders")
    loading.set_defaults(do=commands.intake)

    running = _on_bureau(add, "run", "考评运行 evaluate a plan")
    running.add_argument("--plan")
    running.add_argument("--period", action="append", help="2026, 2026Q1, 2026-03; 可重复 repeatable")
    running.add_argument("--sheets", choices=("none", "html", "pdf"), default="html")
    running.add_argument("--threads", type=int, default=2)
    running.add_argument("--memory", default="2GB")
    running.add_argument("--engine", default="direct", help="direct, duckdb, spark://local, spark://HOST:PORT")
    running.add_argument(
        "--structure", type=date.fromisoformat, help="按某日的架构考评，历史随之归并 as organised on that day"
    )
    running.set_defaults(do=commands.run)

    explaining = _on_bureau(add, "explain", "说明得分 why a unit got these points")
    if not person:  # argparse fills optional positionals before it has seen what stands behind the options
        explaining.add_argument("unit", help="机构代码或名称 code or name")
        explaining.add_argument("indicator", help="指标代码或名称 identifier or name")
    explaining.add_argument("--person", help="人员代码或姓名：个人账户 the account of a person")
    explaining.add_argument("--plan")
    explaining.add_argument("--period")
    explaining.add_argument("--rows", action="store_true", help="列出计入的每一行及其出处 the rows behind each total")
    explaining.add_argument("--limit", type=_count, default=20, help="每项合计最多列几行，0 为全部 rows of each total")
    explaining.add_argument("--csv", type=Path, help="全部行写入此文件 all rows as a file for spreadsheets")
    explaining.set_defaults(do=commands.explain)

    viewing = _on_bureau(add, "structure", "按新旧架构看历史 past values in the structure of any day")
    viewing.add_argument("--value", required=True, help="如 e.g. 'sum(receipts.receipts)'")
    viewing.add_argument("--period", action="append", required=True, help="可重复 repeatable")
    viewing.add_argument(
        "--on",
        type=date.fromisoformat,
        action="append",
        help="哪天的架构，缺省首末两天 first and last day by default",
    )
    viewing.add_argument("--joined", action="store_true", help="有牵连的行合成一行 lines that share a unit are one")
    viewing.add_argument("--all", action="store_true", help="没有变动的行也列出 also lines that never changed")
    viewing.set_defaults(do=commands.structure)

    cleaning = _on_bureau(add, "cleaning", "清洗改变了什么 what data cleaning did to records and scores")
    cleaning.add_argument("--plan")
    cleaning.add_argument("--period", action="append")
    cleaning.add_argument("--limit", type=_count, default=20, help="最多列几个单位，0 为全部 units to list")
    cleaning.add_argument("--csv", type=Path, help="动过的每一处写入此文件 every touched cell, before and after")
    cleaning.set_defaults(do=commands.clean)

    comparing = _on_bureau(add, "reconcile", "两处说法核对 numbers that must agree, by reconcile/*.yaml")
    comparing.set_defaults(do=commands.reconcile_sources)

    replaying = add.add_parser("replay", help="重放旧运行 an old run again, to its old digest")
    replaying.add_argument("run", type=Path, help="runs/ 下的一次运行 one run below runs/")
    replaying.add_argument("--record", type=Path)
    replaying.set_defaults(do=commands.replay)

    recounting = add.add_parser("recount", help="抽样复核 drawn cells weighed again by the independent verifier")
    recounting.add_argument("run", type=Path, help="runs/ 下的一次运行 one run below runs/")
    recounting.add_argument(
        "--seed", required=True, help="公开的种子，结果确定之后再定 public, chosen after the results"
    )
    recounting.add_argument(
        "--sample", type=_some, help="抽几个单元；缺省为以 95%% 把握发现 1%% 差错所需的个数 cells to draw"
    )
    recounting.add_argument("--record", type=Path)
    recounting.set_defaults(do=commands.recount_sample)

    proving = add.add_parser("proof", help="得分的证明 the proof of a score, for the verifier")
    proving.add_argument("run", type=Path, help="runs/ 下的一次运行 one run below runs/")
    proving.add_argument("unit", help="机构代码或名称 code or name")
    proving.add_argument("indicator", nargs="?", help="指标代码或名称；缺省为总分 identifier or name, else the total")
    proving.add_argument("--period")
    proving.add_argument("--record", type=Path, help="数据档案 record of facts")
    proving.add_argument("-o", "--output", type=Path, required=True, help="写到哪个文件 file to write")
    proving.set_defaults(do=commands.proof)
    _rules(add)
    return parser


def _count(text: str) -> int:
    """A whole number that is not negative."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"不能为负 must not be negative: {text}")
    return number


def _some(text: str) -> int:
    """A whole number from one upwards."""
    if not (number := _count(text)):
        raise argparse.ArgumentTypeError("至少为 1 must be at least 1")
    return number


def _rules(add: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Commands that read rules and leave nothing behind."""
    checking = add.add_parser("check", help="检查规则 check rules before they are run")
    checking.add_argument("folder", type=Path, help="规则与事实声明所在文件夹 folder with rules/ and facts/")
    checking.add_argument("--record", type=Path, help="数据档案 record of facts, by default FOLDER/record")
    checking.add_argument("--period", help="以该周期的数据检查目标 try targets on the data of this period")
    checking.set_defaults(do=commands.check)

    schema = add.add_parser("schema", help="编辑器用的 JSON Schema for editors")
    schema.add_argument("--kind", choices=("book", "indicator", "plan", "persons", "facts", "cases"))
    schema.set_defaults(do=commands.print_schema)

    text = add.add_parser("text", help="印出考评细则 rules as sentences")
    text.add_argument("folder", type=Path)
    text.add_argument("indicator", nargs="?", help="指标标识或名称 identifier or name")
    text.add_argument("--english", action="store_true")
    text.set_defaults(do=commands.tell)

    planning = _on_bureau(add, "plan", "规则变动会怎样 what changed rules would do")
    planning.add_argument("new", type=Path, help="新规则所在文件夹 folder with the new rules")
    planning.add_argument("--plan")
    planning.add_argument("--period", action="append")
    planning.set_defaults(do=commands.plan)


def _on_bureau(
    add: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    """A command on one bureau's folder, at one knowledge time."""
    command = add.add_parser(name, help=text)
    command.add_argument("folder", type=Path, help="规则与事实声明所在文件夹 folder with rules/ and facts/")
    command.add_argument("--record", type=Path, help="数据档案 record of facts, by default FOLDER/record")
    command.add_argument("--known-at", type=datetime.fromisoformat, help="知悉时间 knowledge time")
    return command


if __name__ == "__main__":
    sys.exit(main())
