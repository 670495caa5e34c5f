"""The strict reader: bytes as they came to values that every part can hold, or the field that does
not hold and what is allowed there.

Nothing here is recursive, and nothing quotes what was sent. The numbers are the contracts'
(`motcua_contracts/values/bounds.py`).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

import orjson
from motcua_contracts.values.bounds import (
    FORM_DEPTH,
    FORM_NAME,
    INT64_MAX,
    MAX_DEPTH,
    MAX_KEY,
    NOT_IN_LINE,
    NOT_IN_TEXT,
    PATTERNS,
    TEXT,
)

MAX_NODES = 8_000
"""Values and keys of one body: the largest form and a hundred files beside it."""
MAX_FIELDS = 1_000
"""Of a page's form."""
MAX_QUERY = 4_096
MAX_PATH = 1_024
MAX_HEADER = 8_192
JSON_ALLOWED = "JSON in UTF-8, each name once in an object, numbers within 64 bits"
NUMBER_ALLOWED = "finite numbers within 64 bits"
TEXT_ALLOWED = PATTERNS[TEXT]
ENCODED_ALLOWED = "UTF-8, percent-encoded, without control characters"
NODES_ALLOWED = f"at most {MAX_NODES} values"
FIELDS_ALLOWED = f"at most {MAX_FIELDS} fields"
UNKNOWN = "…"
LIKE_A_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,59}")
_PLAIN = re.compile(rb"[\x21-\x7e]*")
"""What an address is made of."""
_HEADER = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_READ_HEADER = re.compile(rb"[\t\x20-\x7e]*")


class Wrong(Exception):  # noqa: N818 - told to the caller as a problem
    """`field`: its place, as `body.applicant.full_name`; `allowed`: what it takes."""

    def __init__(self, field: str, allowed: str) -> None:
        super().__init__(field)
        self.field, self.allowed = field, allowed


def read_json(raw: bytes, field: str = "body") -> Any:
    """The value of a JSON body. Raises `Wrong`.

    orjson reads first: it does not recurse, and knows neither NaN nor half letters. Only what is
    flat and small is read for names that come twice.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        value = _second_look(raw, field)
    if (found := next(_faults(value, field), None)) is not None:
        raise Wrong(*found)
    if b'"' in raw and isinstance(value, dict | list):
        json.loads(raw, object_pairs_hook=_once)
    return value


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
"""A string, also one that never ends: a match at every quote keeps the look linear."""
_BRACKET = re.compile(rb"[][{}]")


class _Unreadable:
    """Takes the place of a number that is beyond every bound, so that its field can be named."""


def _second_look(raw: bytes, field: str) -> Any:
    """What orjson refuses, read by a decoder that says where: only a number or a text that no part
    can hold has a field to name.

    That decoder recurses, so the depth is counted first. Raises `Wrong`.
    """
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", raw)):
        depth += 1 if bracket.group() in b"[{" else -1
        if depth > MAX_DEPTH:
            raise Wrong(field, FORM_DEPTH)
    try:
        return json.loads(raw.decode(), parse_int=_whole, parse_constant=lambda _: _Unreadable())
    except ValueError:
        raise Wrong(field, JSON_ALLOWED) from None


def _whole(digits: str) -> int | _Unreadable:
    return int(digits) if len(digits) <= len(str(-INT64_MAX)) else _Unreadable()


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Wrong("body", JSON_ALLOWED)


def _faults(value: Any, field: str) -> Iterator[tuple[str, str]]:
    """Level by level. A place is put together only where something does not hold."""
    level: list[tuple[Any, tuple[Any, ...]]] = [(value, ())]
    nodes, depth = 1, 0
    while level:
        below: list[tuple[Any, tuple[Any, ...]]] = []
        for one, way in level:
            match one:
                case str():
                    if NOT_IN_TEXT.search(one):
                        yield _place(field, way), TEXT_ALLOWED
                case bool() | None:
                    pass
                case _Unreadable():
                    yield _place(field, way), NUMBER_ALLOWED
                case int():
                    if not -INT64_MAX - 1 <= one <= INT64_MAX:
                        yield _place(field, way), NUMBER_ALLOWED
                case float():  # also a whole number beyond 64 bits, as orjson reads it
                    if not -INT64_MAX < one < INT64_MAX:
                        yield _place(field, way), NUMBER_ALLOWED
                case dict():
                    if depth >= MAX_DEPTH:
                        yield _place(field, way), FORM_DEPTH
                        return
                    nodes += 2 * len(one)
                    if any(len(name) > MAX_KEY or NOT_IN_LINE.search(name) for name in one):
                        yield _place(field, way), FORM_NAME
                    below.extend((part, (way, name)) for name, part in one.items())
                case list():
                    if depth >= MAX_DEPTH:
                        yield _place(field, way), FORM_DEPTH
                        return
                    nodes += len(one)
                    below.extend((part, (way, number)) for number, part in enumerate(one))
            if nodes > MAX_NODES:
                yield field, NODES_ALLOWED
                return
        level, depth = below, depth + 1


def _place(field: str, way: tuple[Any, ...]) -> str:
    """`body.files.0.paper`; a name that looks like no field of ours is `…`."""
    steps: list[str] = []
    while way:
        way, step = way
        steps.append(
            str(step) if isinstance(step, int) or LIKE_A_FIELD.fullmatch(step) else UNKNOWN
        )
    return ".".join((field, *reversed(steps)))


def read_fields(raw: bytes, field: str = "body") -> list[tuple[str, str]]:
    """The fields of a page's form or of a query, as `application/x-www-form-urlencoded`.

    Raises `Wrong`.
    """
    if not _PLAIN.fullmatch(raw):
        raise Wrong(field, ENCODED_ALLOWED)
    if raw.count(b"&") >= MAX_FIELDS:
        raise Wrong(field, FIELDS_ALLOWED)
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise Wrong(field, ENCODED_ALLOWED) from None
    for name, value in pairs:
        place = f"{field}.{name if LIKE_A_FIELD.fullmatch(name) else UNKNOWN}"
        if len(name) > MAX_KEY or NOT_IN_LINE.search(name):
            raise Wrong(place, FORM_NAME)
        if NOT_IN_TEXT.search(value):
            raise Wrong(place, TEXT_ALLOWED)
    return pairs


def check_query(raw: bytes) -> None:
    """Raises `Wrong`."""
    if len(raw) > MAX_QUERY:
        raise Wrong("query", f"at most {MAX_QUERY} bytes")
    for name, value in read_fields(raw, "query"):
        if NOT_IN_LINE.search(value):
            raise Wrong(
                f"query.{name if LIKE_A_FIELD.fullmatch(name) else UNKNOWN}", ENCODED_ALLOWED
            )


def check_path(raw: bytes) -> None:
    """Raises `Wrong`."""
    if len(raw) > MAX_PATH or not _PLAIN.fullmatch(raw):
        raise Wrong("path", f"at most {MAX_PATH} bytes, percent-encoded")
    try:
        text = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong("path", ENCODED_ALLOWED) from None
    if NOT_IN_LINE.search(text):
        raise Wrong("path", ENCODED_ALLOWED)


def check_headers(headers: Iterable[tuple[bytes, bytes]], read: Mapping[bytes, int]) -> None:
    """`read`: the headers that we look into (lower case) with the most bytes of each; they are
    ASCII and come once. Raises `Wrong`.
    """
    seen: set[bytes] = set()
    for name, value in headers:
        most = read.get(name)
        field = f"header.{name.decode('latin-1')}" if most is not None else "header"
        if len(value) > (most or MAX_HEADER):
            raise Wrong(field, f"at most {most or MAX_HEADER} bytes")
        if not (_READ_HEADER if most is not None else _HEADER).fullmatch(value):
            raise Wrong(field, "printable ASCII characters")
        if most is not None and name in seen:
            raise Wrong(field, "once")
        seen.add(name)
