"""Somebody who reaches Kafka and has no key: nothing of what he writes is taken in, nobody notices,
and what got in the auditor finds.
"""

import asyncio
import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from motcua_audit.callers import Believed
from motcua_audit.check import check
from motcua_audit.cli import app
from motcua_audit.domain.difference import Difference
from motcua_audit.origin import Origin
from motcua_catalog.importer.file_stack import HOME
from motcua_catalog.importer.kafka import import_files
from motcua_chassis.partition import partition_of
from motcua_chassis.signatures import Signer, key_id
from motcua_contracts import Message, Payload
from motcua_contracts.messages.intake import AcceptDossier
from motcua_contracts.wire.envelope import decode, encode, sha256
from motcua_contracts.wire.payload import REJECTIONS
from motcua_contracts.wire.topics import INTAKE_COMMANDS, INTAKE_DOSSIERS
from motcua_operations.access import ADMIN
from typer.testing import CliRunner

from tests.support.faults.deployment import Deployment, separate_deployment
from tests.support.faults.load import SIGNERS, Raw, append, append_raw, command, submitted
from tests.support.faults.stamping import StampingHarness, stamping
from tests.support.faults.waiting import until

from .test_catalogue_versions import CODE, PROCEDURE

CLERK = "officer:clerk-haihau"
_KEY = Ed25519PrivateKey.generate()
STRANGER = Signer(key_id(_KEY.public_key()), _KEY)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Events that nobody may have said are put on this log."""
    deployment, folder = separate_deployment(), tmp_path_factory.mktemp("forged")
    (folder / "procedures").mkdir()
    for name in ("fields.yaml", "workflows.yaml"):
        shutil.copy(HOME / name, folder)
    (folder / "procedures" / "forged.yaml").write_text(PROCEDURE)
    with deployment.services("catalog"):
        file = folder / "procedures" / "forged.yaml"
        assert asyncio.run(
            import_files(deployment.kafka, [file], print, key=deployment.keys.tools_key)
        ).ok
    return deployment


def status(deployment: Deployment, subject: str) -> list[str]:
    """What intake has said of a dossier."""
    rows = deployment.database("intake").journal.find({"subject": subject}).sort("sequence", 1)
    return [json.loads(row["raw"])["type"].split(".")[3] for row in rows]


def registered(deployment: Deployment, count: int) -> list[str]:
    """Dossiers that wait for a clerk, all in one lane."""
    lane = partition_of(INTAKE_COMMANDS, "a")
    ids = [
        s for s in (str(uuid4()) for _ in range(2000)) if partition_of(INTAKE_COMMANDS, s) == lane
    ][:count]
    append(deployment.kafka, [submitted(CODE, subject) for subject in ids])
    until(
        "they are registered and their fee is known",
        lambda: all(len(status(deployment, s)) > 1 for s in ids),
        60,
    )
    return ids


def accepting(subject: str) -> Message[Payload]:
    return command(subject, AcceptDossier(agency="haihau"), actor=CLERK)


def test_an_acceptance_that_no_gateway_signed_accepts_nothing(deployment: Deployment) -> None:
    with deployment.services("intake", "payment"):
        first, other = registered(deployment, 2)
        wish = accepting(first)
        plain, gateway, topic = encode(wish), SIGNERS[str(deployment.kafka)], INTAKE_COMMANDS
        right = gateway.sign(plain, topic.name)
        forgeries = {
            "unsigned": plain,
            "keyid": STRANGER.sign(plain, topic.name),
            "signature": Signer(gateway.id, _KEY).sign(plain, topic.name),
            "signature: another topic": gateway.sign(plain, "routing.commands"),
            "signature: changed": right.replace(b'"haihau"', b'"haiphu"'),
            "subject": gateway.sign(encode(accepting(other)), topic.name),
            "actor": gateway.sign(encode(replace(wish, actor="system:intake")), topic.name),
            "age": gateway.sign(plain, topic.name, datetime.now(UTC) - timedelta(days=31)),
        }
        append_raw(deployment.kafka, [Raw(topic, first, raw) for raw in forgeries.values()] * 20)
        elsewhere = next(
            s
            for s in (str(uuid4()) for _ in range(2000))
            if partition_of(topic, s) != partition_of(topic, first)
        )
        append_raw(deployment.kafka, [Raw(topic, elsewhere, right)])
        append(deployment.kafka, [accepting(other)])
        until(
            "whoever is signed behind them is accepted",
            lambda: "dossier-accepted" in status(deployment, other),
            60,
        )
        assert "dossier-accepted" not in status(deployment, first)
        letters = deployment.database("intake").dead_letters
        until(
            "all are counted",
            lambda: (
                sum(row["count"] for row in letters.find({"_id": {"$regex": "/forged/"}}))
                == 20 * 8 + 1
            ),
            60,
        )
        rows = list(letters.find({"_id": {"$regex": "/forged/"}}))
        kinds = {row["_id"].split("/")[3] for row in rows}
        assert kinds == {"unsigned", "keyid", "signature", "subject", "actor", "age"}
        assert len(rows) <= 2 * (len(kinds) + 1), (
            "a row for each kind and hour, however many are sent"
        )
        assert (
            deployment.database("intake").outbox.count_documents({"topic": "intake.dead-letters"})
            == 0
        )
        append_raw(deployment.kafka, [Raw(topic, first, right)])
        until(
            "the same bytes, rightly signed, are taken",
            lambda: "dossier-accepted" in status(deployment, first),
            60,
        )


def differences(deployment: Deployment) -> list[Difference]:
    believed: Believed = deployment.believed
    report = asyncio.run(
        check(
            deployment.kafka, deployment.cluster.mongo_as(ADMIN), archive=False, believed=believed
        )
    )
    return report.differences


def test_what_a_deceived_service_took_in_is_found_by_the_auditor_though_every_chain_holds(
    deployment: Deployment,
) -> None:
    der = _KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    rows = json.loads(deployment.keys.command_keys.read_text())
    deceived = json.dumps([*rows, {"role": "gateway", "key": base64.b64encode(der).decode()}])
    with deployment.services("intake", "payment") as running:
        (honest,) = registered(deployment, 1)
        append(deployment.kafka, [accepting(honest)])
        until("it is accepted", lambda: "dossier-accepted" in status(deployment, honest), 60)
        assert [d for d in differences(deployment) if d.kind == "forged"] == []
        (victim,) = registered(deployment, 1)
        service = running["intake"]
        service.terminate()
        service.process.env["MOTCUA_COMMAND_PUBLIC_KEYS"] = deceived
        service.start_again().wait_ready(60)
        forged = STRANGER.sign(encode(accepting(victim)), INTAKE_COMMANDS.name)
        append_raw(deployment.kafka, [Raw(INTAKE_COMMANDS, victim, forged)])
        until(
            "it is accepted and its slip is signed",
            lambda: "dossier-accepted" in status(deployment, victim),
            60,
        )
        found = [d for d in differences(deployment) if d.kind == "forged"]
        assert {d.subject for d in found} == {victim}
        assert all(
            "keyid: this key is not among those that are believed" in d.detail for d in found
        )

        async def chains() -> list[Difference]:
            return [
                d
                async for _, proof in Origin(kafka=str(deployment.kafka)).everything()
                for d in proof.differences
            ]

        assert asyncio.run(chains()) == [], "the chains alone say that all is well"
        command_line = [
            "verify",
            victim,
            "--kafka",
            str(deployment.kafka),
            "--command-keys",
            str(deployment.keys.command_keys),
            "--json",
        ]
        verified = CliRunner().invoke(app, command_line)
        assert verified.exit_code == 1
        assert {one["kind"] for one in json.loads(verified.stdout)["differences"]} == {"forged"}
        command_line[1] = honest
        assert CliRunner().invoke(app, command_line).exit_code == 0


def test_an_event_that_follows_its_chain_is_found_by_its_cause_its_time_and_its_actor(
    deployment: Deployment,
) -> None:
    """Whoever writes to Kafka and to the journal knows sequence and prevhash: every chain holds,
    and every place agrees.
    """
    with deployment.services("intake", "payment"):
        victim, other = registered(deployment, 2)
        journal = deployment.database("intake").journal
        rows = {
            subject: list(journal.find({"subject": subject}).sort("sequence", 1))
            for subject in (victim, other)
        }
        first, last = decode(rows[victim][0]["raw"]), rows[victim][-1]
        foreign = decode(rows[other][0]["raw"])
        said = REJECTIONS["intake"](command="AcceptDossier", command_id="c", slug="wrong-status")
        now = decode(last["raw"]).time
        lies: dict[str, tuple[str, str, datetime]] = {
            "causationid: no command": ("system:intake", "names-nothing", now),
            "its command is of another subject": (foreign.actor, foreign.causationid, now),
            "its command is of another subject or": (CLERK, first.causationid, now),
            "time: neither": (first.actor, first.causationid, now - timedelta(minutes=30)),
            "no command that would have": (CLERK, "names-nothing-either", now),
        }
        before, sequence, raws = sha256(last["raw"]), last["sequence"], []
        for number, (actor, cause, time) in enumerate(lies.values(), 1):
            head = (
                str(uuid4()),
                "/motcua/intake",
                said.wire_type,
                victim,
                time,
                actor,
                cause,
                cause,
            )
            raws.append(encode(Message(*head, said, sequence + number, before)))
            before = sha256(raws[-1])
            row = {
                **last,
                "_id": f"{last['_id']}-{number}",
                "sequence": sequence + number,
                "raw": raws[-1],
            }
            journal.insert_one(row)
        append_raw(deployment.kafka, [Raw(INTAKE_DOSSIERS, victim, raw) for raw in raws])
        found = {d.sequence: d for d in differences(deployment) if d.subject == victim}
        assert {d.kind for d in found.values()} == {"forged"}, "nothing else is wrong with them"
        for number, detail in enumerate(lies, 1):
            assert found[sequence + number].detail.startswith(detail.removesuffix(" or")), found[
                sequence + number
            ]
        assert len(found) == len(lies)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[StampingHarness, None]]:
    with stamping(separate_deployment(), "forged", breaker_limit="5") as (own, _):
        yield own, None


def test_a_flood_of_forgeries_opens_no_breaker_and_answers_of_effects_cannot_be_invented(
    shared: tuple[StampingHarness, None],
) -> None:
    own, _ = shared
    unsigned = own.stamp("f", 1)
    flood = [
        replace(unsigned, value=unsigned.value[: unsigned.value.rindex(b',"keyid"')] + b"}")
    ] * 500
    invented = own.command(
        "record-seal", "f", {"key": "f/1", "by": "nobody"}, str(uuid4()), f"system:{own.name}"
    )
    own.say(*flood, invented, own.stamp("f", 2, seal=True))
    own.has("f", "stamps", [2])
    until("its own answer is believed", lambda: len(own.sheet("f").get("sealed", [])) == 1, 30)
    rows = list(own.database.dead_letters.find())
    assert {row["_id"].split("/")[3] for row in rows} == {"unsigned", "actor"}
    assert sum(row["count"] for row in rows) == 501
