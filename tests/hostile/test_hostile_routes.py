"""Everything that a script can send to every route, by people with good accounts: refused by name,
and nobody else notices.

`make test-hostile` is the long form (100,000 bodies, 10,000 calls to each callback).
"""

from typing import Any

import pytest
from hypothesis import strategies as st
from motcua_gateway.acts.counter import COUNTER
from motcua_gateway.acts.department import CASES
from motcua_gateway.http.refusals import ForeignForm
from motcua_gateway.rights_table import Row, described, rows_of

from .attack import CALLS, SHORT, TOTAL, Attack, attacked
from .values import LARGE, bodies, encoded, put, queries, texts, values
from .values import dumped as json_text

ROWS = [row for row in rows_of(described()) if "/callbacks/" not in row.path]
ACTS = {**COUNTER.on_page, **CASES.on_page}
"""The acts that have a form on a page, by name."""
FORM = "application/x-www-form-urlencoded"
FIELDS = (
    "q",
    "lang",
    "code",
    "pin",
    "key",
    "persona",
    "act",
    "done",
    "step",
    "form",
    "back",
    "paper",
    "reason_code",
    "note",
    "recipient",
    "item_number",
    "delivered",
    "identity_checked",
    "written_authority",
    "outcome",
    "officer",
    "agency",
    "department",
    "working_hours",
    "consultation",
    "opinion",
    "new_due_at",
    "at",
    "off",
    "copies_1",
    "kind_1",
    "other",
    "dossier_code",
    "scope",
    "status",
    "cursor",
    "full_name",
    "id_number",
    "received_from",
    "received_to",
    "as_of",
    "by",
    "limit",
    "field",
    "level",
    "authority",
    "confirmation",
    "change",
    "copies-_other",
    "kind-_other",
    *sorted({name for act in ACTS.values() for name in act.names}),
)
"""Names that pages and queries know, and some that none knows."""
JSON = [
    row
    for row in ROWS
    if row.method in ("POST", "PUT")
    and row.path.startswith("/api/")
    and row.path != "/api/v1/files"
]
PAGES = [row for row in ROWS if row.method == "POST" and not row.path.startswith("/api/")]
READS = [row for row in ROWS if row.method == "GET" and not row.path.endswith("/stream")]
MOST_URL = 65_000
"""The client sends no longer one. The door reads far less."""
EACH = max(5, TOTAL // (2 * len(JSON) + len(PAGES) + len(READS)))

pytestmark = pytest.mark.usefixtures("bystander")


def named(row: Row) -> str:
    return f"{row.method} {row.path}"


def paths(attack: Attack, row: Row) -> st.SearchStrategy[str]:
    """The route's path with real and odd values in its places."""
    real = st.sampled_from(attack.dossiers)
    odd = texts().map(encoded).filter(lambda text: text not in ("", ".", ".."))
    known = {
        "action": tuple(ACTS),
        "code": ("1.001193", "H40.12-261127-0001"),
    }
    parts = {
        "dossier_id": st.one_of(real, real, real, odd),
        **{name: st.one_of(st.sampled_from(some), odd) for name, some in known.items()},
    }
    names = [
        part.strip("{}")
        for part in row.path.split("/")
        if part.startswith("{") and part.endswith("}")
    ]
    others = {
        "form": st.one_of(st.just("to-khai"), odd),
        "sha256": st.one_of(st.just("0" * 64), odd),
    }
    fitting = {name: parts.get(name, others.get(name, odd)) for name in [*names, "form"]}
    return st.fixed_dictionaries(fitting).map(lambda given: row.path.format(**given))


def sendable(text: str) -> bool:
    """What the client lets through as a header; the rest is tried over a bare socket in the door's
    own tests.
    """
    return text.isascii() and text.isprintable() and text == text.strip()


@pytest.mark.parametrize("row", JSON, ids=named)
def test_bodies_of_the_api(attack: Attack, row: Row) -> None:
    good = attack.bodies.smallest(row.method, row.path)
    names = tuple(attack.bodies.fields(row.method, row.path))
    keys = st.one_of(st.uuids().map(str), st.just("the-same-key"), texts().filter(sendable))
    what = st.tuples(paths(attack, row), bodies(good, names), keys)

    def send(one: tuple[str, bytes, str]) -> None:
        path, body, key = one
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        attack.send(row, path, content=body, headers=headers)

    attacked(what, 2 * EACH, send)


@pytest.mark.parametrize("row", PAGES, ids=named)
def test_forms_of_the_pages(attack: Attack, row: Row) -> None:
    pair = st.tuples(st.sampled_from(FIELDS), texts().map(encoded))
    form = st.lists(pair, max_size=8).map(
        lambda found: "&".join(f"{name}={value}" for name, value in found).encode()
    )
    raw = st.one_of(
        form,
        form,
        form,
        st.binary(max_size=100),
        st.just(b"%ff=%fe&a=%00"),
        st.just(b"a=1&" * 50_000),
    )

    # as a browser sends it from the desk's own page: any other form is read no further
    origin = str(attack.http.base_url).rstrip("/")
    headers = {"Content-Type": FORM, "Origin": origin, "Sec-Fetch-Site": "same-origin"}

    def send(one: tuple[str, bytes]) -> None:
        path, body = one
        answer = attack.send(row, path, content=body, headers=headers)
        assert ForeignForm.vi not in answer.text, "the form was not read"

    attacked(st.tuples(paths(attack, row), raw), EACH, send)


@pytest.mark.parametrize("row", READS, ids=named)
def test_queries(attack: Attack, row: Row) -> None:
    def send(one: tuple[str, str]) -> None:
        path, query = one
        attack.send(row, f"{path}?{query}"[:MOST_URL])

    attacked(st.tuples(paths(attack, row), queries(FIELDS)), EACH, send)


def test_bodies_that_are_too_large(attack: Attack) -> None:
    """Each limit at the door leaves room for every record that can follow.

    The short form sends each value in one field a route.
    """
    for number, row in enumerate(JSON):
        good = attack.bodies.smallest(row.method, row.path)
        if not isinstance(good, dict):
            continue
        fields = tuple(attack.bodies.fields(row.method, row.path))
        for turn, large in enumerate(LARGE, start=number):
            for name in fields if TOTAL > SHORT else fields[turn % max(1, len(fields)) :][:1]:
                body = json_text(put(good, (name,), large)).encode()
                path = row.path.format(
                    dossier_id=attack.dossiers[0],
                    code="1.001193",
                    form="to-khai",
                    draft_id="x",
                    attempt="1",
                    transfer_id="bank:" + "0" * 32,
                )
                attack.send(
                    row,
                    path,
                    content=body,
                    headers={"Content-Type": "application/json", "Idempotency-Key": "large-bodies"},
                )


ODD_HEADERS = (
    "Authorization",
    "Idempotency-Key",
    "traceparent",
    "Accept-Language",
    "Accept",
    "Cookie",
    "X-Forwarded-For",
    "Range",
    "If-None-Match",
)


@pytest.mark.parametrize("name", ODD_HEADERS)
def test_headers(attack: Attack, name: str) -> None:
    row = next(row for row in ROWS if named(row) == "GET /api/v1/dossiers")
    printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300)
    latin = st.text(st.characters(min_codepoint=160, max_codepoint=255), max_size=50)
    kinds = st.one_of(
        printable,
        latin,
        st.just("x" * 9_000),
        st.just("Bearer " + "e30." * 1_000),
        st.just("motcua_desk=" + "%00" * 900),
    )

    def send(value: str) -> None:
        attack.send(row, row.path, headers={name: value.strip().encode("latin-1")})

    attacked(kinds, EACH, send)


def test_uploads(attack: Attack) -> None:
    row = next(row for row in ROWS if row.path == "/api/v1/files")
    kinds = st.sampled_from(
        ["application/pdf", "image/png", "text/html", "", "a" * 500, "application/pdf; x=\u00e9"]
    )
    contents = st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=50).map(lambda rest: b"%PDF-1.7\n" + rest),
        st.just(b""),
    )
    names = st.one_of(
        st.just("giay-to.pdf"), st.text(max_size=60), st.just("../" * 50), st.just("a" * 3_000)
    )
    boundary = b"--motcua-boundary"

    def send(one: tuple[str, str, bytes]) -> None:
        name, kind, content = one
        safe = name.replace('"', "").replace("\r", "").replace("\n", "").encode("utf-8", "replace")
        head = (
            b'Content-Disposition: form-data; name="file"; filename="'
            + safe
            + b'"\r\nContent-Type: '
            + kind.encode("utf-8")
        )
        body = boundary + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n" + boundary + b"--\r\n"
        headers = {
            "Content-Type": "multipart/form-data; boundary=motcua-boundary",
            "Idempotency-Key": "hostile-uploads",
        }
        attack.send(row, row.path, content=body, headers=headers)

    attacked(st.tuples(names, kinds, contents), EACH, send)


@pytest.mark.parametrize("way", ["vnpay/ipn", "vnpay/return", "vietqr/notification", "sms"])
def test_callbacks(attack: Attack, way: str) -> None:
    """Nobody signs them: the answer is the provider's word for a wrong signature, or nothing is
    known there.
    """
    every = {f"{row.method} {row.path}": row for row in rows_of(described())}
    signed = st.text(alphabet="0123456789abcdef", min_size=128, max_size=128)

    def reference(text: str) -> str:
        return f"vnp_TxnRef={attack.dossiers[0]}-1&vnp_SecureHash={text}&vnp_Amount=5000000&vnp_ResponseCode=00"  # noqa: E501

    match way:
        case "vnpay/ipn" | "vnpay/return":
            row = every[f"GET /api/v1/callbacks/{way}"]
            calls = st.one_of(
                queries(("vnp_TxnRef", "vnp_Amount", "vnp_SecureHash")), signed.map(reference)
            )
            attacked(calls, CALLS, lambda query: void(attack.send(row, f"{row.path}?{query}")))
        case "vietqr/notification":
            row = every["POST /api/v1/callbacks/vietqr/notification"]
            good = {"content": "MCABCDEFGHIJKLMNO", "amount_vnd": 50_000, "id": "1"}

            def send(one: tuple[bytes, str]) -> None:
                attack.send(row, row.path, content=one[0], headers={"X-Bank-Signature": one[1]})

            attacked(st.tuples(bodies(good, tuple(good)), signed), CALLS, send)
        case _:
            row = every["POST /api/v1/callbacks/sms/{message_id}/{signature}"]

            def report(one: tuple[str, Any]) -> None:
                path = row.path.format(message_id=one[0], signature="0" * 64)
                attack.send(row, path, content=json_text(one[1]).encode("utf-8", "surrogatepass"))

            attacked(
                st.tuples(
                    texts().map(encoded).filter(lambda text: text not in ("", ".", "..")), values()
                ),
                CALLS,
                report,
            )


def void(answer: Any) -> None:
    """For a lambda that gives nothing back."""
