"""A run that weighed nobody is told on the pages of all units together, with what to do: the site does not fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from steelyard.bureau.views.reading import Views
from steelyard.engine.problems import Problem
from steelyard.web.cycles.models import Stage
from tests.web.people.world import signed_in
from tests.web.promises import rows
from tests.web.promises.bureau import behind


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["ranking", "ranking-file", "whole", "whole-file", "wall"])
def test_results_of_nobody_are_told_and_not_failed_at(
    name: str, client: Client, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(settings, tmp_path)
    rows.placed()
    address = reverse(name, args=[rows.versions()[Stage.PUBLISHED].pk])
    signed_in(client, "office")
    assert client.get(address).status_code == 200
    whole: Any = Views.overview.fget
    empty: Any = lambda views: replace(whole(views), units=(), nodes=())  # noqa: E731
    monkeypatch.setattr(Views, "overview", property(empty))
    answer = client.get(address)
    assert answer.status_code == 409
    assert Problem("results-of-nobody", params={"period": "2026"}).text("zh") in answer.content.decode()
