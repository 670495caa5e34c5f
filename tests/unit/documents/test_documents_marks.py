"""Marks that have no composed letter are placed above or below their letter, can be copied out, and
change nothing else.
"""

import re
import shutil
import subprocess
import unicodedata
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from motcua_contracts.values.printable import printed, unprintable
from motcua_documents.pdf import page, render_result, render_slip
from motcua_documents.pdf.marks import FACES, MARK, _placed, _shapes
from motcua_documents.pdf.page import build, paragraph, styles, text
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfgen.textobject import PDFTextObject

from .samples import EVERY_LETTER, result, slip

NAMES = ("Đinh Hơ̆m", "Y Bhơ̆ Êban", "Ê̆ Ô̆ Ơ̆ Ư̆ ê̆ ô̆ ơ̆ ư̆", "H'Mơ̆̀n")
"""Ba-na, Ê-đê and Gia-rai write a breve over â-like letters; none of these has a composed form."""


def content(pdf: bytes) -> str:
    """The operators of all pages."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return "\n".join(one.Contents.read_bytes().decode("latin-1") for one in document.pages)


def spans(pdf: bytes) -> list[str]:
    return [
        bytes.fromhex(said).decode("utf-16-be")
        for said in re.findall(r"/ActualText <FEFF([0-9A-F]+)>", content(pdf))
    ]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("letters", ["ơ̆", "Ơ̆", "ê̆", "Ê̆", "ô̆", "ư̆", "Ư̆", "n̄", "m̆", "ɓ̆"])
def test_a_mark_lies_above_its_letter(face: str, letters: str) -> None:
    styles()
    letter, mark = _placed(letters, face, PDFDocument())
    assert (letter.right, letter.up, letter.width) == (0, 0, letter.advance)
    assert mark.advance == 0
    font = _shapes(face)
    base, over = (font.get_glyph_extents(font.get_nominal_glyph(ord(one))) for one in letters)
    thousandths = 1000 / font.face.upem
    top_of_letter = base.y_bearing * thousandths
    foot_of_mark = (over.y_bearing + over.height) * thousandths + mark.up
    assert top_of_letter - 40 <= foot_of_mark <= top_of_letter + 250
    middle_of_mark = letter.advance + mark.right + (over.x_bearing + over.width / 2) * thousandths
    assert (
        base.x_bearing * thousandths < middle_of_mark < (base.x_bearing + base.width) * thousandths
    )


def test_a_mark_below_lies_below() -> None:
    styles()
    letter, mark = _placed("x̱", "Motcua", PDFDocument())
    assert letter.up == 0
    assert mark.right < -100
    assert mark.up <= 50


def test_the_second_mark_lies_above_the_first() -> None:
    styles()
    _, breve, grave = _placed("ơ̆̀", "Motcua", PDFDocument())
    assert grave.up > breve.up - 100
    assert grave.right != 0


@pytest.mark.parametrize("name", NAMES)
def test_what_is_copied_out_is_what_was_written(name: str) -> None:
    wanted = [word for word in unicodedata.normalize("NFC", name).split() if MARK.search(word)]
    assert wanted
    found = spans(render_result(result(applicant=unicodedata.normalize("NFD", name))))
    assert set(wanted) <= set(found)


@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed"
)
def test_another_reader_finds_the_names_in_one_piece(tmp_path: Path) -> None:
    (tmp_path / "slip.pdf").write_bytes(
        render_slip(slip(applicant=" ".join(NAMES), address="Plei Ơ̆, xã Ia Dơ̆k"))
    )
    said = subprocess.run(
        ["pdftotext", tmp_path / "slip.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    flat = unicodedata.normalize("NFC", " ".join(said.split()))
    assert unicodedata.normalize("NFC", " ".join(NAMES)) in flat
    assert "Ia Dơ̆k" in flat


def test_the_foot_of_a_page_places_marks_as_well() -> None:
    assert "Hơ̆m" in spans(
        build([paragraph("x")], title_vi="x", author_vi="x", code="x", foot_vi="Sổ của Hơ̆m")
    )


def test_a_paper_without_marks_has_the_bytes_that_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    made = render_slip(slip(address=EVERY_LETTER))
    monkeypatch.setattr(page, "MarkedText", PDFTextObject)
    assert render_slip(slip(address=EVERY_LETTER)) == made


def test_a_word_that_breaks_before_its_mark_is_printed_all_the_same() -> None:
    word = "ơ̆" * 200
    assert (
        "".join(spans(build([paragraph(text(word))], title_vi="x", author_vi="x", code="x")))
        == word
    )


def test_every_mark_that_may_be_written_is_known() -> None:
    marks = [
        chr(code)
        for code in range(0x300, 0x30000)
        if unicodedata.category(chr(code)) == "Mn" and printed(chr(code))
    ]
    assert len(marks) > 100
    assert [mark for mark in marks if not MARK.match(mark)] == []
    pairs = [unicodedata.normalize("NFC", f"ʘ{mark}") for mark in marks]
    assert [
        pair
        for pair in pairs
        if not unprintable(pair) and not _placed(pair, "Motcua", PDFDocument())
    ] == []
