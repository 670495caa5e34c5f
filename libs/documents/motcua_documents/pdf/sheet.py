"""A form as people print it: empty, with dotted lines to write on, or filled in on the page.

Tờ khai, đơn đề nghị.

It carries no signature of the office and no salt: it is the applicant's own paper. What its fields
are is said by whoever renders it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    HRFlowable,
    KeepTogether,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from .page import (
    GREY,
    MOTTO_VI,
    NATION_VI,
    PLAIN,
    QR_SIZE,
    WIDTH,
    QrCode,
    build,
    paragraph,
    styles,
    table,
    text,
)

EMPTY, TICKED = "□", "■"
MOST_COLUMNS = 4
"""A list with more fields a row is written as fields below one another."""
BLANK_ROWS = 4
BLANK_BLOCKS = 2


@dataclass(frozen=True, slots=True)
class SheetField:
    """`value` empty: room to write, so many `lines`.

    `options`: name and whether it is ticked, for choices and yes/no.
    """

    label_vi: str
    value: str = ""
    options: tuple[tuple[str, bool], ...] = ()
    lines: int = 1


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A list. `rows` hold a value for each of `heads_vi`; none: empty rows to write into."""

    label_vi: str
    heads_vi: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A section; fields stand in so many columns."""

    title_vi: str
    items: tuple[SheetField | SheetRows, ...]
    columns: int = 1


@dataclass(frozen=True, slots=True)
class SheetPaper:
    """One of the papers to hand in; what nobody states is `…`."""

    name_vi: str
    kind_vi: str
    copies: str
    needed_vi: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The content of the form.

    `code_content` is what the QR code says, `code_vi` what is written below it.
    """

    title_vi: str
    title_en: str
    to_vi: str
    procedure_vi: str
    procedure_code: str
    version: int
    code_content: str
    code_vi: str
    parts: tuple[SheetPart, ...]
    declarations_vi: tuple[str, ...]
    papers: tuple[SheetPaper, ...]
    signer: str = ""
    notes_vi: tuple[str, ...] = ()


class Dotted(Flowable):  # type: ignore[misc] # reportlab has no types
    """A label and dots to the end of the line, and so many lines of dots more."""

    GAP, LEADING, SIZE = 1.5 * mm, 19.0, 12

    def __init__(self, label: str, lines: int = 1) -> None:
        super().__init__()
        self._label, self._lines = label, lines
        self._paragraph: Paragraph | None = None

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """A label that leaves no room to write goes above its line."""
        self.width = width
        above = stringWidth(self._label, "Motcua", self.SIZE) > width * 0.62 and bool(self._label)
        self._paragraph = paragraph(text(self._label), "body") if above else None
        self._above = self._paragraph.wrap(width, height)[1] if self._paragraph is not None else 0.0
        self.height = self._above + self.LEADING * self._lines
        return width, self.height

    def draw(self) -> None:
        canvas, y = self.canv, self.height - self._above - self.LEADING + 5
        start = 0.0
        if self._paragraph is not None:
            self._paragraph.drawOn(canvas, 0, self.height - self._above)
        elif self._label:
            canvas.setFont("Motcua", self.SIZE)
            canvas.drawString(0, y, self._label)
            start = stringWidth(self._label, "Motcua", self.SIZE) + self.GAP
        canvas.saveState()
        canvas.setStrokeColor(GREY)
        canvas.setLineWidth(0.6)
        canvas.setDash(0.8, 2.2)
        for _ in range(self._lines):
            canvas.line(start, y - 1.5, self.width, y - 1.5)
            y, start = y - self.LEADING, 0.0
        canvas.restoreState()


def render_sheet(sheet: Sheet) -> bytes:
    """The form as PDF, always the same bytes for the same form."""
    styles()
    return build(
        [
            *_head(sheet),
            *[flowable for part in sheet.parts for flowable in _part(part)],
            *(_papers(sheet.papers) if sheet.papers else []),
            _closing(sheet),
            *[paragraph(text(note), "small") for note in sheet.notes_vi],
        ],
        title_vi=sheet.title_vi,
        author_vi=sheet.to_vi,
        code=sheet.procedure_code,
        foot_vi=f"Thủ tục {sheet.procedure_code}   ·   phiên bản {sheet.version}",
    )


def _head(sheet: Sheet) -> Iterator[Flowable]:
    about = [
        paragraph(f"<b>Kính gửi:</b> {text(sheet.to_vi)}", "field"),
        paragraph(f"Thủ tục hành chính: <b>{text(sheet.procedure_vi)}</b>", "field"),
        paragraph(f"Mã thủ tục: <b>{text(sheet.procedure_code)}</b>", "field"),
    ]
    beside = [QrCode(sheet.code_content), paragraph(text(sheet.code_vi), "under-code")]
    yield paragraph(NATION_VI, "nation")
    yield paragraph(MOTTO_VI, "motto")
    yield HRFlowable(width="30%", thickness=0.7, spaceBefore=2, spaceAfter=9)
    yield paragraph(text(sheet.title_vi.upper()), "title")
    if sheet.title_en:
        yield paragraph(text(sheet.title_en), "subtitle")
    yield Spacer(0, 4 * mm)
    side = QR_SIZE + 8 * mm
    style = TableStyle(
        [*PLAIN, ("TOPPADDING", (0, 0), (-1, -1), 0), ("ALIGN", (1, 0), (1, 0), "CENTER")]
    )
    yield Table([[about, beside]], colWidths=[WIDTH - side, side], style=style)
    yield Spacer(0, 2 * mm)


def _part(part: SheetPart) -> Iterator[Flowable]:
    items = [_shown(item) for item in part.items]
    if part.title_vi and items:
        # A heading stays with what it heads.
        yield CondPageBreak(24 * mm)
        yield paragraph(f"<b>{text(part.title_vi)}</b>", "part")
    pending: list[list[Flowable]] = []
    for item, flowables in zip(part.items, items, strict=True):
        if part.columns > 1 and isinstance(item, SheetField) and item.lines == 1:
            pending.append(flowables)
            continue
        yield from _in_columns(pending, part.columns)
        pending = []
        yield from flowables
    yield from _in_columns(pending, part.columns)


def _in_columns(cells: list[list[Flowable]], columns: int) -> Iterator[Flowable]:
    """Rows of so many fields side by side; the last may be shorter."""
    style = TableStyle(
        [
            *PLAIN,
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 8),
        ]
    )
    for start in range(0, len(cells), columns):
        row: list[Any] = cells[start : start + columns]
        width = WIDTH / columns
        yield Table([row + [""] * (columns - len(row))], colWidths=[width] * columns, style=style)


def _shown(item: SheetField | SheetRows) -> list[Flowable]:
    if isinstance(item, SheetRows):
        return list(_rows(item))
    label = f"{item.label_vi}:" if item.label_vi else ""
    if item.options:
        ticks = "&nbsp;&nbsp;&nbsp; ".join(
            f"{TICKED if ticked else EMPTY}&nbsp;{text(name)}" for name, ticked in item.options
        )
        return [paragraph(f"{text(label)}&nbsp;&nbsp; {ticks}" if label else ticks, "field")]
    if item.value:
        return [paragraph(f"{text(label)} <b>{text(item.value)}</b>", "field")]
    return [Dotted(label, item.lines)]


def _rows(item: SheetRows) -> Iterator[Flowable]:
    in_a_table = len(item.heads_vi) <= MOST_COLUMNS
    yield CondPageBreak((24 if in_a_table else 10 + 8 * len(item.heads_vi)) * mm)
    yield paragraph(f"<b>{text(item.label_vi)}</b>", "part")
    if in_a_table:
        rows = item.rows or (("\u00a0",) * len(item.heads_vi),) * BLANK_ROWS
        numbered = [(str(number), *row) for number, row in enumerate(rows, 1)]
        longest = max(len(head) for head in item.heads_vi)
        shares = [max(0.5, len(head) / longest) for head in item.heads_vi]
        widths = [0.08, *(0.92 * share / sum(shares) for share in shares)]
        yield table(("STT", *item.heads_vi), numbered, widths, centred=(0,))
        return
    for number, row in enumerate(item.rows or (("",) * len(item.heads_vi),) * BLANK_BLOCKS, 1):
        fields = [
            _shown(SheetField(head, value)) for head, value in zip(item.heads_vi, row, strict=True)
        ]
        yield KeepTogether(
            [paragraph(f"<i>{number}.</i>", "field"), *[one for field in fields for one in field]]
        )


def _papers(papers: Sequence[SheetPaper]) -> Iterator[Flowable]:
    yield CondPageBreak(30 * mm)
    yield paragraph("<b>Thành phần hồ sơ</b>", "part")
    rows = [
        (str(number), paper.name_vi, paper.kind_vi, paper.copies, paper.needed_vi)
        for number, paper in enumerate(papers, 1)
    ]
    yield table(
        ("STT", "Tên giấy tờ", "Loại", "Số bản", "Bắt buộc"),
        rows,
        (0.08, 0.48, 0.17, 0.11, 0.16),
        centred=(0, 2, 3, 4),
    )


def _closing(sheet: Sheet) -> KeepTogether:
    """Declaration, place and date, signature: never torn apart."""
    signature = [
        paragraph("……………, ngày …… tháng …… năm ………", "dated"),
        paragraph("NGƯỜI KHAI", "signer"),
        paragraph("(Ký, ghi rõ họ tên)", "hint"),
        Spacer(0, 20 * mm),
        paragraph(text(sheet.signer), "signer"),
    ]
    said = [paragraph(f"{text(one)}.", "text") for one in sheet.declarations_vi]
    return KeepTogether(
        [
            Spacer(0, 3 * mm),
            *said,
            Table(
                [["", signature]], colWidths=[WIDTH * 0.42, WIDTH * 0.58], style=TableStyle(PLAIN)
            ),
        ]
    )
