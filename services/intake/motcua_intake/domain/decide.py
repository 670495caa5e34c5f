"""Every message that intake takes in, and the rule that answers it. The rules are beside, one module a subject."""

from datetime import datetime
from typing import Any

from motcua_contracts.catalogue import Catalogue
from motcua_contracts.decision import NOTHING, Decision, Wake
from motcua_contracts.envelope import Message
from motcua_contracts.intake import AcceptDossier, HandOver, RecordAcceptanceSlip, SubmitDossier
from motcua_contracts.payload import Event, Payload
from motcua_contracts.payment import FeeAssessed, FeeWaived, PaymentExpired, PaymentSettled
from motcua_contracts.routing import CaseDecided

from . import acceptance, completion, fee, registration
from .state import Dossier


def decide(dossier: Dossier, message: Message[Payload], at: datetime, facts: Catalogue, given: Any) -> Decision:
    """What follows from one message.

    `given` is a `registration.Given` for the two commands that register, None for all else. Commands are refused by name; facts of
    payment and routing never are: they move the dossier or change nothing.
    """
    match message.data:
        case SubmitDossier() as command:  # RegisterPaperDossier is one too
            return registration.register(dossier, command, message.actor, at, facts, given)
        case AcceptDossier() as command:
            return Decision(acceptance.accept(dossier, command, message.actor, at, facts))
        case RecordAcceptanceSlip() as command:
            return Decision(acceptance.record_slip(dossier, command))
        case HandOver() as command:
            return Decision(completion.hand_over(dossier, command, message.actor, facts))
        case FeeAssessed() as fact:
            return Decision(fee.assessed(dossier, fact, at, facts))
        case FeeWaived() as fact:
            return Decision(fee.waived(dossier, fact, at, facts))
        case PaymentSettled():
            return Decision(fee.settled(dossier, at, facts))
        case PaymentExpired():
            return Decision(fee.expired(dossier))
        case CaseDecided() as fact:
            return Decision(completion.case_decided(dossier, fact))
        case Event() | Wake():
            return NOTHING
        case _:
            raise TypeError(f"intake has no rule for {type(message.data).__name__}")
