"""Form 01 of Circular 01/2018: Giấy tiếp nhận hồ sơ và hẹn trả kết quả (receipt of the dossier with
appointment for the result).
"""

from dataclasses import dataclass
from datetime import datetime

from motcua_contracts.rules.copies import kind_of
from motcua_contracts.rules.terms import PaperKind

from .counter_form import CounterForm, applicant_signs, asks
from .page import beside_code, build, field, heading, paragraph, seal, signatures, table, title
from .words import day_of, hour_of, place_of

BY_RULE_VI = "(Tiếp nhận tự động, ký bằng chữ ký số của cơ quan)"
TITLE_VI = "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"


@dataclass(frozen=True, slots=True)
class SlipPaper:
    """One of the papers that were handed in."""

    name_vi: str
    original: bool
    copies: int
    kind: PaperKind | None = None
    """None where only `original` is known."""

    @property
    def kind_vi(self) -> str:
        """`Bản chính`, `Bản sao chứng thực`, `Bản chụp`, or `Bản sao` where nobody says of which
        kind.
        """
        return kind_of(self.kind, self.original).vi


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip(CounterForm):
    """The content of the slip.

    `time_vi` is the statutory time (`3 ngày làm việc`), `fee_vi` the state of the fee, both ready
    to read.
    """

    papers: tuple[SlipPaper, ...]
    sets: int
    time_vi: str
    received_at: datetime
    accepted_at: datetime
    due_at: datetime
    collected_vi: str
    fee_vi: str
    pin: str = ""
    """With the code it opens the tracking, which shows nothing personal; the
    slip itself says more.
    """


def render_slip(slip: Slip) -> bytes:
    """The slip as PDF, always the same bytes for the same slip."""
    place = ", ".join(
        part
        for part in (slip.agency_address, slip.agency_phone and f"điện thoại {slip.agency_phone}")
        if part
    )
    rows = [
        (str(number), paper.name_vi, paper.kind_vi, str(paper.copies))
        for number, paper in enumerate(slip.papers, start=1)
    ]
    papers = (
        [
            table(
                ("STT", "Tên giấy tờ", "Loại", "Số bản"),
                rows,
                (0.08, 0.62, 0.17, 0.13),
                centred=(0, 2, 3),
            )
        ]
        if rows
        else [paragraph("Không có giấy tờ kèm theo.", "field")]
    )
    return build(
        [
            *heading(
                slip.agency_vi,
                slip.counter_vi,
                f"Số: {slip.code}",
                place_of(slip.agency_vi),
                slip.accepted_at,
            ),
            *title(TITLE_VI, "Receipt of dossier and appointment for the result"),
            beside_code(
                slip.code,
                [
                    field("Mã hồ sơ", slip.code),
                    *([field("Mã tra cứu (PIN)", slip.pin)] if slip.pin else []),
                    field(f"{slip.counter_vi}", slip.agency_vi),
                    *([field("Địa chỉ", place)] if place else []),
                    field("Tiếp nhận hồ sơ của", slip.applicant),
                    field("Số định danh/mã số thuế", slip.id_number),
                ],
                slip.link,
            ),
            field("Địa chỉ", slip.address),
            *asks(slip),
            paragraph("Thành phần hồ sơ nộp gồm:", "field"),
            *papers,
            field("Số lượng hồ sơ", f"{slip.sets:02d} bộ"),
            field("Thời gian giải quyết hồ sơ theo quy định", slip.time_vi),
            field(
                "Thời gian nhận hồ sơ", f"{hour_of(slip.received_at)}, {day_of(slip.received_at)}"
            ),
            field("Thời gian trả kết quả", f"{hour_of(slip.due_at)}, {day_of(slip.due_at)}"),
            field("Đăng ký nhận kết quả tại", slip.collected_vi),
            field("Phí, lệ phí", slip.fee_vi),
            signatures(
                applicant_signs(slip),
                "NGƯỜI TIẾP NHẬN HỒ SƠ",
                "(Ký điện tử)" if slip.officer or slip.post_vi else BY_RULE_VI,
                seal(slip.signed_by or slip.agency_vi, slip.accepted_at),
                name=slip.officer,
                post_vi=slip.post_vi,
                before=[field("Vào Sổ theo dõi hồ sơ, số", slip.code)],
            ),
        ],
        title_vi=TITLE_VI,
        author_vi=slip.agency_vi,
        code=slip.code,
        salt=slip.salt,
        at=slip.accepted_at,
    )
