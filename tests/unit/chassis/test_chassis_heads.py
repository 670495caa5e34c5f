"""Whoever sent a record that cannot be read is told so: its ids are found all the same."""

from dataclasses import replace

import orjson
import pytest
from motcua_chassis._kafka.fetch import Record
from motcua_chassis._kafka.heads import Head, headers_of, readable_head
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import decode
from motcua_contracts.wire.payload import DeadLettered
from pymongo import InsertOne

from .harness import AT, GATEWAY, LANE, SUBJECT, TurnHarness, bent

ID = "0f3032342-4425-5cce-853d-47106d888aac"
TYPE = "vn.motcua.routing.complete-step.v1"
HEAD = (
    f'{{"specversion":"1.0","id":"{ID}","source":"/motcua/gateway","type":"{TYPE}","subject":"{SUBJECT}",'
    f'"time":"2026-11-25T02:00:00.000Z","correlationid":"c-1","causationid":"c-1","actor":"citizen:a",'
).encode()


def record(raw: bytes, headers: tuple[tuple[str, bytes], ...] = ()) -> Record:
    return Record(LANE, topics.ROUTING_COMMANDS, 7, SUBJECT, raw, AT, headers=headers)


UNREADABLE = {
    "an integer of 400 digits": HEAD + b'"data":{"step":1' + b"0" * 400 + b"}}",
    "too deep": HEAD + b'"data":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "cut off": HEAD + b'"data":{"step":"a',
    "no UTF-8": HEAD + b'"data":{"step":"\xff"}}',
    "a lone surrogate": HEAD + b'"data":{"step":"\\ud800"}}',
}


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_a_command_that_is_no_json_leads_to_a_letter_with_its_chain_and_its_sender(
    raw: bytes,
) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(raw)
    out = await TurnHarness().tell(
        record(GATEWAY.sign(raw + b"}", topics.ROUTING_COMMANDS.name, AT))
    )
    letter = decode(out.outbox[0]["value"])
    assert isinstance(letter.data, DeadLettered)
    assert letter.correlationid == "c-1"
    assert (letter.data.topic, [field for field, _ in letter.data.faults]) == (
        "routing.commands",
        ["data"],
    )
    assert out.dead == ["citizen:a"]


async def test_a_command_whose_data_do_not_hold_names_each_field_and_no_value() -> None:
    out = await TurnHarness().tell(
        bent(TurnHarness().command("geheim"), b'"step":"geheim"', b'"step":{"geheim":1}')
    )
    letter = decode(out.outbox[0]["value"]).data
    assert isinstance(letter, DeadLettered)
    assert [field for field, _ in letter.faults] == ["step"]
    assert "geheim" not in str(letter)


async def test_a_fault_in_the_rules_is_nobody_s_input() -> None:
    desk = TurnHarness()
    letter = decode((await desk.tell(desk.command("boom"))).outbox[0]["value"]).data
    assert isinstance(letter, DeadLettered)
    assert (letter.faults, letter.command_id) == ([], "c-1")


async def test_a_command_behind_a_parked_event_is_kept_and_its_caller_is_told_so() -> None:
    desk = TurnHarness()
    await desk.tell(replace(desk.event(again=True), raw=b"{"))
    out = await desk.tell(desk.command("a", "c-9"))
    assert [type(write) for write in out.writes()["parked"]] == [InsertOne]
    assert "dead_letters" not in out.writes()
    letter = decode(out.outbox[0]["value"])
    assert isinstance(letter.data, DeadLettered)
    assert (letter.data.command_id, letter.data.parked, letter.correlationid) == (
        "c-9",
        True,
        "c-9",
    )
    assert out.dead == [], "it is no fault of a release"


def test_headers_say_it_where_not_a_byte_can_be_read() -> None:
    said = tuple(headers_of(decode(TurnHarness().command("a", message_id=ID).raw or b"")))
    assert readable_head(record(b"\x00\xff", said)) == Head(ID, ID, "")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"data":{"id":"forged","correlationid":"forged","actor":"forged"}}',
        b'{"id":"' + b"x" * 65 + b'"}',
    ],
)
def test_what_a_caller_typed_is_no_head(raw: bytes) -> None:
    assert (
        readable_head(record(raw, (("ce_id", b"\xff\x00"), ("ce_correlationid", b"x" * 65))))
        == Head()
    )
