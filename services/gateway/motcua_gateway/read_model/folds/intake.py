"""What intake's events change of a dossier's view: `filing`, `acceptance`, `supplement`, `slips`,
`completion`, `noted`, and its ends.
"""

from motcua_contracts import Payload
from motcua_contracts.messages.documents import AttachedPaper, DocumentRef
from motcua_contracts.messages.intake import (
    AcceptanceDecided,
    AcceptanceOverdue,
    AnswerTermMoved,
    ApplicantCorrected,
    DossierAccepted,
    DossierCompleted,
    DossierForgotten,
    DossierNotAccepted,
    DossierRated,
    DossierRegistered,
    DossierReturned,
    DossierStopped,
    DossierWithdrawn,
    FeeCleared,
    FeeDeferred,
    PaymentDemanded,
    PostCameBack,
    RefusalDecided,
    ResultPosted,
    SupplementDemanded,
    SupplementRequested,
    SupplementSubmitted,
    SupplementTermMoved,
)
from motcua_contracts.rules.reasons import ASKED_BY

from ..changes import Changing
from ..stored import More, Noted, Slip, Upload
from .common import Handler, asked_lines, due, only_status, reference, says, why

SUPPLEMENT_SLIP, REFUSAL_SLIP = "supplement-slip", "refusal-slip"


def _registered(document: Changing, event: DossierRegistered) -> More:
    terms = event.terms
    document["code"], document["owner"], document["agency"] = (
        event.code,
        event.owner_actor,
        event.receiving_agency,
    )
    document["filed_at"] = event.received_at
    if event.matter:
        document["matter"] = event.matter
    document["filing"] = {
        "procedure": terms.code,
        "procedure_version": terms.version,
        "name_vi": terms.name_vi,
        "name_en": terms.name_en,
        "field": terms.field,
        "level": terms.level,
        "days": terms.days,
        "day_unit": terms.day_unit,
        "channel": event.channel,
        "result_delivery": event.result_delivery,
        "deciding_agency": event.deciding_agency,
        "revision": event.revision,
        "contacts": list(event.contacts),
        "confirmed": list(event.confirmed),
        "papers": _attached(event.documents),
        "on_paper": list(event.papers_on_paper),
        "archive": terms.archive.model_dump(),
    }
    return {"channel": event.channel}


def _attached(papers: tuple[AttachedPaper, ...]) -> list[Upload]:
    return [{"paper": one.paper, **reference(one.document)} for one in papers]


def _accepting(document: Changing, event: AcceptanceDecided) -> None:
    """The slip is being made; DossierAccepted says the rest."""
    document["accepting"] = True


def _accepted(document: Changing, event: DossierAccepted) -> More:
    document["acceptance"] = {
        "accepted_at": event.accepted_at,
        "slip": reference(event.slip),
        "due": due(event),
    }
    return {"due_at": event.due_at}


def _unanswered(document: Changing, event: AcceptanceOverdue) -> More:
    """Until the counter answers; what comes after a supplement is a new wait."""
    document["unanswered"] = True
    return {"waited_since": event.waited_since}


def _demanded(document: Changing, event: SupplementDemanded) -> None:
    """The slip is being made: the counter waits for it, and nobody is asked yet."""
    document["supplement"] = {
        "state": "demanded",
        "by": event.by,
        "number": event.number,
        "agency": event.agency,
        "note": event.note_revision,
    }
    _noted(document, event.revision, "SupplementDemanded")


def _requested(document: Changing, event: SupplementRequested) -> More:
    supplement = document.part("supplement")
    supplement |= {
        "state": "requested",
        "by": event.by,
        "number": event.number,
        "reason_code": event.reason_code,
        "papers": asked_lines(event.papers),
        "respond_by": event.respond_by,
        "revision": event.revision,
    }
    if event.by == "counter":
        document["counter_asked"], document["unanswered"] = True, False
    _slip(document, SUPPLEMENT_SLIP, event.slip)
    return {"by": event.by, "reason_code": event.reason_code, "respond_by": event.respond_by}


def _term_moved(document: Changing, event: SupplementTermMoved) -> More:
    document.part("supplement")["respond_by"] = event.respond_by
    return {"respond_by": event.respond_by, **why(event)}


def _answer_moved(document: Changing, event: AnswerTermMoved) -> More:
    return {"answer_by": event.answer_by, **why(event)}


def _submitted(document: Changing, event: SupplementSubmitted) -> More:
    supplement = document.part("supplement")
    supplement["state"], supplement["submitted_at"] = "submitted", event.submitted_at
    filing = document.part("filing")
    filing["revision"] = event.revision
    filing["papers"] = [*filing.get("papers", ()), *_attached(event.documents)]
    filing["on_paper"] = [*filing.get("on_paper", ()), *event.papers_on_paper]
    return {"by": event.by}


def _refusing(document: Changing, event: RefusalDecided) -> None:
    document["refusing"] = True
    _noted(document, event.revision, "DossierNotAccepted")


def _not_accepted(document: Changing, event: DossierNotAccepted) -> More:
    document["ended_at"] = document.at
    document["refusal"] = {
        "reason_code": event.reason_code,
        "revision": event.revision,
        "refundable": event.refundable,
    }
    _slip(document, REFUSAL_SLIP, event.slip)
    return {"reason_code": event.reason_code}


def _withdrawn(document: Changing, event: DossierWithdrawn) -> More | None:
    document["ended_at"] = document.get("ended_at") or document.at
    if event.revision is not None:
        _noted(document, event.revision, "DossierWithdrawn")
    return None if event.standing else {}


def _completed(document: Changing, event: DossierCompleted) -> More:
    document["completion"] = {"outcome": event.outcome}
    return {"outcome": event.outcome}


def _posted(document: Changing, event: ResultPosted) -> More:
    _noted(document, event.revision, "ResultPosted")
    return {}


def _stopped(document: Changing, event: DossierStopped) -> More:
    document["ended_at"] = document.at
    return {"reason": event.reason}


def _returned(document: Changing, event: DossierReturned) -> More:
    document["ended_at"] = document.at
    if event.revision is not None:
        _noted(document, event.revision, "DossierReturned")
    return {"channel": event.channel}


def _corrected(document: Changing, event: ApplicantCorrected) -> More:
    """A contact that is another address now is unconfirmed again, whenever notify's word about the
    one before is heard.
    """
    filing = document.part("filing")
    filing["revision"], filing["contacts"], filing["confirmed"] = (
        event.revision,
        list(event.contacts),
        list(event.confirmed),
    )
    filing["corrected"] = {
        **filing.get("corrected", {}),
        **dict.fromkeys(event.changed, event.revision),
    }
    known = document.get("confirmed_by", {})
    still = [
        one
        for one in document.get("confirmed", ())
        if one not in event.changed or known.get(one, 0) >= event.revision
    ]
    document.put("confirmed", still)
    if event.matter is not None:
        document.put("matter", event.matter)
    if event.by == "counter":
        _noted(document, event.revision, "ApplicantCorrected")
    return {"by": event.by}


def _rated(document: Changing, event: DossierRated) -> More:
    document["stars"] = event.stars
    return {"stars": event.stars}


def _forgotten(document: Changing, event: DossierForgotten) -> More:
    """Papers and files are gone; so are the names by which they were found here, but for those of
    the documents that last.
    """
    document["forgotten"], document["checks"] = True, list(event.checks)
    # The first release, which did not say who asked, deleted every file.
    document["lasting"] = event.request_date is not None
    document["noted"], document["documents"] = [], []
    if "matter" in document:  # made from the identity number
        document["matter"] = ""
    more: More = {"reason_code": event.reason_code} if event.reason_code else {}
    return {**more, **_on_which_paper(event)}


def _on_which_paper(event: DossierForgotten) -> More:
    """As the history says it; nothing of events of the first release."""
    if event.request_date is None or event.asked_by not in ASKED_BY:
        return {"on_vi": "", "on_en": ""}
    asked, day = ASKED_BY[event.asked_by], f"{event.request_date:%d/%m/%Y}"
    return {
        "on_vi": f" (người đề nghị: {asked.vi}; văn bản số {event.request_number} ngày {day})",
        "on_en": f" (requested by: {asked.en}; document no. {event.request_number} of {day})",
    }


def _noted(document: Changing, revision: int, event: str) -> None:
    """A paper that says in words what the event says in codes."""
    noted: Noted = {"revision": revision, "fact": event}
    document["noted"] = [*document.get("noted", ()), noted]


def _slip(document: Changing, kind: str, slip: DocumentRef | None) -> None:
    if (found := reference(slip)) is not None:
        held: Slip = {**found, "kind": kind}
        document["slips"] = [*document.get("slips", ()), held]


HANDLERS: dict[type[Payload], Handler] = {
    DossierRegistered: _registered,
    PaymentDemanded: says("amount_vnd", "moment"),
    FeeDeferred: only_status,
    FeeCleared: only_status,
    AcceptanceOverdue: _unanswered,
    AcceptanceDecided: _accepting,
    DossierAccepted: _accepted,
    SupplementDemanded: _demanded,
    SupplementRequested: _requested,
    SupplementSubmitted: _submitted,
    SupplementTermMoved: _term_moved,
    AnswerTermMoved: _answer_moved,
    RefusalDecided: _refusing,
    DossierNotAccepted: _not_accepted,
    DossierWithdrawn: _withdrawn,
    DossierCompleted: _completed,
    ResultPosted: _posted,
    PostCameBack: says("reason_code"),
    DossierReturned: _returned,
    DossierStopped: _stopped,
    ApplicantCorrected: _corrected,
    DossierRated: _rated,
    DossierForgotten: _forgotten,
}
