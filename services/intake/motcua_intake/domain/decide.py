"""Every message that intake takes in, and the rule that answers it.

The rules are beside, one module a subject.
"""

from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Decision, Event, Message, Payload
from motcua_contracts.messages.intake import (
    AcceptDossier,
    CorrectApplicant,
    FollowCalendar,
    ForgetDossier,
    HandOver,
    PostResult,
    RateDossier,
    RecordAcceptanceSlip,
    RecordFilesDeleted,
    RecordPost,
    RecordSlip,
    RefuseDossier,
    RequestPapers,
    SubmitDossier,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.messages.payment import FeeAssessed, FeeWaived, PaymentExpired, PaymentSettled
from motcua_contracts.messages.routing import CaseDecided, SupplementNeeded
from motcua_contracts.rules.decision import NOTHING, Wake
from motcua_contracts.rules.printed import hold_printable

from . import (
    acceptance,
    completion,
    correction,
    ends,
    fee,
    refusal,
    registration,
    supplement,
    terms,
)
from .case import Dossier
from .counter import require_registered


def decide(
    dossier: Dossier, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> Decision:
    """What follows from one message.

    `given` is a `registration.Given` for the two commands that register, a `counter.Held` for those
    that write a new revision of the papers, a `counter.Erasing` for an erasure, None for all else.
    Commands are refused by name; events of payment and routing never are: they move the dossier or
    change nothing.
    """
    hold_printable(message.data)
    match message.data:
        case SubmitDossier() as command:  # RegisterPaperDossier is one too
            return registration.register(dossier, command, message.actor, at, catalogue, given)
        case AcceptDossier() as command:
            return Decision(acceptance.accept(dossier, command, message.actor, at, catalogue))
        case RecordAcceptanceSlip() as command:
            return Decision(acceptance.record_slip(dossier, command))
        case RequestPapers() as command:
            return supplement.request(dossier, command, message.actor, at, catalogue, given)
        case SubmitSupplement() as command:
            return supplement.submit(dossier, command, message.actor, at, catalogue, given)
        case RefuseDossier() as command:
            return refusal.refuse(dossier, command, message.actor, at, catalogue, given)
        case RecordSlip() as command:
            require_registered(dossier)
            if command.about == "supplement":
                return Decision(supplement.record_slip(dossier, command, at, catalogue))
            return Decision(refusal.record_slip(dossier, command))
        case WithdrawDossier() as command:
            return ends.withdraw(dossier, command, message.actor, catalogue, given)
        case HandOver() as command:
            return completion.hand_over(dossier, command, message.actor, catalogue, given)
        case PostResult() as command:
            return completion.post(dossier, command, message.actor, at, catalogue, given)
        case RecordPost() as command:
            return Decision(completion.record_post(dossier, command, message.actor, catalogue))
        case CorrectApplicant() as command:
            return correction.correct(dossier, command, message.actor, catalogue, given)
        case RateDossier() as command:
            return Decision(ends.rate(dossier, command, message.actor, catalogue))
        case ForgetDossier() as command:
            return ends.forget(dossier, command, message.actor, at, catalogue, given)
        case RecordFilesDeleted() as command:
            return Decision(ends.record_files(dossier, command))
        case FollowCalendar():
            return Decision(terms.follow(dossier, at, catalogue))
        case FeeAssessed() as event:
            return Decision(fee.assessed(dossier, event, at, catalogue))
        case FeeWaived() as event:
            return Decision(fee.waived(dossier, event, at, catalogue))
        case PaymentSettled():
            return Decision(fee.settled(dossier, at, catalogue))
        case PaymentExpired():
            return Decision(fee.expired(dossier))
        case CaseDecided() as event:
            return Decision(completion.case_decided(dossier, event, at, catalogue))
        case SupplementNeeded() as event:
            return Decision(supplement.needed(dossier, event, at, catalogue))
        case Wake():
            moved = terms.follow(
                dossier, at, catalogue
            )  # nobody is late on a day that is off by now
            return Decision(
                moved or supplement.not_supplemented(dossier, at) or acceptance.overdue(dossier, at)
            )
        case Event():
            return NOTHING
        case _:
            raise TypeError(f"intake has no rule for {type(message.data).__name__}")
