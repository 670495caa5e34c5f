"""Numbers of identity documents: which kinds there are, and how one that was typed is read.

Pure; nothing says whether a number exists.

The kind is recognised where the number allows only one, else it is chosen: citizen's number (số
định danh cá nhân, 12 digits), the old card's (chứng minh nhân dân, 9 digits), a passport's, any
other document's. An organisation's tax number counts as another document's.
"""

import re
from typing import Literal

from .labels import Label

IdentityKind = Literal["citizen", "old", "passport", "other"]

_BLANKS = re.compile(r"\s+")
_CITIZEN = re.compile(r"[0-9]{12}")
_OLD = re.compile(r"[0-9]{9}")
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,15}")
_TAX = re.compile(r"[0-9]{10}(-?[0-9]{3})?")
_OTHER = re.compile(r"(?=.*[0-9])[A-Z0-9ĐÐ][A-Z0-9ĐÐ./-]{2,18}[A-Z0-9ĐÐ]")
_HAS_LETTER = re.compile(r"[^0-9./-]")

KINDS: dict[IdentityKind, Label] = {
    "citizen": Label(
        "Thẻ căn cước, căn cước công dân (12 số)", "Citizen's identity number (12 digits)"
    ),
    "old": Label("Chứng minh nhân dân (9 số)", "Old identity card (9 digits)"),
    "passport": Label("Hộ chiếu", "Passport"),
    "other": Label("Giấy tờ khác", "Another document"),
}
"""What each kind is called."""
ALLOWED: dict[IdentityKind | Literal[""], Label] = {
    "": Label(
        "số định danh 12 số, chứng minh nhân dân 9 số, mã số thuế, hoặc số hộ chiếu, giấy tờ khác"
        " có chữ cái; số khác thì chọn loại giấy tờ",
        "12 digits (citizen), 9 digits (old card), a tax number, or a number with letters"
        " (passport, another document); for any other choose the kind of document",
    ),
    "citizen": Label("12 chữ số", "12 digits"),
    "old": Label("9 chữ số", "9 digits"),
    "passport": Label(
        "số hộ chiếu: 5 đến 15 chữ cái không dấu và chữ số",
        "a passport's number: 5 to 15 letters A-Z and digits",
    ),
    "other": Label(
        "4 đến 20 chữ cái, chữ số, dấu chấm, gạch nối, gạch chéo, có ít nhất một chữ số",
        "4 to 20 letters, digits, dots, hyphens and slashes, at least one of them a digit",
    ),
}
"""What a number of each kind looks like, in words; of `""` while no kind is chosen."""
_FORMS: dict[IdentityKind, re.Pattern[str]] = {
    "citizen": _CITIZEN,
    "old": _OLD,
    "passport": _PASSPORT,
    "other": _OTHER,
}


def identity_of(written: str) -> str:
    """The number in its one form: without blanks, in capital letters."""
    return _BLANKS.sub("", written).upper()


def kind_of_identity(number: str, chosen: str = "") -> IdentityKind | None:
    """The kind of a number in its one form; None where it is no number of the kind that was chosen,
    or of none that can be recognised.
    """
    for kind, form in _FORMS.items():
        if chosen == kind:
            return kind if form.fullmatch(number) else None
    if chosen:
        return None
    if _CITIZEN.fullmatch(number):
        return "citizen"
    if _OLD.fullmatch(number):
        return "old"
    if _TAX.fullmatch(number):
        return "other"
    if _PASSPORT.fullmatch(number) and _HAS_LETTER.search(number):
        return "passport"
    return "other" if _OTHER.fullmatch(number) and _HAS_LETTER.search(number) else None
