"""The receipt with appointment (giấy tiếp nhận hồ sơ và hẹn trả kết quả): its content, and the
effect that issues it.
"""

from dataclasses import replace

from motcua_chassis import PrivateRecords
from motcua_contracts import Catalogue, Effect
from motcua_contracts.messages.intake import Delivery, DossierPapers, RecordAcceptanceSlip
from motcua_contracts.rules.terms import Terms
from motcua_documents.pdf import Slip, SlipPaper, render_slip
from motcua_documents.pdf.counter_form import COUNTER_VI
from motcua_documents.pdf.links import tracking
from motcua_documents.pdf.words import dong

from ..domain.case import Dossier, Fee
from ..tools import Tools
from .parties import parties

REASON_VI = "Tiếp nhận hồ sơ và hẹn trả kết quả"


async def acceptance_slip(
    effect: Effect, dossier: Dossier, records: PrivateRecords, tools: Tools
) -> RecordAcceptanceSlip:
    """Render, sign and store the slip.

    Without one where the dossier was forgotten. Raises `PrivateRecordNotYet`.
    """
    if records.forgotten:
        return RecordAcceptanceSlip(slip=None)
    person = DossierPapers.model_validate_json(await records.get(dossier.revision))
    slip = replace(
        written(dossier, person, tools.catalogue),
        link=tracking(tools.public_url, dossier.code),
        **await tools.officer(dossier.accepted_by),
    )
    agency = dossier.receiving_agency
    reference = await tools.office.issue(
        render_slip, slip, dossier.id, slip.accepted_at, REASON_VI, agency, lasting=True
    )
    return RecordAcceptanceSlip(slip=reference)


def written(dossier: Dossier, person: DossierPapers, catalogue: Catalogue) -> Slip:
    """The slip of a dossier that is being accepted, from events and papers alone.

    Raises `AgencyUnknown`.
    """
    acceptance = dossier.acceptance
    assert acceptance is not None, "a slip for a dossier that is not being accepted"
    assert dossier.received_at is not None
    agency = catalogue.agency(dossier.receiving_agency)
    return Slip(
        **parties(dossier, person),
        agency_vi=agency.name_vi,
        agency_address=agency.address_vi,
        agency_phone=agency.phone,
        papers=handed_in(dossier),
        sets=1,
        time_vi=statutory_time(dossier.pinned),
        received_at=dossier.received_at,
        accepted_at=acceptance.accepted_at,
        due_at=acceptance.due_at,
        collected_vi=collected(dossier.result_delivery, agency.name_vi),
        fee_vi=fee_state(dossier.fee),
        pin=person.pin,
    )


def handed_in(dossier: Dossier) -> tuple[SlipPaper, ...]:
    """The papers that were handed in, as files or on paper, in the procedure's order."""
    brought = {*dossier.papers, *dossier.on_paper}
    return tuple(
        SlipPaper(paper.name_vi, paper.original, paper.copies, paper.kind)
        for paper in dossier.pinned.papers
        if paper.id in brought
    )


def statutory_time(terms: Terms) -> str:
    """As a person reads it: `3 ngày làm việc`, `0,5 ngày làm việc`, `15 ngày`, `Trong ngày`."""
    days = f"{terms.days:g}".replace(".", ",")
    match terms.day_unit:
        case "working":
            return f"{days} ngày làm việc"
        case "calendar":
            return f"{days} ngày"
        case "same_day":
            return "Trong ngày"


def collected(delivery: Delivery, agency_vi: str) -> str:
    match delivery:
        case "counter":
            return f"{COUNTER_VI} – {agency_vi}"
        case "online":
            return "Trực tuyến, tại trang hồ sơ của người nộp"
        case "post":
            return "Qua dịch vụ bưu chính, theo địa chỉ của người nộp"


def fee_state(fee: Fee) -> str:
    """A dossier is accepted when its fee is cleared, or deferred to the moment
    before the result.
    """
    if fee.state == "deferred":
        return f"{dong(fee.amount_vnd)}, nộp trước khi nhận kết quả"
    return f"{dong(fee.amount_vnd)}, đã nộp" if fee.settled else "Không phải nộp"
