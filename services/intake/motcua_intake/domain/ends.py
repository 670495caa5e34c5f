"""Ends that an owner brings about: withdrawal (rút hồ sơ), the rating of what was done, and being
forgotten.
"""

from datetime import datetime, timedelta
from typing import Any

from motcua_contracts import VIETNAM, Catalogue, Decision, Event
from motcua_contracts.messages.intake import (
    DossierForgotten,
    DossierRated,
    DossierWithdrawn,
    FilesDeleted,
    ForgetDossier,
    RateDossier,
    RecordFilesDeleted,
    WithdrawDossier,
)
from motcua_contracts.rules.archive import day_of, erasable_from
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.rules.reasons import ASKED_BY, ERASURE
from motcua_contracts.rules.refusals import (
    AlreadyDecided,
    AlreadyRated,
    DateInFuture,
    DemandNotStated,
    ErasureTooEarly,
    PapersNotReady,
    WrongStatus,
)

from .case import Dossier
from .counter import (
    Erasing,
    require_own_counter,
    require_owner,
    require_reason,
    require_registered,
    require_stage,
    revised,
    status_of,
)
from .refusal import refundable

_OPEN = ("registered", "accepting", "accepted")
_DECIDED = ("completed", "posted", "returned")


def withdraw(
    dossier: Dossier, command: WithdrawDossier, actor: str, catalogue: Catalogue, given: Any
) -> Decision:
    """The owner withdraws, at any moment before intake has seen a decision: also while papers are
    awaited.

    Raises what `check` raises, and `PapersNotReady`.
    """
    require_withdrawable(dossier, command, actor, catalogue)
    if not command.note:
        return Decision((DossierWithdrawn(refundable=refundable(dossier)),))
    paper, _ = revised(dossier, given, note=command.note)
    withdrawn = DossierWithdrawn(
        refundable=refundable(dossier), revision=paper.revision, commitment=paper.commitment
    )
    return Decision((withdrawn,), (paper,))


def require_withdrawable(
    dossier: Dossier, command: WithdrawDossier, actor: str, catalogue: Catalogue
) -> None:
    """Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `AlreadyDecided`, `WrongStatus`."""
    require_owner(dossier, command.agency, actor, catalogue)
    if dossier.decision is not None or dossier.stage in _DECIDED:
        raise AlreadyDecided()
    if dossier.stage not in _OPEN:
        raise WrongStatus(
            status=status_of(dossier), allowed="registered, accepted, supplement_requested"
        )


def rate(
    dossier: Dossier, command: RateDossier, actor: str, catalogue: Catalogue
) -> tuple[Event, ...]:
    """The owner says how it went, once.

    Raises `DossierUnknown`, `RoleRequired`, `WrongStatus`, `AlreadyRated`.
    """
    require_owner(dossier, "", actor, catalogue)
    require_stage(dossier, "returned")
    if dossier.rated:
        raise AlreadyRated()
    return (DossierRated(stars=command.stars),)


def forget(
    dossier: Dossier,
    command: ForgetDossier,
    actor: str,
    at: datetime,
    catalogue: Catalogue,
    given: Any,
) -> Decision:
    """A clerk erases an ended dossier: a tombstone for each revision of its papers, then the event
    on which every replica deletes.

    Raises what `require_erasable` raises, and `PapersNotReady`.
    """
    require_erasable(dossier, command, actor, at, catalogue)
    if not isinstance(given, Erasing):
        raise PapersNotReady()
    said = command.model_dump(include={"reason_code", "asked_by", "request_number", "request_date"})
    forgotten = DossierForgotten(**said, checks=given.checks)
    return Decision(
        (forgotten,),
        tuple(PrivateEntry.gone(revision) for revision in range(1, dossier.revision + 1)),
    )


def require_erasable(
    dossier: Dossier, command: ForgetDossier, actor: str, at: datetime, catalogue: Catalogue
) -> None:
    """Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`, `DemandNotStated`,
    `ReasonUnknown`, `DateInFuture`, `ErasureTooEarly`.
    """
    require_own_counter(dossier, command.agency, actor, catalogue)
    require_stage(dossier, "returned", "not_accepted", "withdrawn", "stopped")
    if not (
        command.reason_code and command.asked_by and command.request_number and command.request_date
    ):
        raise DemandNotStated()
    require_reason(command.reason_code, ERASURE)
    require_reason(command.asked_by, ASKED_BY)
    if command.request_date > at.astimezone(VIETNAM).date():
        raise DateInFuture(field="request_date")
    # A state that an older release stored does not say when the dossier ended: then its term is not
    # over either.
    first = erasable_from(dossier.pinned.archive, dossier.stage, dossier.ended_at or at)
    if at < first:
        raise ErasureTooEarly(until=day_of(first - timedelta(days=1)))


def record_files(dossier: Dossier, command: RecordFilesDeleted) -> tuple[Event, ...]:
    """The files are gone.

    Raises `DossierUnknown`, `WrongStatus` for a dossier that is not forgotten.
    """
    if dossier.stage != "forgotten":
        require_registered(dossier)
        raise WrongStatus(status=status_of(dossier), allowed="returned")
    return () if dossier.files_deleted else (FilesDeleted(),)
