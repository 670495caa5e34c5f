"""What people type into commands and papers may bear has letters that documents can print; no rule
can forget a field.
"""

import pytest
from motcua_contracts import Command
from motcua_contracts.messages import (
    audit,
    catalog,
    digests,
    intake,
    notify,
    payment,
    refunds,
    routing,
    till,
    transfers,
)
from motcua_contracts.messages.intake import (
    HandOver,
    PostResult,
    RefuseDossier,
    RequestPapers,
    WithdrawDossier,
)
from motcua_contracts.messages.routing import AnswerConsultation, Consult, DraftDecision, ReturnStep
from motcua_contracts.rules.printed import hold_printable, printed_fields
from motcua_contracts.rules.refusals import NotPrintable
from motcua_contracts.rules.spoken import FIELDS

MODULES = (audit, catalog, digests, intake, notify, payment, refunds, routing, till, transfers)
COMMANDS = {
    found
    for module in MODULES
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Command) and found.owner
}
TYPED = {command: fields for command in COMMANDS if (fields := printed_fields(command))}
BOX = "\U0001f4c4"


def test_all_who_take_typed_words_are_known() -> None:
    names = {command.__name__: fields for command, fields in TYPED.items()}
    assert names == {
        "AnswerConsultation": ("note",),
        "Consult": ("note",),
        "CorrectApplicant": ("shown_by",),
        "DraftDecision": ("note",),
        "HandOver": ("recipient",),
        "PostResult": ("item_number",),
        "RefuseDossier": ("note",),
        "RequestPapers": ("note",),
        "RequestSupplement": ("note",),
        "ReturnStep": ("note",),
        "WithdrawDossier": ("note",),
    }


def test_only_intake_and_routing_need_to_look() -> None:
    """Their `decide` does; another owner of such a command would have to."""
    assert {command.owner for command in TYPED} == {"intake", "routing"}


def test_each_field_has_words_for_people() -> None:
    assert {field for fields in TYPED.values() for field in fields} - FIELDS.keys() == set()


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (RefuseDossier(agency="a", reason_code="other", note=f"Thiếu {BOX}"), "note"),
        (WithdrawDossier(note="护照"), "note"),
        (HandOver(agency="a", identity_checked=True, recipient="王小明"), "recipient"),
        (PostResult(agency="a", item_number="EA1\u4e00"), "item_number"),
        (DraftDecision(step="s", outcome="granted", note="שלום"), "note"),
        (ReturnStep(step="s", reason_code="x", note="a\u0301\u0301\u0301\u0301\u0301b"), "note"),
        (Consult(step="s", agency="a", department="b", note=BOX), "note"),
        (AnswerConsultation(consultation=1, opinion="agrees", note=BOX), "note"),
    ],
)
def test_the_field_and_the_letter_are_named(command: Command, field: str) -> None:
    with pytest.raises(NotPrintable) as refused:
        hold_printable(command)
    assert refused.value.params["field"] == field
    assert str(refused.value.params["letter"]).startswith("U+")
    assert "…" not in refused.value.title_vi


def test_what_documents_print_passes() -> None:
    hold_printable(
        RefuseDossier(
            agency="a", reason_code="other", note="Đinh Hơ̆m: thiếu bản sao;\nxem “Điều 5” – 50%"
        )
    )
    hold_printable(object())
    assert RequestPapers.model_fields["note"]
