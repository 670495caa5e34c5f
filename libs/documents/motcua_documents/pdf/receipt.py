"""The electronic receipt of a fee: Biên lai thu phí, lệ phí."""

from datetime import datetime
from typing import Protocol

from reportlab.platypus import Spacer

from .page import (
    beside_code,
    build,
    field,
    heading,
    paragraph,
    seal,
    signatures,
    table,
    text,
    title,
)
from .words import amount_in_words, day_of, dong, grouped, hour_of, place_of

TITLE_VI = "BIÊN LAI THU PHÍ, LỆ PHÍ"
CHANNELS_VI = {"online": "Trực tuyến", "cash": "Tiền mặt tại bộ phận một cửa"}


class ReceiptLines(Protocol):
    """The content of a receipt; payment's `Receipt` is one.

    `salt` is that of the payer's private records, `link` where the QR leads.

    `cashier` took the cash, with the post; both empty where nobody did.
    """

    @property
    def number(self) -> str: ...
    @property
    def book(self) -> str: ...
    @property
    def authority_vi(self) -> str: ...
    @property
    def payer(self) -> str: ...
    @property
    def payer_address(self) -> str: ...
    @property
    def dossier_code(self) -> str: ...
    @property
    def procedure_vi(self) -> str: ...
    @property
    def amount_vnd(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def paid_at(self) -> datetime: ...
    @property
    def salt(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def signed_by(self) -> str: ...
    @property
    def cashier(self) -> str: ...
    @property
    def cashier_post_vi(self) -> str: ...


def render_receipt(receipt: ReceiptLines) -> bytes:
    """The receipt as PDF, always the same bytes for the same receipt.

    Raises `ValueError` for an amount below 0.
    """
    series = receipt.book.rpartition(":")[2]
    rows = [
        ("1", receipt.procedure_vi, grouped(receipt.amount_vnd)),
        ("", "Tổng cộng", grouped(receipt.amount_vnd)),
    ]
    left = [
        paragraph("NGƯỜI NỘP TIỀN", "signer"),
        paragraph("(Ký và ghi rõ họ tên)", "hint"),
        Spacer(0, 52),
        paragraph(text(receipt.payer), "signer"),
    ]
    return build(
        [
            *heading(
                "",
                receipt.authority_vi,
                f"Ký hiệu: {series}",
                place_of(receipt.authority_vi),
                receipt.paid_at,
            ),
            *title(TITLE_VI, "Receipt of fees and charges"),
            beside_code(
                receipt.dossier_code,
                [
                    field("Số biên lai", receipt.number),
                    field("Đơn vị thu", receipt.authority_vi),
                    field("Người nộp", receipt.payer),
                    field("Mã hồ sơ", receipt.dossier_code),
                ],
                receipt.link,
            ),
            field("Địa chỉ", receipt.payer_address),
            table(
                ("STT", "Nội dung thu", "Số tiền (đồng)"),
                rows,
                (0.08, 0.67, 0.25),
                centred=(0,),
                right=(2,),
            ),
            field("Số tiền", dong(receipt.amount_vnd)),
            field("Viết bằng chữ", amount_in_words(receipt.amount_vnd)),
            field("Hình thức nộp", CHANNELS_VI.get(receipt.channel, receipt.channel)),
            field("Mã giao dịch", receipt.reference),
            field("Thời gian nộp", f"{hour_of(receipt.paid_at)}, {day_of(receipt.paid_at)}"),
            signatures(
                left,
                "NGƯỜI THU TIỀN",
                "(Ký điện tử)",
                seal(receipt.signed_by or receipt.authority_vi, receipt.paid_at),
                name=receipt.cashier,
                post_vi=receipt.cashier_post_vi,
            ),
        ],
        title_vi=TITLE_VI,
        author_vi=receipt.authority_vi,
        code=receipt.dossier_code,
        salt=receipt.salt,
        at=receipt.paid_at,
    )
