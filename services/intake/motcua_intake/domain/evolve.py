"""The fold of intake's own facts, and what is open outside because of them. No rules: what was decided is simply so."""

from collections.abc import Sequence
from typing import Any

from motcua_contracts.decision import Effect
from motcua_contracts.envelope import Message
from motcua_contracts.intake import (
    AcceptanceDecided,
    CaseDecisionSeen,
    DossierAccepted,
    DossierCompleted,
    DossierRegistered,
    DossierReturned,
    DossierStopped,
    FeeCleared,
    FeeDeferred,
    PaymentDemanded,
)
from motcua_contracts.payload import CommandRejected, Payload

from .state import Dossier, Fee

ACCEPTANCE_SLIP = "acceptance-slip"
"""Effect: render, sign and store the receipt with appointment (form 01)."""


def evolve(dossier: Dossier, event: Message[Payload]) -> Dossier:
    """The dossier after one of its own facts. Raises `TypeError` for a fact that intake does not say."""
    changes = _changes(dossier, event)
    return dossier.model_copy(update=changes) if changes else dossier


def _changes(dossier: Dossier, event: Message[Payload]) -> dict[str, Any]:
    match event.data:
        case DossierRegistered() as fact:
            return {
                "id": event.subject,
                "stage": "registered",
                "code": fact.code,
                "terms": fact.terms,
                "revision": fact.revision,
                "channel": fact.channel,
                "receiving_agency": fact.receiving_agency,
                "result_delivery": fact.result_delivery,
                "contacts": fact.contacts,
                "received_at": fact.received_at,
                "papers": tuple(dict.fromkeys(document.paper for document in fact.documents)),
            }
        case PaymentDemanded() as fact:
            return {"fee": Fee(state="demanded", amount_vnd=fact.amount_vnd, pay_within_seconds=fact.pay_within_seconds)}
        case FeeDeferred() as fact:
            return {"fee": Fee(state="deferred", amount_vnd=fact.amount_vnd, pay_within_seconds=fact.pay_within_seconds)}
        case FeeCleared() as fact:
            return {"fee": Fee(state="cleared", amount_vnd=dossier.fee.amount_vnd, settled=fact.reason == "settled")}
        case AcceptanceDecided() as fact:
            return {"stage": "accepting", "acceptance": fact}
        case DossierAccepted():
            return {"stage": "accepted", "acceptance": None}
        case CaseDecisionSeen() as fact:
            return {"decision": fact}
        case DossierCompleted():
            return {"stage": "completed", "decision": None}
        case DossierReturned():
            return {"stage": "returned"}
        case DossierStopped():
            return {"stage": "stopped", "acceptance": None, "decision": None}
        case CommandRejected():
            return {}
        case _:
            raise TypeError(f"intake does not say {type(event.data).__name__}")


def effects(dossier: Dossier) -> Sequence[Effect]:
    """The slip, as long as it is being made."""
    if dossier.stage == "accepting":
        return (Effect(f"{dossier.id}/acceptance-slip", ACCEPTANCE_SLIP),)
    return ()
