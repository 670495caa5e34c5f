"""The counter's other ways as owner, clerk and public see them, and the calls
that carry them out.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.catalog import Seat
from motcua_contracts.messages.documents import AttachedPaper, DocumentRef
from motcua_contracts.messages.intake import (
    AcceptanceOverdue,
    DossierCompleted,
    DossierForgotten,
    DossierNotAccepted,
    DossierRated,
    DossierReturned,
    DossierStopped,
    DossierWithdrawn,
    FeeCleared,
    PostCameBack,
    RefusalDecided,
    RefuseDossier,
    RequestedPaper,
    ResultPosted,
    SupplementDemanded,
    SupplementRequested,
    SupplementSubmitted,
)
from motcua_contracts.messages.routing import NOTES_FROM, RoutingNote
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.wire.payload import REJECTIONS
from motcua_gateway.api.verification import NO_SALT
from motcua_gateway.identity.callers import Caller
from motcua_gateway.pages.desk.sign_in import COOKIE
from motcua_gateway.read_model.document import fold_all
from motcua_gateway.read_model.stored import Document
from motcua_gateway.views.dossier import desk_view, owner_view, public_view, queue_row

from .dossier_events import (
    CODE,
    DOSSIER,
    MARKS,
    PAPERS,
    REGISTERED_ONLY,
    SLIP,
    T0,
    catalogue,
    registered,
    said_by,
    way,
)
from .harness import GatewayHarness

EVENTS = catalogue()
ASKED = (
    RequestedPaper(paper="application", kind="certified", copies=2, reason_code="paper-unreadable"),
)
UNTIL = T0 + timedelta(days=30)
NEW = DocumentRef(sha256="e" * 64, size=7, media_type="application/pdf")
CLEARED = FeeCleared(reason="free")
DEMANDED = SupplementDemanded(
    by="counter",
    number=1,
    papers=ASKED,
    reason_code="paper-unreadable",
    revision=2,
    respond_by=UNTIL,
)
REQUESTED = SupplementRequested(
    by="counter",
    number=1,
    papers=ASKED,
    reason_code="paper-unreadable",
    revision=2,
    respond_by=UNTIL,
    slip=SLIP,
)
SUBMITTED = SupplementSubmitted(
    by="counter",
    number=1,
    revision=3,
    commitment="c" * 64,
    documents=(AttachedPaper(paper="application", document=NEW),),
    submitted_at=T0,
)
REFUSING = RefusalDecided(reason_code="not-eligible", revision=2, refused_at=T0)
REFUSED = DossierNotAccepted(reason_code="not-eligible", revision=2, slip=SLIP, refundable=True)
COMPLETED = DossierCompleted(outcome="granted", refundable=False, result=None)
POSTED = ResultPosted(revision=2, posted_at=T0)


def after(*events: Event, delivery: str = "counter") -> Document:
    """The view of a dossier of which intake has said this, and payment that nothing is owed."""
    said = [
        said_by("intake", event, n) for n, event in enumerate((registered(delivery), *events), 1)
    ]
    folded = fold_all(
        None, DOSSIER, [*said, *[m for m in way(REGISTERED_ONLY) if m.source.endswith("payment")]]
    )
    assert folded is not None
    return folded.typed


def clerk(agency: str = "haihau") -> Caller:
    place: Seat = EVENTS.last_seat(f"clerk-{agency}")
    return Caller(f"officer:clerk-{agency}", frozenset({"clerk"}), f"clerk-{agency}", place)


def may(document: Document) -> list[str]:
    return [one["action"] for one in desk_view(document, EVENTS, {}, clerk())["actions"]]


@pytest.mark.parametrize(
    ("events", "actions"),
    [
        ((CLEARED,), ["accept", "request-supplement", "refuse", "withdrawal", "correction"]),
        ((CLEARED, DEMANDED), ["withdrawal", "correction"]),
        ((CLEARED, DEMANDED, REQUESTED), ["supplement", "withdrawal", "correction"]),
        (
            (CLEARED, DEMANDED, REQUESTED, SUBMITTED),
            ["accept", "refuse", "withdrawal", "correction"],
        ),
        ((CLEARED, REFUSING), []),
        ((CLEARED, REFUSING, REFUSED), ["forget"]),
        ((CLEARED, DossierWithdrawn()), ["forget"]),
        ((CLEARED, COMPLETED), ["hand-over", "correction"]),
        ((CLEARED, COMPLETED, DossierReturned(channel="counter"), DossierForgotten()), []),
    ],
)
def test_what_a_clerk_may_do_on_each_way(events: tuple[Event, ...], actions: list[str]) -> None:
    assert may(after(*events)) == actions


OVERDUE = AcceptanceOverdue(waited_since=T0, working_hours=8)


@pytest.mark.parametrize(
    ("events", "marked"),
    [
        ((CLEARED,), False),
        ((CLEARED, OVERDUE), True),
        ((CLEARED, OVERDUE, DEMANDED, REQUESTED), False),
        ((CLEARED, OVERDUE, DEMANDED, REQUESTED, SUBMITTED), False),
        ((CLEARED, OVERDUE, DEMANDED, REQUESTED, SUBMITTED, OVERDUE), True),
        ((CLEARED, OVERDUE, REFUSING, REFUSED), False),
    ],
)
def test_the_queue_marks_what_the_counter_has_not_answered_in_time(
    events: tuple[Event, ...], marked: bool
) -> None:
    assert queue_row(after(*events))["answer_overdue"] is marked


async def test_the_queue_page_shows_the_mark_in_both_languages(desk: GatewayHarness) -> None:
    await desk.hear(
        [
            said_by("intake", registered(), 1),
            said_by("intake", CLEARED, 2),
            said_by("intake", OVERDUE, 3),
        ]
    )
    await desk.hear([one for one in way(REGISTERED_ONLY) if one.source.endswith("payment")])
    token, _ = desk.tokens.issue("clerk-haihau")
    assert (
        "Quá 8 giờ chưa trả lời" in (await desk.client.get("/quay", cookies={COOKIE: token})).text
    )
    assert (
        "No response for over 8 hours"
        in (await desk.client.get("/quay?lang=en", cookies={COOKIE: token})).text
    )
    (row,) = (await desk.get("clerk-haihau", "/desk/dossiers")).json()["dossiers"]
    assert row["answer_overdue"] is True


def test_what_a_clerk_may_do_with_a_result_for_the_post() -> None:
    came_back = PostCameBack(reason_code="address-wrong")
    ways = [(COMPLETED,), (COMPLETED, POSTED), (COMPLETED, POSTED, came_back)]
    assert [may(after(*events, delivery="post")) for events in ways] == [
        ["post-result", "hand-over", "correction"],
        ["post-outcome", "correction"],
        ["post-result", "hand-over", "correction"],
    ]


def test_the_owner_reads_what_is_asked_for_until_when_and_why() -> None:
    view = owner_view(after(CLEARED, DEMANDED, REQUESTED), EVENTS, {}, {"supplement": "bản rõ hơn"})
    asked = view["supplement"]
    assert (view["status"], view["next_actions"]) == (
        "supplement_requested",
        ["supplement", "withdraw"],
    )
    assert (asked["respond_by"], asked["reason_vi"], asked["note"]) == (
        UNTIL,
        "Bản chụp không đọc được",
        "bản rõ hơn",
    )
    assert [(line["name_vi"], line["copies"], line["kind_vi"]) for line in asked["papers"]] == [
        ("Giấy đề nghị", 2, "Bản sao chứng thực")
    ]
    assert [one["kind"] for one in view["documents"]] == ["upload", "supplement-slip"]


@pytest.mark.parametrize(
    "end", [DossierStopped(reason="not_supplemented_in_time"), DossierWithdrawn()]
)
def test_of_a_dossier_that_ended_nothing_is_asked_any_more(end: Event) -> None:
    ended = after(CLEARED, DEMANDED, REQUESTED, end)
    assert owner_view(ended, EVENTS, {})["supplement"] is None
    assert desk_view(ended, EVENTS, {}, clerk())["supplement"] is None


def test_what_was_handed_in_is_among_the_documents_and_nothing_is_asked_any_more() -> None:
    view = owner_view(after(CLEARED, DEMANDED, REQUESTED, SUBMITTED), EVENTS, {})
    assert view["supplement"] is None
    assert [one["sha256"] for one in view["documents"] if one["kind"] == "upload"] == [
        "a" * 64,
        "e" * 64,
    ]


def test_a_refusal_says_why_to_the_owner_and_not_to_the_public() -> None:
    document = after(CLEARED, REFUSING, REFUSED)
    view = owner_view(document, EVENTS, {}, {"refusal": "thiếu điều kiện"})
    assert (view["status"], view["refusal"]["reason_vi"], view["refusal"]["note"]) == (
        "not_accepted",
        "Không đủ điều kiện theo quy định",
        "thiếu điều kiện",
    )
    public = public_view(document, EVENTS, {})
    assert [line["event"] for line in public["history"]][-1] == "DossierNotAccepted"
    assert "điều kiện" not in str(public)


def test_who_has_rated_is_not_asked_again() -> None:
    returned = (CLEARED, COMPLETED, DossierReturned(channel="counter"))
    assert owner_view(after(*returned), EVENTS, {})["next_actions"] == ["rate"]
    rated = owner_view(after(*returned, DossierRated(stars=4)), EVENTS, {})
    assert (rated["next_actions"], rated["rating"]) == ([], 4)


ERASED = DossierForgotten(
    reason_code="ordered",
    asked_by="authority",
    request_number="125/DDN",
    request_date=T0.date(),
    checks=(sha256(b"6a17").hexdigest(),),
)


def test_an_erased_dossier_names_what_lasts_alone_and_offers_nothing() -> None:
    document = after(
        CLEARED,
        DEMANDED,
        REQUESTED,
        SUBMITTED,
        REFUSING,
        REFUSED.model_copy(update={"slip": NEW}),
        ERASED,
    )
    view = owner_view(document, EVENTS, {})
    assert [one["kind"] for one in view["documents"]] == ["refusal-slip"]
    assert (document["documents"], view["next_actions"]) == ([NEW.sha256], [])
    (line,) = [one for one in view["history"] if one["event"] == "DossierForgotten"]
    assert line["reason_vi"] == "Theo yêu cầu của cơ quan có thẩm quyền"
    assert "văn bản số 125/DDN ngày 24/11/2026" in line["text_vi"]


def test_of_what_the_first_release_erased_no_file_is_left() -> None:
    document = after(CLEARED, REFUSING, REFUSED, DossierForgotten())
    view = owner_view(document, EVENTS, {})
    assert (view["documents"], view["next_actions"], document["documents"]) == ([], [], [])


def test_the_erasure_is_offered_with_the_day_from_which_it_is_possible() -> None:
    (action,) = desk_view(after(CLEARED, REFUSING, REFUSED), EVENTS, {}, clerk())["actions"]
    assert (action["action"], action["possible_from"].year) == ("forget", T0.year + 1)
    (action,) = desk_view(after(CLEARED, DossierWithdrawn()), EVENTS, {}, clerk())["actions"]
    assert action["possible_from"] <= T0 + timedelta(hours=1)


async def test_what_lasts_is_read_at_the_desk_and_verified_after_the_papers_are_gone(
    desk: GatewayHarness,
) -> None:
    kept = await desk.gateway.documents.put_for(
        DOSSIER, b"%PDF-1.7 refusal", "application/pdf", lasting=True
    )
    gone = await desk.gateway.documents.put_for(
        DOSSIER, b"%PDF-1.7 supplement request", "application/pdf"
    )
    events = (
        registered(),
        CLEARED,
        DEMANDED,
        REQUESTED.model_copy(update={"slip": gone}),
        SUBMITTED,
        REFUSING,
    )
    erased = ERASED.model_copy(update={"checks": (sha256(PAPERS.salt.encode()).hexdigest(),)})
    said = (*events, REFUSED.model_copy(update={"slip": kept}), erased)
    await desk.hear([said_by("intake", event, n) for n, event in enumerate(said, 1)])
    await desk.gateway.documents.forget(DOSSIER)
    assert (
        await desk.get("clerk-haihau", f"/documents/{kept.sha256}")
    ).content == b"%PDF-1.7 refusal"
    assert (await desk.get("clerk-haihau", f"/documents/{gone.sha256}")).status_code == 404
    answer = await desk.get("", f"/verify/{CODE}?check={PAPERS.salt.upper()}")
    assert [one["sha256"] for one in answer.json()["documents"]] == [kept.sha256]
    assert (await desk.get("", f"/verify/{CODE}?check={'0' * 32}")).status_code == 404
    assert (await desk.get("", f"/verify/{CODE}?check={NO_SALT}")).status_code == 404
    page = await desk.client.get(f"/quay/ho-so/{DOSSIER}", headers=desk.auth("clerk-haihau"))
    assert kept.sha256 in page.text
    assert "đã được xóa" in page.text


@pytest.mark.parametrize("raw", [None, b"{}"])
async def test_no_check_code_opens_a_dossier_whose_papers_are_not_here_or_unreadable(
    desk: GatewayHarness, raw: bytes | None
) -> None:
    """What is compared in their place is known to whoever reads this code."""
    await desk.hear(way(REGISTERED_ONLY))
    await desk.gateway.database.papers.delete_one({"_id": f"{DOSSIER}/1"})
    if raw is not None:
        await desk.gateway.database.papers.insert_one({"_id": f"{DOSSIER}/1", "raw": raw})
    for check in (NO_SALT, "", "%20"):
        assert (await desk.get("", f"/verify/{CODE}?check={check}")).status_code == 404, check
        assert (await desk.client.get(f"/xac-minh/{CODE}?m={check}")).status_code == 404, check


def test_a_withdrawal_that_stands_is_said_once() -> None:
    history = after(CLEARED, DossierWithdrawn(), DossierWithdrawn(standing=True))["history"]
    assert [entry[3] for entry in history].count("DossierWithdrawn") == 1


# ---------------------------------------------------------------------- calls


async def test_a_refusal_by_the_rules_says_what_is_legal_now(desk: GatewayHarness) -> None:
    await desk.hear(way(REGISTERED_ONLY))
    said = REJECTIONS["intake"](
        command="RefuseDossier",
        command_id="x",
        slug="wrong-status",
        params={"status": "a", "allowed": "b"},
    )

    async def react(message: Message[Payload]) -> None:
        await desk.hear([said_by("intake", said, 2, message.subject, chain=message.correlationid)])

    desk.runtime.react = react
    response = await desk.post(
        "clerk-haihau",
        f"/desk/dossiers/{DOSSIER}/refuse",
        {"reason_code": "not-eligible", "note": "vì"},
    )
    assert (response.status_code, response.json()["type"]) == (
        409,
        "urn:motcua:problem:wrong-status",
    )
    assert [one["action"] for one in response.json()["actions"]] == [
        "refuse",
        "withdrawal",
        "correction",
    ]
    assert response.headers["content-type"] == "application/problem+json"
    command = desk.runtime.appended[0][1].data
    assert command == RefuseDossier(agency="haihau", reason_code="not-eligible", note="vì")


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("refuse", {"reason_code": "not-eligible"}),
        (
            "request-supplement",
            {"papers": [{"paper": "application"}], "reason_code": "paper-missing"},
        ),
        ("supplement", {"papers_on_paper": ["application"]}),
        ("withdrawal", {}),
        ("hand-over", {"identity_checked": True}),
        ("post-result", {"item_number": "EB1"}),
        ("post-outcome", {"delivered": True}),
        (
            "forget",
            {
                "reason_code": "ordered",
                "asked_by": "authority",
                "request_number": "125",
                "request_date": "2026-11-24",
            },
        ),
    ],
)
async def test_only_a_clerk_of_the_agency_reaches_the_rules(
    desk: GatewayHarness, call: str, body: Any
) -> None:
    await desk.hear(way(REGISTERED_ONLY))
    path = f"/desk/dossiers/{DOSSIER}/{call}"
    slugs = [
        (await desk.post(who, path, body)).json()["type"]
        for who in ("citizen-an", "leader-tckh", "clerk-haiminh")
    ]
    assert slugs == [
        f"urn:motcua:problem:{slug}" for slug in ("forbidden", "forbidden", "foreign-agency")
    ]
    assert desk.runtime.appended == []
    assert (await desk.post("clerk-haihau", path, body)).status_code == 202
    assert len(desk.runtime.appended) == 1


@pytest.mark.parametrize(
    ("call", "body"),
    [("supplements", {"form": {}}), ("withdrawal", None), ("rating", {"stars": 5})],
)
async def test_only_the_owner_reaches_the_rules(desk: GatewayHarness, call: str, body: Any) -> None:
    await desk.hear(way(REGISTERED_ONLY))
    await desk.own("citizen-an")
    path = f"/dossiers/{DOSSIER}/{call}"
    assert (await desk.post("citizen-binh", path, body)).json()[
        "type"
    ] == "urn:motcua:problem:dossier-unknown"
    assert (await desk.post("clerk-haihau", path, body)).json()[
        "type"
    ] == "urn:motcua:problem:forbidden"
    assert desk.runtime.appended == []
    assert (await desk.post("citizen-an", path, body)).status_code == 202


async def test_officers_read_what_clerks_typed_and_the_owner_what_was_written_to_them(
    desk: GatewayHarness,
) -> None:
    await desk.hear(
        [
            said_by("intake", event, n)
            for n, event in enumerate((registered(), CLEARED, DEMANDED, REQUESTED), 1)
        ]
    )
    await desk.keep_papers()
    noted = PrivateEntry.of(2, PAPERS.model_copy(update={"note": "xin bản rõ hơn"}))
    await desk.gateway.database.papers.insert_one({"_id": f"{DOSSIER}/2", "raw": noted.raw})
    await desk.own("citizen-an")
    at_desk = (await desk.get("clerk-haihau", f"/desk/dossiers/{DOSSIER}")).json()
    assert at_desk["notes"] == [{"event": "SupplementDemanded", "note": "xin bản rõ hơn"}]
    own = (await desk.get("citizen-an", f"/dossiers/{DOSSIER}")).json()
    assert own["supplement"]["note"] == "xin bản rõ hơn"
    public = await desk.client.get(f"/api/v1/track/{CODE}?pin={PAPERS.pin}")
    assert "bản rõ hơn" not in public.text
    assert not [mark for mark in MARKS if mark in public.text]


async def test_the_owner_reads_what_a_department_wrote_which_is_a_paper_of_routing(
    desk: GatewayHarness,
) -> None:
    by: dict[str, Any] = {"by": "department", "revision": 1}
    events = (
        registered(),
        CLEARED,
        DEMANDED.model_copy(update={**by, "note_revision": NOTES_FROM + 1}),
        REQUESTED.model_copy(update=by),
    )
    await desk.hear([said_by("intake", event, n) for n, event in enumerate(events, 1)])
    await desk.keep_papers()
    noted = PrivateEntry.of(NOTES_FROM + 1, RoutingNote(salt="7" * 32, text="xin bản công chứng"))
    await desk.gateway.database.papers.insert_one(
        {"_id": f"{DOSSIER}/{NOTES_FROM + 1}", "raw": noted.raw}
    )
    await desk.own("citizen-an")
    own = (await desk.get("citizen-an", f"/dossiers/{DOSSIER}")).json()
    assert own["supplement"]["note"] == "xin bản công chứng"
    assert (
        "công chứng" not in (await desk.client.get(f"/api/v1/track/{CODE}?pin={PAPERS.pin}")).text
    )
