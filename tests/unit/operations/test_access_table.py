"""The table of rights, as a reader of it sees it; that Kafka and MongoDB keep to it is
tests/integration/test_access_cells.py.
"""

import importlib
import pkgutil
from pathlib import Path

import motcua_gateway
import pytest
from motcua_contracts import Command, Event
from motcua_contracts.messages import catalog
from motcua_contracts.wire import topics
from motcua_contracts.wire.channels import topic_of_event
from motcua_contracts.wire.topics import SERVICES, TOPICS
from motcua_gateway.service import service as gateway
from motcua_operations.access import (
    ADMIN,
    AUDITOR,
    OPERATOR,
    PRINCIPALS,
    database_of,
    kafka_rights,
    keeps_documents,
    mongo_rights,
)
from motcua_operations.kafka_acls import PasswordsError, read_passwords
from motcua_operations.topics import replicated

RIGHTS = kafka_rights()


def who(operation: str, topic: str) -> set[str]:
    return {
        name
        for name, rights in RIGHTS.items()
        if any((g.name, g.operation) == (topic, operation) for g in rights)
    }


@pytest.mark.parametrize(
    "topic",
    [t for t in TOPICS.values() if t.kind == "events" and t.owner != "dev"],
    ids=lambda t: t.name,
)
def test_an_event_is_said_by_its_owner_alone(topic: topics.Topic) -> None:
    assert who("write", topic.name) == {topic.owner}


@pytest.mark.parametrize(
    "topic", [t for t in TOPICS.values() if t.kind == "private"], ids=lambda t: t.name
)
def test_papers_are_written_by_their_owner_and_read_by_few(topic: topics.Topic) -> None:
    assert who("write", topic.name) == {topic.owner}
    assert topic.owner in who("read", topic.name)
    assert not who("read", topic.name) & {"audit", "catalog"} - {topic.owner}


@pytest.mark.parametrize("service", SERVICES)
def test_commands_are_read_by_their_owner_and_the_auditor_alone(service: str) -> None:
    if f"{service}.commands" in TOPICS:
        assert who("read", f"{service}.commands") == {service, "audit", AUDITOR}, (
            "audit keeps their heads"
        )
        assert who("write", f"{service}.commands") <= {"gateway", service, OPERATOR}


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda t: t.name)
def test_commands_are_deleted_by_their_owner_alone_and_nothing_else_is(topic: topics.Topic) -> None:
    assert who("delete", topic.name) == ({topic.owner} if topic.kind == "commands" else set())


def test_whoever_deletes_commands_sees_how_far_audit_is_and_joins_no_group_but_its_own() -> None:
    shredders = {topic.owner for topic in TOPICS.values() if topic.kind == "commands"}
    assert who("describe", "motcua.audit") == shredders - {"audit"}
    for service in SERVICES:
        assert who("read", f"motcua.{service}") == {service}
    assert {
        g.resource for rights in RIGHTS.values() for g in rights if g.operation == "describe"
    } == {"group"}


def test_nobody_touches_the_simulated_clock_outside_development() -> None:
    assert who("read", "dev.clock") | who("write", "dev.clock") == set()
    development = kafka_rights(development=True)
    assert {
        name
        for name, rights in development.items()
        for g in rights
        if (g.name, g.operation) == ("dev.clock", "write")
    } == {OPERATOR}


def test_the_auditor_changes_nothing() -> None:
    assert {grant.operation for grant in RIGHTS[AUDITOR]} == {"read"}
    stores = [right for right in mongo_rights()[AUDITOR] if right.name != "motcua_replayed"]
    assert {(right.role, right.update) for right in stores} == {("", ())}


def test_nobody_but_the_service_itself_may_read_its_secrets() -> None:
    """With them anybody would sign commands in its name."""
    for who_, rights in mongo_rights().items():
        reads = {right.name for right in rights if right.role or "secrets" in right.find}
        assert {name for name in reads if name in map(database_of, SERVICES)} == {
            database_of(who_)
        } & set(map(database_of, SERVICES))


def test_the_operator_sees_nobody_s_papers_but_who_works_where() -> None:
    private = {topic.name for topic in TOPICS.values() if topic.kind == "private"}
    assert {grant.name for grant in RIGHTS[OPERATOR]} & private == {"catalog.people"}, (
        "which the import compares with its files"
    )


def test_no_service_has_another_s_database() -> None:
    for service in SERVICES:
        names = {right.name for right in mongo_rights()[service]}
        assert names == {f"motcua_{service}"} | (
            {"motcua_documents"} if keeps_documents(service) else set()
        )


def test_the_gateway_declares_all_whose_commands_it_sends() -> None:
    for module in pkgutil.walk_packages(motcua_gateway.__path__, "motcua_gateway."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    used = {
        value.owner
        for name, module in __import__("sys").modules.items()
        if name.startswith("motcua_gateway")
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Command) and value is not Command
    }
    assert {topic.owner for topic in gateway.sends} == used


def test_every_event_of_the_catalogue_lies_where_the_table_lets_it_write() -> None:
    events = [
        v
        for v in vars(catalog).values()
        if isinstance(v, type) and issubclass(v, Event) and v is not Event
    ]
    assert events
    said = {topic_of_event(event.model_construct()).name for event in events}
    assert said == {
        grant.name
        for grant in RIGHTS["catalog"]
        if grant.operation == "write" and TOPICS[grant.name].kind == "events"
    }


def test_with_three_copies_two_must_have_a_record() -> None:
    topic = TOPICS["intake.dossiers"]
    assert replicated(topic, 3).config == {**topic.config, "min.insync.replicas": "2"}
    assert replicated(topic, 1) is topic


def test_passwords_are_one_file_a_user(tmp_path: Path) -> None:
    for name in (*PRINCIPALS, ADMIN):
        (tmp_path / name).write_text(f"a-long-password-of-{name}\n")
    (tmp_path / "..data").mkdir()  # as Kubernetes mounts a secret
    assert read_passwords(tmp_path)["routing"] == "a-long-password-of-routing"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("porter", "x" * 20, "porter is no user"),
        ("routing", "short", "16 ASCII"),
        ("routing", "mật khẩu đủ dài nhé", "16 ASCII"),
    ],
)
def test_a_password_that_cannot_be_is_named(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(PasswordsError, match=said):
        read_passwords(tmp_path)
    with pytest.raises(PasswordsError, match="nowhere"):
        read_passwords(tmp_path / "nowhere")
