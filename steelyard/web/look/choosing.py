"""Choices of a column, named in the language of whoever reads."""

from __future__ import annotations

from django.db.models import Model, TextChoices

from steelyard.engine.problems import Language
from steelyard.reports.sheet import Words


class Choices(TextChoices):
    """Labels are Chinese; in English a choice is called what it is called in the table."""

    def of(self, language: Language) -> str:
        return str(self.label) if language == "zh" else str(self.value)


def chosen(one: Model, field: str) -> Words:
    """What a column of choices holds, in both languages."""
    return Words(str(getattr(one, f"get_{field}_display")()), str(getattr(one, field)).replace("_", " "))


LEVELS = {
    "province": Words("省局", "province"), "city": Words("市局", "city"), "county": Words("县局", "county"),
    "branch": Words("分局", "branch"), "audit": Words("稽查局", "audit bureau"),
}  # fmt: skip
"""Codes of levels that the register uses; another one stands as it is written."""


def level_of(code: str) -> Words:
    return LEVELS.get(code, Words(code))
