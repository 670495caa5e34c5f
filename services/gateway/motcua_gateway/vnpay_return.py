"""What the address says on which VNPAY sent a browser back, for the page that is shown then. Nothing is settled by it."""

from collections.abc import Mapping
from typing import Final, Literal

from motcua_contracts.status import Label
from motcua_contracts.vnpay_codes import standing_of

Outcome = Literal["paid", "confirming", "failed", "unverified"]

SAID: Final[Mapping[str, Label]] = {
    "paid": Label(
        "Đã nhận được tiền phí, lệ phí của hồ sơ. Nhập mã tra cứu để xem tình trạng hồ sơ; biên lai nhận tại Bộ phận một cửa.",
        "The fee of the dossier was received. Enter the pin to see where the dossier is; the receipt is given at the one-stop counter.",
    ),
    "confirming": Label(
        "Đang chờ ngân hàng và VNPAY xác nhận giao dịch. Ông/bà không cần nộp lại; "
        "sau ít phút, nhập mã tra cứu để xem kết quả. Nếu giao dịch không thành công, ông/bà có thể nộp lại.",
        "The bank and VNPAY are confirming the payment. Please do not pay again; "
        "enter the pin in a few minutes to see the outcome. If the payment fails, you can pay again.",
    ),
    "failed": Label(
        "Giao dịch thanh toán không thành công, phí, lệ phí chưa được nộp. "
        "Ông/bà có thể nộp lại qua ứng dụng đã dùng để nộp hồ sơ, hoặc tại Bộ phận một cửa, trước khi hết hạn nộp.",
        "The payment failed and the fee is not paid. "
        "You can pay again with the program that filed the dossier, or at the one-stop counter, before the time to pay ends.",
    ),
    "unverified": Label(
        "Không xác minh được thông tin thanh toán gửi về. Xin ông/bà đừng vội nộp lại: "
        "nhập mã hồ sơ và mã tra cứu để xem khoản nộp đã được ghi nhận chưa, hoặc hỏi Bộ phận một cửa.",
        "What the payment page sent back could not be verified. Please do not pay again yet: "
        "enter the dossier code and the pin to see whether the payment was recorded, or ask the one-stop counter.",
    ),
}
"""The sentence for each outcome. It says what the pay page told and what can be done next; how the dossier is, the pin opens."""


def outcome(parameters: Mapping[str, str]) -> Outcome:
    """Of the parameters of a rightly signed address. Doubted money is being confirmed: nobody is told to pay it again."""
    standing = standing_of(parameters.get("vnp_ResponseCode", ""), parameters.get("vnp_TransactionStatus", ""))
    return "failed" if standing == "failed" else "confirming"


def said_of(payment: str) -> Label | None:
    """The sentence for `?payment=…`; None for whatever is no outcome."""
    return SAID.get(payment)
