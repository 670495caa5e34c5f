"""Who may act at the one-stop counter, and in which status. Shared by the rules of every command of a clerk."""

from motcua_contracts.catalogue import Catalogue
from motcua_contracts.refusals import DossierUnknown, ForeignAgency, RoleRequired, WrongStatus

from .state import Dossier, Stage

_STATUS: dict[Stage, str] = {
    "registered": "registered",
    "accepting": "accepted",
    "accepted": "accepted",
    "completed": "completed",
    "returned": "returned",
    "stopped": "stopped",
}
"""Intake's own part of the status, as a refusal names it."""


def known(dossier: Dossier) -> None:
    """Raises `DossierUnknown` for a dossier that nobody has filed."""
    if dossier.stage == "unregistered":
        raise DossierUnknown()


def clerk_of(actor: str, agency: str, facts: Catalogue) -> None:
    """The actor is an officer placed at that agency as a clerk.

    Raises `RoleRequired`, `ForeignAgency`, or `FactMissing` for an officer whom the catalogue does not know.
    """
    kind, _, officer = actor.partition(":")
    if kind != "officer":
        raise RoleRequired(role="clerk")
    place = facts.place(officer)
    if "clerk" not in place.roles:
        raise RoleRequired(role="clerk")
    if place.agency != agency:
        raise ForeignAgency()


def in_stage(dossier: Dossier, stage: Stage) -> None:
    """Raises `WrongStatus` unless the dossier is in that stage."""
    if dossier.stage != stage:
        raise WrongStatus(status=_STATUS[dossier.stage], allowed=_STATUS[stage])
