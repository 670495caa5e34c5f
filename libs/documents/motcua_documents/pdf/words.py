"""What people read for values: amounts in words, dates, hours, places.

Vietnamese, northern usage (linh, nghìn, tỷ), Vietnam's time.
"""

from datetime import datetime

from motcua_contracts import VIETNAM

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", " nghìn", " triệu")
_GIGA = 1_000_000_000
_OFFICE_WORDS = (
    "ủy ban nhân dân",
    "uỷ ban nhân dân",
    "ubnd",
    "tỉnh",
    "thành phố",
    "quận",
    "huyện",
    "thị xã",
    "thị trấn",
    "phường",
    "xã",
)


def amount_in_words(amount_vnd: int) -> str:
    """`105_000` -> `Một trăm linh năm nghìn đồng`.

    For whole amounts from 0 on; raises `ValueError` below.
    """
    if amount_vnd < 0:
        raise ValueError(f"amount_vnd: {amount_vnd} is below 0")
    words = number_in_words(amount_vnd)
    return f"{words[0].upper()}{words[1:]} đồng"


def number_in_words(number: int) -> str:
    """In groups of three digits, every group but the first in full (`một nghìn không trăm linh
    năm`); groups of zeros are left out.
    """
    return _DIGITS[0] if number == 0 else _below(number, leading=True)


def _below(number: int, *, leading: bool) -> str:
    """Tỷ counts what is above it like a number of its own: 10^12 is `một nghìn tỷ`."""
    giga, rest = divmod(number, _GIGA)
    parts = [f"{_below(giga, leading=True)} tỷ"] if giga else []
    for scale in (2, 1, 0):
        group = rest // 1000**scale % 1000
        if group:
            parts.append(_group(group, full=bool(parts) or not leading) + _SCALES[scale])
    return " ".join(parts)


def _group(group: int, *, full: bool) -> str:
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens > 1:
        words += [_DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif units and words:
        words.append("linh")
    if units == 1 and tens > 1:
        words.append("mốt")
    elif units == 5 and tens:
        words.append("lăm")
    elif units:
        words.append(_DIGITS[units])
    return " ".join(words)


def dong(amount_vnd: int) -> str:
    """`105000` -> `105.000 đồng`."""
    return f"{grouped(amount_vnd)} đồng"


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def day_of(instant: datetime) -> str:
    """`ngày 24 tháng 11 năm 2026`; days below 10 and the months 1 and 2 with a zero before, as
    decree 30/2020 writes them.
    """
    local = instant.astimezone(VIETNAM)
    return (
        f"ngày {local:%d} tháng {local.month:02d} năm {local.year}"
        if local.month < 3
        else f"ngày {local:%d} tháng {local.month} năm {local.year}"
    )


def hour_of(instant: datetime) -> str:
    """`9 giờ 05 phút`."""
    local = instant.astimezone(VIETNAM)
    return f"{local.hour} giờ {local:%M} phút"


def place_of(agency_vi: str) -> str:
    """Where a document is dated: `Ủy ban nhân dân huyện Hải Hậu` -> `Hải Hậu`.

    The whole name where nothing would be left.
    """
    place = agency_vi.strip()
    shortened = True
    while shortened:
        shortened = False
        for word in _OFFICE_WORDS:
            if place.lower().startswith(word + " "):
                place, shortened = place[len(word) :].strip(), True
    return place or agency_vi
