"""Registration: who may file what at which level, with which papers; what the event says and what
stays private.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from motcua_contracts import Refusal
from motcua_contracts.messages.catalog import ProcedurePublished, Publication
from motcua_contracts.messages.documents import AttachedPaper
from motcua_contracts.messages.intake import (
    AcceptDossier,
    DossierPapers,
    DossierRegistered,
    SubmitDossier,
)
from motcua_contracts.messages.payment import FeeAssessed
from motcua_contracts.rules.applicants import one_form
from motcua_contracts.rules.terms import FeeRule
from motcua_contracts.wire.envelope import sha256
from motcua_intake.domain import registration
from motcua_intake.domain.case import Dossier
from motcua_intake.domain.registration import Given

from .harness import (
    AN,
    APPLICANT,
    FILE,
    GIVEN,
    NOW,
    IntakeHarness,
    catalogue,
    message,
    on_paper,
    submit,
    terms,
)


def registered(command: SubmitDossier, **changes: Any) -> DossierRegistered:
    desk = IntakeHarness(catalogue(terms(**changes)))
    desk.tell(command)
    assert isinstance(desk.journal[0], DossierRegistered)
    return desk.journal[0]


def refusal(
    command: SubmitDossier, actor: str | None = None, given: Given | None = GIVEN, **changes: Any
) -> Refusal:
    with pytest.raises(Refusal) as refused:
        IntakeHarness(catalogue(terms(**changes))).tell(command, actor=actor, given=given)
    return refused.value


@pytest.mark.parametrize("level", [None, 1, 2])
def test_below_level_3_a_citizen_is_refused_and_a_clerk_registers_the_paper(
    level: int | None,
) -> None:
    refused = refusal(submit(), level=level)
    assert (refused.slug, refused.params) == ("level-too-low", {"level": level or 1, "needed": 3})
    assert registered(on_paper(), level=level).channel == "counter"


@pytest.mark.parametrize(("delivery", "level"), [("online", 3), ("post", 3)])
def test_at_level_3_the_result_is_collected_at_the_counter(delivery: str, level: int) -> None:
    refused = refusal(submit(result_delivery=delivery), level=level)
    assert (refused.slug, refused.params) == ("level-too-low", {"level": 3, "needed": 4})
    assert registered(submit(), level=level).result_delivery == "counter"
    assert registered(submit(result_delivery=delivery), level=4).result_delivery == delivery


def test_a_paper_dossier_may_have_its_result_posted_at_any_level() -> None:
    assert registered(on_paper(result_delivery="post"), level=1).result_delivery == "post"
    assert refusal(on_paper(result_delivery="online"), level=3).slug == "level-too-low"


def test_a_missing_required_paper_is_named_online_and_optional_on_paper() -> None:
    refused = refusal(submit(files=()))
    assert (refused.slug, refused.params) == (
        "paper-missing",
        {"paper": "application", "names": "Giấy đề nghị"},
    )
    assert registered(on_paper()).documents == ()


def test_a_file_for_a_paper_that_the_procedure_does_not_have_is_refused_without_echo() -> None:
    strange = AttachedPaper(paper="Nguyễn Văn Lạ", document=FILE)
    refused = refusal(submit(files=(*submit().files, strange)))
    assert (refused.slug, refused.params) == ("paper-unknown", {})


def test_the_forms_broken_fields_and_foreign_files_are_named() -> None:
    refused = refusal(
        submit(), given=Given(salt="s", pin="1", number=1, form_errors=("born", "father"))
    )
    assert (refused.slug, refused.params) == ("form-invalid", {"fields": "born, father"})
    refused = refusal(
        submit(), given=Given(salt="s", pin="1", number=1, foreign_papers=("application",))
    )
    assert (refused.slug, refused.params) == (
        "document-not-yours",
        {"paper": "application", "names": "Giấy đề nghị"},
    )


@pytest.mark.parametrize(
    ("command", "actor", "slug"),
    [
        (submit(procedure_code="9.999999"), AN, "procedure-unknown"),
        (submit(receiving_agency="atlantis"), AN, "agency-unknown"),
        (submit(), "officer:clerk-haihau", "role-required"),
        (on_paper(), AN, "role-required"),
        (on_paper(), "officer:officer-haihau", "role-required"),
        (on_paper(), "officer:clerk-haiminh", "foreign-agency"),
        (on_paper(), "officer:nobody", "fact-missing"),
        (on_paper(agency="haiminh"), "officer:clerk-haiminh", "foreign-agency"),
        (on_paper(channel="post", postmark=NOW.replace(day=25)), None, "date-in-future"),
    ],
)
def test_wrong_filings_are_refused_by_name(
    command: SubmitDossier, actor: str | None, slug: str
) -> None:
    assert refusal(command, actor).slug == slug


def test_a_fee_that_nobody_could_book_is_refused_before_payment_hears_of_it() -> None:
    """Payment cannot refuse an event: with the fee it would park the dossier."""
    dear = terms(
        fee=FeeRule(amount_vnd=20_000, per_copy=True, copies_input="copies", inputs=("copies",))
    )
    form = {**submit().form, "copies": 2**62}
    with pytest.raises(Refusal, match="fee-too-large"):
        registration.require_filing(Dossier(), submit(form=form), AN, NOW, catalogue(dear))


def test_an_event_holds_the_names_of_a_thousand_wrong_fields_as_far_as_it_can() -> None:
    refused = refusal(
        submit(),
        given=Given(
            salt="s", pin="1", number=1, form_errors=tuple(f"members.{n}.name" for n in range(1000))
        ),
    )
    assert len(str(refused.params["fields"])) == 1_000


def test_without_what_prepare_gives_the_lane_waits_for_the_catalogue() -> None:
    assert refusal(submit(), given=None).slug == "fact-missing"


def test_the_code_is_agency_local_day_and_number() -> None:
    desk = IntakeHarness()
    desk.tell(submit(receiving_agency="haiminh"), at=datetime(2026, 11, 24, 17, 30, tzinfo=UTC))
    assert desk.dossier.code == "H40.12.3-261125-0007"


def test_the_paper_is_what_the_event_commits_to() -> None:
    desk = IntakeHarness()
    decision = registration.register(Dossier(), submit(), AN, NOW, desk.catalogue, GIVEN)
    (event,), (paper,) = decision.events, decision.private_records
    assert isinstance(event, DossierRegistered)
    assert (
        (event.commitment, event.revision)
        == (sha256(paper.raw or b""), paper.revision)
        == (paper.commitment, 1)
    )
    assert paper.raw is not None
    papers = DossierPapers.model_validate_json(paper.raw)
    assert (papers.salt, papers.pin, papers.applicant, papers.form) == (
        "5a17",
        "042042",
        one_form(APPLICANT),
        submit().form,
    )


def test_nothing_private_is_in_the_event() -> None:
    said = registered(submit(), fee=FeeRule(amount_vnd=1, inputs=("members",))).model_dump_json()
    private = (
        GIVEN.salt,
        GIVEN.pin,
        "Tiệm bánh",
        *APPLICANT.model_dump(exclude={"language", "address", "id_kind"}).values(),
    )
    assert [value for value in private if value in said] == []


@pytest.mark.parametrize(
    ("left", "contacts"),
    [
        ({}, ("email", "phone")),
        ({"phone": ""}, ("email",)),
        ({"email": ""}, ("phone",)),
        ({"email": "", "phone": ""}, ()),
    ],
)
def test_the_event_says_which_contacts_the_papers_hold(
    left: dict[str, str], contacts: tuple[str, ...]
) -> None:
    assert registered(submit(applicant=APPLICANT.model_copy(update=left))).contacts == contacts


@pytest.mark.parametrize(
    ("said", "left", "confirmed"),
    [
        ((), {}, ()),
        (("phone",), {}, ("phone",)),
        (("phone", "email"), {}, ("email", "phone")),
        (("phone", "email"), {"phone": ""}, ("email",)),
    ],
)
def test_the_event_says_which_contacts_are_confirmed_and_only_those_that_were_left(
    said: Any, left: dict[str, str], confirmed: Any
) -> None:
    filed = submit(applicant=APPLICANT.model_copy(update=left), confirmed=said)
    assert registered(filed).confirmed == confirmed


def test_only_the_numbers_that_the_fee_rule_names_travel() -> None:
    rule = FeeRule(amount_vnd=1, inputs=("members", "revenue", "absent", "late"), per_copy=True)
    filed = submit(form={"members": 2, "late": True, "revenue": "secret", "other": 5}, copies=3)
    said = registered(filed, fee=rule)
    assert said.fee_inputs == {"members": 2, "late": True, "copies": 3}
    assert said.fee_inputs["late"] is True
    assert registered(filed).fee_inputs == {}


def test_the_terms_in_force_when_it_was_appended_are_pinned() -> None:
    replica = catalogue(terms(version=1, days=3))
    replica.apply(
        message(
            ProcedurePublished(
                terms=terms(version=2, days=5), publication=Publication(), effective_from=NOW
            ),
            "system:catalog",
            NOW,
        )
    )
    for at, version in ((NOW.replace(hour=1), 1), (NOW, 2)):
        desk = IntakeHarness(replica)
        desk.tell(submit(), at=at)
        assert desk.dossier.pinned.version == version


def test_a_dossier_by_post_counts_from_its_postmark() -> None:
    stamped, free = (
        NOW.replace(day=20),
        FeeAssessed(amount_vnd=0, computation=(), moment="before_result", pay_within_seconds=1),
    )
    due: dict[str, datetime] = {}
    for way, command in {
        "postmark": on_paper(channel="post", postmark=stamped),
        "no postmark": on_paper(channel="post"),
        "counter": on_paper(channel="counter", postmark=stamped),
    }.items():
        desk = IntakeHarness()
        desk.tell(command, free, AcceptDossier(agency="haihau"))
        assert desk.dossier.acceptance is not None
        assert desk.dossier.acceptance.accepted_at == NOW
        due[way] = desk.dossier.acceptance.due_at
    assert due["postmark"] < due["no postmark"] == due["counter"]


def test_a_paper_dossier_belongs_to_no_account() -> None:
    assert (registered(submit()).owner_actor, registered(on_paper()).owner_actor) == (AN, "")
