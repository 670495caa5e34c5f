"""Money at the door: a bank transfer's notification, the way back from the pay page, refunds on the
pages, pay-outs at the till.
"""

import hashlib
import hmac
import html
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import segno
from httpx import Response
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.payment import (
    PaymentDoubted,
    PaymentFailed,
    PaymentHeld,
    PaymentRequested,
    PaymentSettled,
    PaymentStarted,
    PayOut,
    PayOutDeclined,
    RecordProviderResult,
    StartPayment,
    reference_of,
    short_reference_of,
)
from motcua_contracts.messages.refunds import (
    PaymentReversed,
    RefundByHand,
    Refunded,
    RefundRequested,
    ReversePayment,
)
from motcua_contracts.messages.till import CashPaidOut, PayOutRequested, TillOpened
from motcua_contracts.messages.transfers import (
    AssignTransfer,
    TransferAssigned,
    TransferAssigning,
    TransferDeclined,
    TransferReceived,
    TransferReturned,
    transfer_subject,
)
from motcua_contracts.rules.reasons import ASSIGNMENT
from motcua_documents.store import DocumentStore
from motcua_gateway.pages.desk import money as money_page
from motcua_gateway.views import vnpay_return
from motcua_payment_providers import vnpay

from .dossier_events import CODE, DOSSIER, REGISTERED_ONLY, T0, said_by, way
from .harness import GatewayHarness, open_gateway

SECRET, BANK = "the-secret-of-this-merchant-0001", "the-secret-of-this-account-00001"
SHORT, TILL = short_reference_of(reference_of(DOSSIER, 1)), "till:haihau:cashier-haihau"
PAYLOAD = "00020101021238570010A0000007276304ABCD"
ATTEMPT: dict[str, Any] = {
    "attempt": 1,
    "provider": "vietqr",
    "reference": reference_of(DOSSIER, 1),
    "expires_at": T0,
}
REQUESTED = PaymentRequested(
    amount_vnd=100_000, return_url="x", requested_at=T0, short_reference=SHORT, **ATTEMPT
)
REFUND: dict[str, Any] = {
    "provider": "till",
    "attempt": 0,
    "reference": f"{TILL}/1",
    "fee": True,
    "reason": "refused",
}


def refund(number: int = 1, amount_vnd: int = 100_000) -> RefundRequested:
    return RefundRequested(refund=number, amount_vnd=amount_vnd, channel="cash", **REFUND)


def answering(
    desk: GatewayHarness, event: Event, sequence: int = 90, subject: str = DOSSIER
) -> None:
    async def react(message: Message[Payload]) -> None:
        await desk.hear(
            [said_by("payment", event, sequence, subject=subject, chain=message.correlationid)]
        )

    desk.runtime.react = react


@pytest.fixture
async def filed(database: Any, documents: DocumentStore) -> GatewayHarness:
    desk = await open_gateway(database, documents, vnpay_secret=SECRET, vietqr_secret=BANK)
    await desk.hear(way(REGISTERED_ONLY))
    await desk.hear([said_by("payment", REQUESTED, 10)])
    await desk.own("citizen-an")
    return desk


# ---------------------------------------------------------------------- a bank transfer


async def test_a_transfer_is_offered_as_a_picture(filed: GatewayHarness) -> None:
    answering(
        filed, PaymentStarted(redirect_url="", payload=PAYLOAD, amount_vnd=100_000, **ATTEMPT)
    )
    told = (
        await filed.post("citizen-an", f"/dossiers/{DOSSIER}/payments", {"method": "vietqr"})
    ).json()
    command = filed.runtime.appended[0][1].data
    assert isinstance(command, StartPayment)
    assert (command.provider, told["payload"], told["amount_vnd"]) == ("vietqr", PAYLOAD, 100_000)
    assert told["qr_svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert told["qr_png"].startswith("data:image/png;base64,iVBOR")
    assert "redirect_url" not in told
    assert segno.make(PAYLOAD, error="m").version


async def test_another_method_is_refused_and_named(filed: GatewayHarness) -> None:
    answer = await filed.post("citizen-an", f"/dossiers/{DOSSIER}/payments", {"method": "gold"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "body.method"


def notice(description: str) -> str:
    told = {
        "transaction_id": "FT1",
        "account": "1",
        "amount": 100_000,
        "credited_at": "2026-11-24T10:00:00+07:00",
    }
    return json.dumps(told | {"description": description}, ensure_ascii=False)


async def notify(desk: GatewayHarness, body: str) -> dict[str, Any]:
    signature = hmac.new(BANK.encode(), body.encode(), hashlib.sha256).hexdigest()
    answer = await desk.client.post(
        "/api/v1/callbacks/vietqr/notification",
        content=body,
        headers={"x-bank-signature": signature},
    )
    assert answer.status_code == 200
    return dict(answer.json())


async def test_a_notification_reaches_its_dossier_as_it_came(filed: GatewayHarness) -> None:
    settled = {
        "amount_vnd": 100_000,
        "channel": "online",
        "provider": "vietqr",
        "attempt": 1,
        "reference": "FT1",
        "settled_at": T0,
    }
    answering(filed, PaymentSettled.model_validate(settled))
    body = notice(f"CT {SHORT.lower()} Nguyễn")
    assert (await notify(filed, body))["code"] == "00"
    _, message = filed.runtime.appended[0]
    assert (message.subject, message.actor) == (DOSSIER, "system:bank")
    assert message.data == RecordProviderResult(
        provider="vietqr",
        raw_query=f"{hmac.new(BANK.encode(), body.encode(), hashlib.sha256).hexdigest()}.{body}",
    )


SUBJECT = transfer_subject("vietqr", "FT1")
MONEY = {
    "provider": "vietqr",
    "reference": "FT1",
    "amount_vnd": 100_000,
    "received_at": T0,
    "agency": "haihau",
    "code": CODE,
}
RECEIVED = TransferReceived.model_validate(MONEY)
GIVEN = {"assignment": 1, "dossier_id": DOSSIER, "amount_vnd": 100_000}
ASSIGNING = TransferAssigning.model_validate(
    {**GIVEN, "reason_code": "code-in-text", "officer": "cashier-haihau"}
)


async def test_a_notification_that_names_no_payment_is_kept_as_unassigned_money(
    filed: GatewayHarness,
) -> None:
    answering(filed, RECEIVED, 1, SUBJECT)
    assert (await notify(filed, notice("CT khong ro")))["code"] == "00"
    _, message = filed.runtime.appended[0]
    assert (message.subject, message.actor) == (SUBJECT, "system:bank")
    assert (await notify(filed, notice("CT khong ro")))["code"] == "02", "the bank tells it again"
    (row,) = (await filed.get("cashier-haihau", "/desk/transfers")).json()["transfers"]
    assert (row["reference"], row["amount_vnd"], row["state"], row["code_in_text"]) == (
        "FT1",
        100_000,
        "unassigned",
        CODE,
    )
    for persona in ("citizen-an", "clerk-haihau", "officer-tckh"):
        assert (await filed.get(persona, "/desk/transfers")).status_code == 403
    assert (await notify(filed, notice(f"CT {SHORT}")))["code"] == "02", (
        "of one transaction there is a dossier or a transfer, never both"
    )
    assert len(filed.runtime.appended) == 1


async def test_money_that_is_held_is_no_unassigned_money(filed: GatewayHarness) -> None:
    held = {
        "channel": "online",
        "provider": "vietqr",
        "attempt": 1,
        "reference": "FT1",
        "amount_vnd": 100_000,
        "received_at": T0,
    }
    await filed.hear([said_by("payment", PaymentHeld.model_validate(held), 11)])
    assert (await notify(filed, notice("CT khong ro")))["code"] == "02"
    assert filed.runtime.appended == []


async def test_a_transaction_that_is_a_dossiers_is_no_unassigned_money(
    filed: GatewayHarness,
) -> None:
    settled = {
        "amount_vnd": 100_000,
        "channel": "online",
        "provider": "vietqr",
        "attempt": 1,
        "reference": "FT1",
        "settled_at": T0,
    }
    await filed.hear([said_by("payment", PaymentSettled.model_validate(settled), 11)])
    assert (await notify(filed, notice("CT khong ro")))["code"] == "02"
    assert filed.runtime.appended == []


@pytest.mark.parametrize(
    "text", [f"nop phi {SHORT[:6]} {SHORT[6:]}", f"MCMC {SHORT}", f"IB.{SHORT}.CT"]
)
async def test_a_reference_with_a_blank_inside_or_behind_other_words_is_found(
    filed: GatewayHarness, text: str
) -> None:
    await notify(filed, notice(text))
    assert filed.runtime.appended[0][1].subject == DOSSIER


async def test_a_cashier_gives_a_transfer_to_a_dossier(filed: GatewayHarness) -> None:
    await filed.hear([said_by("payment", RECEIVED, 1, subject=SUBJECT)])
    path = f"/desk/transfers/{SUBJECT.removeprefix('transfer:')}"
    body = {"code": f" {CODE.lower()} ", "reason_code": "code-in-text"}
    assert (await filed.post("clerk-haihau", f"{path}/assign", body)).status_code == 403
    assert (
        await filed.post("cashier-haihau", f"{path}/assign", body | {"reason_code": "because"})
    ).status_code == 400
    unknown = await filed.post("cashier-haihau", f"{path}/assign", body | {"code": "H40.99-1"})
    assert unknown.json()["type"].rpartition(":")[2] == "dossier-unknown"
    nobody = await filed.post("cashier-haihau", f"/desk/transfers/vietqr:{'0' * 32}/assign", body)
    assert nobody.json()["type"].rpartition(":")[2] == "transfer-unknown"

    await filed.gateway.database.dossiers.update_one(
        {"_id": DOSSIER}, {"$set": {"agency": "haiminh"}}
    )
    foreign = await filed.post("cashier-haihau", f"{path}/assign", body)
    assert foreign.json()["type"].rpartition(":")[2] == "dossier-unknown", (
        "what another agency's dossier owes is not asked for here"
    )
    await filed.gateway.database.dossiers.update_one(
        {"_id": DOSSIER}, {"$set": {"agency": "haihau"}}
    )

    async def declined(message: Message[Payload]) -> None:
        events = [ASSIGNING, TransferDeclined.model_validate({**GIVEN, "reason": "nothing-owed"})]
        await filed.hear(
            [
                said_by("payment", event, 2 + n, subject=SUBJECT, chain=message.correlationid)
                for n, event in enumerate(events)
            ]
        )

    filed.runtime.react = declined
    refused = await filed.post("cashier-haihau", f"{path}/assign", body)
    assert refused.json()["type"].rpartition(":")[2] == "nothing-owed"
    page = (await filed.client.get("/quay/doi-soat", headers=filed.auth("cashier-haihau"))).text
    assert "Hồ sơ không còn khoản phải nộp" in page
    assert "nothing-owed" not in page, "a person reads words"
    command = filed.runtime.appended[-1][1]
    assert (command.subject, command.data) == (
        SUBJECT,
        AssignTransfer(agency="haihau", dossier_id=DOSSIER, reason_code="code-in-text"),
    )
    (row,) = (await filed.get("cashier-haihau", "/desk/transfers")).json()["transfers"]
    assert (row["state"], row["declined"], row["code"], row["reason_vi"]) == (
        "unassigned", "nothing-owed", CODE, "Nội dung chuyển khoản ghi mã hồ sơ",
    )  # fmt: skip
    returned = TransferReturned.model_validate(
        {
            "provider": "vietqr",
            "amount_vnd": 100_000,
            "reason_code": "payer-asked",
            "reference": "FT9",
            "officer": "cashier-haihau",
        }
    )
    answering(filed, returned, 4, SUBJECT)
    for typed in ("trả cho bà Nguyễn Thị B", "FT 9", "", "a" * 65):
        bad = await filed.post(
            "cashier-haihau", f"{path}/return", {"reason_code": "payer-asked", "reference": typed}
        )
        (fault,) = bad.json()["errors"]
        assert (bad.status_code, fault["field"]) == (400, "body.reference")
        assert "^" not in fault["allowed"], "a person reads words"
    back = await filed.post(
        "cashier-haihau", f"{path}/return", {"reason_code": "payer-asked", "reference": "FT9"}
    )
    assert (back.status_code, back.json()["done"]) == (200, "TransferReturned")
    assert (await filed.get("cashier-haihau", "/desk/transfers")).json()["transfers"] == []
    assert (await filed.get("cashier-haihau", "/desk/transfers?state=returned")).json()[
        "transfers"
    ][0]["reason_en"]


async def test_the_page_shows_what_needs_a_look_and_carries_its_forms_out(
    filed: GatewayHarness,
) -> None:
    await filed.hear(
        [said_by("payment", RECEIVED, 1, subject=SUBJECT), said_by("payment", doubted(), 11)]
    )
    page = (await filed.client.get("/quay/doi-soat", headers=filed.auth("cashier-haihau"))).text
    for part in (
        "Tiền cần đối soát",
        "100.000",
        "FT1",
        CODE,
        "Trừ tiền thành công, giao dịch bị nghi ngờ",
        "Gán vào hồ sơ",
    ):
        assert part in page
    assert "selected" not in page, "no reason is chosen before a person chooses one"
    form = {"code": CODE, "reason_code": "", "key": "key-of-the-page"}
    path = f"/quay/doi-soat/{SUBJECT.removeprefix('transfer:')}"
    headers = {**filed.auth("cashier-haihau"), "sec-fetch-site": "same-origin"}
    empty = await filed.client.post(f"{path}/gan", data=form, headers=headers)
    assert (empty.status_code, filed.runtime.appended) == (400, [])

    async def takes(message: Message[Payload]) -> None:
        events = [ASSIGNING, TransferAssigned.model_validate(GIVEN)]
        await filed.hear(
            [
                said_by("payment", event, 2 + n, subject=SUBJECT, chain=message.correlationid)
                for n, event in enumerate(events)
            ]
        )

    filed.runtime.react = takes
    full = form | {"reason_code": "code-in-text"}
    asked = await filed.client.post(f"{path}/gan", data=full, headers=headers)
    assert (asked.status_code, filed.runtime.appended) == (200, []), "asked once more first"
    confirmation = {"confirmation": confirmation_in(asked.text)}
    other = await filed.client.post(
        f"{path}/gan", data=full | {"reason_code": "other"} | confirmation, headers=headers
    )
    assert (other.status_code, filed.runtime.appended) == (
        200,
        [],
    ), "another field was not confirmed"
    done = await filed.client.post(f"{path}/gan", data=full | confirmation, headers=headers)
    assert (done.status_code, done.headers["location"]) == (303, "/quay/doi-soat?done=assigned")
    assert (
        "FT1"
        not in (
            await filed.client.get(
                "/quay/doi-soat?done=assigned&lang=en", headers=filed.auth("cashier-haihau")
            )
        ).text
    )
    assert (
        await filed.client.get("/quay/doi-soat", headers=filed.auth("clerk-haihau"))
    ).status_code == 403


def confirmation_in(page: str) -> str:
    found = re.search(r'name="confirmation" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


async def assigns(
    desk: GatewayHarness, reference: str = "FT1", lang: str = "vi", **data: str
) -> Response:
    path = f"/quay/doi-soat/{transfer_subject('vietqr', reference).removeprefix('transfer:')}/gan?lang={lang}"  # noqa: E501
    headers = {**desk.auth("cashier-haihau"), "sec-fetch-site": "same-origin"}
    return await desk.client.post(path, data={"key": "key-of-the-page", **data}, headers=headers)


async def test_the_page_that_asks_before_a_transfer_is_assigned_names_what_it_is_about(
    filed: GatewayHarness,
) -> None:
    await filed.hear([said_by("payment", RECEIVED, 1, subject=SUBJECT)])
    stored = await filed.gateway.database.dossiers.find_one({"_id": DOSSIER})
    asked = await assigns(filed, code=f" {CODE.lower()} ", reason_code="payer-shows-proof")
    for part in (
        CODE,
        stored["filing"]["name_vi"],
        "100.000 đồng",
        "FT1",
        ASSIGNMENT["payer-shows-proof"].vi,
        "Chưa thực hiện",
    ):
        assert part in asked.text
    english = (await assigns(filed, lang="en", code=CODE, reason_code="payer-shows-proof")).text
    assert stored["filing"]["name_en"] in english
    assert filed.runtime.appended == []


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"code": "", "reason_code": "other"}, 400, {"code": "Vui lòng nhập mã hồ sơ."}),
        (
            {"code": "H40.99-1<", "reason_code": "other"},
            404,
            {"code": "Không tìm thấy hồ sơ có mã này."},
        ),
        ({"code": CODE, "reason_code": ""}, 400, {"reason": "Vui lòng chọn lý do."}),
        ({"code": CODE, "reason_code": "because"}, 400, {"reason": "Vui lòng chọn lý do."}),
        (
            {"code": "", "reason_code": ""},
            400,
            {"code": "Vui lòng nhập mã hồ sơ.", "reason": "Vui lòng chọn lý do."},
        ),
    ],
)
async def test_an_assignment_that_does_not_hold_keeps_its_form(
    filed: GatewayHarness, typed: dict[str, str], status: int, said: dict[str, str]
) -> None:
    two = RECEIVED.model_copy(update={"reference": "FT2"})
    other = transfer_subject("vietqr", "FT2")
    await filed.hear(
        [
            said_by("payment", RECEIVED, 1, subject=SUBJECT),
            said_by("payment", two, 1, subject=other),
        ]
    )
    answer = await assigns(filed, **typed)
    assert (answer.status_code, filed.runtime.appended) == (status, [])
    assert answer.text.count("<details open>") == 1
    form = answer.text.split("<details open>")[1].split("</details>")[0]
    assert SUBJECT.removeprefix("transfer:") in form, "the form of the transfer that was meant"
    assert f'name="code" value="{html.escape(typed["code"])}"' in form
    assert ('<option value="other" selected>' in form) == (typed["reason_code"] == "other")
    beside = dict(
        re.findall(r'<p class="wrong" id="(code|a)-?\d+(?:-reason)?-wrong">([^<]+)</p>', form)
    )
    assert {"reason" if name == "a" else name: text for name, text in beside.items()} == said
    assert (
        answer.text.count('aria-invalid="true"') == form.count('aria-invalid="true"') == len(said)
    )


async def test_what_a_dossier_says_against_a_transfer_keeps_the_form_also_of_a_later_page(
    filed: GatewayHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = RECEIVED.model_copy(
        update={"reference": "FT2", "received_at": RECEIVED.received_at + timedelta(hours=1)}
    )
    other = transfer_subject("vietqr", "FT2")
    await filed.hear(
        [
            said_by("payment", RECEIVED, 1, subject=SUBJECT),
            said_by("payment", two, 1, subject=other),
        ]
    )
    monkeypatch.setattr(money_page, "PAGE", 1)
    asked = await assigns(filed, code=CODE, reason_code="other")

    async def declined(message: Message[Payload]) -> None:
        events = [ASSIGNING, TransferDeclined.model_validate({**GIVEN, "reason": "nothing-owed"})]
        await filed.hear(
            [
                said_by("payment", event, 2 + n, subject=SUBJECT, chain=message.correlationid)
                for n, event in enumerate(events)
            ]
        )

    filed.runtime.react = declined
    refused = await assigns(
        filed, code=CODE, reason_code="other", confirmation=confirmation_in(asked.text)
    )
    assert (refused.status_code, len(filed.runtime.appended)) == (409, 1)
    form = refused.text.split("<details open>")[1].split("</details>")[0]
    assert SUBJECT.removeprefix("transfer:") in form
    assert f'value="{CODE}"' in form
    assert '<option value="other" selected>' in form


# ---------------------------------------------------------------------- back from the pay page


def way_back(secret: str = SECRET, **changes: str) -> str:
    plain = {
        "vnp_ResponseCode": "00",
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": reference_of(DOSSIER, 1),
        "vnp_Amount": "10000000",
    }
    data = urlencode(sorted((plain | changes).items()))
    return f"{data}&vnp_SecureHash={hmac.new(secret.encode(), data.encode(), hashlib.sha512).hexdigest()}"  # noqa: E501


@pytest.mark.parametrize(
    ("query", "outcome"),
    [
        (way_back(), "confirming"),
        (way_back(vnp_ResponseCode="24", vnp_TransactionStatus="02"), "failed"),
        (way_back(vnp_ResponseCode="07", vnp_TransactionStatus="07"), "confirming"),
        (way_back(vnp_ResponseCode="24"), "confirming"),
        (way_back("other"), None),
        (way_back() + "&vnp_Extra=1", None),
        (way_back().replace("vnp_ResponseCode=00", "vnp_ResponseCode=24"), None),
    ],
)
def test_what_the_way_back_says_is_believed_only_signed(query: str, outcome: str | None) -> None:
    call = vnpay.verify(query.encode(), SECRET)
    assert (call.return_outcome if call is not None else None) == outcome
    assert vnpay.verify(query.encode(), "") is None


@pytest.mark.parametrize(
    ("secret", "path", "said"),
    [(SECRET, f"/track/{CODE}", "confirming"), ("other", "/tra-cuu", "unverified")],
)
async def test_the_browser_is_sent_to_the_tracking_page(
    filed: GatewayHarness, secret: str, path: str, said: str
) -> None:
    headers = {"Host": "evil.example"}
    answer = await filed.client.get(
        f"/api/v1/callbacks/vnpay/return?{way_back(secret)}", headers=headers
    )
    parts = urlsplit(answer.headers["location"])
    assert (answer.status_code, parts.netloc, parts.path) == (303, "gateway", path)
    assert dict(parse_qsl(parts.query))["payment"] == said, (
        "an address that is not rightly signed does not learn which code the dossier has"
    )
    assert filed.runtime.appended == [], "what a browser says settles nothing"


async def test_a_way_back_of_nobody_leads_to_tracking(filed: GatewayHarness) -> None:
    answer = await filed.client.get("/api/v1/callbacks/vnpay/return?vnp_TxnRef=x-1")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "http://gateway/tra-cuu?payment=unverified",
    )


async def came_back(desk: GatewayHarness, **changes: str) -> str:
    """The address that the browser is sent on to."""
    answer = await desk.client.get(f"/api/v1/callbacks/vnpay/return?{way_back(**changes)}")
    return answer.headers["location"].removeprefix("http://gateway")


FAILED = {"vnp_ResponseCode": "24", "vnp_TransactionStatus": "02"}


async def test_back_from_the_pay_page_a_sentence_says_how_it_is(filed: GatewayHarness) -> None:
    said = vnpay_return.SAID
    for changes, outcome in (({}, "confirming"), (FAILED, "failed")):
        path = await came_back(filed, **changes)
        shown = (await filed.client.get(path)).text
        assert said[outcome].vi in shown
        assert f"payment={outcome}" in shown, "the language's link keeps it"
        assert said[outcome].en in (await filed.client.get(f"{path}&lang=en")).text


async def test_what_is_typed_into_an_address_is_said_to_be_unverified(
    filed: GatewayHarness,
) -> None:
    unverified = vnpay_return.SAID["unverified"].vi
    marked = await came_back(filed)
    forged = [f"/track/{CODE}?payment={outcome}" for outcome in vnpay_return.OUTCOMES]
    forged += [f"/tra-cuu?payment={outcome}" for outcome in vnpay_return.OUTCOMES]
    forged += [
        marked.replace("confirming", "paid"),
        marked.replace(CODE, "H40.12-261124-0002"),
        marked[:-1],
        f"{marked}%C3%A9",
    ]
    forged += [
        f"/track/{CODE}?payment=paid&mark={mark}"
        for mark in ("-", "9" * 400, "1-", "%F0%9F%98%80-1", "٣-1")
    ]
    for path in forged:
        shown = (await filed.client.get(path)).text
        assert unverified in shown, path
        assert not any(
            label.vi in shown for name, label in vnpay_return.SAID.items() if name != "unverified"
        ), path


async def test_the_page_says_what_is_known_by_now(filed: GatewayHarness) -> None:
    failed = await came_back(filed, **FAILED)
    await filed.hear([said_by("payment", doubted(), 11)])
    assert vnpay_return.SAID["confirming"].vi in (await filed.client.get(failed)).text, (
        "money in doubt is not paid again"
    )
    await filed.gateway.database.dossiers.update_one(
        {"_id": DOSSIER}, {"$set": {"charge.settled": {"channel": "vnpay"}}}
    )
    assert vnpay_return.SAID["paid"].vi in (await filed.client.get(failed)).text
    paid = await came_back(filed)
    assert "payment=paid" in paid
    await filed.gateway.database.dossiers.update_one({"_id": DOSSIER}, {"$unset": {"charge": ""}})
    assert vnpay_return.SAID["confirming"].vi in (await filed.client.get(paid)).text, (
        "never paid before it was heard"
    )


def test_a_mark_is_good_for_a_day() -> None:
    ways, at = vnpay_return.WaysBack(b"k" * 32), T0
    mark = parse_qsl(urlsplit(ways.address(CODE, "failed", at)).query)[1][1]
    assert ways.believed(CODE, "failed", mark, at + vnpay_return.LASTS) == "failed"
    assert (
        ways.believed(CODE, "failed", mark, at + vnpay_return.LASTS + timedelta(seconds=1))
        == "unverified"
    )
    assert vnpay_return.WaysBack(b"x" * 32).believed(CODE, "failed", mark, at) == "unverified"


HOSTILE = [
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "PAID",
    "paid%20",
    "__class__",
    "vi",
    "a" * 3_000,
    "%00",
    "paid&payment=failed%20",
    "",
]


async def test_a_hostile_value_shows_nothing(filed: GatewayHarness) -> None:
    for payment in HOSTILE:
        answer = await filed.client.get(f"/track/{CODE}?payment={payment}")
        assert answer.status_code in (200, 400), payment
        assert 'class="note"' not in answer.text, payment
        assert "<script" not in answer.text


# ---------------------------------------------------------------------- money in doubt


def doubted(asks: int = 0) -> PaymentDoubted:
    more = {
        "reference": "14000001",
        "amount_vnd": 100_000,
        "provider_code": "07",
        "doubted_at": T0,
        "ask_at": T0,
        "asks": asks,
    }
    return PaymentDoubted.model_validate({"attempt": 1, "provider": "vnpay", **more})


async def test_an_accountant_sees_what_is_in_doubt_until_it_is_settled(
    filed: GatewayHarness,
) -> None:
    await filed.hear([said_by("payment", doubted(), 11), said_by("payment", doubted(1), 12)])
    (dossier,) = (await filed.get("cashier-haihau", "/desk/payments/doubted")).json()["dossiers"]
    (line,) = dossier["payments"]
    assert (dossier["code"], line["provider_code"], line["asks"], line["amount_vnd"]) == (
        CODE,
        "07",
        1,
        100_000,
    )
    assert line["said_vi"] == "Trừ tiền thành công, giao dịch bị nghi ngờ"
    page = (await filed.get("citizen-an", f"/dossiers/{DOSSIER}")).json()
    assert page["fee"]["in_doubt"] is True
    assert [one["event"] for one in page["history"]].count("PaymentDoubted") == 1, (
        "each answer that leaves the doubt says nothing new"
    )
    offered = (await filed.get("cashier-haihau", f"/desk/dossiers/{DOSSIER}")).json()["actions"]
    assert line["end_href"] in [one["href"] for one in offered if one["action"] == "end-doubt"]
    for persona in ("citizen-an", "clerk-haihau", "officer-tckh"):
        assert (await filed.get(persona, "/desk/payments/doubted")).status_code == 403
    answering(
        filed, PaymentFailed(attempt=1, provider="vnpay", provider_code="by-hand"), sequence=13
    )
    ended = await filed.post("cashier-haihau", f"/desk/dossiers/{DOSSIER}/payments/1/end-doubt")
    assert (ended.status_code, ended.json()["done"]) == (200, "PaymentFailed")
    assert (await filed.get("cashier-haihau", "/desk/payments/doubted")).json()["dossiers"] == []
    assert (await filed.get("citizen-an", f"/dossiers/{DOSSIER}")).json()["fee"][
        "in_doubt"
    ] is False


# ---------------------------------------------------------------------- money that the bank took
# back

REVERSED = PaymentReversed(
    provider="vietqr",
    attempt=0,
    reference="FT1",
    amount_vnd=100_000,
    bank_reference="FT9",
    fee=True,
    owed=True,
    refunded_vnd=0,
    reversed_at=T0,
    officer="cashier-haihau",
)
SETTLED = PaymentSettled(
    amount_vnd=100_000,
    channel="online",
    provider="vietqr",
    attempt=0,
    reference="FT1",
    settled_at=T0,
)
TAKEN_BACK = {"reference": "FT1", "bank_reference": "FT9"}


async def test_what_the_bank_took_back_is_not_paid_and_an_accountant_sees_it_until_it_is_paid_again(
    filed: GatewayHarness,
) -> None:
    await filed.hear([said_by("payment", SETTLED, 11)])
    answering(filed, REVERSED, sequence=12)
    path = f"/desk/dossiers/{DOSSIER}/payments/reverse"
    for persona in ("citizen-an", "clerk-haihau", "officer-tckh"):
        assert (await filed.post(persona, path, TAKEN_BACK)).status_code == 403
        assert (await filed.get(persona, "/desk/payments/reversed")).status_code == 403
    bad = await filed.post(
        "cashier-haihau", path, TAKEN_BACK | {"bank_reference": "bà Lan 0912 345 678"}
    )
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (400, "body.bank_reference")
    assert (await filed.get("cashier-haihau", "/desk/payments/reversed")).json()["dossiers"] == []
    done = await filed.post("cashier-haihau", path, TAKEN_BACK)
    assert (done.status_code, done.json()["done"]) == (200, "PaymentReversed")
    assert filed.runtime.appended[-1][1].data == ReversePayment(agency="haihau", **TAKEN_BACK)
    (dossier,) = (await filed.get("cashier-haihau", "/desk/payments/reversed")).json()["dossiers"]
    assert (dossier["code"], dossier["payments"][0]["bank_reference"]) == (CODE, "FT9")
    own = (await filed.get("citizen-an", f"/dossiers/{DOSSIER}")).json()
    assert (own["fee"]["state"], own["fee"]["settled"]) == ("due", None)
    assert own["history"][-1]["text_vi"] == "Ngân hàng đã thu hồi khoản đã nộp 100.000 đồng"
    offered = {
        one["action"]
        for one in (await filed.get("cashier-haihau", f"/desk/dossiers/{DOSSIER}")).json()[
            "actions"
        ]
    }
    assert "collect-cash" in offered
    assert (
        "FT9"
        in (await filed.client.get("/quay/doi-soat", headers=filed.auth("cashier-haihau"))).text
    )
    await filed.hear([said_by("payment", SETTLED.model_copy(update={"reference": "FT2"}), 13)])
    assert (await filed.get("cashier-haihau", "/desk/payments/reversed")).json()["dossiers"] == []


RETURN_FORM = {"reason_code": "payer-asked", "reference": "FT9", "key": "key-of-the-page"}
TAKEN_FORM = {**TAKEN_BACK, "code": CODE, "key": "key-of-the-page"}
ACTS = {
    "return": (
        f"/quay/doi-soat/{SUBJECT.removeprefix('transfer:')}/hoan-tra",
        RETURN_FORM,
        "reference",
    ),
    "end doubt": (f"/quay/doi-soat/{DOSSIER}/giao-dich/1", {"key": "key-of-the-page"}, "key"),
    "reverse": ("/quay/doi-soat/thu-hoi", TAKEN_FORM, "bank_reference"),
}


@pytest.mark.parametrize("act", list(ACTS))
async def test_what_cannot_be_undone_is_asked_once_more(filed: GatewayHarness, act: str) -> None:
    await filed.hear(
        [said_by("payment", RECEIVED, 1, subject=SUBJECT), said_by("payment", doubted(), 11)]
    )
    path, form, other = ACTS[act]
    headers = {**filed.auth("cashier-haihau"), "sec-fetch-site": "same-origin"}
    asked = await filed.client.post(path, data=form, headers=headers)
    assert (asked.status_code, filed.runtime.appended) == (200, [])
    for part in ("Chưa thực hiện", "Điều sẽ xảy ra"):
        assert part in asked.text
    confirmation = asked.text.partition('name="confirmation" value="')[2].partition('"')[0]
    changed = form | {"confirmation": confirmation, other: "FT10"}
    again = await filed.client.post(path, data=changed, headers=headers)
    assert (again.status_code, filed.runtime.appended) == (200, []), "another field is another act"
    leader = {**filed.auth("leader-tckh"), "sec-fetch-site": "same-origin"}
    theirs = await filed.client.post(
        path, data=form | {"confirmation": confirmation}, headers=leader
    )
    assert filed.runtime.appended == [], f"{theirs.status_code}: another person confirms for nobody"
    done = await filed.client.post(
        path, data=form | {"confirmation": confirmation}, headers=headers
    )
    assert (done.status_code, len(filed.runtime.appended)) == (303, 1)


async def test_a_sentence_for_a_number_is_said_in_words_on_the_page(filed: GatewayHarness) -> None:
    await filed.hear([said_by("payment", RECEIVED, 1, subject=SUBJECT)])
    path, form, _ = ACTS["return"]
    headers = {**filed.auth("cashier-haihau"), "sec-fetch-site": "same-origin"}
    bad = await filed.client.post(path, data=form | {"reference": "trả bà Lan"}, headers=headers)
    assert (bad.status_code, filed.runtime.appended) == (422, [])
    assert "Số giao dịch của ngân hàng chỉ gồm" in bad.text


@pytest.mark.parametrize(
    ("act", "wrong", "beside"),
    [
        ("return", {"reference": "trả bà Lan"}, "Số giao dịch của ngân hàng chỉ gồm"),
        ("return", {"reason_code": ""}, "Vui lòng chọn lý do."),
        ("reverse", {"bank_reference": "trả bà Lan"}, "Số giao dịch của ngân hàng chỉ gồm"),
        ("reverse", {"code": ""}, "Vui lòng nhập mã hồ sơ."),
        ("reverse", {"code": "H40.12-261124-9999"}, "Không tìm thấy hồ sơ có mã này."),
    ],
)
async def test_what_was_typed_is_kept_beside_what_is_wrong(
    filed: GatewayHarness, act: str, wrong: dict[str, str], beside: str
) -> None:
    await filed.hear([said_by("payment", RECEIVED, 1, subject=SUBJECT)])
    path, form, _ = ACTS[act]
    headers = {**filed.auth("cashier-haihau"), "sec-fetch-site": "same-origin"}
    bad = await filed.client.post(path, data=form | wrong, headers=headers)
    assert (bad.status_code >= 400, filed.runtime.appended) == (True, [])
    (opened,) = re.findall(r"<details open>.*?</details>", bad.text, re.DOTALL)
    assert beside in opened.partition('aria-invalid="true"')[2]
    for name, value in (form | wrong).items():
        assert (
            name == "key" or f'value="{value}" selected' in opened or f'value="{value}"' in opened
        ), name


# ---------------------------------------------------------------------- money back


async def test_owner_and_desk_see_a_refund_and_its_end(filed: GatewayHarness) -> None:
    await filed.hear([said_by("payment", refund(), 11)])
    page = (await filed.get("citizen-an", f"/dossiers/{DOSSIER}")).json()
    assert [
        (one["refund"], one["amount_vnd"], one["channel"], one["state"])
        for one in page["fee"]["refunds"]
    ] == [(1, 100_000, "cash", "requested")]
    assert page["history"][-1]["text_vi"] == "Hoàn trả 100.000 đồng: đang thực hiện"
    desk = (await filed.get("cashier-haihau", f"/desk/dossiers/{DOSSIER}")).json()
    offered = {one["action"]: one for one in desk["actions"]}["pay-out"]
    assert (offered["href"], offered["refund"], offered["amount_vnd"]) == (
        "/api/v1/desk/till/pay-out",
        1,
        100_000,
    )
    await filed.hear(
        [
            said_by(
                "payment", Refunded(refund=1, amount_vnd=100_000, channel="cash", reference="t"), 12
            )
        ]
    )
    page = (await filed.get("citizen-an", f"/dossiers/{DOSSIER}")).json()
    assert page["fee"]["refunds"][0]["state"] == "done"
    assert "pay-out" not in {
        one["action"]
        for one in (await filed.get("cashier-haihau", f"/desk/dossiers/{DOSSIER}")).json()[
            "actions"
        ]
    }


async def test_the_till_shows_what_was_paid_out(filed: GatewayHarness) -> None:
    asked: dict[str, Any] = {
        "reference": f"{TILL}/2",
        "dossier_id": DOSSIER,
        "refund": 1,
        "amount_vnd": 30_000,
    }
    said = [
        TillOpened(agency="haihau", cashier="cashier-haihau", float_vnd=500_000),
        PayOutRequested(cashier="cashier-haihau", **asked),
        CashPaidOut(**asked),
    ]
    await filed.hear(
        [said_by("payment", event, number, subject=TILL) for number, event in enumerate(said, 1)]
    )
    session = (await filed.get("cashier-haihau", "/desk/till")).json()["session"]
    assert (session["expected_vnd"], session["paid_out_vnd"]) == (470_000, 30_000)
    assert [(one["code"], one["state"]) for one in session["pay_outs"]] == [(CODE, "paid_out")]


async def test_a_declined_pay_out_is_that_refusal(filed: GatewayHarness) -> None:
    await filed.hear([said_by("payment", refund(amount_vnd=20_000), 11)])
    opened = TillOpened(agency="haihau", cashier="cashier-haihau", float_vnd=0)
    await filed.hear([said_by("payment", opened, 1, subject=TILL)])
    declined = PayOutDeclined(
        reference="r", dossier_id=DOSSIER, refund=1, amount_vnd=100_000, reason="amount-differs"
    )
    answering(filed, declined, subject=TILL)
    answer = await filed.post(
        "cashier-haihau",
        "/desk/till/pay-out",
        {"dossier_id": DOSSIER, "refund": 1, "amount_vnd": 100_000},
    )
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "amount-differs")
    assert answer.json()["params"] == {"amount_vnd": 20_000}
    assert filed.runtime.appended[0][1].data == PayOut(
        dossier_id=DOSSIER, refund=1, amount_vnd=100_000
    )


async def test_a_refund_by_hand_goes_to_the_dossier(filed: GatewayHarness) -> None:
    answering(filed, refund(amount_vnd=20_000))
    answer = await filed.post(
        "cashier-haihau", f"/desk/dossiers/{DOSSIER}/refund", {"amount_vnd": 20_000}
    )
    assert (answer.status_code, answer.json()["done"]) == (200, "RefundRequested")
    _, message = filed.runtime.appended[0]
    assert (message.subject, message.data) == (
        DOSSIER,
        RefundByHand(agency="haihau", amount_vnd=20_000),
    )


async def test_nobody_else_refunds(filed: GatewayHarness) -> None:
    for persona in ("citizen-an", "officer-tckh", "clerk-haihau"):
        assert (
            await filed.post(persona, f"/desk/dossiers/{DOSSIER}/refund", {"amount_vnd": 1})
        ).status_code == 403
        assert (
            await filed.post(
                persona, "/desk/till/pay-out", {"dossier_id": DOSSIER, "refund": 1, "amount_vnd": 1}
            )
        ).status_code == 403
