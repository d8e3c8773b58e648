"""The list of events."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.mark.parametrize("asked", ["since=0001-01-01", "until=0001-01-01", "since=9999-12-31", "until=9999-12-31"])
def test_any_day_that_can_be_typed_is_looked_for(client: Client, signed_in: Any, asked: str) -> None:
    signed_in(client, "records", None)
    assert client.get(f"/trail?{asked}").status_code == 200
    assert client.get(f"/trail/export?{asked}").status_code == 200
