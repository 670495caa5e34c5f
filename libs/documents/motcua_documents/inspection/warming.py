"""What Python and the libraries load when it is first used, loaded before: a fork can open no file.

One small file of each kind does it.
"""

import codecs
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
from PIL import Image

from .files import inspect
from .findings import Finding

_CODECS = (
    "cp437",
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "ascii",
    "latin-1",
    "cp1252",
    "cp1258",
)
"""Of names in archives, of XML, of text in pictures."""


def warm() -> None:
    """A second at most, once a server."""
    for name in _CODECS:
        codecs.lookup(name)
    Image.preinit()
    for data in (*_pdfs(), *_pictures(), _archive()):
        try:
            inspect(data)
        except Finding:
            continue


def _pdfs() -> list[bytes]:
    made = []
    for lock in (None, pikepdf.Encryption(owner="x", user="")):
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            out = BytesIO()
            pdf.save(out, encryption=lock or False)
            made.append(out.getvalue())
    return [*made, made[0][:-200], made[0].replace(b"xref", b"xfer")]


def _pictures() -> list[bytes]:
    made = []
    for kind, modes in (("JPEG", ("L", "RGB", "CMYK")), ("PNG", ("1", "P", "RGBA"))):
        for mode in modes:
            out = BytesIO()
            Image.new(mode, (16, 16)).save(out, kind)
            made += [out.getvalue(), out.getvalue()[:-40]]
    return made


def _archive() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        packed.writestr(
            "[Content_Types].xml", '<?xml version="1.0" encoding="windows-1258"?><Types/>'
        )
    return out.getvalue()
