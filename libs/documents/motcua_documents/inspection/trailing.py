"""What is behind the end of a file: padding and what phones put there is fine, another file is
not.
"""

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from .findings import TOLERATED_BYTES, Finding

_PADDING = b"\0\t\n\r \x1a"
_MARKUP = re.compile(rb"<\s*(!doctype|html|script|iframe|body|svg|\?php)", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_REACH = 22 + 65_535


def check_trailing(data: bytes, end: int, *, phones: bool = False) -> None:
    """Raises `Finding` where another file is behind `end`.

    `phones`: a second picture, a film or a maker's notes are fine there.
    """
    rest = data[end:].strip(_PADDING)
    if not rest:
        return
    if is_archive(data):
        raise Finding("trailing-data")
    check_rest(b"" if phones and _by_phones(rest) else rest)


def check_rest(rest: bytes) -> None:
    """Raises `Finding` where what is left is more than a footer, or a page."""
    if len(rest) > TOLERATED_BYTES or _MARKUP.search(rest):
        raise Finding("trailing-data")


def is_archive(data: bytes) -> bool:
    """Whether a program for archives would open these bytes: it looks for the list at the end,
    whatever comes before.
    """
    if data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_REACH)) < 0:
        return False
    try:
        with ZipFile(BytesIO(data)) as archive:
            return bool(archive.infolist())
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def _by_phones(rest: bytes) -> bool:
    """A smaller or brighter copy (multi-picture format, gain map), a moving photo's film, Samsung's
    list of extras.
    """
    return rest.startswith(b"\xff\xd8\xff") or b"ftyp" in rest[:8] or rest.endswith(b"SEFT")
