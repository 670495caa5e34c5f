"""QR codes as pictures: what is shown on a page, and what can be printed or sent on."""

import io

import segno

SCALE, BORDER = 8, 4
"""Pixels of a module, and modules of the white around it (the standard asks for four)."""


def svg(payload: str) -> str:
    """The code as an SVG element that is a picture by itself, too: with its namespace, without
    which browsers open it as plain XML.
    """
    buffer = io.BytesIO()
    code = segno.make(payload, error="m", micro=False)
    code.save(
        buffer,
        kind="svg",
        scale=SCALE,
        border=BORDER,
        omitsize=True,
        xmldecl=False,
        svgns=True,
        nl=False,
    )
    return buffer.getvalue().decode()


def png(payload: str) -> bytes:
    """The code as a PNG file."""
    buffer = io.BytesIO()
    segno.make(payload, error="m", micro=False).save(buffer, kind="png", scale=SCALE, border=BORDER)
    return buffer.getvalue()
