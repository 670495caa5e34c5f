"""Messages at the door: the inbox, wishes, what reached nobody, and the reports
of SMS providers.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.notify import (
    DIGEST,
    TITLES,
    MessageAttemptFailed,
    MessageDelivered,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
    PreferencesSet,
    RecordReport,
    SetPreferences,
    report_signature,
)
from motcua_documents.store import DocumentStore
from motcua_gateway.read_model.preferences import subject_of
from motcua_gateway.views.inbox import STATES

from .dossier_events import CODE, DOSSIER, MARKS, REGISTERED_ONLY, said_by, way
from .harness import GatewayHarness, open_gateway

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NAMES = {
    "code": CODE,
    "procedure_vi": "Đăng ký thành lập hộ kinh doanh",
    "procedure_en": "Household business registration",
}
SECRET = "what notify and the gateway share"


def queued(news: str, channel: Any, template: str = "accepted", **values: str) -> MessageQueued:
    return MessageQueued(
        message_id=f"{DOSSIER}.{news}.{channel}",
        channel=channel,
        template=template,
        about="X",
        revision=1,
        values=NAMES | values,
    )


def failed(news: str, channel: Any, reason: str = "smtp-550") -> MessageFailed:
    return MessageFailed(
        message_id=f"{DOSSIER}.{news}.{channel}", channel=channel, provider="smtp", reason=reason
    )


def sent(news: str, channel: Any) -> MessageSent:
    return MessageSent(
        message_id=f"{DOSSIER}.{news}.{channel}", channel=channel, provider="smtp", sent_at=AT
    )


async def hear(desk: GatewayHarness, *events: Event) -> None:
    """A registered dossier of An's, then notify's events of it, each in a batch of its own: a
    minute apart.
    """
    await desk.hear(way(REGISTERED_ONLY))
    await desk.own("citizen-an")
    for number, event in enumerate(events, 1):
        message = said_by("notify", event, number, DOSSIER)
        message = Message(
            **{name: getattr(message, name) for name in message.__dataclass_fields__}
            | {"time": AT + timedelta(minutes=number)}
        )
        await desk.hear([message])


async def inbox(desk: GatewayHarness, query: str = "") -> dict[str, Any]:
    answer = await desk.get("citizen-an", f"/inbox{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_inbox_shows_each_piece_of_news_once_the_latest_first(
    desk: GatewayHarness,
) -> None:
    await hear(
        desk,
        queued("1", "email", "registered"),
        sent("1", "email"),
        queued("4", "email"),
        queued("4", "sms"),
        sent("4", "sms"),
        MessageDelivered(message_id=f"{DOSSIER}.4.sms", channel="sms", delivered_at=AT),
    )
    lines = (await inbox(desk))["messages"]
    assert [
        (one["about"], [(c["channel"], c["state"]) for c in one["channels"]]) for one in lines
    ] == [
        ("accepted", [("email", "queued"), ("sms", "delivered")]),
        ("registered", [("email", "sent")]),
    ]
    assert lines[0]["title_vi"] == f"Hồ sơ {CODE} đã được tiếp nhận"
    assert lines[0]["title_en"] == f"Dossier {CODE} has been accepted"
    assert lines[0]["href"] == f"/api/v1/dossiers/{DOSSIER}"
    assert [mark for mark in MARKS if mark in str(lines)] == []


TOLD = [template for template in TITLES if template != DIGEST]
"""What citizens are told."""


async def test_every_kind_of_message_has_a_title_in_the_inbox(desk: GatewayHarness) -> None:
    more = {"number": "HH-1", "amount_vnd": "50000", "due_at": "2026-11-27T03:30:00.000Z"}
    await hear(
        desk,
        *(
            queued(str(number), "email", template, **more)
            for number, template in enumerate(TOLD, 1)
        ),
    )
    lines = (await inbox(desk, "?limit=100"))["messages"]
    assert [one["about"] for one in lines] == TOLD[::-1]
    assert all(one["title_vi"] and "{" not in one["title_vi"] + one["title_en"] for one in lines)


async def test_the_inbox_comes_in_pages(desk: GatewayHarness) -> None:
    await hear(desk, *(queued(str(number), "email") for number in range(1, 6)))
    first = await inbox(desk, "?limit=2")
    second = await inbox(desk, f"?limit=2&cursor={first['next_cursor']}")
    last = await inbox(desk, f"?limit=2&cursor={second['next_cursor']}")
    times = [one["at"] for page in (first, second, last) for one in page["messages"]]
    assert times == sorted(times, reverse=True)
    assert (len(times), last["next_cursor"]) == (5, None)
    assert (await desk.get("citizen-an", "/inbox?cursor=x")).status_code == 400


async def test_nobody_reads_anothers_inbox(desk: GatewayHarness) -> None:
    await hear(desk, queued("1", "email"))
    assert (await desk.get("citizen-binh", "/inbox")).json()["messages"] == []
    assert (await desk.get("clerk-haihau", "/inbox")).status_code == 403


async def test_what_reached_nobody_is_on_the_counters_list_with_its_reason(
    desk: GatewayHarness,
) -> None:
    await hear(desk, queued("1", "email", "registered"), failed("1", "email"))
    (row,) = (await desk.get("clerk-haihau", "/desk/undelivered")).json()["dossiers"]
    assert row["code"] == CODE
    assert [
        (m["about"], m["channels"][0]["state"], m["channels"][0]["reason"]) for m in row["messages"]
    ] == [("registered", "failed", "smtp-550")]
    dossiers = desk.gateway.database.dossiers
    stored = await dossiers.find_one({"code": row["code"]})
    await dossiers.insert_one(stored | {"_id": f"{stored['_id']}2", "code": "H40.12-261124-0002"})
    first = (await desk.get("clerk-haihau", "/desk/undelivered?limit=1")).json()
    second = (
        await desk.get("clerk-haihau", f"/desk/undelivered?limit=1&cursor={first['next_cursor']}")
    ).json()
    assert {one["dossiers"][0]["code"] for one in (first, second)} == {
        row["code"],
        "H40.12-261124-0002",
    }, "the list goes on"
    assert second["next_cursor"] is None
    await dossiers.delete_one({"code": "H40.12-261124-0002"})
    assert (await desk.get("clerk-haiminh", "/desk/undelivered")).json()["dossiers"] == []
    assert (await desk.get("citizen-an", "/desk/undelivered")).status_code == 403


@pytest.mark.parametrize(
    "ends",
    [
        (failed("1", "email"), sent("1", "sms")),
        (
            MessageSuppressed(message_id=f"{DOSSIER}.1.email", channel="email", reason="by-choice"),
            sent("1", "sms"),
        ),
        (
            MessageSuppressed(message_id=f"{DOSSIER}.1.email", channel="email", reason="forgotten"),
            failed("1", "sms"),
        ),
    ],
)
async def test_who_heard_it_on_another_channel_or_did_not_want_to_is_not_called(
    desk: GatewayHarness, ends: tuple[Event, Event]
) -> None:
    await hear(desk, queued("1", "email"), queued("1", "sms"), *ends)
    assert (await desk.get("clerk-haihau", "/desk/undelivered")).json()["dossiers"] == []


async def test_an_sms_that_never_arrived_is_found_after_it_was_sent(desk: GatewayHarness) -> None:
    await hear(desk, queued("1", "sms"), sent("1", "sms"), failed("1", "sms", "undeliverable"))
    (row,) = (await desk.get("clerk-haihau", "/desk/undelivered")).json()["dossiers"]
    assert row["messages"][0]["channels"][0]["reason_vi"] == "nhà mạng báo không gửi được"


async def test_while_it_is_tried_again_the_inbox_says_so(desk: GatewayHarness) -> None:
    again = MessageAttemptFailed(
        message_id=f"{DOSSIER}.1.email",
        channel="email",
        provider="smtp",
        reason="smtp-451",
        attempt=1,
        next_provider="smtp",
        retry_at=AT,
    )
    await hear(desk, queued("1", "email"), again)
    assert (await inbox(desk))["messages"][0]["channels"][0]["state"] == "retrying"
    assert set(STATES) == {"queued", "retrying", "sent", "delivered", "failed", "suppressed"}


# ---------------------------------------------------------------------- wishes


async def test_wishes_are_set_by_a_command_and_read_back(desk: GatewayHarness) -> None:
    assert (await desk.get("citizen-an", "/preferences")).json() == {
        "email": True,
        "sms": "important",
        "quiet_from": "",
        "quiet_until": "",
        "language": "",
        "set_at": None,
    }
    wishes = {
        "email": True,
        "sms": "all",
        "quiet_from": "22:00",
        "quiet_until": "06:00",
        "language": "en",
    }

    async def react(message: Message[Payload]) -> None:
        event = PreferencesSet.model_validate(message.data.model_dump())
        await desk.hear([said_by("notify", event, 1, message.subject, chain=message.correlationid)])

    desk.runtime.react = react
    headers = {**desk.auth("citizen-an"), "Idempotency-Key": "wishes-of-an"}
    answer = await desk.client.put("/api/v1/preferences", json=wishes, headers=headers)
    assert answer.status_code == 200, answer.text
    ((topic, message),) = desk.runtime.appended
    caller = await desk.gateway.identity.caller(headers["Authorization"])
    assert (topic.name, message.subject, message.actor) == (
        "notify.commands",
        subject_of(caller.actor),
        caller.actor,
    )
    assert message.data == SetPreferences.model_validate(wishes)
    stored = (await desk.get("citizen-an", "/preferences")).json()
    assert stored.pop("set_at")
    assert stored == wishes
    assert (await desk.get("citizen-binh", "/preferences")).json()["set_at"] is None


@pytest.mark.parametrize(
    "wish", [{"quiet_from": "25:00"}, {"sms": "sometimes"}, {"language": "fr"}, {"colour": "red"}]
)
async def test_a_wish_that_cannot_be_followed_is_named(
    desk: GatewayHarness, wish: dict[str, str]
) -> None:
    headers = {**desk.auth("citizen-an"), "Idempotency-Key": "wishes-of-an"}
    answer = await desk.client.put("/api/v1/preferences", json=wish, headers=headers)
    assert answer.status_code == 400
    assert next(iter(wish)) in answer.json()["errors"][0]["field"]
    assert desk.runtime.appended == []


# ---------------------------------------------------------------------- delivery reports

MESSAGE = f"{DOSSIER}.4.sms"


async def reporting(database: Any, documents: DocumentStore) -> GatewayHarness:
    return await open_gateway(database, documents, report_secret=SECRET)


@pytest.mark.parametrize(
    ("status", "delivered"), [("1", True), ("2", False), ("16", False), ("8", None), ("4", None)]
)
async def test_kannels_report_becomes_a_command_for_its_dossier(
    database: Any, documents: DocumentStore, status: str, delivered: bool | None
) -> None:
    desk = await reporting(database, documents)
    path = f"/callbacks/sms/{MESSAGE}/{report_signature(MESSAGE, SECRET)}"
    assert (await desk.get("", f"{path}?status={status}")).status_code == 200
    told = [message for _, message in desk.runtime.appended]
    assert [message.data for message in told] == (
        [RecordReport(message_id=MESSAGE, delivered=delivered)] if delivered is not None else []
    )
    assert {message.subject for message in told} <= {DOSSIER}
    assert (await desk.get("", f"{path}?status={status}")).status_code == 200
    assert len({message.id for _, message in desk.runtime.appended}) == len(told), (
        "a repeat is the same command"
    )


@pytest.mark.parametrize(("status", "delivered"), [("delivered", True), ("undeliverable", False)])
async def test_another_providers_report_is_json(
    database: Any, documents: DocumentStore, status: str, delivered: bool
) -> None:
    desk = await reporting(database, documents)
    path = f"/api/v1/callbacks/sms/{MESSAGE}/{report_signature(MESSAGE, SECRET)}"
    assert (await desk.client.post(path, json={"id": "x", "status": status})).status_code == 200
    assert [message.data for _, message in desk.runtime.appended] == [
        RecordReport(message_id=MESSAGE, delivered=delivered)
    ]


async def test_a_report_that_notify_gave_no_address_for_is_not_believed(
    database: Any, documents: DocumentStore, desk: GatewayHarness
) -> None:
    signed = await reporting(database, documents)
    forged = report_signature(MESSAGE, "another secret")
    for one, signature in ((signed, forged), (signed, "x"), (desk, report_signature(MESSAGE, ""))):
        assert (
            await one.get("", f"/callbacks/sms/{MESSAGE}/{signature}?status=1")
        ).status_code == 404
        assert one.runtime.appended == []
    other = f"/callbacks/sms/{DOSSIER}.5.sms/{report_signature(MESSAGE, SECRET)}?status=1"
    assert (await signed.get("", other)).status_code == 404
