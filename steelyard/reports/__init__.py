"""Reports: analysis sheets (HTML, PDF), charts, the result workbook and CSV. Reads view models, decides nothing."""

from steelyard.reports.book import ResultBook, RuleText
from steelyard.reports.checking import check_sheet
from steelyard.reports.sheet import UnitSheet
from steelyard.reports.tables import write_csv
from steelyard.reports.workbook import write_workbook
from steelyard.reports.write import write_sheets

__all__ = ["ResultBook", "RuleText", "UnitSheet", "check_sheet", "write_csv", "write_sheets", "write_workbook"]
