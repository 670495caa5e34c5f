"""PDF/A-2b: what a reader in fifty years needs, in the file itself.

Metadata (XMP beside the old dictionary), the meaning of colours, and line ends where the standard
wants them. The same input gives the same bytes.

The colour profile (`srgb.icc`) was made by Little CMS, which says of it: "No copyright, use
freely".
"""

import re
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from xml.sax.saxutils import escape

import pikepdf
from motcua_contracts import VIETNAM

PRODUCER = "Một Cửa"
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of what nobody issues at a time: empty forms and guides."""
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate><xmp:MetadataDate>{at}</xmp:MetadataDate>
<xmp:CreatorTool>{producer}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def archived(pdf: bytes, *, title: str, author: str, subject: str, at: datetime | None) -> bytes:
    """The document as PDF/A-2b, created at `at`, the time of the event that it tells of.

    The texts are plain.
    """
    created = (at or UNDATED).astimezone(VIETNAM).replace(microsecond=0)
    said = {"title": title, "author": author, "subject": subject, "producer": PRODUCER}
    stamp = f"D:{created:%Y%m%d%H%M%S}+07'00'"
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        xmp = _XMP.format(
            at=created.isoformat(),
            **{name: escape(_printable(text)) for name, text in said.items()},
        )
        metadata = pikepdf.Stream(document, xmp.encode())
        metadata.Type, metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        document.Root.Metadata = document.make_indirect(metadata)
        profile = pikepdf.Stream(document, _profile())
        profile.N, profile.Alternate = 3, pikepdf.Name.DeviceRGB
        intent = pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent,
            S=pikepdf.Name.GTS_PDFA1,
            OutputConditionIdentifier="sRGB",
            Info="sRGB IEC61966-2.1",
            DestOutputProfile=document.make_indirect(profile),
        )
        document.Root.OutputIntents = pikepdf.Array([intent])
        info = {
            "Title": said["title"],
            "Author": said["author"],
            "Subject": said["subject"],
            "Creator": PRODUCER,
            "Producer": PRODUCER,
        }
        entries = {f"/{name}": _printable(text) for name, text in info.items()} | {
            "/CreationDate": stamp,
            "/ModDate": stamp,
        }
        document.trailer.Info = document.make_indirect(pikepdf.Dictionary(entries))
        document.save(
            out,
            deterministic_id=True,
            force_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=True,
        )
    return out.getvalue()


@cache
def _profile() -> bytes:
    return (files("motcua_documents") / "pdf" / "srgb.icc").read_bytes()


def _printable(text: str) -> str:
    """Without what XML cannot hold."""
    return _UNPRINTABLE.sub("", text)
