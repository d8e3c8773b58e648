"""Makes the kinds of work of tests known to processes of their own."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class Trial(AppConfig):
    name = "tests.web.jobs"
    label = "trial"

    def ready(self) -> None:
        import_module("tests.web.jobs.trial")
