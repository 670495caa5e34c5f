"""Officers at their pages in a real browser, without JavaScript.

Whoever acts finds the dossier in their own list, by its code.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize

from tests.support.chromium import fits, look


class AtThePages:
    """One officer.

    `pictures` names the pictures that are left; `too_wide` the pages that did not fit the window.
    """

    def __init__(self, page: Page, persona: str, pictures: str) -> None:
        self._page, self._pictures, self._count = page, pictures, 0
        self.persona, self.too_wide = persona, list[str]()
        page.goto("/quay/dang-nhap")
        page.get_by_label("Vai").select_option(persona)
        with page.expect_navigation():
            page.get_by_role("button", name="Đăng nhập").click()

    def tasks(self, scope: str = "mine") -> str:
        """The list of tasks, as it is read."""
        self._page.goto(f"/quay/cong-viec?scope={scope}")
        self.see("list")
        return self._page.inner_text("main")

    def open(self, code: str, scope: str = "mine") -> str:
        """From the list to the task with that code."""
        self.tasks(scope)
        with self._page.expect_navigation():
            self._page.get_by_role("link", name=code).click()
        self.see("task")
        return self.shown

    @property
    def shown(self) -> str:
        return self._page.inner_text("main")

    @property
    def offered(self) -> list[str]:
        """The acts that have a form on the page."""
        return [
            one.get_attribute("id") or "" for one in self._page.locator("details:has(form)").all()
        ]

    def fill(self, act: str, fields: Mapping[str, str | bool]) -> None:
        """Open the form with the keyboard and fill it in; each field by its label."""
        form = self._page.locator(f"details#{act}")
        if form.get_attribute("open") is None:
            form.locator("summary").focus()
            self._page.keyboard.press("Enter")
        for label, value in fields.items():
            field = (
                form.get_by_label(label, exact=True)
                .and_(form.locator("input, select, textarea"))
                .first
            )
            if value is True:
                field.check()
            elif field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(label=str(value))
            else:
                field.fill(str(value))

    def send(self, act: str, fields: Mapping[str, str | bool] | None = None) -> str:
        """The page after the form was sent."""
        self.fill(act, fields or {})
        self.see(f"{act}-filled")
        # A form is answered by a page of its own: nothing is read before that one is here.
        with self._page.expect_navigation():
            self._page.locator(f"details#{act} button[type=submit]").press("Enter")
        if (sure := self._page.locator("form#confirm button.danger")).count():
            self.see(f"{act}-asked-again")
            with self._page.expect_navigation():
                sure.press("Enter")
        self.see(f"{act}-sent")
        return self.shown

    def wrong(self) -> dict[str, str]:
        """What is said beside fields, by the field that names it as its description."""
        said = {}
        for field in self._page.locator("[aria-invalid=true]").all():
            described_by = field.get_attribute("aria-describedby") or ""
            said[field.get_attribute("name") or field.get_attribute("id") or ""] = (
                self._page.locator(f"#{described_by}").inner_text()
            )
        return said

    def see(self, name: str) -> None:
        self._count += 1
        look(self._page, f"{self._pictures}-{self._count:02}-{name}")
        if not fits(self._page):
            self.too_wide.append(f"{self._page.url} ({name})")


@contextmanager
def at_the_pages(
    browser: Browser, url: str, persona: str, window: ViewportSize, pictures: str
) -> Iterator[AtThePages]:
    """A browser of the officer's own, in a window of that size."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": window["width"], "height": window["height"]},
        java_script_enabled=False,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
    )
    try:
        yield AtThePages(context.new_page(), persona, pictures)
    finally:
        context.close()
