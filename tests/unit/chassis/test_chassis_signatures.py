"""Signatures of commands: what a turn believes, and that it believes nothing else, whatever is
written to a command topic.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_chassis import Service, ServiceSettings
from motcua_chassis._kafka.fetch import Record
from motcua_chassis._processing.run import believed
from motcua_chassis.partition import partition_of
from motcua_chassis.signatures import (
    TOOLS,
    Keyring,
    Parts,
    PublicKey,
    Signer,
    UnusableKey,
    key_id,
    speaks,
    split_signed,
)
from motcua_contracts import Message
from motcua_contracts.messages.routing import CompleteStep
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import decode, encode, sha256

from .harness import AT, GATEWAY, KEYRING, LANE, OWN_SIGNER, SUBJECT, TurnHarness, key_pair

TOPIC = topics.ROUTING_COMMANDS
DAYS = timedelta(days=1)


@pytest.fixture
def desk() -> TurnHarness:
    return TurnHarness()


def plain(subject: str = SUBJECT, actor: str = "officer:o") -> bytes:
    data = CompleteStep(step="a")
    message: Message[CompleteStep] = Message(
        "c-9", "/motcua/gateway", data.wire_type, subject, AT, actor, "c-9", "c-9", data
    )
    return encode(message)


def record(raw: bytes | None, key: str = SUBJECT, lane: int = LANE) -> Record:
    return Record(lane, TOPIC, 7, key, raw, AT)


def signed(raw: bytes | None = None, topic: str = TOPIC.name) -> bytes:
    return GATEWAY.sign(plain() if raw is None else raw, topic, AT)


STRANGER, STRANGERS_PUBLIC = key_pair()
ELSEWHERE = next(f"s-{n}" for n in range(100) if partition_of(TOPIC, f"s-{n}") == LANE)
FORGERIES: dict[str, tuple[Callable[[], Record], str]] = {
    "nobody's": (lambda: record(plain()), "unsigned"),
    "empty": (lambda: record(None), "unsigned"),
    "no record at all": (lambda: record(b"\x00" * 1000), "unsigned"),
    "a signature inside the data": (lambda: record(b'{"data":' + signed() + b"}"), "unsigned"),
    "a signature of another length": (lambda: record(signed()[:-3] + b'"}'), "unsigned"),
    "of a key that nobody knows": (lambda: record(STRANGER.sign(plain(), TOPIC.name, AT)), "keyid"),
    "with the gateway's key id and another's signature": (
        lambda: record(Signer(GATEWAY.id, STRANGER._key).sign(plain(), TOPIC.name, AT)),
        "signature",
    ),
    "with bytes that were changed": (
        lambda: record(signed().replace(b'"officer:o"', b'"officer:x"')),
        "signature",
    ),
    "with a later time": (
        lambda: record(signed().replace(b'"signedat":"2026', b'"signedat":"2027')),
        "signature",
    ),
    "of another topic": (lambda: record(signed(topic="intake.commands")), "signature"),
    "under another key": (lambda: record(signed(), key=ELSEWHERE), "subject"),
    "of a key that is none": (lambda: record(signed(), key=""), "subject"),
    "in another partition": (lambda: record(signed(), lane=(LANE + 1) % 6), "partition"),
    "the gateway as the service": (lambda: record(signed(plain(actor="system:routing"))), "actor"),
    "the gateway as another service": (
        lambda: record(signed(plain(actor="system:intake"))),
        "actor",
    ),
    "the gateway as nobody": (lambda: record(signed(plain(actor=""))), "actor"),
    "the service as a person": (lambda: record(OWN_SIGNER.sign(plain(), TOPIC.name, AT)), "actor"),
    "with the service's key id and another's code": (
        lambda: record(
            replace(OWN_SIGNER, _secret=b"guessed").sign(
                plain(actor="system:routing"), TOPIC.name, AT
            )
        ),
        "signature",
    ),
    "as the service, by nobody": (lambda: record(plain(actor="system:routing")), "unsigned"),
    "a copy of last month": (
        lambda: record(GATEWAY.sign(plain(), TOPIC.name, AT - 31 * DAYS)),
        "age",
    ),
    "a copy of the day before yesterday": (
        lambda: record(GATEWAY.sign(plain(), TOPIC.name, AT - 2 * DAYS)),
        "age",
    ),
    "of next month": (lambda: record(GATEWAY.sign(plain(), TOPIC.name, AT + 31 * DAYS)), "age"),
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_what_nobody_vouches_for_leads_to_one_row_and_nothing_else(
    desk: TurnHarness, name: str
) -> None:
    forge, kind = FORGERIES[name]
    desk.turn.keyring = KEYRING
    out = await desk.tell(forge())
    assert (out.journal, out.outbox, out.answers, out.entries, out.touched, out.demanded) == (
        [],
        [],
        [],
        {},
        set(),
        {},
    )
    assert out.dead == [], "it counts towards no breaker"
    (row,) = out.writes()["dead_letters"]
    assert set(out.writes()) == {"dead_letters"}
    assert f"/{kind}/" in row._filter["_id"]
    written = row._doc["$setOnInsert"]
    assert written["reason"].split(":")[0] in ("signature", "keyid", "actor", "subject", "signedat")
    assert "officer:o" not in str(row._doc), "a row holds nothing of it"


async def test_the_same_bytes_rightly_signed_are_taken_in(desk: TurnHarness) -> None:
    """Else the table above would pass with a turn that takes in nothing."""
    out = await desk.tell(record(signed()))
    assert [row["_id"] for row in out.answers] == ["c-9"]
    own = await TurnHarness().tell(
        record(OWN_SIGNER.sign(plain(actor="system:routing"), TOPIC.name, AT))
    )
    assert [row["_id"] for row in own.answers] == ["c-9"]


@settings(max_examples=300)
@given(st.integers(0, len(signed()) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(at: int, by: int) -> None:
    raw = bytearray(signed())
    raw[at] ^= by
    with pytest.raises(ValueError, match=r"signature|keyid|signedat"):
        KEYRING.check(bytes(raw), TOPIC.name, AT)


# ---------------------------------------------------------------------- a head without its data


def parts() -> Parts:
    return split_signed(signed())[0]


def test_a_head_is_verified_without_its_data() -> None:
    kept, data = split_signed(signed())
    assert json.loads(data) == {"step": "a"}
    assert kept.digest == sha256(data)
    assert json.loads(kept.envelope)["actor"] == "officer:o"
    assert data not in b"".join((kept.head, kept.tail))
    assert KEYRING.check_parts(kept, TOPIC.name, AT) == "gateway"
    assert KEYRING.check_parts(kept, TOPIC.name, None) == "gateway"
    assert (kept.key, kept._replace(tail=b"").key) == (GATEWAY.id, "")
    own = split_signed(OWN_SIGNER.sign(plain(actor="system:routing"), TOPIC.name, AT))[0]
    assert KEYRING.check_parts(own, TOPIC.name, AT) == "own"


CHANGED: dict[str, Callable[[Parts], Parts]] = {
    "another actor": lambda p: p._replace(head=p.head.replace(b"officer:o", b"officer:x")),
    "another digest": lambda p: p._replace(digest="0" * 64),
    "a digest of another length": lambda p: p._replace(digest=p.digest[:-1]),
    "the digest's end in the tail": lambda p: p._replace(
        digest=p.digest[:-1], tail=p.digest[-1:].encode() + p.tail
    ),
    "another time": lambda p: p._replace(tail=p.tail.replace(b"2026-", b"2027-")),
    "another key's id": lambda p: p._replace(
        tail=p.tail.replace(GATEWAY.id.encode(), STRANGER.id.encode())
    ),
    "no tail": lambda p: p._replace(tail=b""),
    "more behind the tail": lambda p: p._replace(tail=p.tail + b" "),
    "data in the head": lambda p: p._replace(head=p.head + b',"data":{}'),
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED.keys())
def test_a_kept_head_that_was_changed_is_nobodys(change: Callable[[Parts], Parts]) -> None:
    with pytest.raises(ValueError, match=r"signature|keyid|signedat"):
        KEYRING.check_parts(change(parts()), TOPIC.name, AT)


HOSTILE = (
    '","data":{},"x":"',
    ',"data":',
    '"',
    "\\",
    '\\","data":1',
    '"},"data":{',
    "é,",
    "ế\u2028",
)


@settings(max_examples=50)
@given(
    st.text(max_size=40) | st.sampled_from(HOSTILE), st.text(max_size=40) | st.sampled_from(HOSTILE)
)
def test_no_text_of_a_head_or_of_the_data_moves_the_split(told: str, step: str) -> None:
    """Whoever chooses an idempotency key, a subject or a step chooses no byte outside of its own
    string.
    """
    data = CompleteStep.model_construct(step=step)
    head = ("c-9", "/motcua/gateway", CompleteStep.wire_type, told, AT, told, told, told)
    raw = encode(Message(*head, data, traceparent=told or None))
    assert list(json.loads(raw))[-1] == "data", "data is the last member"
    kept, found = split_signed(GATEWAY.sign(raw, TOPIC.name, AT))
    assert json.loads(found) == {"step": step}
    said = json.loads(kept.envelope)
    assert "data" not in said
    assert {said[name] for name in ("subject", "actor", "correlationid", "causationid")} == {told}
    assert KEYRING.check_parts(kept, TOPIC.name, AT) == "gateway"


async def test_what_follows_the_data_is_no_second_head(desk: TurnHarness) -> None:
    """A JSON reader takes the last of two members: the kept head would say one actor, and the rules
    hear another.
    """
    raw = plain().replace(b'"data":{"step":"a"}', b'"data":{"step":"a"},"actor":"citizen:x"')
    assert json.loads(raw)["actor"] == "citizen:x"
    out = await desk.tell(record(GATEWAY.sign(raw, TOPIC.name, AT)))
    assert (out.answers, out.journal) == ([], [])
    assert out.counted["dead_letters", "passed"] == 1


async def test_a_flood_of_forgeries_is_one_row_for_each_kind_and_hour(desk: TurnHarness) -> None:
    flood = [record(plain(f"x-{n}"), key=f"x-{n}") for n in range(1000)]
    out = await desk.tell(*flood, record(signed()))
    (row,) = out.writes()["dead_letters"]
    assert row._doc["$inc"] == {"count": 1000}
    again = await desk.tell(*flood)
    assert [other._filter for other in again.writes()["dead_letters"]] == [row._filter]
    assert [answer["_id"] for answer in out.answers] == ["c-9"], "who was among them is answered"
    assert set(out.entries) == {SUBJECT}, "nothing is read for them"
    assert out.counted["dead_letters", "forged"] == 1000


async def test_a_forgery_does_not_wait_behind_a_parked_record(desk: TurnHarness) -> None:
    await desk.tell(replace(desk.event(again=True), raw=b"{"))
    out = await desk.tell(record(plain()), record(signed()))
    assert [operation._doc["value"] for operation in out.writes()["parked"]] == [signed()]


async def test_a_released_command_is_believed_at_any_age_and_an_unsigned_one_of_before_is_let_go(
    desk: TurnHarness,
) -> None:
    await desk.tell(replace(desk.event(again=True), raw=b"{"))
    desk.entries._cache[SUBJECT].parked = "released"
    late = replace(record(signed()), at=AT + 40 * DAYS, parked="p-1")
    out = await desk.tell(late, replace(record(plain()), parked="p-2"), emptied=[SUBJECT])
    assert [row["_id"] for row in out.answers] == ["c-9"]
    assert sorted(operation._filter["_id"] for operation in out.writes()["parked"]) == [
        "p-1",
        "p-2",
    ]


async def test_a_copy_within_the_day_is_known_and_changes_nothing(desk: TurnHarness) -> None:
    first = await desk.tell(record(signed()))
    assert len(first.journal) == 1
    assert (await desk.tell(replace(record(signed()), offset=8))).journal == []


def test_the_age_is_of_the_brokers_clock_where_time_is_simulated() -> None:
    # 40 simulated days later the turn hands over what the broker had said
    KEYRING.check(signed(), TOPIC.name, AT)


async def test_simulated_time_does_not_age_a_command(desk: TurnHarness) -> None:
    out = await desk.tell(replace(record(signed()), at=AT + 40 * DAYS, appended=AT))
    assert [row["_id"] for row in out.answers] == ["c-9"]


# ---------------------------------------------------------------------- keys


def test_a_rotation_old_and_new_together_then_the_new_alone() -> None:
    new, public = key_pair()
    old_public = KEYRING.keys[GATEWAY.id]
    both = Keyring({GATEWAY.id: old_public, new.id: PublicKey("gateway", public)})
    for signer in (GATEWAY, new):
        assert both.check(signer.sign(plain(), TOPIC.name, AT), TOPIC.name, AT) == "gateway"
    ended = Keyring(
        {GATEWAY.id: replace(old_public, not_after=AT), new.id: PublicKey("gateway", public)}
    )
    assert ended.check(signed(), TOPIC.name, AT) == "gateway", (
        "what was appended before the end is believed whenever it is read"
    )
    after = AT + timedelta(seconds=1)
    with pytest.raises(ValueError, match="no longer believed"):
        ended.check(signed(), TOPIC.name, after)
    assert ended.check(new.sign(plain(), TOPIC.name, after), TOPIC.name, after) == "gateway"
    with pytest.raises(ValueError, match="not among those"):
        Keyring({new.id: PublicKey("gateway", public)}).check(signed(), TOPIC.name, AT)


@pytest.mark.parametrize(
    ("role", "actor", "may"),
    [
        ("gateway", "citizen:abc", True),
        ("gateway", "officer:clerk-haihau", True),
        ("gateway", "system:vnpay", True),
        ("gateway", "system:bank", True),
        ("gateway", "system:sms", True),
        ("gateway", "system:contact", True),
        ("gateway", "", False),
        *(("gateway", f"system:{service}", False) for service in topics.SERVICES),
        ("gateway", "system:catalog-import", False),
        ("gateway", "system:catalog-desk", False),
        ("gateway", "system:reconciliation", False),
        ("gateway", "system:", False),
        ("tools", "system:catalog-import", True),
        ("tools", "system:catalog-desk", True),
        ("tools", "system:reconciliation", True),
        ("tools", "officer:clerk-haihau", False),
        ("tools", "citizen:abc", False),
        ("tools", "system:catalog", False),
        ("somebody", "citizen:abc", False),
    ],
)
def test_which_key_speaks_for_whom(role: str, actor: str, may: bool) -> None:
    assert speaks(role, actor) is may


def test_every_actor_of_the_command_line_is_one_that_its_key_speaks_for() -> None:
    """A tool that names itself otherwise sends commands that every service takes for forged."""
    services = Path(__file__).resolve().parents[3] / "services"
    named = {
        actor
        for file in services.rglob("*.py")
        if "motcua_gateway" not in file.parts
        for actor in re.findall(r'"(system:[a-z-]+)"', file.read_text())
    }
    # a service speaks to itself under its own secret
    assert named - {f"system:{service}" for service in topics.SERVICES} == set(TOOLS)


def pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def line(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()


def test_keys_are_read_from_json_and_from_a_file(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    (tmp_path / "gateway.pem").write_bytes(pem(key))
    said = json.dumps([{"role": "gateway", "key": line(key), "not_after": "2027-01-01T00:00:00Z"}])
    (tmp_path / "keys.json").write_text(said)
    signer = Signer.load(tmp_path / "gateway.pem")
    assert signer.id == key_id(key.public_key())
    for ring in (Keyring.load(said), Keyring.load(str(tmp_path / "keys.json"))):
        assert ring.check(signer.sign(plain(), TOPIC.name, AT), TOPIC.name, AT) == "gateway"


KEY = line(Ed25519PrivateKey.generate())
ELLIPTIC = base64.b64encode(
    generate_private_key(SECP256R1())
    .public_key()
    .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


@pytest.mark.parametrize(
    "said",
    [
        "", "/nowhere/keys.json", "[]", "[{}]", '["x"]', "[1]", "[null]", '{"role": "gateway"}',
        json.dumps([{"role": "gateway", "key": "CHANGE-ME"}]),
        json.dumps([{"role": "gateway", "key": ELLIPTIC}]),
        json.dumps([{"role": "king", "key": KEY}]),
        json.dumps([{"role": "gateway", "key": KEY, "not_after": "2027-01-01T00:00:00"}]),
        json.dumps([{"role": "gateway", "key": KEY, "not_after": "tomorrow"}]),
        json.dumps([{"role": "gateway", "key": KEY, "not_afer": "2027-01-01T00:00:00Z"}]),
    ],
    ids=range(14),
)  # fmt: skip
def test_public_keys_that_cannot_be_used_are_refused_with_what_is_required(said: str) -> None:
    with pytest.raises(UnusableKey, match=r"required|cannot be read"):
        Keyring.load(said)


def test_a_private_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(
        generate_private_key(SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
    )
    (tmp_path / "none.pem").write_text("CHANGE-ME")
    for name in ("other.pem", "none.pem", "nowhere.pem"):
        with pytest.raises(UnusableKey, match="required"):
            Signer.load(tmp_path / name)


def test_the_record_says_by_which_key_and_reads_as_before() -> None:
    raw = signed()
    head = json.loads(raw)
    assert (head["keyid"], head["signedat"]) == (GATEWAY.id, "2026-11-25T02:00:00Z")
    assert replace(decode(raw), hash="") == replace(decode(plain()), hash="")
    assert decode(raw).hash == sha256(raw)


def test_a_service_without_keys_does_not_start_and_says_which(tmp_path: Path) -> None:
    plain_settings = {"env": "test", "kafka_bootstrap": "k:9092", "mongo_uri": "mongodb://m/"}
    file = tmp_path / "key.pem"
    key = Ed25519PrivateKey.generate()
    file.write_bytes(pem(key))
    known = json.dumps([{"role": "gateway", "key": line(key)}])
    routing, gateway = TurnHarness().service, Service("gateway", ())
    for service, changes, said in [
        (routing, {}, "MOTCUA_COMMAND_PUBLIC_KEYS: required"),
        (routing, {"command_public_keys": "[]"}, "MOTCUA_COMMAND_PUBLIC_KEYS: at least one"),
        (gateway, {"command_public_keys": known}, "MOTCUA_COMMAND_KEY: required"),
        (
            gateway,
            {"command_public_keys": known, "command_key": str(tmp_path)},
            "MOTCUA_COMMAND_KEY: a PEM file",
        ),
        (
            gateway,
            {
                "command_public_keys": json.dumps([{"role": "gateway", "key": KEY}]),
                "command_key": str(file),
            },
            "MOTCUA_COMMAND_KEY: its public key is not in MOTCUA_COMMAND_PUBLIC_KEYS",
        ),
    ]:
        with pytest.raises(SystemExit, match=said):
            believed(service, ServiceSettings.model_validate(plain_settings | changes))
    right = plain_settings | {"command_public_keys": known, "command_key": str(file)}
    ring, signer = believed(gateway, ServiceSettings.model_validate(right))
    assert signer is not None
    assert ring.check(signer.sign(plain(), TOPIC.name, AT), TOPIC.name, AT) == "gateway"
    assert (
        believed(
            routing, ServiceSettings.model_validate(plain_settings | {"command_public_keys": known})
        )[1]
        is None
    )
