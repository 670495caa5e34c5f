"""The contracts' table of letters that documents can print is that of the fonts."""

import unicodedata
from importlib.resources import as_file, files

from motcua_contracts.values.printable import printed
from reportlab.pdfbase.ttfonts import TTFontFile


def test_every_letter_of_the_table_is_in_all_faces_and_the_other_way_round() -> None:
    known = []
    for face in ("Regular", "Bold", "Italic"):
        with as_file(files("motcua_documents") / "fonts" / f"LiberationSerif-{face}.ttf") as path:
            known.append(
                {code for code, glyph in TTFontFile(str(path)).charToGlyph.items() if glyph}
            )
    in_all = set.intersection(*known)
    table = {code for code in range(0x20, 0x30000) if printed(chr(code))}
    left_to_right = {
        code for code in in_all if unicodedata.bidirectional(chr(code)) not in ("R", "AL")
    }
    hebrew = set(range(0x591, 0x5C8)) | {0xFB1E, 0xFB29}
    unseen = {
        code
        for code in left_to_right
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Co", "Cn", "Cs")
    } | {0xFFFC}
    assert table - in_all == set()
    assert left_to_right - hebrew - unseen - table == set()
