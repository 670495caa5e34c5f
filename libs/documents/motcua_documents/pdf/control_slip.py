"""Form 05 of Circular 01/2018: Phiếu kiểm soát quá trình giải quyết hồ sơ (control slip): every
hand-over, with hour and day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua_contracts import VIETNAM

from .page import beside_code, build, field, heading, paragraph, table, title
from .words import day_of, hour_of, place_of

TITLE_VI = "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"


@dataclass(frozen=True, slots=True)
class HandOver:
    """One hand-over: from whom to whom, when, until when the one before should have been done, and
    its state.

    `giver_vi` and `taker_vi` name the person and the post, where a person gave or took.
    `result_vi`: Trước hạn, Đúng hạn, Quá hạn, or empty where nothing was due.
    """

    giver_vi: str
    taker_vi: str
    at: datetime
    due_at: datetime | None
    result_vi: str
    note_vi: str = ""


@dataclass(frozen=True, slots=True)
class ControlSlip:
    """The content of the slip.

    It holds no name of the applicant but the one given, and is generated from the dossier's events.
    """

    code: str
    agency_vi: str
    counter_vi: str
    owner: str
    procedure_vi: str
    procedure_code: str
    received_at: datetime
    due_at: datetime | None
    printed_at: datetime
    hand_overs: Sequence[HandOver]
    salt: str
    link: str = ""
    """Where the QR leads (`links.tracking`)."""


def render_control_slip(slip: ControlSlip) -> bytes:
    """The slip as PDF, always the same bytes for the same slip."""
    rows = [
        (
            str(number),
            one.giver_vi,
            one.taker_vi,
            _moment(one.at),
            _moment(one.due_at),
            one.result_vi,
            one.note_vi,
        )
        for number, one in enumerate(slip.hand_overs, start=1)
    ]
    heads = (
        "STT",
        "Người giao (họ tên, chức vụ)",
        "Người nhận (họ tên, chức vụ)",
        "Giờ, ngày giao nhận",
        "Hạn của bước",
        "Kết quả",
        "Ghi chú",
    )
    return build(
        [
            *heading(
                slip.agency_vi,
                slip.counter_vi,
                f"Số: {slip.code}",
                place_of(slip.agency_vi),
                slip.printed_at,
            ),
            *title(TITLE_VI, "Control slip of the dossier"),
            beside_code(
                slip.code,
                [
                    field("Mã hồ sơ", slip.code),
                    field("Chủ hồ sơ", slip.owner),
                    field("Nhận hồ sơ", f"{hour_of(slip.received_at)}, {day_of(slip.received_at)}"),
                    field(
                        "Hẹn trả kết quả",
                        f"{hour_of(slip.due_at)}, {day_of(slip.due_at)}" if slip.due_at else "",
                    ),
                ],
                slip.link,
            ),
            field("Thủ tục hành chính", f"{slip.procedure_vi} ({slip.procedure_code})"),
            table(heads, rows, (0.08, 0.19, 0.2, 0.14, 0.14, 0.11, 0.14), centred=(0, 3, 4, 5)),
            paragraph("Lập tự động từ nhật ký điện tử của hồ sơ.", "note"),
        ],
        title_vi=TITLE_VI,
        author_vi=slip.agency_vi,
        code=slip.code,
        salt=slip.salt,
        at=slip.printed_at,
    )


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if at is not None else ""
