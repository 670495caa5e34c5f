"""Supplements: what may be asked for, once, and what counts as an answer; what people type is a
paper and in no event.
"""

from datetime import timedelta
from typing import Any

import pytest
from motcua_contracts import Payload, Refusal
from motcua_contracts.messages.documents import AttachedPaper
from motcua_contracts.messages.intake import (
    AcceptDossier,
    DossierAccepted,
    RecordAcceptanceSlip,
    RecordSlip,
    RequestedPaper,
    RequestPapers,
    SubmitSupplement,
    SupplementDemanded,
    SupplementRequested,
    SupplementSubmitted,
)
from motcua_contracts.messages.payment import FeeAssessed, FeeWaived
from motcua_contracts.messages.routing import SupplementNeeded
from motcua_contracts.rules.terms import FeeRule

from .harness import AN, CLERK, FILE, NOW, IntakeHarness, catalogue, submit, terms

FREE = FeeAssessed(amount_vnd=0, computation=(), moment="before_result", pay_within_seconds=600)
NOTE = "Đề nghị chụp lại rõ hơn."
ASK = RequestPapers(
    agency="haihau",
    papers=(RequestedPaper(paper="proxy"),),
    reason_code="paper-unreadable",
    note=NOTE,
)
SLIP = RecordSlip(about="supplement", slip=FILE)
BRING = SubmitSupplement(files=(AttachedPaper(paper="proxy", document=FILE),))
ACCEPT = AcceptDossier(agency="haihau")


def asked(**changes: Any) -> IntakeHarness:
    desk = IntakeHarness(catalogue(terms(**changes)))
    desk.tell(submit(), FREE, ASK, SLIP)
    return desk


def refusal(desk: IntakeHarness, command: Payload, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        desk.tell(command, **more)
    return refused.value


def test_the_request_names_who_asks_until_when_and_commits_to_the_note() -> None:
    desk = asked()
    demanded = next(event for event in desk.journal if isinstance(event, SupplementDemanded))
    requested = next(event for event in desk.journal if isinstance(event, SupplementRequested))
    assert (demanded.by, demanded.number, demanded.agency, demanded.officer) == (
        "counter",
        1,
        "haihau",
        "clerk-haihau",
    )
    assert demanded.respond_by == requested.respond_by == NOW + timedelta(days=30)
    assert (demanded.revision, requested.slip) == (2, FILE)
    assert demanded.commitment
    assert desk.papers[2].note == NOTE
    assert not [event for event in desk.journal if NOTE in event.model_dump_json()]


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"papers": (RequestedPaper(paper="passport"),)}, "paper-unknown"),
        ({"papers": (RequestedPaper(paper=""),), "note": ""}, "note-required"),
        ({"reason_code": "bad-mood"}, "reason-unknown"),
        ({"papers": (RequestedPaper(paper="proxy", reason_code="bad-mood"),)}, "reason-unknown"),
        ({"agency": "haiminh"}, "foreign-agency"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_by_name(change: dict[str, Any], slug: str) -> None:
    desk = IntakeHarness()
    desk.tell(submit(), FREE)
    assert refusal(desk, ASK.model_copy(update=change)).slug == slug


def test_only_a_clerk_asks() -> None:
    desk = IntakeHarness()
    desk.tell(submit(), FREE)
    for actor in (AN, "officer:officer-haihau"):
        assert refusal(desk, ASK, actor=actor).slug == "role-required"


def test_a_paper_without_a_name_may_be_asked_for_in_words_and_any_file_answers_it() -> None:
    desk = IntakeHarness()
    desk.tell(submit(), FREE, ASK.model_copy(update={"papers": (RequestedPaper(paper=""),)}), SLIP)
    assert refusal(desk, SubmitSupplement()).slug == "paper-missing"
    assert desk.tell(SubmitSupplement(files=(AttachedPaper(paper="", document=FILE),))) == [
        "SupplementSubmitted"
    ]


def test_every_requested_paper_is_handed_in_at_once() -> None:
    desk = asked()
    refused = refusal(
        desk, SubmitSupplement(files=(AttachedPaper(paper="application", document=FILE),))
    )
    assert (refused.slug, refused.params) == (
        "paper-missing",
        {"paper": "proxy", "names": "Ủy quyền"},
    )
    assert refusal(desk, SubmitSupplement(papers_on_paper=("proxy",))).slug == "paper-missing", (
        "a citizen at home has no counter"
    )
    assert desk.tell(SubmitSupplement(papers_on_paper=("proxy",), agency="haihau")) == [
        "SupplementSubmitted"
    ]
    assert desk.dossier.on_paper == ("proxy",)


@pytest.mark.parametrize(
    ("command", "actor", "slug"),
    [
        (BRING, "citizen:binh", "dossier-unknown"),
        (BRING, CLERK, "foreign-agency"),
        (BRING.model_copy(update={"agency": "haihau"}), AN, "role-required"),
        (BRING.model_copy(update={"agency": "haiminh"}), "officer:clerk-haiminh", "foreign-agency"),
    ],
)
def test_the_owner_answers_or_a_clerk_of_the_agency_for_the_owner(
    command: Payload, actor: str, slug: str
) -> None:
    assert refusal(asked(), command, actor=actor).slug == slug


def test_too_late_is_refused_and_the_wake_stops_it() -> None:
    desk = asked()
    last = NOW + timedelta(days=30)
    assert refusal(desk, BRING, at=last).slug == "supplement-too-late"
    assert asked().tell(BRING, at=last - timedelta(seconds=1)) == ["SupplementSubmitted"]


def test_the_answer_is_a_new_revision_with_the_same_pin_and_without_the_note() -> None:
    desk = asked()
    desk.tell(BRING.model_copy(update={"form": {"business_name": "Tiệm mới"}}))
    submitted = desk.journal[-1]
    assert isinstance(submitted, SupplementSubmitted)
    assert (submitted.revision, submitted.documents, submitted.contacts) == (
        3,
        BRING.files,
        ("email", "phone"),
    )
    assert (desk.papers[3].form, desk.papers[3].note, desk.papers[3].pin) == (
        {"business_name": "Tiệm mới"},
        "",
        "042042",
    )
    assert len({papers.salt for papers in desk.papers.values()}) == 3


def test_broken_fields_and_foreign_files_are_named() -> None:
    desk = asked()
    assert refusal(desk, BRING, given=desk.held(form_errors=("born",))).params == {"fields": "born"}
    assert (
        refusal(desk, BRING, given=desk.held(foreign_papers=("proxy",))).slug
        == "document-not-yours"
    )


def test_papers_that_changed_meanwhile_are_asked_for_again() -> None:
    desk = IntakeHarness()
    desk.tell(submit(), FREE)
    stale = desk.held()
    desk.tell(ASK, SLIP)
    assert refusal(desk, BRING, given=stale).slug == "papers-not-ready"
    assert refusal(desk, BRING, given=None).slug == "papers-not-ready"


def test_all_files_of_a_dossier_together_have_a_limit() -> None:
    desk = asked()
    large = FILE.model_copy(update={"size": 99_999_000})
    refused = refusal(desk, SubmitSupplement(files=(AttachedPaper(paper="proxy", document=large),)))
    assert (refused.slug, refused.params) == ("files-too-large", {"max_megabytes": 100})


def test_the_acceptance_says_that_the_counter_asked_and_which_papers_count() -> None:
    desk = asked()
    desk.tell(BRING, ACCEPT, RecordAcceptanceSlip(slip=FILE))
    accepted = desk.journal[-1]
    assert isinstance(accepted, DossierAccepted)
    assert (accepted.supplements_used, accepted.case.revision) == (1, 3)


def test_a_dossier_accepted_by_the_rules_goes_on_when_the_papers_come() -> None:
    workflow = terms().workflow.model_copy(update={"automatic_acceptance": True})
    fee = FeeRule(amount_vnd=50_000, moment="before_acceptance")
    desk = IntakeHarness(catalogue(terms(workflow=workflow, issues_documents=False, fee=fee)))
    owed = FREE.model_copy(update={"amount_vnd": 50_000, "moment": "before_acceptance"})
    assert desk.tell(submit(), owed, ASK)[-2:] == ["SupplementDemanded", "SupplementRequested"]
    assert desk.tell(FeeWaived(percent=100)) == ["FeeCleared"], (
        "nothing is accepted while papers are awaited"
    )
    assert desk.tell(BRING) == ["SupplementSubmitted", "AcceptanceDecided", "DossierAccepted"]
    accepted = desk.journal[-1]
    assert isinstance(accepted, DossierAccepted)
    assert accepted.case.revision == desk.dossier.revision == 3


def test_the_departments_request_keeps_its_number_and_officer() -> None:
    desk = IntakeHarness()
    desk.tell(submit(), FREE, ACCEPT, RecordAcceptanceSlip(slip=FILE))
    needed = SupplementNeeded(
        number=1,
        papers=ASK.papers,
        clock="pause",
        agency="haihau",
        officer="officer-haihau",
        reason_code="data-differs",
    )
    assert desk.tell(needed, SLIP) == ["SupplementDemanded", "SupplementRequested"]
    demanded = desk.journal[-2]
    assert isinstance(demanded, SupplementDemanded)
    assert (demanded.by, demanded.officer, demanded.reason_code, demanded.revision) == (
        "department",
        "officer-haihau",
        "data-differs",
        1,
    )
    assert desk.tell(BRING) == ["SupplementSubmitted"]
    assert desk.dossier.supplements_used == 0
