"""What VNPAY's codes say of a payment: both tables of its documentation ("Bảng mã lỗi"), and what a
pair of codes is worth.

`vnp_ResponseCode` is what happened on the pay page, `vnp_TransactionStatus` what VNPAY has in its
books. A payment is paid only where both say so, and failed only where that is certain. Everything
else is doubted: money may have left the payer's account, so VNPAY is asked until it says what
became of it.
"""

from typing import Literal

from motcua_contracts import Label

Standing = Literal["paid", "failed", "doubted"]
SUCCESS, SUSPECTED = "00", "07"
UNFINISHED, BROKEN = "01", "02"
OTHER = "99"

RESPONSES: dict[str, Label] = {
    "00": Label("Giao dịch thành công", "Success"),
    "07": Label(
        "Trừ tiền thành công, giao dịch bị nghi ngờ",
        "The money was taken; the payment is suspected of fraud",
    ),
    "09": Label(
        "Thẻ hoặc tài khoản chưa đăng ký Internet Banking",
        "The account is not registered for internet banking",
    ),
    "10": Label(
        "Xác thực thông tin thẻ, tài khoản sai quá 3 lần",
        "The account's details were wrong more than three times",
    ),
    "11": Label("Đã hết hạn chờ thanh toán", "The time limit for payment has passed"),
    "12": Label("Thẻ hoặc tài khoản bị khóa", "The account is locked"),
    "13": Label("Nhập sai mật khẩu xác thực giao dịch (OTP)", "The one-time password was wrong"),
    "24": Label("Khách hàng hủy giao dịch", "The payer cancelled"),
    "51": Label("Tài khoản không đủ số dư", "There is not enough money in the account"),
    "65": Label(
        "Tài khoản vượt hạn mức giao dịch trong ngày", "The account's daily limit is exceeded"
    ),
    "75": Label("Ngân hàng thanh toán đang bảo trì", "The bank is under maintenance"),
    "79": Label(
        "Nhập sai mật khẩu thanh toán quá số lần quy định",
        "The payment password was wrong too often",
    ),
    "99": Label("Lỗi khác", "Another error"),
}
STATUSES: dict[str, Label] = {
    "00": Label("Giao dịch thành công", "Success"),
    "01": Label("Giao dịch chưa hoàn tất", "Not finished"),
    "02": Label("Giao dịch bị lỗi", "Failed"),
    "04": Label(
        "Giao dịch đảo: đã trừ tiền tại ngân hàng, chưa thành công ở VNPAY",
        "Reversed: debited at the bank, no success at VNPAY",
    ),
    "05": Label("VNPAY đang xử lý hoàn tiền", "VNPAY works on a refund"),
    "06": Label("VNPAY đã gửi yêu cầu hoàn tiền sang ngân hàng", "VNPAY sent a refund to the bank"),
    "07": Label("Giao dịch bị nghi ngờ gian lận", "Suspected of fraud"),
    "09": Label("Giao dịch hoàn trả bị từ chối", "A refund was declined"),
}
_FAILED = frozenset(RESPONSES) - {SUCCESS, SUSPECTED, OTHER}
_NOTHING_TAKEN = frozenset({"", UNFINISHED, BROKEN})


def standing_of(response: str, status: str) -> Standing:
    """What a call (IPN) or a way back is worth by its two codes; "" where one is missing."""
    if response == status == SUCCESS:
        return "paid"
    if response in _FAILED and status in _NOTHING_TAKEN:
        return "failed"
    return "failed" if response in (SUCCESS, OTHER) and status == BROKEN else "doubted"


def label_of(code: str) -> Label | None:
    """What a code says, for whoever reads it: the pay page's word, else the books'.

    None for a code of neither table.
    """
    return RESPONSES.get(code) or STATUSES.get(code)
