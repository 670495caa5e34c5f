"""The slips that ask or refuse: supplement request (form 02) and refusal (form 03), and the
deletion of a forgotten dossier's files.
"""

from dataclasses import replace

from motcua_chassis import PrivateRecords
from motcua_contracts import Catalogue, Effect
from motcua_contracts.messages.intake import DossierPapers, RecordFilesDeleted, RecordSlip
from motcua_contracts.messages.routing import RoutingNote
from motcua_contracts.rules.reasons import reason
from motcua_documents.pdf.links import tracking
from motcua_documents.pdf.refusal import RefusalSlip, render_refusal
from motcua_documents.pdf.supplement import RequestLine, SupplementSlip, render_supplement

from ..domain.case import Dossier
from ..domain.supplement import names
from ..tools import Tools, post_of
from .parties import parties

SUPPLEMENT_VI = "Yêu cầu bổ sung, hoàn thiện hồ sơ"
REFUSAL_VI = "Từ chối tiếp nhận hồ sơ"


async def supplement_slip(
    effect: Effect, dossier: Dossier, records: PrivateRecords, tools: Tools
) -> RecordSlip:
    """Render, sign and store form 02, with the department's note where it typed one.

    Raises `PrivateRecordNotYet`.
    """
    asked = dossier.supplement
    assert asked is not None, "a supplement slip for a dossier of which nothing is asked"
    if records.forgotten:
        return RecordSlip(about="supplement", number=asked.number, slip=None)
    person = DossierPapers.model_validate_json(await records.get(asked.revision))
    note = person.note if asked.by == "counter" else ""
    if asked.note_revision is not None:
        note = RoutingNote.model_validate_json(await records.get(asked.note_revision)).text
    made = asking(dossier, person, note, tools.catalogue)
    slip = replace(
        made, link=tracking(tools.public_url, dossier.code), **await tools.officer(dossier.acted_by)
    )
    reference = await tools.office.issue(
        render_supplement, slip, dossier.id, slip.asked_at, SUPPLEMENT_VI, dossier.receiving_agency
    )
    return RecordSlip(about="supplement", number=asked.number, slip=reference)


async def refusal_slip(
    effect: Effect, dossier: Dossier, records: PrivateRecords, tools: Tools
) -> RecordSlip:
    """Render, sign and store form 03. Raises `PrivateRecordNotYet`."""
    decided = dossier.refusal
    assert decided is not None, "a refusal slip for a dossier that is not refused"
    if records.forgotten:
        return RecordSlip(about="refusal", slip=None)
    person = DossierPapers.model_validate_json(await records.get(decided.revision))
    made = refusing(dossier, person, tools.catalogue)
    slip = replace(
        made, link=tracking(tools.public_url, dossier.code), **await tools.officer(dossier.acted_by)
    )
    agency = dossier.receiving_agency
    reference = await tools.office.issue(
        render_refusal, slip, dossier.id, slip.refused_at, REFUSAL_VI, agency, lasting=True
    )
    return RecordSlip(about="refusal", slip=reference)


async def delete_files(
    effect: Effect, dossier: Dossier, records: PrivateRecords, tools: Tools
) -> RecordFilesDeleted:
    """Of a forgotten dossier's files only those are left that last. Repeating it is safe."""
    await tools.office.store.forget(dossier.id)
    return RecordFilesDeleted()


def asking(
    dossier: Dossier, person: DossierPapers, note: str, catalogue: Catalogue
) -> SupplementSlip:
    """Form 02 from events and papers alone.

    `note`: what the clerk or the officer wrote to the owner. Raises `AgencyUnknown`.
    """
    asked = dossier.supplement
    assert asked is not None
    assert dossier.supplement_at is not None
    counter = catalogue.agency(dossier.receiving_agency)
    asks = catalogue.agency(asked.agency or dossier.receiving_agency)
    lines = tuple(
        RequestLine(
            name.vi, line.kind, line.copies, reason(line.reason_code).vi if line.reason_code else ""
        )
        for name, line in zip(names(dossier, asked.papers), asked.papers, strict=True)
    )
    return SupplementSlip(
        **parties(dossier, person),
        number=asked.number,
        above_vi=asks.name_vi if asked.by == "department" else "",
        agency_vi=counter.name_vi,
        agency_address=counter.address_vi,
        agency_phone=asks.phone or counter.phone,
        lines=lines,
        reason_vi=reason(asked.reason_code).vi if asked.reason_code else "",
        note=note,
        contact_vi=post_of(catalogue, dossier.acted_by),
        asked_at=dossier.supplement_at,
        respond_by=asked.respond_by,
    )


def refusing(dossier: Dossier, person: DossierPapers, catalogue: Catalogue) -> RefusalSlip:
    """Form 03 from events and papers alone. Raises `AgencyUnknown`."""
    decided = dossier.refusal
    assert decided is not None
    assert dossier.received_at is not None
    agency = catalogue.agency(dossier.receiving_agency)
    return RefusalSlip(
        **parties(dossier, person),
        agency_vi=agency.name_vi,
        agency_address=agency.address_vi,
        agency_phone=agency.phone,
        reason_vi=reason(decided.reason_code).vi,
        note=person.note,
        contact_vi=post_of(catalogue, dossier.acted_by),
        received_at=dossier.received_at,
        refused_at=decided.refused_at,
    )
