"""Form 03 of Circular 01/2018: Phiếu từ chối tiếp nhận, giải quyết hồ sơ (refusal to accept or handle the dossier)."""

from dataclasses import dataclass
from datetime import datetime

from reportlab.platypus import Spacer

from .page import beside_code, build, field, heading, paragraph, seal, signatures, text, title
from .slip import COUNTER_VI
from .words import day_of, hour_of, place_of

TITLE_VI = "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ"


@dataclass(frozen=True, slots=True)
class RefusalSlip:
    """What stands on it. `note` is what the clerk wrote; `contact_vi` the post of who refused; `salt` that of the private papers."""

    code: str
    agency_vi: str
    agency_address: str
    agency_phone: str
    applicant: str
    id_number: str
    address: str
    phone: str
    email: str
    procedure_vi: str
    procedure_code: str
    reason_vi: str
    note: str
    contact_vi: str
    received_at: datetime
    refused_at: datetime
    salt: str
    counter_vi: str = COUNTER_VI


def render_refusal(slip: RefusalSlip) -> bytes:
    """The slip as PDF, always the same bytes for the same slip."""
    agency = text(slip.agency_vi)
    by_phone = f", số điện thoại <b>{text(slip.agency_phone)}</b>" if slip.agency_phone else ""
    return build(
        [
            *heading(slip.agency_vi, slip.counter_vi, f"Số: {slip.code}/TC", place_of(slip.agency_vi), slip.refused_at),
            *title(TITLE_VI, "Refusal to accept the dossier"),
            beside_code(
                slip.code,
                [
                    field("Mã hồ sơ", slip.code),
                    field("Tiếp nhận hồ sơ của", slip.applicant),
                    field("Số định danh/mã số thuế", slip.id_number),
                    field("Địa chỉ", slip.address),
                ],
            ),
            paragraph(f"Số điện thoại: <b>{text(slip.phone) or '…'}</b>; email: <b>{text(slip.email) or '…'}</b>", "field"),
            field("Nội dung yêu cầu giải quyết", f"{slip.procedure_vi} ({slip.procedure_code})"),
            field("Thời gian nhận hồ sơ", f"{hour_of(slip.received_at)}, {day_of(slip.received_at)}"),
            paragraph(f"Qua xem xét, {text(slip.counter_vi)} – {agency} thông báo <b>không tiếp nhận</b> hồ sơ này.", "text"),
            field("Lý do", slip.reason_vi),
            *([field("Nội dung cụ thể", slip.note)] if slip.note else []),
            paragraph(
                f"Nếu có vướng mắc, đề nghị ông/bà liên hệ với <b>{text(slip.contact_vi or slip.counter_vi)}</b>, {agency}{by_phone}. "
                "Ông/bà có quyền khiếu nại hoặc khởi kiện theo quy định của pháp luật.",
                "text",
            ),
            signatures(
                [
                    paragraph("NGƯỜI NỘP HỒ SƠ", "signer"),
                    paragraph("(Ký và ghi rõ họ tên)", "hint"),
                    Spacer(0, 52),
                    paragraph(text(slip.applicant), "signer"),
                ],
                "NGƯỜI TIẾP NHẬN HỒ SƠ",
                "(Ký điện tử)",
                seal(slip.agency_vi, slip.refused_at),
            ),
        ],
        title_vi=TITLE_VI,
        author_vi=slip.agency_vi,
        code=slip.code,
        salt=slip.salt,
    )
