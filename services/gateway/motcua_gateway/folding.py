"""One document a dossier, folded from its facts: pure functions on plain dicts, no database here.

Every source writes only its own part, by its own sequence: `filing`, `acceptance`, `completion` are intake's, `case` routing's, `charge`
payment's, `notified` notify's. The status is the fold of motcua_contracts.status. What is read off the parts together (`status`, `due_at`,
`desks`, …) is written beside them for queries. So copies change nothing, and the order between sources does not matter.
"""

from bisect import insort
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import orjson
from motcua_contracts.deadline import DeadlineStep
from motcua_contracts.documents import DocumentRef
from motcua_contracts.envelope import Message
from motcua_contracts.intake import (
    DossierAccepted,
    DossierCompleted,
    DossierRegistered,
    DossierReturned,
    DossierStopped,
    FeeCleared,
    FeeDeferred,
    PaymentDemanded,
)
from motcua_contracts.notify import MessageFailed, MessageSent
from motcua_contracts.payload import Payload
from motcua_contracts.payment import (
    FeeAssessed,
    FeeWaived,
    MismatchFound,
    PaymentAwaited,
    PaymentExpired,
    PaymentFailed,
    PaymentSettled,
    PaymentStarted,
    ReceiptIssued,
)
from motcua_contracts.routing import (
    CaseClosed,
    CaseDecided,
    CaseOpened,
    DecisionApproved,
    StepCompleted,
    StepReturned,
    TaskAssigned,
)
from motcua_contracts.status import Progress, fold

from .changing import Changing

Document = dict[str, Any]
"""As it is stored and read."""

SOURCES = {"/motcua/intake": 0, "/motcua/routing": 1, "/motcua/payment": 2, "/motcua/notify": 3}
"""Places of the sources in a history entry; among facts of the same millisecond the earlier one comes first."""
AT, SOURCE, SEQUENCE, NAME, ACTOR, MORE = range(6)
"""A history entry is an array: when, place of the source, sequence there, name of the fact, who, and what else a view needs."""


def fold_all(document: Document | None, dossier_id: str, messages: Iterable[Message[Payload]]) -> Changing | None:
    """The document with these facts taken in; parts of the given one are changed in place. None: nothing in them is new."""
    stored = document if document is not None else {"_id": dossier_id, "progress": b"{}", "notified": 0, "history": []}
    document = Changing(stored, is_new=document is None)
    progress = Progress.model_validate_json(document["progress"])
    heard = {0: progress.intake.sequence, 1: progress.routing.sequence, 2: progress.payment.sequence, 3: document["notified"]}
    news = False
    for message in messages:
        place, sequence = SOURCES.get(message.source), message.sequence
        if place is None or sequence is None or sequence <= heard[place]:
            continue
        heard[place], news = sequence, True
        progress = fold(progress, message)
        more = HANDLERS[type(message.data)](document, message.data)
        if more is not None:
            entry = [message.time, place, sequence, type(message.data).__name__, message.actor, more]
            history = document["history"]
            insort(history, entry, key=_order)
            if history[-1] is entry:
                document.pushed("history", entry)
            else:
                document.rewritten("history")
    if not news:
        return None
    document["progress"] = Progress.__pydantic_serializer__.to_json(progress, exclude_defaults=True)
    document.put("notified", heard[3])
    _read_off(document, progress, sum(heard.values()))
    return document


def _order(entry: list[Any]) -> tuple[datetime, int, int]:
    return entry[AT], entry[SOURCE], entry[SEQUENCE]


def _read_off(document: Changing, progress: Progress, version: int) -> None:
    """What queries and lists need. `version` grows with every fact taken in."""
    task = document.get("case", {}).get("task")
    document["version"] = version
    document.put("status", progress.status)
    document.put("due_at", progress.due_at)
    document.put("changed_at", document["history"][-1][AT] if document["history"] else None)
    document.put("officer", task["officer"] if task is not None and progress.status == "processing" else "")
    if held := [one["sha256"] for one in documents_of(document)]:
        document.put("documents", held)


def documents_of(document: Document) -> list[dict[str, Any]]:
    """Every file of the dossier, with its `kind`: upload, slip, receipt or result."""
    parts = [
        *({**paper, "kind": "upload"} for paper in document.get("filing", {}).get("papers", ())),
        _kind(document.get("acceptance", {}).get("slip"), "slip"),
        _kind(document.get("charge", {}).get("receipt", {}).get("document"), "receipt"),
        _kind(document.get("case", {}).get("result"), "result"),
    ]
    return [part for part in parts if part is not None]


def _kind(reference: dict[str, Any] | None, kind: str) -> dict[str, Any] | None:
    return {**reference, "kind": kind} if reference is not None else None


def _reference(reference: DocumentRef | None) -> dict[str, Any] | None:
    if reference is None:
        return None
    return {"sha256": reference.sha256, "size": reference.size, "media_type": reference.media_type}


def _due(fact: DossierAccepted | CaseOpened) -> dict[str, Any]:
    """The computation is kept as JSON: it is only ever read whole."""
    steps = b"[" + b",".join(DeadlineStep.__pydantic_serializer__.to_json(step) for step in fact.steps) + b"]"
    return {"due_at": fact.due_at, "calendar": fact.calendar, "calendar_version": fact.calendar_version, "steps": steps}


def due_steps(document: Document) -> list[dict[str, Any]]:
    """How the due date came about, line by line: routing's own once the case is open."""
    due = document.get("case", {}).get("due") or document.get("acceptance", {}).get("due")
    steps: list[dict[str, Any]] = orjson.loads(due["steps"]) if due else []
    return steps


# ---------------------------------------------------------------------- intake


def _registered(document: Changing, fact: DossierRegistered) -> dict[str, Any]:
    terms = fact.terms
    document["code"], document["owner"], document["agency"] = fact.code, fact.owner_actor, fact.receiving_agency
    document["filed_at"] = fact.received_at
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
        "papers": [{"paper": paper.paper, **(_reference(paper.document) or {})} for paper in fact.documents],
    }
    return {"channel": fact.channel}


def _accepted(document: Changing, fact: DossierAccepted) -> dict[str, Any]:
    document["acceptance"] = {"accepted_at": fact.accepted_at, "slip": _reference(fact.slip), "due": _due(fact)}
    return {"due_at": fact.due_at}


def _completed(document: Changing, fact: DossierCompleted) -> dict[str, Any]:
    document["completion"] = {"outcome": fact.outcome}
    return {"outcome": fact.outcome}


# ---------------------------------------------------------------------- routing


def _opened(document: Changing, fact: CaseOpened) -> dict[str, Any]:
    case = document.part("case")
    case["agency"], case["due"] = fact.agency, _due(fact)
    return {"agency": fact.agency}


def _assigned(document: Changing, fact: TaskAssigned) -> dict[str, Any]:
    task = {
        "step": fact.step,
        "step_vi": fact.step_vi,
        "step_en": fact.step_en,
        "does": fact.does,
        "agency": fact.agency,
        "department": fact.department,
        "officer": fact.officer,
        "post_vi": fact.post_vi,
        "post_en": fact.post_en,
        "due_at": fact.due_at,
    }
    document.part("case")["task"] = task
    desk = desk_of(fact.agency, fact.department)
    desks = document.setdefault("desks", [])
    if desk not in desks:
        desks.append(desk)
        document.rewritten("desks")
    return {name: task[name] for name in ("agency", "department", "officer", "step_vi", "step_en", "post_vi", "post_en")}


def desk_of(agency: str, department: str) -> str:
    """A department as documents name it: whoever was given a step of a dossier may see it from then on."""
    return f"{agency}/{department}"


def _step_completed(document: Changing, fact: StepCompleted) -> dict[str, Any]:
    case = document.part("case")
    done, case["task"] = case.get("task"), None
    if fact.outcome is not None:
        case["draft"] = {"outcome": fact.outcome, "reason_code": fact.reason_code}
    return _step_names(done)


def _step_returned(document: Changing, fact: StepReturned) -> dict[str, Any]:
    case = document.part("case")
    done, case["task"] = case.get("task"), None
    return {**_step_names(done), "reason_code": fact.reason_code}


def _step_names(task: dict[str, Any] | None) -> dict[str, Any]:
    return {"step_vi": task["step_vi"], "step_en": task["step_en"]} if task is not None else {}


def _approved(document: Changing, fact: DecisionApproved) -> None:
    """The leader is done; signing is the system's. What follows says the rest."""
    document.part("case")["task"] = None


def _decided(document: Changing, fact: CaseDecided) -> dict[str, Any]:
    case = document.part("case")
    case["task"], case["result"] = None, _reference(fact.result)
    case["decision"] = {"outcome": fact.outcome, "reason_code": fact.reason_code, "decided_at": fact.decided_at}
    return {"outcome": fact.outcome}


def _case_closed(document: Changing, fact: CaseClosed) -> dict[str, Any]:
    document.part("case")["task"] = None
    return {"reason": fact.reason}


# ---------------------------------------------------------------------- payment


def _assessed(document: Changing, fact: FeeAssessed) -> dict[str, Any]:
    document.part("charge").update(amount_vnd=fact.amount_vnd, computation=list(fact.computation), moment=fact.moment)
    return {"amount_vnd": fact.amount_vnd}


def _waived(document: Changing, fact: FeeWaived) -> dict[str, Any]:
    document.part("charge").update(amount_vnd=0, waived_percent=fact.percent)
    return {"percent": fact.percent}


def _awaited(document: Changing, fact: PaymentAwaited) -> None:
    document.part("charge")["pay_until"] = fact.expires_at


def _started(document: Changing, fact: PaymentStarted) -> dict[str, Any]:
    document.part("charge")["attempts"] = fact.attempt
    return {"provider": fact.provider}


def _settled(document: Changing, fact: PaymentSettled) -> dict[str, Any]:
    document.part("charge")["settled"] = {"channel": fact.channel, "settled_at": fact.settled_at}
    return {"amount_vnd": fact.amount_vnd, "channel": fact.channel}


def _receipt(document: Changing, fact: ReceiptIssued) -> dict[str, Any]:
    document.part("charge")["receipt"] = {"number": fact.number, "document": _reference(fact.document)}
    return {"number": fact.number}


# ---------------------------------------------------------------------- all of them


def _only_status(document: Changing, fact: Payload) -> None:
    """The status fold is all there is to it."""


def _says(*names: str) -> Callable[[Changing, Any], dict[str, Any]]:
    """A fact that only goes into the history, with these of its values."""

    def handler(document: Changing, fact: Any) -> dict[str, Any]:
        return {name: getattr(fact, name) for name in names}

    return handler


HANDLERS: dict[type[Payload], Callable[[Changing, Any], dict[str, Any] | None]] = {
    DossierRegistered: _registered,
    PaymentDemanded: _says("amount_vnd", "moment"),
    FeeDeferred: _only_status,
    FeeCleared: _only_status,
    DossierAccepted: _accepted,
    DossierCompleted: _completed,
    DossierReturned: _says("channel"),
    DossierStopped: _says("reason"),
    CaseOpened: _opened,
    TaskAssigned: _assigned,
    StepCompleted: _step_completed,
    StepReturned: _step_returned,
    DecisionApproved: _approved,
    CaseDecided: _decided,
    CaseClosed: _case_closed,
    FeeAssessed: _assessed,
    FeeWaived: _waived,
    PaymentAwaited: _awaited,
    PaymentStarted: _started,
    PaymentSettled: _settled,
    PaymentFailed: _says("provider_code"),
    PaymentExpired: _says("amount_vnd"),
    MismatchFound: _says("reason", "amount_vnd"),
    ReceiptIssued: _receipt,
    MessageSent: _says("channel"),
    MessageFailed: _says("channel", "reason"),
}
"""The facts that the read model shows or folds. All others are passed over without a look at the document."""
