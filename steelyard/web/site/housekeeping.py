"""``steelyard backup``, ``restore`` and ``doctor``."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from steelyard.bureau.asking.checking import checked
from steelyard.engine.problems import Problem, Refused
from steelyard.web.configuration import Configuration, read
from steelyard.web.keeping.doctor import Looked, unsafe
from steelyard.web.keeping.restoring import unpack
from steelyard.web.keeping.sealing import key_in
from steelyard.web.site.databases import reached
from steelyard.web.site.serving import attach, ready

if TYPE_CHECKING:
    from steelyard.web.keeping.backing import Taken


@reached()
def backup(arguments: argparse.Namespace) -> int:
    """One sealed file. The key stays here: without it nobody can read the backup, us included."""
    configuration = ready(arguments.folder)
    from steelyard.web.keeping.backing import back_up  # its tables are there once Django is set up

    taken = back_up(configuration, arguments.file, key_in(arguments.key, make=True), timezone.localtime())
    _tell(arguments, taken, ("已备份；密钥 {key} 请另处保管", "backed up; keep the key {key} elsewhere"))
    return 0


@reached()
def restore(arguments: argparse.Namespace) -> int:
    """All of the site, or nothing: what was begun is taken away again when it cannot be finished."""
    taken = unpack(arguments.file, arguments.folder, key_in(arguments.key), arguments.database or "")
    try:
        ready(arguments.folder)
        from steelyard.web.keeping.loading import load_rows  # its tables are there once Django is set up

        load_rows(arguments.folder, taken)
    except BaseException:
        shutil.rmtree(arguments.folder, ignore_errors=True)
        raise
    after = ("已恢复；请再运行 steelyard verify 与 doctor", "restored; now run steelyard verify and doctor")
    _tell(arguments, taken, after)
    return 0


def doctor(arguments: argparse.Namespace) -> int:
    """Everything unsafe, a line each; 1 when there is anything."""
    configuration = read(arguments.folder)
    problems = unsafe(Looked(configuration, datetime.now().astimezone(), arguments.backups))
    problems += _inside(configuration)
    lines = [problem.line(arguments.language) for problem in problems]
    if arguments.json:
        told = zip(problems, lines, strict=True)
        print(json.dumps([{"code": one.code, "words": line} for one, line in told], ensure_ascii=False))
    else:
        print("\n".join(lines) or ("没有发现问题" if arguments.language == "zh" else "nothing found"))
    return 1 if problems else 0


def _inside(configuration: Configuration) -> list[Problem]:
    """What keeps the site from its database, and mistakes of the rules that stand in it: declarations that changed in
    the folder may no longer fit them. The database of SQLite is made when the site is served for the first time."""
    if not configuration.database and not (configuration.home / "site.sqlite3").is_file():
        return []
    attach(configuration.home)
    from steelyard.web.library import rules  # needs the site's settings

    try:
        with reached():
            connection.ensure_connection()
            found = checked(rules.bureau()).problems if rules.edition() else ()
    except Refused as refused:
        return list(refused.problems)
    return [one for one in found if one.severity == "error"]


def _tell(arguments: argparse.Namespace, taken: Taken, words: tuple[str, str]) -> None:
    """What a backup holds, and what to do next."""
    found = {"made": taken.made, "batch": taken.batch, "files": len(taken.files), "rows": sum(taken.rows.values())}
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
        return
    counted = ("{made}：{files} 个文件，{rows} 行", "{made}: {files} files, {rows} rows")
    at = 0 if arguments.language == "zh" else 1
    print(counted[at].format(**found), words[at].format(key=arguments.key), sep="\n", file=sys.stderr)
