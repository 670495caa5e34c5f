"""Refusal, withdrawal, the post, rating, forgetting, and the counter's watched hours: who, when,
and what the events say.
"""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from motcua_contracts import Payload, Refusal
from motcua_contracts.messages.documents import AttachedPaper
from motcua_contracts.messages.intake import (
    AcceptanceOverdue,
    AcceptDossier,
    DossierForgotten,
    DossierNotAccepted,
    DossierRegistered,
    DossierReturned,
    DossierWithdrawn,
    FeeCleared,
    ForgetDossier,
    HandOver,
    PostResult,
    RateDossier,
    RecordAcceptanceSlip,
    RecordPost,
    RecordSlip,
    RefuseDossier,
    WithdrawDossier,
)
from motcua_contracts.messages.payment import FeeAssessed, PaymentExpired, PaymentSettled
from motcua_contracts.messages.routing import CaseDecided
from motcua_contracts.rules.archive import Archive, erasable_from
from motcua_contracts.rules.decision import PrivateEntry, Wake
from motcua_contracts.rules.refusals import PapersNotReady
from motcua_contracts.rules.terms import FeeRule, RequiredPaper
from motcua_contracts.values.bounds import END_OF_TIME
from motcua_intake.domain import ends
from motcua_intake.domain.evolve import due

from .harness import AN, ERASE, FILE, NOW, IntakeHarness, catalogue, on_paper, submit, terms

FREE = FeeAssessed(amount_vnd=0, computation=(), moment="before_result", pay_within_seconds=600)
OWED = FeeAssessed(
    amount_vnd=50_000, computation=(), moment="before_acceptance", pay_within_seconds=864_000
)
PAID = PaymentSettled(
    amount_vnd=50_000, channel="online", provider="vnpay", attempt=1, reference="1", settled_at=NOW
)
GRANTED = CaseDecided(outcome="granted", result=FILE, decided_at=NOW)
REFUSE = RefuseDossier(agency="haihau", reason_code="not-competent", note="Nộp tại huyện khác.")
COMPLETED = (FREE, AcceptDossier(agency="haihau"), RecordAcceptanceSlip(slip=FILE), GRANTED)
REFUNDABLE = FeeRule(amount_vnd=50_000, moment="before_acceptance", refundable_on_refusal=True)


def refusal(desk: IntakeHarness, command: Payload, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        desk.tell(command, **more)
    return refused.value


def a_dossier(*told: Payload, **changes: Any) -> IntakeHarness:
    desk = IntakeHarness(catalogue(terms(**changes)))
    desk.tell(*told)
    return desk


@pytest.mark.parametrize(
    ("fee", "refundable"), [(REFUNDABLE, True), (FeeRule(amount_vnd=50_000), False)]
)
@pytest.mark.parametrize("command", [REFUSE, WithdrawDossier()])
def test_paid_money_goes_back_where_the_terms_say_so(
    fee: FeeRule, refundable: bool, command: Payload
) -> None:
    desk = a_dossier(submit(), OWED, PAID, command, fee=fee)
    if isinstance(command, RefuseDossier):
        desk.tell(RecordSlip(about="refusal", slip=FILE))
    event = desk.journal[-1]
    assert isinstance(event, DossierNotAccepted | DossierWithdrawn)
    assert event.refundable is refundable


def test_what_was_not_paid_is_not_refunded() -> None:
    event = a_dossier(submit(), OWED, WithdrawDossier(), fee=REFUNDABLE).journal[-1]
    assert isinstance(event, DossierWithdrawn)
    assert event.refundable is False


def test_a_refusal_says_its_code_in_the_event_and_its_words_in_a_paper() -> None:
    desk = a_dossier(submit(), FREE, REFUSE)
    assert desk.tell(RecordSlip(about="refusal", slip=FILE)) == ["DossierNotAccepted"]
    assert desk.papers[2].note == REFUSE.note
    assert not [event for event in desk.journal if REFUSE.note in event.model_dump_json()]
    assert (
        refusal(a_dossier(submit(), FREE), RefuseDossier(agency="haihau", reason_code="other")).slug
        == "note-required"
    )
    assert (
        refusal(
            a_dossier(submit(), FREE),
            RefuseDossier(agency="haihau", reason_code="addressee-absent"),
        ).slug
        == "reason-unknown"
    )


def test_the_owner_withdraws_and_nobody_else_but_a_clerk_for_the_owner() -> None:
    desk = a_dossier(submit(), FREE)
    assert refusal(desk, WithdrawDossier(), actor="citizen:binh").slug == "dossier-unknown"
    assert (
        refusal(desk, WithdrawDossier(agency="haiminh"), actor="officer:clerk-haiminh").slug
        == "foreign-agency"
    )
    assert desk.tell(WithdrawDossier(agency="haihau", note="theo đơn")) == ["DossierWithdrawn"]
    assert desk.papers[2].note == "theo đơn"
    paper = a_dossier(on_paper(), FREE)
    assert refusal(paper, WithdrawDossier()).slug == "dossier-unknown", (
        "nobody has an account for it"
    )
    assert paper.tell(WithdrawDossier(agency="haihau")) == ["DossierWithdrawn"]


def test_a_decision_that_crosses_a_withdrawal_is_answered_by_it_standing() -> None:
    desk = a_dossier(submit(), *COMPLETED[:-1], WithdrawDossier())
    assert desk.tell(GRANTED) == ["DossierWithdrawn"]
    assert desk.journal[-1] == DossierWithdrawn(standing=True)
    decided = a_dossier(submit(), *COMPLETED)
    assert refusal(decided, WithdrawDossier()).slug == "already-decided"


def test_a_proxy_needs_an_authority_and_is_named_in_a_paper_alone() -> None:
    desk = a_dossier(submit(), *COMPLETED)
    proxy = HandOver(agency="haihau", identity_checked=True, recipient="Lê Mẫu Dung")
    assert refusal(desk, proxy).slug == "authority-missing"
    desk.tell(proxy.model_copy(update={"written_authority": True}))
    returned = desk.journal[-1]
    assert isinstance(returned, DossierReturned)
    assert (returned.channel, returned.revision, desk.papers[2].recipient) == (
        "counter",
        2,
        "Lê Mẫu Dung",
    )
    assert not [event for event in desk.journal if "Dung" in event.model_dump_json()]


def test_the_posts_number_is_a_paper_and_a_reason_says_why_it_came_back() -> None:
    desk = a_dossier(submit(result_delivery="post"), *COMPLETED)
    desk.tell(PostResult(agency="haihau", item_number="EB1"))
    assert desk.papers[2].postal_item == "EB1"
    assert not [event for event in desk.journal if "EB1" in event.model_dump_json()]
    assert refusal(desk, RecordPost(agency="haihau", delivered=False)).slug == "reason-unknown"
    assert desk.tell(RecordPost(agency="haihau", delivered=False, reason_code="address-wrong")) == [
        "PostCameBack"
    ]
    assert desk.tell(HandOver(agency="haihau", identity_checked=True)) == ["DossierReturned"], (
        "it waits at the counter"
    )


def test_only_the_owner_rates() -> None:
    desk = a_dossier(submit(), *COMPLETED, HandOver(agency="haihau", identity_checked=True))
    assert refusal(desk, RateDossier(stars=1), actor="citizen:binh").slug == "dossier-unknown"
    assert desk.tell(RateDossier(stars=5)) == ["DossierRated"]


def test_erasing_is_a_tombstone_for_each_revision_and_says_who_asked_on_which_paper() -> None:
    desk = a_dossier(submit(), FREE, WithdrawDossier(agency="haihau", note="xin rút"))
    given = desk.erasing()
    decision = ends.forget(desk.dossier, ERASE, "officer:clerk-haihau", NOW, desk.catalogue, given)
    said = {
        "reason_code": "purpose-ended",
        "asked_by": "applicant",
        "request_number": "125/DDN",
        "request_date": date(2026, 11, 24),
    }
    assert decision.events == (DossierForgotten(**said, checks=given.checks),)
    assert len(given.checks) == 2
    assert decision.private_records == (PrivateEntry.gone(1), PrivateEntry.gone(2))
    assert refusal(a_dossier(submit(), FREE), ERASE).slug == "wrong-status"
    assert refusal(desk, ERASE, actor=AN).slug == "role-required"
    with pytest.raises(PapersNotReady):
        desk.tell(ERASE, given=None)


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"reason_code": ""}, "demand-not-stated"),
        ({"asked_by": ""}, "demand-not-stated"),
        ({"request_number": ""}, "demand-not-stated"),
        ({"request_date": None}, "demand-not-stated"),
        ({"reason_code": "because"}, "reason-unknown"),
        ({"asked_by": "neighbour"}, "reason-unknown"),
        ({"request_date": date(2026, 11, 25)}, "date-in-future"),
    ],
)
def test_an_erasure_says_why_who_asks_and_on_which_paper(
    changes: dict[str, Any], slug: str
) -> None:
    desk = a_dossier(submit(), FREE, WithdrawDossier(agency="haihau"))
    assert refusal(desk, ERASE.model_copy(update=changes)).slug == slug
    assert desk.dossier.stage == "withdrawn"


@pytest.mark.parametrize(
    "number", ["Nguyễn Văn A", "12/Nguyen Van A", "", "x" * 31, "12/\n13", "12345678"]
)
def test_the_papers_number_has_no_room_for_a_name(number: str) -> None:
    with pytest.raises(ValueError, match="request_number") if number else nullcontext():
        ForgetDossier.model_validate({**ERASE.model_dump(), "request_number": number})


ENDS: list[tuple[str, tuple[Payload, ...], int]] = [
    ("returned", (*COMPLETED, HandOver(agency="haihau", identity_checked=True)), 10),
    (
        "not accepted",
        (
            FREE,
            RefuseDossier(agency="haihau", reason_code="duplicate"),
            RecordSlip(about="refusal", slip=None),
        ),
        1,
    ),
    (
        "stopped",
        (
            OWED,
            PaymentExpired(amount_vnd=100_000, expired_at=NOW),
        ),
        1,
    ),
]


@pytest.mark.parametrize(("end", "events", "years"), ENDS)
def test_nothing_is_erased_before_the_archives_term(
    end: str, events: tuple[Payload, ...], years: int
) -> None:
    """Ended on 24 November 2026: kept to the end of that day so many years later, by Vietnam's
    clock.
    """
    last = datetime(2026 + years, 11, 24, 16, 59, 59, tzinfo=UTC)
    early = refusal(a_dossier(submit(), *events), ERASE, at=last)
    assert (early.slug, early.params) == ("erasure-too-early", {"until": f"24/11/{2026 + years}"})
    assert (
        early.title_vi
        == f"Giấy tờ của hồ sơ này phải lưu trữ đến hết ngày 24/11/{2026 + years}; chưa được xóa."
    )
    assert a_dossier(submit(), *events).tell(ERASE, at=last + timedelta(seconds=1)) == [
        "DossierForgotten"
    ]


def test_a_procedure_may_have_a_term_of_its_own_and_an_old_state_is_never_over() -> None:
    own = terms(archive=Archive(returned_years=0, withdrawn_years=2))
    desk = IntakeHarness(catalogue(own))
    desk.tell(submit(), FREE, WithdrawDossier())
    assert refusal(desk, ERASE).slug == "erasure-too-early"
    desk.dossier = desk.dossier.model_copy(update={"ended_at": None})
    assert refusal(desk, ERASE, at=NOW + timedelta(days=4000)).slug == "erasure-too-early"


def test_a_leap_day_and_the_end_of_the_calendar_have_a_term_too() -> None:
    leap = datetime(2028, 2, 29, 3, tzinfo=UTC)
    assert erasable_from(Archive(), "not_accepted", leap) == datetime(2029, 2, 28, 17, tzinfo=UTC)
    assert (
        erasable_from(Archive(returned_years=70), "returned", datetime(2099, 6, 1, tzinfo=UTC))
        == END_OF_TIME
    )


# ---------------------------------------------------------------------- the counter's hours


def test_the_counter_has_8_working_hours_from_the_receipt() -> None:
    """Tuesday 9:00: 2.5 hours before noon, 3.5 after, two more on Wednesday morning."""
    desk = a_dossier(submit(), FREE)
    until = NOW.replace(day=25, hour=2)
    assert due(desk.dossier) == until
    assert desk.tell(Wake(), at=until - timedelta(minutes=1)) == []
    assert desk.tell(Wake(), at=until) == ["AcceptanceOverdue"]
    assert desk.journal[-1] == AcceptanceOverdue(waited_since=NOW, working_hours=8)
    assert desk.tell(Wake(), at=until) == [], "it is said once"


def test_a_fee_that_holds_the_dossier_starts_the_hours_at_its_settlement() -> None:
    desk = a_dossier(submit(), OWED)
    assert due(desk.dossier) is None
    paid_at = NOW.replace(day=26)
    desk.tell(PAID, at=paid_at)
    cleared = desk.journal[-1]
    assert isinstance(cleared, FeeCleared)
    assert due(desk.dossier) == cleared.answer_by == NOW.replace(day=27, hour=2)


@pytest.mark.parametrize("automatic", [True, False])
def test_paper_dossiers_and_those_that_the_rules_accept_are_not_watched(automatic: bool) -> None:
    workflow = terms().workflow.model_copy(update={"automatic_acceptance": automatic})
    desk = a_dossier(submit() if automatic else on_paper(), FREE, workflow=workflow)
    assert due(desk.dossier) is None


# ---------------------------------------------------------------------- registration, further rules


def test_an_old_version_that_the_caller_names_is_refused_with_the_present_one() -> None:
    replica = catalogue(terms(version=2))
    refused = refusal(IntakeHarness(replica), submit(procedure_version=1))
    assert (refused.slug, refused.params) == ("version-outdated", {"version": 2})
    assert IntakeHarness(replica).tell(submit(procedure_version=2)) == ["DossierRegistered"]


def test_a_paper_that_this_form_needs_is_named() -> None:
    when = ({"field": "members", "at_least": 2},)
    minutes = RequiredPaper.model_validate(
        {"id": "minutes", "name_vi": "Biên bản", "required": False, "required_when": when}
    )
    replica = catalogue(
        terms(papers=(RequiredPaper(id="application", name_vi="Giấy đề nghị"), minutes))
    )
    assert refusal(IntakeHarness(replica), submit()).params == {
        "paper": "minutes",
        "names": "Biên bản",
    }
    assert IntakeHarness(replica).tell(submit(form={"members": 1})) == ["DossierRegistered"]


def test_papers_of_a_paper_dossier_are_scanned_or_named_as_lying_on_the_desk() -> None:
    def registered(**changes: Any) -> DossierRegistered:
        event = a_dossier(on_paper(**changes)).journal[0]
        assert isinstance(event, DossierRegistered)
        return event

    assert registered().papers_on_paper == ("application",)
    assert registered(papers_on_paper=("application", "proxy")).papers_on_paper == (
        "application",
        "proxy",
    )
    assert (
        registered(files=(AttachedPaper(paper="application", document=FILE),)).papers_on_paper == ()
    )
    assert refusal(IntakeHarness(), on_paper(papers_on_paper=())).params == {
        "paper": "application",
        "names": "Giấy đề nghị",
    }
    assert (
        refusal(IntakeHarness(), on_paper(papers_on_paper=("application", "visa"))).slug
        == "paper-unknown"
    )


def test_the_files_of_a_dossier_together_have_a_limit() -> None:
    half = FILE.model_copy(update={"size": 50_000_001})
    files = tuple(AttachedPaper(paper=paper, document=half) for paper in ("application", "proxy"))
    assert refusal(IntakeHarness(), submit(files=files)).slug == "files-too-large"


def test_a_note_that_no_paper_can_print_is_refused_and_nothing_is_kept() -> None:
    desk = a_dossier(submit(), FREE)
    said, papers = len(desk.journal), dict(desk.papers)
    wrong = refusal(
        desk, RefuseDossier(agency="haihau", reason_code="other", note="Thiếu \U0001f4c4")
    )
    assert (wrong.slug, wrong.params["field"]) == ("not-printable", "note")
    assert (len(desk.journal), dict(desk.papers)) == (said, papers)
