"""The analysis sheet as one HTML file that needs nothing else: no script, no font, no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from steelyard.engine.problems import Language
from steelyard.reports import charts
from steelyard.reports.present import present
from steelyard.reports.sheet import UnitSheet
from steelyard.reports.words import LABELS, label


@cache
def _environment() -> Environment:
    """Everything is escaped; a name that the template misses is an error of ours, not an empty cell."""
    return Environment(
        loader=PackageLoader("steelyard.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


@cache
def _css() -> Markup:
    return Markup((files("steelyard.reports") / "templates/sheet.css").read_text("utf8"))


def draw(sheet: UnitSheet, language: Language) -> dict[str, charts.Chart]:
    """The four charts of a sheet by their key."""
    makers = (charts.bridge, charts.families, charts.strip, charts.trend)
    return {chart.key: chart for chart in (make(sheet, language) for make in makers)}


def page(sheet: UnitSheet, language: Language) -> str:
    """The HTML text of a sheet."""
    return render(present(sheet, language), draw(sheet, language))


def index(entries: Sequence[object], head: Sequence[str], language: Language, pdf: bool) -> str:
    """The page that leads to every sheet; ``entries`` carry class and its size, place, name, total, interval
    and file stem; ``head`` says which run this is and how many of its units are here."""
    words = {key: label(key, language) for key in LABELS}
    return (
        _environment()
        .get_template("index.html.j2")
        .render(entries=entries, head=head, w=words, css=_css(), pdf=pdf, language=language)
    )


def render(shown: Mapping[str, object], drawn: Mapping[str, charts.Chart]) -> str:
    """The same from texts and charts already made, so that the PDF can share them."""
    pictures = {key: {"title": chart.title, "svg": Markup(chart.svg)} for key, chart in drawn.items()}
    template = _environment().get_template("sheet.html.j2")
    return template.render(s=shown, w=shown["words"], charts=pictures, css=_css())
