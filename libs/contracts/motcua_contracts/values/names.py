"""Names and other one-line texts of people in one form. Pure."""

import unicodedata


def line_of(written: str) -> str:
    """Composed letters (NFC), single blanks, none at the ends: `Nguyễn  Văn An ` is `Nguyễn Văn
    An`.
    """
    return " ".join(unicodedata.normalize("NFC", written).split())


def has_letter(name: str) -> bool:
    """A name has a letter, in whatever script."""
    return any(letter.isalpha() for letter in name)
