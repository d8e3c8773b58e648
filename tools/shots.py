"""Pictures of every page of a site in both sizes of an office: ``python -m tools.shots SITE [out/shots]``.

Somebody of each role walks the links from the first page on; of every named address the first one found is taken. What
nobody reached is listed, so that a page without a way to it is seen.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from django.test import RequestFactory
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone
from playwright.sync_api import BrowserContext, sync_playwright

SIZES = {"1366": (1366, 768), "1920": (1920, 1080)}
PORT = 8699
LEFT_OUT = {"logout", "language"}
MOST = 400
"""Addresses that one role looks at: a large province has a page for each of its thousands of units."""


def main(arguments: list[str]) -> int:
    if not arguments:
        print("用法：python -m tools.shots 网站文件夹 [图片文件夹]\nusage: python -m tools.shots SITE [PICTURES]")
        return 1
    home, out = Path(arguments[0]), Path(arguments[1] if len(arguments) > 1 else "out/shots")
    from steelyard.web.site.serving import attach

    attach(home)
    out.mkdir(parents=True, exist_ok=True)
    with _served(home) as base:
        found = _pictures(base, out)
    missing = sorted(_named() - found - LEFT_OUT)
    print(f"· {len(found)} 个页面在 {out}（{len(found)} pages in {out}）")
    print("· 没有走到 not reached: " + (", ".join(missing) or "—"))
    return 0


@contextmanager
def _served(home: Path) -> Iterator[str]:
    """The site on a port of its own, until we are done."""
    command = [sys.executable, "-m", "steelyard.cli", "serve", str(home), "--port", str(PORT)]
    child, base = subprocess.Popen(command), f"http://127.0.0.1:{PORT}"
    try:
        for _ in range(120):
            try:
                urlopen(f"{base}/login", timeout=5).close()
                break
            except OSError:  # not there yet, or busy with its first answer
                time.sleep(0.5)
        yield base
    finally:
        child.terminate()
        child.wait(30)


def _pictures(base: str, out: Path) -> set[str]:
    """Names of the addresses of which there are pictures now."""
    browser_path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    taken: set[str] = set()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        for role, cookie in _people():
            context = browser.new_context(base_url=base, locale="zh-CN", reduced_motion="reduce")
            context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": base}])
            for name, address in _walk(context, taken):
                _take(context, address, out / f"{name}-{role}")
                taken.add(name)
            context.close()
        browser.close()
    return taken


def _people() -> Iterator[tuple[str, tuple[str, str]]]:
    """One account of each role with the cookie of a session, and a visitor."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from steelyard.web.people.login.visiting import come_in
    from steelyard.web.people.models import Grant
    from steelyard.web.people.roles import Role

    for role in Role.values:
        grant = Grant.objects.filter(role=role, account__is_active=True).select_related("account").first()
        if grant is None:
            continue
        request: Any = RequestFactory().get("/")
        request.session = SessionStore()
        come_in(request, grant.account, timezone.now())
        request.session.save()
        yield role, (settings.SESSION_COOKIE_NAME, request.session.session_key)
    yield "visitor", ("nobody", "1")


def _walk(context: BrowserContext, taken: set[str]) -> Iterator[tuple[str, str]]:
    """Names with an address each that were not pictured before, by following links."""
    waiting, known, names = ["/", "/login"], {"/", "/login"}, set(taken)
    for _ in range(MOST):
        if not waiting:
            return
        address = waiting.pop(0)
        answer = context.request.get(address)
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        name = _name(answer.url)
        if name and name not in names:
            names.add(name)
            yield name, address
        for link in map(unescape, re.findall(r'href="(/[^"#]*)', answer.text())):
            fresh = _name(link) not in names
            if link not in known and not link.startswith("/static/"):
                known.add(link)
                waiting.insert(0 if fresh else len(waiting), link)


def _name(address: str) -> str:
    path = re.sub(r"^https?://[^/]+|\?.*$", "", address)
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return ""
    return "" if name in LEFT_OUT else name


def _named() -> set[str]:
    return {name for name in get_resolver().reverse_dict if isinstance(name, str)}


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
