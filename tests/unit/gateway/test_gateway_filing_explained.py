"""A refused filing says of each field what is allowed there; a landline is taken, and said to get
no SMS.
"""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from motcua_contracts.messages.intake import Applicant
from motcua_contracts.rules.refusals import FormInvalid
from motcua_gateway.acts.filing import explained, notices_of
from motcua_gateway.http.problems import problem
from motcua_gateway.procedures.form_validation import FormChecks
from motcua_gateway.tools import Gateway

from .dossier_events import T0, catalogue


def test_each_field_of_an_applicant_is_named_with_what_is_allowed() -> None:
    applicant = Applicant(full_name="Nguyễn Mẫu", email="an.nguyen@gmail,com", phone="12")
    with (
        pytest.raises(FormInvalid) as refused,
        explained(cast(Gateway, None), "1.001612", applicant, {}),
    ):
        raise FormInvalid(fields="applicant.phone, applicant.email")
    body = problem(refused.value, refused.value.errors)
    assert [(one["field"], "@gmail.com" in one["allowed"]) for one in body["errors"]] == [
        ("applicant.phone", False),
        ("applicant.email", True),
    ]
    assert "gmail,com" not in str(body)
    assert body["status"] == 422


def test_each_field_of_a_form_is_named_with_what_is_allowed() -> None:
    replica = catalogue()
    published = replica.procedure_at("1.001612", T0)
    schema = {
        "type": "object",
        "properties": {
            "born": {
                "type": "string",
                "format": "date",
                "title": "Ngày sinh",
                "x-not-after": "2026-11-24",
            }
        },
    }
    changed = published.model_copy(
        update={"publication": published.publication.model_copy(update={"form_schema": schema})}
    )
    stands = SimpleNamespace(procedure_at=lambda code, at: changed)
    gateway: Any = SimpleNamespace(
        catalogue=stands, form_checks=FormChecks(), runtime=SimpleNamespace(now=lambda: T0)
    )
    with (
        pytest.raises(FormInvalid) as refused,
        explained(gateway, "1.001612", Applicant(full_name="An"), {"born": "2031-01-01"}),
    ):
        raise FormInvalid(fields="born")
    (error,) = refused.value.errors
    assert (error["field"], error["label"], error["allowed_vi"]) == (
        "form.born",
        "Ngày sinh",
        "không sau 24/11/2026",
    )


def test_a_landline_is_said_to_get_no_sms() -> None:
    (notice,) = notices_of(Applicant(full_name="An", phone="02283877123"))
    assert (notice["field"], "SMS" in notice["title"]) == ("applicant.phone", True)
    assert notices_of(Applicant(full_name="An", phone="0912345678")) == []
