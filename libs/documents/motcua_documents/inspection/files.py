"""What a file is, by its content alone, and whether it may be taken.

What a client calls it proves nothing.
"""

import re

from .findings import Finding
from .images import PNG_BEGINNING, inspect_jpeg, inspect_png
from .pdf import inspect_pdf
from .word import inspect_word

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

PDF_WITHIN = 1_024
"""A PDF's header may come so many bytes late."""
_BEFORE_PDF = re.compile(
    rb"(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe|[\0\t\n\f\r ]|\x1b%-12345X|@PJL[^\r\n]*[\r\n])*"
)
"""What may come before it: a byte order mark, blank space, a printer's commands. A web page or a
program may not.
"""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def inspect(data: bytes) -> str:
    """The media type of a file that may be taken. Raises `Finding` where it may not."""
    if not data:
        raise Finding("empty")
    if data.startswith(b"\xff\xd8\xff"):
        inspect_jpeg(data)
        return JPEG
    if data.startswith(PNG_BEGINNING):
        inspect_png(data)
        return PNG
    if data.startswith(b"PK\x03\x04"):
        inspect_word(data)
        return DOCX
    before = _BEFORE_PDF.match(data, 0, PDF_WITHIN)
    if before is not None and data.startswith(b"%PDF-", before.end()):
        inspect_pdf(data)
        return PDF
    if data.startswith(_OLE) and _OLE_ENCRYPTED in data:
        raise Finding("password")
    raise Finding("media-type")
