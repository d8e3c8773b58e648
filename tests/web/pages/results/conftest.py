"""A site with the small province in it: a published version, a preview, and somebody of every role."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.bureau.views.reading import Views
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.people.models import Account, Grant
from steelyard.web.site import demonstration
from tests.web.people import world
from tests.web.province import RULES, Province


@dataclass(frozen=True)
class Site:
    """``unit``: the branch that the unit's account belongs to; ``person``: the officer's own code."""

    views: Views
    version: int
    preview: int
    unit: str
    person: str
    folder: Path

    def client(self, role: str) -> Client:
        client = Client()
        world.sign_in(client, Account.objects.get(username=role))
        return client

    @property
    def loss(self) -> str:
        """What cost the branch most."""
        return self.views.unit(self.unit).losses[0].indicator

    @property
    def others(self) -> list[str]:
        """Codes of all other branches, and their names."""
        lines = [line for line in self.views.overview.units if line.code != self.unit]
        own = self.views.lines[self.unit].name.zh
        names = [line.name.zh for line in lines if line.name.zh not in own]
        return [*(line.code for line in lines), *names]


@pytest.fixture
def site(province: Province, db: None, settings: Any, tmp_path: Path) -> Site:  # noqa: ARG001  tables must be there
    bureau, record = (os.path.relpath(path, tmp_path) for path in (RULES, province.bureau.record))
    settings.STEELYARD = Configuration(tmp_path, bureau=bureau, record=record, demo=True)
    demonstration.fill(province.folder, [province.preview], timezone.now(), passwords=False)
    return Site(
        province.views,
        Version.objects.get(stage=Stage.PUBLISHED).pk,
        Version.objects.get(stage=Stage.PREVIEW).pk,
        Grant.objects.get(role="unit").unit_id or "",
        Account.objects.get(username="officer").person,
        province.folder,
    )


Ask = Callable[[str, str], Any]
