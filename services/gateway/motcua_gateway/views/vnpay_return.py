"""What the address says on which VNPAY sent a browser back, for the page that is shown then.

Nothing is settled by it.

The address that the browser is sent on to bears a mark of the gateway's own, made from VNPAY's
signed one. Without it the page says that nothing was verified, whatever the address says: anybody
can type `?payment=paid` into a link and send it to somebody.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, get_args
from urllib.parse import quote, urlencode

from motcua_contracts import Label

from ..read_model.stored import Document

Outcome = Literal["paid", "confirming", "failed", "unverified"]
OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)
LASTS: Final = timedelta(days=1)
"""So long the page says it; later the pin opens more than this address ever did."""
MOST_DIGITS: Final = 11

SAID: Final[Mapping[str, Label]] = {
    "paid": Label(
        "Đã nhận được tiền phí, lệ phí của hồ sơ. Nhập mã tra cứu để xem tình trạng hồ sơ; biên lai"
        " nhận tại Bộ phận một cửa.",
        "The fee of the dossier was received. Enter the PIN to see where the dossier is; the"
        " receipt is given at the one-stop counter.",
    ),
    "confirming": Label(
        "Đang chờ ngân hàng và VNPAY xác nhận giao dịch. Ông/bà không cần nộp lại; sau ít phút,"
        " nhập mã tra cứu để xem kết quả. Nếu giao dịch không thành công, ông/bà có thể nộp lại.",
        "The bank and VNPAY are confirming the payment. Please do not pay again; enter the PIN in a"
        " few minutes to see the outcome. If the payment fails, you can pay again.",
    ),
    "failed": Label(
        "Giao dịch thanh toán không thành công, phí, lệ phí chưa được nộp. Ông/bà có thể nộp lại"
        " qua ứng dụng đã dùng để nộp hồ sơ, hoặc tại Bộ phận một cửa, trước khi hết hạn nộp.",
        "The payment failed and the fee is not paid. You can pay again in the application that"
        " filed the dossier, or at the one-stop counter, before the payment deadline.",
    ),
    "unverified": Label(
        "Không xác minh được thông tin thanh toán gửi về. Xin ông/bà đừng vội nộp lại: nhập mã hồ"
        " sơ và mã tra cứu để xem khoản nộp đã được ghi nhận chưa, hoặc hỏi Bộ phận một cửa.",
        "What the payment page sent back could not be verified. Please do not pay again yet: enter"
        " the dossier code and the PIN to see whether the payment was recorded, or ask the one-stop"
        " counter.",
    ),
}
"""The sentence for each outcome. It says what the pay page told and what can be done next; how the
dossier is, the pin opens.
"""


def by_now(document: Document, said: Outcome) -> Outcome:
    """The outcome by what the dossier's view holds now; what the address said of it is younger or
    older than that.

    Nobody is told that the fee is paid before that was heard from payment, nor to pay again while
    money is in doubt.
    """
    charge = document.get("charge", {})
    if charge.get("settled"):
        return "paid"
    return "confirming" if said == "paid" or charge.get("doubts") else said


class WaysBack:
    """Marks the addresses of ways back and knows them again. Every instance has the same key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def address(self, code: str, outcome: Outcome, now: datetime) -> str:
        """The path of the dossier's tracking page, with the outcome and its mark."""
        seconds = int(now.timestamp())
        said = {"payment": outcome, "mark": f"{seconds}-{self._mac(code, outcome, seconds)}"}
        return f"/track/{quote(code)}?{urlencode(said)}"

    def believed(self, code: str, payment: str, mark: str, now: datetime) -> Outcome | None:
        """The outcome that an address says; `unverified` without its mark or once that is older
        than a day. None: it says none.
        """
        if payment not in OUTCOMES:
            return None
        outcome: Outcome = payment  # type: ignore[assignment]
        at, _, mac = mark.partition("-")
        if not (at.isascii() and at.isdecimal() and len(at) <= MOST_DIGITS):
            return "unverified"
        age = now - datetime.fromtimestamp(int(at), now.tzinfo)
        right = hmac.compare_digest(
            self._mac(code, outcome, int(at)).encode(), mac.encode("utf-8", "replace")
        )
        return outcome if right and age <= LASTS else "unverified"

    def _mac(self, code: str, outcome: Outcome, seconds: int) -> str:
        return hmac.new(self._key, f"{code}\n{outcome}\n{seconds}".encode(), "sha256").hexdigest()
