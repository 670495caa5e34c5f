"""What each kind of reader sees of a dossier: its owner, officers at their desks, and anybody with
code and pin. Pure functions.

The owner sees the officer's name and post. Public tracking shows department, post and step, and
nothing personal: it is built from a list of what may be shown, never by leaving out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, CatalogueEntryMissing
from motcua_contracts.rules.archive import ENDED
from motcua_contracts.rules.offer_views import Moment
from motcua_contracts.rules.offers import at_counter, to_owner
from motcua_contracts.rules.refusals import ProcedureUnknown
from motcua_contracts.rules.status import LABELS, Progress, Whereabouts

from ..http.safe_rows import sound
from ..identity.callers import Caller
from ..procedures.agencies import agency_names
from ..procedures.amounts import money
from ..read_model.brought_about import by_persons
from ..read_model.document import documents_of, due_steps
from ..read_model.due_dates import is_forecast, lateness
from ..read_model.stored import Decided, Document, Entry, More, history_of
from .case import apologies_of, case_actions, consultations_of
from .charge import charge_actions
from .counter import reason_texts, refusal_of, supplement_of
from .offer_inputs import dossier_of, who_of
from .texts import ACTORS, CHANNELS, DESK_ONLY, HISTORY, PUBLIC

API = "/api/v1"
OWED = ("due", "deferred")
"""Of a fee: to be paid now, or before the result."""


def officers_of(document: Document) -> set[str]:
    """Every officer whom a view of the dossier could name."""
    history = history_of(document)
    named = {
        entry.actor.removeprefix("officer:")
        for entry in history
        if entry.actor.startswith("officer:")
    }
    named |= {entry.more.get("officer", "") for entry in history}
    return named - {""}


def list_row(document: Document) -> dict[str, object]:
    """A dossier in a list."""
    filing = document["filing"]
    status = LABELS[document["status"]]
    return {
        "dossier_id": document["_id"],
        "code": document["code"],
        "status": document["status"],
        "status_vi": status.vi,
        "status_en": status.en,
        "procedure_code": filing["procedure"],
        "procedure_vi": filing["name_vi"],
        "procedure_en": filing["name_en"],
        "level": filing["level"],
        "received_at": document["filed_at"],
        "due_at": document["due_at"],
        "changed_at": document["changed_at"],
    }


def queue_row(document: Document) -> dict[str, object]:
    """A dossier in the desk's queue.

    `answer_overdue`: it was filed online, and the counter has not answered in its working hours.
    """
    return {
        **list_row(document),
        "answer_overdue": document["status"] == "registered" and bool(document.get("unanswered")),
    }


def task_row(
    document: Document, names: Mapping[str, str], caller: Caller, catalogue: Catalogue, at: datetime
) -> dict[str, Any]:
    """A dossier in an officer's list of tasks, with the step that is open and what the officer may
    do about it.
    """
    task = document["case"]["task"]
    assert task is not None  # of every row in a list of tasks
    possible = case_actions(document, caller, catalogue, at)
    return {
        **list_row(document),
        "task": {**task, "due_at": task["due_at"], "officer_name": names.get(task["officer"], "")},
        **lateness(document, catalogue, at),
        "actions": [{**_action(name, path), **more} for name, path, more in possible],
    }


def owner_view(
    document: Document,
    catalogue: Catalogue,
    names: Mapping[str, str],
    notes: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Everything the owner may know: where it is and with whom, why it is due when, what it
    costs, what can be done at that time.

    `notes`: what clerks wrote to the owner, of the `supplement` and of the `refusal`.
    """
    progress, notes = Progress.model_validate_json(document["progress"]), notes or {}
    result_is_mine = progress.status == "returned"
    return sound(
        {
            **_core(document, progress, catalogue, names),
            "channel": document["filing"]["channel"],
            "result_delivery": document["filing"]["result_delivery"],
            "contacts": contacts_of(document),
            "fee": _fee(document, progress),
            "history": [
                _event(entry, catalogue, names)
                for entry in by_persons(history_of(document))
                if entry.event not in DESK_ONLY
            ],
            "documents": _documents(document, catalogue, with_result=result_is_mine),
            "supplement": supplement_of(
                document, paper_names(document, catalogue), notes.get("supplement", "")
            ),
            "refusal": refusal_of(document, notes.get("refusal", "")),
            "rating": document.get("stars"),
            "next_actions": list(to_owner(dossier_of(document, progress), Moment(at))),
            "outcome": _outcome(document, result_is_mine or progress.status == "completed"),
        }
    )


def desk_view(
    document: Document,
    catalogue: Catalogue,
    names: Mapping[str, str],
    caller: Caller,
    at: datetime | None = None,
) -> dict[str, Any]:
    """What an officer works with, and what can be done at that time; the papers are beside it."""
    progress = Progress.model_validate_json(document["progress"])
    case = document.get("case", {})
    return sound(
        {
            **_core(document, progress, catalogue, names),
            "channel": document["filing"]["channel"],
            "result_delivery": document["filing"]["result_delivery"],
            "contacts": contacts_of(document),
            "fee": _fee(document, progress),
            "history": [
                _event(entry, catalogue, names) for entry in by_persons(history_of(document))
            ],
            "documents": _documents(document, catalogue, with_result=True),
            "task": case.get("task"),
            "draft": case.get("draft"),
            "outcome": _outcome(document, True),
            "supplement": supplement_of(document, paper_names(document, catalogue)),
            "refusal": refusal_of(document),
            "rating": document.get("stars"),
            "forgotten": bool(document.get("forgotten")),
            "actions": actions(document, progress, caller, catalogue, at),
        }
    )


def public_view(
    document: Document, catalogue: Catalogue, names: Mapping[str, str], show_officer: bool = False
) -> dict[str, Any]:
    """What code and pin open.

    No applicant, no form, no documents, no officer unless the office wants it so.
    """
    progress = Progress.model_validate_json(document["progress"])
    status = LABELS[progress.status]
    place = _place(progress.place, catalogue, names if show_officer else {})
    if place is not None and not show_officer:
        del place["officer"]
    agency_vi, agency_en, _ = agency_names(document["agency"], catalogue)
    asked = supplement_of(document, paper_names(document, catalogue))
    shown = names if show_officer else {}
    return sound(
        {
            "code": document["code"],
            "procedure_code": document["filing"]["procedure"],
            "procedure_vi": document["filing"]["name_vi"],
            "procedure_en": document["filing"]["name_en"],
            "status": progress.status,
            "status_vi": status.vi,
            "status_en": status.en,
            "place": place,
            "consultations": consultations_of(
                document, lambda agency: agency_names(agency, catalogue)
            ),
            "received_at": document["filed_at"],
            "due_at": progress.due_at,
            "counter_vi": agency_vi,
            "counter_en": agency_en,
            "supplement": {
                name: value for name, value in asked.items() if name not in ("note", "by")
            }
            if asked
            else None,
            "fee": _open_fee(document, progress),
            "history": [
                _public_event(entry, catalogue, shown)
                for entry in by_persons(history_of(document))
                if entry.event in PUBLIC
            ],
        }
    )


def actions(
    document: Document,
    progress: Progress,
    caller: Caller,
    catalogue: Catalogue,
    at: datetime | None,
) -> list[dict[str, object]]:
    """What this officer may do then, with the call that does it.

    This is a hint; the service has the final say.
    """
    path, possible = f"/desk/dossiers/{document['_id']}", list[dict[str, object]]()
    dossier = dossier_of(document, progress)
    for offer in at_counter(dossier, who_of(caller), Moment(at)):
        shown = _action(offer.act, f"{path}/{offer.act}")
        if offer.possible_from is not None:
            shown["possible_from"] = offer.possible_from
        possible.append(shown)
    charge = charge_actions(document, progress, caller, at)
    for name, path, more in (*case_actions(document, caller, catalogue, at), *charge):
        possible.append({**_action(name, path), **more})
    return possible


def _action(name: str, path: str) -> dict[str, object]:
    return {"action": name, "method": "POST", "href": API + path}


def _core(
    document: Document, progress: Progress, catalogue: Catalogue, names: Mapping[str, str]
) -> dict[str, object]:
    task = document.get("case", {}).get("task")
    return {
        **list_row(document),
        "status": progress.status,
        "place": _place(progress.place, catalogue, names),
        "due": {
            "due_at": progress.due_at,
            "first_due_at": progress.routing.first_due_at or progress.due_at,
            "step_due_at": task["due_at"] if task else None,
            "forecast": is_forecast(document, progress.due_at, catalogue),
            "steps": due_steps(document),
        },
        "consultations": consultations_of(document, lambda agency: agency_names(agency, catalogue)),
        "apologies": apologies_of(document),
        "days": document["filing"]["days"],
        "day_unit": document["filing"]["day_unit"],
    }


def contacts_of(document: Document) -> list[dict[str, object]]:
    """Which contacts the dossier has, and which of them get everything."""
    filing = document["filing"]
    confirmed = {*filing.get("confirmed", ()), *document.get("confirmed", ())}
    return [
        {"contact": contact, "confirmed": contact in confirmed}
        for contact in filing.get("contacts", ())
    ]


def _place(
    place: Whereabouts | None, catalogue: Catalogue, names: Mapping[str, str]
) -> dict[str, object] | None:
    if place is None:
        return None
    agency_vi, agency_en, departments = agency_names(place.agency, catalogue)
    department_vi, department_en = departments.get(
        place.department, (place.department, place.department)
    )
    return {
        "agency": place.agency,
        "agency_vi": agency_vi,
        "agency_en": agency_en,
        "department": place.department,
        "department_vi": department_vi,
        "department_en": department_en,
        "step": place.step,
        "step_vi": place.step_vi,
        "step_en": place.step_en,
        "post_vi": place.post_vi,
        "post_en": place.post_en,
        "officer": {"id": place.officer, "name": names.get(place.officer, "")}
        if place.officer
        else None,
    }


def _fee(document: Document, progress: Progress) -> dict[str, object]:
    charge = document.get("charge", {})
    receipt = charge.get("receipt")
    return {
        "state": progress.fee,
        "amount_vnd": charge.get("amount_vnd"),
        "computation": charge.get("computation", []),
        "moment": charge.get("moment"),
        "pay_until": charge.get("pay_until"),
        "online": progress.intake.level >= 4,
        "settled": charge.get("settled"),
        "receipt_number": receipt["number"] if receipt else None,
        "refunds": charge.get("refunds", []),
        "in_doubt": bool(charge.get("doubts")),
    }


def _open_fee(document: Document, progress: Progress) -> dict[str, object] | None:
    """What is to be paid now or before the result, and how; none where nothing is owed or the
    dossier has ended.
    """
    fee = _fee(document, progress)
    if fee["state"] not in OWED or document["status"] in ENDED or not fee["amount_vnd"]:
        return None
    return {
        "amount_vnd": fee["amount_vnd"],
        "pay_until": fee["pay_until"],
        "online": fee["online"],
        "now": fee["state"] == "due",
    }


def _outcome(document: Document, shown: bool) -> Decided | None:
    decision = document.get("case", {}).get("decision")
    return decision if shown and decision is not None else None


def _event(entry: Entry, catalogue: Catalogue, names: Mapping[str, str]) -> dict[str, object]:
    """A line of the history. A citizen's pseudonym is never shown, not even to its owner."""
    kind, _, who = entry.actor.partition(":")
    more = entry.more
    line: dict[str, object] = {
        **_line(entry),
        **reason_texts(more.get("reason_code", "")),
        "actor": kind,
        "actor_vi": ACTORS[kind].vi,
        "actor_en": ACTORS[kind].en,
    }
    if kind == "officer":
        line["officer"] = {"id": who, "name": names.get(who, ""), **_post(who, catalogue)}
    if "department" in more:
        line |= _department(more, catalogue)
        line["assigned_to"] = (
            {"id": more["officer"], "name": names.get(more["officer"], "")}
            if more["officer"]
            else None
        )
    return line


def _public_event(
    entry: Entry, catalogue: Catalogue, names: Mapping[str, str]
) -> dict[str, object]:
    """With whom it lies, or who did it: department and post; the name only where the office shows
    it (`names`).
    """
    more, officer = entry.more, entry.actor.removeprefix("officer:")
    if "department" in more:
        return {**_line(entry), **_department(more, catalogue)}
    if officer == entry.actor:
        return _line(entry)
    try:
        seat = catalogue.last_seat(officer)
    except CatalogueEntryMissing:
        return _line(entry)
    done_by: More = {
        "agency": seat.agency,
        "department": seat.department,
        "post_vi": seat.post_vi,
        "post_en": seat.post_en,
    }
    named = {"officer_name": names[officer]} if officer in names else {}
    return {**_line(entry), **_department(done_by, catalogue), **named}


def _post(officer: str, catalogue: Catalogue) -> dict[str, str]:
    """The post that the officer has now; empty where the catalogue does not know one."""
    try:
        seat = catalogue.last_seat(officer)
    except CatalogueEntryMissing:
        return {"post_vi": "", "post_en": ""}
    return {"post_vi": seat.post_vi, "post_en": seat.post_en}


def _line(entry: Entry) -> dict[str, object]:
    label = HISTORY[entry.event]
    assert isinstance(entry.at, datetime)
    values: dict[str, object] = {**entry.more}
    if "amount_vnd" in entry.more:
        values["amount_vnd"] = money(entry.more["amount_vnd"])
    by = CHANNELS.get(str(values.get("channel")))
    vi, en = (
        (_Shown({**values, "channel": by.vi}), _Shown({**values, "channel": by.en}))
        if by
        else (_Shown(values), _Shown(values))
    )
    return {
        "at": entry.at,
        "event": entry.event,
        "text_vi": label.vi.format_map(vi),
        "text_en": label.en.format_map(en),
    }


class _Shown(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def _department(more: More, catalogue: Catalogue) -> dict[str, object]:
    agency_vi, agency_en, departments = agency_names(more["agency"], catalogue)
    department_vi, department_en = departments.get(
        more["department"], (more["department"], more["department"])
    )
    return {
        "agency_vi": agency_vi,
        "agency_en": agency_en,
        "department_vi": department_vi,
        "department_en": department_en,
        "post_vi": more["post_vi"],
        "post_en": more["post_en"],
    }


def _documents(
    document: Document, catalogue: Catalogue, *, with_result: bool
) -> list[dict[str, object]]:
    names = paper_names(document, catalogue)
    held = []
    for one in documents_of(document):
        if one["kind"] == "result" and not with_result:
            continue
        labels = {"name_vi": names.get(one["paper"], one["paper"])} if "paper" in one else {}
        held.append({**one, **labels, "href": f"{API}/documents/{one['sha256']}"})
    return held


def paper_names(document: Document, catalogue: Catalogue) -> dict[str, str]:
    """Paper -> its name by the terms that the dossier was registered under."""
    filing = document["filing"]
    try:
        terms = catalogue.procedure(filing["procedure"], filing["procedure_version"]).terms
    except ProcedureUnknown:
        return {}
    return {paper.id: paper.name_vi for paper in terms.papers}
