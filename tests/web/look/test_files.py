"""Static files under ASGI: as they lie, without a warning, in parts and not at all where the browser has them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.test import AsyncClient

from tests.looped import in_a_loop

NAME = "vendor/htmx.js"


def asked(**headers: str) -> Any:
    async def go() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return await AsyncClient().get(f"/static/{NAME}", headers=headers)

    return in_a_loop(go)


def test_a_file_comes_as_it_lies() -> None:
    content = Path(str(finders.find(NAME))).read_bytes()
    whole, part = asked(), asked(range="bytes=5-9")
    assert (whole.status_code, whole.content, whole["Content-Length"]) == (200, content, str(len(content)))
    assert "javascript" in whole["Content-Type"]
    assert (part.status_code, part.content) == (206, content[5:10])
    assert asked(**{"if-modified-since": whole["Last-Modified"]}).status_code == 304
