"""Combining marks where they belong: the breve of `ơ̆` above its letter, as the names of Ba-na,
Ê-đê and Gia-rai people have it.

reportlab prints letters one after the other. That is right for composed letters, and most
Vietnamese letters are; a letter with a mark that has no composed form got its mark between two
letters. HarfBuzz places marks by the shapes of letter and mark. Liberation's own anchors (GPOS)
know plain letters alone and would leave the breve of `ơ̆` where it was, so HarfBuzz does not get to
see them.

Only texts with marks take this way; every other text gives the bytes that it gave before. What is
copied out of the document are the letters as they were written (`ActualText`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.textobject import PDFTextObject

if TYPE_CHECKING:
    import uharfbuzz

FACES = {"Motcua": "Regular", "Motcua-Bold": "Bold", "Motcua-Italic": "Italic"}
"""The fonts of documents by their names in them."""
MARK = re.compile("[\u0300-\u036f\u0483-\u0487\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]")
"""Every combining mark that the fonts have (a test compares them)."""
_FEATURES = {"kern": False, "liga": False, "clig": False, "dlig": False}
"""Nothing but marks moves: a word with a mark is as wide as reportlab thinks
when it breaks lines.
"""


@dataclass(frozen=True, slots=True)
class _Glyph:
    """One letter as it is drawn: its code in the subset, and where, in thousandths of the font's
    size.
    """

    subset: int
    code: int
    letter: str
    width: float
    advance: float
    right: float
    up: float


class MarkedText(PDFTextObject):  # type: ignore[misc] # reportlab has no types
    """A text object that places marks."""

    _curSubset: int  # noqa: N815 - reportlab's name

    def _formatText(self, text: Any) -> str:  # noqa: N802 - reportlab's name
        if isinstance(text, str) and MARK.search(text) and self._fontname in FACES:
            glyphs = _placed(text, self._fontname, self._canvas._doc)
            if glyphs:
                return " ".join(self._drawn(glyphs))
        return str(super()._formatText(text))

    def _drawn(self, glyphs: list[_Glyph]) -> Iterator[str]:
        """The operators.

        A word with marks is a span that says what it reads: readers that guess blanks from gaps
        would see some.
        """
        font = pdfmetrics.getFont(self._fontname)
        for blank, span in groupby(glyphs, lambda one: one.letter.isspace()):
            word = list(span)
            marked = not blank and any(MARK.match(one.letter) for one in word)
            if marked:
                said = "".join(one.letter for one in word).encode("utf-16-be").hex().upper()
                yield f"/Span <</ActualText <FEFF{said}>>> BDC"
            for (subset, up), run in groupby(word, lambda one: (one.subset, one.up)):
                if subset != self._curSubset:
                    name = font.getSubsetInternalName(subset, self._canvas._doc)
                    yield f"{name} {_said(self._fontsize)} Tf {_said(self._leading)} TL"
                    self._curSubset = subset
                shown = self._shown(list(run))
                yield (
                    f"{_said(self._rise + up * self._fontsize / 1000)} Ts {shown}"
                    f" {_said(self._rise)} Ts"
                    if up
                    else shown
                )
            if marked:
                yield "EMC"

    def _shown(self, run: list[_Glyph]) -> str:
        parts: list[str] = []
        for one in run:
            before, after = -one.right, one.width - one.advance + one.right
            letter = f"({self._canvas._escape(bytes([one.code]))})"
            parts += [
                *([_said(before)] if before else []),
                letter,
                *([_said(after)] if after else []),
            ]
        return f"[{' '.join(parts)}] TJ"


def _placed(text: str, font_name: str, document: Any) -> list[_Glyph]:
    """The letters of a text with their places; none where HarfBuzz makes other letters of it than
    are written.
    """
    # most documents have no such letter, and a service that makes none never needs it
    import uharfbuzz

    font = pdfmetrics.getFont(font_name)
    codes = [(subset, code) for subset, run in font.splitString(text, document) for code in run]
    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(_shapes(font_name), buffer, _FEATURES)
    if [info.cluster for info in buffer.glyph_infos] != list(range(len(codes))):
        return []
    scale = font.face._pdfScale
    widths = [font.face.getCharWidth(ord(letter)) for letter in text]
    return [
        _Glyph(
            subset,
            code,
            letter,
            width,
            scale(place.x_advance) if MARK.match(letter) else width,
            scale(place.x_offset),
            scale(place.y_offset),
        )
        for (subset, code), letter, width, place in zip(
            codes, text, widths, buffer.glyph_positions, strict=True
        )
    ]


@cache
def _shapes(font_name: str) -> "uharfbuzz.Font":
    """The font for HarfBuzz, with its table of anchors under a name that means nothing."""
    import uharfbuzz

    data = (
        files("motcua_documents") / "fonts" / f"LiberationSerif-{FACES[font_name]}.ttf"
    ).read_bytes()
    directory = 12 + 16 * int.from_bytes(data[4:6], "big")
    head = data[:directory].replace(b"GPOS", b"GPOT", 1)  # tables are found by order of their names
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(head + data[directory:])))


def _said(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
