"""One turn: what follows from a batch, and what becomes of what cannot be taken in."""

from dataclasses import replace
from typing import Any

import pytest
from motcua_chassis._processing.turn import CatalogueNeeded, LaneStopped
from motcua_chassis.metrics import Metrics
from motcua_contracts.messages.intake import DossierStopped
from motcua_contracts.wire.envelope import GENESIS, decode, sha256
from motcua_contracts.wire.payload import CommandRejected, DeadLettered
from pymongo import DeleteOne, InsertOne, ReplaceOne, UpdateOne

from .harness import LANE, SUBJECT, UNHEARD, TurnHarness, bent, wake


@pytest.fixture(name="desk")
def fresh_desk() -> TurnHarness:
    return TurnHarness()


async def test_events_are_chained_by_their_exact_bytes_across_batches(desk: TurnHarness) -> None:
    first = await desk.tell(desk.command("a", "c-1"), desk.command("b", "c-2"))
    second = await desk.tell(desk.command("c", "c-3"))
    rows = [*first.journal, *second.journal]
    events = [decode(row["raw"]) for row in rows]
    assert [event.sequence for event in events] == [1, 2, 3]
    assert [event.prevhash for event in events] == [
        GENESIS,
        sha256(rows[0]["raw"]),
        sha256(rows[1]["raw"]),
    ]
    assert [row["_id"] for row in rows] == sorted(row["_id"] for row in rows)


async def test_what_prepare_gave_reaches_the_rule(desk: TurnHarness) -> None:
    out = await desk.tell(desk.command("a"))
    assert decode(out.journal[0]["raw"]).data.officer == "given"  # type: ignore[attr-defined]


async def test_a_refusal_is_an_event_and_the_answer_names_it(desk: TurnHarness) -> None:
    out = await desk.tell(desk.command("refuse"))
    event = decode(out.journal[0]["raw"])
    assert isinstance(event.data, CommandRejected)
    assert (event.data.slug, event.data.command_id, event.actor) == (
        "nothing-owed",
        "c-1",
        "officer:o",
    )
    assert out.answers[0]["refused"] == "nothing-owed"


async def test_a_missing_event_is_a_refusal_only_when_the_catalogue_was_read_to_its_end(
    desk: TurnHarness,
) -> None:
    with pytest.raises(CatalogueNeeded):
        await desk.tell(desk.command("missing"), final=False)
    out = await desk.tell(desk.command("missing"), final=True)
    assert out.answers[0]["refused"] == "fact-missing"


async def test_a_command_repeated_in_a_batch_and_later_has_one_effect(desk: TurnHarness) -> None:
    first = await desk.tell(desk.command("a"), desk.command("a"))
    second = await desk.tell(desk.command("a"))
    assert len(first.journal) == 1
    assert second.journal == []
    assert len(desk.store.answers.rows) == 1


async def test_another_body_under_the_same_id_is_refused_by_name(desk: TurnHarness) -> None:
    await desk.tell(desk.command("a"))
    out = await desk.tell(desk.command("b"))
    event = decode(out.journal[0]["raw"])
    assert isinstance(event.data, CommandRejected)
    assert event.data.slug == "idempotency-conflict"


async def test_a_second_answer_of_an_effect_is_dropped_whatever_it_says(desk: TurnHarness) -> None:
    await desk.tell(desk.command("a", actor="system:routing"))
    out = await desk.tell(desk.command("b", actor="system:routing"))
    assert out.journal == []


async def test_a_copy_of_an_event_changes_nothing(desk: TurnHarness) -> None:
    record = desk.event()
    await desk.tell(record)
    out = await desk.tell(record)
    assert (out.journal, out.touched) == ([], set())


@pytest.mark.parametrize(
    "changes", [{"sequence": 3}, {"prevhash": "f" * 64}], ids=["gap", "other bytes before"]
)
async def test_a_log_that_cannot_be_believed_stops_its_lane(
    desk: TurnHarness, changes: dict[str, Any]
) -> None:
    await desk.tell(desk.event())
    with pytest.raises(LaneStopped) as stopped:
        await desk.tell(desk.event(**changes))
    assert stopped.value.lane == LANE


async def test_the_same_sequence_with_other_bytes_stops_the_lane(desk: TurnHarness) -> None:
    await desk.tell(desk.event(again=True))
    with pytest.raises(LaneStopped, match="other bytes"):
        await desk.tell(desk.event(DossierStopped(reason="not_supplemented_in_time")))


async def test_of_an_event_that_no_rule_answers_only_the_sequence_counts(desk: TurnHarness) -> None:
    out = await desk.tell(desk.event(UNHEARD), desk.event())
    assert [decode(row["raw"]).sequence for row in out.journal] == [1]
    assert desk.entries._cache[SUBJECT].seen["/motcua/intake"][0] == 2
    with pytest.raises(LaneStopped):
        await desk.tell(desk.event(UNHEARD, sequence=9))


async def test_a_command_that_breaks_a_rule_is_a_dead_letter_and_the_lane_goes_on(
    desk: TurnHarness,
) -> None:
    out = await desk.tell(desk.command("boom", "c-1"), desk.command("a", "c-2"))
    assert [row["_id"] for row in out.answers] == ["c-2"]
    letter = decode(out.outbox[0]["value"])
    assert isinstance(letter.data, DeadLettered)
    assert (letter.data.command_id, letter.data.parked, letter.correlationid) == (
        "c-1",
        False,
        "c-1",
    )
    assert "step" not in str(out.outbox[0]["value"])


async def test_one_message_that_cannot_be_prepared_takes_nobody_with_it(desk: TurnHarness) -> None:
    out = await desk.tell(
        desk.command("a", "c-1"), desk.command("unprepared", "c-2"), desk.command("b", "c-3")
    )
    assert [row["_id"] for row in out.answers] == ["c-1", "c-3"]
    assert len(out.outbox) == 1


async def test_bytes_that_are_no_record_are_a_letter_with_their_hash(desk: TurnHarness) -> None:
    record = bent(desk.command("a"), b'{"specversion"', b"{,")
    assert record.raw is not None
    out = await desk.tell(record)
    letter = decode(out.outbox[0]["value"]).data
    assert isinstance(letter, DeadLettered)
    assert (letter.sha256, letter.reason) == (
        sha256(record.raw),
        "the data do not hold: data: JSON within the limits of numbers, text and depth is required",
    )


async def test_a_malformed_event_parks_its_subject_and_later_records_wait_behind_it(
    desk: TurnHarness,
) -> None:
    bad = replace(desk.event(again=True), raw=b"{")
    out = await desk.tell(bad, desk.command("a", "c-1"), desk.event())
    parked = [o for o in out.writes()["parked"] if isinstance(o, InsertOne)]
    assert len(parked) == 3
    assert out.answers == []
    assert out.journal == []
    assert desk.entries._cache[SUBJECT].parked == "waiting"


async def test_released_records_run_in_order_and_the_subject_is_free_after_the_last(
    desk: TurnHarness,
) -> None:
    await desk.tell(replace(desk.event(again=True), raw=b"{"))
    desk.entries._cache[SUBJECT].parked = "released"
    good = [replace(desk.event(), parked="p-1"), replace(desk.command("a"), parked="p-2")]
    out = await desk.tell(*good, emptied=(SUBJECT,))
    assert [decode(row["raw"]).sequence for row in out.journal] == [1, 2]
    assert len([o for o in out.writes()["parked"] if isinstance(o, DeleteOne)]) == 2
    assert desk.entries._cache[SUBJECT].parked == ""


async def test_a_record_released_too_early_stays_in_front(desk: TurnHarness) -> None:
    await desk.tell(replace(desk.event(again=True), raw=b"{"))
    desk.entries._cache[SUBJECT].parked = "released"
    out = await desk.tell(
        replace(desk.event(again=True), raw=b"{", parked="p-1"),
        replace(desk.command("a"), parked="p-2"),
        emptied=(SUBJECT,),
    )
    assert "parked" not in out.writes()
    assert out.answers == []
    assert desk.entries._cache[SUBJECT].parked == "waiting"


async def test_an_effect_is_stored_with_the_event_that_demands_it_and_goes_with_the_one_that_closes_it(  # noqa: E501
    desk: TurnHarness,
) -> None:
    opened = await desk.tell(desk.command("open", "c-1"))
    closed = await desk.tell(desk.command("close", "c-2"))
    assert opened.demanded[f"{SUBJECT}/e"].correlationid == "c-1"
    assert closed.closed == {f"{SUBJECT}/e": LANE}


async def test_an_effect_opened_and_closed_in_one_batch_is_never_done(desk: TurnHarness) -> None:
    out = await desk.tell(desk.command("open", "c-1"), desk.command("close", "c-2"))
    assert out.demanded == {}


async def test_a_record_that_changes_nothing_writes_what_was_seen_and_no_more(
    desk: TurnHarness,
) -> None:
    (first,) = (await desk.tell(desk.event())).writes()["cases"]
    assert isinstance(first, InsertOne)
    (heard,) = (await desk.tell(desk.event(UNHEARD))).writes()["cases"]
    assert isinstance(heard, UpdateOne)
    assert heard._doc == {"$set": {"seen": {"/motcua/intake": [2, desk.chain]}}}
    (said,) = (await desk.tell(desk.command("a"))).writes()["cases"]
    assert isinstance(said, ReplaceOne)
    document: Any = said._doc
    assert document["seen"] == {"/motcua/intake": [2, desk.chain]}


async def test_what_a_turn_counts_is_told_only_by_what_it_leads_to(desk: TurnHarness) -> None:
    out = await desk.tell(
        desk.command("open", "c-1"), desk.command("refuse", "c-2"), desk.command("open", "c-1")
    )
    metrics = Metrics()
    metrics.count(out.counted)
    told = {
        (name, label): getattr(metrics, name).labels(label)._value.get()
        for name, label in out.counted
    }
    topic = "routing.commands"
    assert told.pop(("events", "vn.motcua.routing.step-completed.v1")) == 1
    assert told.pop(("events", "vn.motcua.routing.command-rejected.v1")) == 1
    assert told == {("records", topic): 3, ("refusals", "nothing-owed"): 1, ("copies", topic): 1}


async def test_an_effect_closed_and_demanded_again_in_one_batch_replaces_its_row(
    desk: TurnHarness,
) -> None:
    await desk.tell(desk.command("open", "c-1"))
    again = await desk.tell(desk.command("close", "c-2"), desk.command("open", "c-3"))
    assert (list(again.demanded), again.closed) == ([f"{SUBJECT}/e"], {})
    (write,) = again.writes()["effects"]
    assert isinstance(write, ReplaceOne), "an insertion would meet the row of the first demand"
    gone = await desk.tell(
        desk.command("close", "c-4"), desk.command("open", "c-5"), desk.command("close", "c-6")
    )
    assert (gone.demanded, list(gone.closed)) == ({}, [f"{SUBJECT}/e"])


async def test_a_paper_goes_out_before_the_event_that_commits_to_it(desk: TurnHarness) -> None:
    out = await desk.tell(desk.command("paper"))
    row = out.outbox[0]
    assert (row["topic"], row["key"], row["lane"]) == ("routing.private", f"{SUBJECT}/1", LANE)
    assert decode(out.journal[0]["raw"]).data.step == sha256(row["value"])  # type: ignore[attr-defined]


async def test_letters_in_a_row_are_counted_for_the_breaker_and_a_good_record_ends_the_run(
    desk: TurnHarness,
) -> None:
    out = await desk.tell(
        desk.command("boom", "c-1"),
        desk.command("a", "c-2"),
        desk.command("boom", "c-3"),
        desk.command("boom", "c-4"),
    )
    assert (out.dead, out.alive) == (["officer:o", "officer:o"], True)


async def test_a_wake_is_not_parked_behind_a_dead_letter_since_it_comes_again(
    desk: TurnHarness,
) -> None:
    await desk.tell(replace(desk.event(again=True), raw=b"{"))
    out = await desk.tell(wake())
    assert "parked" not in out.writes()
    assert out.journal == []


async def test_the_sequence_of_a_command_says_nothing_of_its_sender_s_events(
    desk: TurnHarness,
) -> None:
    out = await desk.tell(bent(desk.command("a"), b'"data"', b'"sequence":7,"prevhash":"x","data"'))
    assert out.entries[SUBJECT].seen == {}


async def test_a_paper_that_kafka_would_not_take_is_refused_before_anything_is_stored(
    desk: TurnHarness,
) -> None:
    out = await desk.tell(desk.command("huge"))
    assert (out.journal, out.answers, out.private_records) == ([], [], {})
    assert len(out.outbox) == 1  # the letter


async def test_a_letter_stays_small_however_much_is_wrong(desk: TurnHarness) -> None:
    out = await desk.tell(bent(desk.command("a"), b'"time":"', b'"time":"' + b"x" * 100_000))
    assert len(out.outbox[0]["value"]) < 2_000


async def test_what_follows_from_a_record_belongs_to_its_trace(desk: TurnHarness) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    out = await desk.tell(desk.command("open", traceparent=trace))
    assert decode(out.journal[0]["raw"]).traceparent == trace
    assert out.demanded[f"{SUBJECT}/e"].traceparent == trace
