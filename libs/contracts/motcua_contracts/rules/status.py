"""The status of a dossier, its whereabouts and what its owner can do next: a fold over the events
of intake, routing and payment.

One sub-state per source, each folded by that source's own sequence, and one total table over the
three: the result does not depend on the order in which the sources are heard, and a copy of a known
event changes nothing. Gateway, portal feed and audit use this and no service stores another's
status. No texts of a page live here, only the names of the ten statuses.
"""

from datetime import datetime
from itertools import product
from typing import Any, Literal, get_args

from ..messages.documents import DocumentRef
from ..messages.intake import (
    Delivery,
    DossierAccepted,
    DossierCompleted,
    DossierNotAccepted,
    DossierRegistered,
    DossierReturned,
    DossierStopped,
    DossierWithdrawn,
    FeeCleared,
    FeeDeferred,
    PaymentDemanded,
    PostCameBack,
    ResultPosted,
    SupplementRequested,
    SupplementSubmitted,
    SupplementTermMoved,
)
from ..messages.payment import (
    FeeAssessed,
    FeeWaived,
    PaymentExpired,
    PaymentReversed,
    PaymentSettled,
)
from ..messages.routing import (
    CaseClosed,
    CaseDecided,
    CaseOpened,
    ClockResumed,
    DeadlineExtended,
    DueDateMoved,
    TaskAssigned,
)
from ..values.bounds import Id, Instant, Line, Money, Sequence
from ..values.labels import Label as Label
from ..wire.envelope import Message
from ..wire.payload import Model, Payload
from .terms import Level

Status = Literal[
    "registered",
    "accepted",
    "not_accepted",
    "processing",
    "supplement_requested",
    "payment_due",
    "withdrawn",
    "stopped",
    "completed",
    "returned",
]

LABELS: dict[Status, Label] = {
    "registered": Label("Mới đăng ký", "Registered"),
    "accepted": Label("Được tiếp nhận", "Accepted"),
    "not_accepted": Label("Không được tiếp nhận", "Not accepted"),
    "processing": Label("Đang xử lý", "Being processed"),
    "supplement_requested": Label("Yêu cầu bổ sung giấy tờ", "More documents requested"),
    "payment_due": Label("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment due"),
    "withdrawn": Label("Công dân yêu cầu rút hồ sơ", "Withdrawn by the citizen"),
    "stopped": Label("Dừng xử lý", "Stopped"),
    "completed": Label("Đã xử lý xong", "Completed"),
    "returned": Label("Đã trả kết quả", "Result returned"),
}
"""The ten statuses as the national portal words them."""

PORTAL_NUMBER: dict[Status, int] = {
    "registered": 1,
    "accepted": 2,
    "not_accepted": 3,
    "processing": 4,
    "supplement_requested": 5,
    "payment_due": 6,
    "withdrawn": 7,
    "stopped": 8,
    "completed": 9,
    "returned": 10,
}

IntakeState = Literal[
    "unseen",
    "registered",
    "fee_demanded",
    "papers_requested",
    "accepted",
    "case_papers_requested",
    "result_fee_demanded",
    "completed",
    "posted",
    "returned",
    "not_accepted",
    "withdrawn",
    "stopped",
]
"""`papers_requested`: before acceptance; `case_papers_requested`: for the department."""
RoutingState = Literal["unseen", "open", "decided", "closed"]
PaymentState = Literal["unseen", "owed", "cleared", "expired"]
FeeState = Literal["not_assessed", "none", "deferred", "due", "paid", "expired"]
NextAction = Literal[
    "pay_online",
    "pay_at_counter",
    "supplement",
    "collect_result",
    "fetch_result",
    "rate",
    "withdraw",
]

COUNTER = "one-stop"
"""`Whereabouts.department` while a dossier is at the counter (bộ phận một cửa): no department
of the catalogue.
"""
RECEPTION, PAYMENT, SUPPLEMENT, HANDING_ON, RETURN, CLOSED = (
    "reception",
    "payment",
    "supplement",
    "handing-on",
    "return",
    "closed",
)
STEP_LABELS: dict[str, Label] = {
    RECEPTION: Label("Tiếp nhận hồ sơ", "Reception"),
    PAYMENT: Label("Chờ nộp phí, lệ phí", "Waiting for the fee"),
    SUPPLEMENT: Label("Chờ bổ sung hồ sơ", "Waiting for more documents"),
    HANDING_ON: Label("Chuyển phòng chuyên môn", "Being handed to the department"),
    RETURN: Label("Trả kết quả", "Handing over the result"),
    CLOSED: Label("Đã kết thúc", "Closed"),
}
"""The steps at the counter; the names of a department's steps come with its events."""


def _table() -> dict[tuple[IntakeState, RoutingState, PaymentState], Status]:
    """Row by row from intake's sub-state; within a row the last line that fits counts."""
    every: tuple[RoutingState, ...] = get_args(RoutingState)
    any_payment: tuple[PaymentState, ...] = get_args(PaymentState)
    # A case in routing proves the acceptance, even where intake's own event is still on its way to
    # the reader.
    taken: tuple[RoutingState, ...] = ("open", "decided")
    # Payment's word that nothing is owed ends "payment due"; that it expired does not: intake stops
    # the dossier, and says so.
    owing: tuple[PaymentState, ...] = ("unseen", "owed", "expired")
    rows: list[tuple[IntakeState, tuple[RoutingState, ...], tuple[PaymentState, ...], Status]] = [
        ("unseen", every, any_payment, "registered"),
        ("unseen", taken, any_payment, "processing"),
        ("registered", every, any_payment, "registered"),
        ("registered", taken, any_payment, "processing"),
        ("fee_demanded", every, any_payment, "registered"),
        ("fee_demanded", every, owing, "payment_due"),
        ("fee_demanded", taken, any_payment, "processing"),
        ("papers_requested", every, any_payment, "supplement_requested"),
        ("papers_requested", taken, any_payment, "processing"),
        ("case_papers_requested", every, any_payment, "supplement_requested"),
        ("accepted", every, any_payment, "accepted"),
        ("accepted", taken, any_payment, "processing"),
        ("result_fee_demanded", every, any_payment, "processing"),
        ("result_fee_demanded", every, owing, "payment_due"),
        ("completed", every, any_payment, "completed"),
        ("posted", every, any_payment, "completed"),
        ("returned", every, any_payment, "returned"),
        ("not_accepted", every, any_payment, "not_accepted"),
        ("withdrawn", every, any_payment, "withdrawn"),
        ("stopped", every, any_payment, "stopped"),
    ]
    return {
        key: status
        for intake, routings, payments, status in rows
        for key in product((intake,), routings, payments)
    }


TABLE = _table()
"""Total over the three sub-states: (intake, routing, payment) -> status."""


class Whereabouts(Model):
    """The whereabouts of a dossier.

    `officer` is an id, empty at the counter and for automatic steps; names are in catalog.people.
    """

    agency: Id
    department: Id
    officer: Id
    step: Id
    step_vi: Line
    step_en: Line
    post_vi: Line = ""
    post_en: Line = ""


class IntakeProgress(Model):
    """What intake has said."""

    sequence: Sequence = 0
    state: IntakeState = "unseen"
    code: Id = ""
    procedure: Id = ""
    level: Level = 1
    receiving_agency: Id = ""
    result_delivery: Delivery = "counter"
    fee: FeeState = "not_assessed"
    before_papers: IntakeState = "registered"
    """Where it stood when papers were asked for before acceptance."""
    respond_by: Instant | None = None
    """Until when the requested papers are awaited."""
    due_at: Instant | None = None
    result: DocumentRef | None = None


class RoutingProgress(Model):
    """What routing has said.

    Lateness is measured against `first_due_at`: a supplement moves it, an extension never does.
    """

    sequence: Sequence = 0
    state: RoutingState = "unseen"
    due_at: Instant | None = None
    first_due_at: Instant | None = None
    place: Whereabouts | None = None


class PaymentProgress(Model):
    """What payment has said.

    `amount_vnd` is None until the fee is assessed. `reversed`: it was paid, and the bank took that
    back.
    """

    sequence: Sequence = 0
    state: PaymentState = "unseen"
    amount_vnd: Money | None = None
    paid: bool = False
    reversed: bool = False


class Progress(Model):
    """The progress of one dossier as far as a reader knows it. `Progress()` knows nothing yet."""

    intake: IntakeProgress = IntakeProgress()
    routing: RoutingProgress = RoutingProgress()
    payment: PaymentProgress = PaymentProgress()

    @property
    def status(self) -> Status:
        return TABLE[self.intake.state, self.routing.state, self.payment.state]

    @property
    def due_at(self) -> datetime | None:
        """Intake sets it at acceptance; once the case is open, routing does."""
        return self.routing.due_at or self.intake.due_at

    @property
    def place(self) -> Whereabouts | None:
        """None until an event says which agency received it."""
        if (
            self.status == "processing"
            and self.routing.state == "open"
            and self.routing.place is not None
        ):
            return self.routing.place
        if not self.intake.receiving_agency:
            return self.routing.place
        step = self._counter_step
        label = STEP_LABELS[step]
        return Whereabouts(
            agency=self.intake.receiving_agency,
            department=COUNTER,
            officer="",
            step=step,
            step_vi=label.vi,
            step_en=label.en,
        )

    @property
    def _counter_step(self) -> str:
        match self.status:
            case "payment_due":
                return PAYMENT
            case "accepted":
                return HANDING_ON
            case "processing":
                return RETURN if self.routing.state == "decided" else HANDING_ON
            case "supplement_requested":
                return SUPPLEMENT
            case "completed" | "returned":
                return RETURN
            case "not_accepted" | "withdrawn" | "stopped":
                return CLOSED
            case _:
                return RECEPTION

    @property
    def fee(self) -> FeeState:
        """What the owner is told about the fee.

        Payment's word that money came in, or came too late, takes precedence over intake's.
        """
        if self.payment.reversed:
            return "due"
        if self.payment.state == "cleared":
            return "paid" if self.payment.paid else "none"
        if self.payment.state == "expired":
            return "expired"
        return self.intake.fee

    @property
    def may_withdraw(self) -> bool:
        """Whether the owner may still withdraw: no decision is known yet."""
        open_states = (
            "registered",
            "fee_demanded",
            "papers_requested",
            "accepted",
            "case_papers_requested",
        )
        return self.intake.state in open_states and self.routing.state in ("unseen", "open")

    @property
    def next_actions(self) -> tuple[NextAction, ...]:
        """What the owner can do now, most urgent first."""
        withdraw: tuple[NextAction, ...] = ("withdraw",) if self.may_withdraw else ()
        match self.status:
            case "payment_due" if self.payment.state != "expired":
                pay: tuple[NextAction, ...] = (
                    ("pay_online", "pay_at_counter")
                    if self.intake.level >= 4
                    else ("pay_at_counter",)
                )
                return (*pay, *withdraw)
            case "supplement_requested":
                return ("supplement", *withdraw)
            case "completed" if self.intake.result_delivery == "counter":
                return ("collect_result",)
            case "returned":
                return ("fetch_result", "rate") if self.intake.result is not None else ("rate",)
            case _:
                return withdraw


def fold(progress: Progress, message: Message[Payload]) -> Progress:
    """Apply one event of a dossier.

    Commands, copies of known events and events of other sources change nothing.
    """
    if message.sequence is None:
        return progress
    match message.source:
        case "/motcua/intake" if message.sequence > progress.intake.sequence:
            changes = _intake(progress.intake, message.data)
            return progress.model_copy(
                update={
                    "intake": progress.intake.model_copy(
                        update={**changes, "sequence": message.sequence}
                    )
                }
            )
        case "/motcua/routing" if message.sequence > progress.routing.sequence:
            changes = _routing(progress.routing, message.data)
            return progress.model_copy(
                update={
                    "routing": progress.routing.model_copy(
                        update={**changes, "sequence": message.sequence}
                    )
                }
            )
        case "/motcua/payment" if message.sequence > progress.payment.sequence:
            changes = _payment(message.data)
            return progress.model_copy(
                update={
                    "payment": progress.payment.model_copy(
                        update={**changes, "sequence": message.sequence}
                    )
                }
            )
        case _:
            return progress


def _intake(before: IntakeProgress, event: Payload) -> dict[str, Any]:
    match event:
        case DossierRegistered():
            return {
                "state": "registered",
                "code": event.code,
                "procedure": event.terms.code,
                "level": event.terms.service_level,
                "receiving_agency": event.receiving_agency,
                "result_delivery": event.result_delivery,
            }
        case PaymentDemanded(moment="before_acceptance"):
            return {"state": "fee_demanded", "fee": "due"}
        case PaymentDemanded():
            return {"state": "result_fee_demanded", "fee": "due"}
        case FeeDeferred():
            return {"fee": "deferred"}
        case FeeCleared():
            back: dict[IntakeState, IntakeState] = {
                "fee_demanded": "registered",
                "result_fee_demanded": "accepted",
            }
            fee: FeeState = "paid" if event.reason == "settled" else "none"
            # Paid while papers are awaited: nothing is owed any more when they have come.
            papers_then = back.get(before.before_papers, before.before_papers)
            return {
                "state": back.get(before.state, before.state),
                "before_papers": papers_then,
                "fee": fee,
            }
        case DossierAccepted():
            return {"state": "accepted", "due_at": event.due_at}
        case DossierCompleted():
            return {"state": "completed", "result": event.result}
        case DossierReturned():
            return {"state": "returned"}
        case DossierStopped():
            return {"state": "stopped"}
        case SupplementRequested(by="counter"):
            return {
                "state": "papers_requested",
                "before_papers": before.state,
                "respond_by": event.respond_by,
            }
        case SupplementRequested():
            return {"state": "case_papers_requested", "respond_by": event.respond_by}
        case SupplementTermMoved() if before.respond_by is not None:
            return {"respond_by": event.respond_by}
        case SupplementSubmitted(by="counter"):
            return {"state": before.before_papers, "respond_by": None}
        case SupplementSubmitted():
            return {"state": "accepted", "respond_by": None}
        case DossierNotAccepted():
            return {"state": "not_accepted"}
        case DossierWithdrawn():
            return {"state": "withdrawn"}
        case ResultPosted():
            return {"state": "posted"}
        case PostCameBack():
            return {"state": "completed"}
        case _:
            return {}


def _routing(before: RoutingProgress, event: Payload) -> dict[str, Any]:
    match event:
        case CaseOpened():
            return {
                "state": "open",
                "due_at": event.due_at,
                "first_due_at": before.first_due_at or event.due_at,
            }
        case TaskAssigned():
            return {
                "place": Whereabouts(
                    agency=event.agency,
                    department=event.department,
                    officer=event.officer,
                    step=event.step,
                    step_vi=event.step_vi,
                    step_en=event.step_en,
                    post_vi=event.post_vi,
                    post_en=event.post_en,
                )
            }
        case ClockResumed():
            return {
                "due_at": event.due_at,
                "first_due_at": event.first_due_at or before.first_due_at,
            }
        case DeadlineExtended():
            return {"due_at": event.due_at}
        case DueDateMoved():
            return {"due_at": event.due_at, "first_due_at": event.first_due_at}
        case CaseDecided():
            return {"state": "decided"}
        case CaseClosed():
            return {"state": "closed"}
        case _:
            return {}


def _payment(event: Payload) -> dict[str, Any]:
    match event:
        case FeeAssessed():
            return {
                "state": "owed" if event.amount_vnd else "cleared",
                "amount_vnd": event.amount_vnd,
            }
        case FeeWaived():
            return {"state": "cleared", "amount_vnd": 0}
        case PaymentSettled():
            return {
                "state": "cleared",
                "amount_vnd": event.amount_vnd,
                "paid": True,
                "reversed": False,
            }
        case PaymentReversed(fee=True):
            return {
                "state": "owed" if event.owed else "cleared",
                "paid": False,
                "reversed": event.owed,
            }
        case PaymentExpired():
            return {"state": "expired"}
        case _:
            return {}
