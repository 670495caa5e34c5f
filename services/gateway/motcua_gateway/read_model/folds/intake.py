"""What intake's facts change of a dossier's view: `filing`, `acceptance`, `supplement`, `slips`,
`completion`, `noted`, and its ends.
"""

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
from motcua_contracts.wire.payload import Payload

from ..changes import Changing
from ..stored import More, Noted, Slip, Upload
from .common import Handler, asked_lines, due, only_status, reference, says, why

SUPPLEMENT_SLIP, REFUSAL_SLIP = "supplement-slip", "refusal-slip"


def _registered(document: Changing, fact: DossierRegistered) -> More:
    terms = fact.terms
    document["code"], document["owner"], document["agency"] = (
        fact.code,
        fact.owner_actor,
        fact.receiving_agency,
    )
    document["filed_at"] = fact.received_at
    if fact.matter:
        document["matter"] = fact.matter
    document["filing"] = {
        "procedure": terms.code,
        "procedure_version": terms.version,
        "name_vi": terms.name_vi,
        "name_en": terms.name_en,
        "field": terms.field,
        "level": terms.level,
        "days": terms.days,
        "day_unit": terms.day_unit,
        "channel": fact.channel,
        "result_delivery": fact.result_delivery,
        "deciding_agency": fact.deciding_agency,
        "revision": fact.revision,
        "contacts": list(fact.contacts),
        "confirmed": list(fact.confirmed),
        "papers": _attached(fact.documents),
        "on_paper": list(fact.papers_on_paper),
        "archive": terms.archive.model_dump(),
    }
    return {"channel": fact.channel}


def _attached(papers: tuple[AttachedPaper, ...]) -> list[Upload]:
    return [{"paper": one.paper, **reference(one.document)} for one in papers]


def _accepting(document: Changing, fact: AcceptanceDecided) -> None:
    """The slip is being made; DossierAccepted says the rest."""
    document["accepting"] = True


def _accepted(document: Changing, fact: DossierAccepted) -> More:
    document["acceptance"] = {
        "accepted_at": fact.accepted_at,
        "slip": reference(fact.slip),
        "due": due(fact),
    }
    return {"due_at": fact.due_at}


def _unanswered(document: Changing, fact: AcceptanceOverdue) -> More:
    """Until the counter answers; what comes after a supplement is a new wait."""
    document["unanswered"] = True
    return {"waited_since": fact.waited_since}


def _demanded(document: Changing, fact: SupplementDemanded) -> None:
    """The slip is being made: the counter waits for it, and nobody is asked yet."""
    document["supplement"] = {
        "state": "demanded",
        "by": fact.by,
        "number": fact.number,
        "agency": fact.agency,
        "note": fact.note_revision,
    }
    _noted(document, fact.revision, "SupplementDemanded")


def _requested(document: Changing, fact: SupplementRequested) -> More:
    supplement = document.part("supplement")
    supplement |= {
        "state": "requested",
        "by": fact.by,
        "number": fact.number,
        "reason_code": fact.reason_code,
        "papers": asked_lines(fact.papers),
        "respond_by": fact.respond_by,
        "revision": fact.revision,
    }
    if fact.by == "counter":
        document["counter_asked"], document["unanswered"] = True, False
    _slip(document, SUPPLEMENT_SLIP, fact.slip)
    return {"by": fact.by, "reason_code": fact.reason_code, "respond_by": fact.respond_by}


def _term_moved(document: Changing, fact: SupplementTermMoved) -> More:
    document.part("supplement")["respond_by"] = fact.respond_by
    return {"respond_by": fact.respond_by, **why(fact)}


def _answer_moved(document: Changing, fact: AnswerTermMoved) -> More:
    return {"answer_by": fact.answer_by, **why(fact)}


def _submitted(document: Changing, fact: SupplementSubmitted) -> More:
    supplement = document.part("supplement")
    supplement["state"], supplement["submitted_at"] = "submitted", fact.submitted_at
    filing = document.part("filing")
    filing["revision"] = fact.revision
    filing["papers"] = [*filing.get("papers", ()), *_attached(fact.documents)]
    filing["on_paper"] = [*filing.get("on_paper", ()), *fact.papers_on_paper]
    return {"by": fact.by}


def _refusing(document: Changing, fact: RefusalDecided) -> None:
    document["refusing"] = True
    _noted(document, fact.revision, "DossierNotAccepted")


def _not_accepted(document: Changing, fact: DossierNotAccepted) -> More:
    document["ended_at"] = document.at
    document["refusal"] = {
        "reason_code": fact.reason_code,
        "revision": fact.revision,
        "refundable": fact.refundable,
    }
    _slip(document, REFUSAL_SLIP, fact.slip)
    return {"reason_code": fact.reason_code}


def _withdrawn(document: Changing, fact: DossierWithdrawn) -> More | None:
    document["ended_at"] = document.get("ended_at") or document.at
    if fact.revision is not None:
        _noted(document, fact.revision, "DossierWithdrawn")
    return None if fact.standing else {}


def _completed(document: Changing, fact: DossierCompleted) -> More:
    document["completion"] = {"outcome": fact.outcome}
    return {"outcome": fact.outcome}


def _posted(document: Changing, fact: ResultPosted) -> More:
    _noted(document, fact.revision, "ResultPosted")
    return {}


def _stopped(document: Changing, fact: DossierStopped) -> More:
    document["ended_at"] = document.at
    return {"reason": fact.reason}


def _returned(document: Changing, fact: DossierReturned) -> More:
    document["ended_at"] = document.at
    if fact.revision is not None:
        _noted(document, fact.revision, "DossierReturned")
    return {"channel": fact.channel}


def _corrected(document: Changing, fact: ApplicantCorrected) -> More:
    """A contact that is another address now is unconfirmed again, whenever notify's word about the
    one before is heard.
    """
    filing = document.part("filing")
    filing["revision"], filing["contacts"], filing["confirmed"] = (
        fact.revision,
        list(fact.contacts),
        list(fact.confirmed),
    )
    filing["corrected"] = {
        **filing.get("corrected", {}),
        **dict.fromkeys(fact.changed, fact.revision),
    }
    known = document.get("confirmed_by", {})
    still = [
        one
        for one in document.get("confirmed", ())
        if one not in fact.changed or known.get(one, 0) >= fact.revision
    ]
    document.put("confirmed", still)
    if fact.matter is not None:
        document.put("matter", fact.matter)
    if fact.by == "counter":
        _noted(document, fact.revision, "ApplicantCorrected")
    return {"by": fact.by}


def _rated(document: Changing, fact: DossierRated) -> More:
    document["stars"] = fact.stars
    return {"stars": fact.stars}


def _forgotten(document: Changing, fact: DossierForgotten) -> More:
    """Papers and files are gone; so are the names by which they were found here, but for those of
    the documents that last.
    """
    document["forgotten"], document["checks"] = True, list(fact.checks)
    # The first release, which did not say who asked, deleted every file.
    document["lasting"] = fact.request_date is not None
    document["noted"], document["documents"] = [], []
    if "matter" in document:  # made from the identity number
        document["matter"] = ""
    more: More = {"reason_code": fact.reason_code} if fact.reason_code else {}
    return {**more, **_on_which_paper(fact)}


def _on_which_paper(fact: DossierForgotten) -> More:
    """As the history says it; nothing of facts of the first release."""
    if fact.request_date is None or fact.asked_by not in ASKED_BY:
        return {"on_vi": "", "on_en": ""}
    asked, day = ASKED_BY[fact.asked_by], f"{fact.request_date:%d/%m/%Y}"
    return {
        "on_vi": f" (người đề nghị: {asked.vi}; văn bản số {fact.request_number} ngày {day})",
        "on_en": f" (requested by: {asked.en}; document no. {fact.request_number} of {day})",
    }


def _noted(document: Changing, revision: int, fact: str) -> None:
    """A paper that says in words what the fact says in codes."""
    noted: Noted = {"revision": revision, "fact": fact}
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
