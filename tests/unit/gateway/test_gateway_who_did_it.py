"""The history names who accepted, asked, refused and signed, and with which post, though the system
wrote the event that says so.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from motcua_contracts import Event, Message
from motcua_contracts.messages.intake import (
    AcceptanceDecided,
    DossierReturned,
    SupplementDemanded,
    SupplementRequested,
)
from motcua_contracts.messages.payment import (
    PaymentRequested,
    PaymentSettled,
    PaymentStarted,
    ReceiptIssued,
)
from motcua_contracts.messages.routing import DeadlineExtended, ExtensionDecided
from motcua_gateway.read_model.brought_about import CAUSES, by_persons
from motcua_gateway.read_model.document import fold_all
from motcua_gateway.read_model.folds import HANDLERS
from motcua_gateway.read_model.folds.actors import CLOSES
from motcua_gateway.read_model.stored import history_of
from motcua_gateway.views.hand_overs import hand_overs

from .dossier_events import (
    CODE,
    DECIDED,
    DOSSIER,
    OWNER,
    PIN,
    T0,
    catalogue,
    registered,
    said_by,
    way,
)
from .harness import GatewayHarness
from .test_gateway_counter import REFUSED, REFUSING
from .test_gateway_typed_codes import ASKED

CLERK, LEADER = "officer:clerk-haihau", "officer:leader-tckh"


def accepted_by_a_clerk(upto: dict[str, int] | None = DECIDED) -> list[Message[Event]]:
    return [
        one
        if not isinstance(one.data, AcceptanceDecided)
        else said_by("intake", one.data, one.sequence, actor=CLERK)
        for one in way(upto)
    ]


def actors(events: list[Message[Event]]) -> dict[str, str]:
    folded: Any = fold_all(None, "d", [one for one in events if type(one.data) in HANDLERS])
    return {entry.event: entry.actor for entry in by_persons(history_of(folded))}


def test_a_clerk_accepted_and_a_leader_signed() -> None:
    did = actors(accepted_by_a_clerk())
    assert (did["DossierAccepted"], did["CaseDecided"]) == (CLERK, LEADER)


def test_what_a_rule_decided_is_the_systems() -> None:
    assert actors(way(DECIDED))["DossierAccepted"] == "system:intake"


def test_refusals_and_requests_are_whose_they_are() -> None:
    asked = SupplementDemanded.model_validate(
        {**ASKED, "by": "department", "officer": "officer-tckh"}
    )
    said = SupplementRequested.model_validate({**ASKED, "by": "department", "slip": None})
    told = [
        said_by("intake", registered(), 1),
        said_by("intake", asked, 2),
        said_by("intake", said, 3),
    ]
    told += [said_by("intake", REFUSING, 4, actor=CLERK), said_by("intake", REFUSED, 5)]
    did = actors(told)
    assert (did["SupplementRequested"], did["DossierNotAccepted"]) == (
        "officer:officer-tckh",
        CLERK,
    )


def test_every_pair_is_one_of_events_that_the_view_hears() -> None:
    said = [name for names in CLOSES.values() for name in names]
    assert len(said) == len(set(said)) == 7
    heard = {model.__name__ for model in HANDLERS}
    assert {*CAUSES, *CAUSES.values()} <= heard


def test_what_follows_from_a_persons_act_is_that_persons_whatever_is_heard_first() -> None:
    """The result exists because the leader signed, the case opened because the clerk accepted."""
    told = accepted_by_a_clerk(None)
    for order in (
        told,
        sorted(told, key=lambda one: (one.source, one.sequence or 0)),
        _latest_source_first(told),
    ):
        did = actors(order)
        assert did["DossierCompleted"] == did["DossierReturned"] == LEADER
        assert did["CaseOpened"] == did["DossierAccepted"] == CLERK


def _latest_source_first(told: list[Message[Event]]) -> list[Message[Event]]:
    places = ["/motcua/notify", "/motcua/payment", "/motcua/routing", "/motcua/intake"]
    return sorted(told, key=lambda one: (places.index(one.source), one.sequence or 0))


def test_a_rules_acceptance_opens_the_case_by_itself() -> None:
    assert actors(way(DECIDED))["CaseOpened"] == "system:routing"


def settled(channel: str, reference: str, attempt: int = 0) -> PaymentSettled:
    paid = {"amount_vnd": 1, "provider": "p", "settled_at": T0}
    return PaymentSettled.model_validate(
        {"channel": channel, "reference": reference, "attempt": attempt, **paid}
    )


def test_cash_is_the_cashiers_and_so_is_its_receipt() -> None:
    receipt = ReceiptIssued(number="1", document=None, amount_vnd=1)
    told = [registered(), settled("cash", "till:haihau:cashier-haihau/7"), receipt]
    did = actors(
        [
            said_by("intake", told[0], 1),
            *(said_by("payment", one, n) for n, one in enumerate(told[1:], 1)),
        ]
    )
    assert did["PaymentSettled"] == did["ReceiptIssued"] == "officer:cashier-haihau"


def test_an_online_payment_is_whose_attempt_it_was_and_a_banks_transfer_is_not() -> None:
    asked = PaymentRequested(
        attempt=1,
        provider="p",
        reference="r",
        amount_vnd=1,
        return_url="x",
        requested_at=T0,
        expires_at=T0,
    )
    started = PaymentStarted(
        attempt=1, provider="p", reference="r", redirect_url="https://x", expires_at=T0
    )
    filed = said_by("intake", registered(), 1)
    online = [
        said_by("payment", asked, 1, actor=OWNER),
        said_by("payment", started, 2),
        said_by("payment", settled("online", "1", 1), 3),
    ]
    did = actors([filed, *online])
    assert did["PaymentStarted"] == did["PaymentSettled"] == OWNER
    given = settled("online", "1").model_copy(update={"given_by": "cashier-haihau"})
    assert (
        actors([filed, *online[:2], said_by("payment", given, 3)])["PaymentSettled"]
        == "officer:cashier-haihau"
    )
    transfer = [*online[:2], said_by("payment", settled("online", "1"), 3)]
    assert actors([filed, *transfer])["PaymentSettled"] == "system:payment"


def test_a_new_date_of_the_rule_is_not_the_leaders_who_gave_the_one_before() -> None:
    decided = {
        "due_at": T0,
        "steps": (),
        "reason_code": "workload",
        "calendar": "haihau",
        "calendar_version": 1,
    }
    by = [
        ExtensionDecided.model_validate({**decided, "decided_at": T0, "by": who})
        for who in ("leader-tckh", "")
    ]
    said = DeadlineExtended.model_validate({**decided, "letter": None})
    folded: Any = fold_all(
        None,
        "d",
        [
            said_by("intake", registered(), 1),
            said_by("routing", by[0], 1, actor=LEADER),
            said_by("routing", said, 2),
            said_by("routing", by[1], 3),
            said_by("routing", said, 4),
        ],
    )
    assert [one.actor for one in history_of(folded) if one.event == "DeadlineExtended"] == [
        LEADER,
        "system:routing",
    ]


def test_form_05_names_who_gave_and_who_took() -> None:
    events = [one for one in accepted_by_a_clerk() if type(one.data) in HANDLERS]
    returned = said_by("intake", DossierReturned(channel="counter"), 99, actor=CLERK)
    events.append(replace(returned, time=T0 + timedelta(days=1)))
    folded: Any = fold_all(None, "d", events)
    names = {
        "clerk-haihau": "Trần Thị Nga",
        "officer-tckh": "Phạm Quốc Tuấn",
        "leader-tckh": "Nguyễn Đức Thịnh",
    }
    counter = "Bộ phận Tiếp nhận và Trả kết quả"
    clerk, officer = (
        f"{counter}: Trần Thị Nga, Chuyên viên",
        "Phạm Quốc Tuấn, Chuyên viên tài chính",
    )
    leader = "Nguyễn Đức Thịnh, Chuyên viên tài chính"
    rows = [(one.giver_vi, one.taker_vi) for one in hand_overs(folded, names, catalogue())]
    assert rows == [
        (clerk, officer),
        (officer, leader),
        (leader, counter),
        (clerk, "Người nộp hồ sơ"),
    ]
    unnamed = [(one.giver_vi, one.taker_vi) for one in hand_overs(folded, {}, catalogue())]
    assert unnamed[0] == (
        f"{counter}: Chuyên viên",
        "Chuyên viên tài chính",
    ), "no slug of an account stands on a paper"


async def test_owner_and_public_read_post_and_department_and_the_owner_the_name(
    desk: GatewayHarness,
) -> None:
    await desk.hear(accepted_by_a_clerk())
    await desk.keep_papers()
    await desk.own("citizen-an")
    mine = (await desk.get("citizen-an", f"/dossiers/{DOSSIER}")).json()
    line = next(one for one in mine["history"] if one["event"] == "DossierAccepted")
    assert (line["actor"], line["officer"]["id"], line["officer"]["post_vi"]) == (
        "officer",
        "clerk-haihau",
        "Chuyên viên",
    )
    public = (await desk.get("", f"/track/{CODE}?pin={PIN}")).json()
    shown = next(one for one in public["history"] if one["event"] == "DossierAccepted")
    assert (shown["post_vi"], shown["department_vi"], "officer_name" in shown) == (
        "Chuyên viên",
        "Bộ phận một cửa",
        False,
    )
