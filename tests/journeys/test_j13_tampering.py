"""J13: whoever tampers with an exported file, the archive, a journal, a state or a paper is found
at the very place. All is put back.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from motcua_audit.check import Report
from motcua_journeys import Journey
from motcua_journeys.checks import Rest

from .auditor import (
    Auditor,
    Document,
    Found,
    forged,
    line_of,
    one_byte_changed,
    paper_of,
    put_back,
    say_paper,
    sha256,
)
from .auditor_cases import Case


@pytest.fixture(scope="module")
def journey(cases: dict[str, Case]) -> Journey:
    return cases["paid"].journey


# ---------------------------------------------------------------------- an exported file


Lines = list[bytes]
CHAIN = "/motcua/routing"


def altered(lines: Lines, at: int) -> Lines:
    line = json.loads(lines[at])
    raw = one_byte_changed(line["raw"].encode())
    return [*lines[:at], line_of(line, raw), *lines[at + 1 :]]


def inserted(lines: Lines, at: int, **changes: Any) -> Lines:
    line = json.loads(lines[at])
    line["offset"] += 1000
    return [
        *lines[: at + 1],
        line_of(line, forged(line["raw"].encode(), **changes)),
        *lines[at + 1 :],
    ]


def appended(lines: Lines, at: int) -> Lines:
    """Behind the last record of the chain, with the hash of its bytes."""
    last = max(n for n, line in enumerate(lines) if json.loads(line)["topic"] == "routing.cases")
    raw = json.loads(lines[last])["raw"].encode()
    return inserted(lines, last, sequence=json.loads(raw)["sequence"] + 1, prevhash=sha256(raw))


TAMPERED: dict[str, tuple[Callable[[Lines, int], Lines], str, int]] = {
    "a byte altered": (altered, "altered", 0),
    "a record removed": (lambda lines, at: lines[:at] + lines[at + 1 :], "removed", 0),
    "one inserted with a made-up prevhash": (
        lambda lines, at: inserted(lines, at, prevhash="b" * 64),
        "inserted",
        0,
    ),
    "one inserted with the right prevhash": (
        lambda lines, at: inserted(lines, at, actor="officer:nobody"),
        "inserted",
        0,
    ),
    "one put behind the end with the right prevhash": (appended, "inserted", -1),
    "two swapped": (
        lambda lines, at: [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]],
        "reordered",
        0,
    ),
    "the tail cut off": (lambda lines, at: lines[:-1], "removed", -2),
}
"""What is done to the lines at the chain's second record, and as what it is named: at this record,
or (-1, -2) behind or at the end.
"""


@pytest.mark.parametrize("how", TAMPERED)
def test_whoever_touches_an_exported_file_is_found_at_the_very_place(
    files: dict[str, Path], desk: Auditor, tmp_path: Path, how: str, cases: dict[str, Case]
) -> None:
    tamper, kind, where = TAMPERED[how]
    manifest, *lines = files["paid"].read_bytes().splitlines()
    events = [json.loads(json.loads(line)["raw"]) for line in lines]
    chain = [n for n, event in enumerate(events) if event["source"] == CHAIN]
    at = chain[1]
    if where == -2:
        assert chain[-1] == len(lines) - 1, "another chain is the last of the file"
    copy = tmp_path / "touched.jsonl"
    after = tamper(list(lines), at)
    copy.write_bytes(b"\n".join([manifest, *after]) + b"\n")

    answer = desk.audit("verify", "--file", str(copy), "--json")
    sequence = {0: 2, -1: len(chain) + 1, -2: len(chain)}[where]
    first = answer.found[0]
    assert (answer.code, first.kind, first.service, first.subject, first.sequence) == (
        1,
        kind,
        "routing",
        cases["paid"].id,
        sequence,
    )
    fresh = [line for line in after if line not in lines]
    placed = json.loads(fresh[0] if fresh else lines[at + (how == "a record removed")])
    expected = f"{placed['topic']}/{placed['partition']}@{placed['offset']}"
    assert first.place == ("" if how == "the tail cut off" else expected)


# ---------------------------------------------------------------------- the archive


def archived_as(document: Document, raw: bytes, sequence: int) -> Document:
    subject, service, _, _ = document["_id"].rsplit("|", 3)
    topic, lane, offset = document["places"][0]
    return {
        **document,
        "_id": f"{subject}|{service}|{sequence:010}|{sha256(raw)}",
        "raw": raw,
        "places": [[topic, lane, offset]],
    }


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("altered", "altered"),
        ("removed", "removed"),
        ("made-up", "inserted"),
        ("right", "inserted"),
        ("swapped", "reordered"),
    ],
)
def test_whoever_touches_the_archive_is_found_by_the_command_and_by_the_api(
    cases: dict[str, Case], desk: Auditor, how: str, kind: str
) -> None:
    case, archive = cases["refused"], desk.collection("audit", "archive")
    _, second, third, *_ = desk.records(case.id, "intake")
    raw = bytes(second["raw"])
    changes = {"prevhash": "b" * 64} if how == "made-up" else {"actor": "officer:nobody"}
    false = archived_as(second, forged(raw, **changes), 2)
    false["places"][0][2] += 1000
    with put_back(archive, second["_id"], third["_id"], false["_id"]):
        match how:
            case "altered":
                archive.update_one({"_id": second["_id"]}, {"$set": {"raw": one_byte_changed(raw)}})
            case "removed":
                archive.delete_one({"_id": second["_id"]})
            case "swapped":
                archive.update_one({"_id": second["_id"]}, {"$set": {"places": third["places"]}})
                archive.update_one({"_id": third["_id"]}, {"$set": {"places": second["places"]}})
            case _:
                archive.insert_one(false)
        answer = desk.audit("verify", case.code, "--archive", "--json")
        proof = desk.stage.auditor.verify(case.id)
    place = {"removed": third, "swapped": third, "altered": second}.get(how, false)["places"][0]
    wanted = Found(kind, "intake", case.id, 2, f"{place[0]}/{place[1]}@{place[2]}")
    assert (answer.code, answer.found[0]) == (1, wanted)
    assert (proof["holds"], Found.of(proof["differences"][0])) == (False, wanted)
    assert desk.stage.auditor.verify(case.id)["holds"] is True, "it was not put back"


# ---------------------------------------------------------------------- everything at once, by
# replay


def test_replay_names_every_hand_on_a_state_a_journal_the_ends_of_the_archive_and_a_paper(
    cases: dict[str, Case], desk: Auditor
) -> None:
    """Each on a chain of its own; what no chain can show is shown by the three places that must
    agree.
    """
    ids = {kind: case.id for kind, case in cases.items()}
    kafka, archive = desk.stage.addresses["kafka"], desk.collection("audit", "archive")
    wanted: set[Found] = set()

    def place(document: Document) -> str:
        topic, lane, offset = document["places"][0]
        return f"{topic}/{lane}@{offset}"

    with ExitStack() as after:
        # A state says that the result is still waiting.
        states, last = desk.collection("intake", "cases"), desk.records(ids["paid"], "intake")[-1]
        (state,) = after.enter_context(put_back(states, ids["paid"]))
        told = state["state"].replace('"stage":"returned"', '"stage":"completed"')
        assert told != state["state"]
        states.update_one({"_id": ids["paid"]}, {"$set": {"state": told}})
        wanted.add(Found("state-differs", "intake", ids["paid"], state["sequence"], place(last)))
        # A state is gone.
        payments = desk.collection("payment", "cases")
        after.enter_context(put_back(payments, ids["refused"]))
        payments.delete_one({"_id": ids["refused"]})
        wanted.add(Found("state-differs", "payment", ids["refused"], None, ""))
        # A journal holds other bytes, another lacks a row, a third has one that nobody published.
        for service, subject, how in (
            ("routing", "paid", "altered"),
            ("routing", "supplemented", "removed"),
            ("notify", "withdrawn", "added"),
        ):
            journal, chain = (
                desk.collection(service, "journal"),
                desk.records(ids[subject], service),
            )
            row = journal.find_one(
                {"subject": ids[subject], "sequence": 2 if how != "added" else len(chain)}
            )
            new = row["_id"] + "-x"
            after.enter_context(put_back(journal, row["_id"], new))
            if how == "altered":
                journal.update_one(
                    {"_id": row["_id"]}, {"$set": {"raw": one_byte_changed(bytes(row["raw"]))}}
                )
                wanted.add(Found("altered", service, ids[subject], 2, place(chain[1])))
            elif how == "removed":
                journal.delete_one({"_id": row["_id"]})
                wanted.add(Found("not-in-journal", service, ids[subject], 2, place(chain[1])))
            else:
                more = {"sequence": len(chain) + 1, "prevhash": sha256(bytes(row["raw"]))}
                journal.insert_one(
                    {
                        **row,
                        "_id": new,
                        "sequence": len(chain) + 1,
                        "raw": forged(bytes(row["raw"]), **more),
                    }
                )
                wanted.add(Found("unpublished", service, ids[subject], len(chain) + 1, ""))
        # The archive lost its last record of one chain and got one behind the end of another, with
        # the right hash of the one before.
        lost = desk.records(ids["refused"], "intake")[-1]
        after.enter_context(put_back(archive, lost["_id"]))
        archive.delete_one({"_id": lost["_id"]})
        wanted.add(
            Found(
                "not-archived",
                "intake",
                ids["refused"],
                len(desk.records(ids["refused"], "intake")) + 1,
                place(lost),
            )
        )
        end = desk.records(ids["withdrawn"], "intake")[-1]
        number, raw = json.loads(end["raw"])["sequence"] + 1, bytes(end["raw"])
        for offset in (0, 1_000_000):  # at a place that Kafka has, and at one that it has not
            false = archived_as(
                end,
                forged(raw, sequence=number, prevhash=sha256(raw), actor=f"officer:{offset}"),
                number,
            )
            false["places"][0][2] += offset
            after.enter_context(put_back(archive, false["_id"]))
            archive.insert_one(false)
            wanted.add(Found("inserted", "intake", ids["withdrawn"], number, place(false)))
        # The archive does not say any more where a record is.
        (_, unplaced, *_) = desk.records(ids["forgotten"], "notify")
        after.enter_context(put_back(archive, unplaced["_id"]))
        archive.update_one({"_id": unplaced["_id"]}, {"$unset": {"places": ""}})
        wanted.add(Found("altered", "notify", ids["forgotten"], 2, ""))
        # A paper does not say any more what was committed to.
        paper = asyncio.run(paper_of(kafka, ids["supplemented"], 1))
        after.callback(lambda: asyncio.run(say_paper(kafka, ids["supplemented"], 1, paper)))
        moved_house = paper.replace("Xóm 5".encode(), "Xóm 6".encode())
        assert moved_house != paper
        asyncio.run(say_paper(kafka, ids["supplemented"], 1, moved_house))
        first = next(
            one
            for one in desk.records(ids["supplemented"], "intake")
            if json.loads(one["raw"])["data"].get("commitment")
        )
        wanted.add(
            Found(
                "paper-altered",
                "intake",
                ids["supplemented"],
                json.loads(first["raw"])["sequence"],
                place(first),
            )
        )

        answer = desk.audit("replay", "--json")
    assert (answer.code, set(answer.found)) == (1, wanted)
    both = [
        (one["expected"], one["found"])
        for one in answer.json["differences"]
        if one["kind"] in ("altered", "paper-altered") and one["topic"]
    ]
    assert all(
        len(expected) == len(found) == 64 and expected != found for expected, found in both
    ), both


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
