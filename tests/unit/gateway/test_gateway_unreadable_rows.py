"""One dossier, or one private record, that cannot be read: every list, page, PDF and feed shows it
as such, and all others.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from bson import DatetimeMS, ObjectId
from motcua_contracts import Message, Payload
from motcua_gateway.http.safe_rows import NOTE_UNREADABLE, PAPERS_UNREADABLE, UNREADABLE
from motcua_gateway.pages.desk.sign_in import COOKIE
from pypdf import PdfReader
from structlog.testing import capture_logs

from .dossier_events import AT_OFFICER, DOSSIER, WAY, said_by, way
from .harness import GatewayHarness

SECRET = "bi-mat-cua-nguoi-nop"
POISONED, BEFORE, AFTER = DOSSIER, "0a0f5a3e-good-before", "0c0f5a3e-good-after"
CODES = {POISONED: "H40.12-261124-0001", BEFORE: "H40.12-261124-0002", AFTER: "H40.12-261124-0003"}
FAR = DatetimeMS(10**15)
"""A date of BSON that Python has not."""

DOCUMENTS: dict[str, dict[str, Any]] = {
    "no filing": {"$unset": {"filing": 1}},
    "a text as filing": {"$set": {"filing": SECRET}},
    "a filing without its name": {"$unset": {"filing.name_vi": 1}},
    "a number as name": {"$set": {"filing.name_vi": 5}},
    "a text as date": {"$set": {"due_at": SECRET}},
    "a date that nobody has": {"$set": {"due_at": FAR}},
    "a value that JSON has not": {"$set": {"filing.name_en": ObjectId()}},
    "no date of filing": {"$unset": {"filed_at": 1}},
    "a text as date of filing": {"$set": {"filed_at": SECRET}},
    "a far date of filing": {"$set": {"filed_at": FAR}},
    "a deep name": {"$set": {"filing.name_vi": {"a": {"a": {"a": {"a": SECRET}}}}}},
    "a list as code": {"$set": {"code": [SECRET]}},
}
TASKS: dict[str, dict[str, Any]] = {
    "no date of the step": {"$unset": {"case.task.due_at": 1}},
    "a text as date of the step": {"$set": {"case.task.due_at": SECRET}},
    "no officer": {"$unset": {"case.task.officer": 1}},
    "a list as officer": {"$set": {"case.task.officer": [SECRET]}},
    "a draft of no kind": {"$set": {"case.draft": {"outcome": SECRET, "reason_code": ""}}},
}


def message(subject: str, code: str) -> list[Message[Payload]]:
    events: list[Message[Payload]] = []
    for one in way(AT_OFFICER, subject):
        data = one.data
        changed = data.model_copy(update={"code": code}) if data is WAY["intake"][0] else data
        source = one.source.removeprefix("/motcua/")
        events.append(said_by(source, changed, one.sequence, subject, one.actor))
    return events


@pytest.fixture
async def three(desk: GatewayHarness) -> GatewayHarness:
    """Three dossiers of one owner, at one officer; the one in the middle is to be poisoned."""
    for number, (dossier, code) in enumerate(sorted(CODES.items(), key=lambda pair: pair[0])):
        await desk.hear(message(dossier, code))
        await desk.keep_papers(dossier)
        await desk.own("citizen-an", dossier)
        at = datetime(2026, 11, 24, 2, number, tzinfo=UTC)
        told = {
            "news": f"{dossier}.1",
            "at": at,
            "template": "accepted",
            "values": {},
            "channel": "email",
            "id": "m",
        }
        changed = {"filed_at": at, "case.task.due_at": at, "undelivered": 1}
        changed["messages"] = [{**told, "state": "failed", "reason": "undeliverable"}]
        await desk.gateway.database.dossiers.update_one({"_id": dossier}, {"$set": changed})
    return desk


async def poison(desk: GatewayHarness, change: dict[str, Any]) -> None:
    await desk.gateway.database.dossiers.update_one({"_id": POISONED}, change)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


async def page_of(desk: GatewayHarness, persona: str, path: str) -> str:
    desk.client.cookies.set(COOKIE, desk.tokens.issue(persona)[0])
    answer = await desk.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def said(desk: GatewayHarness, persona: str, path: str) -> str:
    answer = await desk.get(persona, path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def register(desk: GatewayHarness) -> str:
    answer = await desk.get("clerk-haihau", "/desk/register.pdf?received_from=2026-11-01T00:00:00Z")
    assert answer.status_code == 200, answer.text
    return text_of(answer.content)


LISTS: dict[str, Callable[[GatewayHarness], Awaitable[str]]] = {
    "mine": lambda desk: said(desk, "citizen-an", "/dossiers"),
    "queue": lambda desk: said(desk, "clerk-haihau", "/desk/dossiers"),
    "tasks": lambda desk: said(desk, "officer-tckh", "/desk/tasks"),
    "tasks of the department": lambda desk: said(
        desk, "officer-tckh", "/desk/tasks?scope=department"
    ),
    "inbox": lambda desk: said(desk, "citizen-an", "/inbox"),
    "undelivered": lambda desk: said(desk, "clerk-haihau", "/desk/undelivered"),
    "export": lambda desk: said(desk, "citizen-an", "/me/export"),
    "register": register,
    "page of the queue": lambda desk: page_of(desk, "clerk-haihau", "/quay"),
    "page of tasks": lambda desk: page_of(desk, "officer-tckh", "/quay/cong-viec"),
}
SHOWS_LESS = {
    "inbox": (
        "no filing",
        "a text as filing",
        "a filing without its name",
        "a number as name",
        "a value that JSON has not",
        "a deep name",
        "a list as code",
    ),
    "register": tuple(name for name in DOCUMENTS if name != "a value that JSON has not"),
}
"""The inbox reads names and code alone; the register has no English."""


@pytest.mark.parametrize("poisoned", DOCUMENTS)
async def test_a_document_that_cannot_be_read_is_a_row_that_says_so(
    three: GatewayHarness, poisoned: str
) -> None:
    await poison(three, DOCUMENTS[poisoned])
    for what, ask in LISTS.items():
        three.gateway.rows._unreadable._quiet_until.clear()
        with capture_logs() as logs:
            shown = await ask(three)
        for dossier in (BEFORE, AFTER):
            assert CODES[dossier] in shown, what
        if poisoned not in SHOWS_LESS.get(what, DOCUMENTS):
            continue
        assert UNREADABLE.vi in shown, what
        assert POISONED in shown.replace(" ", "") or CODES[POISONED] in shown, what
        told = [one for one in logs if one["event"] == "a row cannot be read"]
        assert {one["id"] for one in told} == {POISONED}, what
        assert SECRET not in str(logs), what


@pytest.mark.parametrize("poisoned", TASKS)
async def test_a_task_that_cannot_be_read_is_a_row_that_says_so(
    three: GatewayHarness, poisoned: str
) -> None:
    await poison(three, TASKS[poisoned])
    for what in ("tasks", "page of tasks"):
        with capture_logs() as logs:
            shown = await LISTS[what](three)
        assert CODES[BEFORE] in shown
        assert CODES[AFTER] in shown
        assert SECRET not in str(logs)
        if (poisoned, what) != ("a draft of no kind", "tasks"):  # the API's list shows no draft
            assert UNREADABLE.vi in shown


async def pages_of(desk: GatewayHarness, persona: str, path: str, rows: str) -> list[str]:
    """The ids of the dossiers on pages of one row each."""
    seen, cursor = [], ""
    for _ in range(6):
        body = (await desk.get(persona, f"{path}?limit=1{cursor}")).json()
        seen += [row["dossier_id"] for row in body[rows]]
        if body["next_cursor"] is None:
            break
        cursor = f"&cursor={body['next_cursor']}"
    return seen


@pytest.mark.parametrize("value", [None, SECRET, FAR, DatetimeMS(-(10**15)), 5, True])
async def test_pages_hold_each_row_once_also_where_the_field_of_the_order_cannot_be_read(
    three: GatewayHarness, value: Any
) -> None:
    change = (
        {"$set": {"filed_at": value, "case.task.due_at": value}}
        if value
        else {"$unset": {"filed_at": 1, "case.task.due_at": 1}}
    )
    for poisoned in (POISONED, BEFORE):
        await three.gateway.database.dossiers.update_one({"_id": poisoned}, change)
        for persona, path, rows in (
            ("citizen-an", "/dossiers", "dossiers"),
            ("clerk-haihau", "/desk/dossiers", "dossiers"),
            ("officer-tckh", "/desk/tasks", "tasks"),
        ):
            assert sorted(await pages_of(three, persona, path, rows)) == sorted(CODES), path


@pytest.mark.parametrize("message", [
    {"news": f"{POISONED}.1"}, {"at": SECRET}, SECRET,
    {"news": f"{POISONED}.1", "at": FAR, "template": [SECRET]},
    {"news": 5, "at": datetime(2026, 11, 24, tzinfo=UTC), "template": "accepted", "values": SECRET},
    {"news": None},
])  # fmt: skip
async def test_a_message_that_cannot_be_read_is_a_line_that_says_so_on_each_page_of_the_inbox(
    three: GatewayHarness, message: Any
) -> None:
    await poison(three, {"$set": {"messages": [message]}})
    assert UNREADABLE.vi in await LISTS["inbox"](three)
    assert UNREADABLE.vi in await LISTS["undelivered"](three)
    assert sorted(await pages_of(three, "citizen-an", "/inbox", "messages")) == sorted(CODES)


RAW: dict[str, Any] = {
    "no json": b'{"salt": "' + SECRET.encode(),
    "a field is missing": b'{"salt": "55", "form": {}}',
    "another type": (
        b'{"salt": "55", "pin": "1", "applicant": "' + SECRET.encode() + b'", "form": {}}'
    ),
    "deep": b'{"salt": "55", "pin": "1", "form": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    "not utf-8": b'{"salt": "\xff\xfe"}',
    "a number for bytes": 10**15,
    "a text for bytes": SECRET,
    "empty": b"",
}
NOTED = {"$set": {"noted": [{"fact": "DossierReturned", "revision": 1}]}}


@pytest.mark.parametrize("raw", RAW)
async def test_a_private_record_that_cannot_be_read_leaves_all_else_readable(
    three: GatewayHarness, raw: str
) -> None:
    await three.gateway.database.papers.replace_one({"_id": f"{POISONED}/1"}, {"raw": RAW[raw]})
    await poison(three, NOTED)
    with capture_logs() as logs:
        for what, ask in LISTS.items():
            shown = await ask(three)
            assert [code for code in CODES.values() if code not in shown] == [], what
            if what == "register":
                assert UNREADABLE.vi in shown
            if what == "export":
                assert PAPERS_UNREADABLE.vi in shown
        at_desk = (await three.get("clerk-haihau", f"/desk/dossiers/{POISONED}")).json()
        pages = [
            await page_of(three, "clerk-haihau", f"/quay/ho-so/{POISONED}"),
            await page_of(three, "officer-tckh", f"/quay/cong-viec/{POISONED}"),
        ]
        slip = await three.get("clerk-haihau", f"/desk/dossiers/{POISONED}/control-slip.pdf")
        assert UNREADABLE.vi in text_of(slip.content)
        assert (await three.get("citizen-an", f"/dossiers/{POISONED}")).status_code == 200
        assert (await three.get("", f"/track/{CODES[POISONED]}?pin=1")).status_code == 404
        assert (await three.get("", f"/verify/{CODES[POISONED]}?check=1")).status_code == 404
    assert (at_desk["papers"], at_desk["papers_unreadable"]["vi"]) == (None, PAPERS_UNREADABLE.vi)
    assert NOTE_UNREADABLE.vi in str(at_desk["notes"])
    for page in pages:
        assert PAPERS_UNREADABLE.vi in page
        assert NOTE_UNREADABLE.vi in page
        assert CODES[POISONED] in page
    told = [one for one in logs if one["event"] == "a row cannot be read"]
    assert told
    assert all(one["id"].startswith(POISONED) for one in told)
    assert SECRET not in str(logs)


@pytest.mark.parametrize("raw", RAW)
async def test_an_officer_s_paper_that_cannot_be_read_is_a_name_that_is_missing(
    three: GatewayHarness, raw: str
) -> None:
    await three.gateway.database.papers.insert_one(
        {"_id": "officer:officer-tckh/1", "raw": RAW[raw]}
    )
    for what in ("tasks", "page of tasks"):
        shown = await LISTS[what](three)
        assert all(code in shown for code in CODES.values())
        assert UNREADABLE.vi not in shown
    assert (await three.get("citizen-an", f"/dossiers/{POISONED}")).status_code == 200


@pytest.mark.parametrize(
    "name", ["x" * 200_000, "dài " * 50_000, "\ud800 nửa chữ", "\x00\x1b", "🏠" * 40, "<b>&</i>"]
)
async def test_a_line_that_a_pdf_cannot_show_says_so_and_the_register_comes(
    three: GatewayHarness, name: str
) -> None:
    stored = name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    await poison(three, {"$set": {"filing.name_vi": stored}})
    shown = await register(three)
    assert all(code in shown.replace(" ", "") for code in CODES.values())
    assert (UNREADABLE.vi in shown) == (len(name) > 1000)


@pytest.mark.parametrize("row", [
    {"what": "papers"}, {"at": SECRET, "reader": "officer:x", "what": "papers"},
    {"reader": 5, "what": {"a": SECRET}}, {"at": FAR},
])  # fmt: skip
async def test_a_reading_that_cannot_be_read_is_a_line_that_says_so(
    three: GatewayHarness, row: dict[str, Any]
) -> None:
    good = {
        "dossier": POISONED,
        "at": datetime(2026, 11, 24, tzinfo=UTC),
        "reader": "officer:officer-tckh",
        "what": "papers",
    }
    await three.gateway.database.readings.insert_many(
        [{**good, "_id": "r1"}, {"_id": "r2", "dossier": POISONED, **row}, {**good, "_id": "r3"}]
    )
    seen, cursor = [], ""
    for _ in range(6):
        body = (
            await three.get("citizen-an", f"/dossiers/{POISONED}/readings?limit=1{cursor}")
        ).json()
        seen += body["readings"]
        if body["next_cursor"] is None:
            break
        cursor = f"&cursor={body['next_cursor']}"
    assert len(seen) == 3
    assert [one.get("unreadable", False) for one in seen].count(True) == 1
    assert SECRET not in str(seen)
    assert UNREADABLE.vi in await LISTS["export"](three)


@pytest.mark.parametrize("change", [
    {"$unset": {"n": 1}}, {"$unset": {"status": 1}}, {"$set": {"at": SECRET}},
    {"$set": {"status": [SECRET]}}, {"$set": {"at": FAR}},
])  # fmt: skip
async def test_a_row_of_the_feed_that_cannot_be_read_is_told_as_such_and_passed(
    three: GatewayHarness, change: dict[str, Any]
) -> None:
    before = (await three.get("operator", "/portal/feed")).json()["statuses"]
    await three.gateway.database.portal.update_one({"_id": "000/000000000002"}, change)
    seen, cursor = [], ""
    for _ in before:
        body = (await three.get("operator", f"/portal/feed?limit=1{cursor}")).json()
        seen += body["statuses"]
        cursor = f"&cursor={body['next_cursor']}"
    assert len(seen) == len(before) > 2
    unreadable = [place for place, row in enumerate(seen) if row.get("unreadable")]
    assert unreadable == ([] if "n" in change.get("$unset", {}) else [1])
    assert all(row["dossier_id"] in CODES for row in seen)


@pytest.mark.parametrize(
    "line",
    [
        {"reference": "1"},
        SECRET,
        {"dossier_id": [SECRET], "at": 5},
        {"dossier_id": POISONED, "at": SECRET},
    ],
)
@pytest.mark.parametrize("name", ["takings", "pay_outs"])
async def test_a_taking_that_cannot_be_read_is_a_line_that_says_so(
    three: GatewayHarness, name: str, line: Any
) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    good = {"reference": "2", "dossier_id": BEFORE, "amount_vnd": 5, "at": at, "state": "booked"}
    session: dict[str, Any] = {
        "opened_at": at,
        "float_vnd": 5,
        "booked_vnd": 5,
        "takings": [good],
        "paid_out_vnd": 0,
        "pay_outs": [good | {"refund": 1, "state": "paid_out"}],
    }
    sound = session[name][0]
    session[name] = [sound, line, sound]
    await three.gateway.database.tills.insert_one(
        {"_id": "till:haihau:cashier-haihau", "state": "open", "session": session, "last": None}
    )
    body = (await three.get("cashier-haihau", "/desk/till")).json()
    assert [one.get("unreadable", False) for one in body["session"][name]] == [False, True, False]
    assert body["session"][name][0]["code"] == CODES[BEFORE]


async def test_each_is_counted_by_view_and_logged_once_an_hour(three: GatewayHarness) -> None:
    await poison(three, {"$unset": {"filing": 1}})
    with capture_logs() as logs:
        for _ in range(3):
            await LISTS["queue"](three)
    assert [one["event"] for one in logs].count("a row cannot be read") == 1
    counted = three.runtime.metrics.registry.get_sample_value
    assert counted("motcua_unreadable_rows_total", {"view": "queue", "error": "KeyError"}) == 3


STATISTICS: dict[str, dict[str, Any]] = {
    **{name: DOCUMENTS[name] for name in ("no filing", "a text as filing")},
    "no marks": {"$set": {"marks": SECRET}},
    "a mark of no kind": {"$set": {"marks": [[1, 2]]}},
    "a text as moment": {"$set": {"marks": [[SECRET, "received", None]]}},
    "a list as field": {"$set": {"filing.field": [SECRET]}},
    "a number as procedure": {"$set": {"filing.procedure": 5}},
}


@pytest.mark.parametrize("poison", STATISTICS)
async def test_statistics_count_what_they_cannot_read_apart(
    three: GatewayHarness, poison: str
) -> None:
    await three.gateway.database.dossiers.update_one({"_id": POISONED}, STATISTICS[poison])
    with capture_logs() as logs:
        answer = await three.get("clerk-haihau", "/statistics?by=field&by=procedure")
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["received"], said["unreadable"]) == (2, 1)
    assert SECRET not in answer.text + str(logs)


def logged(logs: list[Any]) -> str:
    """As it is written: a traceback holds places and classes, no message
    (`test_chassis_tracebacks.py`).
    """
    return str([{name: value for name, value in one.items() if name != "exc_info"} for one in logs])


ABOUT_ONE = {
    "own": ("citizen-an", f"/api/v1/dossiers/{POISONED}"),
    "at the desk": ("clerk-haihau", f"/api/v1/desk/dossiers/{POISONED}"),
    "control slip": ("officer-tckh", f"/api/v1/desk/dossiers/{POISONED}/control-slip.pdf"),
    "page at the counter": ("clerk-haihau", f"/quay/ho-so/{POISONED}"),
    "page of the task": ("officer-tckh", f"/quay/cong-viec/{POISONED}"),
}
BROKEN = DOCUMENTS | {
    "no history": {"$unset": {"history": 1}},
    "a text as history": {"$set": {"history": SECRET}},
    "progress of another time": {"$set": {"progress": {"status": 5}}},
    "no revision": {"$unset": {"filing.revision": 1}},
}


async def test_what_is_about_one_broken_dossier_says_so_by_name_and_nothing_else_breaks(
    three: GatewayHarness,
) -> None:
    sound, refused = await three.gateway.database.dossiers.find_one({"_id": POISONED}), set()
    for poisoned, change in BROKEN.items():
        await poison(three, change)
        for what, (persona, path) in ABOUT_ONE.items():
            three.gateway.rows._unreadable._quiet_until.clear()
            three.client.cookies.set(COOKIE, three.tokens.issue(persona)[0])
            page = path.startswith("/quay")
            with capture_logs() as logs:
                answer = await three.client.get(
                    path, headers={"accept": "text/html"} if page else three.auth(persona)
                )
            assert answer.status_code in (200, 503), f"{poisoned}, {what}: {answer.text}"
            assert SECRET not in logged(logs)
            if answer.status_code == 503:
                refused.add((poisoned, what))
                assert POISONED in answer.text
                assert answer.headers["retry-after"] == "600"
                assert (
                    "quản trị viên" in answer.text
                    if page
                    else answer.json()["type"] == "urn:motcua:problem:record-unreadable"
                )
                assert {one["id"] for one in logs if one["event"] == "a row cannot be read"} == {
                    POISONED
                }
        assert (await three.get("citizen-an", f"/dossiers/{AFTER}")).status_code == 200
        await three.gateway.database.dossiers.replace_one({"_id": POISONED}, sound)
    assert {what for _, what in refused} == set(ABOUT_ONE)
    assert {poisoned for poisoned, _ in refused} >= {
        "no filing",
        "no history",
        "progress of another time",
    }


@pytest.mark.parametrize(
    "session",
    [
        SECRET,
        {"float_vnd": SECRET},
        {"float_vnd": 1, "booked_vnd": 1, "paid_out_vnd": 1, "takings": 5},
    ],
)
async def test_a_broken_till_says_so_by_name(desk: GatewayHarness, session: Any) -> None:
    subject = "till:haihau:cashier-haihau"
    await desk.gateway.database.tills.insert_one(
        {"_id": subject, "sequence": 1, "state": "open", "session": session, "last": None}
    )
    with capture_logs() as logs:
        answer = await desk.get("cashier-haihau", "/desk/till")
    assert (answer.status_code, answer.json()["params"]["reference"]) == (503, subject)
    assert [(one["view"], one["id"]) for one in logs if one["event"] == "a row cannot be read"] == [
        ("till", subject)
    ]
    assert SECRET not in logged(logs)
