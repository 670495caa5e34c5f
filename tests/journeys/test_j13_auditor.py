"""J13: the auditor.

Dossiers of five kinds are replayed from the log alone, seen as they were at any time, and proved
offline.
"""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from motcua_audit.check import Report
from motcua_audit.folds import SPEAKERS
from motcua_journeys import Journey
from motcua_journeys.checks import Rest

from .auditor import Auditor, Document, Moment, motcua, paper_of, sha256
from .auditor_cases import KINDS, Case
from .reading import instant, slug_of


@pytest.fixture(scope="module")
def journey(cases: dict[str, Case]) -> Journey:
    return cases["paid"].journey


# ---------------------------------------------------------------------- replay, and the state at an
# instant


def test_a_replay_needs_nothing_but_kafka_and_leads_to_what_the_live_stores_hold(
    cases: dict[str, Case], desk: Auditor
) -> None:
    into = desk.stage.addresses["mongo"].replace("/?", "/j13_replayed?")
    nowhere = "mongodb://127.0.0.1:1/"
    answer = motcua(
        "audit",
        "replay",
        "--into",
        into,
        MOTCUA_KAFKA_BOOTSTRAP=desk.stage.addresses["kafka"],
        MOTCUA_MONGO_URI=nowhere,
    )
    try:
        assert (answer.code, "their states are written to j13_replayed" in answer.said) == (
            0,
            True,
        ), answer.said
        fields = {"_id": 1, "lane": 1, "state": 1, "sequence": 1, "hash": 1}
        for service in SPEAKERS:
            live = list(
                desk.collection(service, "cases")
                .find({"sequence": {"$gt": 0}}, fields)
                .sort("_id", 1)
            )
            replayed = list(desk.store["j13_replayed"][service].find().sort("_id", 1))
            assert replayed == live, service
            assert live, f"{service} has nothing to compare"
    finally:
        desk.store.drop_database("j13_replayed")


def test_the_auditors_own_words_find_all_of_it_in_order(
    cases: dict[str, Case], desk: Auditor
) -> None:
    answer = motcua("audit", "replay", **desk.home)
    assert (answer.code, "folds are the stored states" in answer.said) == (0, True), answer.said
    for words in (("verify",), ("verify", "--archive"), ("verify", cases["paid"].code)):
        answer = desk.audit(*words)
        assert (answer.code, "every chain holds" in answer.said) == (0, True), answer.said


def of_owner(moment: Moment) -> Document:
    own, place = moment.own, moment.own["place"]
    return {
        "code": own["code"],
        "status": own["status"],
        "fee": own["fee"]["state"],
        "due_at": instant(own["due_at"]),
        "place": [
            place["agency"],
            place["department"],
            (place["officer"] or {"id": ""})["id"],
            place["step"],
        ],
    }


def of_auditor(state: Document) -> Document:
    place = state["place"]
    return {
        **{name: state[name] for name in ("code", "status", "fee")},
        "due_at": instant(state["due_at"]),
        "place": [place[name] for name in ("agency", "department", "officer", "step")],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_state_at_each_past_instant_is_what_the_owner_saw_then(
    cases: dict[str, Case], desk: Auditor, kind: str
) -> None:
    case = cases[kind]
    seen = [(moment.act, of_owner(moment)) for moment in case.moments]
    told = [
        (moment.act, of_auditor(desk.stage.auditor.state(case.id, moment.at.isoformat())))
        for moment in case.moments
    ]
    assert told == seen
    assert len({json.dumps(state, default=str) for _, state in seen}) > 1, "the dossier never moved"
    before = desk.stage.auditor.state(case.id, "2026-01-01T00:00:00+07:00")
    assert (before["known"], before["sequences"]) == (False, {})


def test_the_command_tells_the_same_by_code_from_kafka_and_from_the_archive(
    cases: dict[str, Case], desk: Auditor
) -> None:
    moment = cases["supplemented"].moments[1]
    for source in ((), ("--archive",)):
        answer = desk.audit(
            "state", cases["supplemented"].code, "--at", moment.at.isoformat(), "--json", *source
        )
        assert of_auditor(answer.json) == of_owner(moment)


@pytest.mark.parametrize("what", ["events", "state", "verify"])
def test_nobody_but_the_auditor_reads_the_log(
    cases: dict[str, Case], desk: Auditor, what: str
) -> None:
    stage, path = desk.stage, f"/audit/dossiers/{cases['paid'].id}/{what}"
    for other in (
        stage.an,
        stage.officers["clerk-haihau"],
        stage.officers["leader-tckh"],
        stage.cashier,
    ):
        assert slug_of(partial(other.get, path)) == "forbidden", other.name
    assert (
        httpx.get(f"{stage.addresses['gateway']}/api/v1{path}", trust_env=False).status_code
        == httpx.codes.UNAUTHORIZED
    )


def test_the_records_that_the_api_shows_have_the_hashes_that_it_says(
    cases: dict[str, Case], desk: Auditor
) -> None:
    events = desk.stage.auditor.events(cases["paid"].id)
    assert [sha256(one["raw"].encode()) for one in events] == [one["sha256"] for one in events]
    assert {one["topic"] for one in events} >= {
        "intake.dossiers",
        "routing.cases",
        "payment.charges",
        "notify.messages",
    }
    assert desk.stage.auditor.verify(cases["paid"].id)["holds"] is True


# ---------------------------------------------------------------------- offline


def test_an_exported_dossier_proves_itself_where_nothing_is_known_of_the_stack(
    files: dict[str, Path], tmp_path: Path
) -> None:
    answer = motcua("audit", "verify", "--file", str(files["paid"]), MOTCUA_HOME=str(tmp_path))
    assert (answer.code, "every chain holds" in answer.said) == (0, True), answer.said
    assert motcua("audit", "verify", MOTCUA_HOME=str(tmp_path)).code == 2, (
        "it should not have found the stack"
    )


def records_in(export: Path) -> list[tuple[Any, ...]]:
    """Places and bytes.

    (The append time is the broker's own on Kafka, and moved with simulated time in the archive.)
    """
    lines = [json.loads(line) for line in export.read_bytes().splitlines()[1:]]
    return [(line["topic"], line["partition"], line["offset"], line["raw"]) for line in lines]


@pytest.mark.parametrize("kind", KINDS)
def test_every_export_holds_and_so_does_one_from_the_archive(
    cases: dict[str, Case], files: dict[str, Path], desk: Auditor, tmp_path: Path, kind: str
) -> None:
    assert desk.audit("verify", "--file", str(files[kind])).code == 0
    archived = tmp_path / "archived.jsonl"
    assert desk.audit("export", cases[kind].code, str(archived), "--archive").code == 0
    assert records_in(archived) == records_in(files[kind])


# ---------------------------------------------------------------------- documents and papers in the
# hand


def test_a_document_is_the_one_that_was_issued_to_the_byte(
    cases: dict[str, Case], files: dict[str, Path], desk: Auditor, tmp_path: Path
) -> None:
    case, pdf = cases["paid"], tmp_path / "result.pdf"
    content = case.journey.citizen.documents(case.code)["result"]
    pdf.write_bytes(content)
    answer = desk.audit("match", str(pdf), "--dossier", case.code, "--json")
    assert (answer.code, answer.json["sha256"]) == (0, sha256(content))
    assert "routing" in {one["source"].rpartition("/")[2] for one in answer.json["named_by"]}

    pdf.write_bytes(content[:-20] + bytes([content[-20] ^ 1]) + content[-19:])
    changed = motcua(
        "audit", "match", str(pdf), "--export", str(files["paid"]), MOTCUA_HOME=str(tmp_path)
    )
    assert (changed.code, "no event of the dossier names these bytes" in changed.said) == (1, True)


def test_a_commitment_is_opened_by_the_paper_that_was_filed_and_by_no_changed_one(
    cases: dict[str, Case], files: dict[str, Path], desk: Auditor, tmp_path: Path
) -> None:
    raw = asyncio.run(paper_of(desk.stage.addresses["kafka"], cases["paid"].id, 1))
    name = cases["paid"].journey.applicant["full_name"].encode()
    assert name in raw
    paper = tmp_path / "paper.json"
    paper.write_bytes(raw)
    answer = desk.audit("match", str(paper), "--export", str(files["paid"]), "--json")
    assert (answer.code, {one["field"] for one in answer.json["named_by"]}) == (0, {"commitment"})
    assert name not in files["paid"].read_bytes()

    paper.write_bytes(raw.replace(name, name[:-1] + b"m"))
    changed = desk.audit("match", str(paper), "--export", str(files["paid"]), "--json")
    assert (changed.code, changed.json["named_by"]) == (1, [])


def test_a_forgotten_dossier_is_proved_without_its_papers(
    cases: dict[str, Case], files: dict[str, Path], desk: Auditor
) -> None:
    answer = desk.audit("replay", "--json")
    erased = {one["service"]: one["erased"] for one in answer.json["services"]}
    assert (answer.code, erased["intake"] > 0) == (0, True)
    assert desk.stage.auditor.verify(cases["forgotten"].id)["holds"] is True
    assert asyncio.run(paper_of(desk.stage.addresses["kafka"], cases["forgotten"].id, 1)) == b""


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
