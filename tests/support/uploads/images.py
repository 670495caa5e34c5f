"""Pictures for the corpus of uploads: as scanners and phones make them, and as
nobody honest does.
"""

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

from PIL import Image, PngImagePlugin

from .pdf import HTML, archive, jpeg_header

JPEG, PNG = "image/jpeg", "image/png"


@cache
def scene(mode: str = "RGB", width: int = 800, height: int = 600) -> Image.Image:
    """Something that does not shrink to nothing."""
    return Image.effect_noise((width, height), 60).convert(mode)


def jpeg(mode: str = "RGB", **how: Any) -> bytes:
    out = io.BytesIO()
    scene(mode).save(out, "JPEG", **how)
    return out.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Phone"
    return jpeg(exif=exif)


def two_pictures() -> bytes:
    out = io.BytesIO()
    scene().save(out, "MPO", save_all=True, append_images=[scene("L").convert("RGB")])
    return out.getvalue()


def png(mode: str = "RGB", **how: Any) -> bytes:
    out = io.BytesIO()
    scene(mode).save(out, "PNG", **how)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def by_hand(
    width: int,
    height: int,
    pixels: bytes,
    *,
    colour: int = 0,
    interlaced: int = 0,
    more: bytes = b"",
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, interlaced)
    parts = (
        chunk(b"IHDR", header) + more + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + parts


def interlaced() -> bytes:
    """5 × 5 pixels in Adam7's passes: lines of 1, 1, 2, 2, 3, 3 and 5 pixels, some passes with
    several.
    """
    lines = (1, 1, 2, 2, 2, 3, 3, 3, 5, 5)
    return by_hand(5, 5, b"".join(bytes(1 + pixels) for pixels in lines), interlaced=1)


def animated() -> bytes:
    out = io.BytesIO()
    scene().save(out, "PNG", save_all=True, append_images=[scene("L").convert("RGB")])
    return out.getvalue()


def described() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>", zip=True)
    return png(pnginfo=told, dpi=(300, 300))


def other(kind: str) -> bytes:
    out = io.BytesIO()
    scene().save(out, kind)
    return out.getvalue()


def in_the_middle(data: bytes, change: bytes) -> bytes:
    half = len(data) // 2
    return data[:half] + change + data[half + len(change) :]


FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 400

IMAGES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jpeg-of-a-phone": (JPEG, turned),
    "jpeg-progressive": (JPEG, lambda: jpeg(progressive=True)),
    "jpeg-for-print": (JPEG, lambda: jpeg("CMYK")),
    "jpeg-grey-with-restarts": (JPEG, lambda: jpeg("L", restart_marker_rows=2)),
    "jpeg-padded": (JPEG, lambda: jpeg() + bytes(3_000)),
    "jpeg-of-two-pictures": (JPEG, two_pictures),
    "jpeg-that-moves": (JPEG, lambda: jpeg() + FILM),
    "jpeg-with-a-makers-notes": (
        JPEG,
        lambda: jpeg() + b"\0\0\x01\x0aImage_UTC_Data" + b"1" * 2_000 + b"SEFT",
    ),
    "jpeg-with-a-few-bytes": (JPEG, lambda: jpeg() + b'{"mirror":false}'),
    "png-with-alpha": (PNG, lambda: png("RGBA")),
    "png-of-colours": (PNG, lambda: png("P")),
    "png-black-and-white": (PNG, lambda: png("1")),
    "png-of-16-bits": (PNG, lambda: png("I;16")),
    "png-interlaced": (PNG, interlaced),
    "png-described": (PNG, described),
    "png-blank-and-large": (PNG, lambda: by_hand(10_000, 10_000, bytes(10_001) * 10_000)),
    # broken off, or another file
    "jpeg-cut-in-half": ("cut-off", lambda: jpeg()[: len(jpeg()) // 2]),
    "jpeg-without-its-end": ("cut-off", lambda: jpeg()[:-2]),
    "jpeg-progressive-cut": ("cut-off", lambda: jpeg(progressive=True)[:-3_000]),
    "jpeg-by-name-only": ("damaged", lambda: b"\xff\xd8\xff\xe0rest"),
    "jpeg-without-a-picture": ("damaged", lambda: b"\xff\xd8\xff\xd9"),
    "jpeg-that-cannot-be-decoded": ("damaged", lambda: jpeg_header(64, 64)),
    "jpeg-before-an-archive": ("trailing-data", lambda: jpeg() + archive()),
    "jpeg-and-another-before-an-archive": ("trailing-data", lambda: jpeg() + jpeg() + archive()),
    "jpeg-before-a-web-page": ("trailing-data", lambda: jpeg() + HTML),
    "jpeg-before-a-disk": ("trailing-data", lambda: jpeg() + b"\x01" * 5_000),
    "png-cut-in-half": ("cut-off", lambda: png()[: len(png()) // 2]),
    "png-without-its-end": ("cut-off", lambda: png()[:-12]),
    "png-of-fewer-lines": ("cut-off", lambda: by_hand(100, 100, bytes(101 * 50))),
    "png-by-name-only": ("cut-off", lambda: b"\x89PNG\r\n\x1a\nrest"),
    "png-with-a-changed-byte": ("damaged", lambda: in_the_middle(png(), b"\xaa\x55\xaa")),
    "png-of-no-size": ("damaged", lambda: by_hand(0, 100, b"")),
    "png-before-an-archive": ("trailing-data", lambda: png() + archive()),
    "png-animated": ("animated", animated),
    # made to be too much
    "jpeg-of-60000": ("too-many-pixels", lambda: jpeg_header(60_000, 60_000)),
    "png-of-60000": ("too-many-pixels", lambda: by_hand(60_000, 60_000, b"")),
    "png-of-2-billion-by-1": ("too-many-pixels", lambda: by_hand(2**31 - 1, 1, b"")),
    "png-of-text-that-swells": (
        "damaged",
        lambda: by_hand(
            1, 1, b"\0\0", more=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50_000_000)))
        ),
    ),
    # other kinds
    "gif": ("media-type", lambda: other("GIF")),
    "webp": ("media-type", lambda: other("WEBP")),
    "tiff": ("media-type", lambda: other("TIFF")),
    "svg": (
        "media-type",
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    ),
    "web-page": ("media-type", lambda: HTML),
    "program": ("media-type", lambda: b"MZ" + bytes(1_000)),
    "nothing": ("empty", lambda: b""),
}
