"""A dossier's document and its reader, as the rules of what may be done see them."""

from datetime import datetime

from motcua_contracts import Catalogue
from motcua_contracts.rules.archive import ENDED, Archive, erasable_from
from motcua_contracts.rules.offer_views import (
    CaseView,
    ChargeView,
    DossierView,
    DoubtView,
    Moment,
    OpinionView,
    RefundView,
    Slip,
    TaskView,
    Who,
)
from motcua_contracts.rules.status import Progress

from ..identity.callers import Caller
from ..read_model.stored import Charge, Document, Task


def who_of(caller: Caller) -> Who:
    seat = caller.seat
    if seat is None:
        return Who(caller.roles, caller.officer)
    return Who(caller.roles, caller.officer, seat.agency, seat.department)


def moment_of(catalogue: Catalogue | None, at: datetime | None) -> Moment:
    return Moment(at, catalogue.absent) if catalogue is not None else Moment()


def dossier_of(document: Document, progress: Progress | None = None) -> DossierView:
    """`progress`: the document's own, where it was read already."""
    progress = progress or Progress.model_validate_json(document["progress"])
    return DossierView(
        progress=progress,
        slip=_slip(document),
        papers_used=bool(document.get("counter_asked")),
        revision=document["filing"]["revision"],
        rated="stars" in document,
        erased=bool(document.get("forgotten")),
        erasable_from=may_go_from(document),
        case=case_of(document),
        charge=_charge(document.get("charge", {}), progress),
    )


def may_go_from(document: Document) -> datetime | None:
    """From when the papers of an ended dossier may be erased; None where that is not known or
    nothing is left to erase.
    """
    ended_at = document.get("ended_at")
    if document["status"] not in ENDED or document.get("forgotten") or ended_at is None:
        return None
    archive = Archive.model_validate(document["filing"].get("archive", {}))
    return erasable_from(archive, document["status"], ended_at)


def asked_before(document: Document) -> bool:
    """Whether the deciding agency has asked for papers already: its department, or its own counter
    before acceptance.
    """
    case = document.get("case", {})
    own_counter = document.get("counter_asked") and document.get("agency") == case.get("agency")
    return bool(case.get("supplements") or own_counter)


def refundable_vnd(charge: Charge) -> int:
    """What of a paid fee is still here and not on its way back."""
    if not charge.get("settled"):
        return 0
    back = sum(
        one["amount_vnd"]
        for one in charge.get("refunds", ())
        if one["fee"] and one["state"] != "failed"
    )
    return int(charge["amount_vnd"] - back)


def _slip(document: Document) -> Slip:
    if document.get("refusing"):
        return "refusal"
    if document.get("supplement", {}).get("state") == "demanded":
        return "supplement"
    return "acceptance" if document.get("accepting") and "acceptance" not in document else ""


def case_of(document: Document) -> CaseView:
    """Also of a row of a list, which leaves out most of the document."""
    case = document.get("case", {})
    task, by_hand = case.get("task"), case.get("by_hand", ())
    return CaseView(
        status=document["status"],
        task=_task(task) if task is not None else None,
        is_paused=bool(case.get("waiting")),
        can_be_returned=task is None or task["step"] not in by_hand[:1],
        papers_used=asked_before(document),
        extensions=len(case.get("apologies", ())),
        extensions_allowed=case.get("extensions_allowed", 1),
        is_being_extended=bool(case.get("extending")),
        opinions=tuple(
            OpinionView(one["consultation"], one["agency"], one["department"], one["respond_by"])
            for one in case.get("consultations", ())
            if one["opinion"] is None
        ),
    )


def _task(task: Task) -> TaskView:
    return TaskView(
        step=task["step"],
        does=task["does"],
        agency=task["agency"],
        department=task["department"],
        officer=task["officer"],
    )


def _charge(charge: Charge, progress: Progress) -> ChargeView:
    return ChargeView(
        closed=bool(charge.get("closed")),
        # what the bank took back is owed without a limit of time
        pay_until=None if progress.payment.reversed else charge.get("pay_until"),
        refundable_vnd=refundable_vnd(charge),
        pay_outs=tuple(
            RefundView(one["refund"], one["amount_vnd"])
            for one in charge.get("refunds", ())
            if (one["state"], one["channel"]) == ("requested", "cash")
        ),
        doubts=tuple(
            DoubtView(one["attempt"], one["amount_vnd"], one["attempt"] in charge.get("asking", ()))
            for one in charge.get("doubts", ())
        ),
    )
