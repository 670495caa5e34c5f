"""Form 02 of Circular 01/2018: Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (request to supplement and
complete the dossier).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua_contracts.rules.copies import KINDS
from motcua_contracts.rules.terms import PaperKind
from reportlab.platypus import Flowable

from .counter_form import CounterForm, asks, contact, person
from .page import beside_code, build, field, heading, paragraph, seal, signatures, table, title
from .words import day_of, hour_of, place_of

TITLE_VI = "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"
COLUMNS: tuple[PaperKind, ...] = ("original", "certified", "photocopy")
UNNAMED_VI = "Giấy tờ khác theo nội dung ghi dưới đây"


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One paper that is asked for. An empty name: the note says which."""

    name_vi: str
    kind: PaperKind
    copies: int
    reason_vi: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementSlip(CounterForm):
    """Its content.

    `above_vi` is the agency that asks where that is not the counter's own; `contact_vi` the post of
    who asks.

    `note` is what the officer wrote.
    """

    number: int
    above_vi: str
    lines: tuple[RequestLine, ...]
    reason_vi: str
    note: str
    contact_vi: str
    asked_at: datetime
    respond_by: datetime


def render_supplement(slip: SupplementSlip) -> bytes:
    """The slip as PDF, always the same bytes for the same slip."""
    return build(
        [
            *heading(
                slip.agency_vi,
                slip.counter_vi,
                f"Số: {slip.code}/BS-{slip.number}",
                place_of(slip.agency_vi),
                slip.asked_at,
            ),
            *title(TITLE_VI, "Request to supplement and complete the dossier"),
            beside_code(
                slip.code,
                person(slip, "Hồ sơ của"),
                slip.link,
            ),
            *asks(slip),
            *([field("Cơ quan yêu cầu bổ sung", slip.above_vi)] if slip.above_vi else []),
            paragraph("Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:", "field"),
            _papers(slip.lines),
            field("Lý do", slip.reason_vi),
            *([field("Nội dung cụ thể", slip.note)] if slip.note else []),
            field(
                "Thời hạn bổ sung", f"trước {hour_of(slip.respond_by)}, {day_of(slip.respond_by)}"
            ),
            paragraph(
                "Hồ sơ không được bổ sung trong thời hạn nêu trên sẽ dừng giải quyết. "
                "Mỗi cơ quan chỉ yêu cầu bổ sung một lần đối với một hồ sơ.",
                "note",
            ),
            signatures(
                [],
                "NGƯỜI HƯỚNG DẪN",
                "(Ký điện tử)",
                seal(slip.signed_by or slip.agency_vi, slip.asked_at),
                name=slip.officer,
                post_vi=slip.post_vi or slip.contact_vi,
                before=[paragraph(_contact(slip), "text")],
            ),
        ],
        title_vi=TITLE_VI,
        author_vi=slip.agency_vi,
        code=slip.code,
        salt=slip.salt,
        at=slip.asked_at,
    )


def _papers(lines: Sequence[RequestLine]) -> Flowable:
    def count(line: RequestLine, kind: str) -> str:
        return str(line.copies) if line.kind == kind else ""

    rows = [
        (
            str(number),
            " – ".join(part for part in (line.name_vi or UNNAMED_VI, line.reason_vi) if part),
            *(count(line, kind) for kind in COLUMNS),
        )
        for number, line in enumerate(lines, start=1)
    ]
    heads = (
        "STT",
        "Giấy tờ cần bổ sung, hoàn thiện",
        *(KINDS[kind].vi for kind in COLUMNS),
    )
    return table(heads, rows, (0.08, 0.53, 0.12, 0.15, 0.12), centred=(0, 2, 3, 4))


def _contact(slip: SupplementSlip) -> str:
    asked = "Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc, đề nghị ông/bà liên hệ với"
    return f"{asked} {contact(slip, slip.contact_vi)} để được hướng dẫn."
