"""Form 02 of Circular 01/2018: Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (request to supplement and complete the dossier)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reportlab.platypus import Flowable

from .page import beside_code, build, field, heading, paragraph, seal, signatures, table, text, title
from .slip import COUNTER_VI
from .words import day_of, hour_of, place_of

TITLE_VI = "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"
UNNAMED_VI = "Giấy tờ khác theo nội dung ghi dưới đây"


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One paper that is asked for. An empty name: the note says which."""

    name_vi: str
    kind: Literal["original", "certified", "photocopy"]
    copies: int
    reason_vi: str = ""


@dataclass(frozen=True, slots=True)
class SupplementSlip:
    """What stands on it. `above_vi` is the agency that asks where that is not the counter's own; `contact_vi` the post of who asks.

    `note` is what the officer wrote. `salt` is that of the private papers.
    """

    code: str
    number: int
    above_vi: str
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
    lines: tuple[RequestLine, ...]
    reason_vi: str
    note: str
    contact_vi: str
    asked_at: datetime
    respond_by: datetime
    salt: str
    counter_vi: str = COUNTER_VI


def render_supplement(slip: SupplementSlip) -> bytes:
    """The slip as PDF, always the same bytes for the same slip."""
    return build(
        [
            *heading(slip.agency_vi, slip.counter_vi, f"Số: {slip.code}/BS-{slip.number}", place_of(slip.agency_vi), slip.asked_at),
            *title(TITLE_VI, "Request to supplement and complete the dossier"),
            beside_code(
                slip.code,
                [
                    field("Mã hồ sơ", slip.code),
                    field("Hồ sơ của", slip.applicant),
                    field("Số định danh/mã số thuế", slip.id_number),
                    field("Địa chỉ", slip.address),
                ],
            ),
            paragraph(f"Số điện thoại: <b>{text(slip.phone) or '…'}</b>; email: <b>{text(slip.email) or '…'}</b>", "field"),
            field("Nội dung yêu cầu giải quyết", f"{slip.procedure_vi} ({slip.procedure_code})"),
            *([field("Cơ quan yêu cầu bổ sung", slip.above_vi)] if slip.above_vi else []),
            paragraph("Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:", "field"),
            _papers(slip.lines),
            field("Lý do", slip.reason_vi),
            *([field("Nội dung cụ thể", slip.note)] if slip.note else []),
            field("Thời hạn bổ sung", f"trước {hour_of(slip.respond_by)}, {day_of(slip.respond_by)}"),
            paragraph(
                "Hồ sơ không được bổ sung trong thời hạn nêu trên sẽ dừng giải quyết. "
                "Mỗi cơ quan chỉ yêu cầu bổ sung một lần đối với một hồ sơ.",
                "note",
            ),
            signatures(
                [],
                "NGƯỜI HƯỚNG DẪN",
                "(Ký điện tử)",
                seal(slip.agency_vi, slip.asked_at),
                before=[paragraph(_contact(slip), "text")],
            ),
        ],
        title_vi=TITLE_VI,
        author_vi=slip.agency_vi,
        code=slip.code,
        salt=slip.salt,
    )


def _papers(lines: Sequence[RequestLine]) -> Flowable:
    def count(line: RequestLine, kind: str) -> str:
        return str(line.copies) if line.kind == kind else ""

    rows = [
        (
            str(number),
            " – ".join(part for part in (line.name_vi or UNNAMED_VI, line.reason_vi) if part),
            count(line, "original"),
            count(line, "certified"),
            count(line, "photocopy"),
        )
        for number, line in enumerate(lines, start=1)
    ]
    heads = ("STT", "Giấy tờ cần bổ sung, hoàn thiện", "Bản chính", "Bản sao chứng thực", "Bản chụp")
    return table(heads, rows, (0.08, 0.53, 0.12, 0.15, 0.12), centred=(0, 2, 3, 4))


def _contact(slip: SupplementSlip) -> str:
    who = slip.contact_vi or slip.counter_vi
    by_phone = f", số điện thoại <b>{text(slip.agency_phone)}</b>" if slip.agency_phone else ""
    return (
        "Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc, đề nghị ông/bà liên hệ với "
        f"<b>{text(who)}</b>, {text(slip.agency_vi)}{by_phone} để được hướng dẫn."
    )
