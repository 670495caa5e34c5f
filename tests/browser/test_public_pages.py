"""The public's way on a phone without JavaScript: find a procedure, read it, fill in its form,
follow a dossier.
"""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from motcua_contracts.messages.notify import contact_signature
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.support.chromium import fits, look
from tests.unit.gateway.dossier_events import AT_OFFICER, CODE, DOSSIER, MARKS, PAPERS, PIN, way

from .portal import REPORT_SECRET, Portal


def test_a_procedure_is_found_without_accents_and_read(page: Page) -> None:
    page.goto("/")
    assert fits(page)
    look(page, "1-home")
    page.get_by_label("Tên, mã hoặc cơ quan").fill("dang ky khai sinh")
    page.get_by_role("button", name="Tìm", exact=True).click()
    first = page.locator(".results a").first
    assert "đăng ký khai sinh" in first.inner_text().lower()
    look(page, "2-found")
    page.goto("/?q=1.001193")
    page.locator(".results a").first.click()
    assert page.locator("h1").inner_text().lower().endswith("khai sinh")
    for line in (
        "Thủ tục cho nộp hồ sơ trực tuyến",
        "Không nhận kết quả trực tuyến",
        "Thành phần hồ sơ",
        "tải mẫu trống",
    ):
        assert line in page.inner_text("main")
    assert fits(page)
    look(page, "3-procedure")


def test_the_district_s_counts_by_level_stand_on_the_first_page(page: Page) -> None:
    page.goto("/")
    shown = {
        level: page.locator(f'[data-count="district-{level}"]').inner_text()
        for level in ("2", "3", "4")
    }
    assert shown == {"2": "101", "3": "57", "4": "68"}
    row = page.locator("tbody tr", has_text="Cấp huyện")
    assert row.locator("td").first.inner_text() == "226"
    page.get_by_role("link", name="Thống kê").click()
    assert "11 lĩnh vực" in page.inner_text("main")
    assert fits(page)
    look(page, "4-statistics")


def test_filters_narrow_the_list_and_come_off_again(page: Page) -> None:
    page.goto("/?q=mau")
    page.locator("summary").click()
    page.locator(".facets a", has_text="Mức độ 4").click()
    assert (
        page.locator("#found").inner_text().split()[0]
        == page.locator(".facets a[aria-current] span").last.inner_text()
    )
    look(page, "5-filtered")
    page.get_by_role("link", name="Bỏ lọc").click()
    assert "level=" not in page.url


def test_english_is_one_click_away(page: Page) -> None:
    page.goto("/thu-tuc/1.001612")
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert "What can be done online" in page.inner_text("main")
    look(page, "6-english")


def test_the_form_says_what_is_wrong_and_is_printed_once_it_is_right(page: Page) -> None:
    page.goto("/thu-tuc/1.001570")
    page.get_by_role("link", name="Điền tờ khai trên trang").click()
    look(page, "7-form")
    page.get_by_label("Họ và tên chủ hộ").fill("Nguyễn Thị Mẫu Ngọc Huyền")
    page.get_by_role("button", name="In tờ khai (PDF)").first.click()
    assert page.get_by_role("alert").is_visible()
    assert fits(page)
    look(page, "8-form-wrong")
    typed = {
        "business_name": "Hộ kinh doanh Mẫu",
        "business_number": "07A8000001",
        "suspended_from": "2026-12-01",
        "suspended_until": "2027-05-31",
        "reason": "Sửa chữa cửa hàng",
    }
    for name, value in typed.items():
        page.locator(f'[name="{name}"]').fill(value)
    page.get_by_label("Tôi cam đoan").check()
    # A browser shows or saves a PDF as it is set up; either way this is what it sent and got.
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="In tờ khai (PDF)").first.click(no_wait_after=True)
    answer = page.request.post(
        sent.value.url,
        data=sent.value.post_data,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    text = " ".join(one.extract_text() for one in PdfReader(BytesIO(answer.body())).pages)
    assert answer.headers["content-type"] == "application/pdf"
    for line in ("Nguyễn Thị Mẫu Ngọc Huyền", "01/12/2026", "Sửa chữa cửa hàng"):
        assert line in text


def test_a_sample_is_marked_where_it_shows(page: Page) -> None:
    page.goto("/?q=mau&level=4&authority=district")
    assert "Thủ tục mẫu" in page.locator(".results li").first.inner_text()
    page.locator(".results a").first.click()
    assert "không phải thủ tục có thật" in page.inner_text("main")
    look(page, "9-sample")


@pytest.mark.parametrize("path", ["/tra-cuu", f"/track/{CODE}"])
def test_a_dossier_is_followed_by_code_and_pin_and_nothing_personal_shows(
    page: Page, portal: Portal, path: str
) -> None:
    portal.hear(way(AT_OFFICER), {f"{DOSSIER}/1": PAPERS})
    page.goto(path)
    page.get_by_label("Mã hồ sơ").fill(CODE)
    page.get_by_label("Mã tra cứu").fill("000000")
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    assert page.get_by_role("alert").inner_text() == "Mã hồ sơ hoặc mã tra cứu không đúng."
    page.get_by_label("Mã tra cứu").fill(PIN)
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    shown = page.inner_text("main")
    look(page, f"10-tracked-{path.count('/')}")
    for line in (CODE, "Đang xử lý", "Thẩm định", "Hồ sơ đã được đăng ký"):
        assert line in shown
    assert [mark for mark in MARKS if mark in page.content() + page.url] == []
    assert PIN not in shown + page.url, (
        "no address contains it; the button of the other language sends it once more"
    )
    page.get_by_role("button", name="English").click()
    assert CODE in page.inner_text("main")
    assert "History" in page.inner_text("main")
    assert PIN not in page.inner_text("body") + page.url


def test_a_contact_is_confirmed_in_one_click_that_opening_the_page_is_not(
    page: Page, portal: Portal
) -> None:
    portal.hear(way(AT_OFFICER), {f"{DOSSIER}/1": PAPERS})
    signature = contact_signature(DOSSIER, "email", REPORT_SECRET)
    page.goto(f"/xac-nhan/{DOSSIER}/email/{signature}")
    assert CODE in page.inner_text("main")
    assert page.locator("main form button").count() == 1
    assert fits(page)
    look(page, "11-confirm")
    page.goto(f"/xac-nhan/{DOSSIER}/email/{signature[:-1]}0")
    assert CODE not in page.content()
    look(page, "12-confirm-wrong-link")


def test_a_page_that_may_be_behind_says_as_of_when(page: Page, portal: Portal) -> None:
    portal.hear(way(AT_OFFICER), {f"{DOSSIER}/1": PAPERS})
    with portal.behind(datetime(2026, 11, 27, 2, 5, tzinfo=UTC)):
        page.goto("/tra-cuu")
        page.get_by_label("Mã hồ sơ").fill(CODE)
        page.get_by_label("Mã tra cứu").fill(PIN)
        page.get_by_role("button", name="Tra cứu", exact=True).click()
        assert "09:05" in page.inner_text("body")
        assert fits(page)
        look(page, "13-as-of")
