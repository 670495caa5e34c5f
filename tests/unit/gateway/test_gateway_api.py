"""The routes as their callers use them: who may do what, 201 and 202, tracking with its pin,
documents and the record of their reading.
"""

from typing import Any

import httpx
import orjson
import pytest
from motcua_audit.proof import prove, state_as_json
from motcua_audit.web import unknown
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.audit import RecordLogRead, RecordPaperRead
from motcua_contracts.messages.intake import SubmitDossier
from motcua_contracts.messages.payment import (
    CashGivenBack,
    CollectCash,
    PaymentStarted,
    StartPayment,
    TillOpened,
)
from motcua_contracts.messages.routing import DecisionApproved
from motcua_contracts.rules.status import Progress
from motcua_contracts.wire.payload import REJECTIONS
from motcua_documents.store import DocumentStore
from motcua_gateway.identity.pins import MOST_TRIES

from tests.support.uploads.pdf import one_page

from .dossier_events import (
    ACCEPTED,
    AT_OFFICER,
    CODE,
    DECIDED,
    DOSSIER,
    MARKS,
    PIN,
    RECEIPT,
    REGISTERED_ONLY,
    RESULT,
    SIGN,
    SLIP,
    T0,
    UPLOAD,
    registered,
    said_by,
    way,
)
from .harness import GatewayHarness, open_gateway

PDF = one_page()
FILING = {"procedure_code": "1.001612", "applicant": {"full_name": MARKS[0]}, "form": {"a": 1}}


def answering(
    desk: GatewayHarness, event: Event, service: str = "intake", papers: bool = True
) -> None:
    async def react(message: Message[Payload]) -> None:
        await desk.hear(
            [
                said_by(
                    service,
                    event,
                    1 if service == "intake" else 50,
                    message.subject,
                    chain=message.correlationid,
                )
            ]
        )
        if papers:
            await desk.keep_papers(message.subject)

    desk.runtime.react = react


def slug(response: httpx.Response) -> str:
    return str(response.json()["type"]).removeprefix("urn:motcua:problem:")


async def upload(
    desk: GatewayHarness,
    persona: str,
    content: bytes = PDF,
    key: str = "upload-1",
    media_type: str = "application/pdf",
) -> httpx.Response:
    headers = {**desk.auth(persona), "Idempotency-Key": key}
    return await desk.client.post(
        "/api/v1/files", files={"file": ("x.pdf", content, media_type)}, headers=headers
    )


# ---------------------------------------------------------------------- filing


async def test_a_filing_is_answered_with_code_and_pin_and_the_same_to_a_repeat(
    desk: GatewayHarness,
) -> None:
    answering(desk, registered())
    first, second = [await desk.post("citizen-an", "/dossiers", FILING) for _ in range(2)]
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first.json() | {"dossier_id": ""} == {
        "dossier_id": "",
        "code": CODE,
        "status": "registered",
        "pin": PIN,
        "notices": [],
        "same_matter": [],
    }
    assert first.headers["location"] == f"/api/v1/dossiers/{first.json()['dossier_id']}"
    assert len(desk.runtime.appended) == 1


async def test_a_filing_without_a_key_changes_nothing(desk: GatewayHarness) -> None:
    response = await desk.client.post(
        "/api/v1/dossiers", json=FILING, headers=desk.auth("citizen-an")
    )
    assert (response.status_code, slug(response)) == (400, "idempotency-key-required")
    assert desk.runtime.appended == []


async def test_another_filing_under_the_same_key_is_a_conflict(desk: GatewayHarness) -> None:
    answering(desk, registered())
    await desk.post("citizen-an", "/dossiers", FILING)
    response = await desk.post("citizen-an", "/dossiers", {**FILING, "copies": 2})
    assert (response.status_code, slug(response)) == (422, "idempotency-conflict")


async def test_two_citizens_with_the_same_key_have_two_dossiers(desk: GatewayHarness) -> None:
    for persona in ("citizen-an", "citizen-binh"):
        await desk.post(persona, "/dossiers", FILING)
    assert len({message.subject for _, message in desk.runtime.appended}) == 2


async def test_a_filing_that_takes_its_time_is_answered_with_where_it_goes_on(
    desk: GatewayHarness,
) -> None:
    response = await desk.post("citizen-an", "/dossiers", FILING)
    assert response.status_code == 202
    dossier_id = desk.runtime.appended[0][1].subject
    assert (
        response.json()["href"] == response.headers["location"] == f"/api/v1/dossiers/{dossier_id}"
    )


async def test_the_pin_is_waited_for(desk: GatewayHarness) -> None:
    answering(desk, registered(), papers=False)
    assert (await desk.post("citizen-an", "/dossiers", FILING)).status_code == 202
    await desk.keep_papers(desk.runtime.appended[0][1].subject)
    assert (await desk.post("citizen-an", "/dossiers", FILING)).json()["pin"] == PIN


async def test_the_rules_refusal_is_the_answer(desk: GatewayHarness) -> None:
    answering(
        desk,
        REJECTIONS["intake"](
            command="SubmitDossier",
            command_id="x",
            slug="level-too-low",
            params={"level": 2, "needed": 3},
        ),
    )
    response = await desk.post("citizen-an", "/dossiers", FILING)
    assert (response.status_code, slug(response)) == (409, "level-too-low")
    assert response.json()["params"] == {"level": 2, "needed": 3}


async def test_an_upload_is_referred_to_by_the_stores_own_words(desk: GatewayHarness) -> None:
    answering(desk, registered())
    reference = (await upload(desk, "citizen-an")).json()
    await desk.post(
        "citizen-an",
        "/dossiers",
        {**FILING, "files": [{"paper": "application", "sha256": reference["sha256"]}]},
    )
    command = desk.runtime.appended[0][1].data
    assert isinstance(command, SubmitDossier)
    assert command.files[0].document.model_dump() == reference
    unknown = await desk.post(
        "citizen-an",
        "/dossiers",
        {**FILING, "files": [{"paper": "application", "sha256": "0" * 64}]},
        key="key-5678",
    )
    assert (unknown.status_code, slug(unknown), unknown.json()["params"]) == (
        403,
        "document-not-yours",
        {"paper": "application"},
    )


async def test_an_upload_is_refused_by_content_and_by_key(desk: GatewayHarness) -> None:
    assert (await upload(desk, "citizen-an")).status_code == 201
    assert (await upload(desk, "citizen-an")).status_code == 201
    assert slug(await upload(desk, "citizen-an", one_page(b"other"))) == "idempotency-conflict"
    assert slug(await upload(desk, "citizen-an", b"MZ program", "upload-2")) == "document-refused"
    assert (await upload(desk, "citizen-an", PDF, "upload-3", "image/png")).json()[
        "media_type"
    ] == "application/pdf"
    assert slug(await upload(desk, "auditor", PDF, "upload-4")) == "forbidden"


# ---------------------------------------------------------------------- who may see what


async def test_a_citizen_sees_the_own_dossiers_and_no_others(desk: GatewayHarness) -> None:
    await desk.hear(way(AT_OFFICER))
    await desk.own("citizen-an")
    assert [
        one["code"] for one in (await desk.get("citizen-an", "/dossiers")).json()["dossiers"]
    ] == [CODE]
    assert (await desk.get("citizen-an", f"/dossiers/{DOSSIER}")).json()["place"][
        "department"
    ] == "tckh"
    assert (await desk.get("citizen-binh", "/dossiers")).json()["dossiers"] == []
    for response in (
        await desk.get("citizen-binh", f"/dossiers/{DOSSIER}"),
        await desk.get("citizen-binh", f"/dossiers/{DOSSIER}/stream"),
        await desk.post("citizen-binh", f"/dossiers/{DOSSIER}/payments"),
    ):
        assert (response.status_code, slug(response)) == (404, "dossier-unknown")
    assert desk.runtime.appended == []


@pytest.mark.parametrize(
    ("upto", "persona", "sees"),
    [
        (REGISTERED_ONLY, "clerk-haihau", True),
        (REGISTERED_ONLY, "cashier-haihau", True),
        (REGISTERED_ONLY, "officer-tckh", False),
        (AT_OFFICER, "officer-tckh", True),
        (AT_OFFICER, "leader-tckh", True),
        (AT_OFFICER, "clerk-haiminh", False),
        (AT_OFFICER, "officer-haiminh", False),
    ],
)
async def test_an_officer_sees_the_own_agency_and_department(
    desk: GatewayHarness, upto: dict[str, int], persona: str, sees: bool
) -> None:
    await desk.hear(way(upto))
    listed = (await desk.get(persona, "/desk/dossiers")).json()["dossiers"]
    one = await desk.get(persona, f"/desk/dossiers/{DOSSIER}")
    assert bool(listed) is sees
    assert one.status_code == (200 if sees else 403)
    if not sees:
        assert slug(one) == "foreign-agency"


@pytest.mark.parametrize(
    ("persona", "method", "path", "body"),
    [
        ("clerk-haihau", "POST", "/dossiers", FILING),
        ("citizen-an", "POST", "/desk/dossiers", FILING),
        ("citizen-an", "GET", "/desk/dossiers", None),
        ("citizen-an", "GET", "/desk/me", None),
        ("officer-tckh", "POST", f"/desk/dossiers/{DOSSIER}/accept", None),
        ("officer-tckh", "POST", f"/desk/dossiers/{DOSSIER}/hand-over", {"identity_checked": True}),
        ("clerk-haihau", "POST", f"/desk/cases/{DOSSIER}/complete-step", {"step": "draft"}),
        ("officer-tckh", "POST", f"/desk/cases/{DOSSIER}/approve", {"step": "approve"}),
        (
            "officer-tckh",
            "POST",
            f"/desk/cases/{DOSSIER}/assign",
            {"step": "draft", "officer": "x"},
        ),
        ("clerk-haihau", "POST", "/desk/till/open", {"float_vnd": 1}),
        ("clerk-haihau", "POST", f"/desk/dossiers/{DOSSIER}/collect-cash", {"amount_vnd": 1}),
        ("clerk-haihau", "GET", f"/audit/dossiers/{DOSSIER}/events", None),
        ("operator", "GET", "/dossiers", None),
    ],
)
async def test_a_call_needs_its_role(
    desk: GatewayHarness, persona: str, method: str, path: str, body: Any
) -> None:
    await desk.hear(way(AT_OFFICER))
    response = (
        await desk.post(persona, path, body) if method == "POST" else await desk.get(persona, path)
    )
    assert (response.status_code, slug(response)) == (403, "forbidden")
    assert desk.runtime.appended == []


async def test_the_queue_is_searched_and_paged(desk: GatewayHarness) -> None:
    for number in range(5):
        event = registered(code=f"H40.12-261124-000{number}")
        await desk.hear([said_by("intake", event, 1, f"dossier-{number}")])
    seen, cursor = [], ""
    for _ in range(3):
        page = (await desk.get("clerk-haihau", f"/desk/dossiers?limit=2{cursor}")).json()
        seen += [one["code"] for one in page["dossiers"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert sorted(seen) == [f"H40.12-261124-000{number}" for number in range(5)]
    for query, count in (
        ("q=h40.12-261124-0003", 1),
        ("q=kinh", 5),
        ("q=.*", 0),
        ("status=registered", 5),
        ("status=returned", 0),
    ):
        assert (
            len((await desk.get("clerk-haihau", f"/desk/dossiers?{query}")).json()["dossiers"])
            == count
        ), query
    assert (await desk.get("clerk-haihau", "/desk/dossiers?status=odd")).status_code == 400


async def test_an_officers_tasks_are_the_open_ones(desk: GatewayHarness) -> None:
    await desk.hear(way(AT_OFFICER))
    mine = (await desk.get("officer-tckh", "/desk/tasks")).json()["tasks"]
    assert [(one["code"], one["task"]["step"]) for one in mine] == [(CODE, "draft")]
    assert (await desk.get("leader-tckh", "/desk/tasks")).json()["tasks"] == []
    assert len((await desk.get("leader-tckh", "/desk/tasks?scope=department")).json()["tasks"]) == 1
    await desk.hear(way(DECIDED))
    assert (await desk.get("officer-tckh", "/desk/tasks")).json()["tasks"] == []


# ---------------------------------------------------------------------- tracking


async def test_code_and_pin_open_the_way_and_nothing_personal(desk: GatewayHarness) -> None:
    await desk.hear(way(AT_OFFICER))
    await desk.keep_papers()
    response = await desk.get("", f"/track/{CODE}?pin={PIN}")
    assert response.json()["place"]["post_vi"] == "Chuyên viên tài chính"
    for mark in MARKS:
        assert mark not in response.text


async def test_a_wrong_pin_and_an_unknown_code_give_the_same_answer(desk: GatewayHarness) -> None:
    await desk.hear(way(AT_OFFICER))
    # no papers yet
    answers = [
        await desk.get("", path)
        for path in (f"/track/{CODE}?pin={PIN}", f"/track/H40.99-1?pin={PIN}")
    ]
    await desk.keep_papers()
    answers += [
        await desk.get("", f"/track/{CODE}?pin={pin}")
        for pin in ("000000", "1578420", "１５７８４２")
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1


async def test_a_pin_cannot_be_tried_out(desk: GatewayHarness) -> None:
    await desk.hear(way(AT_OFFICER))
    await desk.keep_papers()
    for code in (CODE, "H40.99-1"):
        tried = [
            (await desk.get("", f"/track/{code}?pin=000000")).status_code
            for _ in range(MOST_TRIES + 1)
        ]
        assert tried == [404] * MOST_TRIES + [429]
    assert (await desk.get("", f"/track/{CODE}?pin={PIN}")).status_code == 429


# ---------------------------------------------------------------------- documents


def reads(desk: GatewayHarness) -> list[tuple[str, str, str]]:
    said = [
        (topic.name, message)
        for topic, message in desk.runtime.appended
        if isinstance(message.data, RecordPaperRead)
    ]
    assert all(name == "audit.commands" for name, _ in said)
    return [
        (message.actor, message.subject, message.data.document)
        for _, message in said
        if isinstance(message.data, RecordPaperRead)
    ]


async def stored(desk: GatewayHarness, dossier_id: str = DOSSIER) -> dict[str, str]:
    """Real documents in the place of the sample's references: kind -> hash."""
    document = await desk.gateway.database.dossiers.find_one({"_id": dossier_id})
    raw = orjson.dumps(
        document,
        default=lambda value: (
            {"$date": value.isoformat()} if hasattr(value, "isoformat") else value.decode()
        ),
    )
    hashes = {}
    for kind, reference in {
        "upload": UPLOAD,
        "slip": SLIP,
        "receipt": RECEIPT,
        "result": RESULT,
    }.items():
        real = await desk.gateway.documents.put_for(
            dossier_id, PDF + kind.encode(), "application/pdf"
        )
        raw = raw.replace(reference.sha256.encode(), real.sha256.encode())
        hashes[kind] = real.sha256
    parsed = orjson.loads(raw)
    kept = {
        name: parsed[name]
        for name in ("documents", "filing", "acceptance", "charge", "case")
        if name in parsed
    }
    await desk.gateway.database.dossiers.update_one({"_id": dossier_id}, {"$set": kept})
    return hashes


@pytest.mark.parametrize(("upto", "result"), [(DECIDED, 404), (None, 200)])
async def test_the_owner_reads_the_own_papers_and_the_result_once_it_is_returned(
    desk: GatewayHarness, upto: dict[str, int] | None, result: int
) -> None:
    await desk.hear(way(upto))
    await desk.own("citizen-an")
    hashes = await stored(desk)
    for kind, sha256 in hashes.items():
        mine = await desk.get("citizen-an", f"/documents/{sha256}")
        assert mine.status_code == (result if kind == "result" else 200), kind
        if mine.status_code == 200:
            assert mine.content == PDF + kind.encode()
        for other in ("citizen-binh", "clerk-haiminh", "auditor"):
            assert slug(await desk.get(other, f"/documents/{sha256}")) == "document-unknown"
    assert reads(desk) == []


async def test_every_reading_by_an_officer_is_recorded_before_it_is_shown(
    desk: GatewayHarness,
) -> None:
    await desk.hear(way(DECIDED))
    await desk.keep_papers()
    hashes = await stored(desk)
    for _ in range(2):
        assert (
            await desk.get("officer-tckh", f"/documents/{hashes['result']}")
        ).content == PDF + b"result"
    shown = (await desk.get("clerk-haihau", f"/desk/dossiers/{DOSSIER}")).json()
    assert shown["papers"]["applicant"]["full_name"] == MARKS[0]
    assert "pin" not in shown["papers"]
    assert reads(desk) == [
        ("officer:officer-tckh", DOSSIER, hashes["result"]),
        ("officer:officer-tckh", DOSSIER, hashes["result"]),
        ("officer:clerk-haihau", DOSSIER, "papers"),
    ]
    assert len({message.id for _, message in desk.runtime.appended}) == 3

    async def away(message: Message[Payload]) -> None:
        raise ConnectionError

    desk.runtime.react = away
    for path in (f"/documents/{hashes['result']}", f"/desk/dossiers/{DOSSIER}"):
        response = await desk.get("clerk-haihau", path)
        assert (response.status_code, slug(response)) == (503, "unavailable")
        assert MARKS[0] not in response.text


async def test_an_upload_is_its_uploaders_until_it_is_filed(desk: GatewayHarness) -> None:
    sha256 = (await upload(desk, "citizen-an")).json()["sha256"]
    assert (await desk.get("citizen-an", f"/documents/{sha256}")).content == PDF
    assert slug(await desk.get("citizen-binh", f"/documents/{sha256}")) == "document-unknown"
    assert slug(await desk.get("clerk-haihau", f"/documents/{sha256}")) == "document-unknown"


# ---------------------------------------------------------------------- paying


async def test_a_payment_gives_the_address_of_the_pay_page(desk: GatewayHarness) -> None:
    await desk.hear(way(REGISTERED_ONLY))
    await desk.own("citizen-an")
    answering(
        desk,
        next(m.data for m in way() if isinstance(m.data, PaymentStarted)),
        "payment",
        papers=False,
    )
    response = await desk.post("citizen-an", f"/dossiers/{DOSSIER}/payments")
    assert (response.status_code, response.json()["redirect_url"]) == (
        201,
        "https://pay.example/?x",
    )
    assert desk.runtime.appended[0][1].data == StartPayment(
        return_url="http://gateway/api/v1/callbacks/vnpay/return"
    )


async def test_cash_goes_to_the_cashiers_own_till(desk: GatewayHarness) -> None:
    till = "till:haihau:cashier-haihau"
    opened = TillOpened(agency="haihau", cashier="cashier-haihau", float_vnd=0)
    await desk.hear([*way(REGISTERED_ONLY), said_by("payment", opened, 1, till)])
    back = CashGivenBack(reference="r", dossier_id=DOSSIER, amount_vnd=5, reason="amount-differs")
    answering(desk, back, "payment", papers=False)
    response = await desk.post(
        "cashier-haihau", f"/desk/dossiers/{DOSSIER}/collect-cash", {"amount_vnd": 5}
    )
    assert (response.status_code, slug(response)) == (422, "amount-differs")
    assert "100000" in response.json()["title"]
    topic, message = desk.runtime.appended[0]
    assert (topic.name, message.subject) == ("payment.commands", till)
    assert message.data == CollectCash(dossier_id=DOSSIER, amount_vnd=5)


# ---------------------------------------------------------------------- counter, trace, audit


async def test_an_acceptance_says_when_it_is_due(desk: GatewayHarness) -> None:
    await desk.hear(way(REGISTERED_ONLY))

    async def react(message: Message[Payload]) -> None:
        await desk.hear([said_by("intake", ACCEPTED, 5, chain=message.correlationid)])

    desk.runtime.react = react
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    response = await desk.post(
        "clerk-haihau", f"/desk/dossiers/{DOSSIER}/accept", key="key-a-000", traceparent=trace
    )
    assert (response.status_code, response.json()["due_at"]) == (200, "2026-11-27T09:00:00Z")
    assert desk.runtime.appended[0][1].traceparent == trace
    await desk.post(
        "clerk-haihau",
        f"/desk/dossiers/{DOSSIER}/accept",
        key="key-b-000",
        traceparent="00-<script>-x-01",
    )
    assert desk.runtime.appended[1][1].traceparent is None


async def test_an_auditors_reading_of_a_log_is_recorded_before_it_is_shown(
    database: Any, documents: DocumentStore
) -> None:
    said_by_audit = {
        "events": {"dossier": DOSSIER, "events": [], "next_cursor": None},
        "state": state_as_json(DOSSIER, Progress(), [], None),
        "verify": prove(DOSSIER, []).as_json(),
    }
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, json=said_by_audit[request.url.path.rpartition("/")[2]])
    )
    client = httpx.AsyncClient(transport=transport, base_url="http://audit")
    desk = await open_gateway(database, documents, client, audit_url="http://audit")
    for question in ("events", "state", "verify"):
        assert (
            await desk.get("auditor", f"/audit/dossiers/{DOSSIER}/{question}")
        ).status_code == 200
    said = [
        (message.subject, message.data, message.actor.partition(":")[0])
        for _, message in desk.runtime.appended
    ]
    assert said == [
        (f"log-{DOSSIER}", RecordLogRead(dossier_id=DOSSIER, question=question), "citizen")
        for question in ("events", "state", "verify")
    ]

    async def away(message: Message[Payload]) -> None:
        raise TimeoutError

    desk.runtime.react = away
    assert (await desk.get("auditor", f"/audit/dossiers/{DOSSIER}/events")).status_code == 503


async def test_the_auditor_is_passed_through_and_nobody_reaches_another_address(
    database: Any, documents: DocumentStore
) -> None:
    asked: list[str] = []

    def audit(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        assert "authorization" not in request.headers
        return httpx.Response(
            404, content=bytes(unknown().body), headers={"content-type": "application/problem+json"}
        )

    client = httpx.AsyncClient(transport=httpx.MockTransport(audit), base_url="http://audit")
    desk = await open_gateway(database, documents, client, audit_url="http://audit")
    response = await desk.get("auditor", f"/audit/dossiers/{DOSSIER}/state?at=2026-11-24T00:00:00Z")
    assert (response.status_code, slug(response)) == (404, "dossier-unknown")
    assert asked == [f"http://audit/audit/dossiers/{DOSSIER}/state?at=2026-11-24T00%3A00%3A00Z"]
    for odd in ("..%2f..%2fmetrics", "x%3fy", "%2e%2e"):
        assert (await desk.get("auditor", f"/audit/dossiers/{odd}/events")).status_code == 404
    assert len(asked) == 1
    assert desk.runtime.appended == [], "what is not there was not read"


async def test_a_gateway_that_audit_does_not_know_is_not_the_auditor_s_fault(
    database: Any, documents: DocumentStore
) -> None:
    transport = httpx.MockTransport(
        lambda _: httpx.Response(401, json={"type": "urn:motcua:problem:caller-unknown"})
    )
    desk = await open_gateway(
        database,
        documents,
        httpx.AsyncClient(transport=transport, base_url="http://audit"),
        audit_url="http://audit",
    )
    response = await desk.get("auditor", f"/audit/dossiers/{DOSSIER}/events")
    assert response.status_code == 503
    assert "caller-unknown" not in response.text


async def test_the_openapi_document_names_every_route(desk: GatewayHarness) -> None:
    document = (await desk.client.get("/api/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert {
        "/api/v1/dossiers",
        "/api/v1/track/{code}",
        "/api/v1/desk/cases/{dossier_id}/approve",
    } <= set(document["paths"])


async def test_whoever_has_a_task_of_another_department_sees_the_dossier_from_then_on(
    desk: GatewayHarness,
) -> None:
    """So a leader of another department signs for one who is absent."""
    await desk.hear(way(AT_OFFICER))
    assert (await desk.get("officer-haiminh", f"/desk/dossiers/{DOSSIER}")).status_code == 403
    instead = SIGN.model_copy(update={"officer": "officer-haiminh", "instead_of": "leader-tckh"})
    await desk.hear([said_by("routing", instead, 3)])
    assert (await desk.get("officer-haiminh", f"/desk/dossiers/{DOSSIER}")).status_code == 200
    await desk.hear(
        [
            said_by(
                "routing",
                DecisionApproved(
                    step="approve", officer="officer-haiminh", outcome="granted", approved_at=T0
                ),
                4,
            )
        ]
    )
    assert (await desk.get("officer-haiminh", f"/desk/dossiers/{DOSSIER}")).status_code == 200
