"""Who did what the history says, as far as one service's own events say it. Pure.

An event that closes an effect (the slip is made, the result is signed, the pay page is there) is
the system's; the person who decided or asked for it is in the event that demanded it, a moment
before. Cash belongs to the cashier whose till it went through, a transfer to the one who gave it to
the dossier. What another service's event brought about is found when the history is shown
(`brought_about.py`).
"""

from motcua_contracts import Message, Payload
from motcua_contracts.messages.intake import (
    AcceptanceDecided,
    DossierAccepted,
    DossierNotAccepted,
    RefusalDecided,
    SupplementDemanded,
    SupplementRequested,
)
from motcua_contracts.messages.payment import PaymentRequested, PaymentSettled, PaymentStarted
from motcua_contracts.messages.refunds import Refunded
from motcua_contracts.messages.routing import (
    CaseDecided,
    DeadlineExtended,
    DecisionApproved,
    ExtensionDecided,
)
from motcua_contracts.messages.till import PREFIX

from ..changes import Changing

CLOSES: dict[type[Payload], tuple[str, ...]] = {
    AcceptanceDecided: (DossierAccepted.__name__,),
    RefusalDecided: (DossierNotAccepted.__name__,),
    SupplementDemanded: (SupplementRequested.__name__,),
    DecisionApproved: (CaseDecided.__name__,),
    ExtensionDecided: (DeadlineExtended.__name__,),
    PaymentRequested: (PaymentStarted.__name__, PaymentSettled.__name__),
}
"""An event that somebody decided, and those that say so to everybody."""


def who_did(document: Changing, message: Message[Payload]) -> str:
    """The actor that the history shows: a person as often as one decided, else
    who wrote the event.
    """
    kind = type(message.data)
    if kind in CLOSES:
        document["acted"] = {
            **document.get("acted", {}),
            **dict.fromkeys(CLOSES[kind], _decided_by(message)),
        }
    if not message.actor.startswith("system:"):
        return message.actor
    match message.data:
        case PaymentSettled(channel="cash", reference=till) | Refunded(till=till) if (
            till.startswith(PREFIX)
        ):
            return _cashier(till)
        case PaymentSettled(given_by=cashier) if cashier:
            return f"officer:{cashier}"
        case PaymentSettled(attempt=0):
            return message.actor
    return str(document.get("acted", {}).get(kind.__name__) or message.actor)


def _decided_by(message: Message[Payload]) -> str:
    """Empty where a rule decided."""
    if not message.actor.startswith("system:"):
        return message.actor
    match message.data:
        case (
            SupplementDemanded(officer=officer)
            | DecisionApproved(officer=officer)
            | ExtensionDecided(by=officer)
        ) if officer:
            return f"officer:{officer}"
        case _:
            return ""


def _cashier(till: str) -> str:
    """Of `till:<agency>:<cashier>`, or a taking of it (`…/7`)."""
    return "officer:" + till.removeprefix(PREFIX).partition("/")[0].partition(":")[2]
