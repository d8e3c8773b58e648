"""Pictures of every page of a site in both sizes of an office: ``python -m tools.shots SITE [out/shots] [zh|en]``.

Somebody of each role walks the links from the first page on; of every named address, and of each of its parts (plans in
the making have nine), the first one found is taken. What nobody reached is listed, so that a page without a way to it
is seen.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, sync_playwright

from tools.walking import LEFT_OUT, VISITOR, links, name_of, named, served, sessions

SIZES = {"1366": (1366, 768), "1920": (1920, 1080)}
PORT = 8699
PARTS = ("part", "kind", "way")
"""Parameters that make another page of an address."""
MOST = 400
"""Addresses that one role looks at: a large province has a page for each of its thousands of units."""


def main(arguments: list[str]) -> int:
    if not arguments:
        print("用法：python -m tools.shots 网站文件夹 [图片文件夹] [zh|en]")
        print("usage: python -m tools.shots SITE [PICTURES] [zh|en]")
        return 1
    home, out = Path(arguments[0]), Path(arguments[1] if len(arguments) > 1 else "out/shots")
    language = arguments[2] if len(arguments) > 2 else "zh"
    from steelyard.web.site.serving import attach

    attach(home)
    out.mkdir(parents=True, exist_ok=True)
    with served(home, PORT) as base:
        found = _pictures(base, out, language)
    missing = sorted(named() - {key.partition(" ")[0] for key in found} - LEFT_OUT)
    print(f"· {len(found)} 个页面在 {out}（{len(found)} pages in {out}）")
    print("· 没有走到 not reached: " + (", ".join(missing) or "—"))
    return 0


def _pictures(base: str, out: Path, language: str) -> set[str]:
    """What there are pictures of now, as `_key` calls it."""
    browser_path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    taken: set[str] = set()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        for role, cookie in (*sessions(), VISITOR):
            context = browser.new_context(base_url=base, locale="zh-CN", reduced_motion="reduce")
            context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": base}])
            if language == "en":
                context.add_cookies([{"name": "django_language", "value": "en", "url": base}])
            for key, address in _walk(context, taken):
                _take(context, address, out / f"{key.replace(' ', '-')}-{role}")
                taken.add(key)
            context.close()
        browser.close()
    return taken


def _walk(context: BrowserContext, taken: set[str]) -> Iterator[tuple[str, str]]:
    """What was not pictured before, with an address each, by following links."""
    waiting, known, names = ["/", "/login"], {"/", "/login"}, set(taken)
    for _ in range(MOST):
        if not waiting:
            return
        address = waiting.pop(0)
        answer = context.request.get(address)
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        name = _key(answer.url)
        if name and name not in names:
            names.add(name)
            yield name, address
        for link in (*links(answer.text()), *_parts(answer.url, answer.text())):
            fresh = _key(link) not in names
            if link not in known:
                known.add(link)
                waiting.insert(0 if fresh else len(waiting), link)


def _parts(address: str, page: str) -> Iterator[str]:
    """Other parts of the same page, which it links to by their parameters alone."""
    for link in map(unescape, re.findall(r'href="(\?[^"#]*)', page)):
        if any(f"{key}=" in link for key in PARTS):
            yield urlsplit(address).path + link


def _key(address: str) -> str:
    """The name of an address with the part of the page that it asks for."""
    name, asked = name_of(address), parse_qs(urlsplit(address).query)
    parts = [asked[key][0] for key in PARTS if key in asked]
    return " ".join([name, *parts]) if name else ""


def _take(context: BrowserContext, address: str, path: Path) -> None:
    page = context.new_page()
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address, wait_until="networkidle")
        page.wait_for_timeout(150)  # charts are drawn once more for the new size
        page.screenshot(path=f"{path}-{size}.png")
    page.screenshot(path=f"{path}-whole.png", full_page=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
