"""One running stack for all journeys, with the real catalogue published.

Each module plays its journey once; its tests look at it.

Every answer that anybody gets on the way is held to the OpenAPI document.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from motcua_audit.check import Report
from motcua_journeys import Journey, Stage, open_stage
from motcua_journeys.checks import Rest, Signed, proof_of, rest_of, signatures_of
from motcua_local.detached import running_stack
from motcua_local.home import Home
from motcua_local.layout import Options
from motcua_local.progress import Silent

from tests.support import described

from .auditor import Auditor, auditor_at
from .auditor_cases import KINDS, Case
from .kept_log import keep

SECURE = os.environ.get("MOTCUA_TEST_SECURE") == "1"
"""All journeys on a secure stack; J1 and J3 are played on one anyhow."""


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    home = Home(tmp_path_factory.mktemp("journeys"))
    with (
        running_stack(home, Options(secure=SECURE), Silent()) as stack,
        open_stage(stack, described.own().sync_hook) as stage,
    ):
        yield stage
        if into := os.environ.get("MOTCUA_KEEP_LOG"):
            rest_of(stage.stack)
            keep(stage.addresses["kafka"], stage.addresses["mongo"], Path(into))


@pytest.fixture(scope="package")
def secured_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The same with TLS, logins and rights: a service that does what it never declared is refused
    by Kafka or MongoDB here.
    """
    home = Home(tmp_path_factory.mktemp("secured"))
    with (
        running_stack(home, Options(secure=True, throwaway=True), Silent()) as stack,
        open_stage(stack, described.own().sync_hook) as stage,
    ):
        yield stage


@pytest.fixture(scope="module")
def rest(stage: Stage, journey: Journey) -> Rest:
    """How the services are once the journey is over."""
    return rest_of(stage.stack)


@pytest.fixture(scope="module")
def proof(stage: Stage, rest: Rest) -> Report:
    """The auditor's check of everything, once nothing is on its way."""
    return proof_of(stage.stack)


@pytest.fixture(scope="module")
def signed(stage: Stage, journey: Journey) -> dict[str, Signed]:
    """The signatures of the citizen's documents, by kind."""
    return {one.kind: one for one in signatures_of(stage, journey.citizen, journey.code)}


@pytest.fixture(scope="module")
def documents(journey: Journey) -> dict[str, bytes]:
    """Slip, receipt, result as the citizen fetches them, by kind."""
    return journey.citizen.documents(journey.code)


@pytest.fixture(scope="package")
def desk(stage: Stage) -> Iterator[Auditor]:
    """The auditor's. Simulated time must stand still once it is there."""
    with auditor_at(stage) as desk:
        yield desk


@pytest.fixture(scope="package")
def cases(desk: Auditor) -> dict[str, Case]:
    """J13's dossiers, by what became of them."""
    return {kind: Case(desk, kind) for kind in KINDS}


@pytest.fixture(scope="package")
def files(
    stage: Stage, cases: dict[str, Case], desk: Auditor, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Each of them, exported once every service has said its last word of them."""
    rest_of(stage.stack)
    into = tmp_path_factory.mktemp("exports")
    for kind, case in cases.items():
        assert desk.audit("export", case.code, str(into / f"{kind}.jsonl")).code == 0
    return {kind: into / f"{kind}.jsonl" for kind in cases}
