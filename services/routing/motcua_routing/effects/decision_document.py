"""The result (kết quả giải quyết): its content, and the effect that issues it signed.

Rendered from events and papers alone.
"""

from dataclasses import replace

from motcua_chassis import PrivateRecords
from motcua_contracts import Catalogue, CatalogueEntryMissing, Effect
from motcua_contracts.messages.intake import DossierPapers
from motcua_contracts.messages.routing import DecisionApproved, RecordSignedDecision, RoutingNote
from motcua_contracts.rules.reasons import REFUSAL
from motcua_documents.pdf import Result, form_lines, render_result
from motcua_documents.pdf.links import verification

from ..domain.case import Case, position
from ..tools import Tools

REASON_VI = "Kết quả giải quyết thủ tục hành chính"


async def sign_decision(
    effect: Effect, case: Case, records: PrivateRecords, tools: Tools
) -> RecordSignedDecision:
    """Render, sign and store the result.

    Without one where the dossier was forgotten. Raises `PrivateRecordNotYet`.
    """
    if records.forgotten:
        return RecordSignedDecision(result=None)
    person = DossierPapers.model_validate_json(await records.get(case.pinned.revision))
    revision = case.draft.revision if case.draft is not None else None
    note = (
        RoutingNote.model_validate_json(await records.get(revision)).text
        if revision is not None
        else ""
    )
    assert case.approval is not None
    result = replace(
        written(case, person, tools.catalogue, note),
        verify_url=verification(tools.public_url, case.pinned.code, person.salt),
        signer=await tools.name_of(case.approval.officer),
    )
    reference = await tools.office.issue(
        render_result, result, case.id, result.approved_at, REASON_VI, case.agency, lasting=True
    )
    return RecordSignedDecision(result=reference)


def written(case: Case, person: DossierPapers, catalogue: Catalogue, note: str = "") -> Result:
    """The result of an approved case; `note` is what the officer typed to a refusal.

    Raises `AgencyUnknown`, `ProcedureUnknown`.
    """
    approval, terms, applicant = case.approval, case.pinned, person.applicant
    assert approval is not None, "a result for a case that is not approved"
    agency = catalogue.agency(case.agency)
    department = case.workflow.steps[position(case.workflow, approval.step)].department
    department_vi = next((one.name_vi for one in agency.departments if one.id == department), "")
    publication = catalogue.procedure(terms.procedure, terms.version).publication
    granted = approval.outcome == "granted"
    return Result(
        code=terms.code,
        granted=granted,
        above_vi=agency.name_vi if department_vi else "",
        agency_vi=department_vi or agency.name_vi,
        applicant=applicant.full_name,
        id_number=applicant.id_number,
        address=applicant.address,
        procedure_vi=terms.name_vi,
        procedure_code=terms.procedure,
        outcome_vi=terms.result_vi,
        content=form_lines(publication.form_schema, person.form) if granted else (),
        reason_vi=""
        if granted
        else ". ".join(part for part in (reason_vi(approval.reason_code), note) if part),
        legal_basis=publication.legal_basis,
        received_at=terms.received_at or approval.approved_at,
        approved_at=approval.approved_at,
        signer_vi=post_of(approval, catalogue),
        salt=person.salt,
    )


def reason_vi(code: str) -> str:
    """A code that is not in the list is printed as it is: the event has nothing else, and a refusal
    without a reason is none.
    """
    known = REFUSAL.get(code)
    return known.vi if known is not None else f"Theo mã lý do {code}"


def post_of(approval: DecisionApproved, catalogue: Catalogue) -> str:
    """The post of who approved; empty where the rules did, or the officer is no longer placed."""
    try:
        return catalogue.last_seat(approval.officer).post_vi if approval.officer else ""
    except CatalogueEntryMissing:
        return ""
