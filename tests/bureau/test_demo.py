"""What a start of the demo before has left is taken for finished only where all of it still stands."""

from __future__ import annotations

from pathlib import Path

from steelyard.bureau import demo
from steelyard.bureau.folder import Bureau


def test_a_demo_whose_sheets_or_proofs_are_gone_is_made_again(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, tmp_path / "record")
    folder = bureau.runs / "one"
    parts = (folder / "sheets" / "index.html", folder / "proofs" / "11.json")
    for path in parts:
        path.parent.mkdir(parents=True)
        path.write_text("")
    shown = demo.Shown(folder, "root", parts[:1], parts[1:])
    demo._finish(shown, "key")
    assert demo._finished(bureau, "key") == shown
    assert demo._finished(bureau, "other") is None
    for path in parts:
        path.unlink()
        assert demo._finished(bureau, "key") is None
        path.write_text("")
