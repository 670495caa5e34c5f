"""Which files people may hand in, told by their content: PDF, JPEG, PNG and DOCX, 20 MB each. What a client calls a file proves nothing.

A table of four needs no library: `puremagic` and `filetype` guess among hundreds of kinds, and neither looks into a ZIP for macros.
"""

from typing import Literal

from motcua_contracts.decision import Refusal

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_UPLOAD_BYTES = 20_000_000

Reason = Literal["media-type", "too-large", "empty"]

HEAD_BYTES = 16
TAIL_BYTES = 65_536
"""The end of a file that is looked at: a DOCX lists its parts there."""

_BEGINNINGS = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_OTHER_NAMES = {"image/jpg": JPEG, "image/pjpeg": JPEG, "application/x-pdf": PDF, "application/zip": DOCX}
_UNTOLD = ("", "application/octet-stream")


class DocumentRefused(Refusal, slug="document-refused"):
    """An upload that is not taken. `reason` says why: another kind than is allowed or than was said, too large, or empty."""

    texts = {
        "media-type": ("Chỉ nhận tệp PDF, JPEG, PNG, DOCX đúng với nội dung.", "Only PDF, JPEG, PNG and DOCX that are what they say."),
        "too-large": ("Tệp vượt quá 20 MB.", "The file is larger than 20 MB."),
        "empty": ("Tệp rỗng.", "The file is empty."),
    }

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason=reason)
        self.reason = reason
        self.vi, self.en = self.texts[reason]  # type: ignore[misc] # the texts are this refusal's own, by its reason


def kind_of(head: bytes, tail: bytes, said: str) -> str:
    """The media type of a file by its first and last bytes. Raises `DocumentRefused` where it is none of the four, or `said` is another."""
    kind = next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), "")
    if head.startswith(b"PK\x03\x04") and _lists_a_document(tail):
        kind = DOCX
    said = said.partition(";")[0].strip().lower()
    if not kind or (said not in _UNTOLD and _OTHER_NAMES.get(said, said) != kind):
        raise DocumentRefused("media-type")
    return kind


def _lists_a_document(tail: bytes) -> bool:
    """A ZIP ends in a list of its parts: those of a Word document, and no macros."""
    return b"[Content_Types].xml" in tail and b"word/document.xml" in tail and b"vbaProject.bin" not in tail
