"""Pages printed from the code: ``python -m tools.pages`` writes them, a test tells when they are old."""

from __future__ import annotations

import ast
import importlib
import json
import os
import pkgutil
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import django

import steelyard
from steelyard.engine.checking.registry import CHECKS, STAGE_NAMES, STAGES
from steelyard.engine.problems import CATALOGUE
from tools import manual

ROOT = Path(__file__).resolve().parent.parent

PROBLEMS = """\
# 问题一览 · All problems

每一种可能出错的情形都有一个代码和两种语言的说明；花括号中是运行时填入的内容。程序和测试只比较代码，从不比较句子。
本页由 `make docs` 生成，请改代码旁的词句，不要改本页。

Everything that can be wrong has a code and words in two languages; braces are filled when it happens. Programs and
tests compare codes, never sentences. `make docs` prints this page: change the words beside the code, not here.
"""


def problems() -> str:
    """Every code of the catalogue under its own heading, so that ``problems.md#code`` is its address."""
    import_all()
    told = [f"\n## {code}\n\n{CATALOGUE.words(code, 'zh')}\n\n{CATALOGUE.words(code, 'en')}\n" for code in CATALOGUE]
    return PROBLEMS + "".join(told)


CHECKS_PAGE = """\
# 检查一览 · All checks

`steelyard check` 分阶段检查规则：写法和形状读入时就已检查；以下各项按阶段进行，一个阶段有错误就不进入下一个，
同一阶段的问题一次报齐。每一项是一个小函数，它的说明就是这里的文字。本页由 `make docs` 生成，请改函数的说明。

Rules are checked in stages; a stage with errors stops the next, and all problems of a stage come together. Every check
is one small function and its docstring is what stands here: `make docs` prints this page. How to add one:
[how-to/add-a-check.md](how-to/add-a-check.md).
"""


def checks() -> str:
    """Every check by stage, in the order of its room, with the code that it reports."""
    import_all()
    told = []
    for stage in STAGES:
        told.append("\n## {} · {}\n".format(*STAGE_NAMES[stage]))
        found = [check for check in CHECKS if check.stage == stage]
        told += [f"\n### [{check.code}](problems.md#{check.code})\n\n{check.manual}\n" for check in found]
    return CHECKS_PAGE + "".join(told)


def house_map() -> str:
    """The map; the lists between its markers are made anew from the first sentences of the files.

    ``<!-- files FOLDER -->`` lists the folder's own files, ``<!-- rooms FOLDER -->`` every room in it as well.
    """
    written = (ROOT / "docs/map.md").read_text("utf8")
    block = re.compile(r"(<!-- (files|rooms) (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
    listed = {"files": _files, "rooms": _rooms}
    return block.sub(lambda found: f"{found[1]}\n{listed[found[2]](ROOT / found[3])}\n{found[4]}", written)


def _files(folder: Path) -> str:
    files = sorted(file for file in folder.glob("*.py") if file.name != "__init__.py")
    return "".join(f"- `{file.relative_to(ROOT)}` - {_says(file)}\n" for file in files)


def _rooms(folder: Path) -> str:
    rooms = sorted(path for path in folder.iterdir() if path.name != "migrations" and any(path.glob("*.py")))
    headed = [f"### {room.relative_to(ROOT)}\n\n{_says(room / '__init__.py')}\n\n{_rooms(room)}" for room in rooms]
    return "\n".join(part for part in (_files(folder), *headed) if part)


def _says(file: Path) -> str:
    """The first paragraph of a file's docstring on one line; empty when it has none, which a test refuses."""
    told = ast.get_docstring(ast.parse(file.read_text("utf8"))) if file.exists() else None
    return " ".join((told or "").split("\n\n")[0].split())


def interface() -> str:
    """The document of the API, as a site serves it below ``/api/v1/openapi.json``."""
    import_all()
    api = importlib.import_module("steelyard.web.api.interface").api
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/map.md": house_map,
    "docs/problems.md": problems,
    "docs/checks.md": checks,
    "docs/api/openapi.json": interface,
    **manual.pages(),
}


def import_all() -> None:
    """Rooms register their words when they are imported, so the catalogue is full only after all of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.web.site.settings")
    django.setup()
    for module in pkgutil.walk_packages(steelyard.__path__, "steelyard."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def main() -> None:
    for name, page in PAGES.items():
        (ROOT / name).parent.mkdir(exist_ok=True)
        (ROOT / name).write_text(page(), "utf8")
        print(f"· {name}")


if __name__ == "__main__":
    main()
