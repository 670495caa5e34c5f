"""QR codes as pictures: what is shown on a page, and what can be printed or sent on."""

import io

import segno

SCALE, BORDER = 8, 4
"""Pixels of a module, and modules of the white around it (the standard asks for four)."""


def svg(payload: str) -> str:
    """The code as an SVG element."""
    return str(segno.make(payload, error="m", micro=False).svg_inline(scale=SCALE, border=BORDER, omitsize=True))


def png(payload: str) -> bytes:
    """The code as a PNG file."""
    buffer = io.BytesIO()
    segno.make(payload, error="m", micro=False).save(buffer, kind="png", scale=SCALE, border=BORDER)
    return buffer.getvalue()
