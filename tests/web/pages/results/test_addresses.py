"""Addresses of many rows at once are those that each row would have by itself."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.urls import resolve, reverse

from steelyard.web.pages.results.doors import EACH, each


@pytest.mark.parametrize("code", ["19605140200", "甲 市", "a:b?c#d&e", "--", "100%"])
def test_each_row_leads_where_it_would_by_itself(code: str) -> None:
    for name, args in (("portrait", [7, EACH]), ("drill", [7, "A1", EACH]), ("explanation", [7, EACH, "rate"])):
        found = each(name, *args)(code)
        alone = reverse(name, args=[code if one == EACH else one for one in args])
        assert unquote(found) == unquote(alone)
        assert resolve(unquote(found)).url_name == name
        assert not {"?", "#"} & set(found)
