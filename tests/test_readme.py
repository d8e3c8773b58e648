"""What a newcomer reads first is true: every command exists and is listed, every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import steelyard
from steelyard.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf8")
CHINESE, ENGLISH = README.split("\n# Steelyard\n")
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def commands(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The commands as ``steelyard --help`` lists them."""
    with pytest.raises(SystemExit):
        main(["--help"])
    return set(re.findall(r"^    ([a-z]+)  ", capsys.readouterr().out, re.MULTILINE))


@pytest.mark.parametrize("half", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_the_readme_lists_every_command_and_no_other(half: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", half, re.MULTILINE)
    listed = {word.split()[0] for row in rows for word in re.findall(r"`([^`]+)`", row)}
    assert listed == commands(capsys)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf8"))
    assert [link for link in links if ":" not in link and not (page.parent / link).exists()] == []


def test_the_python_of_the_readme_names_what_there_is() -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    names = set(re.findall(r"steelyard\.([A-Za-z_]+)", code + CHINESE)) - {"yaml"}
    assert {"Bureau", "run", "Order", "Results"} <= names
    assert [name for name in sorted(names) if name not in steelyard.__all__] == []
    compile(code, "README.md", "exec")
