"""schemathesis makes calls out of the gateway's own OpenAPI document, right ones and wrong ones,
and sends them to the running stack.

Each call goes with the token of somebody whom the authorisation table lets in, of somebody whom it
does not, or with none, and every other time to a dossier that is there. Nothing may be a server
error, and every answer must be one that the document describes: status, media type, headers, body.
`MOTCUA_SCHEMATHESIS_EXAMPLES` calls are made in all (300; `make test-hostile`: 10,000), in the
short form always the same ones.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from motcua_gateway.identity.callers import PERSONAS
from motcua_gateway.rights_table import Row, described, rows_of
from motcua_journeys.stage import PROCEDURES
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.described import own_document

from .attack import Attack

EXAMPLES = int(os.environ.get("MOTCUA_SCHEMATHESIS_EXAMPLES", "300"))
SAME_EVERY_TIME = EXAMPLES <= 1_000
SECONDS = 30
STREAMS = "/api/v1/dossiers/{dossier_id}/stream"
"""Ends only after a quarter of an hour; its unit tests read it."""
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


def _read(found: Any) -> Any:
    """An operation of the document. Fails where schemathesis cannot read it."""
    return found.ok()


SCHEMA = schemathesis.openapi.from_dict(own_document())
OPERATIONS: dict[str, Any] = {
    f"{one.method.upper()} {one.path}": one
    for found in SCHEMA.get_all_operations()
    if (one := _read(found)).path != STREAMS
}
ROWS: dict[str, Row] = {f"{row.method} {row.path}": row for row in rows_of(described())}
EACH = max(2, EXAMPLES // len(OPERATIONS))


@dataclass(frozen=True)
class World:
    """The running gateway, a token for each persona, and what is there to be
    named in an address.
    """

    gateway: str
    session: requests.Session
    tokens: dict[str, str]
    named: dict[str, list[str]]


@pytest.fixture(scope="module")
def world(attack: Attack) -> Iterator[World]:
    gateway = attack.stage.addresses["gateway"]
    found = []
    for persona, dossier in (
        ("citizen-an", attack.dossiers[0]),
        ("citizen-binh", attack.dossiers[1]),
    ):
        answer = attack.http.get(
            f"/api/v1/dossiers/{dossier}", headers={"Authorization": attack.tokens[persona]}
        )
        found.append(answer.raise_for_status().json())
    named = {
        "dossier_id": [one["dossier_id"] for one in found],
        "code": [*(one["code"] for one in found), *PROCEDURES],
        "sha256": [document["sha256"] for one in found for document in one["documents"]],
        "form": ["none"],
    }
    with requests.Session() as session:
        session.trust_env = False
        yield World(gateway, session, attack.tokens, named)


def test_the_running_gateway_serves_the_document_that_the_calls_are_made_of(world: World) -> None:
    assert (
        world.session.get(f"{world.gateway}/api/openapi.json", timeout=SECONDS).json()
        == own_document()
    )


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_call_is_answered_as_the_document_says(world: World, name: str) -> None:
    operation, row = OPERATIONS[name], ROWS[name]
    let_in = [persona for persona in PERSONAS if row.lets_in(persona)]
    calls = st.one_of(
        operation.as_strategy(GenerationMode.POSITIVE),
        operation.as_strategy(GenerationMode.NEGATIVE),
    )
    callers = st.one_of(st.sampled_from(let_in), st.sampled_from([*PERSONAS, ""]))

    @settings(
        max_examples=EACH,
        derandomize=SAME_EVERY_TIME,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=calls, caller=callers, draw=st.data())
    def attempt(case: Any, caller: str, draw: st.DataObject) -> None:
        for parameter, values in world.named.items():
            if parameter in (case.path_parameters or {}) and draw.draw(
                st.booleans(), label="named"
            ):
                case.path_parameters[parameter] = draw.draw(
                    st.sampled_from(values), label=parameter
                )
        headers = {"Authorization": world.tokens[caller]} if caller else {}
        answer = case.call(
            base_url=world.gateway,
            session=world.session,
            headers=headers,
            allow_redirects=False,
            timeout=SECONDS,
        )
        case.validate_response(answer, checks=CHECKS)

    attempt()
