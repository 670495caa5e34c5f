"""Who may do what on Kafka and MongoDB: one table, folded from the topics of the contracts and each
service's own declaration.

`motcua topics apply --acls` and `mongodb-users.js` apply it; nobody else writes down a right. Pure:
the same code, the same table.

A service reads what it declares to read, writes what it declares to say, in its own group and its
own database. It deletes records from its own command topic alone, and asks how far audit's group
has read, so as to delete nothing that audit has not kept (decision 0029). People have two users:
the **operator** publishes the catalogue, records reconciliations and releases parked subjects, and
sees no papers; the **auditor** reads every log, its commands and papers, the states and journals
that are compared with it, and changes nothing. `admin`, a super user of both servers, makes topics,
rights and users; no service and no person works as `admin`.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Literal

from motcua_chassis import Service
from motcua_chassis.tooling import CATALOGUE_TOPICS
from motcua_contracts.wire import topics
from motcua_contracts.wire.topics import HEADS_KEPT_BY, SERVICES, TOPICS, Topic
from motcua_payment_providers.base import FORGED_CALLS

ADMIN, OPERATOR, AUDITOR = "admin", "operator", "auditor"
PRINCIPALS = (*SERVICES, OPERATOR, AUDITOR)
"""Everybody who has rights that the table grants."""
DOCUMENTS = "motcua_documents"
REPLAYED = "motcua_replayed"
"""Where `motcua audit replay --into` may write: an empty database of nobody's."""
LETTERS = ("dead_letters", "cases", "parked", "parked_views", "effects", "breakers")
"""What `motcua dead-letters` and `motcua breaker` look into: no papers, no journal."""
RELEASED = ("cases", "parked_views", "breakers")
"""What they mark."""
CHECKED = ("cases", "journal", "lanes")
"""What `motcua audit` compares with Kafka, of each service: no papers, and no `secrets`, with which
anybody signs as a service.
"""
ARCHIVED = ("archive", "commands")
"""And of the archive's own database."""
Resource = Literal["topic", "group"]
Operation = Literal["read", "write", "delete", "describe"]


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One right on Kafka.

    Reading, writing and deleting from a topic include describing it, reading in a group describing
    the group.
    """

    resource: Resource
    name: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class DatabaseRights:
    """On one database: MongoDB's own role for all of it, or (`role` empty) reading and changing
    documents of some collections.
    """

    name: str
    role: Literal["", "read", "readWrite"] = ""
    find: tuple[str, ...] = ()
    update: tuple[str, ...] = ()


def kafka_rights(*, development: bool = False) -> dict[str, frozenset[Grant]]:
    """Principal -> rights on Kafka.

    `development` adds the simulated clock, which nobody may touch elsewhere.
    """
    found = {name: frozenset(_of_a_service(_service(name), development)) for name in SERVICES}
    found[OPERATOR] = frozenset(_of_the_operator(development))
    clock = (topics.DEV_CLOCK,) if development else ()
    found[AUDITOR] = frozenset(_reading((*_logged(), *clock)))
    return found


def mongo_rights() -> dict[str, tuple[DatabaseRights, ...]]:
    """Principal -> rights on MongoDB, database by database. What is not named is denied."""
    found: dict[str, tuple[DatabaseRights, ...]] = {}
    for name in SERVICES:
        own = DatabaseRights(database_of(name), "readWrite")
        found[name] = (
            (own, DatabaseRights(DOCUMENTS, "readWrite")) if keeps_documents(name) else (own,)
        )
    counted = {"gateway": (FORGED_CALLS,)}  # for the reconciliation
    found[OPERATOR] = tuple(
        DatabaseRights(database_of(name), find=LETTERS + counted.get(name, ()), update=RELEASED)
        for name in SERVICES
    )
    looked_into = (
        DatabaseRights(database_of(name), find=CHECKED + (ARCHIVED if name == "audit" else ()))
        for name in SERVICES
    )
    found[AUDITOR] = (*looked_into, DatabaseRights(REPLAYED, "readWrite"))
    return found


def database_of(service: str) -> str:
    """A service's own database."""
    return f"motcua_{service}"


def signs_in_at(principal: str) -> str:
    """The database where MongoDB keeps the user (`authSource`): a service's own, `admin` for
    people.
    """
    return database_of(principal) if principal in SERVICES else "admin"


@cache
def keeps_documents(service: str) -> bool:
    """Whether a service has the document store among its settings."""
    return "documents_uri" in import_module(f"motcua_{service}.settings").Settings.model_fields


@cache
def _service(name: str) -> Service:
    found: Service = import_module(f"motcua_{name}.service").service
    return found


def _of_a_service(service: Service, development: bool) -> list[Grant]:
    clock = (topics.DEV_CLOCK,) if development else ()
    catalogue = CATALOGUE_TOPICS if service.reads_catalogue else ()
    read = _reading((*service.inputs, *catalogue, *clock))
    own = (service.commands,) if service.commands is not None else ()
    keeper = (
        [Grant("group", _service(HEADS_KEPT_BY).group, "describe")]
        if own and service.name != HEADS_KEPT_BY
        else []
    )
    said = [*_granting("write", service.said), *_granting("delete", own)]
    return [*read, *said, Grant("group", service.group, "read"), *keeper]


def _of_the_operator(development: bool) -> list[Grant]:
    """The catalogue is imported, a statement reconciled; in development the clock is moved."""
    clock = (topics.DEV_CLOCK,) if development else ()
    reads = (
        topics.CATALOG_PROCEDURES,
        topics.CATALOG_ORGANISATION,
        topics.CATALOG_PEOPLE,
        topics.PAYMENT_CHARGES,
        *clock,
    )
    return [
        *_reading(reads),
        *_granting("write", (topics.CATALOG_COMMANDS, topics.PAYMENT_COMMANDS, *clock)),
    ]


def _logged() -> tuple[Topic, ...]:
    """What an auditor reads: every event, the papers that events commit to, and the signed commands
    that caused them.
    """
    kinds = ("events", "private", "commands")
    return tuple(
        topic for topic in TOPICS.values() if topic.kind in kinds and topic is not topics.DEV_CLOCK
    )


def _granting(operation: Operation, wanted: tuple[Topic, ...]) -> list[Grant]:
    return [Grant("topic", topic.name, operation) for topic in wanted]


def _reading(wanted: tuple[Topic, ...]) -> list[Grant]:
    return _granting("read", wanted)
