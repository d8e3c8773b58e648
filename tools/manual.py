"""The manual for rule authors, printed from its teaching cases: rule, facts, clause, results, and every step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from steelyard.bureau.asking.trying import ENGINES
from steelyard.engine.model.book import RuleBook
from steelyard.engine.trying.cases import Cases, case_table, read_cases
from steelyard.engine.trying.outcomes import Answer, answered
from steelyard.engine.trying.tables import TextTable, table
from tools.worked import Worked

MANUAL = Path(__file__).resolve().parent.parent / "docs/manual"
CASES = MANUAL / "cases"
LAST = "not-yet.md"


@dataclass(frozen=True)
class Section:
    """One story of a chapter: the rules as written, and the case that tries them."""

    number: str
    written: str
    cases: Cases
    worked: Worked


@dataclass(frozen=True)
class Chapter:
    """``title`` and ``about`` in Chinese and English, from the comment that opens the file."""

    file: str
    title: tuple[str, str]
    about: tuple[str, str]
    sections: tuple[Section, ...]


def pages() -> dict[str, Callable[[], str]]:
    """Every printed page by its path."""
    chapters = sorted(path.stem for path in CASES.glob("*.yaml") if path.stem != "book")
    found: dict[str, Callable[[], str]] = {f"docs/manual/{name}.md": _printer(name) for name in chapters}
    return {"docs/manual/README.md": lambda: _index([chapter(name) for name in chapters]), **found}


def _printer(name: str) -> Callable[[], str]:
    return lambda: _page(chapter(name))


@cache
def chapter(name: str) -> Chapter:
    shared, text = (CASES / "book.yaml").read_text("utf8"), (CASES / f"{name}.yaml").read_text("utf8")
    (file,) = read_cases([("book.yaml", shared), (f"{name}.yaml", text)])
    title, about = _opening(text)
    number = int(name.split("-")[0])
    sections = tuple(
        Section(f"{number}.{at}", written, cases, _worked(book, cases))
        for at, (written, book, cases) in enumerate(zip(_rules(text), file.books, file.groups, strict=True), start=1)
    )
    return Chapter(name, title, about, sections)


def _worked(book: RuleBook, cases: Cases) -> Worked:
    answer: Answer = answered(book, cases, ENGINES["duckdb"])
    return Worked(book, cases, answer)


def _opening(text: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """``# 中文 · English``, then a paragraph in each language, parted by empty comment lines."""
    lines = [line.removeprefix("#").strip() for line in text.splitlines()[: _first_rule(text)]]
    title, zh, en = ("\n".join(lines).strip() + "\n").split("\n\n")
    chinese, english = title.split(" · ")
    return (chinese, english), (zh.replace("\n", ""), en.strip().replace("\n", " "))


def _first_rule(text: str) -> int:
    return next(at for at, line in enumerate(text.splitlines()) if not line.startswith("#"))


def _rules(text: str) -> Iterator[str]:
    """The rules before each case, as they are written."""
    rules: list[str] = []
    body = "\n".join(text.splitlines()[_first_rule(text) :])
    for document in re.split(r"^---\n", body, flags=re.MULTILINE):
        if document.startswith("cases:"):
            yield "---\n".join(rules).strip()
            rules = []
        else:
            rules.append(document)


_PAGE = """\
# {title}

{about}

{sections}
[目录](README.md) · 用例 [cases/{file}.yaml](cases/{file}.yaml)，测试在两个引擎上逐位核对。本页由 `make docs` 印出。

---

# {english_title}

{english_about} Rules, facts and results stand above under the same numbers; here are the stories, the clauses and the
steps in English.

{english_sections}
[Contents](README.md) · cases in [cases/{file}.yaml](cases/{file}.yaml), tried on both engines by every test; printed by
`make docs`.
"""


def _page(found: Chapter) -> str:
    return _PAGE.format(
        file=found.file,
        title=found.title[0],
        about=found.about[0],
        sections="\n".join(_section(section) for section in found.sections),
        english_title=found.title[1],
        english_about=found.about[1],
        english_sections="\n".join(_in_english(section) for section in found.sections),
    )


def _section(section: Section) -> str:
    cases, worked = section.cases, section.worked
    parts = [
        f"## {section.number} {cases.name}",
        _joined(cases.about),
        f"```yaml\n{section.written}\n```" if section.written else "",
        "**印成考评细则**",
        _quoted(worked.clauses("zh")),
        "**已知**",
        *_given(cases),
        "**应得**",
        *(_markdown(expected, worked.heading, worked.shown) for expected in worked.expected()),
        "**怎样算出**",
        _fenced(worked.steps("zh")),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _in_english(section: Section) -> str:
    english = section.cases.english
    assert english is not None, f"{section.cases.cases} has no English"
    parts = [
        f"## {section.number} {english.name}",
        english.about,
        _quoted(section.worked.clauses("en")),
        _fenced(section.worked.steps("en")),
    ]
    return "\n\n".join(parts) + "\n"


def _quoted(lines: Iterator[str]) -> str:
    """A quotation in which every clause is a paragraph."""
    return "\n>\n".join(f"> {line}" for line in lines if line)


def _joined(text: str) -> str:
    """Folded YAML puts a space where a line ended; Chinese has none there, but beside Latin letters and digits."""
    return re.sub(
        r"(?<=[\u3000-\uffef]) (?=[\u3000-\uffef])|(?<=[，。；：、（）]) | (?=[，。；：、（）])", "", text.strip()
    )


def _given(cases: Cases) -> Iterator[str]:
    if cases.units:
        yield "单位 units\n\n" + _markdown(table(cases.units, cases.place("units")), lambda key: _attribute(cases, key))
    for name in cases.facts:
        if name in cases.given:
            columns = case_table(cases, name)
            heading = lambda key, columns=columns: _named(columns.columns[key].name, key)  # noqa: E731
            yield f"{_named(columns.name, name)}\n\n" + _markdown(
                table(cases.given[name], cases.place("given", name)), heading
            )
    if cases.holdings:
        yield "任职 holdings\n\n" + _markdown(table(cases.holdings, cases.place("holdings")), _of_holding)


_COMMON: Mapping[str, str] = {"unit": "单位", "class": "类别", "on": "日期", "officer": "人员"}
_HOLDING: Mapping[str, str] = {
    "person": "人员",
    "post": "岗位",
    "duty": "职责",
    "unit": "单位",
    "from": "自",
    "to": "至",
}


def _attribute(cases: Cases, key: str) -> str:
    return _named(cases.words.get(f"unit.{key}", key), key)


def _of_holding(key: str) -> str:
    return _named(_HOLDING.get(key, key), key)


def _named(name: str, key: str) -> str:
    name = _COMMON.get(key, key) if name == key else name
    return key if name == key else f"{name} `{key}`"


def _as_is(_: str, __: Mapping[str, str | None], cell: str) -> str:
    return cell


def _markdown(
    found: TextTable,
    heading: Callable[[str], str],
    shown: Callable[[str, Mapping[str, str | None], str], str] = _as_is,
) -> str:
    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cells)} |"

    rows = [
        line([shown(key, record, cell) if (cell := record[key]) is not None else "" for key in found.header])
        for record in found.records()
    ]
    return "\n".join([line([heading(key) for key in found.header]), line(["---"] * len(found.header)), *rows])


def _fenced(lines: Sequence[str]) -> str:
    return "```text\n" + "\n".join(lines) + "\n```"


_INDEX = """\
# 规则作者手册 · The manual for rule authors

写给制定考评规则的人，不需要会编程。每一页是几个小故事：规则怎样写，它印成考评细则是哪句话，给它几行数据，得多少分，
每一步怎样算出。页上的规则和数字都是测试用例，每次测试都在两个引擎上逐位核对，所以手册说的就是程序算的。
照着做：把 `cases/` 里一章的用例和同一处的 `book.yaml`（全书约定）抄到自己的文件夹，改几个数，运行
`.venv/bin/steelyard try 文件夹`。

For those who make the rules; no programming is needed. Each page tells small stories: how a rule is written, which
clause it prints, what a few rows of data give, and every step of the arithmetic. Rules and figures on these pages are
test cases, tried on both engines, so the manual says what the program does. To try for yourself, copy a file of
`cases/` with its `book.yaml` to a folder of your own, change a few numbers, and run `.venv/bin/steelyard try FOLDER`.
English follows Chinese on each page.

| | 章 | chapter |
|---|---|---|
{rows}
| | [语言还不能说的]({last}) | [What the language cannot say yet]({last}) |

每个写法的中文名和意思，编辑器里也有：`steelyard schema > schema.json`。检查会提什么：[../checks.md](../checks.md)。
一个词在中文、英文和代码里各叫什么：[../glossary.md](../glossary.md)。一百多条真实公布的规则：`examples/corpus`。

Every key with its meaning for editors: `steelyard schema`. What the check says: [../checks.md](../checks.md). Words:
[../glossary.md](../glossary.md). More than a hundred published rules: `examples/corpus`.
"""


def _index(chapters: Sequence[Chapter]) -> str:
    rows = "\n".join(
        f"| {number} | [{found.title[0]}]({found.file}.md) | [{found.title[1]}]({found.file}.md) |"
        for number, found in enumerate(chapters, start=1)
    )
    return _INDEX.format(rows=rows, last=LAST)
