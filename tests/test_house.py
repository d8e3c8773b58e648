"""The house stays in order: the map, the words, the rooms for SQL, nothing of one machine in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from steelyard.engine.problems import CATALOGUE
from tools import pages

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("steelyard", "verifier")
OURS = (*PRODUCT, "tools", "tests", "bench")
# The last one is a file: a source that is a table of somebody's database is copied out there and nowhere else.
ROOMS_WITH_SQL = (
    "steelyard/engine/sql", "steelyard/lake/runners", "steelyard/lake/record", "steelyard/lake/intake/database.py",
    "steelyard/web/site/databases.py", "steelyard/web/keeping/rows.py",
)  # fmt: skip
SQL = re.compile(
    r"\s*((SELECT|CREATE|COPY|INSERT|UPDATE|DELETE|WITH|ATTACH|PRAGMA|DROP|ALTER)\s"
    # written small, a sentence must not be taken for it
    r"|select\s.*\s(from|limit)\b|create\s+(table|view|trigger)\b|insert\s+into\b|delete\s+from\b|copy\s*\("
    r"|update\s+\w+\s+set\b|alter\s+table\b|drop\s+table\b|pragma\s|attach\s+'|set\s+(local|transaction)\s)"
)
# Written in pieces, so that this file does not name what it forbids.
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.])/(wor" r"k|far" r"m|roo" r"t|hom" r"e)/|index-ur" r"l|pypi\.or" r"g|pythonhos" r"ted|npmjs\.or" r"g"
)


def python_files(*folders: str) -> list[Path]:
    """Those that people write: migrations are written by Django."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if path.parent.name != "migrations")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf8"))


@cache
def committed() -> tuple[Path, ...]:
    """All files that could be committed: everything that `.gitignore` does not name (git itself may be missing)."""
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text("utf8").split()} | {".git"}

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if any(fnmatch(path.name, pattern) for pattern in ignored):
                continue
            if path.is_dir():
                yield from walk(path)
            else:
                yield path

    return tuple(walk(ROOT))


# ---- the map ----


def on_the_map() -> set[str]:
    return set(re.findall(r"^- `([^`]+)`", (ROOT / "docs/map.md").read_text("utf8"), re.MULTILINE))


def test_every_file_of_the_product_is_on_the_map() -> None:
    files = {name(path) for path in python_files(*PRODUCT, "tools") if path.name != "__init__.py"}
    assert sorted(files - on_the_map()) == []


def test_the_map_shows_nothing_that_is_gone() -> None:
    assert [entry for entry in sorted(on_the_map()) if not (ROOT / entry).exists()] == []


def test_every_file_says_in_its_first_sentence_what_it_does() -> None:
    silent = [
        line
        for line in (ROOT / "docs/map.md").read_text("utf8").splitlines()
        if re.match("- `[^`]+` -$", line.rstrip())
    ]
    assert silent == []


def test_rooms_and_files_stay_small_enough_to_read() -> None:
    sizes = {name(path): len(path.read_text("utf8").splitlines()) for path in python_files(*OURS)}
    # The verifier is one file by design, so that an auditor holds all of it in one hand; its own limit stands below.
    long = {file: size for file, size in sizes.items() if size >= 400 and file != "verifier/verify.py"}
    assert long == {}
    rooms = {path.parent for path in python_files(*PRODUCT)}
    full = {name(room): n for room in rooms if (n := len(set(room.glob("*.py")) - {room / "__init__.py"})) > 12}
    assert full == {}


def test_no_file_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [name(path) for path in python_files(*OURS) if path.stem in drawers or path.parent.name in drawers] == []


# ---- words ----


def test_every_name_of_the_glossary_exists_in_the_code() -> None:
    names = re.findall(r"`(\w+)`", (ROOT / "docs/glossary.md").read_text("utf8"))
    used = {word for path in python_files("steelyard") for word in re.findall(r"\w+", path.read_text("utf8"))}
    assert sorted(set(names) - used) == []


@cache
def all_codes() -> tuple[str, ...]:
    pages.import_all()
    return tuple(CATALOGUE)


def parameters(words: str) -> set[str]:
    """The values that the words need; ``wanted_zh`` and ``{name.zh}`` are one value in two languages."""
    fields = [field for _, field, _, _ in Formatter().parse(words) if field is not None]
    return {re.split(r"[.\[]", field)[0].removesuffix("_zh").removesuffix("_en") for field in fields}


def said_in_both(chinese: str, english: str) -> bool:
    """Chinese on the left, English on the right, the same values filled in."""
    chosen = re.search("[\u4e00-\u9fff]", chinese) and re.search("[a-z]{2}", english)
    return bool(chosen) and parameters(chinese) == parameters(english)


def test_every_problem_is_said_in_two_languages_with_the_same_parameters() -> None:
    words = {code: (CATALOGUE.words(code, "zh"), CATALOGUE.words(code, "en")) for code in all_codes()}
    assert {code: pair for code, pair in words.items() if not said_in_both(*pair)} == {}


def said_in_code() -> set[str]:
    """Every string of the product, except the keys of catalogues: there a code is defined, not raised."""
    said: set[str] = set()
    for path in python_files("steelyard"):
        nodes = list(ast.walk(tree(path)))
        keys = {
            id(key)
            for node in nodes
            if isinstance(node, ast.Dict)
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(value, ast.Tuple)
        }
        said |= {
            n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in keys
        }
    return said


def test_every_problem_can_happen() -> None:
    assert sorted(set(all_codes()) - said_in_code()) == []


def test_every_problem_is_seen_in_a_test() -> None:
    places = [path for path in committed() if name(path).startswith(("tests/", "examples/"))]
    text = "\n".join(path.read_text("utf8") for path in places if path.suffix in {".py", ".yaml", ".md", ".txt"})
    seen = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", text))
    assert sorted(set(all_codes()) - seen) == []


@pytest.mark.parametrize("page", pages.PAGES)
def test_generated_pages_are_fresh(page: str) -> None:
    assert (ROOT / page).read_text("utf8") == pages.PAGES[page](), "`make docs` prints it again"


# ---- what may stand where ----


def texts(module: ast.Module) -> Iterator[str]:
    """Strings, and the beginnings of f-strings; docstrings too, as no sentence starts with a shouted verb."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_sql_is_written_only_in_its_rooms() -> None:
    elsewhere = [path for path in python_files(*PRODUCT) if not name(path).startswith(ROOMS_WITH_SQL)]
    assert [(name(path), text) for path in elsewhere for text in texts(tree(path)) if SQL.match(text)] == []


def test_sql_is_seen_however_it_is_written() -> None:
    seen = ["SELECT 1", "\n  WITH a AS", "select * from {} limit 0", "copy (select 1) to stdout", "pragma x = wal"]
    assert [text for text in seen if not SQL.match(text)] == []
    assert [text for text in ("with 95 % certainty", "select a unit", "Copies a row from") if SQL.match(text)] == []


def calls(module: ast.Module) -> set[str]:
    """What is called: ``open`` for a function, ``.now`` for a method of anything."""
    called = [node.func for node in ast.walk(module) if isinstance(node, ast.Call)]
    functions = {func.id for func in called if isinstance(func, ast.Name)}
    return functions | {f".{func.attr}" for func in called if isinstance(func, ast.Attribute)}


def test_engine_and_analysis_open_no_file_and_ask_no_clock() -> None:
    forbidden = {"open", "input", "print", ".now", ".today", ".utcnow", ".read_bytes", ".write_text", ".write_bytes"}
    files = python_files("steelyard/engine", "steelyard/analysis")
    assert {name(path): found for path in files if (found := forbidden & calls(tree(path)))} == {}


def test_no_binary_float_in_the_engine() -> None:
    """`cutoff` of difflib is the one exception: it chooses a suggestion, never a digit."""
    for path in python_files("steelyard/engine"):
        nodes = list(ast.walk(tree(path)))
        spared = {id(n.value) for n in nodes if isinstance(n, ast.keyword) and n.arg == "cutoff"}
        floats = [
            n.lineno for n in nodes if isinstance(n, ast.Constant) and type(n.value) is float and id(n) not in spared
        ]
        assert (name(path), floats) == (name(path), [])
        assert "float" not in calls(tree(path)), name(path)


def test_the_verifier_trusts_nothing_but_python_and_can_be_read_in_an_hour() -> None:
    files = python_files("verifier")
    assert files
    for path in files:
        named = {a.name for n in ast.walk(tree(path)) if isinstance(n, ast.Import) for a in n.names}
        named |= {n.module or "" for n in ast.walk(tree(path)) if isinstance(n, ast.ImportFrom) and not n.level}
        roots = {module.split(".")[0] for module in named}
        assert roots - sys.stdlib_module_names - {"verifier"} == set(), name(path)
    assert {name(path) for path in files if len(path.read_text("utf8").splitlines()) >= 500} == set()


def test_nothing_of_one_machine_is_committed() -> None:
    found = [
        f"{name(path)}:{number}: {line[:80]}"
        for path in committed()
        for number, line in enumerate(path.read_text("utf8", "ignore").splitlines(), 1)
        if OF_ONE_MACHINE.search(line)
    ]
    assert found == []


# ---- the way in ----


def test_every_command_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf8"), re.MULTILINE))
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        (name(d), m) for d in documents for m in re.findall(r"(?:`|^)make ([a-z][a-z-]*)", d.read_text("utf8"), re.M)
    }
    assert sorted((document, target) for document, target in named if target not in targets) == []
    assert {"demo", "test"} <= {target for document, target in named if document == "README.md"}


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    assert "\nmake test\n" in (ROOT / ".ci/run").read_text("utf8")
    assert "make test" in (ROOT / "README.md").read_text("utf8")


def test_shell_scripts_are_readable_by_bash() -> None:
    for script in (".ci/run", "tools/packages.sh"):
        assert subprocess.run(["bash", "-n", ROOT / script], check=False).returncode == 0
