"""Ends that an owner brings about: withdrawal (rút hồ sơ), the rating of what was done, and being forgotten."""

from typing import Any

from motcua_contracts.catalogue import Catalogue
from motcua_contracts.decision import Decision, Paper
from motcua_contracts.intake import (
    DossierForgotten,
    DossierRated,
    DossierWithdrawn,
    FilesDeleted,
    ForgetDossier,
    RateDossier,
    RecordFilesDeleted,
    WithdrawDossier,
)
from motcua_contracts.payload import Event
from motcua_contracts.refusals import AlreadyDecided, AlreadyRated, WrongStatus

from .counter import at_counter, by_owner, in_stage, known, revised, status_of
from .refusal import refundable
from .state import Dossier

_OPEN = ("registered", "accepting", "accepted")
_DECIDED = ("completed", "posted", "returned")


def withdraw(dossier: Dossier, command: WithdrawDossier, actor: str, facts: Catalogue, given: Any) -> Decision:
    """The owner withdraws, at any moment before intake has seen a decision: also while papers are awaited.

    Raises what `check` raises, and `PapersNotReady`.
    """
    check_withdrawal(dossier, command, actor, facts)
    if not command.note:
        return Decision((DossierWithdrawn(refundable=refundable(dossier)),))
    paper, _ = revised(dossier, given, note=command.note)
    withdrawn = DossierWithdrawn(refundable=refundable(dossier), revision=paper.revision, commitment=paper.commitment)
    return Decision((withdrawn,), (paper,))


def check_withdrawal(dossier: Dossier, command: WithdrawDossier, actor: str, facts: Catalogue) -> None:
    """Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `AlreadyDecided`, `WrongStatus`."""
    by_owner(dossier, command.agency, actor, facts)
    if dossier.decision is not None or dossier.stage in _DECIDED:
        raise AlreadyDecided()
    if dossier.stage not in _OPEN:
        raise WrongStatus(status=status_of(dossier), allowed="registered, accepted, supplement_requested")


def rate(dossier: Dossier, command: RateDossier, actor: str, facts: Catalogue) -> tuple[Event, ...]:
    """The owner says how it went, once. Raises `DossierUnknown`, `RoleRequired`, `WrongStatus`, `AlreadyRated`."""
    by_owner(dossier, "", actor, facts)
    in_stage(dossier, "returned")
    if dossier.rated:
        raise AlreadyRated()
    return (DossierRated(stars=command.stars),)


def forget(dossier: Dossier, command: ForgetDossier, actor: str, facts: Catalogue) -> Decision:
    """A clerk forgets a finished dossier: a tombstone for each revision of its papers, then the fact on which every replica deletes.

    Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`.
    """
    at_counter(dossier, command.agency, actor, facts)
    in_stage(dossier, "returned", "not_accepted", "withdrawn", "stopped")
    return Decision((DossierForgotten(),), tuple(Paper.gone(revision) for revision in range(1, dossier.revision + 1)))


def record_files(dossier: Dossier, command: RecordFilesDeleted) -> tuple[Event, ...]:
    """The files are gone. Raises `DossierUnknown`, `WrongStatus` for a dossier that is not forgotten."""
    if dossier.stage != "forgotten":
        known(dossier)
        raise WrongStatus(status=status_of(dossier), allowed="returned")
    return () if dossier.files_deleted else (FilesDeleted(),)
