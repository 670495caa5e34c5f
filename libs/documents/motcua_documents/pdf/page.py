"""The look of an official document: fonts, styles, the national heading, fields, tables, signature
places, the code at the foot.

The same input gives the same bytes: no clock, nothing random, fonts of our own. Every text goes
through `text`, which makes it safe for reportlab's markup, so nothing that a person typed can
change the page.
"""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from motcua_contracts import VIETNAM
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from .archival import archived
from .marks import FACES, MarkedText
from .words import day_of

LEFT, RIGHT, TOP, BOTTOM = 25 * mm, 18 * mm, 16 * mm, 20 * mm
WIDTH = A4[0] - LEFT - RIGHT
INK, GREY, RULE, SEAL = (
    Color(0.08, 0.08, 0.1),
    Color(0.38, 0.38, 0.4),
    Color(0.62, 0.62, 0.65),
    Color(0.72, 0.07, 0.1),
)
NATION_VI = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO_VI = "Độc lập - Tự do - Hạnh phúc"
QR_SIZE = 25 * mm
PLAIN = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
]
"""Tables that only place things: no rules, no room at the sides."""


@cache
def styles() -> dict[str, ParagraphStyle]:
    """The styles by name; the fonts are registered on the first call."""
    for name, face in FACES.items():
        with as_file(files("motcua_documents") / "fonts" / f"LiberationSerif-{face}.ttf") as path:
            pdfmetrics.registerFont(TTFont(name, str(path)))
    pdfmetrics.registerFontFamily("Motcua", "Motcua", "Motcua-Bold", "Motcua-Italic", "Motcua-Bold")
    body = ParagraphStyle("body", fontName="Motcua", fontSize=12, leading=15, textColor=INK)

    def like(name: str, parent: ParagraphStyle = body, **changes: Any) -> ParagraphStyle:
        return ParagraphStyle(name, parent=parent, **changes)

    centred = like("centred", alignment=TA_CENTER)
    made = [
        body,
        centred,
        like("field", spaceAfter=3),
        like("text", alignment=TA_JUSTIFY, spaceAfter=4),
        like("agency", centred, fontSize=11.5, leading=14),
        like("nation", centred, fontName="Motcua-Bold", fontSize=11.5, leading=14),
        like("motto", centred, fontName="Motcua-Bold", fontSize=12, leading=15),
        like("dated", centred, fontName="Motcua-Italic", fontSize=12),
        like("title", centred, fontName="Motcua-Bold", fontSize=15, leading=19),
        like("name", centred, fontName="Motcua-Bold", fontSize=14, leading=18, textColor=SEAL),
        like(
            "subtitle", centred, fontName="Motcua-Italic", fontSize=10.5, leading=13, textColor=GREY
        ),
        like("cell", fontSize=11, leading=13.5),
        like("head", centred, fontName="Motcua-Bold", fontSize=11, leading=13.5),
        like("middle", centred, fontSize=11, leading=13.5),
        like("amount", fontSize=11, leading=13.5, alignment=TA_RIGHT),
        like("signer", centred, fontName="Motcua-Bold"),
        like("hint", centred, fontName="Motcua-Italic", fontSize=10.5, leading=13),
        like("seal", fontSize=9.5, leading=12, textColor=SEAL),
        like("small", fontSize=9.5, leading=12, textColor=GREY),
        like("part", spaceBefore=5, spaceAfter=4),
        like("item", leftIndent=14, firstLineIndent=-9, spaceAfter=3),
        like("under-code", centred, fontSize=8.5, leading=10.5, textColor=GREY),
        like("guide-title", fontName="Motcua-Bold", fontSize=16, leading=20),
        like("note", fontName="Motcua-Italic", fontSize=10.5, leading=13.5, alignment=TA_JUSTIFY),
    ]
    return {style.name: style for style in made}


def text(value: str) -> str:
    """Plain text for a paragraph: composed letters, no control characters, no markup."""
    composed = unicodedata.normalize("NFC", value)
    return escape("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in composed))


def paragraph(markup: str, style: str = "body") -> Paragraph:
    """`markup` is ours; what comes from elsewhere in it went through `text`."""
    return Paragraph(markup, styles()[style])


def field(label_vi: str, value: str) -> Paragraph:
    """`Label: value`; an empty value leaves no line dangling."""
    return paragraph(
        f"{text(label_vi)}: <b>{text(value)}</b>" if value else f"{text(label_vi)}: …", "field"
    )


def heading(
    above_vi: str, agency_vi: str, number: str, place_vi: str, dated: datetime
) -> list[Flowable]:
    """The agency on the left (what it belongs to above it), the nation and its motto on the right;
    number, place and date below.
    """
    left = [paragraph(text(above_vi.upper()), "agency")] if above_vi else []
    left += [paragraph(f"<b>{text(agency_vi.upper())}</b>", "agency"), _short_line(0.28)]
    right = [paragraph(NATION_VI, "nation"), paragraph(MOTTO_VI, "motto"), _short_line(0.6)]
    under = [
        paragraph(text(number), "centred"),
        paragraph(text(f"{place_vi}, {day_of(dated)}"), "dated"),
    ]
    style = TableStyle([*PLAIN, ("ALIGN", (0, 0), (-1, -1), "CENTER")])
    return [
        Table([[left, right], under], colWidths=[WIDTH * 0.46, WIDTH * 0.54], style=style),
        Spacer(0, 3 * mm),
    ]


def title(vi: str, en: str, *more: Flowable) -> list[Flowable]:
    return [paragraph(text(vi), "title"), paragraph(text(en), "subtitle"), *more, Spacer(0, 4 * mm)]


def beside_code(
    code: str,
    flowables: Sequence[Flowable],
    link: str = "",
    under_vi: str = "Quét để tra cứu hồ sơ",
) -> Table:
    """Flowables with a QR code at their right: the link and what it is for, or the bare code where
    this office has no public address.

    They stay on one page, so only few and short ones go here.
    """
    style = TableStyle(
        [*PLAIN, ("TOPPADDING", (0, 0), (-1, -1), 0), ("ALIGN", (1, 0), (1, 0), "RIGHT")]
    )
    beside = [QrCode(link or code), *([paragraph(text(under_vi), "under-code")] if link else [])]
    return Table(
        [[list(flowables), beside]],
        colWidths=[WIDTH - QR_SIZE - 4 * mm, QR_SIZE + 4 * mm],
        style=style,
    )


class QrCode(Flowable):  # type: ignore[misc] # reportlab has no types
    """A QR code as one filled path.

    (reportlab's widget encodes twice and draws a rectangle a run: half of a document's time.)
    """

    def __init__(self, content: str) -> None:
        super().__init__()
        self.width = self.height = QR_SIZE
        code = QRCode(None, QRErrorCorrectLevel.M)
        code.addData(content)
        code.make()
        self._rows = code.modules

    def draw(self) -> None:
        size, path = QR_SIZE / len(self._rows), self.canv.beginPath()
        for down, row in enumerate(self._rows, start=1):
            across = 0
            for dark, run in groupby(row, bool):
                length = len(list(run))
                if dark:
                    path.rect(across * size, QR_SIZE - down * size, length * size, size)
                across += length
        self.canv.setFillColor(INK)
        self.canv.drawPath(path, stroke=0, fill=1)


def table(
    heads_vi: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    centred: Sequence[int] = (),
    right: Sequence[int] = (),
) -> Table:
    """A ruled table that breaks over pages and repeats its head.

    `widths` are shares of the page; `centred`, `right` are columns.
    """
    kinds = {**dict.fromkeys(centred, "middle"), **dict.fromkeys(right, "amount")}
    body = [
        [paragraph(text(cell), kinds.get(column, "cell")) for column, cell in enumerate(row)]
        for row in rows
    ]
    head = [paragraph(text(cell), "head") for cell in heads_vi]
    style = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, RULE),
            ("BACKGROUND", (0, 0), (-1, 0), Color(0.94, 0.94, 0.95)),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ]
    )
    return Table(
        [head, *body],
        colWidths=[WIDTH * share for share in widths],
        repeatRows=1,
        style=style,
        spaceBefore=3,
        spaceAfter=7,
    )


def signatures(
    left: Sequence[Flowable],
    right_vi: str,
    hint_vi: str,
    seal: Flowable,
    *,
    before: Sequence[Flowable] = (),
    name: str = "",
    post_vi: str = "",
) -> KeepTogether:
    """Two columns: text on the left, and on the right the signer, with the mark of the signature,
    name and post.

    Never torn apart, nor from the lines `before` them, so that no page holds signatures alone.
    """
    right = [
        paragraph(text(right_vi), "signer"),
        paragraph(text(hint_vi), "hint"),
        Spacer(0, 3 * mm),
        seal,
    ]
    if name or post_vi:
        right.append(Spacer(0, 2 * mm))
    right += [paragraph(text(name), "signer")] if name else []
    right += [paragraph(text(post_vi), "centred")] if post_vi else []
    style = TableStyle([*PLAIN, ("ALIGN", (1, 0), (1, 0), "CENTER")])
    return KeepTogether(
        [
            *before,
            Spacer(0, 3 * mm),
            Table([[list(left), right]], colWidths=[WIDTH * 0.48, WIDTH * 0.52], style=style),
        ]
    )


def seal(signed_by: str, at: datetime) -> Table:
    """What people see of the electronic signature: the certificate's name.

    What proves it is the signature in the file.
    """
    lines = (
        f"<b>Văn bản được ký số</b><br/>Ký bởi: {text(signed_by)}<br/>Thời gian ký:"
        f" {at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S} (GMT+7)"
    )
    style = TableStyle(
        [
            ("BOX", (0, 0), (-1, -1), 0.9, SEAL),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ]
    )
    return Table(
        [[paragraph(lines, "seal")]], colWidths=[WIDTH * 0.44], style=style, hAlign="CENTER"
    )


def build(
    flowables: list[Flowable],
    *,
    title_vi: str,
    author_vi: str,
    code: str,
    salt: str = "",
    foot_vi: str = "",
    size: tuple[float, float] = A4,
    at: datetime | None = None,
) -> bytes:
    """The document's bytes, PDF/A-2b, created `at` the time of its event.

    `salt` is printed small at the foot of every page: who has the document can prove that it is the
    one, nobody else can guess its content from its hash. A document that is nobody's has `foot_vi`
    there instead.
    """
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=size,
        leftMargin=LEFT,
        rightMargin=RIGHT,
        topMargin=TOP,
        bottomMargin=BOTTOM,
        invariant=1,
        title=f"{title_vi} {code}".strip(),
        author=author_vi,
        subject=code,
        lang="vi",
    )
    foot = unicodedata.normalize("NFC", foot_vi) or f"Mã hồ sơ: {code}   ·   Mã kiểm chứng: {salt}"

    class Page(Canvas):  # type: ignore[misc] # reportlab has no types
        """Pages are kept until all are there, so that each can say of how many it is."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.kept: list[dict[str, Any]] = []

        def beginText(self, x: float = 0, y: float = 0, direction: str | None = None) -> MarkedText:  # noqa: N802
            return MarkedText(self, x, y, direction=direction)

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self.kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self.kept, start=1):
                self.__dict__.update(page)
                self.setStrokeColor(RULE)
                self.setLineWidth(0.5)
                self.line(LEFT, BOTTOM - 3 * mm, size[0] - RIGHT, BOTTOM - 3 * mm)
                self.setFillColor(GREY)
                self.setFont("Motcua", 8.5)
                self.drawString(LEFT, BOTTOM - 7 * mm, foot)
                self.drawRightString(
                    size[0] - RIGHT, BOTTOM - 7 * mm, f"Trang {number}/{len(self.kept)}"
                )
                super().showPage()
            super().save()

    styles()
    frame = Frame(
        LEFT,
        BOTTOM,
        size[0] - LEFT - RIGHT,
        size[1] - TOP - BOTTOM,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate(frames=[frame]))
    document.build(flowables, canvasmaker=Page)
    return archived(
        out.getvalue(), title=f"{title_vi} {code}".strip(), author=author_vi, subject=code, at=at
    )


def _short_line(share: float) -> HRFlowable:
    return HRFlowable(
        width=f"{share * 100:.0f}%", thickness=0.7, color=INK, spaceBefore=2, spaceAfter=3
    )
