"""VNPAY's side as a merchant meets it.

Checksums here come from the openssl command line or from this file's own three lines, never from
the code under test.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

import httpx
import pytest

from .processes import Merchant, Simulator, Start

SECRET = "RAOEXHYVSDDIIENYWSLDIIZTANXUXZFJ"

# printf '%s' "$QUERY" | openssl dgst -sha512 -hmac RAOEXHYVSDDIIENYWSLDIIZTANXUXZFJ
QUERY = (
    "vnp_Amount=1806000&vnp_Command=pay&vnp_CreateDate=20210801153333&vnp_CurrCode=VND&vnp_ExpireDate=20990801154833"
    "&vnp_IpAddr=127.0.0.1&vnp_Locale=vn&vnp_OrderInfo=Thanh+toan+ho+so+%3A5+%26+phi&vnp_OrderType=other"
    "&vnp_ReturnUrl=https%3A%2F%2Fdomainmerchant.vn%2FReturnUrl%3Fa%3D1&vnp_TmnCode=DEMOV210&vnp_TxnRef=5&vnp_Version=2.1.0"
)
QUERY_HASH = "c80863b86fca2d1b9349c34af6e9be5b457702f9585b0f077e35d0eeb123781a849b371f558c1505d5af4e151853fe08fc84770498f926d99e0fa28731323cc4"  # noqa: E501
# The same over 'q-1|2.1.0|querydr|DEMOV210|5|20210801153333|20210801160000|127.0.0.1|Truy van 5'
QUERYDR_HASH = "18805e1bb0737abd727283702fa9ca4c40353bd98b3653f74544de1c0662caf91f8636ef278e16a8f334a276932a3c0526c3b87c6077c2608a13ebe310991b28"  # noqa: E501
# The same over 'r-1|2.1.0|refund|DEMOV210|03|5|600000||20210801153333|thu
# ngan|20210801170000|127.0.0.1|Hoan phi 5'
REFUND_HASH = "1e196c47dbee96bd9c3ea88489d57c0eb886a2b109419754bdc8260b9270a9545463d2120006ec3ddfaa80389336a959ca47a33d52ce8e7d811ce713a6a5eb7a"  # noqa: E501

# Of an IPN and of the return URL.
NAMES = (
    "Amount BankCode BankTranNo CardType OrderInfo PayDate ResponseCode TmnCode TransactionNo"
    " TransactionStatus TxnRef SecureHash"
)


def sign(data: str) -> str:
    return hmac.new(SECRET.encode(), data.encode(), hashlib.sha512).hexdigest()


def pay_url(vnpay: Simulator, **changes: str) -> str:
    parameters = dict(parse_qsl(QUERY)) | changes
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in sorted(parameters.items()))
    return f"{vnpay.url}/paymentv2/vpcpay.html?{query}&vnp_SecureHash={sign(query)}"


def is_genuine(raw_query: str) -> bool:
    """As a merchant checks it: everything before vnp_SecureHash is in order already and signed as
    it is.
    """
    data, _, given = raw_query.partition("&vnp_SecureHash=")
    return given == sign(data) and sorted(data.split("&")) == data.split("&")


@pytest.fixture(scope="module")
def vnpay_process(start_shared: Start, merchant_server: Merchant) -> Simulator:
    environment = {
        "MOTCUA_VNPAY_TMN_CODE": "DEMOV210",
        "MOTCUA_VNPAY_SECRET": SECRET,
        "MOTCUA_VNPAY_IPN_URL": f"{merchant_server.url}/ipn",
    }
    return start_shared(
        "vnpay", "--retry-seconds", "0.02", "--max-calls", "4", environment=environment
    )


@pytest.fixture
def vnpay(vnpay_process: Simulator, merchant: Merchant) -> Simulator:
    """The module's provider with empty books.

    The merchant is emptied again: a late call may have come between.
    """
    httpx.delete(f"{vnpay_process.url}/transactions").raise_for_status()
    merchant.received.clear()
    return vnpay_process


def press(vnpay: Simulator, action: str = "pay", **changes: str) -> httpx.Response:
    return httpx.post(pay_url(vnpay, **changes), data={"action": action}, follow_redirects=False)


def control(vnpay: Simulator, **wish: object) -> None:
    httpx.post(f"{vnpay.url}/control", json=wish).raise_for_status()


def answer(code: str) -> str:
    return f'{{"RspCode":"{code}","Message":"m"}}'


def rsp_codes(vnpay: Simulator, number: int, txn_ref: str = "5") -> list[str | None]:
    """The answers of the first `number` calls, once all of them were answered, and a little later
    no more than these.
    """

    def settled() -> list[dict[str, Any]] | None:
        calls: list[dict[str, Any]] = httpx.get(f"{vnpay.url}/transactions/{txn_ref}").json()[
            "ipn_calls"
        ]
        return (
            calls
            if len(calls) >= number and all(call["rsp_code"] or call["error"] for call in calls)
            else None
        )

    until(settled)
    time.sleep(0.1)
    return [
        call["rsp_code"]
        for call in httpx.get(f"{vnpay.url}/transactions/{txn_ref}").json()["ipn_calls"]
    ]


def until(found: Callable[[], object], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


@pytest.mark.parametrize("written", [QUERY_HASH, QUERY_HASH.upper()])
def test_the_pay_page_takes_a_signature_made_by_openssl(vnpay: Simulator, written: str) -> None:
    page = httpx.get(f"{vnpay.url}/paymentv2/vpcpay.html?{QUERY}&vnp_SecureHash={written}")
    assert page.status_code == 200
    assert "18.060 ₫" in page.text
    assert "Thanh toan ho so :5 &amp; phi" in page.text


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (lambda vnpay: pay_url(vnpay).replace("vnp_Amount=1806000", "vnp_Amount=1806"), "70"),
        (lambda vnpay: pay_url(vnpay)[:-1], "70"),
        (lambda vnpay: pay_url(vnpay) + "&vnp_Amount=1", "03"),
        (lambda vnpay: pay_url(vnpay, vnp_TmnCode="OTHER210"), "72"),
        (lambda vnpay: pay_url(vnpay, vnp_Amount="18060.5"), "03"),
        (lambda vnpay: pay_url(vnpay, vnp_OrderInfo="Lệ phí"), "03"),
        (lambda vnpay: pay_url(vnpay, vnp_ExpireDate="20211301000000"), "03"),
        (lambda vnpay: pay_url(vnpay, vnp_ExpireDate="20210801154833"), "15"),
    ],
)
def test_the_pay_page_refuses(vnpay: Simulator, url: Callable[[Simulator], str], code: str) -> None:
    page = httpx.get(url(vnpay))
    assert page.status_code == 400
    assert f'<strong id="code">{code}</strong>' in page.text
    assert httpx.get(f"{vnpay.url}/transactions").json() == []


def test_paying_calls_the_ipn_and_sends_the_citizen_back(
    vnpay: Simulator, merchant: Merchant
) -> None:
    back = press(vnpay)
    assert back.status_code == 303
    (ipn,) = merchant.wait_for(1)
    path, raw, _ = merchant.received[0]
    assert path == "/ipn"
    assert is_genuine(raw)
    assert set(ipn) == {f"vnp_{name}" for name in NAMES.split()}
    assert (ipn["vnp_Amount"], ipn["vnp_ResponseCode"], ipn["vnp_TransactionStatus"]) == (
        "1806000",
        "00",
        "00",
    )
    assert (ipn["vnp_TxnRef"], ipn["vnp_OrderInfo"]) == ("5", "Thanh toan ho so :5 & phi")
    url = urlsplit(back.headers["location"])
    assert (url.netloc, url.path) == ("domainmerchant.vn", "/ReturnUrl")
    assert url.query == f"a=1&{raw}"
    assert rsp_codes(vnpay, 1) == ["00"]


@pytest.mark.parametrize(("action", "code"), [("cancel", "24"), ("no_money", "51")])
def test_not_paying_is_told_too(
    vnpay: Simulator, merchant: Merchant, action: str, code: str
) -> None:
    press(vnpay, action)
    (ipn,) = merchant.wait_for(1)
    assert is_genuine(merchant.received[0][1])
    assert (ipn["vnp_ResponseCode"], ipn["vnp_TransactionStatus"], ipn["vnp_TransactionNo"]) == (
        code,
        "02",
        "0",
    )


def test_a_transaction_is_decided_once(vnpay: Simulator, merchant: Merchant) -> None:
    assert press(vnpay, "nonsense").status_code == 400
    press(vnpay)
    assert press(vnpay, "cancel").status_code == 400
    assert rsp_codes(vnpay, 1) == ["00"]
    assert httpx.get(f"{vnpay.url}/transactions/5").json()["response_code"] == "00"


def test_a_reference_is_used_for_one_request(vnpay: Simulator) -> None:
    assert httpx.get(pay_url(vnpay)).status_code == 200
    assert httpx.get(pay_url(vnpay)).status_code == 200
    assert httpx.get(pay_url(vnpay, vnp_Amount="200000")).status_code == 400


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ([answer("99"), answer("00")], ["99", "00"]),
        ([None, "<html>", answer("02")], [None, None, "02"]),
        ([answer("01")], ["01", "01", "01", "01"]),
        ([answer("97"), answer("04"), answer("02")], ["97", "04", "02"]),
    ],
)
def test_calls_again_until_taken_or_tired(
    vnpay: Simulator, merchant: Merchant, answers: list[str | None], codes: list[str | None]
) -> None:
    merchant.answers = answers
    press(vnpay)
    assert rsp_codes(vnpay, len(codes)) == codes


@pytest.mark.parametrize("mode", ["twice", "twice_at_once"])
def test_twice_is_the_very_same_call_again(vnpay: Simulator, merchant: Merchant, mode: str) -> None:
    merchant.answers = [answer("00"), answer("02")]
    control(vnpay, ipn=mode)
    press(vnpay)
    merchant.wait_for(2)
    assert merchant.received[0] == merchant.received[1]
    assert sorted(code or "" for code in rsp_codes(vnpay, 2)) == ["00", "02"]


def test_forged_has_another_signature_and_comes_once(vnpay: Simulator, merchant: Merchant) -> None:
    merchant.answers = [answer("97")]
    control(vnpay, ipn="forged")
    press(vnpay)
    merchant.wait_for(1)
    assert not is_genuine(merchant.received[0][1])
    assert rsp_codes(vnpay, 1) == ["97"]


def test_other_amount_is_signed_rightly(vnpay: Simulator, merchant: Merchant) -> None:
    merchant.answers = [answer("04"), answer("00")]
    control(vnpay, ipn="other_amount")
    press(vnpay)
    (ipn,) = merchant.wait_for(1)
    assert is_genuine(merchant.received[0][1])
    assert ipn["vnp_Amount"] == "1906000"


def test_late_and_never_only_for_their_reference(vnpay: Simulator, merchant: Merchant) -> None:
    control(vnpay, ipn="late", delay_seconds=0.5, txn_ref="6")
    control(vnpay, ipn="never", txn_ref="7")
    began = time.monotonic()
    for txn_ref in ("7", "6", "5"):
        press(vnpay, vnp_TxnRef=txn_ref)
    assert [ipn["vnp_TxnRef"] for ipn in merchant.wait_for(2)] == ["5", "6"]
    assert time.monotonic() - began >= 0.5
    assert httpx.get(f"{vnpay.url}/transactions/7").json()["ipn_calls"] == []
    assert httpx.post(f"{vnpay.url}/transactions/7/ipn", json={"ipn": "normal"}).status_code == 202
    assert merchant.wait_for(3)[2]["vnp_TxnRef"] == "7"
    assert httpx.post(f"{vnpay.url}/control", json={"ipn": "sideways"}).status_code == 400


def ask(vnpay: Simulator, body: dict[str, str]) -> dict[str, str]:
    answered: dict[str, str] = httpx.post(
        f"{vnpay.url}/merchant_webapi/api/transaction", json=body
    ).json()
    return answered


def querydr(**changes: str) -> dict[str, str]:
    body = {
        "vnp_RequestId": "q-1",
        "vnp_Version": "2.1.0",
        "vnp_Command": "querydr",
        "vnp_TmnCode": "DEMOV210",
        "vnp_TxnRef": "5",
        "vnp_TransactionDate": "20210801153333",
        "vnp_CreateDate": "20210801160000",
        "vnp_IpAddr": "127.0.0.1",
        "vnp_OrderInfo": "Truy van 5",
    } | changes
    return body | {"vnp_SecureHash": sign("|".join(body.values()))}


def test_querydr_tells_what_became_of_a_payment(vnpay: Simulator, merchant: Merchant) -> None:
    control(vnpay, ipn="never")
    press(vnpay)
    request = querydr()
    assert request["vnp_SecureHash"] == QUERYDR_HASH
    told = ask(vnpay, request)
    assert (told["vnp_ResponseCode"], told["vnp_TransactionStatus"], told["vnp_Amount"]) == (
        "00",
        "00",
        "1806000",
    )
    order = (
        "ResponseId Command ResponseCode Message TmnCode TxnRef Amount BankCode PayDate"
        " TransactionNo TransactionType TransactionStatus OrderInfo PromotionCode PromotionAmount"
    )
    assert told["vnp_SecureHash"] == sign(
        "|".join(told.get(f"vnp_{name}", "") for name in order.split())
    )
    assert ask(vnpay, request)["vnp_ResponseCode"] == "94"
    assert ask(vnpay, querydr(vnp_RequestId="q-2", vnp_TxnRef="8"))["vnp_ResponseCode"] == "91"
    assert (
        ask(vnpay, querydr(vnp_RequestId="q-3") | {"vnp_TxnRef": "8"})["vnp_ResponseCode"] == "97"
    )


def test_an_opened_page_is_a_transaction_under_way(vnpay: Simulator) -> None:
    httpx.get(pay_url(vnpay))
    assert ask(vnpay, querydr())["vnp_TransactionStatus"] == "01"


def refund(request_id: str, amount: str, kind: str) -> dict[str, str]:
    body = {
        "vnp_RequestId": request_id,
        "vnp_Version": "2.1.0",
        "vnp_Command": "refund",
        "vnp_TmnCode": "DEMOV210",
        "vnp_TransactionType": kind,
        "vnp_TxnRef": "5",
        "vnp_Amount": amount,
        "vnp_TransactionNo": "",
        "vnp_TransactionDate": "20210801153333",
        "vnp_CreateBy": "thu ngan",
        "vnp_CreateDate": "20210801170000",
        "vnp_IpAddr": "127.0.0.1",
        "vnp_OrderInfo": "Hoan phi 5",
    }
    return body | {"vnp_SecureHash": sign("|".join(body.values()))}


def test_refunds_never_exceed_what_was_paid(vnpay: Simulator) -> None:
    httpx.get(pay_url(vnpay))
    assert ask(vnpay, refund("r-0", "600000", "03"))["vnp_ResponseCode"] == "95"
    press(vnpay)
    first = refund("r-1", "600000", "03")
    assert first["vnp_SecureHash"] == REFUND_HASH
    told = ask(vnpay, first)
    assert (told["vnp_ResponseCode"], told["vnp_Amount"], told["vnp_TransactionType"]) == (
        "00",
        "600000",
        "03",
    )
    order = (
        "ResponseId Command ResponseCode Message TmnCode TxnRef Amount BankCode PayDate"
        " TransactionNo TransactionType"
    )
    signed = "|".join(
        told[f"vnp_{name}"] for name in (order + " TransactionStatus OrderInfo").split()
    )
    assert told["vnp_SecureHash"] == sign(signed)
    assert ask(vnpay, first)["vnp_ResponseCode"] == "94"
    assert ask(vnpay, refund("r-2", "1806000", "02"))["vnp_ResponseCode"] == "03"
    assert ask(vnpay, refund("r-3", "1206001", "03"))["vnp_ResponseCode"] == "03"
    assert ask(vnpay, refund("r-4", "1206000", "03"))["vnp_ResponseCode"] == "00"
    assert ask(vnpay, refund("r-5", "1", "03"))["vnp_ResponseCode"] == "94"
    assert httpx.get(f"{vnpay.url}/transactions/5").json()["refunded"] == 1_806_000


def test_ends_at_once_on_sigterm_with_calls_under_way(start: Start) -> None:
    environment = {
        "MOTCUA_VNPAY_TMN_CODE": "DEMOV210",
        "MOTCUA_VNPAY_SECRET": SECRET,
        "MOTCUA_VNPAY_IPN_URL": "http://127.0.0.1:9/",
    }
    vnpay = start("vnpay", environment=environment)
    control(vnpay, ipn="late", delay_seconds=60)
    press(vnpay)
    assert vnpay.stop() == 0


def test_needs_its_secret_from_the_environment(start: Start) -> None:
    with pytest.raises(AssertionError, match="ended with 2"):
        start("vnpay", environment={"MOTCUA_VNPAY_SECRET": ""})


# ---------------------------------------------------------------------- statement and disorder


def test_the_statement_lists_what_was_paid_and_left_out_is_left_out(vnpay: Simulator) -> None:
    press(vnpay, vnp_TxnRef="s-1")
    press(vnpay, vnp_TxnRef="s-2")
    press(vnpay, "cancel", vnp_TxnRef="s-3")
    disorder = f"{vnpay.url}/transactions/s-2/disorder"
    for statement, rows in (
        ("normal", ["s-1", "s-2"]),
        ("left_out", ["s-1"]),
        ("other_amount", ["s-1", "s-2"]),
    ):
        httpx.post(disorder, json={"statement": statement}).raise_for_status()
        head, *lines = httpx.get(f"{vnpay.url}/statement.csv").text.splitlines()
        assert head == "kind,reference,transaction,amount_vnd,time"
        assert [line.split(",")[1] for line in lines] == rows
    assert [line.split(",")[3] for line in lines] == ["18060", "19060"]
    assert httpx.get(f"{vnpay.url}/statement.csv?day=2020-01-01").text.count("\n") == 1
    assert httpx.post(disorder, json={"statement": "lost"}).status_code == 400
    assert httpx.post(f"{vnpay.url}/transactions/none/disorder", json={}).status_code == 404
