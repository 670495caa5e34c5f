"""A real browser for tests, and what they ask of a page.

Where no chromium is installed those tests are skipped, and say so.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

CHROMIUM = Path(os.environ.get("MOTCUA_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1280, height=800)
SHOTS = os.environ.get("MOTCUA_SCREENSHOTS", "")
"""A directory where tests leave pictures of what they saw."""


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Open only as long as it is needed: while it is, Playwright's own loop runs, and nobody else
    may run one.
    """
    if not CHROMIUM.exists():
        pytest.skip(
            f"no chromium at {CHROMIUM} (Debian: apt-get install chromium; elsewhere:"
            " MOTCUA_CHROMIUM)"
        )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield opened
        finally:
            opened.close()


def look(page: Page, name: str) -> None:
    """Leave a picture of the whole page, where pictures are asked for."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def fits(page: Page) -> bool:
    """Whether nothing on the page is wider than the window."""
    assert page.viewport_size is not None
    page.wait_for_load_state()
    width: int = page.evaluate("() => document.documentElement.scrollWidth")
    return width <= page.viewport_size["width"]
