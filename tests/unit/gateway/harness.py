"""A gateway without Kafka: its real app and projection on a real MongoDB, and services that answer
as a test tells them to.
"""

import atexit
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import structlog
from motcua_chassis import Projected, ServiceSettings
from motcua_chassis._http.ports import public
from motcua_chassis.metrics import Metrics
from motcua_contracts import Catalogue, Message, Payload
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.wire.topics import INTAKE_DOSSIERS, Topic
from motcua_documents.inspection.inspector import Server
from motcua_documents.store import DocumentStore
from motcua_gateway.acts.awaited import CLOSING
from motcua_gateway.documents.seals import Seal
from motcua_gateway.identity.callers import DevTokens
from motcua_gateway.read_model.projection import close, project
from motcua_gateway.settings import Settings
from motcua_gateway.tools import Gateway, assemble
from motcua_gateway.web import build_app

from tests.support import described

from .dossier_events import DOSSIER, PAPERS, catalogue

React = Callable[[Message[Payload]], Awaitable[None]]


def settings(**changes: Any) -> Settings:
    said = {
        "env": "dev",
        "kafka_bootstrap": "none:9092",
        "mongo_uri": "mongodb://none",
        "documents_uri": "mongodb://none/documents",
        "answer_seconds": 0.4,
        "public_url": "http://gateway",
        "limit_factor": 1000,
    }
    return Settings.model_validate({**said, **changes})


SEAL = Seal(settings())
"""The processes that make documents: started once for all tests, by the first that needs one."""
INSPECTING = Server()
"""The process that opens uploads: started once for all tests, by the first that uploads."""
atexit.register(INSPECTING.close)
NOBODY = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(503)))
"""The auditor's service where a test asks for none."""


PRODUCTION: dict[str, Any] = {
    "env": "prod",
    "public_url": "https://gateway",
    "kafka_security": "SASL_SSL",
    "kafka_username": "gateway",
    "kafka_password": "0ur-kafka-passw0rd",
    "mongo_uri": "mongodb://gateway:0ur-mongo-passw0rd@none/?tls=true",
    "documents_uri": "mongodb://gateway:0ur-mongo-passw0rd@none/documents?tls=true",
    "vnpay_secret": "n0t-0ne-0f-an-example-of-merchants",
    "report_secret": "n0t-0ne-0f-an-example-of-reports-1",
    "oidc_issuer": "https://id.example.vn/realms/motcua",
    "oidc_jwks_url": "https://id.example.vn/realms/motcua/certs",
}
"""What a gateway needs under `prod`."""


@dataclass
class FakeRuntime:
    """Keeps what was appended, and lets a test answer it."""

    settings: ServiceSettings
    database: Any
    catalogue: Catalogue
    appended: list[tuple[Topic, Message[Payload]]] = field(default_factory=list)
    react: React | None = None
    behind_since: datetime | None = None
    metrics: Metrics = field(default_factory=Metrics)

    def as_of(self) -> datetime | None:
        return self.behind_since

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def append(self, topic: Topic, message: Message[Payload]) -> int:
        self.appended.append((topic, message))
        if self.react is not None:
            await self.react(message)
        return len(self.appended)

    async def ask(self, subject: str, command: Any, *, key: str) -> Any:
        raise AssertionError("a gateway asks nobody")

    async def case(self, subject: str) -> Any:
        raise AssertionError("a gateway has no cases")


@dataclass
class GatewayHarness:
    gateway: Gateway
    runtime: FakeRuntime
    client: httpx.AsyncClient
    tokens: DevTokens

    async def hear(self, messages: Sequence[Message[Payload]]) -> None:
        """The projection of these records, written as the chassis writes it."""
        batch = [
            Projected(INTAKE_DOSSIERS, 0, n, m.subject, b"", m.time, m)
            for n, m in enumerate(messages)
        ]
        for writes in (await project(batch, self.gateway), await close(batch, self.gateway)):
            for collection, operations in writes.items():
                await self.gateway.database[collection].bulk_write(list(operations))

    async def keep_papers(self, dossier_id: str = DOSSIER) -> None:
        raw = PrivateEntry.of(1, PAPERS).raw
        await self.gateway.database.papers.replace_one(
            {"_id": f"{dossier_id}/1"}, {"raw": raw}, upsert=True
        )

    async def own(self, persona: str, dossier_id: str = DOSSIER) -> str:
        """Make the dossier this citizen's, whose pseudonym nobody can know before."""
        actor = (await self.gateway.identity.caller(self.auth(persona)["Authorization"])).actor
        await self.gateway.database.dossiers.update_one(
            {"_id": dossier_id}, {"$set": {"owner": actor}}
        )
        return actor

    def auth(self, persona: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.issue(persona)[0]}"}

    async def get(self, persona: str, path: str) -> httpx.Response:
        return await self.client.get(
            f"/api/v1{path}", headers=self.auth(persona) if persona else {}
        )

    async def post(
        self, persona: str, path: str, body: Any = None, key: str = "key-of-a-test", **headers: str
    ) -> httpx.Response:
        sent = {**self.auth(persona), "Idempotency-Key": key, **headers}
        return await self.client.post(f"/api/v1{path}", json=body, headers=sent)


async def open_gateway(
    database: Any, documents: DocumentStore, audit: httpx.AsyncClient | None = None, **changes: Any
) -> GatewayHarness:
    """A gateway on this database; call it twice for two instances of one gateway."""
    said = settings(**changes)
    runtime = FakeRuntime(said, database, catalogue())
    gateway = await assemble(
        runtime,
        said,
        database,
        documents,
        audit or NOBODY,
        structlog.get_logger(),
        INSPECTING,
        awaited=CLOSING,
    )
    if not {"signing_key", "signing_cert"} & set(changes):
        gateway = replace(gateway, seal=SEAL)
    app = public(build_app(runtime, gateway), runtime.metrics, gateway.log, said)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    # every answer of every test is held to the OpenAPI document
    hooks = {"response": [described.own().async_hook]}
    client = httpx.AsyncClient(
        transport=transport,
        base_url="http://gateway",
        headers={"Origin": said.public_url},
        event_hooks=hooks,
    )
    key = bytes((await database.secrets.find_one({"_id": "dev-tokens"}))["value"])
    return GatewayHarness(gateway, runtime, client, DevTokens(key, said))
