"""Every message that intake takes in, and the rule that answers it.

The rules are beside, one module a subject.
"""

from datetime import datetime
from typing import Any

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
from motcua_contracts.rules.decision import NOTHING, Decision, Wake
from motcua_contracts.rules.directory import Catalogue
from motcua_contracts.rules.printed import hold_printable
from motcua_contracts.wire.envelope import Message
from motcua_contracts.wire.payload import Event, Payload

from . import (
    acceptance,
    completion,
    correction,
    ending,
    fee,
    refusal,
    registration,
    supplement,
    terms,
)
from .counter import known
from .state import Dossier


def decide(
    dossier: Dossier, message: Message[Payload], at: datetime, facts: Catalogue, given: Any
) -> Decision:
    """What follows from one message.

    `given` is a `registration.Given` for the two commands that register, a `counter.Held` for those
    that write a new revision of the papers, a `counter.Erasing` for an erasure, None for all else.
    Commands are refused by name; facts of payment and routing never are: they move the dossier or
    change nothing.
    """
    hold_printable(message.data)
    match message.data:
        case SubmitDossier() as command:  # RegisterPaperDossier is one too
            return registration.register(dossier, command, message.actor, at, facts, given)
        case AcceptDossier() as command:
            return Decision(acceptance.accept(dossier, command, message.actor, at, facts))
        case RecordAcceptanceSlip() as command:
            return Decision(acceptance.record_slip(dossier, command))
        case RequestPapers() as command:
            return supplement.request(dossier, command, message.actor, at, facts, given)
        case SubmitSupplement() as command:
            return supplement.submit(dossier, command, message.actor, at, facts, given)
        case RefuseDossier() as command:
            return refusal.refuse(dossier, command, message.actor, at, facts, given)
        case RecordSlip() as command:
            known(dossier)
            if command.about == "supplement":
                return Decision(supplement.record_slip(dossier, command, at, facts))
            return Decision(refusal.record_slip(dossier, command))
        case WithdrawDossier() as command:
            return ending.withdraw(dossier, command, message.actor, facts, given)
        case HandOver() as command:
            return completion.hand_over(dossier, command, message.actor, facts, given)
        case PostResult() as command:
            return completion.post(dossier, command, message.actor, at, facts, given)
        case RecordPost() as command:
            return Decision(completion.record_post(dossier, command, message.actor, facts))
        case CorrectApplicant() as command:
            return correction.correct(dossier, command, message.actor, facts, given)
        case RateDossier() as command:
            return Decision(ending.rate(dossier, command, message.actor, facts))
        case ForgetDossier() as command:
            return ending.forget(dossier, command, message.actor, at, facts, given)
        case RecordFilesDeleted() as command:
            return Decision(ending.record_files(dossier, command))
        case FollowCalendar():
            return Decision(terms.follow(dossier, at, facts))
        case FeeAssessed() as fact:
            return Decision(fee.assessed(dossier, fact, at, facts))
        case FeeWaived() as fact:
            return Decision(fee.waived(dossier, fact, at, facts))
        case PaymentSettled():
            return Decision(fee.settled(dossier, at, facts))
        case PaymentExpired():
            return Decision(fee.expired(dossier))
        case CaseDecided() as fact:
            return Decision(completion.case_decided(dossier, fact, at, facts))
        case SupplementNeeded() as fact:
            return Decision(supplement.needed(dossier, fact, at, facts))
        case Wake():
            moved = terms.follow(dossier, at, facts)  # nobody is late on a day that is off by now
            return Decision(
                moved or supplement.not_supplemented(dossier, at) or acceptance.overdue(dossier, at)
            )
        case Event():
            return NOTHING
        case _:
            raise TypeError(f"intake has no rule for {type(message.data).__name__}")
