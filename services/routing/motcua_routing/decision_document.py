"""The result (kết quả giải quyết): what stands on it, and the effect that issues it signed. Rendered from facts and papers alone."""

from motcua_chassis.service import PaperShelf
from motcua_contracts.catalogue import Catalogue
from motcua_contracts.decision import Effect
from motcua_contracts.intake import DossierPapers
from motcua_contracts.refusals import FactMissing
from motcua_contracts.routing import DecisionApproved, RecordSignedDecision
from motcua_documents.pdf import Result, form_lines, render_result

from .domain.state import Case, position
from .tools import Tools

REASON_VI = "Kết quả giải quyết thủ tục hành chính"
REASONS_VI = {
    "forged-papers": "Giấy tờ trong hồ sơ không đúng sự thật",
    "incomplete": "Hồ sơ không đầy đủ theo quy định",
    "name-taken": "Tên đăng ký trùng hoặc gây nhầm lẫn với tên đã đăng ký",
    "not-eligible": "Hồ sơ không đủ điều kiện theo quy định",
    "outside-authority": "Nội dung yêu cầu không thuộc thẩm quyền giải quyết",
    "prohibited-activity": "Ngành, nghề thuộc danh mục cấm đầu tư kinh doanh",
}
"""Coded reasons of a refusal, as the applicant reads them."""


async def sign_decision(effect: Effect, case: Case, papers: PaperShelf, tools: Tools) -> RecordSignedDecision:
    """Render, sign and store the result. Without one where the dossier was forgotten. Raises `PaperNotYet`."""
    if papers.forgotten:
        return RecordSignedDecision(result=None)
    person = DossierPapers.model_validate_json(await papers.get(case.pinned.revision))
    result = written(case, person, tools.catalogue)
    reference = await tools.office.issue(lambda: render_result(result), case.id, result.approved_at, REASON_VI)
    return RecordSignedDecision(result=reference)


def written(case: Case, person: DossierPapers, facts: Catalogue) -> Result:
    """The result of an approved case. Raises `AgencyUnknown`, `ProcedureUnknown`."""
    approval, terms, applicant = case.approval, case.pinned, person.applicant
    assert approval is not None, "a result for a case that is not approved"
    agency = facts.agency(case.agency)
    department = case.workflow.steps[position(case.workflow, approval.step)].department
    department_vi = next((one.name_vi for one in agency.departments if one.id == department), "")
    publication = facts.procedure(terms.procedure, terms.version).publication
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
        reason_vi="" if granted else reason_vi(approval.reason_code),
        legal_basis=publication.legal_basis,
        received_at=terms.received_at or approval.approved_at,
        approved_at=approval.approved_at,
        signer_vi=post_of(approval, facts),
        salt=person.salt,
    )


def reason_vi(code: str) -> str:
    """A code that is not in the list is printed as it is: the fact has nothing else, and a refusal without a reason is none."""
    return REASONS_VI.get(code, f"Theo mã lý do {code}")


def post_of(approval: DecisionApproved, facts: Catalogue) -> str:
    """The post of who approved; empty where the rules did, or the officer is no longer placed."""
    try:
        return facts.place(approval.officer).post_vi if approval.officer else ""
    except FactMissing:
        return ""
