"""Form 04 of Circular 01/2018: Phiếu xin lỗi và hẹn lại ngày trả kết quả (apology and new date),
signed by a leader or sealed.
"""

from dataclasses import dataclass
from datetime import datetime

from reportlab.platypus import Flowable

from .page import beside_code, build, field, heading, paragraph, seal, signatures, text, title
from .words import day_of, hour_of, place_of

SEALED_VI = "(Phiếu do hệ thống lập theo quy định, đóng dấu điện tử của cơ quan; không có người ký)"
TITLE_VI = "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"


@dataclass(frozen=True, slots=True)
class Apology:
    """The content of the letter.

    `number` counts the letters of the dossier; `field_vi` is the field of the procedure (lĩnh vực).

    `signer_vi` is the post of who signs, empty if nobody signs and there is only the agency's seal.
    `decided_at` is the time at which the letter was made. `salt` is that of the private records.
    """

    code: str
    number: int
    above_vi: str
    agency_vi: str
    applicant: str
    address: str
    procedure_vi: str
    procedure_code: str
    field_vi: str
    received_at: datetime
    due_at: datetime
    reason_vi: str
    new_due_at: datetime
    decided_at: datetime
    signer_vi: str
    counter_vi: str
    salt: str
    signer: str = ""
    """The name of who signed."""
    signed_by: str = ""
    """The certificate's name; the agency's where nothing is signed."""
    link: str = ""
    """Where the QR leads (`links.tracking`)."""

    @property
    def signed_by_person(self) -> bool:
        return bool(self.signer or self.signer_vi)


def render_apology(letter: Apology) -> bytes:
    """The letter as PDF, always the same bytes for the same letter."""
    return build(
        [
            *heading(
                letter.above_vi,
                letter.agency_vi,
                f"Số: {letter.number:02d}/PXL-{letter.code}",
                place_of(letter.above_vi or letter.agency_vi),
                letter.decided_at,
            ),
            *title(TITLE_VI, "Apology and new date for the result"),
            beside_code(
                letter.code,
                [
                    field("Kính gửi", letter.applicant),
                    field("Địa chỉ", letter.address),
                    field("Mã hồ sơ", letter.code),
                    field("Lĩnh vực", letter.field_vi),
                    field(
                        "Ngày tiếp nhận",
                        f"{hour_of(letter.received_at)}, {day_of(letter.received_at)}",
                    ),
                ],
                letter.link,
            ),
            *_body(letter),
            signatures(
                _copies(letter),
                (
                    (letter.signer_vi or f"Cơ quan {letter.agency_vi}").upper()
                    if letter.signed_by_person
                    else "CON DẤU ĐIỆN TỬ CỦA CƠ QUAN"
                ),
                "(Ký điện tử)" if letter.signed_by_person else SEALED_VI,
                seal(letter.signed_by or letter.agency_vi, letter.decided_at),
                name=letter.signer,
                before=[
                    paragraph(
                        "Sự chậm trễ này đã gây phiền hà, tốn kém thời gian, công sức của ông/bà.",
                        "text",
                    ),
                    paragraph(
                        f"{text(letter.agency_vi)} xin lỗi ông/bà và mong nhận được sự thông cảm.",
                        "text",
                    ),
                ],
            ),
        ],
        title_vi=TITLE_VI,
        author_vi=letter.agency_vi,
        code=letter.code,
        salt=letter.salt,
        at=letter.decided_at,
    )


def _body(letter: Apology) -> list[Flowable]:
    return [
        paragraph(
            f"{text(letter.agency_vi)} đã tiếp nhận giải quyết hồ sơ đề nghị "
            f"<b>{text(letter.procedure_vi)}</b> ({text(letter.procedure_code)}) của ông/bà.",
            "text",
        ),
        field("Thời gian hẹn trả kết quả", f"{hour_of(letter.due_at)}, {day_of(letter.due_at)}"),
        paragraph(
            "Tuy nhiên đến nay hồ sơ chưa giải quyết xong, chưa thể trả kết quả đúng thời hạn đã"
            " ghi trong giấy hẹn.",
            "text",
        ),
        field("Lý do", letter.reason_vi),
        field(
            "Thời gian hẹn lại trả kết quả",
            f"{hour_of(letter.new_due_at)}, {day_of(letter.new_due_at)}",
        ),
    ]


def _copies(letter: Apology) -> list[Flowable]:
    return [
        paragraph("<b><i>Nơi nhận:</i></b>", "small"),
        paragraph("- Như trên;", "small"),
        paragraph(f"- {text(letter.counter_vi)};", "small"),
        paragraph("- Lưu: hồ sơ.", "small"),
    ]
