"""The fold of intake's own facts, and what is open outside because of them.

No rules: what was decided is simply so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

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
from motcua_contracts.rules.decision import Effect
from motcua_contracts.wire.envelope import Message
from motcua_contracts.wire.payload import CommandRejected, Payload

from . import acceptance
from .state import Dossier, Fee

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
    """The dossier after one of its own facts.

    Raises `TypeError` for a fact that intake does not say.
    """
    changes = _changes(dossier, event)
    return dossier.model_copy(update=changes) if changes else dossier


def _changes(dossier: Dossier, event: Message[Payload]) -> dict[str, Any]:
    match event.data:
        case DossierRegistered() as fact:
            return {
                "id": event.subject,
                "stage": "registered",
                "code": fact.code,
                "owner": fact.owner_actor,
                "terms": fact.terms,
                "revision": fact.revision,
                "channel": fact.channel,
                "receiving_agency": fact.receiving_agency,
                "result_delivery": fact.result_delivery,
                "contacts": fact.contacts,
                "confirmed": fact.confirmed,
                "received_at": fact.received_at,
                "papers": tuple(dict.fromkeys(document.paper for document in fact.documents)),
                "on_paper": fact.papers_on_paper,
                "file_bytes": sum(file.document.size for file in fact.documents),
            }
        case PaymentDemanded() as fact:
            return {
                "fee": Fee(
                    state="demanded",
                    amount_vnd=fact.amount_vnd,
                    pay_within_seconds=fact.pay_within_seconds,
                )
            }
        case FeeDeferred() as fact:
            fee = Fee(
                state="deferred",
                amount_vnd=fact.amount_vnd,
                pay_within_seconds=fact.pay_within_seconds,
            )
            return {"fee": fee, **_waits(dossier, event, fact.answer_by)}
        case FeeCleared() as fact:
            fee = Fee(
                state="cleared", amount_vnd=dossier.fee.amount_vnd, settled=fact.reason == "settled"
            )
            return {"fee": fee, **_waits(dossier, event, fact.answer_by)}
        case SupplementTermMoved() as fact:
            assert dossier.supplement is not None, "a term that moves and nothing is asked for"
            return {
                "supplement": dossier.supplement.model_copy(update={"respond_by": fact.respond_by})
            }
        case AnswerTermMoved() as fact:
            return {"answer_by": fact.answer_by}
        case AcceptanceOverdue():
            return {"overdue": True}
        case SupplementDemanded() as fact:
            used = dossier.supplements_used + (fact.by == "counter")
            return {
                "supplement": fact,
                "supplement_at": event.time,
                "supplement_asked": False,
                "revision": fact.revision,
                "supplements_used": used,
                "acted_by": fact.officer,
            }
        case SupplementRequested():
            return {"supplement_asked": True}
        case SupplementSubmitted() as fact:
            scanned = tuple(
                dict.fromkeys((*dossier.papers, *(file.paper for file in fact.documents)))
            )
            return {
                "supplement": None,
                "supplement_asked": False,
                "revision": fact.revision,
                "contacts": fact.contacts,
                "papers": scanned,
                "on_paper": tuple(dict.fromkeys((*dossier.on_paper, *fact.papers_on_paper))),
                "file_bytes": dossier.file_bytes
                + sum(file.document.size for file in fact.documents),
                "waits_since": fact.submitted_at if fact.answer_by else None,
                "answer_by": fact.answer_by,
            }
        case RefusalDecided() as fact:
            return {
                "stage": "refusing",
                "refusal": fact,
                "revision": fact.revision,
                "acted_by": event.actor.partition(":")[2],
            }
        case DossierNotAccepted():
            return {"stage": "not_accepted", "ended_at": event.time, **_OVER}
        case AcceptanceDecided() as fact:
            kind, _, officer = event.actor.partition(":")
            return {
                "stage": "accepting",
                "acceptance": fact,
                "accepted_by": officer if kind == "officer" else "",
            }
        case DossierAccepted():
            return {"stage": "accepted", "acceptance": None, "accepted_by": ""}
        case CaseDecisionSeen() as fact:
            return {"decision": fact, "supplement": None, "supplement_asked": False}
        case DossierCompleted():
            return {"stage": "completed", "decision": None}
        case ResultPosted() as fact:
            return {"stage": "posted", "revision": fact.revision}
        case PostCameBack():
            return {"stage": "completed"}
        case DossierReturned() as fact:
            return {
                "stage": "returned",
                "ended_at": event.time,
                "revision": fact.revision or dossier.revision,
            }
        case DossierWithdrawn() as fact:
            ended = dossier.ended_at or event.time  # said again where a decision crossed
            return {
                "stage": "withdrawn",
                "ended_at": ended,
                **_OVER,
                "revision": fact.revision or dossier.revision,
            }
        case DossierStopped():
            return {"stage": "stopped", "ended_at": event.time, **_OVER}
        case ApplicantCorrected() as fact:
            return {
                "revision": fact.revision,
                "contacts": fact.contacts,
                "confirmed": fact.confirmed,
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
