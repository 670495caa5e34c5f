"""What is shown of a case inside the departments, beside where it is: opinions, letters, and what
an officer may do now.
"""

from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue
from motcua_contracts.messages.routing import NOTES_FROM
from motcua_contracts.rules.offers import in_case
from motcua_contracts.rules.reasons import reason

from ..http.safe_rows import NOTE_UNREADABLE
from ..identity.callers import Caller
from ..read_model.private_records import PapersReplica
from ..read_model.stored import Case, Document, history_of
from .offer_inputs import case_of, moment_of, who_of
from .texts import Note

Action = tuple[str, str, dict[str, object]]


def case_actions(
    document: Document,
    caller: Caller,
    catalogue: Catalogue | None = None,
    at: datetime | None = None,
) -> list[Action]:
    """Name, path and further values of each. This is a hint; the service has the final say.

    With catalogue and time also what an absent officer's colleague may take over.
    """
    path = f"/desk/cases/{document['_id']}"
    found: list[Action] = []
    for offer in in_case(case_of(document), who_of(caller), moment_of(catalogue, at)):
        more: dict[str, object] = {"step": offer.step}
        if offer.act == "answer-consultation":
            more = {"consultation": offer.number}
        if offer.possible_from is not None:
            more["possible_from"] = offer.possible_from
        if offer.act == "extend":
            more |= _to_be_signed(document["case"])
        found.append((offer.act, f"{path}/{offer.act}", more))
    return found


def _to_be_signed(case: Case) -> dict[str, object]:
    """The apology that the rule prepared: signing it is giving this date for this reason."""
    prepared = case.get("prepared")
    if not prepared:
        return {}
    label = reason(prepared["reason_code"])
    return {"prepared": {**prepared, "reason_vi": label.vi, "reason_en": label.en}}


def consultations_of(document: Document, names_of: Any) -> list[dict[str, object]]:
    """Whose opinion was asked, and what they said.

    `names_of`: agency -> its names and those of its departments.
    """
    shown = []
    for one in document.get("case", {}).get("consultations", ()):
        agency_vi, agency_en, departments = names_of(one["agency"])
        department_vi, department_en = departments.get(
            one["department"], (one["department"], one["department"])
        )
        shown.append(
            {
                "consultation": one["consultation"],
                "agency": one["agency"],
                "agency_vi": agency_vi,
                "agency_en": agency_en,
                "department": one["department"],
                "department_vi": department_vi,
                "department_en": department_en,
                "post_vi": one["post_vi"],
                "post_en": one["post_en"],
                "respond_by": one["respond_by"],
                "opinion": one["opinion"],
            }
        )
    return shown


def apologies_of(document: Document) -> list[dict[str, object]]:
    """The new dates that were given, each with its reason and letter."""
    return [
        {
            **one,
            "reason_vi": reason(one["reason_code"]).vi,
            "reason_en": reason(one["reason_code"]).en,
        }
        for one in document.get("case", {}).get("apologies", ())
    ]


async def case_notes(document: Document, papers: PapersReplica) -> list[Note]:
    """What officers and leaders typed, by the event that it belongs to: for officers' eyes."""
    shown: list[Note] = []
    for entry in history_of(document):
        revision = entry.more.get("revision")
        if not isinstance(revision, int) or revision <= NOTES_FROM:
            continue
        typed = await papers.note_of(document["_id"], revision)
        if typed.unreadable:
            shown.append({"event": entry.event, "note": NOTE_UNREADABLE.vi, "unreadable": True})
        elif typed.text:
            shown.append({"event": entry.event, "note": typed.text})
    return shown
