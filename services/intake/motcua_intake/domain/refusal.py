"""Refusal at the counter (từ chối tiếp nhận): decided by a clerk, said with its slip (form 03)."""

from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Decision, Event
from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import (
    DossierNotAccepted,
    RecordSlip,
    RefusalDecided,
    RefuseDossier,
)
from motcua_contracts.rules.reasons import REFUSAL
from motcua_contracts.rules.refusals import NoteRequired

from .case import Dossier
from .counter import require_own_counter, require_reason, require_stage, revised

IN_WORDS = "other"
"""The reason that says nothing by itself: it needs a note."""


def refuse(
    dossier: Dossier,
    command: RefuseDossier,
    actor: str,
    at: datetime,
    catalogue: Catalogue,
    given: Any,
) -> Decision:
    """The counter does not accept. A fee that is not paid yet does not hold it.

    Raises what `require_reason_in_words` raises, and `PapersNotReady`.
    """
    require_reason_in_words(dossier, command, actor, catalogue)
    paper, _ = revised(dossier, given, note=command.note)
    decided = RefusalDecided(
        reason_code=command.reason_code,
        revision=paper.revision,
        commitment=paper.commitment,
        refused_at=at,
    )
    without_slip = (
        () if dossier.pinned.issues_documents else (_not_accepted(dossier, decided, None),)
    )
    return Decision((decided, *without_slip), (paper,))


def require_reason_in_words(
    dossier: Dossier, command: RefuseDossier, actor: str, catalogue: Catalogue
) -> None:
    """Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`, `ReasonUnknown`,
    `NoteRequired`.
    """
    require_own_counter(dossier, command.agency, actor, catalogue)
    require_stage(dossier, "registered")
    require_reason(command.reason_code, REFUSAL)
    if command.reason_code == IN_WORDS and not command.note:
        raise NoteRequired(about="reason")


def record_slip(dossier: Dossier, command: RecordSlip) -> tuple[Event, ...]:
    """The slip is made: not accepted. Raises `WrongStatus`."""
    require_stage(dossier, "refusing")
    assert dossier.refusal is not None, "a dossier in stage refusing without its refusal"
    return (_not_accepted(dossier, dossier.refusal, command.slip),)


def refundable(dossier: Dossier) -> bool:
    """Whether what was paid goes back when the dossier ends without being handled.

    What is paid later, payment answers by itself.
    """
    return dossier.fee.settled and dossier.pinned.fee.refundable_on_refusal


def _not_accepted(
    dossier: Dossier, decided: RefusalDecided, slip: DocumentRef | None
) -> DossierNotAccepted:
    return DossierNotAccepted(
        reason_code=decided.reason_code,
        revision=decided.revision,
        slip=slip,
        refundable=refundable(dossier),
    )
