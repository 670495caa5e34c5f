"""The pages a citizen sees at the provider: plain HTML, Vietnamese first, English beside it.

No decisions here.
"""

from html import escape

from motcua_simulators.vnpay.protocol import RefusalError, read_date
from motcua_simulators.vnpay.transactions import Transaction

_FRAME = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }}
dt {{ font-weight: 600; margin-top: .6rem }} dd {{ margin: 0; overflow-wrap: anywhere }}
button {{ font: inherit; padding: .6rem 1rem; margin: .4rem .4rem 0 0; background: #fff; color: #004a9f }}
button {{ border: 2px solid #004a9f; border-radius: .3rem }}
button.pay {{ background: #004a9f; color: #fff }}
.note {{ border-left: .3rem solid #b35c00; padding-left: .8rem }}
</style>
</head>
<body>
<p class="note">Cổng thanh toán mô phỏng, không có tiền thật.<br><span lang="en">Simulated payment gateway, no real money.</span></p>
{body}
</body>
</html>
"""  # noqa: E501

_ERRORS = {
    "01": ("Giao dịch đã tồn tại.", "This transaction exists already."),
    "03": ("Dữ liệu gửi sang không đúng định dạng.", "The data sent is malformed."),
    "15": ("Giao dịch đã quá thời gian chờ thanh toán.", "The time to pay is over."),
    "70": ("Sai chữ ký.", "Invalid signature."),
    "72": ("Không tìm thấy website.", "Website not found."),
}


def pay_page(transaction: Transaction) -> str:
    """Order and amount with the buttons.

    The form posts to the page's own address, whose signature is checked again.
    """
    request = transaction.request
    dong = f"{transaction.amount / 100:,.0f}".replace(",", ".")
    until = read_date(request["vnp_ExpireDate"]).strftime("%H:%M %d/%m/%Y")
    rows = (
        ("Số tiền", "Amount", f"{dong} ₫"),
        ("Nội dung", "Order", request["vnp_OrderInfo"]),
        ("Mã giao dịch", "Reference", transaction.txn_ref),
        ("Thanh toán trước", "Pay before", until),
    )
    listed = "\n".join(
        f'<dt>{vi} <span lang="en">/ {en}</span></dt><dd>{escape(value)}</dd>'
        for vi, en, value in rows
    )
    body = f"""<h1>Thanh toán <span lang="en">/ Payment</span></h1>
<dl>
{listed}
</dl>
<form method="post">
<button class="pay" name="action" value="pay">Thanh toán <span lang="en">/ Pay</span></button>
<button name="action" value="cancel">Hủy giao dịch <span lang="en">/ Cancel</span></button>
<button name="action" value="no_money">Tài khoản không đủ số dư <span lang="en">/ Insufficient funds</span></button>
<button name="action" value="suspect">Bị nghi ngờ gian lận <span lang="en">/ Suspected of fraud</span></button>
</form>"""  # noqa: E501
    return _FRAME.format(title="Thanh toán / Payment", body=body)


def error_page(refusal: RefusalError) -> str:
    """Why the provider does not go on, with its code."""
    vietnamese, english = _ERRORS[refusal.code]
    body = f"""<h1>{vietnamese}</h1>
<p lang="en">{english}</p>
<p>Mã lỗi <span lang="en">/ Code</span>: <strong id="code">{escape(refusal.code)}</strong> ({escape(refusal.reason)})</p>"""  # noqa: E501
    return _FRAME.format(title=f"{vietnamese} / {english}", body=body)
