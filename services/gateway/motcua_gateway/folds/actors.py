"""Who did what the history says. A fact that closes an effect (the slip is made, the result is signed) is the system's; the person who
decided stands in the fact that demanded it, a moment before. Pure."""

from motcua_contracts.envelope import Message
from motcua_contracts.intake import (
    AcceptanceDecided,
    DossierAccepted,
    DossierNotAccepted,
    RefusalDecided,
    SupplementDemanded,
    SupplementRequested,
)
from motcua_contracts.payload import Payload
from motcua_contracts.routing import CaseDecided, DeadlineExtended, DecisionApproved, ExtensionDecided

from ..changing import Changing

CLOSES: dict[type[Payload], str] = {
    AcceptanceDecided: DossierAccepted.__name__,
    RefusalDecided: DossierNotAccepted.__name__,
    SupplementDemanded: SupplementRequested.__name__,
    DecisionApproved: CaseDecided.__name__,
    ExtensionDecided: DeadlineExtended.__name__,
}
"""A fact that somebody decided, and the one that says so to everybody."""


def who_did(document: Changing, message: Message[Payload]) -> str:
    """The actor that the history shows: a person as often as one decided, else who wrote the fact."""
    kind = type(message.data)
    if kind in CLOSES and (person := _decided_by(message)):
        document["acted"] = {**document.get("acted", {}), CLOSES[kind]: person}
    if not message.actor.startswith("system:"):
        return message.actor
    return str(document.get("acted", {}).get(kind.__name__, message.actor))


def _decided_by(message: Message[Payload]) -> str:
    """Empty where a rule decided."""
    if message.actor.startswith("officer:"):
        return message.actor
    match message.data:
        case SupplementDemanded(officer=officer) | DecisionApproved(officer=officer) | ExtensionDecided(by=officer) if officer:
            return f"officer:{officer}"
        case _:
            return ""
