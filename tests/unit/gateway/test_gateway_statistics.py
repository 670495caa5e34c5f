"""Statistics as of any instant against a slow count of the events, over random histories; and the
portal's feed.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.audit import RecordListRead
from motcua_contracts.messages.intake import DossierNotAccepted, DossierStopped, DossierWithdrawn
from motcua_contracts.messages.routing import (
    CaseDecided,
    ClockResumed,
    DeadlineExtended,
    SupplementNeeded,
)
from motcua_contracts.rules.status import Progress, fold
from motcua_gateway.read_model.document import fold_all
from motcua_gateway.read_model.milestones import BY, MEASURES, Standing, Tally, standing

from .dossier_events import DOSSIER, WAY, said_by, way
from .harness import GatewayHarness

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
VN = timezone(timedelta(hours=7))
REGISTERED, ACCEPTED = (
    WAY["intake"][0],
    next(event for event in WAY["intake"] if type(event).__name__ == "DossierAccepted"),
)
OPENED, ASSIGNED = WAY["routing"][0], WAY["routing"][1]


def resumed(due: datetime, first: datetime) -> ClockResumed:
    return ClockResumed(
        number=1, due_at=due, steps=(), calendar="haihau", calendar_version=1, first_due_at=first
    )


def extended(due: datetime) -> DeadlineExtended:
    return DeadlineExtended(
        due_at=due,
        steps=(),
        reason_code="workload",
        letter=None,
        calendar="haihau",
        calendar_version=1,
    )


NEEDED = SupplementNeeded(
    number=1, papers=(), clock="restart", agency="haihau", officer="officer-tckh"
)
ENDS: list[tuple[str, Event]] = [
    ("routing", CaseDecided(outcome="granted", result=None, decided_at=T0)),
    ("intake", DossierWithdrawn()),
    ("intake", DossierStopped(reason="not_supplemented_in_time")),
    ("intake", DossierNotAccepted(reason_code="other", revision=1, slip=None, refundable=False)),
]


@st.composite
def histories(draw: st.DrawFn) -> list[Message[Payload]]:
    """A dossier's events with random times: dates, a stop of the clock,
    extensions, an end or none.
    """
    hour = draw(st.integers(0, 20))
    events: list[tuple[str, Event]] = [("intake", REGISTERED)]
    if draw(st.booleans()):
        due = T0 + draw(st.integers(1, 200)) * HOUR
        events += [
            ("intake", ACCEPTED.model_copy(update={"due_at": due})),
            ("routing", OPENED.model_copy(update={"due_at": due})),
        ]
        events.append(("routing", ASSIGNED))
        if draw(st.booleans()):
            events.append(("routing", extended(due + draw(st.integers(1, 99)) * HOUR)))
        if draw(st.booleans()):
            events.append(("routing", NEEDED))
            if draw(st.booleans()):
                first = T0 + draw(st.integers(1, 400)) * HOUR
                events.append(("routing", resumed(first + 5 * HOUR, first)))
    end = draw(st.sampled_from([None, *ENDS]))
    events += [end] if end is not None else []
    said: list[Message[Payload]] = []
    numbers: Counter[str] = Counter()
    for source, event in events:
        numbers[source] += 1
        message = said_by(source, event, numbers[source])
        said.append(replace(message, time=T0 + hour * HOUR))
        hour += draw(st.integers(1, 60))  # no two acts of people in one millisecond
    return said


def slow(said: list[Message[Payload]], at: datetime) -> str | None:
    """Read the events up to `at` one by one, as a clerk would with the register open."""
    known = [message for message in said if message.time <= at]
    if not known:
        return None
    names = [type(message.data).__name__ for message in known]
    for name, measure in (
        ("DossierNotAccepted", "not_accepted"),
        ("DossierWithdrawn", "withdrawn"),
        ("DossierStopped", "stopped"),
    ):
        if name in names:
            return measure
    due: datetime | None = None
    for message in known:
        match message.data:
            case ClockResumed() as event:
                due = event.first_due_at
            case _ if type(message.data).__name__ in ("DossierAccepted", "CaseOpened"):
                due = message.data.due_at  # type: ignore[attr-defined]
    decided = [message.time for message in known if isinstance(message.data, CaseDecided)]
    if decided:
        if due is None or day(decided[0]) < day(due):
            return "early"
        return "on_time" if decided[0] <= due else "late"
    stood = [message.time for message in known if isinstance(message.data, SupplementNeeded)]
    looked_at = stood[0] if stood and "ClockResumed" not in names else at
    return "overdue" if due is not None and looked_at > due else "waiting"


def day(at: datetime) -> date:
    return at.astimezone(VN).date()


@settings(max_examples=400, deadline=None)
@given(said=histories(), hours=st.integers(0, 600), order=st.randoms(use_true_random=False))
def test_what_was_so_at_any_instant_is_counted_as_a_slow_reader_counts_it(
    said: list[Message[Payload]], hours: int, order: Any
) -> None:
    intake = [message for message in said if message.source.endswith("intake")]
    others = [message for message in said if not message.source.endswith("intake")]
    heard = [*others, *intake] if order.random() < 0.5 else [*intake, *others]
    document = fold_all(None, DOSSIER, heard)
    assert document is not None
    stood = standing(document.typed, T0 + hours * HOUR)
    assert (stood.measure if stood is not None else None) == slow(said, T0 + hours * HOUR)
    again = fold_all(dict(document), DOSSIER, heard)
    assert again is None, "a copy changed something"


def test_rows_add_up_and_each_dossier_is_counted_once() -> None:
    by = dict.fromkeys(BY, "x")
    stood = [
        Standing({**by, "field": field}, measure)
        for field, measure in zip("aabbbc" * 2, [*MEASURES, *MEASURES[:4]], strict=True)
    ]
    tally = Tally()
    for one in stood:
        tally.add(one)
    rows = tally.rows("field")
    assert tally.total["received"] == len(stood)
    assert [row["field"] for row in rows] == ["a", "b", "c"]
    assert sum(row["received"] for row in rows) == len(stood)
    for row in rows:
        assert row["received"] == sum(row[measure] for measure in MEASURES)


async def test_the_page_counts_by_what_is_asked_and_officers_are_for_leaders(
    desk: GatewayHarness,
) -> None:
    await desk.hear(way())
    body = (
        await desk.get("clerk-haihau", "/statistics?by=agency&by=level&as_of=2030-01-01T00:00:00Z")
    ).json()
    assert (
        body["received"],
        [row["agency"] for row in body["by_agency"]],
        body["by_level"][0]["received"],
    ) == (1, ["haihau"], 1)
    assert (await desk.get("clerk-haihau", "/statistics?as_of=2020-01-01T00:00:00Z")).json()[
        "received"
    ] == 0
    assert (await desk.get("", "/statistics?by=officer")).status_code == 401
    assert (await desk.get("officer-tckh", "/statistics?by=officer")).json()[
        "type"
    ] == "urn:motcua:problem:forbidden"
    rows = (await desk.get("leader-tckh", "/statistics?by=officer")).json()["by_officer"]
    assert {row["officer"] for row in rows} == {"leader-tckh"}
    (read,) = [message.data for _, message in desk.runtime.appended]
    assert isinstance(read, RecordListRead)
    assert (read.kind, read.agency) == ("officers", "haihau")
    assert (await desk.get("", "/statistics?by=nonsense")).status_code == 400


async def test_the_feed_tells_every_status_once_in_its_order_and_again_from_an_old_cursor(
    desk: GatewayHarness,
) -> None:
    events = way()
    for message in events:
        await desk.hear([message])
        await desk.hear([message])  # a copy
    body = (await desk.get("operator", "/portal/feed")).json()
    told = [(one["number"], one["status"], one["portal_status"]) for one in body["statuses"]]
    assert [number for number, _, _ in told] == list(range(1, len(told) + 1))
    progress, passed = Progress(), list[str]()
    for message in events:
        progress = fold(progress, message)
        passed += [progress.status] if passed[-1:] != [progress.status] else []
    assert (
        [status for _, status, _ in told]
        == passed
        == ["registered", "payment_due", "registered", "accepted", "completed", "returned"]
    )
    assert [number for _, _, number in told] == [1, 6, 1, 2, 9, 10]
    assert (await desk.get("operator", f"/portal/feed?cursor={body['next_cursor']}")).json()[
        "statuses"
    ] == []
    first = (await desk.get("operator", "/portal/feed?limit=2")).json()
    rest = (await desk.get("operator", f"/portal/feed?cursor={first['next_cursor']}")).json()
    assert first["statuses"] + rest["statuses"] == body["statuses"]


async def test_a_batch_with_many_events_leaves_no_status_out(desk: GatewayHarness) -> None:
    await desk.hear(way())
    body = (await desk.get("operator", "/portal/feed")).json()
    assert [one["status"] for one in body["statuses"]][-2:] == ["completed", "returned"]
    assert len(body["statuses"]) >= 4


@pytest.mark.parametrize("persona", ["citizen-an", "clerk-haihau"])
async def test_the_feed_is_not_for_everybody(desk: GatewayHarness, persona: str) -> None:
    assert (await desk.get(persona, "/portal/feed")).json()[
        "type"
    ] == "urn:motcua:problem:forbidden"
    assert (await desk.get("operator", "/portal/feed?cursor=nonsense")).json()[
        "type"
    ] == "urn:motcua:problem:cursor-invalid"


async def test_the_public_sees_whole_days_and_no_small_count(desk: GatewayHarness) -> None:
    await desk.hear(way())
    for who in ("", "citizen-an"):
        body = (await desk.get(who, "/statistics?by=agency&as_of=2030-01-01T10:00:00Z")).json()
        assert body["received"] == {"under": 5}
        assert body["by_agency"][0]["received"] == {"under": 5}
    # Not today's: who files and looks again would see their own dossier counted.
    assert body["as_of"] < datetime.now(VN).date().isoformat()
    # Within a day of the past nothing can be told apart.
    morning, evening = [
        (await desk.get("", f"/statistics?as_of=2026-11-20T{hour}:00:00Z")).json()
        for hour in ("01", "16")
    ]
    assert morning == evening
    assert (await desk.get("operator", "/statistics?as_of=2030-01-01T00:00:00Z")).json()[
        "received"
    ] == 1
