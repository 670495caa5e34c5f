"""J4's form: filled in on the page without signing in, and printed; what does not hold is named.

Filed: test_j04_suspension.py.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from motcua_journeys import Stage
from motcua_journeys.applicants import sample_form
from pypdf import PdfReader

PROCEDURE = "1.001570"
PAGE = f"/thu-tuc/{PROCEDURE}/to-khai"


@pytest.fixture(scope="module")
def browser(stage: Stage) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stage.addresses["gateway"], trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def form(stage: Stage) -> dict[str, Any]:
    return dict(sample_form(stage.anybody.procedure(PROCEDURE)))


def said(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_the_form_is_filled_in_on_the_page_and_printed(
    browser: httpx.Client, form: dict[str, Any]
) -> None:
    typed = {name: "true" if value is True else str(value) for name, value in form.items()}
    answer = browser.post(PAGE, data=typed)
    assert answer.headers["content-type"] == "application/pdf"
    for line in (
        form["owner_name"],
        form["business_name"],
        form["reason"],
        "THÔNG BÁO TẠM NGỪNG KINH DOANH",
        "NGƯỜI KHAI",
    ):
        assert line in said(answer.content)


def test_what_does_not_hold_is_named_and_nothing_is_printed(
    browser: httpx.Client, form: dict[str, Any]
) -> None:
    answer = browser.post(PAGE, data={"owner_name": form["owner_name"]})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (
        422,
        "text/html",
    )
    assert 'id="e-suspended_from"' in answer.text


def test_the_empty_form_and_the_filled_one_come_by_the_api_too(
    browser: httpx.Client, stage: Stage, form: dict[str, Any]
) -> None:
    (first, *_) = stage.anybody.procedure(PROCEDURE)["forms"]
    empty, filled = browser.get(first["href"]), browser.post(first["href"], json={"form": form})
    assert (
        form["owner_name"] in said(empty.content),
        form["owner_name"] in said(filled.content),
    ) == (False, True)


def test_the_page_says_that_it_cannot_be_filed_online(browser: httpx.Client) -> None:
    assert "Không nộp hồ sơ trực tuyến" in browser.get(f"/thu-tuc/{PROCEDURE}").text


def test_a_level_1_procedure_has_no_form_to_print(browser: httpx.Client, stage: Stage) -> None:
    found = browser.get("/api/v1/procedures", params={"level": "none", "limit": "1"}).json()[
        "procedures"
    ][0]["code"]
    answer = browser.get(f"/thu-tuc/{found}/to-khai")
    assert (answer.status_code, "cần mức độ 2" in answer.text) == (409, True)
