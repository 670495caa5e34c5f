"""JPEG and PNG: their size by the header first, then every byte of the picture decoded, without
holding the picture in memory.
"""

import re
import struct
import zlib
from io import BytesIO

# Loaded before the limits close the door.
from PIL import Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin  # noqa: F401

from .findings import MAX_PIXELS, Finding
from .trailing import check_trailing

Image.MAX_IMAGE_PIXELS = None  # the bound is ours and comes first

_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The end of a scan: neither a stuffed byte nor a restart nor fill."""
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_SCAN, _END = 0xDA, 0xD9
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
PNG_BEGINNING = b"\x89PNG\r\n\x1a\n"


def check_size(width: int, height: int) -> None:
    """Raises `Finding` where a picture has no size or too many pixels."""
    if width < 1 or height < 1:
        raise Finding("damaged")
    if width * height > MAX_PIXELS:
        raise Finding("too-many-pixels")


def inspect_jpeg(data: bytes) -> None:
    """Raises `Finding`.

    A reduced picture is decoded, which reads every byte and needs little memory.
    """
    width, height, end = jpeg_parts(data)
    check_size(width, height)
    if end is None:
        raise Finding("cut-off")
    check_trailing(data, end, phones=True)
    try:
        with Image.open(BytesIO(data), formats=["JPEG"]) as picture:
            picture.draft("L", (max(1, width // 8), max(1, height // 8)))
            picture.load()
    except OSError as error:
        raise Finding("cut-off" if "truncated" in str(error) else "damaged") from error
    except (ValueError, SyntaxError, struct.error, IndexError, KeyError, TypeError) as error:
        raise Finding("damaged") from error


def jpeg_parts(data: bytes) -> tuple[int, int, int | None]:
    """Width and height (pixels) and where the picture ends, None where it is cut off. 0 and 0 where
    no size is told.
    """
    at, width, height = 2, 0, 0
    while True:
        at = data.find(b"\xff", at)
        while 0 <= at < len(data) and data[at] == 0xFF:
            at += 1
        if not 0 < at < len(data):
            return width, height, None
        marker = data[at]
        at += 1
        if marker == _END:
            return width, height, at
        if marker in _ALONE or marker == 0:
            continue
        if at + 2 > len(data):
            return width, height, None
        length = int.from_bytes(data[at : at + 2], "big")
        if marker in _SIZES and not width and at + 7 <= len(data):
            height, width = struct.unpack_from(">HH", data, at + 3)
        at += max(length, 2)
        if marker == _SCAN:
            found = _MARKER.search(data, at)
            if found is None:
                return width, height, None
            at = found.start()


def inspect_png(data: bytes) -> None:
    """Raises `Finding`. The pixels are decompressed and counted, and nothing of them is kept."""
    at, expected, seen, pixels = len(PNG_BEGINNING), 0, 0, zlib.decompressobj()
    while True:
        if at + 12 > len(data):
            raise Finding("cut-off")
        length, kind = struct.unpack_from(">I4s", data, at)
        body, at = at + 8, at + 12 + length
        if at > len(data):
            raise Finding("cut-off")
        if zlib.crc32(memoryview(data)[body - 4 : body + length]) != int.from_bytes(
            data[body + length : at], "big"
        ):
            raise Finding("damaged")
        if not expected:
            expected = _png_bytes(kind, data[body : body + length])
        elif kind == b"acTL":
            raise Finding("animated")
        elif kind == b"IDAT":
            seen += _inflated(pixels, data[body : body + length], expected - seen)
        elif kind == b"IEND":
            break
    if seen < expected:
        raise Finding("cut-off")
    check_trailing(data, at)
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as picture:
            picture.verify()
    except (
        OSError,
        ValueError,
        SyntaxError,
        struct.error,
        IndexError,
        KeyError,
        TypeError,
    ) as error:
        raise Finding("damaged") from error


def _png_bytes(kind: bytes, header: bytes) -> int:
    """How many bytes the pixels of this header have, each line with its filter's byte."""
    if kind != b"IHDR" or len(header) != 13:
        raise Finding("damaged")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    check_size(width, height)
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise Finding("damaged")
    bits = _CHANNELS[colour] * depth

    def of(columns: int, lines: int) -> int:
        return lines * ((columns * bits + 7) // 8 + 1) if columns > 0 else 0

    if not interlaced:
        return of(width, height)
    return sum(of(-((x - width) // dx), max(0, -((y - height) // dy))) for x, y, dx, dy in _ADAM7)


def _inflated(pixels: "zlib._Decompress", piece: bytes, most: int) -> int:
    """How many bytes this piece gives, counted up to `most`."""
    seen = 0
    try:
        while piece and seen < most:
            seen += len(pixels.decompress(piece, min(1_000_000, most - seen)))
            piece = pixels.unconsumed_tail
    except zlib.error as error:
        raise Finding("damaged") from error
    return seen
