"""A second reading of the sheet: every number in its prose is derived again from its values."""

from steelyard.reports.checking.check import check_sentence, check_sheet
from steelyard.reports.checking.claims import names_with_digits

__all__ = ["check_sentence", "check_sheet", "names_with_digits"]
