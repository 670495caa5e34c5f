"""The strict reader by itself: what it takes, at each bound, and what it says of the rest."""

import json
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts.values.bounds import FORM_DEPTH, INT64_MAX, MAX_DEPTH
from motcua_gateway.http.strict import (
    JSON_ALLOWED,
    MAX_FIELDS,
    MAX_NODES,
    MAX_QUERY,
    NUMBER_ALLOWED,
    TEXT_ALLOWED,
    Wrong,
    check_headers,
    check_path,
    check_query,
    read_fields,
    read_json,
)

SECRET = "Bí-Mật-037190000001"


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * depth + closing * depth).encode()


@pytest.mark.parametrize(
    "raw",
    [
        nested(MAX_DEPTH), nested(MAX_DEPTH - 1), b"{}",
        b"[]", b"0", b'"text\\n\\t"', str(INT64_MAX).encode(),
        str(-INT64_MAX - 1).encode(),
        b'{"a": 1.5, "b": [true, null]}', '"Nguyễn Thị Mẫu An 😀"'.encode(),
        b"[" + b",".join([b"1"] * (MAX_NODES - 1)) + b"]",
        b"-0.0", b"1e18", b'{"a": {"b": 1}, "c": {"b": 1}}',
    ],
    ids=lambda raw: repr(raw[:30]),
)  # fmt: skip
def test_what_every_part_can_hold_is_taken(raw: bytes) -> None:
    assert read_json(raw) == orjson.loads(raw)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (nested(MAX_DEPTH + 1), "body" + ".0" * MAX_DEPTH),
        (nested(200), "body" + ".0" * MAX_DEPTH),
        (nested(500_000), "body"),
        (nested(MAX_DEPTH + 1, '{"a":', "}").replace(b":}", b":1}"), "body" + ".a" * MAX_DEPTH),
        (str(INT64_MAX + 1).encode(), "body"),
        (str(-INT64_MAX - 2).encode(), "body"),
        (b'{"float_vnd": 20000000000000000000}', "body.float_vnd"),
        (b'{"procedure_version": 1' + b"0" * 400 + b"}", "body.procedure_version"),
        (b'{"a": 1e19}', "body.a"),
        (b'{"a": 1e400}', "body.a"),
        (b'{"a": NaN}', "body.a"),
        (b'{"a": Infinity}', "body.a"),
        (b'{"a": "\\u0000"}', "body.a"),
        (b'{"a": "\\u001b[31m"}', "body.a"),
        (b'{"a": "\\u0085"}', "body.a"),
        (b'{"a": "\\ud800"}', "body.a"),
        (b'{"a": "\\udc00\\ud800"}', "body.a"),
        (b'{"a": "\xed\xa0\x80"}', "body"),
        (b'{"a": "\xff"}', "body"),
        (b'{"a": "\xc0\x80"}', "body"),
        (b'{"a": 1, "a": 2}', "body"),
        (b'{"x": [{"a": 1, "\\u0061": 2}]}', "body"),
        (b'{"\\u0000": 1}', "body"),
        (b'{"\\u202ea": 1}', "body"),
        (b'{"' + b"k" * 200 + b'": 1}', "body"),
        (b"[" + b",".join([b"1"] * MAX_NODES) + b"]", "body"),
        (b"\xef\xbb\xbf{}", "body"),
        ('{"a": 1}'.encode("utf-16"), "body"),
        (b"{'a': 1}", "body"),
        (b"{} {}", "body"),
        (b"", "body"),
        (f'{{"{SECRET}": "\\u0000"}}'.encode(), "body.…"),
    ],
    ids=lambda value: repr(value[:40]),
)  # fmt: skip
def test_what_some_part_cannot_hold_is_named(raw: bytes, field: str) -> None:
    with pytest.raises(Wrong) as caught:
        read_json(raw)
    assert caught.value.field == field
    assert caught.value.allowed
    assert SECRET not in f"{caught.value.field} {caught.value.allowed} {caught.value}"


def values() -> st.SearchStrategy[Any]:
    leaves = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(st.characters(codec=None, exclude_categories=()))
    )
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30
    )


@settings(max_examples=300, deadline=None)
@given(values())
def test_whatever_is_sent_is_taken_as_it_is_or_refused_by_name(value: Any) -> None:
    raw = json.dumps(value).encode()
    with suppress(Wrong):
        taken = read_json(raw)
        assert json.loads(raw) == taken
        assert orjson.loads(orjson.dumps(taken)) == taken


@settings(max_examples=300, deadline=None)
@given(st.binary())
def test_bytes_of_any_kind_end_in_a_value_or_a_name(raw: bytes) -> None:
    for read in (read_json, read_fields, check_query, check_path):
        with suppress(Wrong):
            read(raw)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"name=%00", "body.name"),
        (b"name=%1b", "body.name"),
        (b"name=%ff", "body"),
        (b"name=%ed%a0%80", "body"),
        (b"%0a=1", "body.…"),
        (b"na\x00me=1", "body"),
        ("name=Mẫu".encode(), "body"),
        (b"&".join([b"a=1"] * (MAX_FIELDS + 1)), "body"),
    ],
)
def test_a_pages_form_is_read_as_strictly(raw: bytes, field: str) -> None:
    with pytest.raises(Wrong) as caught:
        read_fields(raw)
    assert caught.value.field == field


def test_a_pages_form_holds_words_in_several_lines() -> None:
    assert read_fields(b"note=a%0D%0Ab+c&empty=&name=M%E1%BA%ABu") == [
        ("note", "a\r\nb c"),
        ("empty", ""),
        ("name", "Mẫu"),
    ]
    assert len(read_fields(b"&".join([b"a=1"] * MAX_FIELDS))) == MAX_FIELDS


@pytest.mark.parametrize(
    "raw",
    [
        b"q=%00",
        b"q=a%0ab",
        b"q=%e2%80%ae",
        b"q=%ff",
        b"q=\xc3\xa9",
        b"q=" + b"a" * MAX_QUERY,
        b"q=a b",
    ],
)
def test_a_query_is_one_line(raw: bytes) -> None:
    with pytest.raises(Wrong) as caught:
        check_query(raw)
    assert caught.value.field.startswith("query")


@pytest.mark.parametrize(
    "raw",
    [b"/a%00", b"/a%0d%0a", b"/%ff", b"/%e2%80%ae", b"/" + b"a" * 2_000, b"/a b", b"/\xe1\xba\xab"],
)
def test_a_path_is_one_short_line(raw: bytes) -> None:
    with pytest.raises(Wrong):
        check_path(raw)


@pytest.mark.parametrize(
    "headers",
    [
        [(b"authorization", b"Bearer \xff")], [(b"authorization", b"a" * 9_000)],
        [(b"authorization", b"a"), (b"authorization", b"b")],
        [(b"idempotency-key", b"k" * 129)], [(b"x-any", b"\x00")], [(b"x-any", b"a" * 10_000)],
    ],
)  # fmt: skip
def test_a_header_that_we_read_is_ascii_and_comes_once(headers: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(Wrong) as caught:
        check_headers(headers, {b"authorization": 8_192, b"idempotency-key": 128})
    assert caught.value.field.startswith("header")


def test_other_headers_may_be_what_browsers_send() -> None:
    check_headers(
        [
            (b"user-agent", "Mẫu/1.0".encode()),
            (b"accept", b"text/html"),
            (b"cookie", b"a=b"),
            (b"cookie", b"c=d"),
        ],
        {},
    )


@pytest.mark.parametrize(
    ("raw", "field", "allowed"),
    [
        (b'{"a": {"version": 1' + b"0" * 400 + b"}}", "body.a.version", NUMBER_ALLOWED),
        (b'{"a": -1' + b"0" * 5_000 + b"}", "body.a", NUMBER_ALLOWED),
        (b'{"a": NaN}', "body.a", NUMBER_ALLOWED),
        (b'{"a": [0, -Infinity]}', "body.a.1", NUMBER_ALLOWED),
        (rb'{"name": "\ud800"}', "body.name", TEXT_ALLOWED),
        (b"[" * 3_500 + b"]" * 3_500, "body", FORM_DEPTH),
        (b'{"a":' * 100_000, "body", FORM_DEPTH),
        (b'{"a": "' + b"[" * 50 + b'", "b": 1' + b"0" * 30 + b"}", "body.b", NUMBER_ALLOWED),
        (b'{"a": "' + b'\\"[' * 50 + b'", "b": NaN}', "body.b", NUMBER_ALLOWED),
        (b'{"a": 01}', "body", JSON_ALLOWED),
        (b'{"a": ', "body", JSON_ALLOWED),
        (b'"' + b'\\"' * 400_000, "body", JSON_ALLOWED),
        (b'{"a": "\xff"}', "body", JSON_ALLOWED),
    ],
)  # fmt: skip
def test_what_the_fast_decoder_refuses_is_named_by_its_field(
    raw: bytes, field: str, allowed: str
) -> None:
    with pytest.raises(Wrong) as wrong:
        read_json(raw)
    assert (wrong.value.field, wrong.value.allowed) == (field, allowed)
