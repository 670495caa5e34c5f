"""The hand-overs of form 05, from a dossier's history: from the counter to each officer in turn,
back, and to the owner. Pure.

Whoever gave and took is printed by name and post: an officer without a known name by post alone,
and the counter alone where nobody acted.
"""

from collections.abc import Mapping
from datetime import datetime

from motcua_contracts import VIETNAM, Catalogue, CatalogueEntryMissing
from motcua_contracts.rules.reasons import reason
from motcua_documents.pdf.control_slip import HandOver

from ..procedures.agencies import COUNTER_NAME
from ..read_model.stored import Document, history_of

OWNER_VI, POST_VI = "Người nộp hồ sơ", "Bưu chính"


def hand_overs(
    document: Document, names: Mapping[str, str], catalogue: Catalogue
) -> list[HandOver]:
    """Each hand-over in its order."""
    found: list[HandOver] = []
    holder, due, step, note = COUNTER_NAME.vi, None, "", ""
    brought = COUNTER_NAME.vi
    for entry in history_of(document):
        at, more = entry.at, entry.more
        match entry.event:
            case "DossierAccepted":
                holder = at_counter(entry.actor, names, catalogue)
            case "TaskAssigned" if more["officer"]:
                taker = named(names.get(more["officer"], ""), more["post_vi"]) or more["officer"]
                found.append(HandOver(holder, taker, at, due, _stood(at, due), note or step))
                holder, due, step, note = taker, more.get("step_due_at"), more["step_vi"], ""
            case "TaskDateMoved":
                due = more["step_due_at"]
            case "StepReturned":
                note = f"Trả lại: {reason(more['reason_code']).vi}"
            case "SupplementNeeded":
                found.append(
                    HandOver(holder, COUNTER_NAME.vi, at, None, "", "Yêu cầu bổ sung hồ sơ")
                )
            case "SupplementSubmitted":
                brought = at_counter(entry.actor, names, catalogue)
            case "ClockResumed":
                found.append(HandOver(brought, holder, at, None, "", "Đã bổ sung hồ sơ"))
            case "CaseDecided":
                found.append(HandOver(holder, COUNTER_NAME.vi, at, due, _stood(at, due), step))
            case "ResultPosted":
                found.append(
                    HandOver(
                        at_counter(entry.actor, names, catalogue),
                        POST_VI,
                        at,
                        None,
                        "",
                        "Gửi kết quả",
                    )
                )
            case "DossierReturned" if entry.actor.startswith("officer:"):
                found.append(
                    HandOver(
                        at_counter(entry.actor, names, catalogue),
                        OWNER_VI,
                        at,
                        None,
                        "",
                        "Trả kết quả",
                    )
                )
            case _:
                pass
    return found


def at_counter(actor: str, names: Mapping[str, str], catalogue: Catalogue) -> str:
    """The counter, with the clerk who acted there; the counter alone where a
    citizen or a rule did.
    """
    kind, _, officer = actor.partition(":")
    if kind != "officer":
        return COUNTER_NAME.vi
    try:
        post_vi = catalogue.last_seat(officer).post_vi
    except CatalogueEntryMissing:
        post_vi = ""
    who = named(names.get(officer, ""), post_vi)
    return f"{COUNTER_NAME.vi}: {who}" if who else COUNTER_NAME.vi


def named(name: str, post_vi: str) -> str:
    """As papers print an officer."""
    return ", ".join(part for part in (name, post_vi) if part)


def _stood(at: datetime, due: datetime | None) -> str:
    """How the step that ends stood, by days as the form wants it."""
    if due is None:
        return ""
    if at > due:
        return "Quá hạn"
    return (
        "Trước hạn"
        if at.astimezone(VIETNAM).date() < due.astimezone(VIETNAM).date()
        else "Đúng hạn"
    )
