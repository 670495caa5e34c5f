"""The fold of intake's own events, and what is open outside because of them.

No rules: what was decided is simply so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from motcua_contracts import Effect, Message, Payload
from motcua_contracts.messages.intake import (
    AcceptanceDecided,
    AcceptanceOverdue,
    AnswerTermMoved,
    ApplicantCorrected,
    CaseDecisionSeen,
    DossierAccepted,
    DossierCompleted,
    DossierForgotten,
    DossierNotAccepted,
    DossierRated,
    DossierRegistered,
    DossierReturned,
    DossierStopped,
    DossierWithdrawn,
    FeeCleared,
    FeeDeferred,
    FilesDeleted,
    PaymentDemanded,
    PostCameBack,
    RefusalDecided,
    ResultPosted,
    SupplementDemanded,
    SupplementRequested,
    SupplementSubmitted,
    SupplementTermMoved,
)
from motcua_contracts.rules.days_off import due_days
from motcua_contracts.wire.payload import CommandRejected

from . import acceptance
from .case import Dossier, Fee

ACCEPTANCE_SLIP = "acceptance-slip"
"""Effect: render, sign and store the receipt with appointment (form 01)."""
SUPPLEMENT_SLIP = "supplement-slip"
"""Effect: the same with the supplement request (form 02)."""
REFUSAL_SLIP = "refusal-slip"
"""Effect: the same with the refusal (form 03)."""
DELETE_FILES = "delete-files"
"""Effect: delete the files of a forgotten dossier."""
_OVER: dict[str, Any] = {
    "supplement": None,
    "supplement_asked": False,
    "refusal": None,
    "acceptance": None,
    "accepted_by": "",
    "decision": None,
}
"""What nobody waits for any more once a dossier has ended."""


def evolve(dossier: Dossier, event: Message[Payload]) -> Dossier:
    """The dossier after one of its own events.

    Raises `TypeError` for an event that intake does not say.
    """
    changes = _changes(dossier, event)
    return dossier.model_copy(update=changes) if changes else dossier


def _changes(dossier: Dossier, event: Message[Payload]) -> dict[str, Any]:
    match event.data:
        case DossierRegistered() as data:
            return {
                "id": event.subject,
                "stage": "registered",
                "code": data.code,
                "owner": data.owner_actor,
                "terms": data.terms,
                "revision": data.revision,
                "channel": data.channel,
                "receiving_agency": data.receiving_agency,
                "result_delivery": data.result_delivery,
                "contacts": data.contacts,
                "confirmed": data.confirmed,
                "received_at": data.received_at,
                "papers": tuple(dict.fromkeys(document.paper for document in data.documents)),
                "on_paper": data.papers_on_paper,
                "file_bytes": sum(file.document.size for file in data.documents),
            }
        case PaymentDemanded() as data:
            return {
                "fee": Fee(
                    state="demanded",
                    amount_vnd=data.amount_vnd,
                    pay_within_seconds=data.pay_within_seconds,
                )
            }
        case FeeDeferred() as data:
            fee = Fee(
                state="deferred",
                amount_vnd=data.amount_vnd,
                pay_within_seconds=data.pay_within_seconds,
            )
            return {"fee": fee, **_waits(dossier, event, data.answer_by)}
        case FeeCleared() as data:
            fee = Fee(
                state="cleared", amount_vnd=dossier.fee.amount_vnd, settled=data.reason == "settled"
            )
            return {"fee": fee, **_waits(dossier, event, data.answer_by)}
        case SupplementTermMoved() as data:
            assert dossier.supplement is not None, "a term that moves and nothing is asked for"
            return {
                "supplement": dossier.supplement.model_copy(update={"respond_by": data.respond_by})
            }
        case AnswerTermMoved() as data:
            return {"answer_by": data.answer_by}
        case AcceptanceOverdue():
            return {"overdue": True}
        case SupplementDemanded() as data:
            used = dossier.supplements_used + (data.by == "counter")
            return {
                "supplement": data,
                "supplement_at": event.time,
                "supplement_asked": False,
                "revision": data.revision,
                "supplements_used": used,
                "acted_by": data.officer,
            }
        case SupplementRequested():
            return {"supplement_asked": True}
        case SupplementSubmitted() as data:
            scanned = tuple(
                dict.fromkeys((*dossier.papers, *(file.paper for file in data.documents)))
            )
            return {
                "supplement": None,
                "supplement_asked": False,
                "revision": data.revision,
                "contacts": data.contacts,
                "papers": scanned,
                "on_paper": tuple(dict.fromkeys((*dossier.on_paper, *data.papers_on_paper))),
                "file_bytes": dossier.file_bytes
                + sum(file.document.size for file in data.documents),
                "waits_since": data.submitted_at if data.answer_by else None,
                "answer_by": data.answer_by,
            }
        case RefusalDecided() as data:
            return {
                "stage": "refusing",
                "refusal": data,
                "revision": data.revision,
                "acted_by": event.actor.partition(":")[2],
            }
        case DossierNotAccepted():
            return {"stage": "not_accepted", "ended_at": event.time, **_OVER}
        case AcceptanceDecided() as data:
            kind, _, officer = event.actor.partition(":")
            return {
                "stage": "accepting",
                "acceptance": data,
                "accepted_by": officer if kind == "officer" else "",
            }
        case DossierAccepted():
            return {"stage": "accepted", "acceptance": None, "accepted_by": ""}
        case CaseDecisionSeen() as data:
            return {"decision": data, "supplement": None, "supplement_asked": False}
        case DossierCompleted():
            return {"stage": "completed", "decision": None}
        case ResultPosted() as data:
            return {"stage": "posted", "revision": data.revision}
        case PostCameBack():
            return {"stage": "completed"}
        case DossierReturned() as data:
            return {
                "stage": "returned",
                "ended_at": event.time,
                "revision": data.revision or dossier.revision,
            }
        case DossierWithdrawn() as data:
            ended = dossier.ended_at or event.time  # said again where a decision crossed
            return {
                "stage": "withdrawn",
                "ended_at": ended,
                **_OVER,
                "revision": data.revision or dossier.revision,
            }
        case DossierStopped():
            return {"stage": "stopped", "ended_at": event.time, **_OVER}
        case ApplicantCorrected() as data:
            return {
                "revision": data.revision,
                "contacts": data.contacts,
                "confirmed": data.confirmed,
            }
        case DossierRated():
            return {"rated": True}
        case DossierForgotten():
            return {"stage": "forgotten"}
        case FilesDeleted():
            return {"files_deleted": True}
        case CommandRejected():
            return {}
        case _:
            raise TypeError(f"intake does not say {type(event.data).__name__}")


def _waits(dossier: Dossier, event: Message[Payload], answer_by: datetime | None) -> dict[str, Any]:
    """The counter's hours begin, with the receipt or with the end of what held the dossier."""
    if answer_by is None:
        return {}
    return {
        "answer_by": answer_by,
        "waits_since": event.time if dossier.fee.state == "demanded" else dossier.received_at,
    }


def effects(dossier: Dossier) -> Sequence[Effect]:
    """The slip that is being made, and the files that are to go."""
    if dossier.stage == "accepting":
        return (Effect(f"{dossier.id}/{ACCEPTANCE_SLIP}", ACCEPTANCE_SLIP),)
    if dossier.stage == "refusing":
        return (Effect(f"{dossier.id}/{REFUSAL_SLIP}", REFUSAL_SLIP),)
    if dossier.stage == "forgotten" and not dossier.files_deleted:
        return (Effect(f"{dossier.id}/{DELETE_FILES}", DELETE_FILES),)
    asked = dossier.supplement
    if asked is not None and not dossier.supplement_asked:
        return (
            Effect(f"{dossier.id}/{SUPPLEMENT_SLIP}/{asked.by}/{asked.number}", SUPPLEMENT_SLIP),
        )
    return ()


def due(dossier: Dossier) -> datetime | None:
    """When it wants to be woken: the end of the time to hand in what was asked for, or of the
    counter's hours to answer.
    """
    if dossier.supplement is not None:
        return dossier.supplement.respond_by if dossier.supplement_asked else None
    return dossier.answer_by if acceptance.watched(dossier) else None


def index(dossier: Dossier) -> Mapping[str, Sequence[str] | None]:
    """`due_on`: the day (UTC) on which the term that runs ends, with the receiving agency, by whose
    calendar it goes.
    """
    return {"due_on": due_days(dossier.receiving_agency, (due(dossier),)) or None}
