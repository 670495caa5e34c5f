"""Whatever somebody sends is refused by its name, or every encoder, decoder and store in use takes
it and gives it back as it was.

The real ones: pydantic and its JSON (jiter), orjson, BSON, jsonschema-rs, the PDFs, the mails and
the SMS.
"""

import email
import email.policy
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import bson
import jsonschema_rs
import orjson
import pytest
from bson.codec_options import CodecOptions
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from motcua_contracts import Message
from motcua_contracts.messages.intake import Applicant, DossierPapers, RegisterPaperDossier
from motcua_contracts.messages.payment import OpenTill
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.values.bounds import (
    INT64_MAX,
    MAX_DEPTH,
    MAX_FORM_BYTES,
    MAX_FORM_NODES,
    MAX_KEY,
    MONEY_MAX,
    too_much,
)
from motcua_contracts.wire.envelope import MAX_RECORD_BYTES, decode, encode, explain
from motcua_documents.pdf.register import Register, Registered, render_register
from motcua_notify import alphabet, formats
from motcua_notify.rendering import SAMPLE_ENVELOPE, SAMPLES, load
from pydantic import BaseModel, ValidationError

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
AWARE: CodecOptions[Any] = CodecOptions(tz_aware=True, tzinfo=UTC)
TEMPLATES = load("motcua@motcua.example")
FORM_SCHEMA = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "properties": {
            "a": {"type": "string", "format": "date", "maxLength": 3},
            "n": {"type": "integer", "maximum": 9},
        },
    },
    validate_formats=True,
)
LETTERS = st.characters(codec=None, exclude_categories=()) | st.sampled_from(
    '\x00\x1b\x85\ud800\udfff\u202e\u2066\u200f\u2028\ufeff\ufffe\U0010ffff\n\t\r-.="\\<&'
)
TEXTS = st.text(LETTERS, max_size=40) | st.text(max_size=40)
NUMBERS = st.integers() | st.sampled_from(
    [
        0,
        -1,
        2**31,
        2**53 + 1,
        INT64_MAX,
        INT64_MAX + 1,
        -INT64_MAX - 1,
        -INT64_MAX - 2,
        10**400,
        MONEY_MAX,
        MONEY_MAX + 1,
    ]
)
LEAVES = st.none() | st.booleans() | NUMBERS | st.floats() | TEXTS
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)
FORMS = st.dictionaries(TEXTS | st.sampled_from(["a", "n"]), TREES, max_size=5)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(timezones=ZONES) | st.sampled_from(
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-14))),
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2100, 1, 1, tzinfo=UTC),
    ]
)
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def made(model: type[BaseModel], data: dict[str, Any]) -> Any:
    """The model, or None where it is refused by the name of a field and without the value."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        refused = explain(error)
    assert refused
    return None


def stored(value: Any) -> Any:
    return bson.decode(bson.encode({"v": value}), codec_options=AWARE)["v"]


def record(data: Any) -> bytes:
    return encode(Message("m", "/test", data.wire_type, "d-1", AT, "officer:x", "c", "m", data))


def through_every_store(data: Any) -> None:
    """A command through the record, JSON and BSON."""
    raw = record(data)
    assert len(raw) <= MAX_RECORD_BYTES
    assert decode(raw).data == data
    plain = data.model_dump(mode="json")
    assert orjson.loads(orjson.dumps(plain)) == plain
    assert stored(plain) == plain
    assert type(data).model_validate_json(data.model_dump_json()) == data


def as_mail(applicant: Applicant) -> None:
    """The mail is one, to this person, and nobody opened a header in it."""
    values = SAMPLES | SAMPLE_ENVELOPE | {"name": applicant.full_name}
    raw = TEMPLATES["accepted"].mail["vi"].render(values)
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert [(one.display_name, one.addr_spec) for one in read["To"].addresses] == [
        ("", SAMPLE_ENVELOPE["address"])
    ]
    assert len(read.keys()) == len(
        email.message_from_bytes(
            TEMPLATES["accepted"].mail["vi"].render(SAMPLES | SAMPLE_ENVELOPE)
        ).keys()
    )
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    text = TEMPLATES["accepted"].sms["vi"].render(values).decode()
    assert alphabet.encode(text, fold=True).segments >= 1
    formats.mailbox(applicant.email)
    formats.phone_number(applicant.phone)


def as_pdf(papers: DossierPapers) -> None:
    who = papers.applicant
    line = Registered(
        "c",
        "Thủ tục",
        1,
        who.full_name,
        who.address,
        who.phone,
        "x",
        AT,
        AT,
        None,
        "x",
        papers.note,
    )
    assert render_register(Register("a", "c", "p", AT, [line])).startswith(b"%PDF")


@SLOW
@given(
    name=TEXTS,
    address=TEXTS,
    phone=TEXTS,
    note=TEXTS,
    form=FORMS,
    copies=NUMBERS,
    version=NUMBERS,
    postmark=TIMES,
)
@example("A", "", "", "", {"a": "2026-13-01"}, 1, 1, datetime(2000, 1, 1, tzinfo=UTC))
@example("A", "\u0338" * 40, "", "\ufffe", {}, 1, 1, datetime(2000, 1, 1, tzinfo=UTC))
def test_a_filing(
    name: str,
    address: str,
    phone: str,
    note: str,
    form: dict[str, Any],
    copies: int,
    version: int,
    postmark: datetime,
) -> None:
    applicant = made(
        Applicant, {"full_name": name, "address": address, "phone": phone}
    ) or Applicant(full_name="Nguyễn Thị Mẫu An")
    held = form if not too_much(form) else {"a": "x"}
    for field, value in (
        ("form", form),
        ("copies", copies),
        ("procedure_version", version),
        ("postmark", postmark),
        ("applicant", applicant),
    ):
        data = made(
            RegisterPaperDossier, {"procedure_code": "x", "applicant": applicant, field: value}
        )
        if data is not None:
            through_every_store(data)
    list(FORM_SCHEMA.iter_errors(held))
    papers = made(
        DossierPapers,
        {"salt": "s", "pin": "042042", "applicant": applicant, "form": held, "note": note},
    )
    if papers is not None:
        raw = PrivateEntry.of(1, papers).raw
        assert raw is not None
        assert DossierPapers.model_validate_json(raw) == papers
    as_mail(applicant)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=TEXTS, address=TEXTS, note=TEXTS)
@example("<b>An", "&amp; <i", "]]> <para>\n\n--")
def test_a_paper_is_printed(name: str, address: str, note: str) -> None:
    applicant = made(Applicant, {"full_name": name, "address": address}) or Applicant(
        full_name="An"
    )
    papers = made(
        DossierPapers, {"salt": "s", "pin": "", "applicant": applicant, "form": {}, "note": note}
    )
    if papers is not None:
        as_pdf(papers)


@SLOW
@given(NUMBERS)
def test_an_amount(amount: int) -> None:
    data = made(OpenTill, {"agency": "haihau", "float_vnd": amount})
    assert (data is not None) == (0 <= amount <= MONEY_MAX)
    if data is not None:
        through_every_store(data)


def tree(depth: int) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for _ in range(depth - 1):
        form = {"a": form}
    return form


@pytest.mark.parametrize(
    ("form", "holds"),
    [
        (tree(MAX_DEPTH - 1), True), (tree(MAX_DEPTH), True), (tree(MAX_DEPTH + 1), False),
        (tree(900), False),
        ({"a": "x" * (MAX_FORM_BYTES - 8)}, True), ({"a": "x" * (MAX_FORM_BYTES - 7)}, False),
        ({"a": "\\" * (MAX_FORM_BYTES // 2 - 4)}, True),
        ({"a": "\\" * (MAX_FORM_BYTES // 2 - 3)}, False),
        ({"a": "\U0001f600" * (MAX_FORM_BYTES // 4 - 2)}, True),
        ({"a": "\n" * (MAX_FORM_BYTES // 2)}, False),
        ({"a": [0] * (MAX_FORM_NODES - 5)}, True), ({"a": [0] * MAX_FORM_NODES}, False),
        ({"k" * MAX_KEY: 1}, True), ({"k" * (MAX_KEY + 1): 1}, False), ({"a": INT64_MAX}, True),
        ({"a": INT64_MAX + 1}, False),
        ({"a": float("inf")}, False), ({"a": float("nan")}, False), ({"a": "\u202e"}, False),
        ({"a": "x\ny\t"}, True), ({1: 2}, False),
        ({"a": b"x"}, False), ({"a": AT}, False),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_a_form_at_each_edge(form: dict[str, Any], holds: bool) -> None:
    data = made(
        RegisterPaperDossier,
        {"procedure_code": "x", "applicant": {"full_name": "An"}, "form": form},
    )
    assert (data is not None) == holds
    if data is not None:
        through_every_store(data)
        papers = DossierPapers(salt="s", pin="", applicant=data.applicant, form=form)
        raw = PrivateEntry.of(1, papers).raw
        assert raw is not None
        assert len(raw) <= MAX_RECORD_BYTES
        assert DossierPapers.model_validate_json(raw) == papers
        assert stored(papers.model_dump(mode="json")) == papers.model_dump(mode="json")
