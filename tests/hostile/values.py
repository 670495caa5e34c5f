"""What somebody hostile sends: values at and beyond every bound, in good bodies and in broken ones.

No code of the product is used here.

A value is a Python object, or `Raw`: text that goes into the JSON as it is (a number of 400 digits,
a lone surrogate, half a literal).
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st


@dataclass(frozen=True)
class Raw:
    """JSON text as it is."""

    text: str


NUMBERS = (
    Raw("1" + "0" * 400), Raw("-1" + "0" * 400), Raw("1e400"), Raw("-1e-400"), Raw("NaN"),
    Raw("Infinity"), Raw("0x10"), Raw("01"), 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63),
    -(2**63) - 1, 2**64, 10**15, 10**15 + 1, 10**19, -1, 0, 1.5, 1e308, -0.0,
)  # fmt: skip
TIMES = (
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31T23:59:59Z",
    "2000-01-01T00:00:00Z", "2100-12-31T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-27T00:00:00",
    "2026-11-27T24:00:00Z", "2026-11-27T10:00:00+99:99", "-0044-03-15", "1e9", "253402300800",
)  # fmt: skip
TEXTS = (
    "",
    " ",
    "\u00a0\u3000",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\u202eabc\u202c",
    "\u2066x\u2069",
    "\ufeff",
    "\ufffe",
    "\U0010ffff",
    "\u200b" * 50,
    Raw('"\\ud800"'),
    Raw('"\\udc00\\ud800"'),
    "e\u0301" * 3000,
    "Z" + "\u0334" * 500,
    "\ufdfa" * 2000,
    "\U0001d579guy\u1ec5n",
    "Nguyễn Văn Ân",
    "\U0001f3f4\U000e0067\U000e007f" * 100,
    "<script>alert(1)</script>",
    "'; DROP TABLE dossiers;--",
    "{{7*7}}",
    "${jndi:ldap://127.0.0.1/}",
    "%s%n%x",
    "../../etc/passwd",
    "\r\nBcc: nobody@mau.example",
    "a" * 121,
    "a" * 2001,
    "a" * 70_000,
    "\u1ead" * 90_000,
    "$where",
    "-" * 64,
    "0" * 64,
    "f" * 65,
)
LARGE = (
    "a" * 930_000,
    Raw('"' + "\\u0001" * 150_000 + '"'),
    ["x"] * 100_000,
    {str(n): n for n in range(20_000)},
)


def nested(depth: int, kind: str = "list") -> Raw:
    """Brackets within brackets."""
    return (
        Raw("[" * depth + "]" * depth)
        if kind == "list"
        else Raw('{"a":' * depth + "1" + "}" * depth)
    )


DEPTHS = tuple(
    nested(depth, kind)
    for depth in (19, 20, 21, 200, 3_500, 100_000)
    for kind in ("list", "object")
)
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[]],
    {"": ""},
    {"$gt": ""},
    {"a.b": 1},
    {"__proto__": {"x": 1}},
    [None] * 101,
    {"\x00": 1},
    {"é": "é"},
)
NASTY: tuple[Any, ...] = (*NUMBERS, *TIMES, *TEXTS, *DEPTHS, *ODD)


def dumped(value: Any) -> str:
    """JSON, with what is `Raw` as it is."""
    match value:
        case Raw():
            return value.text
        case dict():
            return (
                "{"
                + ",".join(f"{json.dumps(str(name))}:{dumped(one)}" for name, one in value.items())
                + "}"
            )
        case list() | tuple():
            return "[" + ",".join(dumped(one) for one in value) + "]"
        case _:
            return json.dumps(value)


def places_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value within a value, itself last."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from places_of(one, (*path, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from places_of(one, (*path, number))
    yield path


def put(value: Any, path: tuple[Any, ...], what: Any) -> Any:
    """The value with another one at a path."""
    if not path:
        return what
    changed = deepcopy(value)
    inner = changed
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = what
    return changed


def values() -> st.SearchStrategy[Any]:
    """Mostly from the lists above, now and then made up."""
    scalars = st.one_of(
        st.text(max_size=40),
        st.integers(),
        st.floats(),
        st.booleans(),
        st.none(),
        st.datetimes().map(lambda at: at.isoformat()),
    )
    trees = st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
        max_leaves=12,
    )
    return st.one_of(st.sampled_from(NASTY), st.sampled_from(NASTY), trees)


@st.composite
def bodies(draw: st.DrawFn, good: Any, names: tuple[str, ...]) -> bytes:
    """A good body with up to three values replaced or added (`names` are fields that the route
    knows), sometimes broken as bytes.
    """
    body = deepcopy(good) if good is not None else {}
    for _ in range(draw(st.integers(0, 3))):
        what = draw(values())
        if names and isinstance(body, dict) and draw(st.booleans()):
            name: str = draw(st.sampled_from(names))
            body = {**body, name: what}
        else:
            body = put(body, draw(st.sampled_from(list(places_of(body)))), what)
    raw = dumped(body).encode("utf-8", "surrogatepass")
    breaks: bool = draw(st.integers(0, 7).map(lambda number: number == 0))
    return draw(broken(raw)) if breaks else raw


@st.composite
def broken(draw: st.DrawFn, raw: bytes) -> bytes:
    """The same bytes cut, doubled, in another encoding, with bytes between, or
    others altogether.
    """
    where = draw(st.integers(0, len(raw)))
    match draw(st.integers(0, 6)):
        case 0:
            return raw[:where]
        case 1:
            return raw + raw
        case 2:
            return b"\xef\xbb\xbf" + raw
        case 3:
            return raw.decode("utf-8", "replace").encode("utf-16")
        case 4:
            return raw[:where] + draw(st.binary(min_size=1, max_size=8)) + raw[where:]
        case 5:
            return draw(st.binary(max_size=200))
        case _:
            return b""


def texts() -> st.SearchStrategy[str]:
    """What goes into a query, a form's field or a path, not yet encoded."""
    known = [one for one in (*TEXTS, *TIMES) if isinstance(one, str) and len(one) < 4_000]
    numbers = [one.text if isinstance(one, Raw) else str(one) for one in NUMBERS]
    return st.one_of(st.sampled_from([*known, *numbers]), st.text(max_size=60))


def encoded(text: str) -> str:
    """Percent-encoded, a lone surrogate as its three bytes."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def queries(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A query string of known and unknown names, sometimes bytes that are no text."""
    one = st.tuples(
        st.sampled_from([*names, "q", "lang", "cursor", "nobody-knows"]), texts().map(encoded)
    )
    pairs = st.lists(one, max_size=4).map(
        lambda found: "&".join(f"{name}={value}" for name, value in found)
    )
    return st.one_of(
        pairs,
        pairs,
        st.sampled_from(
            ["%ff%fe", "a=%00", "=%C0%80", "&" * 500, "cursor=%F0%9F", "a" * 3_000, ";;;", "%"]
        ),
    )
