"""What is shown of a case inside the departments, beside where it lies: opinions, letters, and what
an officer may do now.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from motcua_contracts.messages.routing import NOTES_FROM
from motcua_contracts.rules.directory import Catalogue
from motcua_contracts.rules.reasons import reason

from ..http.safe_rows import NOTE_UNREADABLE
from ..identity.callers import Caller
from ..read_model.document import MORE, NAME
from ..read_model.folds.routing import desk_of
from ..read_model.private_records import PapersReplica

DOES = {
    "process": ("complete-step",),
    "draft": ("draft-decision",),
    "approve": ("approve", "return-step"),
}
Action = tuple[str, str, dict[str, Any]]


def case_actions(
    document: Mapping[str, Any],
    caller: Caller,
    catalogue: Catalogue | None = None,
    at: datetime | None = None,
) -> list[Action]:
    """Name, path and further values of each. This is a hint; the service has the final say.

    With catalogue and time also what an absent officer's colleague may take over.
    """
    case, place = document.get("case", {}), caller.place
    task = case.get("task")
    if (
        task is None
        or place is None
        or document["status"] not in ("processing", "supplement_requested")
    ):
        return []
    path, step = f"/desk/cases/{document['_id']}", {"step": task["step"]}
    found: list[Action] = []
    running = document["status"] == "processing"
    if running and task["officer"] == caller.officer:
        names = [
            *DOES[task["does"]],
            *(() if asked_before(document) else ("request-supplement",)),
            "consult",
        ]
        found += [(name, f"{path}/{name}", step) for name in names]
    if "leader" in caller.roles and place.agency == task["agency"]:
        found.append(("assign", f"{path}/assign", step))
        if running and not case.get("apologies"):
            found.append(("extend", f"{path}/extend", {**step, **_to_be_signed(case)}))
    if _may_take(task, caller, catalogue, at):
        found.append(("take-over", f"{path}/take-over", step))
    for one in case.get("consultations", ()):
        asked = desk_of(one["agency"], one["department"]) == desk_of(place.agency, place.department)
        if asked and one["opinion"] is None and caller.roles & {"officer", "leader"}:
            found.append(
                (
                    "answer-consultation",
                    f"{path}/answer-consultation",
                    {"consultation": one["consultation"]},
                )
            )
    return found


def _to_be_signed(case: Mapping[str, Any]) -> dict[str, Any]:
    """The apology that the rule prepared: signing it is giving this date for this reason."""
    prepared = case.get("prepared")
    if not prepared:
        return {}
    label = reason(prepared["reason_code"])
    return {"prepared": {**prepared, "reason_vi": label.vi, "reason_en": label.en}}


def asked_before(document: Mapping[str, Any]) -> bool:
    """Whether the deciding agency has asked for papers already: its department, or its own counter
    before acceptance.
    """
    case = document.get("case", {})
    own_counter = document.get("counter_asked") and document.get("agency") == case.get("agency")
    return bool(case.get("supplements") or own_counter)


def _may_take(
    task: Mapping[str, Any], caller: Caller, catalogue: Catalogue | None, at: datetime | None
) -> bool:
    """The task of nobody, or of an absent colleague of the same department and role."""
    place, role = caller.place, "leader" if task["does"] == "approve" else "officer"
    if (
        place is None
        or place.agency != task["agency"]
        or role not in caller.roles
        or task["officer"] == caller.officer
    ):
        return False
    if role == "officer" and place.department != task["department"]:
        return False
    if not task["officer"]:
        return True
    return catalogue is not None and at is not None and catalogue.absent(task["officer"], at)


def consultations_of(document: Mapping[str, Any], names_of: Any) -> list[dict[str, Any]]:
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


def apologies_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The new dates that were given, each with its reason and letter."""
    return [
        {
            **one,
            "reason_vi": reason(one["reason_code"]).vi,
            "reason_en": reason(one["reason_code"]).en,
        }
        for one in document.get("case", {}).get("apologies", ())
    ]


async def case_notes(document: Mapping[str, Any], papers: PapersReplica) -> list[dict[str, Any]]:
    """What officers and leaders typed, by the fact that it belongs to: for officers' eyes."""
    shown = []
    for entry in document["history"]:
        revision = entry[MORE].get("revision")
        if not isinstance(revision, int) or revision <= NOTES_FROM:
            continue
        typed = await papers.note_of(document["_id"], revision)
        if typed.unreadable:
            shown.append({"event": entry[NAME], "note": NOTE_UNREADABLE.vi, "unreadable": True})
        elif typed.text:
            shown.append({"event": entry[NAME], "note": typed.text})
    return shown
