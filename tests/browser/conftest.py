"""A browser and a portal for it.

Where no chromium is installed these tests are skipped, and say so.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.chromium import PHONE, open_chromium

from .portal import Portal, open_portal


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed before the next module, which may run a loop of its own."""
    with open_chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def portal(browser: Browser) -> Iterator[Portal]:
    with open_portal() as opened:
        yield opened


@pytest.fixture
def context(browser: Browser, portal: Portal) -> Iterator[BrowserContext]:
    """A phone without JavaScript: whatever works here works everywhere."""
    opened = browser.new_context(
        base_url=portal.url,
        viewport=PHONE,
        device_scale_factor=2,
        java_script_enabled=False,
        locale="vi-VN",
    )
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    strangers: list[str] = []
    opened.on("request", lambda request: strangers.append(request.url))
    troubles: list[str] = []
    opened.on(
        "console",
        lambda message: troubles.append(message.text) if message.type == "error" else None,
    )
    yield opened
    # The browser's own PDF viewer is an extension of it, not another host.
    assert [
        url
        for url in strangers
        if url.startswith("http") and not url.startswith("http://127.0.0.1:")
    ] == []
    assert [trouble for trouble in troubles if "Content Security Policy" in trouble] == []
