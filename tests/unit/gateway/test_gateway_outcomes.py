"""Outcomes by correlation id, and idempotency: one command an idempotency key, the same answer
forever, on whichever instance.
"""

import asyncio
from typing import Any

import pytest
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.intake import (
    AcceptDossier,
    DossierReturned,
    DossierStopped,
    DossierWithdrawn,
)
from motcua_contracts.messages.notify import SetPreferences
from motcua_contracts.messages.payment import (
    CashBooked,
    CollectCash,
    PaymentSettled,
    RecordProviderResult,
    StartPayment,
)
from motcua_contracts.rules.refusals import FeeOpen, IdempotencyConflict, WrongStatus
from motcua_contracts.wire.envelope import stable_id
from motcua_contracts.wire.payload import DATA_FAULT, DEAD_LETTERS, REJECTIONS
from motcua_documents.store import DocumentStore
from motcua_gateway.acts.awaited import CLOSING, COMMANDS
from motcua_gateway.commands.idempotency import read_key
from motcua_gateway.commands.outcomes import may_close, outcome_of
from motcua_gateway.commands.sending import Done
from motcua_gateway.http.problems import status_of
from motcua_gateway.http.refusals import (
    DossierWaits,
    KeyRequired,
    NotProcessed,
    RequestInvalid,
    Unavailable,
)
from motcua_gateway.service import service

from .dossier_events import ACCEPTED, DOSSIER, REGISTERED_ONLY, said_by, way
from .harness import GatewayHarness, open_gateway

ACTOR = "officer:clerk-haihau"
SETTLED = next(m.data for m in way() if isinstance(m.data, PaymentSettled))


def request(command: type[Any], subject: str = DOSSIER) -> dict[str, Any]:
    return {
        "_id": "c1",
        "owner": command.owner,
        "subject": subject,
        "closed_by": list(command.closed_by),
    }


def rejected(service: str, command_id: str, slug: str = "fee-open") -> Event:
    return REJECTIONS[service](command="x", command_id=command_id, slug=slug, params={})


def dead(service: str, topic: str, command_id: str = "", **more: Any) -> Event:
    said = {
        "topic": topic,
        "partition": 0,
        "offset": 1,
        "sha256": "0" * 64,
        "reason": "x",
        "parked": False,
        "command_id": command_id,
    }
    return DEAD_LETTERS[service].model_validate(said | more)


@pytest.mark.parametrize(
    ("command", "subject", "event", "source", "about", "kind"),
    [
        (AcceptDossier, DOSSIER, ACCEPTED, "intake", DOSSIER, "done"),
        # Later events of the same chain, and events of other services, are no outcome of this
        # command.
        (AcceptDossier, DOSSIER, DossierReturned(channel="online"), "intake", DOSSIER, None),
        (RecordProviderResult, DOSSIER, ACCEPTED, "intake", DOSSIER, None),
        (AcceptDossier, DOSSIER, rejected("intake", "c1"), "intake", DOSSIER, "refused"),
        # The answer of an effect to the same subject was refused: the command will never close.
        (
            AcceptDossier,
            DOSSIER,
            rejected("intake", "answer-of-the-slip"),
            "intake",
            DOSSIER,
            "refused",
        ),
        (AcceptDossier, DOSSIER, rejected("payment", "another"), "payment", DOSSIER, None),
        # A till asks the dossier: the dossier's refusal is not the till's last word.
        (
            CollectCash,
            "till:haihau:c",
            rejected("payment", "record-cash"),
            "payment",
            DOSSIER,
            None,
        ),
        (
            CollectCash,
            "till:haihau:c",
            CashBooked(reference="r", dossier_id="d", amount_vnd=1),
            "payment",
            "till:haihau:c",
            "done",
        ),
        (
            AcceptDossier,
            DOSSIER,
            dead("intake", "intake.commands", "c1"),
            "intake",
            DOSSIER,
            "dead",
        ),
        (AcceptDossier, DOSSIER, dead("intake", "intake.commands"), "intake", DOSSIER, "dead"),
        (
            AcceptDossier,
            DOSSIER,
            dead("intake", "intake.commands", reason=DATA_FAULT + "agency: a string"),
            "intake",
            DOSSIER,
            "invalid",
        ),
        (
            AcceptDossier,
            DOSSIER,
            dead("intake", "intake.commands", "c1", parked=True),
            "intake",
            DOSSIER,
            "waits",
        ),
        (SetPreferences, DOSSIER, dead("notify", "notify.commands"), "notify", DOSSIER, "dead"),
        (
            CollectCash,
            "till:h:c",
            CashBooked(reference="r", dossier_id="d", amount_vnd=10**14),
            "payment",
            "till:h:c",
            "done",
        ),
        (AcceptDossier, DOSSIER, dead("intake", "payment.charges"), "intake", DOSSIER, None),
        (AcceptDossier, DOSSIER, dead("notify", "intake.dossiers"), "notify", DOSSIER, None),
    ],
)
def test_what_a_record_of_the_chain_means(
    command: type[Any], subject: str, event: Event, source: str, about: str, kind: str | None
) -> None:
    outcome = outcome_of(request(command, subject), said_by(source, event, 1, about, chain="c1"))
    assert (outcome["kind"] if outcome else None) == kind


def test_whatever_closes_a_command_is_looked_at() -> None:
    names = {(command.owner, name) for command in COMMANDS for name in command.closed_by}
    assert names
    assert names == CLOSING
    assert may_close(said_by("intake", ACCEPTED, 1), CLOSING)
    assert not may_close(said_by("payment", way({"payment": 1})[0].data, 1), CLOSING)


def test_every_service_that_is_asked_for_something_is_heard_when_it_cannot_take_it_in() -> None:
    heard = {topic.owner for topic in service.consumes if topic.kind == "dead-letters"}
    assert heard == {command.owner for command in COMMANDS}


async def test_a_command_that_waits_behind_its_dossier_is_said_to_and_gives_way_to_its_outcome(
    desk: GatewayHarness,
) -> None:
    answering(desk, dead("intake", "intake.commands", parked=True))
    with pytest.raises(DossierWaits):
        await accept(desk)
    with pytest.raises(DossierWaits):
        await accept(desk)
    command = desk.runtime.appended[-1][1]
    await desk.hear([said_by("intake", ACCEPTED, 95, DOSSIER, chain=command.id)])
    done = await accept(desk)
    assert done is not None
    assert done.event == "DossierAccepted"
    await desk.hear(
        [
            said_by(
                "intake",
                dead("intake", "intake.commands", parked=True),
                96,
                DOSSIER,
                chain=command.id,
            )
        ]
    )
    assert await accept(desk) == done


async def test_a_letter_for_the_caller_s_fault_is_a_400_with_its_fields(
    desk: GatewayHarness,
) -> None:
    answering(
        desk,
        dead(
            "intake",
            "intake.commands",
            reason=DATA_FAULT + "agency: must be a string; data: text; and 3 more",
        ),
    )
    with pytest.raises(RequestInvalid) as refused:
        await accept(desk)
    assert status_of(refused.value) == 400
    assert refused.value.errors == [
        {"field": "agency", "allowed": "must be a string"},
        {"field": "data", "allowed": "text"},
    ]


async def test_an_outcome_that_the_store_cannot_hold_is_an_answer_all_the_same(
    desk: GatewayHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(ACCEPTED), "model_dump", lambda *_, **__: {"value": 10**30})
    answering(desk, ACCEPTED)
    with pytest.raises(NotProcessed):
        await accept(desk)


def answering(
    desk: GatewayHarness,
    *events: Event,
    service: str = "intake",
    also: GatewayHarness | None = None,
) -> None:
    """Let the service answer each command with these events, heard by this instance or by another
    one.
    """

    async def react(message: Message[Payload]) -> None:
        said = [
            said_by(service, event, 90 + n, message.subject, chain=message.correlationid)
            for n, event in enumerate(events)
        ]
        await (also or desk).hear(said)

    desk.runtime.react = react


async def accept(
    desk: GatewayHarness, key: str = "key-1234", agency: str = "haihau"
) -> Done | None:
    return await desk.gateway.commands.send(
        AcceptDossier(agency=agency), subject=DOSSIER, actor=ACTOR, key=key
    )


async def test_the_command_bears_an_id_that_a_repeat_bears_again(desk: GatewayHarness) -> None:
    answering(desk, ACCEPTED)
    assert await accept(desk) == Done(
        "DossierAccepted",
        ACCEPTED.model_dump(mode="json", include={"accepted_at", "due_at", "slip"}),
    )
    topic, message = desk.runtime.appended[0]
    expected = stable_id(ACTOR, AcceptDossier.wire_type, DOSSIER, "key-1234")
    assert topic.name == "intake.commands"
    assert message.id == message.correlationid == message.causationid == expected
    assert (message.subject, message.actor, message.sequence) == (DOSSIER, ACTOR, None)


async def test_the_same_key_and_body_give_the_same_answer_and_one_command(
    desk: GatewayHarness,
) -> None:
    answering(desk, ACCEPTED)
    first, second = await accept(desk), await accept(desk)
    assert first is not None
    assert second is not None
    assert (first.event, first.data) == (second.event, second.data)
    assert (first.again, second.again) == (False, True)
    assert len(desk.runtime.appended) == 1


async def test_another_body_under_the_same_key_is_a_conflict(desk: GatewayHarness) -> None:
    answering(desk, ACCEPTED)
    await accept(desk)
    with pytest.raises(IdempotencyConflict):
        await accept(desk, agency="haiminh")
    assert len(desk.runtime.appended) == 1


async def test_a_refusal_is_the_answer_also_of_the_repeat(desk: GatewayHarness) -> None:
    answering(
        desk,
        REJECTIONS["intake"](command="AcceptDossier", command_id="x", slug="fee-open", params={}),
    )
    for _ in range(2):
        with pytest.raises(FeeOpen):
            await accept(desk)
    assert len(desk.runtime.appended) == 1


async def test_a_dead_letter_is_an_answer(desk: GatewayHarness) -> None:
    answering(desk, dead("intake", "intake.commands"))
    with pytest.raises(NotProcessed):
        await accept(desk)


async def test_nothing_in_time_is_not_lost(desk: GatewayHarness) -> None:
    assert await accept(desk) is None
    sent = desk.runtime.appended[0][1]
    assert await accept(desk) is None
    assert desk.runtime.appended[1][1].id == sent.id
    await desk.hear([said_by("intake", ACCEPTED, 1, chain=sent.correlationid)])
    assert (await accept(desk)) is not None
    assert len(desk.runtime.appended) == 2


async def test_the_first_outcome_stands(desk: GatewayHarness) -> None:
    answering(desk, ACCEPTED, rejected("intake", "x"))
    assert await accept(desk) is not None
    await desk.hear(
        [said_by("intake", rejected("intake", "x"), 99, chain=desk.runtime.appended[0][1].id)]
    )
    assert await accept(desk) is not None


async def test_another_instance_hears_of_the_outcome_at_once_through_the_change_stream(
    database: Any, documents: DocumentStore
) -> None:
    here = await open_gateway(database, documents, answer_seconds=10)
    there = await open_gateway(database, documents)
    watch = asyncio.create_task(here.gateway.outcomes.watch())
    await asyncio.sleep(0.5)

    async def later(message: Message[Payload]) -> None:
        async def say() -> None:
            await asyncio.sleep(0.1)
            await there.hear([said_by("intake", ACCEPTED, 1, chain=message.correlationid)])

        tasks.append(asyncio.create_task(say()))

    tasks: list[asyncio.Task[None]] = []
    here.runtime.react = later
    looks = 0
    look = here.gateway.outcomes._look

    async def counted(request_id: str) -> dict[str, Any] | None:
        nonlocal looks
        looks += 1
        return await look(request_id)

    here.gateway.outcomes._look = counted  # type: ignore[method-assign]
    assert await accept(here) is not None
    watch.cancel()
    assert looks == 1, "the outcome came by looking again, not by the stream"


async def test_an_outcome_is_found_without_the_stream(desk: GatewayHarness) -> None:
    desk.gateway.commands._seconds = 5

    async def later(message: Message[Payload]) -> None:
        tasks.append(
            asyncio.create_task(
                desk.hear([said_by("intake", ACCEPTED, 1, chain=message.correlationid)])
            )
        )

    tasks: list[asyncio.Task[None]] = []
    desk.runtime.react = later
    assert await accept(desk) is not None


async def test_two_at_once_are_one_request(desk: GatewayHarness) -> None:
    answering(desk, ACCEPTED)
    done = await asyncio.gather(*(accept(desk) for _ in range(5)))
    assert all(one is not None and one.event == "DossierAccepted" for one in done)
    assert len({message.id for _, message in desk.runtime.appended}) == 1


async def test_whoever_is_told_the_outcome_sees_it_in_the_read_model(desk: GatewayHarness) -> None:
    await desk.hear(way(REGISTERED_ONLY))
    answering(desk, ACCEPTED)
    await accept(desk)
    document = await desk.gateway.dossiers.get(DOSSIER)
    assert document is not None
    assert document["status"] == "accepted"


async def test_the_broker_away_is_said_so_and_the_key_stays_good(desk: GatewayHarness) -> None:
    async def away(message: Message[Payload]) -> None:
        raise ConnectionError

    desk.runtime.react = away
    with pytest.raises(Unavailable):
        await accept(desk)
    answering(desk, ACCEPTED)
    assert await accept(desk) is not None


async def test_no_body_is_kept(desk: GatewayHarness) -> None:
    command = StartPayment(return_url="https://a-persons-own.example/x")
    await desk.gateway.commands.send(command, subject=DOSSIER, actor=ACTOR, key="key-1234")
    kept = [document async for document in desk.gateway.database.requests.find()]
    assert "a-persons-own" not in str(kept)
    assert kept[0]["expires_at"] is not None


@pytest.mark.parametrize(
    "key", [None, "", "short", "x" * 129, "with blank", "kh\u00f3a-c\u1ee7a-t\u00f4i"]
)
def test_a_key_that_is_none_is_refused(key: str | None) -> None:
    with pytest.raises(KeyRequired):
        read_key(key)


def test_a_chain_of_automatic_steps_has_one_outcome() -> None:
    """SETTLED under RecordProviderResult closes it; the acceptance that follows by the rules does
    not.
    """
    about = request(RecordProviderResult)
    chain = [said_by("payment", SETTLED, 5, chain="c1"), said_by("intake", ACCEPTED, 5, chain="c1")]
    assert [outcome_of(about, message) is not None for message in chain] == [True, False]


@pytest.mark.parametrize(
    ("end", "status"),
    [(DossierWithdrawn(), "withdrawn"), (DossierStopped(reason="not_paid_in_time"), "stopped")],
)
async def test_an_acceptance_that_an_end_overtook_is_refused_and_asked_for_no_more(
    desk: GatewayHarness, end: Event, status: str
) -> None:
    async def end_it(message: Message[Payload]) -> None:
        await desk.hear([said_by("intake", end, 91, message.subject, chain="another")])

    desk.runtime.react = end_it
    for _ in range(2):
        with pytest.raises(WrongStatus) as refused:
            await accept(desk)
        assert refused.value.params == {"status": status, "allowed": "registered"}
    assert len(desk.runtime.appended) == 1


async def test_an_end_changes_no_outcome_and_reaches_no_other_dossier(desk: GatewayHarness) -> None:
    answering(desk, ACCEPTED)
    first = await accept(desk)
    desk.runtime.react = None
    other = desk.gateway.commands.send(
        AcceptDossier(agency="haihau"), subject="another-dossier", actor=ACTOR, key="key-5678"
    )
    assert await other is None
    await desk.hear([said_by("intake", DossierWithdrawn(), 92, DOSSIER, chain="another")])
    again = await accept(desk)
    assert first is not None
    assert again == Done(first.event, first.data, again=True)
    waiting = await desk.gateway.requests.collection.find_one({"subject": "another-dossier"})
    assert waiting["outcome"] is None
