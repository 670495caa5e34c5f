"""Form 04, the apology with the new date: its content, and the effect that issues it signed.

From events and papers alone.
"""

from dataclasses import replace

from motcua_chassis import PrivateRecords
from motcua_contracts import Catalogue, CatalogueEntryMissing, Effect
from motcua_contracts.messages.catalog import Agency
from motcua_contracts.messages.intake import DossierPapers
from motcua_contracts.messages.routing import RecordApology
from motcua_contracts.rules.reasons import EXTENSION
from motcua_documents.pdf.apology import Apology, render_apology
from motcua_documents.pdf.links import tracking

from ..domain.case import Case
from ..tools import Tools

REASON_VI = "Xin lỗi và hẹn lại ngày trả kết quả"
COUNTER_VI = "Bộ phận Tiếp nhận và Trả kết quả"


async def make_letter(
    effect: Effect, case: Case, records: PrivateRecords, tools: Tools
) -> RecordApology:
    """Render, sign and store the letter.

    Without one where the dossier was forgotten. Raises `PrivateRecordNotYet`.
    """
    if records.forgotten:
        return RecordApology(letter=None)
    person = DossierPapers.model_validate_json(await records.get(case.pinned.revision))
    assert case.extending is not None
    # A timer that ran late was decided for its own moment; the letter bears the time at which it is
    # made.
    issued_at = max(case.extending.decided_at, tools.now())
    letter = replace(
        written(case, person, tools.catalogue),
        decided_at=issued_at,
        signer=await tools.name_of(case.extending.by),
        link=tracking(tools.public_url, case.pinned.code),
    )
    reference = await tools.office.issue(
        render_apology, letter, case.id, issued_at, REASON_VI, case.agency
    )
    return RecordApology(letter=reference, issued_at=issued_at)


def written(case: Case, person: DossierPapers, catalogue: Catalogue) -> Apology:
    """The letter of a case that gets a new date. Raises `AgencyUnknown`, `ProcedureUnknown`."""
    decided, terms = case.extending, case.pinned
    assert decided is not None, "a letter for a case that gets no new date"
    agency = catalogue.agency(case.agency)
    above, office_vi = signing_office(case, agency)
    reason = EXTENSION.get(decided.reason_code)
    return Apology(
        code=terms.code,
        number=case.extensions + 1,
        above_vi=above,
        agency_vi=office_vi,
        applicant=person.applicant.full_name,
        address=person.applicant.address,
        procedure_vi=terms.name_vi,
        procedure_code=terms.procedure,
        field_vi=catalogue.procedure(terms.procedure, terms.version).terms.field_vi,
        received_at=terms.received_at or decided.decided_at,
        due_at=case.appointment,
        reason_vi=reason.vi if reason is not None else decided.reason_code,
        new_due_at=decided.due_at,
        decided_at=decided.decided_at,
        signer_vi=_post(decided.by, catalogue),
        counter_vi=COUNTER_VI,
        salt=person.salt,
    )


def signing_office(case: Case, agency: Agency) -> tuple[str, str]:
    """The agency above and the department that answers for the open step; the agency alone where it
    has none of that name.
    """
    department = (
        case.open_step.department if case.task is not None else case.workflow.steps[-1].department
    )
    department_vi = next((one.name_vi for one in agency.departments if one.id == department), "")
    return (agency.name_vi, department_vi) if department_vi else ("", agency.name_vi)


def _post(by: str, catalogue: Catalogue) -> str:
    """The post of who signs; empty if nobody signs and there is only the agency's seal."""
    try:
        return catalogue.last_seat(by).post_vi if by else ""
    except CatalogueEntryMissing:
        return ""
