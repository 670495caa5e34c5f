"""Tokens: what is good, and every way in which one is not. Dev tokens live in development alone."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from gateway_desk import Desk, open_desk, settings
from gateway_facts import catalogue
from motcua_documents.store import DocumentStore
from motcua_gateway.identity import DEV_ISSUER, PERSONAS, DevTokens, Identity
from motcua_gateway.people import People
from motcua_gateway.refusals import DevelopmentOnly, PersonaUnknown, RoleNeeded, Unauthenticated

ISSUER = "https://id.example.vn/realms/motcua"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECRET = b"s" * 32


@pytest.fixture
def provider(tmp_path: Path, database: Any) -> Identity:
    """An identity provider by its key file, outside development."""
    keys = {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "k1", "use": "sig", "alg": "RS256"}]}
    (tmp_path / "jwks.json").write_text(json.dumps(keys))
    said = settings(
        env="prod", oidc_issuer=ISSUER, oidc_jwks_file=str(tmp_path / "jwks.json"), oidc_roles_claim="realm_access.roles"
    )  # fmt: skip
    return Identity(said, People(database.people), catalogue(), SECRET)


def token(key: Any = KEY, algorithm: str = "RS256", kid: str = "k1", **changes: Any) -> str:
    now = datetime.now(UTC)
    said = {
        "iss": ISSUER,
        "aud": "motcua",
        "sub": "person-1",
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "realm_access": {"roles": ["citizen"]},
        **changes,
    }
    return "Bearer " + jwt.encode({k: v for k, v in said.items() if v is not None}, key, algorithm=algorithm, headers={"kid": kid})


async def test_a_citizen_of_the_provider_gets_a_pseudonym_that_stays(provider: Identity, database: Any) -> None:
    first, again = await provider.caller(token()), await provider.caller(token())
    other = await provider.caller(token(sub="person-2"))
    assert first.actor == again.actor != other.actor
    assert first.actor.startswith("citizen:")
    assert "person" not in first.actor
    assert first.roles == {"citizen"}
    elsewhere = People(database.people)
    assert first.actor == f"citizen:{await elsewhere.pseudonym(ISSUER, 'person-1')}"


@pytest.mark.parametrize(
    "bad",
    [
        {"exp": datetime.now(UTC) - timedelta(minutes=2)},
        {"exp": None},
        {"aud": "another-service"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": None},
        {"key": OTHER_KEY},
        {"kid": "k2"},
        {"key": SECRET, "algorithm": "HS256"},
        {"nbf": datetime.now(UTC) + timedelta(hours=1)},
    ],
    ids=lambda bad: ",".join(f"{name}={str(value)[:24]}" for name, value in bad.items()),
)
async def test_a_token_that_is_not_good_is_nobodys(provider: Identity, bad: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        await provider.caller(token(**bad))


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "Bearer " + "a" * 5000])
async def test_no_token_is_nobodys(provider: Identity, header: str) -> None:
    with pytest.raises(Unauthenticated):
        await provider.caller(header)


async def test_an_officer_holds_only_the_roles_that_the_catalogue_gives(provider: Identity) -> None:
    roles = {"roles": ["clerk", "leader", "citizen", "auditor"]}
    caller = await provider.caller(token(officer="clerk-haihau", realm_access=roles))
    assert caller.actor == "officer:clerk-haihau"
    assert caller.roles == {"clerk", "auditor"}
    assert caller.seat("clerk").agency == "haihau"
    with pytest.raises(RoleNeeded):
        caller.seat("leader")


async def test_an_officer_whom_the_catalogue_does_not_know_has_no_seat(provider: Identity) -> None:
    caller = await provider.caller(token(officer="nobody", realm_access={"roles": ["clerk"]}))
    with pytest.raises(RoleNeeded):
        caller.seat("clerk")


async def test_a_citizen_cannot_claim_an_officers_role(provider: Identity) -> None:
    assert (await provider.caller(token(realm_access={"roles": ["citizen", "clerk"]}))).roles == {"citizen"}


async def test_a_dev_token_is_refused_outside_development(provider: Identity) -> None:
    issued, _ = DevTokens(SECRET, settings()).issue("clerk-haihau")
    with pytest.raises(Unauthenticated):
        await provider.caller(f"Bearer {issued}")
    with pytest.raises(DevelopmentOnly):
        _ = provider.dev


async def test_a_dev_token_runs_out_and_needs_the_right_secret(database: Any) -> None:
    identity = Identity(settings(), People(database.people), catalogue(), SECRET)
    assert (await identity.caller(f"Bearer {identity.dev.issue('clerk-haihau')[0]}")).actor == "officer:clerk-haihau"
    for tokens, seconds in (
        (identity.dev, -1),
        (DevTokens(b"x" * 32, settings()), 60),
        (DevTokens(SECRET, settings(oidc_audience="y")), 60),
    ):
        with pytest.raises(Unauthenticated):
            await identity.caller(f"Bearer {tokens.issue('clerk-haihau', seconds)[0]}")
    unsigned = jwt.encode({"iss": DEV_ISSUER, "sub": "auditor", "aud": "motcua", "roles": ["auditor"]}, "", algorithm="none")
    with pytest.raises(Unauthenticated):
        await identity.caller(f"Bearer {unsigned}")


async def test_the_route_gives_each_persona_a_token_and_names_them_to_whoever_asks_for_another(desk: Desk) -> None:
    for persona, roles in PERSONAS.items():
        answer = await desk.client.post("/api/v1/dev/token", json={"persona": persona})
        assert answer.json()["roles"] == list(roles)
        assert (await desk.gateway.identity.caller(f"Bearer {answer.json()['access_token']}")).actor
    unknown = await desk.client.post("/api/v1/dev/token", json={"persona": "emperor"})
    assert (unknown.status_code, unknown.json()["type"]) == (404, f"urn:motcua:problem:{PersonaUnknown.slug}")
    assert "clerk-haihau" in unknown.json()["params"]["allowed"]


async def test_the_route_is_refused_outside_development(database: Any, documents: DocumentStore) -> None:
    desk = await open_desk(database, documents, env="prod")
    answer = await desk.client.post("/api/v1/dev/token", json={"persona": "auditor"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:motcua:problem:development-only")
    assert "strict-transport-security" in answer.headers
