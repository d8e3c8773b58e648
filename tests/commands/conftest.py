"""One small bureau for all tests of commands, and copies of it with other rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from steelyard.bureau.folder import Bureau
from tests.commands.small_bureau import build


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    return build(tmp_path_factory.mktemp("bureau"))


@pytest.fixture
def changed(bureau: Bureau, tmp_path: Path) -> Any:
    """The bureau's rules with some texts replaced, in a folder of their own."""

    def write(*replaced: tuple[str, str]) -> Path:
        text = (bureau.root / "rules/rules.yaml").read_text("utf-8")
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "rules.yaml").write_text(text, "utf-8")
        return tmp_path

    return write


@pytest.fixture
def copied(bureau: Bureau, changed: Any) -> Any:
    """The same as a bureau of its own, with the declarations and the record of the first."""

    def write(*replaced: tuple[str, str]) -> list[str]:
        rules = changed(*replaced)
        home = rules / "home"
        (home / "rules").mkdir(parents=True)
        (rules / "rules.yaml").rename(home / "rules/rules.yaml")
        (home / "facts").symlink_to(bureau.root / "facts")
        return [str(home), "--record", str(bureau.record)]

    return write
