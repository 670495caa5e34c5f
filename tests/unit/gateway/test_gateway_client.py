"""A program that is written against the OpenAPI document alone: a client is generated from it,
hands in a file, files a dossier and reads it.
"""

from types import ModuleType

import pytest
from motcua_contracts import Message, Payload
from motcua_contracts.messages.intake import SubmitDossier

from tests.support.described import own_document
from tests.support.generated_client import GeneratedClient, RefusedError, generate_models
from tests.support.uploads.pdf import one_page

from .dossier_events import AT_OFFICER, CODE, DOSSIER, MARKS, PIN, registered, said_by, way
from .harness import GatewayHarness

KEY = {"Idempotency-Key": "key-of-a-client"}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return generate_models(own_document(), tmp_path_factory.mktemp("client"))


@pytest.fixture
def client(desk: GatewayHarness, models: ModuleType) -> GeneratedClient:
    desk.client.headers.update(desk.auth("citizen-an"))
    return GeneratedClient(desk.client, own_document(), models)


async def test_a_generated_client_files_a_dossier(
    desk: GatewayHarness, client: GeneratedClient, models: ModuleType
) -> None:
    async def react(message: Message[Payload]) -> None:
        said = said_by("intake", registered(), 1, message.subject, chain=message.correlationid)
        await desk.hear([said])
        await desk.keep_papers(message.subject)

    desk.runtime.react = react
    uploaded = await client.call("citizen_upload", files={"file": one_page()}, headers=KEY)
    body = models.NewDossier(
        procedure_code="1.001612",
        applicant=models.Applicant(full_name=MARKS[0]),
        form={"a": 1},
        files=[models.FileForPaper(paper="application", sha256=uploaded.sha256)],
    )
    filed = await client.call("citizen_submit", body, headers=KEY)
    assert isinstance(filed, models.Filed)
    assert (filed.code, filed.pin, filed.status) == (CODE, PIN, "registered")
    command = desk.runtime.appended[0][1].data
    assert isinstance(command, SubmitDossier)
    assert command.applicant.full_name == MARKS[0]
    assert command.files[0].document.sha256 == uploaded.sha256
    await desk.own("citizen-an", filed.dossier_id)
    read = await client.call("citizen_one", dossier_id=filed.dossier_id)
    assert isinstance(read, models.OwnersDossier)
    assert [one.event for one in read.history] == ["DossierRegistered"]
    assert read.place.agency == "haihau"


async def test_a_generated_client_gets_what_takes_its_time(
    client: GeneratedClient, models: ModuleType
) -> None:
    body = models.NewDossier(
        procedure_code="1.001612", applicant=models.Applicant(full_name=MARKS[0])
    )
    pending = await client.call("citizen_submit", body, headers=KEY)
    assert isinstance(pending, models.Pending)
    assert pending.href.startswith("/api/v1/dossiers/")


async def test_a_generated_client_reads_a_problem(
    client: GeneratedClient, models: ModuleType
) -> None:
    with pytest.raises(RefusedError) as refused:
        await client.call("citizen_one", dossier_id=DOSSIER)
    assert isinstance(refused.value.problem, models.Problem)
    assert refused.value.problem.type == "urn:motcua:problem:dossier-unknown"


async def test_a_generated_client_reads_a_dossier_at_a_desk(
    desk: GatewayHarness, client: GeneratedClient, models: ModuleType
) -> None:
    await desk.hear(way(AT_OFFICER))
    read = await client.call("desk_one", dossier_id=DOSSIER, headers=desk.auth("officer-tckh"))
    assert isinstance(read, models.DeskDossier)
    assert read.place.officer.id == read.task.officer
