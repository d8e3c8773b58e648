"""What can be written behind ``steelyard``: every command with its arguments, each described in both languages."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from steelyard import __version__
from steelyard.commands.health.arguments import arguments as of_health

_OPTIONAL = ("unit", "indicator")
_FOLDER = "规则与事实声明所在文件夹 folder with rules/ and facts/"
_RECORD = "数据档案，缺省 文件夹/record record of facts, by default FOLDER/record"
_RECORD_RUNS = f"{_RECORD}；给出时结果写在它旁边的 runs/ results go to runs/ beside it"
_KNOWN = "知悉时间：只用当时已到的数据 knowledge time: only what had arrived by then"
_ARRIVED = "这批数据何时为人所知，缺省为现在 when these data became known, by default now"
_RUN = "runs/ 下的一次运行 one run below runs/"
_RUN_RECORD = "数据档案，缺省为运行旁边的 record/ record of facts, by default record/ beside runs/"
_PLAN = "哪个考评计划，只有一个时可省 which plan, needless if there is one"
_SEVERAL = "可重复，数据合读一遍 repeatable, facts are read once"
_PERIOD = "2026, 2026Q1, 2026-03；缺省为计划年度 by default the plan's year"
_PERIODS = f"{_PERIOD}；可重复 repeatable"
_SEED = "合成数据的种子，相同则数据相同 seed of the synthetic data"
_SCALE = "数据多少：小、演示、整个省 how much data"
_SHEETS = "报告单：不写、网页、网页与 PDF sheets: none, web pages, also PDF"
_SITE = "网站所在文件夹 the home folder of the site"
_THREADS = "用几个处理器核 how many processor cores"

Adding = Callable[[str, str], argparse.ArgumentParser]

_SAID = (
    (r"^argument ([^:]+): ", r"参数 argument \1: "),
    (r"the following arguments are required: ", "还须写明 the following arguments are required: "),
    (r"expected one argument$", "后面须有一个值 expected one argument"),
    (r"expected at least one argument$", "后面至少须有一个值 expected at least one argument"),
    (r"ambiguous option: (.*) could match (.*)$", r"选项不止一个 ambiguous option: \1，可写 could match \2"),
    (r"ignored explicit argument (.*)$", r"后面不能有值 ignored explicit argument \1"),
    (r"invalid choice: ('.*') \(choose from (.*)\)$", r"不能是 must not be \1，可写 choose from \2"),
)
"""What argparse says, and what we say: its own words are English only."""


class _Parser(argparse.ArgumentParser):
    """Says in both languages what it does not understand, which word was meant perhaps, and where to look it up."""

    def error(self, message: str) -> NoReturn:
        super().error(f"{_told(message)}{_meant(message)}\n{self.prog} --help 说明写法 tells what can be written")


def _told(message: str) -> str:
    for pattern, words in _SAID:
        message = re.sub(pattern, words, message)
    return message


def _meant(message: str) -> str:
    """The allowed word that is nearest to the one written, if any is near."""
    found = re.search(r"invalid choice: '(.*)' \(choose from (.*)\)$", message)
    allowed = [word.strip("'") for word in found[2].split(", ")] if found else []  # later Pythons write no quotes
    near = get_close_matches(found[1], allowed, 1) if found else []
    return "".join(f"；是否想写 did you mean '{word}'?" for word in near)


def read(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments as read. Ends the program with 2 when they cannot be understood, as argparse does.

    argparse gives up on an optional positional once it has met an option; such a word is filled in here.
    """
    parser, commands = _parser()
    arguments, left = parser.parse_known_args(argv)
    for word in left:
        name = next((name for name in _OPTIONAL if getattr(arguments, name, "") is None), None)
        if name is None or word.startswith("-"):
            commands[arguments.command].error("看不懂 not understood: " + " ".join(left))
        setattr(arguments, name, word)
    return arguments


def _parser() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """The parser of all, and that of each command."""
    parser = _Parser("steelyard", description="公平秤：从事实与规则到分数、位次、理由与证明")
    parser.add_argument("--version", action="version", version=__version__)
    _common(parser, "zh", False)
    common = _Parser(add_help=False)
    _common(common, argparse.SUPPRESS, argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令 command")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[common])

    _showing(add)
    _working(add)
    _asking(add)
    _watching(add)
    _people(add)
    _holding(add)
    _lab(add)
    of_health(add("health", "绩效体检报告，可独立复核 health checks of units, for the verifier"), _RUN, _whole)
    _rules(add)
    _site(add)
    _keeping(add)
    return parser, commands.choices


def _common(parser: argparse.ArgumentParser, language: str, json: bool | str) -> None:
    """Understood before and after the command; what stands after it must not undo what stood before."""
    parser.add_argument("--language", choices=("zh", "en"), default=language, help="语言 language")
    parser.add_argument("--json", action="store_true", default=json, help="机器可读的小结 machine-readable summary")


def _showing(add: Adding) -> None:
    """The synthetic province, and cases."""
    world = add("world", "生成参考省 write the reference province")
    world.add_argument("folder", type=Path, help="写到哪个新文件夹 a new folder")
    _synthetic(world)

    demo = add("demo", "参考省走一遍 the synthetic province, from files to ranked results")
    demo.add_argument("--out", type=Path, default=Path("out/demo"), help="写到哪里 where to write (%(default)s)")
    demo.add_argument("--rules", type=Path, default=Path("examples/province"), help=f"{_FOLDER} (%(default)s)")
    _synthetic(demo)
    _publishing(demo)

    trial = add("try", "试算用例 try spec cases on every engine")
    trial.add_argument("cases", type=Path, help="用例文件或文件夹，与 book.yaml 同在 cases, beside their book.yaml")
    trial.add_argument("--engine", action="append", help="direct, duckdb, twin；可重复 repeatable")


def _synthetic(command: argparse.ArgumentParser) -> None:
    command.add_argument("--scale", choices=("small", "demo", "province"), default="demo", help=f"{_SCALE} (demo)")
    command.add_argument("--seed", type=_whole, default=1, help=f"{_SEED} (%(default)s)")


def _publishing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--sheets", choices=("none", "html", "pdf"), default="html", help=f"{_SHEETS} (html)")
    command.add_argument("--threads", type=_whole, default=2, help=f"{_THREADS} (%(default)s)")


def _working(add: Adding) -> None:
    """Files in, scores out."""
    loading = _on_bureau(add, "intake", "装载文件 load files by declaration", known_at=_ARRIVED)
    loading.add_argument("files", type=Path, nargs="+", help="文件或文件夹 files or folders")

    running = _on_bureau(add, "run", "考评运行 evaluate a plan", _RECORD_RUNS)
    running.add_argument("--plan", action="append", help=f"{_PLAN}；{_SEVERAL}")
    running.add_argument("--period", action="append", help=_PERIODS)
    _publishing(running)
    running.add_argument("--memory", default="2GB", help="数据库可用的内存 memory for the database (%(default)s)")
    running.add_argument("--engine", default="direct", help="direct, duckdb, spark://local, spark://HOST:PORT (direct)")
    running.add_argument("--structure", type=_day, help="按某日的架构考评，历史随之归并 as organised on a day")


def _asking(add: Adding) -> None:
    """Why, what then, what before."""
    text = "说明得分 why a unit got these points"
    explaining = _on_bureau(add, "explain", text)
    explaining.usage = (
        "steelyard explain [选项 options] folder unit [indicator]\n"
        "       steelyard explain [选项 options] folder --person PERSON"
    )
    explaining.add_argument("unit", nargs="?", help="机构代码或名称 code or name")
    explaining.add_argument("indicator", nargs="?", help="指标代码或名称；缺省列出各项 identifier or name, else all")
    explaining.add_argument("--person", help="人员代码或姓名：个人账户 the account of a person")
    explaining.add_argument("--plan", help=_PLAN)
    explaining.add_argument("--period", help=_PERIOD)
    explaining.add_argument("--rows", action="store_true", help="列出计入的每一行及其出处 the rows behind each total")
    explaining.add_argument("--limit", type=_count, default=20, help="每项合计最多列几行，0 为全部 rows of each total")
    explaining.add_argument("--csv", type=Path, help="全部行写入此文件 all rows as a file for spreadsheets")

    viewing = _on_bureau(add, "structure", "按新旧架构看历史 past values in the structure of any day")
    viewing.add_argument("--value", required=True, help="如 e.g. 'sum(receipts.receipts)'")
    viewing.add_argument("--period", action="append", required=True, help="2026, 2026Q1, 2026-03；可重复 repeatable")
    viewing.add_argument(
        "--on",
        type=_day,
        action="append",
        help="哪天的架构，缺省首末两天 first and last day by default",
    )
    viewing.add_argument("--joined", action="store_true", help="有牵连的行合成一行 lines that share a unit are one")
    viewing.add_argument("--all", action="store_true", help="没有变动的行也列出 also lines that never changed")

    cleaning = _on_bureau(add, "cleaning", "清洗改变了什么 what data cleaning did to records and scores")
    cleaning.add_argument("--plan", help=_PLAN)
    cleaning.add_argument("--period", action="append", help=_PERIODS)
    cleaning.add_argument("--limit", type=_count, default=20, help="最多列几个单位，0 为全部 units to list")
    cleaning.add_argument("--csv", type=Path, help="动过的每一处写入此文件 every touched cell, before and after")

    planning = _on_bureau(add, "plan", "规则变动会怎样 what changed rules would do")
    planning.add_argument("new", type=Path, help="新规则所在文件夹 folder with the new rules")
    planning.add_argument("--plan", help=_PLAN)
    planning.add_argument("--period", action="append", help=_PERIODS)


def _watching(add: Adding) -> None:
    """What of a plan needs looking at in the course of the year."""
    watching = _on_bureau(add, "watch", "监控：预警、信号、恐难达标 limits, signals and targets at risk")
    watching.add_argument("--plan", help=_PLAN)
    watching.add_argument("--month", help="已结的最后一月 2026-06；缺省上个月 last closed month, by default last month")
    watching.add_argument("--backtest", action="store_true", help="回测已结的一年 judge the forecasts of a closed year")
    watching.add_argument("--limit", type=_count, default=0, help="每个问题列几行 rows of each issue (%(default)s)")


def _people(add: Adding) -> None:
    """Who was on which post, and what the unit's points are to its people."""
    holding = _on_bureau(add, "who", "谁在某日任某岗 who held a post on a day")
    holding.add_argument("post", help="岗位代码或名称 code or name of the post")
    holding.add_argument("--on", type=_day, help="哪一天，缺省今天 which day, by default today")

    asking = _on_bureau(add, "people", "个人：影响度、贡献、手工录入 what points are to people")
    kinds = ("influence", "contributions", "inputs")
    words = "影响度、贡献、手工录入 worth of a point, whose work it is, what is typed in"
    asking.add_argument("what", choices=kinds, help=words)
    asking.add_argument("unit", nargs="?", help="机构代码或名称 code or name")
    asking.add_argument("indicator", nargs="?", help="指标代码或名称 identifier or name")
    asking.add_argument("--plan", help=_PLAN)
    asking.add_argument("--period", help=_PERIOD)

    trading = _on_bureau(add, "exchange", "与人事系统交换文件 files to and from the personnel system")
    trading.add_argument("--out", type=Path, help="写出登记册（和结果）到哪个文件夹 write files into this folder")
    trading.add_argument("--format", choices=("csv", "xlsx"), default="csv", help="写成哪种 kind of file (csv)")
    trading.add_argument("--run", type=Path, help=f"{_RUN}：一并写出个人结果和账户 also its results of persons")
    trading.add_argument("--take", type=Path, nargs="+", help="检查并装载对方的登记册 try registers and load them")
    trading.add_argument(
        "--check", type=Path, nargs="+", help="检查对方的文件是否合约定 try files against the contract"
    )

    booking = add("ledger", "个人账户总账 every entry of a person, run after run")
    booking.add_argument("person", help="人员代码 code of the person")
    booking.add_argument("runs", type=Path, nargs="+", help="依公布先后 runs in the order of publication")


def _holding(add: Adding) -> None:
    """Published numbers held against something else."""
    _on_bureau(add, "reconcile", "两处说法核对 numbers that must agree, by reconcile/*.yaml")

    replaying = add("replay", "重放旧运行 an old run again, to its old digest")
    replaying.add_argument("run", type=Path, help=_RUN)
    replaying.add_argument("--record", type=Path, help=_RUN_RECORD)

    recounting = add("recount", "抽样复核 drawn cells weighed again by the independent verifier")
    recounting.add_argument("run", type=Path, help=_RUN)
    recounting.add_argument(
        "--seed", required=True, help="公开的种子，结果确定之后再定 public, chosen after the results"
    )
    recounting.add_argument(
        "--sample", type=_some, help="抽几个单元；缺省为以 95%% 把握发现 1%% 差错所需的个数 cells to draw"
    )
    recounting.add_argument("--record", type=Path, help=_RUN_RECORD)

    proving = add("proof", "得分的证明 the proof of a score, for the verifier")
    proving.add_argument("run", type=Path, help=_RUN)
    proving.add_argument("unit", help="机构代码或名称 code or name")
    proving.add_argument("indicator", nargs="?", help="指标代码或名称；缺省为总分 identifier or name, else the total")
    proving.add_argument("--period", help="运行中的哪个周期，缺省最后一个 which of the run, by default the last")
    proving.add_argument("--record", type=Path, help=_RUN_RECORD)
    proving.add_argument("-o", "--output", type=Path, required=True, help="写到哪个文件 file to write")


def _lab(add: Adding) -> None:
    """Indicators looked at, and what follows from it."""
    looking = _on_run(add, "lab", "指标质量：保留、修改、停用 which indicators to keep, mend and retire")
    looking.add_argument("indicator", nargs="?", help="指标代码或名称：逐条准则和各期证据 one indicator's evidence")

    proposing = add("candidates", "由反复出现的问题拟候选指标 new indicators from recurrent problems")
    proposing.add_argument("folder", type=Path, help="monitors.yaml 所在文件夹 folder with monitors.yaml")
    proposing.add_argument("run", type=Path, help=_RUN)
    proposing.add_argument("--record", type=Path, help=_RUN_RECORD)
    proposing.add_argument("--limit", type=_some, default=12, help="最多几项 how many (%(default)s)")

    following = _on_run(add, "next", "下一年计划草稿：停用、收紧、保留 next year's plan as a draft")
    following.add_argument("--refuse", action="append", default=[], help="不采纳哪一条的编号 a line nobody wants")
    following.add_argument("-o", "--output", type=Path, help="草稿写到哪个文件 file to write the draft to")


def _on_run(add: Adding, name: str, text: str) -> argparse.ArgumentParser:
    command = add(name, text)
    command.add_argument("run", type=Path, help=_RUN)
    command.add_argument("--record", type=Path, help=_RUN_RECORD)
    return command


def _rules(add: Adding) -> None:
    """Commands that read rules and leave nothing behind."""
    checking = add("check", "检查规则 check rules before they are run")
    checking.add_argument("folder", type=Path, help=_FOLDER)
    checking.add_argument("--record", type=Path, help=_RECORD)
    checking.add_argument("--period", help="以该周期的数据检查目标 try targets on the data of this period")

    schema = add("schema", "编辑器用的 JSON Schema for editors")
    kinds = ("book", "indicator", "plan", "persons", "document", "duty", "task", "tolerance", "facts", "cases")
    schema.add_argument("--kind", choices=kinds, help="哪种文件，缺省全部 kind of file, by default all")

    text = add("text", "印出考评细则 rules as sentences")
    text.add_argument("folder", type=Path, help=_FOLDER)
    text.add_argument(
        "indicator", nargs="?", help="指标、文件、岗责、重点工作的标识或名称，缺省全部 name of one, by default all"
    )
    text.add_argument(
        "--read", type=Path, metavar="FILE", help="由细则文字拟出规则草稿 a draft of rules from the text of a file"
    )
    text.add_argument("--english", action="store_true", help="同 the same as --language en")

    matching = add("match", "指标与岗责自动匹配 which duties carry each indicator, and how good that is")
    matching.add_argument("folder", type=Path, help=_FOLDER)
    matching.add_argument("--labels", type=Path, metavar="FILE", help="人工标注，据以衡量 hold it against these labels")


def _keeping(add: Adding) -> None:
    """A site that is there tomorrow as well."""
    backing = add("backup", "备份网站 back up a site into one sealed file")
    backing.add_argument("folder", type=Path, help=_SITE)
    backing.add_argument("file", type=Path, help="写到哪个文件 file to write")
    backing.add_argument("--key", type=Path, required=True, help="密钥文件，没有则新建 key file, made if there is none")

    restoring = add("restore", "从备份恢复网站 restore a site from a backup")
    restoring.add_argument("file", type=Path, help="备份文件 the backup")
    restoring.add_argument("folder", type=Path, help="恢复到哪个新文件夹 a new folder")
    restoring.add_argument("--key", type=Path, required=True, help="备份时的密钥文件 the key of the backup")
    restoring.add_argument("--database", help="PostgreSQL 的 URL，缺省用 SQLite a PostgreSQL URL, by default SQLite")

    looking = add("doctor", "检查网站有无不安全的设置 look for unsafe settings")
    looking.add_argument("folder", type=Path, help=_SITE)
    looking.add_argument("--backups", type=Path, help="备份放在哪个文件夹 where backups are kept")


def _site(add: Adding) -> None:
    """The site and its processes."""
    making = add("site", "建立网站 set up a site")
    making.add_argument("folder", type=Path, help=_SITE)
    making.add_argument("--bureau", type=Path, required=True, help=_FOLDER)
    making.add_argument("--record", type=Path, help=_RECORD)

    serving = add("serve", "打开网站 serve a site")
    serving.add_argument("folder", type=Path, help=_SITE)
    serving.add_argument("--port", type=_whole, help="端口，缺省见 site.toml port, by default that of site.toml")

    verifying = add("verify", "核验审计链与检查点 verify the audit trail against its checkpoints")
    verifying.add_argument("folder", type=Path, help=_SITE)
    witness = "见证人保存的检查点 a witness's copies"
    verifying.add_argument("--witness", type=Path, action="append", default=[], help=witness)

    working = add("work", "执行网站的后台任务 do the jobs of a site")
    working.add_argument("folder", type=Path, help=_SITE)


def _on_bureau(
    add: Adding, name: str, text: str, record: str = _RECORD, known_at: str = _KNOWN
) -> argparse.ArgumentParser:
    """A command on one bureau's folder, at one knowledge time."""
    command = add(name, text)
    command.add_argument("folder", type=Path, help=_FOLDER)
    command.add_argument("--record", type=Path, help=record)
    command.add_argument("--known-at", type=_moment, help=known_at)
    return command


def _moment(text: str) -> datetime:
    """A local time. An offset is refused: the record keeps local times, and the machine may stand in another zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"写作 write it as 2027-03-01T09:30:00: {text}") from None
    if moment.tzinfo is not None:
        raise argparse.ArgumentTypeError(f"请写本地时间，不带时区 write local time without an offset: {text}")
    return moment


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"写作 write it as 2027-03-01: {text}") from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应为整数 must be a whole number: {text}") from None


def _count(text: str) -> int:
    """A whole number that is not negative."""
    number = _whole(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"不能为负 must not be negative: {text}")
    return number


def _some(text: str) -> int:
    """A whole number from one upwards."""
    if not (number := _count(text)):
        raise argparse.ArgumentTypeError("至少为 1 must be at least 1")
    return number
