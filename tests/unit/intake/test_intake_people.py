"""What is filed of people: kept in one form, and refused by the field's name where it cannot be."""

from datetime import timedelta
from typing import Any

import pytest
from motcua_contracts import Refusal
from motcua_contracts.messages.catalog import ProcedurePublished, Publication
from motcua_contracts.messages.intake import DossierRegistered

from .harness import APPLICANT, NOW, IntakeHarness, catalogue, message, on_paper, submit, terms

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "born": {"type": "string", "format": "date", "x-not-after": "today"},
        "name": {"type": "string", "format": "person-name"},
    },
}


def refused(command: Any, schema: dict[str, Any] | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        desk(schema).tell(command)
    return caught.value


def desk(schema: dict[str, Any] | None = None) -> IntakeHarness:
    replica = catalogue(terms())
    if schema is not None:
        published = ProcedurePublished(
            terms=terms(version=2),
            publication=Publication(form_schema=schema),
            effective_from=NOW - timedelta(days=1),
        )
        replica.apply(message(published, "system:catalog", NOW))
    return IntakeHarness(replica)


@pytest.mark.parametrize(
    ("changes", "slug", "params"),
    [
        ({"full_name": "  \u00a0 "}, "form-invalid", {"fields": "applicant.full_name"}),
        ({"email": "an.nguyen@gmail,com"}, "form-invalid", {"fields": "applicant.email"}),
        (
            {"phone": "0912", "id_number": "1 2"},
            "form-invalid",
            {"fields": "applicant.id_number, applicant.phone"},
        ),
        (
            {"full_name": "王小明"},
            "not-printable",
            {"field": "applicant.full_name", "letter": "U+738B CJK UNIFIED IDEOGRAPH-738B"},
        ),
    ],
)
def test_an_applicant_that_cannot_be_is_refused_by_the_fields_name(
    changes: dict[str, str], slug: str, params: dict[str, str]
) -> None:
    for command in (
        submit(applicant=APPLICANT.model_copy(update=changes)),
        on_paper(applicant=APPLICANT.model_copy(update=changes)),
    ):
        refusal = refused(command)
        assert (refusal.slug, refusal.params) == (slug, params)


def test_a_foreigner_files_with_a_passport_and_a_landline_is_no_contact() -> None:
    told = desk()
    told.tell(
        submit(
            applicant=APPLICANT.model_copy(
                update={"id_number": "c 1234 567", "phone": "+84 228 3877 123"}
            )
        )
    )
    (registered,) = [event for event in told.journal if isinstance(event, DossierRegistered)]
    kept = told.papers[1].applicant
    assert (kept.id_number, kept.id_kind, kept.phone) == ("C1234567", "passport", "02283877123")
    assert registered.contacts == ("email",)


def test_a_birth_after_the_commands_day_is_refused_and_the_command_decides_the_day() -> None:
    assert refused(submit(form={"born": "2031-01-01"}), SCHEMA).params == {"fields": "born"}
    later = desk(SCHEMA)
    later.tell(submit(form={"born": "2031-01-01"}), at=NOW.replace(year=2031))
    assert later.dossier.stage == "registered"


def test_a_form_is_kept_in_one_form_and_says_which_letter_cannot_be_printed() -> None:
    told = desk(SCHEMA)
    told.tell(submit(form={"name": " Nguye\u0302\u0303n  Mẫu"}))
    assert told.papers[1].form == {"name": "Nguyễn Mẫu"}
    refusal = refused(submit(form={"name": "Mẫu", "strange": {"deep": "สมชาย"}}), SCHEMA)
    assert (refusal.slug, refusal.params["field"]) == ("not-printable", "….…")


@pytest.mark.parametrize(
    ("days", "slug"), [(59, ""), (365, "date-too-early"), (61, "date-too-early")]
)
def test_a_postmark_is_no_older_than_a_letter_takes(days: int, slug: str) -> None:
    command = on_paper(channel="post", postmark=NOW - timedelta(days=days))
    if slug:
        assert (refused(command).slug, refused(command).params["field"]) == (slug, "postmark")
    else:
        told = desk()
        told.tell(command)
        assert told.dossier.stage == "registered"
