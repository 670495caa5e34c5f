"""Audit answers the gateway's calls and nobody else's, whoever reaches its port."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from motcua_audit.service import service
from motcua_audit.settings import Settings
from motcua_chassis import Runtime
from motcua_chassis.callers import HEADER, is_known, sign
from motcua_gateway.commands.audit_calls import SignedCalls
from motcua_gateway.settings import Settings as GatewaySettings
from pydantic import SecretStr, ValidationError

from .chain import DOSSIER
from .store import Database

SECRET, OTHER = "8c1f6d0e7a2b9534" * 4, "40b7e2d95c8a13f6" * 4
PATH = f"/audit/dossiers/{DOSSIER}/events"
STORES = {"kafka_bootstrap": "none:9092", "mongo_uri": "mongodb://none"}


def app(secret: str = SECRET) -> Any:
    settings = Settings.model_validate(STORES | {"env": "test", "audit_secret": secret})
    assert service.web is not None
    return service.web(cast(Runtime, SimpleNamespace(database=Database(), settings=settings)), None)


async def ask(
    asked: str = PATH, *, auth: Any = None, secret: str = SECRET, signature: bytes | None = None
) -> httpx.Response:
    transport = httpx.ASGITransport(app(secret))
    async with httpx.AsyncClient(transport=transport, base_url="http://audit", auth=auth) as client:
        return await client.get(
            asked, headers=[(HEADER.encode(), signature)] if signature is not None else []
        )


@pytest.mark.parametrize(
    "asked",
    [
        PATH,
        f"{PATH}?limit=2&cursor=",
        f"/audit/dossiers/{DOSSIER}/state?at=2026-11-24T09:00:00%2B07:00",
    ],
)
async def test_the_gateway_is_answered(asked: str) -> None:
    answer = await ask(asked, auth=SignedCalls(SecretStr(SECRET)))
    assert (answer.status_code, answer.json()["type"]) == (
        404,
        "urn:motcua:problem:dossier-unknown",
    )


@pytest.mark.parametrize("asked", [PATH, "/", "/audit/dossiers/x/verify", "/nothing/here"])
async def test_anybody_else_is_refused_and_learns_nothing(asked: str) -> None:
    answer = await ask(asked)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:motcua:problem:caller-unknown")


FORGED: dict[str, Callable[[float], str]] = {
    "nothing": lambda now: "",
    "no time and no code": lambda now: "v1",
    "blanks": lambda now: "v1  ",
    "the secret itself": lambda now: f"Bearer {SECRET}",
    "another secret": lambda now: sign(OTHER, "GET", PATH.encode(), now),
    "another method": lambda now: sign(SECRET, "POST", PATH.encode(), now),
    "another path": lambda now: sign(SECRET, "GET", PATH.replace("events", "verify").encode(), now),
    "another query": lambda now: sign(SECRET, "GET", PATH.encode() + b"?limit=1", now),
    "an hour ago": lambda now: sign(SECRET, "GET", PATH.encode(), now - 3_600),
    "in an hour": lambda now: sign(SECRET, "GET", PATH.encode(), now + 3_600),
    "another version": lambda now: sign(SECRET, "GET", PATH.encode(), now).replace("v1", "v2"),
    "cut off": lambda now: sign(SECRET, "GET", PATH.encode(), now)[:-1],
    "a long time": lambda now: f"v1 {'9' * 400} abc",
    "other digits": lambda now: "v1 ²³ abc",
}


@pytest.mark.parametrize("kind", FORGED)
async def test_a_forged_signature_is_none(kind: str) -> None:
    value = FORGED[kind](time.time())
    assert (await ask(signature=value.encode("latin-1"))).status_code == 401


async def test_two_signatures_are_none() -> None:
    good = sign(SECRET, "GET", PATH.encode(), time.time())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app()), base_url="http://audit"
    ) as client:
        assert (await client.get(PATH, headers=[(HEADER, good)])).status_code == 404
        assert (await client.get(PATH, headers=[(HEADER, good), (HEADER, good)])).status_code == 401


@pytest.mark.parametrize("secret", ["", OTHER])
async def test_without_the_same_secret_nobody_is_known(secret: str) -> None:
    assert (await ask(auth=SignedCalls(SecretStr(SECRET)), secret=secret)).status_code == 401
    assert (await ask(auth=SignedCalls(SecretStr("")), secret=secret)).status_code == 401


def test_an_empty_secret_signs_and_knows_nothing() -> None:
    with pytest.raises(ValueError, match="secret"):
        sign("", "GET", b"/", 0)
    assert not is_known("", "v1 0 ", "GET", b"/", 0)


@pytest.mark.parametrize("secret", ["", "short"])
def test_production_does_not_start_without_a_secret(secret: str) -> None:
    with pytest.raises(ValidationError, match="MOTCUA_AUDIT_SECRET"):
        Settings.model_validate(STORES | {"env": "prod", "audit_secret": secret})
    said = {
        "env": "prod",
        "documents_uri": "mongodb://none/documents",
        "public_url": "https://motcua.example",
        "audit_url": "http://audit:8080",
    }
    with pytest.raises(ValidationError, match="MOTCUA_AUDIT_SECRET"):
        GatewaySettings.model_validate(STORES | said | {"audit_secret": secret})
