"""What a text becomes in an SMS (3GPP TS 23.038): GSM-7 where its letters allow, else UCS-2; how
many segments are billed; accents folded.

Vietnamese letters with diacritics are not in the 7-bit alphabet: kept, a segment holds 70
characters instead of 160.
"""

import unicodedata
from typing import NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"  # noqa: E501
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
"""Two septets each."""
_OUTSIDE = str.maketrans(
    {"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-"}
)
_GSM_ALONE, _GSM_JOINED, _UCS_ALONE, _UCS_JOINED = 160, 153, 70, 67


class Encoded(NamedTuple):
    text: str
    ucs2: bool
    segments: int


def encode(text: str, *, fold: bool) -> Encoded:
    """The text as it goes out.

    `fold`: without accents where they would ask for the larger alphabet.
    """
    if fold and not _fits(text):
        text = folded(text)
    if _fits(text):
        septets = sum(2 if letter in _EXTENDED else 1 for letter in text)
        # An escape and its letter are not parted between two segments: one septet of each may stay
        # empty.
        return Encoded(
            text,
            False,
            _segments(
                septets,
                _GSM_ALONE,
                _GSM_JOINED - 1 if any(c in _EXTENDED for c in text) else _GSM_JOINED,
            ),
        )
    units = len(text.encode("utf-16-be")) // 2
    return Encoded(
        text,
        True,
        _segments(units, _UCS_ALONE, _UCS_JOINED if units == len(text) else _UCS_JOINED - 1),
    )


def folded(text: str) -> str:
    """`Đã tiếp nhận` as `Da tiep nhan`; letters that have no plain form become a question mark."""
    plain = "".join(
        one
        for one in unicodedata.normalize("NFD", text.translate(_OUTSIDE))
        if not unicodedata.combining(one)
    )
    return "".join(one if one in _BASIC or one in _EXTENDED else "?" for one in plain)


def _fits(text: str) -> bool:
    return all(letter in _BASIC or letter in _EXTENDED for letter in text)


def _segments(units: int, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)
