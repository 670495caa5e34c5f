"""Codes and pins as people type them: with blanks, with the dashes that a keyboard or a word
processor puts, in small letters. Pure.
"""

import re
import unicodedata

MOST = 60
"""No code is longer; what is typed beyond is not looked at."""
_BETWEEN = re.compile(r"[\s\u00ad\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d_-]+")
"""Blanks and everything that looks like a hyphen: between two groups they are one."""
_UNSEEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff]")
_WHOLE = re.compile(r"[A-Z0-9.]+-\d{6}-\d{4,}")
_PIECES = re.compile(r"([A-Z0-9.]+?)(\d{6})(\d{4})")


def typed_code(said: str) -> str:
    """A dossier's code: `h40.12 – 261124 – 0001`, `H40.12 261124 0001` and `H40.1226 1124 0001` are
    `H40.12-261124-0001`.

    What is no code in any reading comes back in one reading, so that nobody has it.
    """
    shown = _UNSEEN.sub("", unicodedata.normalize("NFKC", said[: 2 * MOST])).upper()
    code = _BETWEEN.sub("-", shown.strip()).strip("-")[:MOST]
    if _WHOLE.fullmatch(code):
        return code
    pieces = _PIECES.fullmatch(code.replace("-", ""))
    return "-".join(pieces.groups()) if pieces else code


def typed_pin(said: str) -> str:
    """A pin without the blanks and dashes between its digits."""
    return _BETWEEN.sub("", _UNSEEN.sub("", said))
