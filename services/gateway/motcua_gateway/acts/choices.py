"""What the forms of acts offer to choose from: papers of the terms, departments to ask, officers to
give a task to. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue
from motcua_contracts.rules.refusals import ProcedureUnknown

from ..read_model.document import Document
from ..views.counter import supplement_of
from ..views.dossier import paper_names


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
    """`desks` by agency (its names). `after`: a new date lies after it. `asked`: papers that were
    asked for, by name. `officers`: names of the hands.
    """

    papers: tuple[Paper, ...] = ()
    desks: tuple[tuple[str, str, tuple[Desk, ...]], ...] = ()
    hands: tuple[Hand, ...] = ()
    after: datetime | None = None
    asked: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """Paper -> its name: what can be asked for at the counter, or was."""
    officers: Mapping[str, str] = field(default_factory=dict)
    prepared: Mapping[str, Any] | None = None
    """The apology that the rule prepared: signing it is giving this date for this reason."""
    draft: Mapping[str, Any] | None = None

    @property
    def prepared_reason(self) -> str:
        return str(self.prepared["reason_code"]) if self.prepared else ""


def choices_of(document: Document, catalogue: Catalogue, at: datetime) -> Choices:
    """For a dossier whose case is open; a closed one leaves nothing to choose."""
    case: Mapping[str, Any] = document.get("case", {})
    task = case.get("task")
    after = max(at, document["due_at"]) if document["due_at"] else at
    said = Choices(after=after, prepared=case.get("prepared"), draft=case.get("draft"))
    if task is None:
        return said
    return replace(
        said,
        papers=_papers(document, catalogue),
        desks=_desks(document, task, catalogue),
        hands=_hands(task, catalogue, at),
    )


def counter_choices_of(document: Document, catalogue: Catalogue) -> Choices:
    """What can be chosen at the counter: the procedure's papers, and those that were asked for."""
    names = paper_names(document, catalogue)
    asked = supplement_of(document, names)
    lines = asked["papers"] if asked is not None else ()
    return Choices(names=names, asked={one["paper"]: one["name_vi"] for one in lines})


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
