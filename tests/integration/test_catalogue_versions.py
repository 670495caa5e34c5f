"""The catalogue on real parts: dossiers keep the terms they were registered under, a suspension
stops new ones alone; the whole import.
"""

import asyncio
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from motcua_catalog.availability import Answer, Turn, turn
from motcua_catalog.counts import counts, standing
from motcua_catalog.importer.file_stack import HOME
from motcua_catalog.importer.kafka import KafkaLog, import_files
from motcua_catalog.importer.run import ImportReport
from motcua_chassis.reader import read_to_end
from motcua_contracts import Payload
from motcua_contracts.messages.catalog import ResumeProcedure, SuspendProcedure, WithdrawProcedure
from motcua_contracts.messages.intake import AcceptDossier, DossierAccepted, DossierRegistered
from motcua_contracts.rules.terms import Terms
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import decode
from motcua_contracts.wire.payload import CommandRejected

from tests.support.faults.deployment import Deployment, shared_deployment
from tests.support.faults.load import append, command, submitted
from tests.support.faults.waiting import until

CODE = "test.versions"
PROCEDURE = f"""\
kind: procedure
code: {CODE}
effective_from: 2026-01-01
name: {{vi: Thủ tục mẫu để thử phiên bản, en: Sample for tests of versions}}
field: bench
authority: district
agencies: {{source: configured, receiving: haihau, deciding: haihau}}
level: {{stated: 4}}
processing: {{source: configured, days: 3, unit: working}}
fee: {{amount_vnd: 0}}
workflow: haihau-tckh
issues_documents: false
form:
  source: authored-for-demo
  schema: {{type: object, additionalProperties: false, properties: {{note: {{type: string, title: Ghi chú, maxLength: 1000}}}}}}
sources: {{first: invented for tests, confidence: sample}}
sample: true
"""  # noqa: E501
IMPORT_SECONDS = 60


class VersionsHarness:
    """The procedure's file and what intake says of dossiers under it."""

    def __init__(self, deployment: Deployment, folder: Path) -> None:
        self.deployment, self.file = deployment, folder / "procedures" / "versions.yaml"
        self.file.parent.mkdir()
        for name in ("fields.yaml", "workflows.yaml"):
            shutil.copy(HOME / name, folder)
        self.file.write_text(PROCEDURE)

    def publish(self) -> ImportReport:
        report = asyncio.run(
            import_files(
                self.deployment.kafka, [self.file], print, key=self.deployment.keys.tools_key
            )
        )
        assert report.ok, str(report)
        return report

    def turn(self, command: Turn) -> Answer:
        return asyncio.run(
            turn(KafkaLog(self.deployment.kafka, self.deployment.keys.tools_key), CODE, command)
        )

    def file_dossier(self) -> str:
        subject = str(uuid4())
        append(self.deployment.kafka, [submitted(CODE, subject)])
        return subject

    def said(self, subject: str) -> list[Payload]:
        records = asyncio.run(read_to_end(self.deployment.kafka, (topics.INTAKE_DOSSIERS,)))
        return [decode(record.value).data for record in records if record.key == subject.encode()]

    def answer(self, subject: str) -> Terms | str:
        """The terms that a dossier was registered under, or the slug of the refusal."""
        until("intake answers", lambda: bool(self.said(subject)), 30)
        match self.said(subject)[0]:
            case DossierRegistered(terms=terms):
                return terms
            case CommandRejected(slug=slug):
                return slug
            case other:
                raise AssertionError(other)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[VersionsHarness]:
    deployment = shared_deployment()
    with deployment.services("catalog", "intake", "payment"):
        yield VersionsHarness(deployment, tmp_path)


def test_dossiers_keep_their_terms_and_suspension_stops_new_ones_alone(
    desk: VersionsHarness,
) -> None:
    desk.publish()
    first = desk.file_dossier()
    pinned = desk.answer(first)
    assert isinstance(pinned, Terms)
    assert (pinned.version, pinned.days) == (1, 3)

    desk.file.write_text(PROCEDURE.replace("days: 3", "days: 20"))
    (change,) = desk.publish().changes
    assert (change.kind, change.version) == ("changed", 2)
    second = desk.answer(desk.file_dossier())
    assert isinstance(second, Terms)
    assert (second.version, second.days) == (2, 20)

    assert desk.turn(SuspendProcedure(reason_code="law-changed")).effective_from is not None
    assert desk.answer(desk.file_dossier()) == "procedure-suspended"
    until("the fee of the first dossier is known", lambda: len(desk.said(first)) > 1, 30)
    append(
        desk.deployment.kafka,
        [command(first, AcceptDossier(agency="haihau"), actor="officer:clerk-haihau")],
    )
    until(
        "the first dossier is accepted",
        lambda: any(isinstance(event, DossierAccepted) for event in desk.said(first)),
        30,
    )
    (accepted,) = [event for event in desk.said(first) if isinstance(event, DossierAccepted)]
    assert (accepted.case.version, accepted.case.days) == (
        1,
        3,
    ), "it runs on under what it was registered under"

    assert "procedure-suspended" in desk.turn(SuspendProcedure(reason_code="other")).refusal
    assert desk.turn(ResumeProcedure()).effective_from is not None
    assert isinstance(desk.answer(desk.file_dossier()), Terms)
    assert desk.turn(WithdrawProcedure(reason_code="replaced")).effective_from is not None
    assert desk.answer(desk.file_dossier()) == "procedure-withdrawn"
    desk.file.write_text(PROCEDURE.replace("days: 3", "days: 7"))
    refused = asyncio.run(
        import_files(desk.deployment.kafka, [desk.file], print, key=desk.deployment.keys.tools_key)
    )
    assert refused.refused == [(CODE, "procedure-withdrawn")]


def test_the_whole_catalogue_with_samples_is_imported_at_once_and_the_second_time_nothing(
    desk: VersionsHarness,
) -> None:
    def whole() -> ImportReport:
        key = desk.deployment.keys.tools_key
        return asyncio.run(
            import_files(desk.deployment.kafka, [HOME], lambda _: None, with_samples=True, key=key)
        )

    started = time.perf_counter()
    first = whole()
    took = time.perf_counter() - started
    assert first.ok, str(first)
    assert took < IMPORT_SECONDS, f"{took:.1f} s"
    print(f"{first} in {took:.1f} s")
    second = whole()
    assert (second.changes, second.ok) == ([], True)
    shelf = asyncio.run(KafkaLog(desk.deployment.kafka).read())
    found = {
        count.authority: count.whole.together
        for count in counts(standing(shelf, datetime.now(UTC)))
    }
    assert found["district"] == {2: 101, 3: 57, 4: 68}
    assert found["commune"].total() == 129
