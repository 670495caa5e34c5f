"""Every user against every topic, group and database, over real Kafka and MongoDB: what the table
of rights grants, and nothing else.

What is asked changes nothing: records go to a partition that no topic has, which Kafka only says to
whom it would have let write.
"""

import asyncio
import ssl
from dataclasses import replace
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError
from aiokafka.protocol.admin import DeleteRecordsRequest, DescribeAclsRequest_v1
from aiokafka.protocol.coordination import FindCoordinatorRequest
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.group import HeartbeatRequest
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from motcua_chassis.transport import Kafka
from motcua_contracts.wire.topics import SERVICES, TOPICS
from motcua_operations import kafka_acls
from motcua_operations.access import (
    ADMIN,
    AUDITOR,
    CHECKED,
    DOCUMENTS,
    LETTERS,
    OPERATOR,
    PRINCIPALS,
    RELEASED,
    REPLAYED,
    Grant,
    database_of,
    kafka_rights,
    mongo_rights,
)
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from tests.support.stack import Cluster, secured_cluster

NO_SUCH_PARTITION = 99
ALLOWED, NO_PARTITION, TOPIC_DENIED, GROUP_DENIED, CLUSTER_DENIED = 0, 3, 29, 30, 31
STRANGER = "stranger"
DATABASES = (*map(database_of, SERVICES), DOCUMENTS, REPLAYED, "somebody_elses")
UNAUTHORIZED = 13


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    cluster = secured_cluster()
    asyncio.run(
        kafka_acls.apply_acls(cluster.kafka_as(ADMIN), {}, {STRANGER: "a-password-of-nobody"})
    )
    return cluster


def kafka_of(cluster: Cluster, who: str) -> Kafka:
    if who == STRANGER:
        return replace(cluster.kafka_as(ADMIN), username=STRANGER, password="a-password-of-nobody")
    return cluster.kafka_as(who)


async def asked(kafka: Kafka, request: Any) -> Any:
    """Kafka's answer to one request."""
    admin = AIOKafkaAdminClient(**kafka.arguments())
    await admin.start()
    try:
        return await admin._send_request(request)
    finally:
        await admin.close()


def one_record() -> bytes:
    batch = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1_000)
    batch.append(0, 0, b"key", b"value", [])
    return bytes(batch.build())


async def reads(kafka: Kafka) -> set[str]:
    """Topics of which Kafka hands out records."""
    wanted = [(name, [(0, 0, 1)]) for name in TOPICS]
    answer = await asked(kafka, FetchRequest(0, 0, 1, 0, wanted))
    codes = {name: partitions[0][1] for name, partitions in answer.topics}
    assert set(codes.values()) <= {ALLOWED, TOPIC_DENIED}, codes
    return {name for name, code in codes.items() if code == ALLOWED}


async def writes(kafka: Kafka) -> set[str]:
    """Topics to which Kafka would append."""
    wanted = [(name, [(NO_SUCH_PARTITION, one_record())]) for name in TOPICS]
    answer = await asked(kafka, ProduceRequest(None, -1, 5_000, wanted))
    codes = {name: partitions[0][1] for name, partitions in answer.topics}
    assert set(codes.values()) <= {NO_PARTITION, TOPIC_DENIED}, codes
    return {name for name, code in codes.items() if code == NO_PARTITION}


async def deletes(kafka: Kafka) -> set[str]:
    """Topics from which Kafka would delete records."""
    wanted = [(name, [(NO_SUCH_PARTITION, 1)]) for name in TOPICS]
    answer = await asked(kafka, DeleteRecordsRequest(wanted, 5_000))
    codes = {name: partitions[0][2] for name, partitions, *_ in answer.topics}
    assert set(codes.values()) <= {NO_PARTITION, TOPIC_DENIED}, codes
    return {name for name, code in codes.items() if code == NO_PARTITION}


def granted(who: str, operation: str, resource: str = "topic") -> set[str]:
    rights = kafka_rights(development=True).get(who, frozenset[Grant]())
    return {
        grant.name for grant in rights if (grant.resource, grant.operation) == (resource, operation)
    }


@pytest.mark.parametrize("who", [*PRINCIPALS, STRANGER])
def test_each_topic(cluster: Cluster, who: str) -> None:
    kafka = kafka_of(cluster, who)
    found = asyncio.run(reads(kafka)), asyncio.run(writes(kafka)), asyncio.run(deletes(kafka))
    assert found == (granted(who, "read"), granted(who, "write"), granted(who, "delete"))


@pytest.mark.parametrize("who", [*PRINCIPALS, STRANGER])
def test_each_group(cluster: Cluster, who: str) -> None:
    """Whoever is let into a group takes its lanes away; whoever may describe it sees how far it has
    read, and no more.
    """
    kafka, groups = kafka_of(cluster, who), [f"motcua.{service}" for service in SERVICES]

    async def let(request: Any) -> set[str]:
        return {
            name
            for name in groups
            if (await asked(kafka, request(name))).error_code != GROUP_DENIED
        }

    joins = asyncio.run(let(lambda group: HeartbeatRequest(group, 0, "nobody")))
    assert joins == granted(who, "read", "group") == {f"motcua.{who}"} & set(groups)
    described = asyncio.run(let(lambda group: FindCoordinatorRequest(group, 0)))
    assert described == joins | granted(who, "describe", "group")


@pytest.mark.parametrize("who", [*PRINCIPALS, STRANGER])
def test_nobody_makes_topics_rights_or_users(cluster: Cluster, who: str) -> None:
    kafka = kafka_of(cluster, who)

    async def tried() -> list[int]:
        admin = AIOKafkaAdminClient(**kafka.arguments())
        await admin.start()
        try:
            made = await admin.create_topics([NewTopic("of.nobody", 1, 1)])
            seen = await admin._send_request(
                kafka_acls._Once(DescribeAclsRequest_v1(1, None, 1, None, None, 1, 1))
            )
            return [made.topic_errors[0][1], seen.error_code]
        finally:
            await admin.close()

    assert asyncio.run(tried()) == [TOPIC_DENIED, CLUSTER_DENIED]
    with pytest.raises(KafkaError, match=r"(?i)cluster"):
        asyncio.run(kafka_acls.apply_acls(kafka, {}, {ADMIN: "taken-over-by-somebody"}))


def test_an_outsider_s_acceptance_is_refused_where_it_would_have_signed_a_slip(
    cluster: Cluster,
) -> None:
    """Whoever reached Kafka was any officer. A client as anybody would write it."""

    async def write(kafka: Kafka) -> None:
        producer = AIOKafkaProducer(**kafka.arguments())
        await producer.start()
        try:
            await producer.send_and_wait(
                "intake.commands", b'{"type":"vn.motcua.intake.accept-dossier.v1"}', partition=0
            )
        finally:
            await producer.stop()

    for who in ("routing", "payment", OPERATOR, STRANGER):
        with pytest.raises(TopicAuthorizationFailedError):
            asyncio.run(write(kafka_of(cluster, who)))


@pytest.mark.parametrize(
    "change",
    [{"password": "not-the-password"}, {"username": "nobody-at-all"}, {"security": "PLAINTEXT"}],
)
def test_kafka_lets_nobody_in_without_a_login(cluster: Cluster, change: dict[str, Any]) -> None:
    kafka = replace(cluster.kafka_as("gateway"), **change)
    arguments = kafka.arguments() | {"request_timeout_ms": 2_000}

    async def enter() -> None:
        admin = AIOKafkaAdminClient(**arguments)
        try:
            async with asyncio.timeout(10):
                await admin.start()
        finally:
            await admin.close()

    with pytest.raises((KafkaError, TimeoutError)):
        asyncio.run(enter())


def test_a_server_without_a_certificate_of_ours_is_not_spoken_to(cluster: Cluster) -> None:
    """Without the authority the certificate is nobody's: no password is sent to it."""
    host, port = cluster.kafka_bootstrap.split(":")

    async def greet(context: ssl.SSLContext) -> None:
        _, writer = await asyncio.open_connection(
            host, int(port), ssl=context, server_hostname=host
        )
        writer.close()

    asyncio.run(greet(cluster.kafka_as("gateway").tls()))
    with pytest.raises(ssl.SSLCertVerificationError):
        asyncio.run(greet(replace(cluster.kafka_as("gateway"), ca="").tls()))


# ------------------------------------------------------------------------------------------------
# MongoDB


def may(work: Any) -> bool:
    """Whether MongoDB lets it be done."""
    try:
        work()
    except OperationFailure as error:
        if error.code != UNAUTHORIZED:
            raise
        return False
    return True


@pytest.mark.parametrize("who", PRINCIPALS)
def test_each_database(cluster: Cluster, who: str) -> None:
    rights = {right.name: right for right in mongo_rights()[who]}
    with MongoClient[dict[str, Any]](cluster.mongo_as(who)) as client:
        found, wanted = {}, {}
        for name in DATABASES:
            cells = client[name].cells
            found[name] = (
                may(lambda: cells.find_one({})),  # noqa: B023
                may(lambda: cells.update_one({"_id": 0}, {"$set": {"x": 1}})),  # noqa: B023
            )
            role = rights[name].role if name in rights else ""
            wanted[name] = (role in ("read", "readWrite"), role == "readWrite")
        for name in ("admin", "local", "config"):
            found[name] = (
                may(lambda: client[name]["system.users"].find_one({})),  # noqa: B023
                may(lambda: client[name].x.insert_one({})),  # noqa: B023
            )
            wanted[name] = (False, False)
    assert found == wanted


def test_the_operator_sees_dead_letters_and_marks_cases_and_sees_no_paper(cluster: Cluster) -> None:
    with MongoClient[dict[str, Any]](cluster.mongo_as(OPERATOR)) as client:
        for service in SERVICES:
            database = client[database_of(service)]
            for name in LETTERS:
                assert may(lambda: database[name].find_one({})), (service, name)  # noqa: B023
                marks = may(
                    lambda: database[name].update_one({"_id": 0}, {"$set": {"parked": "released"}})  # noqa: B023
                )
                assert marks is (name in RELEASED), (service, name)
            for name in ("papers", "journal", "outbox"):
                assert not may(lambda: database[name].find_one({})), (service, name)  # noqa: B023


def test_the_auditor_sees_states_and_journals_and_no_secret(cluster: Cluster) -> None:
    """With a service's own secret anybody would sign commands in its name."""
    with MongoClient[dict[str, Any]](cluster.mongo_as(AUDITOR)) as client:
        for service in SERVICES:
            database = client[database_of(service)]
            for name in ("cases", "journal", "lanes", "secrets", "papers", "outbox", "archive"):
                seen = may(lambda: database[name].find_one({}))  # noqa: B023
                assert seen is (name in CHECKED or (service, name) == ("audit", "archive")), (
                    service,
                    name,
                )
                assert not may(lambda: database[name].update_one({"_id": 0}, {"$set": {"x": 1}})), (  # noqa: B023
                    service,
                    name,
                )


def test_nobody_but_the_service_itself_sees_its_secrets(cluster: Cluster) -> None:
    for who in PRINCIPALS:
        with MongoClient[dict[str, Any]](cluster.mongo_as(who)) as client:
            seen = {
                name
                for name in SERVICES
                if may(lambda: client[database_of(name)].secrets.find_one({}))  # noqa: B023
            }
        assert seen == {who} & set(SERVICES)


@pytest.mark.parametrize("user", ["", "intake:not-the-password@"])
def test_mongodb_lets_nobody_in_without_a_login(cluster: Cluster, user: str) -> None:
    address = cluster.mongo_uri.replace("mongodb://", f"mongodb://{user}")
    secured = cluster.infra.secured
    assert secured is not None
    uri = f"{address}&tls=true&tlsCAFile={secured.ca}{'&authSource=motcua_intake' if user else ''}"
    with (
        MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=3_000) as client,
        pytest.raises(OperationFailure),
    ):
        client.motcua_intake.cases.find_one({})


def test_mongodb_speaks_no_plain_text(cluster: Cluster) -> None:
    with (
        MongoClient[dict[str, Any]](cluster.mongo_uri, serverSelectionTimeoutMS=1_500) as client,
        pytest.raises(PyMongoError),
    ):
        client.admin.command("ping")


def test_secrets_are_for_this_user_alone(cluster: Cluster) -> None:
    secured = cluster.infra.secured
    assert secured is not None
    assert secured.directory.stat().st_mode & 0o077 == 0
    files = [file for file in secured.directory.rglob("*") if file.is_file()]
    files.append(cluster.home.data / "kafka.properties")
    assert [str(file) for file in files if file.stat().st_mode & 0o077] == []
    assert (
        secured.password("routing").encode() not in (cluster.home.logs / "kafka.log").read_bytes()
    )
