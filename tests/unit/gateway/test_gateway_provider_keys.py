"""The provider's keys from a real HTTP server that is slow, away, wrong or has new ones: a known
key never waits, it is asked rarely.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
import structlog
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from motcua_gateway.http.refusals import Unavailable
from motcua_gateway.identity.provider_keys import ProviderKeys, by_address, by_file, read_keys
from motcua_gateway.identity.token_rules import NotGood
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

LOG = structlog.get_logger()
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()


def jwk(kid: str | None, key: Any = RSA, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key))
    return {**made, **({"kid": kid} if kid else {}), "use": "sig", "alg": "RS256", **more}


@dataclass
class KeyServer:
    """`answer` is what it says; `gate`, while it is not set, holds every answer back."""

    url: str = ""
    asked: int = 0
    answer: Response = field(default_factory=lambda: Response(status_code=500))
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def has(self, *kids: str) -> None:
        self.answer = Response(json.dumps({"keys": [jwk(kid) for kid in kids]}))

    async def tell(self, request: Request) -> Response:
        self.asked += 1
        await self.gate.wait()
        return self.answer


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
async def server() -> AsyncIterator[KeyServer]:
    told = KeyServer()
    told.gate.set()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    told.url = f"http://127.0.0.1:{listener.getsockname()[1]}/jwks"
    app = Starlette(routes=[Route("/jwks", told.tell)])
    running = uvicorn.Server(
        uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(running.serve(sockets=[listener]))
    yield told
    told.gate.set()
    running.should_exit = True
    await serving


async def until(there: Callable[[], bool]) -> None:
    while not there():  # noqa: ASYNC110 - the server is asked by another's code
        await asyncio.sleep(0.01)


def keys_of(server: KeyServer, clock: Clock) -> ProviderKeys:
    return ProviderKeys(by_address(server.url), LOG, clock=clock)


async def unknown(keys: ProviderKeys, kid: str | None, algorithm: str = "RS256") -> None:
    with pytest.raises(NotGood):
        await keys.key(kid, algorithm)


async def test_many_unknown_ids_are_one_question_and_a_known_key_does_not_wait_for_it(
    server: KeyServer,
) -> None:
    clock = Clock()
    keys = keys_of(server, clock)
    server.has("good")
    assert (await keys.key("good", "RS256")).key_id == "good"
    clock.at += 60
    server.gate.clear()
    forgers = [asyncio.create_task(unknown(keys, f"made up {n}")) for n in range(200)]
    await until(lambda: server.asked == 2)
    found = asyncio.create_task(keys.key("good", "RS256"))
    await asyncio.sleep(0)
    assert found.done(), "it is found without a turn of the loop, while 200 others wait"
    server.gate.set()
    await asyncio.gather(*forgers)
    for n in range(500):
        await unknown(keys, f"made up later {n}")
    assert server.asked == 2


async def test_a_new_key_is_found_when_its_first_token_comes(server: KeyServer) -> None:
    clock = Clock()
    keys = keys_of(server, clock)
    server.has("old")
    await keys.key("old", "RS256")
    server.has("old", "new")
    # a moment after the first question: the provider is not asked again yet
    await unknown(keys, "new")
    clock.at += 6
    assert (await keys.key("new", "RS256")).key_id == "new"
    server.has("new")
    clock.at += 601
    assert (await keys.key("old", "RS256")).key_id == "old", (
        "an old set is replaced behind the answer"
    )
    assert keys._fetching is not None
    await keys._fetching
    await unknown(keys, "old")


@pytest.mark.parametrize(
    "answer",
    [
        Response(status_code=503),
        Response(b"not JSON"),
        Response(b"[]"),
        Response(b"{}"),
        Response(b'{"keys": []}'),
        Response(b'{"keys": "many"}'),
        Response(b'{"keys": [1, null, {"kty": "RSA"}]}'),
        Response(b"[" * 100_000),
        Response(b'{"keys": [' + b" " * 300_000 + b"]}"),
        RedirectResponse("http://127.0.0.1:9/elsewhere"),
    ],
    ids=[
        "503",
        "no JSON",
        "a list",
        "nothing",
        "no keys",
        "no list",
        "odd keys",
        "nested",
        "huge",
        "elsewhere",
    ],
)
async def test_known_keys_stay_while_the_provider_says_nothing_of_use(
    server: KeyServer, answer: Response
) -> None:
    clock = Clock()
    keys = keys_of(server, clock)
    server.has("good")
    await keys.key("good", "RS256")
    server.answer = answer
    for _ in range(3):
        clock.at += 1_000
        assert (await keys.key("good", "RS256")).key_id == "good"
        await unknown(keys, "other")


async def test_a_provider_that_is_away_from_the_start_is_told_as_such_and_found_when_it_comes(
    server: KeyServer,
) -> None:
    clock = Clock()
    keys = keys_of(server, clock)
    for _ in range(20):
        with pytest.raises(Unavailable):
            await keys.key("good", "RS256")
    assert server.asked == 1
    server.has("good")
    clock.at += 6
    assert (await keys.key("good", "RS256")).key_id == "good"


async def test_a_caller_who_goes_away_does_not_end_the_question_of_others(
    server: KeyServer,
) -> None:
    keys = keys_of(server, Clock())
    server.has("good")
    server.gate.clear()
    first, second = (asyncio.create_task(keys.key("good", "RS256")) for _ in range(2))
    await until(lambda: server.asked == 1)
    first.cancel()
    server.gate.set()
    assert (await second).key_id == "good"


async def test_a_file_that_is_replaced_is_read_again(tmp_path: Any) -> None:
    clock, file = Clock(), tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [jwk("one")]}))
    keys = ProviderKeys(by_file(str(file)), LOG, clock=clock)
    await keys.key("one", "RS256")
    file.write_text(json.dumps({"keys": [jwk("two")]}))
    clock.at += 6
    assert (await keys.key("two", "RS256")).key_id == "two"
    file.unlink()
    clock.at += 1_000
    assert (await keys.key("two", "RS256")).key_id == "two"


def test_a_set_gives_the_keys_that_sign_and_are_long_enough() -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    curve = json.loads(
        jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key())
    ) | {"kid": "curve"}
    secret = {"kty": "oct", "kid": "secret", "k": "c2VjcmV0", "alg": "HS256"}
    told = [jwk("good"), jwk("short", short), jwk("enc", use="enc"), curve, secret, {"kty": "new"}]
    assert set(read_keys(json.dumps({"keys": told}).encode())) == {
        ("good", "RS256"),
        ("curve", "ES256"),
        ("secret", "HS256"),
    }


async def test_without_an_id_only_a_key_that_stands_alone_is_meant(server: KeyServer) -> None:
    clock = Clock()
    keys = keys_of(server, clock)
    server.has("one")
    assert (await keys.key(None, "RS256")).key_id == "one"
    server.has("one", "two")
    clock.at += 601
    await keys.key("one", "RS256")
    assert keys._fetching is not None
    await keys._fetching
    await unknown(keys, None)
    await unknown(keys, "one", "ES256")
