"""Codes and pins as people type them; the tracking page: what it asks for, how to pay, two
languages, and a sentence for each mistake.
"""

import pytest
from motcua_contracts.messages.intake import (
    FeeCleared,
    RequestedPaper,
    SupplementDemanded,
    SupplementRequested,
)
from motcua_gateway.http.typed import typed_code, typed_pin
from motcua_gateway.identity.pins import MOST_TRIES

from .dossier_events import AT_OFFICER, CODE, DUE, MARKS, PIN, said_by, way
from .harness import GatewayHarness

WRITTEN = "H40.12-261124-0001"


@pytest.mark.parametrize(
    "typed",
    [
        "H40.12–261124—0001",
        "h40.12‑261124‑0001",
        " H40.12 - 261124 - 0001 ",
        "H40.12 261124 0001",
        "H40.12\u00a0−\u00a0261124\t0001",
        "H40.12-2611 24-00 01",
        "H40.122611240001",
        "\u200bH40.12-261124-0001\ufeff",
        "Ｈ40.12－261124－0001",
        "H40.12_261124_0001",
        "-H40.12--261124--0001-",
    ],
)
def test_a_code_is_known_however_it_is_typed(typed: str) -> None:
    assert typed_code(typed) == WRITTEN


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ""),
        ("x" * 500, "X" * 60),
        ("000.00.64.H10-261124-12345", "000.00.64.H10-261124-12345"),
        ("abc def", "ABC-DEF"),
        ("\x00", "\x00"),
    ],
)
def test_what_is_no_code_stays_none(typed: str, read: str) -> None:
    assert typed_code(typed) == read


def test_a_pin_loses_what_stands_between_its_digits() -> None:
    assert [typed_pin(one) for one in ("157 842", "157-842", "157–842", " ", "１57842")] == [
        "157842",
        "157842",
        "157842",
        "",
        "１57842",
    ]


async def test_a_code_with_other_dashes_is_no_wrong_try(desk: GatewayHarness) -> None:
    await desk.hear(way(AT_OFFICER))
    await desk.keep_papers()
    for _ in range(MOST_TRIES + 5):
        seen = await desk.client.post(
            "/tra-cuu", data={"code": CODE.replace("-", " – "), "pin": PIN}
        )
        assert (seen.status_code, CODE in seen.text) == (200, True)


async def test_no_pin_is_another_sentence_than_a_wrong_one_and_no_try(desk: GatewayHarness) -> None:
    await desk.hear(way(AT_OFFICER))
    await desk.keep_papers()
    for _ in range(MOST_TRIES + 5):
        empty = await desk.client.post("/tra-cuu", data={"code": CODE, "pin": "  "})
        assert (
            empty.status_code,
            "Chưa nhập mã tra cứu" in empty.text,
            f'value="{CODE}"' in empty.text,
        ) == (422, True, True)
    wrong = await desk.client.post("/tra-cuu", data={"code": CODE, "pin": "000000"})
    assert (wrong.status_code, "Chưa nhập" in wrong.text, "không đúng" in wrong.text) == (
        404,
        False,
        True,
    )


async def test_the_other_language_shows_the_same_dossier(desk: GatewayHarness) -> None:
    await desk.hear(way(AT_OFFICER))
    await desk.keep_papers()
    seen = await desk.client.post("/tra-cuu", data={"code": CODE, "pin": PIN})
    assert (
        '<form method="post" action="/tra-cuu?lang=en"><input type="hidden" name="code"'
        in seen.text
    )
    english = await desk.client.post("/tra-cuu?lang=en", data={"code": CODE, "pin": PIN})
    assert (
        "Track a dossier" in english.text,
        CODE in english.text,
        'action="/tra-cuu"><input type="hidden"' in english.text,
    ) == (True,) * 3
    assert english.headers["cache-control"] == "no-store"
    assert [mark for mark in MARKS if mark in english.text] == []


ASKED = {
    "by": "counter",
    "number": 1,
    "papers": (
        RequestedPaper(
            paper="application", kind="certified", copies=2, reason_code="paper-unreadable"
        ),
    ),
    "reason_code": "paper-unreadable",
    "revision": 2,
    "respond_by": DUE,
}


async def test_tracking_says_what_is_asked_for_until_when_and_where(desk: GatewayHarness) -> None:
    events = way({"intake": 1, "payment": 6})
    asked = [
        FeeCleared(reason="settled"),
        SupplementDemanded.model_validate(ASKED),
        SupplementRequested.model_validate({**ASKED, "slip": None}),
    ]
    await desk.hear([*events, *(said_by("intake", event, n) for n, event in enumerate(asked, 2))])
    await desk.keep_papers()
    told = (await desk.get("", f"/track/{CODE}?pin={PIN}")).json()
    assert told["supplement"]["papers"][0]["copies"] == 2
    assert (set(told["supplement"]), told["fee"]) == (
        {"respond_by", "reason_code", "reason_vi", "reason_en", "papers"},
        None,
    )
    page = (await desk.client.post("/tra-cuu", data={"code": CODE, "pin": PIN})).text
    for said in (
        "2 bản sao chứng thực",
        "Bản chụp không đọc được",
        "Hạn bổ sung",
        "UBND huyện Hải Hậu",
    ):
        assert said in page


async def test_tracking_says_what_is_to_be_paid_until_when_and_how(desk: GatewayHarness) -> None:
    await desk.hear(way({"intake": 2, "payment": 2}))
    await desk.keep_papers()
    told = (await desk.get("", f"/track/{CODE}?pin={PIN}")).json()
    assert (
        told["fee"]["amount_vnd"],
        told["fee"]["now"],
        told["fee"]["online"],
        told["supplement"],
    ) == (100_000, True, True, None)
    page = (await desk.client.post("/tra-cuu", data={"code": CODE, "pin": PIN})).text
    for said in ("100.000 đồng", "Hạn nộp", "tiền mặt", "hoặc trực tuyến"):
        assert said in page
    await desk.hear([said_by("intake", FeeCleared(reason="settled"), 3)])
    paid = (await desk.get("", f"/track/{CODE}?pin={PIN}")).json()
    assert paid["fee"] is None
