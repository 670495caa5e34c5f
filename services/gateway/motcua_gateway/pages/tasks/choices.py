"""What the forms of a task offer: papers of the terms, departments to ask, officers to give it to;
and why an act must wait. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua_contracts.rules.decision import Refusal
from motcua_contracts.rules.directory import Catalogue
from motcua_contracts.rules.refusals import (
    AlreadyExtended,
    ConsultationOpen,
    ProcedureUnknown,
    SupplementUsed,
)

from ...identity.callers import Caller
from ...procedures.agencies import agency_names
from ...read_model.document import Document
from ...views.case import Action
from ...views.offer_inputs import asked_before

FORMLESS = ("complete-step", "approve", "take-over")
"""Nothing is filled in; these are buttons. To sign is asked once more on a page of its own."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that can be asked for, as the terms have it."""

    id: str
    name_vi: str
    name_en: str
    kind: str
    copies: int


@dataclass(frozen=True, slots=True)
class Desk:
    """A department that can be asked. `value` is what the form sends: `<agency>/<department>`."""

    value: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who may have the task."""

    officer: str
    post_vi: str
    post_en: str
    absent: bool


ANSWERING = ("officer", "leader")
"""Who may answer; a counter has neither, and a question sent there is answered by nobody."""


@dataclass(frozen=True, slots=True)
class Choices:
    """`desks` by agency (its names). `after`: a new date lies after it."""

    papers: tuple[Paper, ...]
    desks: tuple[tuple[str, str, tuple[Desk, ...]], ...]
    hands: tuple[Hand, ...]
    after: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """One form.

    `form` tells it from the others on the page; `why_not` is the reason for which it must wait.
    """

    form: str
    action: str
    step: str = ""
    consultation: int = 0
    why_not: Refusal | None = None


def choices_of(document: Document, catalogue: Catalogue, at: datetime) -> Choices:
    """For a dossier whose case is open; a closed one leaves nothing to choose."""
    task = document.get("case", {}).get("task")
    after = max(at, document["due_at"]) if document["due_at"] else at
    if task is None:
        return Choices((), (), (), after)
    return Choices(
        _papers(document, catalogue),
        _desks(document, task, catalogue),
        _hands(task, catalogue, at),
        after,
    )


def acts_of(
    document: Document, caller: Caller, offered: list[Action], catalogue: Catalogue, at: datetime
) -> list[Act]:
    """A form for each act that is offered, and the reason for those that a user might expect but
    cannot use.
    """
    acts = []
    for name, _, more in offered:
        number = more.get("consultation", 0)
        form = f"{name}-{number}" if number else name
        why_not = (
            _awaited(document, catalogue, at) if name in ("draft-decision", "approve") else None
        )
        acts.append(Act(form, name, more.get("step", ""), number, why_not))
    task, names = document.get("case", {}).get("task"), {act.action for act in acts}
    if task is None or document["status"] != "processing":
        return acts
    if (
        task["officer"] == caller.officer
        and "request-supplement" not in names
        and asked_before(document)
    ):
        acts.append(Act("request-supplement", "request-supplement", why_not=SupplementUsed()))
    given = document["case"].get("apologies", ())
    if given and "assign" in names and "extend" not in names:
        acts.append(Act("extend", "extend", why_not=AlreadyExtended(allowed=len(given))))
    return acts


def _awaited(document: Document, catalogue: Catalogue, at: datetime) -> Refusal | None:
    """An opinion that is awaited and whose time still runs holds the decision."""
    for one in document["case"].get("consultations", ()):
        if one["opinion"] is None and at <= one["respond_by"]:
            _, _, departments = agency_names(one["agency"], catalogue)
            name_vi, _ = departments.get(one["department"], (one["department"], ""))
            return ConsultationOpen(consultation=one["consultation"], department=name_vi)
    return None


def _papers(document: Document, catalogue: Catalogue) -> tuple[Paper, ...]:
    filing: Mapping[str, Any] = document["filing"]
    try:
        terms = catalogue.procedure(filing["procedure"], filing["procedure_version"]).terms
    except ProcedureUnknown:
        return ()
    return tuple(
        Paper(
            one.id,
            one.name_vi,
            one.name_en,
            one.kind or ("original" if one.original else "photocopy"),
            max(1, one.copies),
        )
        for one in terms.papers
    )


def _desks(
    document: Document, task: Mapping[str, Any], catalogue: Catalogue
) -> tuple[tuple[str, str, tuple[Desk, ...]], ...]:
    """The officer's agency first; without the department that has the step, those that are asked,
    and those where nobody may answer.
    """
    asking = {
        (one["agency"], one["department"])
        for one in document["case"].get("consultations", ())
        if one["opinion"] is None
    }
    not_these = asking | {(task["agency"], task["department"])}
    agencies = sorted(catalogue.agencies(), key=lambda one: (one.id != task["agency"], one.id))
    groups = []
    for agency in agencies:
        desks = tuple(
            Desk(f"{agency.id}/{one.id}", one.name_vi, one.name_en or one.name_vi)
            for one in agency.departments
            if (agency.id, one.id) not in not_these
            and any(catalogue.officers(agency.id, one.id, role) for role in ANSWERING)
        )
        if desks:
            groups.append((agency.name_vi, agency.name_en or agency.name_vi, desks))
    return tuple(groups)


def _hands(task: Mapping[str, Any], catalogue: Catalogue, at: datetime) -> tuple[Hand, ...]:
    """Who may have the step, without the one who has it; a leader's step may also go to another
    leader of the agency.
    """
    role = "leader" if task["does"] == "approve" else "officer"
    places = catalogue.officers(task["agency"], task["department"], role)
    if role == "leader":
        places = places + [
            one for one in catalogue.officers(task["agency"], None, "leader") if one not in places
        ]
    return tuple(
        Hand(one.officer, one.post_vi, one.post_en, catalogue.absent(one.officer, at))
        for one in places
        if one.officer != task["officer"]
    )
