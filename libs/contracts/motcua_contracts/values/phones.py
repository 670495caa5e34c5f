"""Phone numbers as people write them, in one form. Pure; nothing here says whether a number exists.

Vietnamese numbers keep their leading zero (`0912345678`), others their country (`+49301234567`).
Since 2018 mobile numbers have ten digits: the eleven-digit ones of before are written as what they
became. A landline takes no SMS.
"""

import re
import unicodedata
from typing import Literal

PhoneKind = Literal["mobile", "landline", "abroad", "unknown"]
"""`unknown`: digits that are no Vietnamese number and name no country."""

_BETWEEN_DIGITS = re.compile(r"[\s.()\u2010-\u2015-]")
_DIGITS = re.compile(r"\+?[0-9]{8,15}")
_MOBILE = re.compile(r"0[35789][0-9]{8}")
_LANDLINE = re.compile(r"02[0-9]{9}")
_ABROAD = re.compile(r"\+[1-9][0-9]{7,14}")
_HOME = ("+84", "0084", "84")
_OF_2018 = {
    # Viettel
    "0162": "032",
    "0163": "033",
    "0164": "034",
    "0165": "035",
    "0166": "036",
    "0167": "037",
    "0168": "038",
    "0169": "039",
    # MobiFone
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    # VinaPhone
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    # Vietnamobile
    "0186": "056",
    "0188": "058",
    # Gmobile
    "0199": "059",
}
"""Prefixes of eleven-digit mobile numbers, and what they became between 15 September and 14
November 2018.
"""


def phone_of(written: str) -> str:
    """The number in its one form; empty for what is none.

    Digits that fit no plan stay as they are.
    """
    number = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFC", written))
    if not _DIGITS.fullmatch(number):
        return ""
    for prefix in _HOME:
        home = (
            _at_home("0" + number.removeprefix(prefix).removeprefix("0"))
            if number.startswith(prefix)
            else ""
        )
        if home:
            return home
    if home := _at_home(number) or _at_home("0" + number):
        return home
    abroad = "+" + number.removeprefix("00")
    return abroad if number.startswith("00") and _ABROAD.fullmatch(abroad) else number


def kind_of_phone(written: str) -> PhoneKind | None:
    """What a number is; None for what is no number."""
    number = phone_of(written)
    if not number:
        return None
    if _MOBILE.fullmatch(number):
        return "mobile"
    if _LANDLINE.fullmatch(number):
        return "landline"
    return "abroad" if _ABROAD.fullmatch(number) and not number.startswith("+84") else "unknown"


def takes_sms(written: str) -> bool:
    """Whether a message can be sent there: a mobile number, or one of another country."""
    return kind_of_phone(written) in ("mobile", "abroad")


def _at_home(number: str) -> str:
    """A Vietnamese number with its leading zero; empty for what is none."""
    if len(number) == 11 and (prefix := _OF_2018.get(number[:4])):
        number = prefix + number[4:]
    return number if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number) else ""
