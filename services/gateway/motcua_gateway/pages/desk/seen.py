"""What the desks' pages show of one dossier: its view, applicant, filled form, what was typed about
it. Each reading is recorded.
"""

from collections.abc import Mapping
from typing import Any

from motcua_contracts import Catalogue
from motcua_contracts.rules.refusals import ProcedureUnknown
from motcua_contracts.values.phones import kind_of_phone
from motcua_documents.pdf.values import Words, filled_lines

from ...acts.document_reading import PAPERS, record_read
from ...http.safe_rows import PAPERS_UNREADABLE
from ...identity.callers import Caller
from ...read_model.stored import Document
from ...tools import Gateway
from ...views.dossier import desk_view, officers_of
from ...views.notes import notes_at_desk
from ...views.texts import HISTORY, NOTES

WITHIN = " › "


async def seen_at_desk(gateway: Gateway, caller: Caller, document: Document) -> dict[str, Any]:
    """For `desk_papers.html` and `desk_history.html`: `seen`, `applicant`, `form`, `landline`,
    `papers_unreadable`, `notes`, `who`.
    """
    dossier_id = document["_id"]
    await record_read(gateway.commands, caller, dossier_id, PAPERS)
    held = await gateway.papers.held(dossier_id, document["filing"]["revision"])
    papers = held.papers
    notes = await notes_at_desk(document, gateway.papers)
    return {
        "seen": desk_view(
            document,
            gateway.catalogue,
            await gateway.names.of(officers_of(document)),
            caller,
            gateway.runtime.now(),
        ),
        "applicant": papers.applicant.model_dump() if papers else None,
        "landline": papers is not None and kind_of_phone(papers.applicant.phone) == "landline",
        "form": form_words(document, papers.form, gateway.catalogue) if papers else [],
        "papers_unreadable": PAPERS_UNREADABLE if held.unreadable else None,
        "notes": [
            {"note": "", **one, "about": NOTES.get(one["event"], HISTORY.get(one["event"]))}
            for one in notes
        ],
        "same_matter": await gateway.dossiers.same_matter(document, caller),
        "who": await who_of(gateway, caller),
    }


async def who_of(gateway: Gateway, caller: Caller) -> dict[str, Any]:
    """Name and post of the officer at the desk, and whether there is a list of tasks for their
    roles.
    """
    assert caller.seat is not None
    names = await gateway.names.of({caller.officer})
    return {
        "name": names.get(caller.officer, caller.officer),
        "post_vi": caller.seat.post_vi,
        "post_en": caller.seat.post_en,
        "has_money": bool(caller.roles & {"cashier", "leader"}),
        "has_tasks": bool(caller.roles & {"officer", "leader"}),
    }


def form_words(
    document: Document, form: Mapping[str, Any], catalogue: Catalogue
) -> list[tuple[Words, Words]]:
    """The filled form as lines: what each value is called, with the parts that it is in, and the
    value, in both languages.
    """
    filing = document["filing"]
    try:
        schema = catalogue.procedure(
            filing["procedure"], filing["procedure_version"]
        ).publication.form_schema
    except ProcedureUnknown:
        schema = {}
    heads: list[Words] = []
    lines: list[tuple[Words, Words]] = []
    for line in filled_lines(schema, form, everything=True):
        del heads[line.depth :]
        if line.is_head:
            heads.append(line.label)
        else:
            way = (*heads, line.label)
            lines.append(
                ((WITHIN.join(vi for vi, _ in way), WITHIN.join(en for _, en in way)), line.value)
            )
    return lines
