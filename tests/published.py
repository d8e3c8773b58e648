"""Where the published files of the council tax example lie, which are not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKBOOK = "CT_Receipts_Live_Table_Q4_2022-23.xlsx"
COUNCIL_TAX = Path(os.environ.get("COUNCIL_TAX", ROOT.parent / "shared" / "data" / "council_tax_england"))
THERE = (COUNCIL_TAX / WORKBOOK).is_file()
MISSING = f"the published files are not at {COUNCIL_TAX}"
