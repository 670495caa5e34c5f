"""The table of events: which are told to the applicant, with which template and values, and which
are not. Pure.

The digest alone is told to its officer.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages import intake, payment, routing
from motcua_contracts.messages.notify import DIGEST
from motcua_contracts.rules.terms import Terms
from motcua_contracts.wire.envelope import rfc3339

from . import lists

News = tuple[str, dict[str, str]]
"""A template, and what it needs beside the subject. An empty name: this time there is nothing to
tell.
"""
NOTHING_NEW: News = ("", {})


def accepted_at_once(terms: Terms) -> bool:
    """Whether acceptance follows the registration without anybody's doing, so that one message
    tells both.
    """
    waits_for_fee = terms.fee.amount_vnd > 0 and terms.fee.moment == "before_acceptance"
    return terms.workflow.automatic_acceptance and not waits_for_fee


def _registered(message: Message[Payload], event: intake.DossierRegistered) -> News:
    return NOTHING_NEW if accepted_at_once(event.terms) else ("registered", {})


def _demanded(message: Message[Payload], event: intake.PaymentDemanded) -> News:
    pay_by = event.pay_by or message.time + timedelta(seconds=event.pay_within_seconds)
    return "payment-demanded", {"amount_vnd": str(event.amount_vnd), "pay_by": rfc3339(pay_by)}


def _accepted(message: Message[Payload], event: intake.DossierAccepted) -> News:
    return "accepted", {"due_at": rfc3339(event.due_at)}


def _not_accepted(message: Message[Payload], event: intake.DossierNotAccepted) -> News:
    return "not-accepted", {"reason_code": event.reason_code or "other"}


def _supplement_requested(message: Message[Payload], event: intake.SupplementRequested) -> News:
    values = {
        "count": str(len(event.papers)),
        "respond_by": rfc3339(event.respond_by),
        "reason_code": event.reason_code or "other",
    }
    return "supplement-requested", values | lists.papers(event)


def _supplement_moved(message: Message[Payload], event: intake.SupplementTermMoved) -> News:
    return "supplement-term-moved", {"respond_by": rfc3339(event.respond_by)}


def _pay_moved(message: Message[Payload], event: payment.PayTermMoved) -> News:
    return "pay-term-moved", {"pay_by": rfc3339(event.expires_at)}


def _supplement_submitted(message: Message[Payload], event: intake.SupplementSubmitted) -> News:
    """In the department ClockResumed says more, a moment later."""
    return ("supplement-received", {}) if event.by == "counter" else NOTHING_NEW


def _completed(message: Message[Payload], event: intake.DossierCompleted) -> News:
    return event.outcome, {}


def _returned(message: Message[Payload], event: intake.DossierReturned) -> News:
    """Online the message of the result said so in the same moment."""
    return ("returned", {}) if event.channel != "online" else NOTHING_NEW


def _posted(message: Message[Payload], event: intake.ResultPosted) -> News:
    return "posted", {}


def _came_back(message: Message[Payload], event: intake.PostCameBack) -> News:
    return "post-came-back", {"reason_code": event.reason_code or "other"}


def _withdrawn(message: Message[Payload], event: intake.DossierWithdrawn) -> News:
    """Said again where a decision crossed it: that is for routing."""
    return ("withdrawn", {}) if not event.standing else NOTHING_NEW


def _stopped(message: Message[Payload], event: intake.DossierStopped) -> News:
    return "stopped-" + event.reason.replace("_", "-"), {}


def _extended(message: Message[Payload], event: routing.DeadlineExtended) -> News:
    return "deadline-extended", {
        "due_at": rfc3339(event.due_at),
        "reason_code": event.reason_code or "other",
    }


def _moved(message: Message[Payload], event: routing.DueDateMoved) -> News:
    return "due-date-moved", {"due_at": rfc3339(event.due_at)}


def _resumed(message: Message[Payload], event: routing.ClockResumed) -> News:
    return "clock-resumed", {"due_at": rfc3339(event.due_at)}


def _receipt(message: Message[Payload], event: payment.ReceiptIssued) -> News:
    return "receipt", {"number": event.number, "amount_vnd": str(event.amount_vnd)}


def _refunded(message: Message[Payload], event: payment.Refunded) -> News:
    return "refunded", {"amount_vnd": str(event.amount_vnd)}


def _refund_failed(message: Message[Payload], event: payment.RefundFailed) -> News:
    return "refund-failed", {"amount_vnd": str(event.amount_vnd)}


def _digest(message: Message[Payload], event: routing.DigestDrawn) -> News:
    """An officer with nothing to do gets no mail that says so."""
    return (DIGEST, lists.tasks(event, message.time)) if event.total else NOTHING_NEW


TOLD: dict[type[Event], Callable[[Message[Payload], Any], News]] = {
    intake.DossierRegistered: _registered,
    intake.PaymentDemanded: _demanded,
    intake.DossierAccepted: _accepted,
    intake.DossierNotAccepted: _not_accepted,
    intake.SupplementRequested: _supplement_requested,
    intake.SupplementTermMoved: _supplement_moved,
    intake.SupplementSubmitted: _supplement_submitted,
    intake.DossierCompleted: _completed,
    intake.DossierReturned: _returned,
    intake.ResultPosted: _posted,
    intake.PostCameBack: _came_back,
    intake.DossierWithdrawn: _withdrawn,
    intake.DossierStopped: _stopped,
    routing.DeadlineExtended: _extended,
    routing.DueDateMoved: _moved,
    routing.ClockResumed: _resumed,
    payment.PayTermMoved: _pay_moved,
    payment.ReceiptIssued: _receipt,
    payment.Refunded: _refunded,
    payment.RefundFailed: _refund_failed,
    routing.DigestDrawn: _digest,
}
SILENT: dict[str, str] = {
    "FeeDeferred": "the demand tells it when it is due",
    "FeeCleared": "the receipt tells it, or acceptance",
    "AcceptanceDecided": "DossierAccepted tells it, with the slip",
    "CaseDecisionSeen": "DossierCompleted tells it",
    "SupplementDemanded": "SupplementRequested tells it, with the slip",
    "RefusalDecided": "DossierNotAccepted tells it, with the slip",
    "DossierForgotten": "nobody is to be told anything any more",
    "DossierRated": "the owner did it",
    "ApplicantCorrected": "the owner did it, or is at the counter; messages go by it from now on",
    "ApplicantCorrectionSeen": "the departments' own",
    "PayerCorrectionSeen": "the payer's papers go by it from now on",
    "AcceptanceOverdue": "the counter's own",
    "AnswerTermMoved": "the counter's own",
    "FilesDeleted": "nobody is to be told anything any more",
    "CaseOpened": "the acceptance told it",
    "TaskAssigned": "the dossier's page shows it",
    "StepCompleted": "the dossier's page shows it",
    "StepReturned": "the departments' own",
    "DecisionApproved": "CaseDecided follows",
    "CaseDecided": "DossierCompleted tells it, once the result may be fetched",
    "CaseClosed": "what ended it told it",
    "SupplementNeeded": "SupplementRequested tells it",
    "ConsultationRequested": "the departments' own",
    "ConsultationAnswered": "the departments' own",
    "ReminderDue": "the officer's own",
    "TaskDateMoved": "the officer's own",
    "ConsultationDateMoved": "the departments' own",
    "ApologyPrepared": "the leader's own; DeadlineExtended tells it once it is signed",
    "ExtensionDecided": "DeadlineExtended tells it, with the letter",
    "CaseEscalated": "the departments' own",
    "DigestSet": "the officer did it",
    "FeeAssessed": "the demand tells it",
    "FeeWaived": "acceptance tells it",
    "PaymentAwaited": "the demand tells it",
    "PaymentRequested": "the payer is on the way to the provider's page",
    "PaymentStarted": "the payer is on the provider's page",
    "PaymentHeld": "judged a moment later",
    "PaymentSettled": "the receipt tells it",
    "PaymentFailed": "the provider's page told it",
    "PaymentDoubted": "the provider's page told it, and the dossier's page shows it",
    "PaymentExpired": "DossierStopped tells it",
    "PaymentReversed": (
        "the payer's bank told it; the dossier's page shows it, and the office calls"
    ),
    "MismatchFound": "the office's own to mend; a refund is told",
    "CashCollected": "the payer is at the counter",
    "CashDeclined": "the payer is at the counter",
    "TillOpened": "the till's own",
    "CashTaken": "the payer is at the counter",
    "CashBooked": "the till's own",
    "CashGivenBack": "the payer is at the counter",
    "TillClosed": "the till's own",
    "ReceiptNumbered": "ReceiptIssued tells it",
    "RefundRequested": "Refunded tells it, or RefundFailed",
    "NotesForgotten": "nobody is to be told anything any more",
    "ChargeClosed": "what ended the dossier told it",
    "ProviderAsked": "asked a moment later",
    "PayOutRequested": "the payer is at the counter",
    "PayOutDeclined": "the till's own",
    "CashPaidOut": "Refunded tells it",
    "TransferReceived": "nobody knows by now whose money it is",
    "TransferAssigning": "asked a moment later",
    "TransferAssigned": "the receipt tells it",
    "TransferDeclined": "the office's own",
    "TransferReturned": "the bank tells its payer",
    "StatementMismatch": "the office's own to mend",
    "ReconciliationRecorded": "the office's own",
}
"""Every other event of intake, routing and payment by name, and why nobody is told. A test finds
one that is in neither table.
"""
