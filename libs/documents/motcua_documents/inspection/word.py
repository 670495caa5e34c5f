"""DOCX: a ZIP whose parts are a Word document's and nothing else, and which fetches, starts and
hides nothing.

Every part is decompressed piece by piece and thrown away; what a directory says of sizes proves
nothing.
"""

import re
import stat
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - a class, whatever its library calls it

from .findings import MAX_PART_BYTES, MAX_TOTAL_BYTES, Finding
from .markup import Part, read_part
from .trailing import check_rest

MAX_PARTS = 5_000
MAX_DOCUMENT_BYTES = MAX_TOTAL_BYTES // 4
MAX_RATIO = 100
"""Of a document that is larger than `RATIO_FROM_BYTES` once decompressed; plain text in XML shrinks
to a thirtieth at most.
"""
RATIO_FROM_BYTES = 20_000_000
_PIECE_BYTES = 256 * 1024
_TYPES = "[Content_Types].xml"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACROS = re.compile(r"macroenabled|vbaproject|vbadata", re.IGNORECASE)
_CONTROLS = re.compile(r"activex|oleobject|vnd\.ms-office\.legacy|x-msdownload", re.IGNORECASE)
_WORKBOOK = re.compile(r"word/embeddings/[^/]+\.xlsx", re.IGNORECASE)
"""The figures behind a chart."""
_PROGRAMS = (b"MZ", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"#!")
_MARKUP = (".xml", ".rels")
_BLANK = b"\xef\xbb\xbf\xff\xfe\0\t\n\r "
"""Before the first `<` of XML, in any of its encodings."""
_ZIP = b"PK\x03\x04"
_END, _END_BYTES = b"PK\x05\x06", 22
_LOCAL_TEMPLATE = re.compile(r"(?:file:///[a-z]:[\\/]|[a-z]:[\\/]|[^/\\:]+$)", re.IGNORECASE)
"""Word names the template that a document was made with: a file of that machine, which nobody
fetches.
"""


def inspect_word(data: bytes) -> None:
    """Raises `Finding`."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            _check(archive, data, depth=0)
        check_rest(data[data.rfind(_END) + _END_BYTES :].strip(b"\0"))
    except BadZipFile as error:
        raise Finding("cut-off" if _END not in data[-66_000:] else "damaged") from error
    except (
        ZlibError,
        EOFError,
        ValueError,
        KeyError,
        NotImplementedError,
        OSError,
        UnicodeError,
    ) as error:
        raise Finding("damaged") from error


def _check(archive: ZipFile, data: bytes, depth: int) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise Finding("too-complex")
    if any(part.flag_bits & 1 for part in parts):
        raise Finding("password")
    names = [part.filename.lower() for part in parts]
    if not any(name == _TYPES.lower() for name in names):
        raise Finding("media-type")
    if len(set(names)) != len(names) or not all(_is_plain(part) for part in parts):
        raise Finding("damaged")
    _check_sizes(parts, len(data))
    if min(part.header_offset for part in parts):
        raise Finding("trailing-data")
    main = read_part(
        archive.read(next(part for part in parts if part.filename.lower() == _TYPES.lower())),
        _TYPES,
    )
    _check_types(main.types, depth)
    for part in parts:
        _check_part(archive, part, depth)


def _is_plain(part: ZipInfo) -> bool:
    name = part.filename
    is_within = (
        not name.startswith("/")
        and "\\" not in name
        and ".." not in name.split("/")
        and "\0" not in name
    )
    return (
        is_within
        and part.compress_type in (ZIP_STORED, ZIP_DEFLATED)
        and not stat.S_ISLNK(part.external_attr >> 16)
    )


def _check_sizes(parts: list[ZipInfo], packed: int) -> None:
    total = sum(part.file_size for part in parts)
    if total > MAX_DOCUMENT_BYTES or (total > RATIO_FROM_BYTES and total > packed * MAX_RATIO):
        raise Finding("too-complex")
    if sum(part.compress_size for part in parts) > packed:
        raise Finding("too-complex")  # parts lie over each other


def _check_types(types: list[str], depth: int) -> None:
    for one in types:
        if _MACROS.search(one):
            raise Finding("macro")
        if _CONTROLS.search(one):
            raise Finding("embedded-object")
    if depth == 0 and _DOCUMENT not in types:
        raise Finding("media-type")


def _check_part(archive: ZipFile, part: ZipInfo, depth: int) -> None:
    name = part.filename.lower()
    if "vbaproject" in name or "vbadata" in name:
        raise Finding("macro")
    if "activex" in name.split("/"):
        raise Finding("embedded-object")
    is_markup = name.endswith(_MARKUP)
    body, beginning, size = bytearray(), b"", 0
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE_BYTES):
            # a part's name proves nothing either: a document may be called document.bin
            if not size:
                beginning, is_markup = (
                    piece[:16],
                    is_markup or piece.lstrip(_BLANK).startswith(b"<"),
                )
            size += len(piece)
            if size > MAX_PART_BYTES:
                raise Finding("too-complex")
            if is_markup or beginning.startswith(_ZIP):
                body += piece
    if size != part.file_size:
        raise Finding("damaged")
    if beginning.startswith(_ZIP):
        _check_workbook(bytes(body), name, depth)
    elif beginning.startswith(_PROGRAMS) or (
        name.startswith("word/embeddings/") and not name.endswith("/")
    ):
        raise Finding("embedded-object")
    elif is_markup:
        _check_markup(read_part(bytes(body), name))


def _check_workbook(data: bytes, name: str, depth: int) -> None:
    """A chart's workbook may be in a document, and nothing may be in that."""
    if depth or not _WORKBOOK.fullmatch(name):
        raise Finding("embedded-object")
    with ZipFile(BytesIO(data)) as workbook:
        _check(workbook, data, depth + 1)


def _check_markup(part: Part) -> None:
    if part.starts_program:
        raise Finding("field")
    if part.fetches:
        raise Finding("remote-content")
    for kind, target, is_external in part.relations:
        if kind in ("oleobject", "control", "activexcontrol", "afchunk", "subdocument"):
            raise Finding("embedded-object")
        if kind == "attachedtemplate" and is_external and not _LOCAL_TEMPLATE.match(target):
            raise Finding("remote-template")
        if is_external and kind not in ("hyperlink", "attachedtemplate"):
            raise Finding("remote-content")
