"""How a value is written where it is used: in a header, in the text of a mail, in a Message-ID, as
an address or a phone number.

Values come from people. Nothing that leaves here can end a line, open a header or break a
multi-byte letter in two.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from html import escape
from textwrap import wrap

from motcua_contracts import VIETNAM
from motcua_contracts.values.phones import phone_of

"""No summer time since 1945."""
_WORD_BYTES = 36
"""Of text in one encoded-word: with `Subject: ` before it the line stays within RFC 2047's 76
characters.
"""
_LINE_CHARS = 160
"""Longer values are wrapped: 160 characters of up to four bytes stay within RFC 5321's 998 octets a
line.
"""

_MAILBOX = re.compile(r'([^\s()<>\[\]\\,;:"@]{1,64})@([^\s()<>\[\]\\,;:"@]{1,255})')
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,120}")


def one_line(value: str) -> str:
    """The value without line breaks, control characters and other invisible ones, runs of blanks as
    one.
    """
    if not value.isprintable():
        value = "".join(letter if letter.isprintable() else " " for letter in value)
    return " ".join(value.split())


def header(value: str) -> bytes:
    """A value in a header."""
    return encoded_words(one_line(value))


def encoded_words(value: str) -> bytes:
    """RFC 2047, folded, blanks kept.

    Neighbouring words are read as one text: what is folded between them is not part of it.
    """
    return b"\r\n ".join(b"=?utf-8?b?" + b64encode(word) + b"?=" for word in _words(value))


def _words(value: str) -> Iterator[bytes]:
    """Pieces of whole letters, each of at most `_WORD_BYTES`; none for an empty value."""
    word = b""
    for letter in value:
        encoded = letter.encode()
        if len(word) + len(encoded) > _WORD_BYTES:
            yield word
            word = b""
        word += encoded
    if word:
        yield word


def text(value: str) -> bytes:
    """For the text of a mail: UTF-8, one line, or wrapped lines where it would be too long for
    SMTP.
    """
    return "\r\n".join(_lines(value)).encode()


def html(value: str) -> bytes:
    """For the HTML of a mail, in a text or an attribute: escaped, and in lines as `text`."""
    return "\r\n".join(escape(line) for line in _lines(value)).encode()


def text_list(value: str) -> bytes:
    """A list, a line each, for the text of a mail."""
    return b"\r\n".join("• ".encode() + text(line) for line in value.split("\n"))


def html_list(value: str) -> bytes:
    """The same for the HTML, inside a paragraph."""
    return b"<br>\r\n".join("• ".encode() + html(line) for line in value.split("\n"))


def _lines(value: str) -> list[str]:
    """None begins with two dashes: it would be taken for the end of the part."""
    value = one_line(value)
    if len(value) <= _LINE_CHARS and not value.startswith("--"):
        return [value]
    return [f" {line}" if line.startswith("--") else line for line in wrap(value, _LINE_CHARS)]


def short_text(value: str) -> bytes:
    """For an SMS: UTF-8, one line."""
    return one_line(value).encode()


def mailbox(address: str) -> str | None:
    """The address as it goes on the wire, its domain in ASCII (IDNA).

    None for what is no address.
    """
    address = address.strip()
    found = _MAILBOX.fullmatch(address)
    if found is None or not address.isprintable():
        return None
    local, domain = found.groups()
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None


def phone_number(phone: str) -> str | None:
    """The number in its one form (`phones.py`), whatever was typed. None for what is no number."""
    return phone_of(phone) or None


def message_id(key: str) -> str:
    """The left half of the Message-ID: the message's own id, or its hash where that could not stand
    in a header.
    """
    return key if _DOT_ATOM.fullmatch(key) else sha256(key.encode()).hexdigest()


def moment_vi(value: str) -> str:
    """An RFC 3339 instant as a Vietnamese reads it, local time."""
    at = datetime.fromisoformat(value).astimezone(VIETNAM)
    return f"{at.hour} giờ {at.minute:02d} ngày {at.day:02d}/{at.month:02d}/{at.year}"


def moment_en(value: str) -> str:
    """An RFC 3339 instant in English, Vietnam time."""
    at = datetime.fromisoformat(value).astimezone(VIETNAM)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at.hour:02d}:{at.minute:02d}"


def due_vi(value: str) -> str:
    """A due date in Vietnamese; one at the opening of the office means that day."""
    at = datetime.fromisoformat(value).astimezone(VIETNAM)
    return f"trong ngày {at:%d/%m/%Y}" if _is_opening(at) else moment_vi(value)


def due_en(value: str) -> str:
    """A due date in English; one at the opening of the office means that day."""
    at = datetime.fromisoformat(value).astimezone(VIETNAM)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}" if _is_opening(at) else moment_en(value)


def _is_opening(at: datetime) -> bool:
    return (at.hour, at.minute) == (7, 0)


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def dong_vi(value: str) -> str:
    return f"{int(value):,} đồng".replace(",", ".")


def dong_en(value: str) -> str:
    return f"VND {int(value):,}"
