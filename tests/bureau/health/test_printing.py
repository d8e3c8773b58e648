"""The same report on screen, on paper and in an office: every verified sentence is in each of them."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import docx as office
import pytest

from steelyard import cli
from steelyard.bureau.health.making import Checks
from steelyard.engine.problems import Language
from steelyard.reports.health.laid import laid
from steelyard.reports.health.office import docx
from steelyard.reports.health.printing import html, pdf


def sentences(checks: Checks, language: Language) -> list[str]:
    document = checks.of(next(checks.basis.codes()))
    return [cell for one in document.claims for cell in one.text.of(language).split("\t")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_every_sentence_and_asks_nobody(checks: Checks, language: Language) -> None:
    text = html(laid(checks.of(next(checks.basis.codes())), language)).decode()
    plain = unescape(re.sub(r"<[^>]+>", "\n", text))
    assert [one for one in sentences(checks, language) if one not in plain] == []
    assert not re.search(r"<script|https?://(?!purl)", text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_office_file_says_every_sentence_and_opens(checks: Checks, language: Language) -> None:
    made = docx(laid(checks.of(next(checks.basis.codes())), language))
    opened = office.Document(io.BytesIO(made))
    texts = [paragraph.text for paragraph in opened.paragraphs]
    texts += [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    assert [one for one in sentences(checks, language) if one not in texts] == []
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))


def test_the_pdf_is_tagged_and_the_same_every_time(checks: Checks) -> None:
    report = laid(checks.of(next(checks.basis.codes())), "zh")
    made = pdf(report)
    assert made == pdf(report)
    assert b"/StructTreeRoot" in made
    assert docx(report) == docx(report)


def test_the_command_writes_what_was_asked_for(
    run: Path, checks: Checks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = next(checks.basis.codes())
    name = checks.basis.views.lines[code].name.zh
    wanted = ["health", str(run), name, "-o", str(tmp_path / "out"), "--form", "html", "--form", "docx"]
    assert cli.main(wanted) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"{code}.{e}" for e in ("docx", "html", "json")
    ]
    assert "verifier/health.py" in capsys.readouterr().out
    assert cli.main(["health", str(run), "没有这个局", "-o", str(tmp_path / "out")]) == 1
    assert "health-unit" in capsys.readouterr().err
    assert cli.main(["--json", "health", str(run), "-o", str(tmp_path / "all")]) == 0
    assert f'"reports": {len(checks.basis.overview.units)}' in capsys.readouterr().out
