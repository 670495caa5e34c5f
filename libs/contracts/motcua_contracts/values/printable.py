"""Which letters the font of official documents has, so that no name becomes empty boxes on a signed
paper. Pure.

`RANGES` are the letters of all three faces in `motcua_documents/fonts` (a test compares them). Left
out: what is written from right to left, which the documents do not set. Texts are looked at as
documents print them: composed (NFC).
"""

import unicodedata
from bisect import bisect_right

RANGES = (
    "20-7e a0-ac ae-36f 374-375 37a-37e 384-38a 38c 38e-3a1 3a3-3ce 3d0-513 51a-51d 1d00-1dca"
    " 1dfe-1e9b 1e9e 1ea0-1ef9 1f00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57 1f59 1f5b 1f5d"
    " 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3 1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe 2000-200a"
    " 2010 2012-2022 2026 202f-2030 2032-2034 2039-203a 203c 203e 2044 205e 2074-2079 207f-2089"
    " 2090-2094 20a0-20b5 20bf 20f0 2105 2113 2116-2117 2122 2126 212e 214d-214e 2153-2154"
    " 215b-215e 2184 2190-2195 21a8 21d4 2202 2206 220f 2211-2212 2215 2219-221a 221e-221f 2229"
    " 222b 2248 2260-2262 2264-2265 2302 2310 2320-2321 2500 2502 250c 2510 2514 2518 251c 2524"
    " 252c 2534 253c 2550-256c 2580 2584 2588 258c 2590-2593 25a0-25a1 25aa-25ac 25b2 25ba 25bc"
    " 25c4 25ca-25cc 25cf-25d9 25e6 263a-263c 2640 2642 2660 2663 2665-2666 2669-266c 266f"
    " 2c60-2c6d 2c71-2c77 2e17 a717-a721 a788-a78c fb01-fb02 fe20-fe23"
)
"""Code points in hexadecimal."""
_BOUNDS = [tuple(int(end, 16) for end in (part.split("-") * 2)[:2]) for part in RANGES.split()]
_STARTS = [first for first, _ in _BOUNDS]
_ENDS = [last for _, last in _BOUNDS]
_BLANK = "\n\r\t"
MARKS_AT_MOST = 3
"""Combining marks above and below one letter; more would run into the lines beside it."""


def printed(letter: str) -> bool:
    """Whether the font has this letter; line breaks and tabs are blanks."""
    place = bisect_right(_STARTS, ord(letter)) - 1
    return letter in _BLANK or (place >= 0 and ord(letter) <= _ENDS[place])


def unprintable(value: str) -> str:
    """What of a text documents cannot print, as `U+4E00 CJK UNIFIED IDEOGRAPH-4E00`; empty where
    they print all of it.
    """
    if value.isascii():
        return ""
    marks = 0
    first = True
    for letter in unicodedata.normalize("NFC", value):
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if not printed(letter) or marks > MARKS_AT_MOST or (marks and first):
            return f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
        first = letter.isspace()
    return ""
