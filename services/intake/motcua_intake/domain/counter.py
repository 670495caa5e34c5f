"""Who may act on a dossier, and in which status.

Shared by the rules of every command of a clerk or an owner.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from motcua_contracts import Catalogue
from motcua_contracts.messages.intake import DossierPapers
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.rules.refusals import (
    DossierErased,
    DossierUnknown,
    ForeignAgency,
    PapersNotReady,
    ReasonUnknown,
    RoleRequired,
    WrongStatus,
)
from motcua_contracts.rules.terms import RequiredPaper

from .case import Dossier, Stage

_STATUS: dict[Stage, str] = {
    "unregistered": "registered",
    "registered": "registered",
    "refusing": "not_accepted",
    "not_accepted": "not_accepted",
    "accepting": "accepted",
    "accepted": "accepted",
    "completed": "completed",
    "posted": "completed",
    "returned": "returned",
    "withdrawn": "withdrawn",
    "stopped": "stopped",
    "forgotten": "returned",
}
"""Intake's own part of the status, as a refusal names it."""


@dataclass(frozen=True, slots=True)
class Held:
    """Non-deterministic inputs of a command that writes a new revision: the papers as they are, and
    a fresh salt.
    """

    papers: DossierPapers
    revision: int
    salt: str
    form_errors: tuple[str, ...] = ()
    foreign_papers: tuple[str, ...] = ()
    matter: str | None = None
    """Of a correction that changes the identity number: the keyed hash of the
    matter from now on.
    """


@dataclass(frozen=True, slots=True)
class Erasing:
    """What an erasure needs from the world: the SHA-256 of each check code that the dossier's
    documents may bear.
    """

    checks: tuple[str, ...]


def require_registered(dossier: Dossier) -> None:
    """Raises `DossierUnknown` for a dossier that nobody has filed, `DossierErased` for a forgotten
    one.
    """
    if dossier.stage == "unregistered":
        raise DossierUnknown()
    if dossier.stage == "forgotten":
        raise DossierErased()


def require_clerk(actor: str, agency: str, catalogue: Catalogue) -> None:
    """The actor is an officer placed at that agency as a clerk.

    Raises `RoleRequired`, `ForeignAgency`, `OfficerLeft`, or `CatalogueEntryMissing` for an officer
    whom the catalogue does not know.
    """
    kind, _, officer = actor.partition(":")
    if kind != "officer":
        raise RoleRequired(role="clerk")
    seat = catalogue.seat(officer)
    if "clerk" not in seat.roles:
        raise RoleRequired(role="clerk")
    if seat.agency != agency:
        raise ForeignAgency()


def require_own_counter(dossier: Dossier, agency: str, actor: str, catalogue: Catalogue) -> None:
    """The dossier exists, and a clerk of its receiving agency acts.

    Raises as `require_registered` and `require_clerk`, and `ForeignAgency`.
    """
    require_registered(dossier)
    if agency != dossier.receiving_agency:
        raise ForeignAgency()
    require_clerk(actor, agency, catalogue)


def require_owner(dossier: Dossier, agency: str, actor: str, catalogue: Catalogue) -> None:
    """The owner acts, or a clerk of the receiving agency for the owner.

    Somebody else's dossier is not there for a citizen.
    """
    if agency or actor.startswith("officer:"):
        require_own_counter(dossier, agency, actor, catalogue)
        return
    require_registered(dossier)
    if not dossier.owner or actor != dossier.owner:
        raise DossierUnknown()


def status_of(dossier: Dossier) -> str:
    return "supplement_requested" if dossier.supplement is not None else _STATUS[dossier.stage]


def require_stage(dossier: Dossier, *stages: Stage) -> None:
    """Raises `WrongStatus` unless the dossier is in one of the stages and no papers are awaited."""
    if dossier.stage not in stages or dossier.supplement is not None:
        allowed = dict.fromkeys(_STATUS[stage] for stage in stages)
        raise WrongStatus(status=status_of(dossier), allowed=", ".join(allowed))


def names_of(missing: Iterable[str], papers: Iterable[RequiredPaper]) -> str:
    """What papers are called, for people; an id that the terms do not know is not shown to them."""
    names = {paper.id: paper.name_vi for paper in papers}
    return ", ".join(names[paper] for paper in missing if paper in names) or "…"


def require_reason(code: str, reasons: Mapping[str, object]) -> None:
    """Raises `ReasonUnknown` for a code that is not on the list."""
    if code not in reasons:
        raise ReasonUnknown(allowed=", ".join(reasons))


def revised(
    dossier: Dossier, given: object, **changes: object
) -> tuple[PrivateEntry, DossierPapers]:
    """The next revision of the papers: as they are, with these changes.

    Notes of earlier revisions are not repeated.

    Raises `PapersNotReady` where they changed since `given` was read.
    """
    if not isinstance(given, Held) or given.revision != dossier.revision:
        raise PapersNotReady()
    fresh: dict[str, object] = {"salt": given.salt, "note": "", "recipient": "", "postal_item": ""}
    papers = given.papers.model_copy(update=fresh | changes)
    return PrivateEntry.of(dossier.revision + 1, papers), papers
