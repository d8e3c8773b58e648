"""Reports: analysis sheets (HTML, PDF), charts, the result workbook and CSV. Reads view models, decides nothing.

Its rooms are loaded when first used: a sheet's words cost nobody a printer.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steelyard.reports.book import ResultBook, RuleText
    from steelyard.reports.checking import check_sheet
    from steelyard.reports.sheet import UnitSheet
    from steelyard.reports.tables import write_csv
    from steelyard.reports.workbook import write_workbook
    from steelyard.reports.write import write_sheets

_HOMES = MappingProxyType(
    {
        "ResultBook": "book",
        "RuleText": "book",
        "check_sheet": "checking",
        "UnitSheet": "sheet",
        "write_csv": "tables",
        "write_workbook": "workbook",
        "write_sheets": "write",
    }
)

__all__ = ["ResultBook", "RuleText", "UnitSheet", "check_sheet", "write_csv", "write_sheets", "write_workbook"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'steelyard.reports' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
