"""What papers say of an applicant is put right: a new revision, an event with names of fields
alone, contacts that are unconfirmed again.
"""

import itertools
from typing import Any

import pytest
from motcua_contracts import Refusal
from motcua_contracts.messages.intake import (
    AcceptDossier,
    ApplicantCorrected,
    CorrectApplicant,
    DossierAccepted,
    RecordAcceptanceSlip,
)
from motcua_contracts.messages.payment import FeeAssessed
from motcua_contracts.rules.applicants import MOST_BY_OWNER

from .harness import AN, APPLICANT, IntakeHarness, submit

FREE = FeeAssessed(amount_vnd=0, computation=(), moment="before_result", pay_within_seconds=1)
AT_COUNTER: dict[str, Any] = {
    "agency": "haihau",
    "reason_code": "civil-status",
    "shown_by": "Trích lục cải chính số 12/2026",
}


def filed() -> IntakeHarness:
    desk = IntakeHarness()
    desk.tell(submit(confirmed=("email", "phone")), FREE)
    return desk


def refusal(command: CorrectApplicant, actor: str | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        filed().tell(command, actor=actor)
    return caught.value


def test_a_clerk_puts_name_and_phone_right_and_the_earlier_paper_stays() -> None:
    desk = filed()
    desk.tell(
        CorrectApplicant(full_name=" Nguyễn  Thị Mẫu Ân", phone="+84 (0)168 123 4567", **AT_COUNTER)
    )
    event = desk.journal[-1]
    assert isinstance(event, ApplicantCorrected)
    assert (event.by, event.fields, event.contacts, event.changed) == (
        "counter",
        ("full_name", "phone"),
        ("email", "phone"),
        ("phone",),
    )
    assert event.confirmed == ("email",)
    before, after = desk.papers[1].applicant, desk.papers[2].applicant
    assert (before.full_name, before.phone) == (APPLICANT.full_name, APPLICANT.phone)
    assert (after.full_name, after.phone, after.email, after.id_number) == (
        "Nguyễn Thị Mẫu Ân",
        "0381234567",
        APPLICANT.email,
        APPLICANT.id_number,
    )
    assert desk.papers[2].note == AT_COUNTER["shown_by"]
    assert (desk.papers[2].form, desk.papers[2].pin) == (desk.papers[1].form, desk.papers[1].pin)


def test_no_value_of_a_person_is_in_the_event() -> None:
    desk = filed()
    desk.tell(
        CorrectApplicant(
            full_name="Trần Mẫu",
            phone="0912345678",
            email="tran@mau.example",
            address="Xóm 5",
            **AT_COUNTER,
        )
    )
    said = desk.journal[-1].model_dump_json()
    assert [one for one in ("Trần", "0912345678", "tran@", "Xóm", "Trích lục") if one in said] == []


def test_what_follows_goes_by_the_corrected_paper() -> None:
    desk = filed()
    desk.tell(
        CorrectApplicant(email="moi@mau.example", phone="", **AT_COUNTER),
        AcceptDossier(agency="haihau"),
        RecordAcceptanceSlip(slip=None),
    )
    (accepted,) = [event for event in desk.journal if isinstance(event, DossierAccepted)]
    assert (accepted.case.revision, accepted.case.contacts, accepted.case.confirmed) == (
        2,
        ("email",),
        (),
    )


def test_a_contact_that_the_clerk_has_seen_is_confirmed() -> None:
    desk = filed()
    desk.tell(
        CorrectApplicant(
            phone="0912345678", email="moi@mau.example", confirmed=("phone",), **AT_COUNTER
        )
    )
    assert desk.dossier.confirmed == ("phone",)


def test_a_new_identity_number_has_a_kind_of_its_own() -> None:
    desk = filed()
    desk.tell(CorrectApplicant(id_number="C1234567", **AT_COUNTER))
    assert desk.papers[2].applicant.id_kind == "passport"


def test_the_owner_corrects_the_own_contact_and_nothing_else() -> None:
    desk = filed()
    desk.tell(CorrectApplicant(phone="0912345678"), actor=AN)
    assert (desk.papers[2].applicant.phone, desk.journal[-1].by) == ("0912345678", "owner")  # type: ignore[attr-defined]
    for name in ("full_name", "id_number", "address"):
        assert refusal(CorrectApplicant(**{name: "036000000009"}), AN).slug == "role-required"
    assert refusal(CorrectApplicant(phone="0912345678"), "citizen:other").slug == "dossier-unknown"


def test_an_owner_does_not_fill_the_store_with_corrections() -> None:
    desk, phones = filed(), itertools.cycle(("0912345678", "0912345679"))
    while desk.dossier.revision < MOST_BY_OWNER:
        desk.tell(CorrectApplicant(phone=next(phones)), actor=AN)
    with pytest.raises(Refusal) as refused:
        desk.tell(CorrectApplicant(phone=next(phones)), actor=AN)
    assert refused.value.slug == "too-many-corrections"
    desk.tell(CorrectApplicant(**{**AT_COUNTER, "phone": "0912345670"}))


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"reason_code": ""}, "reason-unknown"),
        ({"shown_by": " "}, "proof-required"),
        ({"agency": "haiminh"}, "foreign-agency"),
        ({"phone": APPLICANT.phone}, "nothing-to-correct"),
        ({"phone": "+84 900 000 001"}, "nothing-to-correct"),
        ({"email": "an@mau,example"}, "form-invalid"),
        ({"full_name": "  "}, "form-invalid"),
        ({"full_name": "王小明"}, "not-printable"),
        ({"shown_by": "护照"}, "not-printable"),
        ({}, "nothing-to-correct"),
    ],
)
def test_what_cannot_be_corrected_is_refused_by_name(changes: dict[str, str], slug: str) -> None:
    assert refusal(CorrectApplicant(**{**AT_COUNTER, **changes})).slug == slug
