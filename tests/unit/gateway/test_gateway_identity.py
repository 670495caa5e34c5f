"""Tokens: what is good, and every way in which one is not. Dev tokens live in development alone."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jwt.utils import base64url_decode, base64url_encode
from motcua_contracts import Catalogue
from motcua_contracts.messages.catalog import OfficerRemoved
from motcua_documents.store import DocumentStore
from motcua_gateway.http.refusals import (
    DevelopmentOnly,
    PersonaUnknown,
    RoleNeeded,
    SignInTooWeak,
    Unauthenticated,
)
from motcua_gateway.identity.callers import DEV_ISSUER, PERSONAS, DevTokens, Identity
from motcua_gateway.identity.pseudonyms import People
from motcua_gateway.identity.sessions import SignedOut
from motcua_gateway.identity.token_rules import NotGood, head_of
from motcua_gateway.settings import Settings

from .dossier_events import catalogue, said_by
from .harness import PRODUCTION, GatewayHarness, open_gateway, settings

ISSUER = "https://id.example.vn/realms/motcua"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECRET = b"s" * 32


def by_key_file(tmp_path: Path, **changes: Any) -> Settings:
    """Settings of an identity provider that is known by its key file, outside development."""
    keys = {
        "keys": [
            json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            | {
                "kid": "k1",
                "use": "sig",
                "alg": "RS256",
            }
        ]
    }
    (tmp_path / "jwks.json").write_text(json.dumps(keys))
    plain = {
        "oidc_issuer": ISSUER,
        "oidc_jwks_file": str(tmp_path / "jwks.json"),
        "oidc_roles_claim": "realm_access.roles",
    }
    return settings(**{"env": "test", **plain, **changes})


def parts(database: Any) -> tuple[People, Catalogue, bytes, SignedOut]:
    return People(database.people), catalogue(), SECRET, SignedOut(database.signed_out)


@pytest.fixture
def provider(tmp_path: Path, database: Any) -> Identity:
    """An identity provider by its key file, outside development."""
    return Identity(by_key_file(tmp_path), *parts(database))


def token(
    key: Any = KEY,
    algorithm: str = "RS256",
    kid: Any = "k1",
    head: dict[str, Any] | None = None,
    **changes: Any,
) -> str:
    now = datetime.now(UTC)
    said: dict[str, Any] = {
        "iss": ISSUER,
        "aud": "motcua",
        "sub": "person-1",
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "realm_access": {"roles": ["citizen"]},
        **changes,
    }
    return signed(
        {k: v for k, v in said.items() if v is not None},
        key,
        algorithm,
        {"kid": kid, **(head or {})},
    )


def signed(
    said: dict[str, Any],
    key: Any = KEY,
    algorithm: str = "RS256",
    head: dict[str, Any] | None = None,
) -> str:
    """Signed whatever it says: a library would refuse to write some of it."""
    payload = {k: v.timestamp() if isinstance(v, datetime) else v for k, v in said.items()}
    parts = [
        json.dumps(part).encode()
        for part in ({"typ": "JWT", "alg": algorithm, **(head or {})}, payload)
    ]
    data = b".".join(base64url_encode(part) for part in parts)
    signer = jwt.get_algorithm_by_name(algorithm)
    return (
        "Bearer"
        f" {(data + b'.' + base64url_encode(signer.sign(data, signer.prepare_key(key)))).decode()}"
    )


async def test_a_citizen_of_the_provider_gets_a_pseudonym_that_stays(
    provider: Identity, database: Any
) -> None:
    first, again = await provider.caller(token()), await provider.caller(token())
    other = await provider.caller(token(sub="person-2"))
    assert first.actor == again.actor != other.actor
    assert first.actor.startswith("citizen:")
    assert "person" not in first.actor
    assert first.roles == {"citizen"}
    elsewhere = People(database.people)
    assert first.actor == f"citizen:{await elsewhere.pseudonym(ISSUER, 'person-1')}"


BAD: list[dict[str, Any]] = [
    {"exp": -timedelta(minutes=2)},
    {"exp": None},
    {"aud": "another-service"},
    {"aud": None},
    {"iss": "https://evil.example"},
    {"iss": None},
    {"sub": None},
    {"key": OTHER_KEY},
    {"kid": "k2"},
    {"key": SECRET, "algorithm": "HS256"},
    {"nbf": timedelta(hours=1)},
    # whose it is
    # for how long
    {"iat": None},
    {"iat": timedelta(minutes=5)},
    {"iat": -timedelta(days=1)},
    {"exp": timedelta(days=400)},
    {"iat": True},
    {"iat": "yesterday"},
    # what it is
    {"head": {"typ": "logout+jwt"}},
    {"head": {"typ": "dpop+jwt"}},
    {"head": {"typ": ""}},
    {"head": {"typ": 7}},
    {"head": {"typ": ["JWT"]}},
    {"at_hash": "x"},
    {"c_hash": "x"},
    {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
    # how it is signed
    {"head": {"crit": ["exp"]}},
    {"head": {"crit": []}},
    {"head": {"b64": False}},
    {"head": {"x5c": [["nested"]]}},
    {"head": {"jwk": {"kty": "RSA"}}},
    {"head": {"pad": "x" * 3_000}},
    {"algorithm": "RS512"},
    {"algorithm": "PS256"},
    # how large
    {"padding": "x" * 9_000},
    {"realm_access": {"roles": ["citizen"] * 300}},
    # an officer who is none
]
SUBJECTS: list[Any] = ["", " ", "\t", "a" * 256, "x\x00y", "\ud800", 7, True, [], {"a": 1}]
ENDS: list[Any] = [float("inf"), float("nan"), 10**30, -1, True, "2099-01-01", [], 4_102_444_801]
TYPES: list[Any] = ["ID", "Refresh", "Offline", "", 7]
KEY_IDS: list[Any] = ["", "k" * 300, "k\x00", "../../k1", "k1 ", 1, True, ["k1"], "K1"]
OFFICERS: list[Any] = [7, ["clerk-haihau"], {"id": "clerk-haihau"}, "o" * 65, "clerk\x00"]
ODD = {"sub": SUBJECTS, "exp": ENDS, "typ": TYPES, "kid": KEY_IDS, "officer": OFFICERS}
BAD += [{name: value} for name, values in ODD.items() for value in values]


async def test_a_token_that_is_not_good_is_nobodys(provider: Identity) -> None:
    for one in BAD:
        # Measured from now: the table was made when the tests were collected.
        bad: dict[str, Any] = {
            name: datetime.now(UTC) + value if isinstance(value, timedelta) else value
            for name, value in one.items()
        }
        with pytest.raises(Unauthenticated):
            print(f"{bad!a:.90} is taken", await provider.caller(token(**bad)))


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "Bearer " + "a" * 5000]
)
async def test_no_token_is_nobodys(provider: Identity, header: str) -> None:
    with pytest.raises(Unauthenticated):
        await provider.caller(header)


async def test_an_officer_holds_only_the_roles_that_the_catalogue_gives(provider: Identity) -> None:
    roles = {"roles": ["clerk", "leader", "citizen", "auditor"]}
    caller = await provider.caller(token(officer="clerk-haihau", realm_access=roles))
    assert caller.actor == "officer:clerk-haihau"
    assert caller.roles == {"clerk", "auditor"}
    assert caller.require_seat("clerk").agency == "haihau"
    with pytest.raises(RoleNeeded):
        caller.require_seat("leader")


async def test_an_officer_whom_the_catalogue_does_not_know_has_no_seat(provider: Identity) -> None:
    caller = await provider.caller(token(officer="nobody", realm_access={"roles": ["clerk"]}))
    with pytest.raises(RoleNeeded):
        caller.require_seat("clerk")


async def test_a_citizen_cannot_claim_an_officers_role(provider: Identity) -> None:
    assert (await provider.caller(token(realm_access={"roles": ["citizen", "clerk"]}))).roles == {
        "citizen"
    }


async def test_a_dev_token_is_refused_outside_development(provider: Identity) -> None:
    issued, _ = DevTokens(SECRET, settings()).issue("clerk-haihau")
    with pytest.raises(Unauthenticated):
        await provider.caller(f"Bearer {issued}")
    with pytest.raises(DevelopmentOnly):
        _ = provider.dev


async def test_a_dev_token_runs_out_and_needs_the_right_secret(database: Any) -> None:
    identity = Identity(
        settings(), People(database.people), catalogue(), SECRET, SignedOut(database.signed_out)
    )
    assert (
        await identity.caller(f"Bearer {identity.dev.issue('clerk-haihau')[0]}")
    ).actor == "officer:clerk-haihau"
    for tokens, seconds in (
        (identity.dev, -1),
        (DevTokens(b"x" * 32, settings()), 60),
        (DevTokens(SECRET, settings(oidc_audience="y")), 60),
    ):
        with pytest.raises(Unauthenticated):
            await identity.caller(f"Bearer {tokens.issue('clerk-haihau', seconds)[0]}")
    unsigned = jwt.encode(
        {"iss": DEV_ISSUER, "sub": "auditor", "aud": "motcua", "roles": ["auditor"]},
        "",
        algorithm="none",
    )
    with pytest.raises(Unauthenticated):
        await identity.caller(f"Bearer {unsigned}")


async def test_the_route_gives_each_persona_a_token_and_names_them_to_whoever_asks_for_another(
    desk: GatewayHarness,
) -> None:
    for persona, roles in PERSONAS.items():
        answer = await desk.client.post("/api/v1/dev/token", json={"persona": persona})
        assert answer.json()["roles"] == list(roles)
        assert (await desk.gateway.identity.caller(f"Bearer {answer.json()['access_token']}")).actor
    unknown = await desk.client.post("/api/v1/dev/token", json={"persona": "emperor"})
    assert (unknown.status_code, unknown.json()["type"]) == (
        404,
        f"urn:motcua:problem:{PersonaUnknown.slug}",
    )
    assert "clerk-haihau" in unknown.json()["params"]["allowed"]


async def test_the_route_is_refused_outside_development(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(database, documents, **PRODUCTION)
    answer = await desk.client.post("/api/v1/dev/token", json={"persona": "auditor"})
    assert (answer.status_code, answer.json()["type"]) == (
        403,
        "urn:motcua:problem:development-only",
    )
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(
    "head",
    [
        {"typ": "at+jwt"},
        {"typ": "AT+JWT"},
        {"typ": "application/at+jwt"},
        {"x5c": ["MII"], "x5t": "a"},
    ],
)
async def test_an_access_token_by_its_other_names_is_good(
    provider: Identity, head: dict[str, Any]
) -> None:
    assert (await provider.caller(token(head=head, typ="Bearer"))).roles == {"citizen"}


@pytest.mark.parametrize("depth", [500, 1_500, 6_000])
@pytest.mark.parametrize("part", ["header", "claims"])
async def test_a_token_nested_however_deep_is_nobodys(
    provider: Identity, part: str, depth: int
) -> None:
    nest = base64url_encode(
        b'{"alg":"RS256","kid":"k1","a":' + b"[" * depth + b"]" * depth + b"}"
    ).decode()
    good = token().removeprefix("Bearer ").split(".")
    parts = [nest, *good[1:]] if part == "header" else [good[0], nest, good[2]]
    with pytest.raises(Unauthenticated):
        await provider.caller("Bearer " + ".".join(parts))


@given(st.one_of(st.text(max_size=400), st.lists(st.binary(max_size=90), min_size=3, max_size=3)))
@hypothesis_settings(max_examples=500, deadline=None)
def test_no_text_is_a_token_by_chance(said: str | list[bytes]) -> None:
    text = (
        said
        if isinstance(said, str)
        else ".".join(base64url_encode(part).decode() for part in said)
    )
    with suppress(NotGood):
        assert head_of(text, 8_000).algorithm not in ("RS256", "ES256", "HS256")


async def test_a_token_of_another_client_is_refused_where_clients_are_named(
    tmp_path: Path, database: Any
) -> None:
    identity = Identity(by_key_file(tmp_path, oidc_clients="portal, desk"), *parts(database))
    bad: dict[str, Any]
    goods: tuple[dict[str, Any], ...] = (
        {"azp": "portal"},
        {"client_id": "desk"},
        {"azp": "portal", "client_id": "portal"},
    )
    for good in goods:
        assert (await identity.caller(token(**good))).roles == {"citizen"}
    for bad in (
        {},
        {"azp": "other"},
        {"azp": "portal", "client_id": "other"},
        {"azp": ["portal"]},
        {"client_id": ""},
    ):
        with pytest.raises(Unauthenticated):
            await identity.caller(token(**bad))


async def test_a_leader_needs_the_sign_in_that_the_settings_ask_for(
    tmp_path: Path, database: Any
) -> None:
    identity = Identity(
        by_key_file(tmp_path, oidc_acr="leader=gold|platinum, operator=gold"), *parts(database)
    )
    leader: dict[str, Any] = {
        "officer": "leader-tckh",
        "realm_access": {"roles": ["leader", "operator"]},
    }
    assert (await identity.caller(token(acr="platinum", **leader))).roles == {"leader"}
    odd: dict[str, Any]
    for odd in ({}, {"acr": "silver"}, {"acr": ["gold"]}, {"acr": 1}):
        caller = await identity.caller(token(**leader, **odd))
        assert caller.roles == set()
        with pytest.raises(SignInTooWeak):
            caller.require_seat("leader")
    assert (await identity.caller(token(acr="silver"))).roles == {"citizen"}


async def test_roles_that_are_no_list_of_names_give_none(provider: Identity) -> None:
    for odd in (7, {"citizen": True}, [["citizen"]], None):
        assert (await provider.caller(token(realm_access={"roles": odd}))).roles == set()
    assert (await provider.caller(token(realm_access={"roles": "citizen auditor"}))).roles == {
        "citizen",
        "auditor",
    }


async def test_an_ended_session_is_ended_for_every_token_of_it(
    provider: Identity, tmp_path: Path, database: Any
) -> None:
    elsewhere = Identity(by_key_file(tmp_path), *parts(database))
    one, other, stranger = token(sid="s-1"), token(sid="s-1", jti="2"), token(sid="s-2")
    for each in (one, other, stranger):
        await elsewhere.caller(each)
    await provider.sign_out(one)
    for ended in (one, other):
        with pytest.raises(Unauthenticated):
            await elsewhere.caller(ended)
    assert await elsewhere.caller(stranger)
    kept = await database.signed_out.find().to_list(None)
    assert all(set(row) == {"_id", "until"} and len(row["_id"]) == 64 for row in kept), (
        "nothing that signs anybody in"
    )


async def test_an_ended_token_written_another_way_is_ended_too(
    tmp_path: Path, database: Any
) -> None:
    """The same token can be written with padding, and a signature over a curve has a second value
    that is as right: n - s.
    """
    curve = ec.generate_private_key(ec.SECP256R1())
    keys = by_key_file(tmp_path)
    told = json.loads((tmp_path / "jwks.json").read_text())
    told["keys"].append(
        json.loads(jwt.algorithms.ECAlgorithm.to_jwk(curve.public_key()))
        | {
            "kid": "c",
            "use": "sig",
            "alg": "ES256",
        }
    )
    (tmp_path / "jwks.json").write_text(json.dumps(told))
    identity = Identity(keys, *parts(database))
    one = token(key=curve, algorithm="ES256", kid="c")
    said, _, signature = one.rpartition(".")
    raw = base64url_decode(signature)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    mirrored = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    others = [f"{said}.{base64url_encode(mirrored).decode()}", f"{one}=", f"{one}=="]
    good = []
    for other in others:
        with suppress(Unauthenticated):
            await identity.caller(other)
            good.append(other)
    assert others[0] in good, "what is tried here is a good token"
    await identity.sign_out(one)
    for ended in (one, *others):
        with pytest.raises(Unauthenticated):
            await identity.caller(ended)
    assert await identity.caller(token(key=curve, algorithm="ES256", kid="c", jti="2"))


async def test_signing_out_with_a_token_that_is_not_good_writes_nothing(
    provider: Identity, database: Any
) -> None:
    for bad in (
        "",
        "Bearer x",
        token(key=OTHER_KEY),
        token(exp=datetime.now(UTC) - timedelta(hours=1)),
    ):
        await provider.sign_out(bad)
    assert await database.signed_out.count_documents({}) == 0


async def test_the_token_of_who_left_the_office_does_nothing_and_says_why(
    desk: GatewayHarness,
) -> None:
    assert (await desk.get("officer-tckh", "/desk/me")).status_code == 200
    desk.gateway.catalogue.apply(
        said_by(
            "catalog", OfficerRemoved(officer="officer-tckh", version=2), 99, "officer:officer-tckh"
        )
    )
    for path in ("/desk/me", "/desk/tasks", "/dossiers", "/inbox"):
        answer = await desk.get("officer-tckh", path)
        assert (answer.status_code, answer.json()["type"]) == (
            403,
            "urn:motcua:problem:officer-left",
        ), path
