"""What holds for any sequence of messages whatever: the fold is the state, nothing comes back,
nothing is said twice, no paper is lost.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts import Effect, Event, Payload, Refusal
from motcua_contracts.messages.documents import AttachedPaper
from motcua_contracts.messages.intake import (
    AcceptDossier,
    FeeDeferred,
    ForgetDossier,
    HandOver,
    PaymentDemanded,
    PostResult,
    RateDossier,
    RecordAcceptanceSlip,
    RecordFilesDeleted,
    RecordPost,
    RecordSlip,
    RefuseDossier,
    RequestedPaper,
    RequestPapers,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.messages.payment import FeeAssessed, FeeWaived, PaymentExpired, PaymentSettled
from motcua_contracts.messages.routing import CaseClosed, CaseDecided, SupplementNeeded
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.terms import FeeRule
from motcua_intake.domain.case import Dossier
from motcua_intake.domain.evolve import effects, evolve

from .harness import ERASE, FILE, NOW, IntakeHarness, catalogue, message, on_paper, submit, terms


def fee(amount_vnd: int, moment: Any = "before_result") -> FeeAssessed:
    return FeeAssessed(amount_vnd=amount_vnd, computation=(), moment=moment, pay_within_seconds=600)


ASKED = (RequestedPaper(paper="proxy"),)
PAID = PaymentSettled(
    amount_vnd=100_000, channel="online", provider="vnpay", attempt=1, reference="1", settled_at=NOW
)
ANYTHING: list[Payload] = [
    submit(),
    submit(result_delivery="online"),
    submit(result_delivery="post"),
    on_paper(),
    AcceptDossier(agency="haihau"),
    RecordAcceptanceSlip(slip=FILE),
    RequestPapers(
        agency="haihau", papers=ASKED, reason_code="paper-missing", note="bản chụp rõ hơn"
    ),
    RecordSlip(about="supplement", slip=FILE),
    SubmitSupplement(files=(AttachedPaper(paper="proxy", document=FILE),)),
    SubmitSupplement(papers_on_paper=("proxy",), agency="haihau"),
    RefuseDossier(agency="haihau", reason_code="other", note="ghi chú"),
    RecordSlip(about="refusal", slip=FILE),
    WithdrawDossier(),
    WithdrawDossier(agency="haihau", note="xin rút"),
    HandOver(agency="haihau", identity_checked=True),
    HandOver(
        agency="haihau", identity_checked=True, recipient="Trần Văn Mẫu", written_authority=True
    ),
    PostResult(agency="haihau", item_number="EB1"),
    RecordPost(agency="haihau", delivered=True),
    RecordPost(agency="haihau", delivered=False, reason_code="other"),
    RateDossier(stars=4),
    ERASE,
    ForgetDossier(agency="haihau"),
    RecordFilesDeleted(),
    fee(0),
    fee(50_000, "before_acceptance"),
    fee(100_000),
    FeeWaived(percent=50),
    FeeWaived(percent=100),
    PAID,
    PaymentExpired(amount_vnd=100_000, expired_at=NOW),
    CaseDecided(outcome="granted", result=FILE, decided_at=NOW),
    CaseDecided(outcome="refused", reason_code="not-eligible", result=None, decided_at=NOW),
    SupplementNeeded(
        number=1, papers=ASKED, clock="pause", agency="haihau", officer="officer-haihau"
    ),
    CaseClosed(reason="stopped"),
    Wake(),
]
ENDS = {"withdrawn", "stopped"}
NEXT: dict[str, set[str]] = {
    "unregistered": {"registered"},
    "registered": {"accepting", "refusing", *ENDS},
    "refusing": {"not_accepted"},
    "not_accepted": {"forgotten"},
    "accepting": {"accepted", *ENDS},
    "accepted": {"completed", *ENDS},
    "completed": {"returned", "posted"},
    "posted": {"completed", "returned"},
    "returned": {"forgotten"},
    "withdrawn": {"forgotten"},
    "stopped": {"forgotten"},
    "forgotten": set(),
}
AGAIN = {
    "ResultPosted",
    "PostCameBack",
    "SupplementDemanded",
    "SupplementRequested",
    "SupplementSubmitted",
    "DossierWithdrawn",
}
"""The post may go round; the counter and the department may each ask once; a withdrawal wins over
every decision.
"""
BEGINS = {
    "AcceptanceDecided": "acceptance-slip",
    "RefusalDecided": "refusal-slip",
    "DossierForgotten": "delete-files",
}


def by_rules(**changes: Any) -> IntakeHarness:
    workflow = terms().workflow.model_copy(update={"automatic_acceptance": True})
    return IntakeHarness(catalogue(terms(workflow=workflow, **changes)))


def refundable() -> IntakeHarness:
    return IntakeHarness(
        catalogue(terms(fee=FeeRule(amount_vnd=100_000, refundable_on_refusal=True)))
    )


DESKS: dict[str, Callable[[], IntakeHarness]] = {
    "by people": IntakeHarness,
    "refundable": refundable,
    "by rules": by_rules,
    "no documents": lambda: by_rules(issues_documents=False),
}


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(DESKS)),
    st.lists(st.tuples(st.sampled_from(ANYTHING), st.sampled_from([0, 0, 1, 40])), max_size=30),
)
def test_any_sequence_of_messages_keeps_the_invariants(
    which: str, told: list[tuple[Payload, int]]
) -> None:
    desk, stages, day = DESKS[which](), ["unregistered"], 0
    for data, days in told:
        day += days
        before, papers = desk.dossier, dict(desk.papers)
        try:
            desk.tell(data, at=NOW + timedelta(days=day))
        except Refusal:
            assert not isinstance(data, Event | Wake), "events are never refused"
            assert (desk.dossier, desk.papers) == (before, papers), "a refusal changes nothing"
        if desk.dossier.stage != "forgotten":
            assert papers.items() <= desk.papers.items(), "no revision is lost or changed"
            assert sorted(desk.papers) == list(range(1, desk.dossier.revision + 1))
        if desk.dossier.stage != stages[-1]:
            stages.append(desk.dossier.stage)
    names = [type(event).__name__ for event in desk.journal]
    _only_ways(desk)
    assert [name for name in set(names) - AGAIN if names.count(name) > 1] == [], (
        "every event is said once"
    )
    assert names.count("SupplementDemanded") <= 2
    if "AcceptanceDecided" in names:
        before_it = set(names[: names.index("AcceptanceDecided")])
        assert before_it & {"FeeCleared", "FeeDeferred"}, (
            "nothing is accepted while its fee is open"
        )
    if "DossierCompleted" in names:
        assert {"FeeCleared", "CaseDecisionSeen"} <= set(names[: names.index("DossierCompleted")])
    deferred = next((f for f in desk.journal if isinstance(f, FeeDeferred)), None)
    demanded = next((f for f in desk.journal if isinstance(f, PaymentDemanded)), None)
    if deferred and demanded:
        assert (demanded.amount_vnd, demanded.pay_within_seconds) == (
            deferred.amount_vnd,
            deferred.pay_within_seconds,
        )
    if desk.dossier.stage == "forgotten":
        assert desk.papers == {}, "nothing of a forgotten dossier is kept"


def _only_ways(desk: IntakeHarness) -> None:
    """Folded again event by event the dossier is the same; no stage is skipped; an effect opens
    with its event alone.
    """
    dossier, open_before = Dossier(), set[str]()
    for sequence, event in enumerate(desk.journal, start=1):
        stage = dossier.stage
        dossier = evolve(dossier, message(event, "officer:clerk-haihau", NOW, sequence))
        assert dossier.stage == stage or dossier.stage in NEXT[stage], (
            "no stage is skipped and none comes back"
        )
        open_now = {kind_of(effect) for effect in effects(dossier)}
        name = type(event).__name__
        demanded = (
            {BEGINS[name]}
            if name in BEGINS
            else {"supplement-slip"}
            if name == "SupplementDemanded"
            else set()
        )
        assert open_now - open_before <= demanded, "an effect is demanded by its event"
        open_before = open_now
    timeless = {"supplement_at", "waits_since", "acted_by", "accepted_by", "ended_at"}
    assert dossier.model_dump(exclude=timeless) == desk.dossier.model_dump(exclude=timeless), (
        "the fold of the journal is the state"
    )
    assert Dossier.model_validate(desk.dossier.model_dump(mode="json")) == desk.dossier


def kind_of(effect: Effect) -> str:
    return effect.kind


@pytest.mark.parametrize("which", sorted(DESKS))
def test_every_kind_of_office_can_file(which: str) -> None:
    assert DESKS[which]().tell(submit()) == ["DossierRegistered"]
