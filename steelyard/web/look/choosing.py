"""Choices of a column, named in the language of whoever reads."""

from __future__ import annotations

from django.db.models import TextChoices

from steelyard.engine.problems import Language


class Choices(TextChoices):
    """Labels are Chinese; in English a choice is called what it is called in the table."""

    def of(self, language: Language) -> str:
        return str(self.label) if language == "zh" else str(self.value)
