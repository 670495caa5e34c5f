"""What may be done with a dossier now: for each act of a clerk, an officer or leader, a cashier and
the owner a rule that says whether it is offered. Pure functions over `offer_views`.

The services decide from their own state and have the final say. A test plays random histories with
their rules and holds these to them: what is offered is not refused for a reason of state, and what
is refused for one is not offered.

The acts are called as the API calls them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from .applicants import MOST_BY_COUNTER
from .archive import ENDED
from .offer_views import CaseView, DossierView, Moment, Who
from .status import NextAction

CounterAct = Literal[
    "accept",
    "request-supplement",
    "refuse",
    "supplement",
    "post-result",
    "hand-over",
    "post-outcome",
    "withdrawal",
    "correction",
    "forget",
]
StepAct = Literal[
    "complete-step",
    "draft-decision",
    "approve",
    "return-step",
    "request-supplement",
    "consult",
    "assign",
    "extend",
    "take-over",
]
CaseAct = StepAct | Literal["answer-consultation"]
MoneyAct = Literal["collect-cash", "pay-out", "end-doubt", "refund"]


class Offer(NamedTuple):
    """An act that is offered, and to what: the open step, or the `number` of a consultation, a
    refund or an attempt to pay.

    `amount_vnd`: what is owed, to be paid out, in doubt, or can be refunded.
    """

    act: CounterAct | CaseAct | MoneyAct
    step: str = ""
    number: int = 0
    amount_vnd: int = 0
    possible_from: datetime | None = None
    """The act waits for this moment; None: for none."""
    is_possible: bool = True
    """False before that moment: the act is shown with it, and would be refused."""


def at_counter(dossier: DossierView, who: Who, moment: Moment) -> tuple[Offer, ...]:
    """What a clerk of the receiving agency may do."""
    if "clerk" not in who.roles or who.agency != dossier.progress.intake.receiving_agency:
        return ()
    found: list[Offer] = []
    for act, is_offered in COUNTER.items():
        if is_offered(dossier, moment):
            found.append(Offer(act))
    if not dossier.erased and _has_ended(dossier):
        first = dossier.erasable_from
        waits = moment.at is not None and not moment.has_come(first)
        found.append(Offer("forget", possible_from=first, is_possible=not waits))
    return tuple(found)


def in_case(case: CaseView, who: Who, moment: Moment) -> tuple[Offer, ...]:
    """What an officer or leader may do with the case in the departments."""
    task = case.task
    if task is None or not who.agency or not _is_open(case):
        return ()
    found: list[Offer] = []
    for act, is_offered in STEP.items():
        if is_offered(case, who, moment):
            waits = _opinions_until(case, moment) if act in DECIDES else None
            found.append(Offer(act, task.step, possible_from=waits, is_possible=waits is None))
    if who.roles & {"officer", "leader"}:
        found += [
            Offer("answer-consultation", number=one.consultation)
            for one in case.opinions
            if (one.agency, one.department) == (who.agency, who.department)
        ]
    return tuple(found)


def with_money(dossier: DossierView, who: Who, moment: Moment) -> tuple[Offer, ...]:
    """What a cashier or leader may do about the dossier's money. Whether the cashier's till is open
    is not the dossier's to say.
    """
    charge, found = dossier.charge, list[Offer]()
    if "cashier" in who.roles:
        if _can_be_paid(dossier, moment):
            found.append(Offer("collect-cash", amount_vnd=dossier.progress.payment.amount_vnd or 0))
        for refund in charge.pay_outs:
            found.append(Offer("pay-out", number=refund.refund, amount_vnd=refund.amount_vnd))
    if who.roles & {"cashier", "leader"}:
        found += [
            Offer("end-doubt", number=one.attempt, amount_vnd=one.amount_vnd)
            for one in charge.doubts
            if not one.is_asked
        ]
        if charge.refundable_vnd > 0:
            found.append(Offer("refund", amount_vnd=charge.refundable_vnd))
    return tuple(found)


def to_owner(dossier: DossierView, moment: Moment) -> tuple[NextAction, ...]:
    """What the owner may do, most urgent first."""
    if dossier.erased:
        return ()
    over = {
        "pay_online": dossier.charge.doubts or not _can_be_paid(dossier, moment),
        "pay_at_counter": not _can_be_paid(dossier, moment),
        "supplement": not _supplement(dossier, moment),
        "withdraw": not _withdrawal(dossier, moment),
        "rate": dossier.rated,
    }
    return tuple(one for one in dossier.progress.next_actions if not over.get(one))


def _can_be_paid(dossier: DossierView, moment: Moment) -> bool:
    payment, charge = dossier.progress.payment, dossier.charge
    is_owed = payment.state == "owed" and bool(payment.amount_vnd)
    return is_owed and not charge.closed and not moment.is_past(charge.pay_until)


def _waits_for_answer(dossier: DossierView) -> bool:
    """Nobody at the counter has answered yet, and no slip with an answer is being made."""
    progress = dossier.progress
    return (
        progress.intake.state in ("registered", "fee_demanded")
        and progress.routing.state == "unseen"
        and not dossier.slip
    )


def _accept(dossier: DossierView, moment: Moment) -> bool:
    progress = dossier.progress
    fee_allows = progress.fee in ("none", "deferred", "paid")
    return _waits_for_answer(dossier) and progress.status == "registered" and fee_allows


def _request_papers(dossier: DossierView, moment: Moment) -> bool:
    assessed = dossier.progress.fee != "not_assessed"
    return _waits_for_answer(dossier) and assessed and not dossier.papers_used


def _refuse(dossier: DossierView, moment: Moment) -> bool:
    return _waits_for_answer(dossier)


def _supplement(dossier: DossierView, moment: Moment) -> bool:
    progress = dossier.progress
    in_time = not moment.has_come(progress.intake.respond_by)
    return progress.status == "supplement_requested" and in_time


def _post_result(dossier: DossierView, moment: Moment) -> bool:
    intake = dossier.progress.intake
    return intake.state == "completed" and intake.result_delivery == "post"


def _hand_over(dossier: DossierView, moment: Moment) -> bool:
    return dossier.progress.intake.state == "completed"


def _post_outcome(dossier: DossierView, moment: Moment) -> bool:
    return dossier.progress.intake.state == "posted"


def _withdrawal(dossier: DossierView, moment: Moment) -> bool:
    return dossier.progress.may_withdraw and dossier.slip != "refusal"


def _correction(dossier: DossierView, moment: Moment) -> bool:
    has_room = dossier.revision < MOST_BY_COUNTER
    return not _has_ended(dossier) and dossier.slip != "refusal" and has_room


def _has_ended(dossier: DossierView) -> bool:
    return dossier.progress.status in ENDED


COUNTER: Mapping[CounterAct, Callable[[DossierView, Moment], bool]] = {
    "accept": _accept,
    "request-supplement": _request_papers,
    "refuse": _refuse,
    "supplement": _supplement,
    "post-result": _post_result,
    "hand-over": _hand_over,
    "post-outcome": _post_outcome,
    "withdrawal": _withdrawal,
    "correction": _correction,
}
"""For a clerk of the receiving agency, in the order in which they are shown. `forget` comes alone,
after the dossier's end.
"""


def _is_open(case: CaseView) -> bool:
    """Not decided, not closed; perhaps paused until papers come."""
    return case.status in ("processing", "supplement_requested")


def _is_running(case: CaseView) -> bool:
    return case.status == "processing" and not case.is_paused


def _holds(case: CaseView, who: Who, does: str = "") -> bool:
    """The open step is this officer's, in a case that is not paused; it does that, if named."""
    task = case.task
    return (
        task is not None
        and _is_running(case)
        and task.officer == who.officer
        and does in ("", task.does)
    )


def _complete(case: CaseView, who: Who, moment: Moment) -> bool:
    return _holds(case, who, "process")


def _draft(case: CaseView, who: Who, moment: Moment) -> bool:
    return _holds(case, who, "draft")


def _approve(case: CaseView, who: Who, moment: Moment) -> bool:
    return _holds(case, who, "approve")


def _return(case: CaseView, who: Who, moment: Moment) -> bool:
    return _approve(case, who, moment) and case.can_be_returned


def _ask_for_papers(case: CaseView, who: Who, moment: Moment) -> bool:
    return _holds(case, who) and not case.papers_used


def _consult(case: CaseView, who: Who, moment: Moment) -> bool:
    return _holds(case, who)


def _assign(case: CaseView, who: Who, moment: Moment) -> bool:
    task = case.task
    return task is not None and "leader" in who.roles and who.agency == task.agency


def _extend(case: CaseView, who: Who, moment: Moment) -> bool:
    leads = _assign(case, who, moment)
    has_room = case.extensions < case.extensions_allowed and not case.is_being_extended
    return leads and _is_running(case) and has_room


def _take_over(case: CaseView, who: Who, moment: Moment) -> bool:
    """The task of nobody, or of an absent colleague of the same department and role."""
    task = case.task
    if task is None or who.agency != task.agency or who.officer == task.officer:
        return False
    role = "leader" if task.does == "approve" else "officer"
    if role not in who.roles or (role == "officer" and who.department != task.department):
        return False
    return not task.officer or moment.is_absent(task.officer)


STEP: Mapping[StepAct, Callable[[CaseView, Who, Moment], bool]] = {
    "complete-step": _complete,
    "draft-decision": _draft,
    "approve": _approve,
    "return-step": _return,
    "request-supplement": _ask_for_papers,
    "consult": _consult,
    "assign": _assign,
    "extend": _extend,
    "take-over": _take_over,
}
"""About the open step, in the order in which they are shown."""
DECIDES: tuple[StepAct, ...] = ("draft-decision", "approve")
"""What waits for the opinions that are asked for."""


def _opinions_until(case: CaseView, moment: Moment) -> datetime | None:
    """Until when a decision waits for opinions at the latest; None: it does not wait."""
    waits = [one.respond_by for one in case.opinions if not moment.is_past(one.respond_by)]
    return max(waits, default=None) if moment.at is not None else None
