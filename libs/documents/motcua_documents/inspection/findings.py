"""Why a file is not taken, and the bounds that every kind of file is held to."""

MAX_PIXELS = 120_000_000
"""One picture: a page of A3 at 600 dpi has 70 million, a phone's largest photo that is common 108
million.
"""
MAX_BITONAL_PIXELS = 600_000_000
"""One picture of black and white in a PDF: a plan of A0 at 600 dpi has 558 million, 70 MB once it
is decoded.
"""
MAX_PAGES = 2_000
MAX_OBJECTS = 150_000
"""Of a PDF. A tagged document of 20 MB has about 100,000, which take three seconds."""
MAX_PART_BYTES = 64_000_000
"""Of a stream or part that is no picture, once it is decompressed."""
MAX_TOTAL_BYTES = 1_000_000_000
"""Of all streams of a PDF together, pictures too, once they are decompressed: about three seconds
of work.
"""
MAX_DEPTH = 200
"""Of what is in what: dictionaries in a PDF, elements in XML."""
TOLERATED_BYTES = 1_024
"""Behind the end of a file: what mail programs and web servers leave there."""


class Finding(Exception):  # noqa: N818 - an answer, not a fault
    """The file must not be taken. `reason` is one of `motcua_documents.kinds.TEXTS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
