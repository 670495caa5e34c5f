"""The user guide (tài liệu hướng dẫn) as a document: headings, paragraphs and lists, with the code
of where it is read online.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Spacer, Table, TableStyle

from .page import PLAIN, QR_SIZE, WIDTH, QrCode, build, paragraph, styles, text


@dataclass(frozen=True, slots=True)
class GuidePart:
    """A heading and the text below it: `lines` are paragraphs, those that begin with `- ` items of
    a list.
    """

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """`foot` is printed on every page; `url` is what the QR code says."""

    title: str
    subtitle: str
    parts: tuple[GuidePart, ...]
    url: str
    foot: str
    language: str = "vi"


def render_guide(guide: Guide) -> bytes:
    """The guide as PDF, always the same bytes for the same guide."""
    styles()
    side = QR_SIZE + 4 * mm
    style = TableStyle(
        [*PLAIN, ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("ALIGN", (1, 0), (1, 0), "RIGHT")]
    )
    heading = [
        paragraph(text(guide.title), "guide-title"),
        paragraph(text(guide.subtitle), "small"),
    ]
    flowables: list[Flowable] = [
        Table([[heading, QrCode(guide.url)]], colWidths=[WIDTH - side, side], style=style),
        Spacer(0, 3 * mm),
    ]
    for part in guide.parts:
        flowables += _part(part)
    return build(flowables, title_vi=guide.title, author_vi="Một Cửa", code="", foot_vi=guide.foot)


def _part(part: GuidePart) -> Iterator[Flowable]:
    if not part.lines:
        return
    yield CondPageBreak(25 * mm)
    yield paragraph(f"<b>{text(part.title)}</b>", "part")
    for line in part.lines:
        if line.startswith("- "):
            yield paragraph(f"• {text(line[2:])}", "item")
        else:
            yield paragraph(text(line), "text")


def parts_of_markdown(markdown: str) -> tuple[GuidePart, ...]:
    """Headings (`#`), paragraphs and list items of a guide that was written in Markdown; emphasis
    marks are left out.
    """
    parts: list[GuidePart] = []
    title, lines, open_line = "", [], ""

    def close() -> None:
        nonlocal open_line
        if open_line:
            lines.append(open_line)
        open_line = ""

    for raw in [*markdown.splitlines(), "# "]:
        line = raw.strip().replace("**", "").replace("`", "")
        if line.startswith("#") or raw == "# ":
            close()
            if title or lines:
                parts.append(GuidePart(title, tuple(lines)))
            title, lines = line.lstrip("# ").strip(), []
        elif not line:
            close()
        elif line.startswith(("- ", "* ")) or line.split(". ", 1)[0].isdigit():
            close()
            open_line = f"- {line[2:]}" if line.startswith(("- ", "* ")) else f"- {line}"
        else:
            open_line = f"{open_line} {line}" if open_line else line
    return tuple(parts)
