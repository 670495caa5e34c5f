"""Form 06 of Circular 01/2018: Sổ theo dõi hồ sơ (register of dossiers), landscape, one line a
dossier.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua_contracts import VIETNAM
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4, landscape
from reportlab.platypus import Table, TableStyle

from .page import BOTTOM, LEFT, RIGHT, RULE, TOP, build, heading, paragraph, text, title
from .words import place_of

TITLE_VI = "SỔ THEO DÕI HỒ SƠ"
SIZE = landscape(A4)
WIDE = SIZE[0] - LEFT - RIGHT
HIGHEST = SIZE[1] - TOP - BOTTOM - 12
"""Of a line with the head above it; a frame takes six points above and below."""
HEADS_VI = (
    "STT",
    "Mã hồ sơ",
    "Thủ tục hành chính",
    "Số bộ",
    "Chủ hồ sơ",
    "Địa chỉ, điện thoại",
    "Cơ quan giải quyết",
    "Nhận",
    "Hẹn trả",
    "Trả",
    "Cách nhận",
    "Ký nhận",
    "Ghi chú",
)
SHARES = (0.035, 0.125, 0.12, 0.035, 0.095, 0.13, 0.1, 0.062, 0.062, 0.062, 0.06, 0.054, 0.06)


@dataclass(frozen=True, slots=True)
class Registered:
    """One dossier.

    Days are None as long as they have not come; `delivery_vi` is the way of return.
    """

    code: str
    procedure_vi: str
    sets: int
    applicant: str
    address: str
    phone: str
    deciding_vi: str
    received_at: datetime | None
    due_at: datetime | None
    returned_at: datetime | None
    delivery_vi: str
    note_vi: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """A register of an agency's counter over some days (`period_vi`).

    One that is too long for a document comes in parts: `lines` are then those from number `first`
    on, of `total`.
    """

    agency_vi: str
    counter_vi: str
    period_vi: str
    printed_at: datetime
    lines: Sequence[Registered]
    first: int = 1
    total: int | None = None
    part: int = 1
    parts: int = 1


def unprintable(register: Register) -> bytes:
    """The numbers of the lines (from 0, as a JSON list) that `render_register` cannot print: they
    raise, or are higher than a page.
    """
    return json.dumps(
        [number for number, one in enumerate(register.lines) if not _fits(one)]
    ).encode()


def _fits(line: Registered) -> bool:
    try:
        _, height = _table([_row(1, line)]).wrap(WIDE, HIGHEST)
    except Exception:  # whatever reportlab or a font makes of what somebody typed
        return False
    return bool(height <= HIGHEST)


def render_register(register: Register) -> bytes:
    """The register as PDF, always the same bytes for the same lines.

    Raises what reportlab raises for a line that is `unprintable`.
    """
    rows = [_row(number, one) for number, one in enumerate(register.lines, start=register.first)]
    return build(
        [
            *heading(
                register.agency_vi,
                register.counter_vi,
                "Số: ……",
                place_of(register.agency_vi),
                register.printed_at,
            ),
            *title(TITLE_VI, f"Register of dossiers · {register.period_vi}{_part_of(register)}"),
            _table(rows),
            *(paragraph(line, "field") for line in _sum_of(register)),
        ],
        title_vi=TITLE_VI,
        author_vi=register.agency_vi,
        code=register.period_vi,
        foot_vi=f"{TITLE_VI} · {register.agency_vi} · {register.period_vi}{_part_of(register)}",
        size=SIZE,
        at=register.printed_at,
    )


def _part_of(register: Register) -> str:
    return f" · phần {register.part}/{register.parts}" if register.parts > 1 else ""


def _sum_of(register: Register) -> list[str]:
    """How many dossiers these are; of a part also which, of how many, and that there is more."""
    if register.parts == 1:
        return [f"Cộng: {len(register.lines)} hồ sơ."]
    last = register.first + len(register.lines) - 1
    said = [
        f"Phần {register.part}/{register.parts}: từ số {register.first} đến số {last}, trong tổng"
        f" cộng {register.total} hồ sơ."
    ]
    return (
        [*said, f"Còn tiếp ở phần {register.part + 1}."] if register.part < register.parts else said
    )


def _row(number: int, one: Registered) -> Sequence[str]:
    return (
        str(number),
        one.code,
        one.procedure_vi,
        f"{one.sets:02d}",
        one.applicant,
        ", ".join(part for part in (one.address, one.phone) if part),
        one.deciding_vi,
        _day(one.received_at),
        _day(one.due_at),
        _day(one.returned_at),
        one.delivery_vi,
        "",
        one.note_vi,
    )


def _table(rows: Sequence[Sequence[str]]) -> Table:
    """Smaller than other tables: thirteen columns."""
    body = [
        [paragraph(f'<font color="#141419">{text(cell)}</font>', "small") for cell in row]
        for row in rows
    ]
    head = [
        paragraph(f'<font color="#141419"><b>{text(cell)}</b></font>', "small") for cell in HEADS_VI
    ]
    style = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, RULE),
            ("BACKGROUND", (0, 0), (-1, 0), Color(0.94, 0.94, 0.95)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 2.5),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2.5),
        ]
    )
    return Table(
        [head, *body],
        colWidths=[WIDE * share for share in SHARES],
        repeatRows=1,
        style=style,
        spaceBefore=3,
        spaceAfter=7,
    )


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if at is not None else ""
