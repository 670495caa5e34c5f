"""`motcua topics apply --acls`: the table of `access.py` on Kafka, and a SCRAM user for everybody
whose password is given.

Rights of the table's principals that the table does not name are taken away; other principals are
none of its business.
"""

import asyncio
import hashlib
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import (
    CreateAclsRequest_v1,
    DeleteAclsRequest_v1,
    DescribeAclsRequest_v1,
)
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    CompactArray,
    CompactBytes,
    CompactString,
    Int8,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)
from motcua_chassis.transport import Kafka, client_arguments

from .access import ADMIN, PRINCIPALS, Grant

RESOURCES = {"topic": 2, "group": 3}
OPERATIONS = {"read": 3, "write": 4, "delete": 6, "describe": 8}
_ANY, _LITERAL, _ALLOW, _ANYWHERE = 1, 3, 3, "*"
SCRAM_SHA_512 = 2
ITERATIONS = 8_192
SHORTEST_PASSWORD = 16
KNOWN_SECONDS = 10


class PasswordsError(Exception):
    """A directory of passwords that cannot be used; the text names the file."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was done: rights given and taken away by principal, and users whose password was set."""

    granted: tuple[tuple[str, Grant], ...]
    revoked: tuple[tuple[str, str], ...]
    users: tuple[str, ...]

    def lines(self) -> list[str]:
        given = [
            f"granted {who}: {grant.operation} {grant.resource} {grant.name}"
            for who, grant in self.granted
        ]
        taken = [f"revoked {who}: {what}" for who, what in self.revoked]
        return [*given, *taken, *(f"set the password of {who}" for who in self.users)]


def read_passwords(directory: Path) -> dict[str, str]:
    """One file a principal, its password inside (a mounted secret has this form).

    PasswordsError names what cannot be used.
    """
    try:
        files = sorted(file for file in directory.iterdir() if not file.name.startswith("."))
    except OSError as error:
        raise PasswordsError(f"{directory}: {error.strerror}") from error
    found = {}
    for file in files:
        if file.name not in (*PRINCIPALS, ADMIN):
            raise PasswordsError(
                f"{file}: {file.name} is no user; allowed are {', '.join((*PRINCIPALS, ADMIN))}"
            )
        found[file.name] = password = file.read_text().strip()
        if len(password) < SHORTEST_PASSWORD or not password.isascii():
            raise PasswordsError(
                f"{file}: a password has {SHORTEST_PASSWORD} ASCII characters or more"
            )
    return found


async def apply_acls(
    kafka: str | Kafka,
    rights: Mapping[str, Iterable[Grant]],
    passwords: Mapping[str, str] | None = None,
) -> Change:
    """Make the rights of these principals what the table says; what was done.

    Raises `KafkaError`.
    """
    admin = AIOKafkaAdminClient(**client_arguments(kafka), client_id="motcua-acls")
    await admin.start()
    try:
        users = dict(sorted((passwords or {}).items()))
        if users:
            await _set_passwords(admin, users)
        wanted = {
            (f"User:{who}", *_row(grant)): (who, grant)
            for who, grants in rights.items()
            for grant in grants
        }
        names = {f"User:{who}" for who in rights}
        standing = await _standing(admin, names)
        missing = sorted(set(wanted) - standing)
        surplus = sorted(standing - set(wanted))
        if missing:
            await _create(admin, missing)
        if surplus:
            await _delete(admin, surplus)
        await _until_known(admin, set(wanted), names)
        revoked = tuple(
            (row[0].removeprefix("User:"), f"operation {row[5]} on resource {row[1]} {row[2]}")
            for row in surplus
        )
        return Change(tuple(wanted[row] for row in missing), revoked, tuple(users))
    finally:
        await admin.close()


Row = tuple[str, int, str, int, str, int, int]
"""(principal, resource type, resource name, pattern type, host, operation, permission)."""


def _row(grant: Grant) -> tuple[int, str, int, str, int, int]:
    return (
        RESOURCES[grant.resource],
        grant.name,
        _LITERAL,
        _ANYWHERE,
        OPERATIONS[grant.operation],
        _ALLOW,
    )


async def _until_known(admin: Any, wanted: set[Row], names: set[str]) -> None:
    """The controller has decided; a broker hears of it a moment later."""
    end = time.monotonic() + KNOWN_SECONDS
    while await _standing(admin, names) != wanted and time.monotonic() < end:  # noqa: ASYNC110 - the broker sends no event of it
        await asyncio.sleep(0.1)


async def _standing(admin: Any, names: set[str]) -> set[Row]:
    answer = await _ask(admin, DescribeAclsRequest_v1(_ANY, None, _ANY, None, None, _ANY, _ANY))
    _raise("ACLs", answer.error_code, answer.error_message)
    return {
        (principal, kind, name, pattern, host, operation, permission)
        for kind, name, pattern, acls in answer.resources
        for principal, host, operation, permission in acls
        if principal in names
    }


async def _create(admin: Any, rows: list[Row]) -> None:
    creations = [
        (kind, name, pattern, who, host, operation, allow)
        for who, kind, name, pattern, host, operation, allow in rows
    ]
    for row, (code, message) in zip(
        rows, (await _ask(admin, CreateAclsRequest_v1(creations))).creation_responses, strict=True
    ):
        _raise(f"right of {row[0]} on {row[2]}", code, message)


async def _delete(admin: Any, rows: list[Row]) -> None:
    filters = [
        (kind, name, pattern, who, host, operation, allow)
        for who, kind, name, pattern, host, operation, allow in rows
    ]
    for row, (code, message, *_) in zip(
        rows, (await _ask(admin, DeleteAclsRequest_v1(filters))).filter_responses, strict=True
    ):
        _raise(f"right of {row[0]} on {row[2]}", code, message)


async def _set_passwords(admin: Any, passwords: Mapping[str, str]) -> None:
    upsertions: list[tuple[Any, ...]] = []
    for name, password in passwords.items():
        salt = os.urandom(32)
        salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
        upsertions.append((name, SCRAM_SHA_512, ITERATIONS, salt, salted, {}))
    for name, code, message, _ in (
        await _ask(admin, AlterUserScramCredentialsRequest_v0([], upsertions, {}))
    ).results:
        _raise(f"user {name}", code, message)


async def _ask(admin: Any, struct: RequestStruct) -> Any:
    """Any broker takes it and hands it to the controller."""
    return await admin._send_request(_Once(struct))


class AlterUserScramCredentialsResponse_v0(Response):  # type: ignore[misc]  # noqa: N801 - the protocol's own way to name versions
    API_KEY, API_VERSION = 51, 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(
                ("user", CompactString("utf-8")),
                ("error_code", Int16),
                ("error_message", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class AlterUserScramCredentialsRequest_v0(RequestStruct):  # type: ignore[misc]  # noqa: N801
    """aiokafka has no such request. Kafka's KIP-554."""

    API_KEY, API_VERSION, FLEXIBLE_VERSION = 51, 0, True
    RESPONSE_TYPE = AlterUserScramCredentialsResponse_v0
    SCHEMA = Schema(
        (
            "deletions",
            CompactArray(
                ("name", CompactString("utf-8")), ("mechanism", Int8), ("tags", TaggedFields)
            ),
        ),
        (
            "upsertions",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Once(Request[RequestStruct]):  # type: ignore[misc]
    """A request in the one version that is written here."""

    API_KEY = 0

    def __init__(self, struct: RequestStruct) -> None:
        self._struct = struct

    def build(self, request_struct_class: type[RequestStruct]) -> RequestStruct:
        return self._struct

    def prepare(self, versions: Mapping[int, tuple[int, int]]) -> RequestStruct:
        return self._struct


def _raise(what: str, code: int, message: str | None) -> None:
    if code:
        raise for_code(code)(f"{what}: {message or 'refused'}")
