"""Form 03 of Circular 01/2018: Phiếu từ chối tiếp nhận, giải quyết hồ sơ (refusal to accept or
handle the dossier).
"""

from dataclasses import dataclass
from datetime import datetime

from .counter_form import CounterForm, applicant_signs, asks, contact, person
from .page import beside_code, build, field, heading, paragraph, seal, signatures, text, title
from .words import day_of, hour_of, place_of

TITLE_VI = "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalSlip(CounterForm):
    """Its content. `note` is what the clerk wrote; `contact_vi` the post of who refused."""

    reason_vi: str
    note: str
    contact_vi: str
    received_at: datetime
    refused_at: datetime


def render_refusal(slip: RefusalSlip) -> bytes:
    """The slip as PDF, always the same bytes for the same slip."""
    agency = text(slip.agency_vi)
    return build(
        [
            *heading(
                slip.agency_vi,
                slip.counter_vi,
                f"Số: {slip.code}/TC",
                place_of(slip.agency_vi),
                slip.refused_at,
            ),
            *title(TITLE_VI, "Refusal to accept the dossier"),
            beside_code(
                slip.code,
                person(slip, "Tiếp nhận hồ sơ của"),
                slip.link,
            ),
            *asks(slip),
            field(
                "Thời gian nhận hồ sơ", f"{hour_of(slip.received_at)}, {day_of(slip.received_at)}"
            ),
            paragraph(
                f"Qua xem xét, {text(slip.counter_vi)} – {agency} thông báo <b>không tiếp nhận</b>"
                " hồ sơ này.",
                "text",
            ),
            field("Lý do", slip.reason_vi),
            *([field("Nội dung cụ thể", slip.note)] if slip.note else []),
            paragraph(
                f"Nếu có vướng mắc, đề nghị ông/bà liên hệ với {contact(slip, slip.contact_vi)}. "
                "Ông/bà có quyền khiếu nại hoặc khởi kiện theo quy định của pháp luật.",
                "text",
            ),
            signatures(
                applicant_signs(slip),
                "NGƯỜI TIẾP NHẬN HỒ SƠ",
                "(Ký điện tử)",
                seal(slip.signed_by or slip.agency_vi, slip.refused_at),
                name=slip.officer,
                post_vi=slip.post_vi or slip.contact_vi,
            ),
        ],
        title_vi=TITLE_VI,
        author_vi=slip.agency_vi,
        code=slip.code,
        salt=slip.salt,
        at=slip.refused_at,
    )
