"""Intake: a file becomes a batch or a list of reasons, never half of one."""

from steelyard.lake.intake.database import DatabaseTable
from steelyard.lake.intake.door import in_turn, intake
from steelyard.lake.intake.limits import Limits
from steelyard.lake.intake.report import BatchReport, Refusal

__all__ = ["BatchReport", "DatabaseTable", "Limits", "Refusal", "in_turn", "intake"]
