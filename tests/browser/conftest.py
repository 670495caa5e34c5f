"""A browser and a portal for it. Where no chromium is installed these tests are skipped, and say so."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from portal import Portal, open_portal

CHROMIUM = Path(os.environ.get("MOTCUA_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Open only as long as a module needs it: while it is, Playwright's own loop runs, and nobody else may run one."""
    if not CHROMIUM.exists():
        pytest.skip(f"no chromium at {CHROMIUM} (Debian: apt-get install chromium; elsewhere: MOTCUA_CHROMIUM)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def portal(browser: Browser) -> Iterator[Portal]:
    with open_portal() as opened:
        yield opened


@pytest.fixture
def context(browser: Browser, portal: Portal) -> Iterator[BrowserContext]:
    """A phone without JavaScript: whatever works here works everywhere."""
    opened = browser.new_context(base_url=portal.url, viewport=PHONE, device_scale_factor=2, java_script_enabled=False, locale="vi-VN")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    strangers: list[str] = []
    opened.on("request", lambda request: strangers.append(request.url))
    troubles: list[str] = []
    opened.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    yield opened
    # The browser's own PDF viewer is an extension of it, not another host.
    assert [url for url in strangers if url.startswith("http") and not url.startswith("http://127.0.0.1:")] == []
    assert [trouble for trouble in troubles if "Content Security Policy" in trouble] == []
