"""PDF, opened with qpdf: whole, without a lock, and without anything that does something by itself.

qpdf mends what is a little broken, as readers do, so a table of objects that is off by a few bytes
is fine. What ends before its end is not. Every object is looked at, also those that no page uses,
since a reader may find another way to them.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from .findings import (
    MAX_BITONAL_PIXELS,
    MAX_DEPTH,
    MAX_OBJECTS,
    MAX_PAGES,
    MAX_PART_BYTES,
    MAX_PIXELS,
    MAX_TOTAL_BYTES,
    Finding,
)
from .images import jpeg_parts
from .trailing import check_trailing, is_archive

_END = re.compile(rb"%%EOF|startxref\s+\d+")
_OBJECT = re.compile(rb"\d+\s+\d+\s+obj\b")
_TELLING = re.compile(
    rb"/(?:JS|JavaScript|Launch|ImportData|EF|EmbeddedFile|FileAttachment|GoToE|GoToR|RichMedia\w*|3D\w*|Movie|Sound|Screen|Rendition"
    rb"|XFA|AA|OpenAction|Collection|F)\b"
)
"""Only objects with one of these names are looked at more closely. qpdf writes names the same way,
however the file wrote them.
"""
_MEDIA = {"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
_MEDIA_ACTIONS = {"/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView"}
_QUIET = {"/GoTo", "/Named"}
"""What may happen by itself when a file or a page is opened."""
_FLATE = {"/FlateDecode", "/Fl"}
_PICTURES = {"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF"}
_MOST_FILTERS = 4
_PIECE_BYTES = 256 * 1024


def inspect_pdf(data: bytes) -> None:
    """Raises `Finding`."""
    _check_end(data)
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
            _check(pdf)
    except pikepdf.PasswordError as error:
        raise Finding("password") from error
    except (
        pikepdf.PdfError,
        pikepdf.DataDecodingError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise Finding("damaged") from error
    except (RuntimeError, RecursionError, OverflowError) as error:
        raise Finding("too-complex") from error


def _check_end(data: bytes) -> None:
    ends = [found.end() for found in _END.finditer(data)]
    if not ends or _OBJECT.search(data, ends[-1]):
        raise Finding("cut-off")
    if is_archive(data):
        raise Finding("trailing-data")
    check_trailing(data, ends[-1])


def _check(pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise Finding("encrypted")
    # asked before they are all read
    if int(pdf.trailer.get("/Size", 0)) > MAX_OBJECTS or len(pdf.objects) > MAX_OBJECTS:
        raise Finding("too-complex")
    _check_objects(pdf)
    if len(pdf.pages) > MAX_PAGES:
        raise Finding("too-many-pages")
    if not len(pdf.pages):
        raise Finding("damaged")
    for page in pdf.pages:
        _check_contents(page.obj)


def _check_objects(pdf: pikepdf.Pdf) -> None:
    total = 0
    for each in (*pdf.objects, pdf.trailer):
        is_stream = isinstance(each, pikepdf.Stream)
        told: Any = each.stream_dict if is_stream else each
        if _TELLING.search(told.unparse(resolved=True)):
            for found in _dictionaries(told):
                _check_dictionary(found)
            if is_stream and "/F" in told and "/Length" in told:
                raise Finding("remote-content")
        if is_stream:
            total += _decoded_bytes(each)
            if total > MAX_TOTAL_BYTES:
                raise Finding("too-complex")


def _dictionaries(top: Any) -> Iterator[Any]:
    """Every dictionary inside an object itself; what it refers to is an object of its own.

    Deep ones are refused.
    """
    stack = [(top, 0)]
    while stack:
        one, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise Finding("too-complex")
        if isinstance(one, pikepdf.Dictionary):
            yield one
            inner = list(one.values())
        elif isinstance(one, pikepdf.Array):
            inner = list(one)
        else:
            continue
        stack += [
            (value, depth + 1)
            for value in inner
            if isinstance(value, pikepdf.Object) and not value.is_indirect
        ]


def _check_dictionary(told: Any) -> None:
    kind, subtype, action = (str(told.get(name, "")) for name in ("/Type", "/Subtype", "/S"))
    if (
        isinstance(told.get("/JS"), (pikepdf.String, pikepdf.Stream))
        or action == "/JavaScript"
        or _holds(told, "/JavaScript")
    ):
        raise Finding("script")
    if _holds(told, "/XFA"):
        raise Finding("xfa")
    if (
        _holds(told, "/EF")
        or kind == "/EmbeddedFile"
        or subtype == "/FileAttachment"
        or action == "/GoToE"
        or _holds(told, "/Collection")
    ):
        raise Finding("embedded-file")
    if action in ("/Launch", "/ImportData"):
        raise Finding("launch")
    if (subtype in _MEDIA and "/Rect" in told) or action in _MEDIA_ACTIONS or kind == "/3D":
        raise Finding("rich-media")
    if action == "/GoToR" and _target(told.get("/F")).startswith(("\\\\", "//")):
        raise Finding("remote-content")
    _check_automatic(told.get("/OpenAction"))
    events = told.get("/AA")
    if isinstance(events, pikepdf.Dictionary):
        for event in events.values():
            _check_automatic(event)


def _holds(told: Any, name: str) -> bool:
    return isinstance(told.get(name), (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream))


def _target(file: Any) -> str:
    return str(
        file.get("/F", file.get("/UF", "")) if isinstance(file, pikepdf.Dictionary) else file or ""
    )


def _check_automatic(action: Any) -> None:
    for _ in range(MAX_DEPTH):
        if not isinstance(action, pikepdf.Dictionary):
            return
        kind = str(action.get("/S", ""))
        if kind and kind not in _QUIET:
            raise Finding(
                {"/JavaScript": "script", "/Launch": "launch"}.get(kind, "automatic-action")
            )
        action = action.get("/Next")
        if isinstance(action, pikepdf.Array):
            for one in action:
                _check_automatic(one)
            return
    raise Finding("too-complex")


def _decoded_bytes(stream: Any) -> int:
    """How large a stream is once it is decompressed.

    Raises `Finding` where that is more than any honest one.
    """
    told = stream.stream_dict
    named = told.get("/Filter", [])
    filters = [str(named)] if isinstance(named, pikepdf.Name) else [str(one) for one in named]
    if len(filters) > _MOST_FILTERS:
        raise Finding("too-complex")
    is_picture = str(told.get("/Subtype", "")) == "/Image"
    most = _picture_bytes(told, filters) if is_picture else MAX_PART_BYTES
    if not filters:
        return int(told.get("/Length", 0))
    if filters[-1] in ("/DCTDecode", "/DCT") and len(filters) == 1:
        width, height, _ = jpeg_parts(stream.read_raw_bytes())
        if width * height > MAX_PIXELS:
            raise Finding("too-many-pixels")
    if _PICTURES & set(filters):
        return 0  # what it gives is bounded by the picture's size
    if set(filters) <= _FLATE:
        return _inflated_bytes(stream.read_raw_bytes(), len(filters), most, must=is_picture)
    try:
        size = len(stream.read_bytes())
    except (pikepdf.PdfError, pikepdf.DataDecodingError):
        return 0  # an unknown filter, or damage that readers pass over
    if size > most:
        raise Finding("too-complex")
    return size


def _picture_bytes(told: Any, filters: list[str]) -> int:
    width, height, bits = (
        int(told.get(name, 0)) for name in ("/Width", "/Height", "/BitsPerComponent")
    )
    is_bitonal = (
        bits == 1
        or bool(told.get("/ImageMask", False))
        or bool({"/CCITTFaxDecode", "/CCF", "/JBIG2Decode"} & set(filters))
    )
    if width * height > (MAX_BITONAL_PIXELS if is_bitonal else MAX_PIXELS):
        raise Finding("too-many-pixels")
    return MAX_PART_BYTES + width * height * (1 if is_bitonal else 8)


def _inflated_bytes(raw: bytes, filters: int, most: int, *, must: bool) -> int:
    """The size of data that was deflated so many times, piece by piece.

    `must`: it has to be sound up to its checksum, which readers do not look at.
    """
    inflating, size = [zlib.decompressobj() for _ in range(filters)], 0
    try:
        for start in range(0, len(raw), _PIECE_BYTES):
            for piece in _inflated(raw[start : start + _PIECE_BYTES], inflating):
                size += len(piece)
                if size > most:
                    raise Finding("too-complex")
    except zlib.error as error:
        if must and "incorrect data check" not in str(error):
            raise Finding("damaged") from error
    return size


def _inflated(piece: bytes, inflating: "list[zlib._Decompress]") -> Iterator[bytes]:
    """What comes out at the end, in pieces; never more than one piece of each stage is held."""
    if not inflating:
        yield piece
        return
    first, *others = inflating
    while piece and not first.eof:
        yield from _inflated(first.decompress(piece, _PIECE_BYTES), others)
        piece = first.unconsumed_tail


def _check_contents(page: Any) -> None:
    """What a page draws can be read."""
    contents = page.get("/Contents")
    for one in contents if isinstance(contents, pikepdf.Array) else [contents]:
        if isinstance(one, pikepdf.Stream) and str(one.stream_dict.get("/Filter", "")) in _FLATE:
            _inflated_bytes(one.read_raw_bytes(), 1, MAX_PART_BYTES, must=True)
