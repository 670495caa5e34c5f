"""Correction (sửa thông tin người nộp): what papers say of the applicant is put right in a new
revision; earlier ones stay.
"""

from typing import Any

from motcua_contracts import Catalogue, Decision
from motcua_contracts.messages.intake import (
    CONTACTS,
    Applicant,
    ApplicantCorrected,
    Contact,
    CorrectApplicant,
    CorrectedField,
)
from motcua_contracts.rules.applicants import MOST_BY_COUNTER, MOST_BY_OWNER, contacts_of
from motcua_contracts.rules.reasons import CORRECTION
from motcua_contracts.rules.refusals import (
    NothingToCorrect,
    PapersNotReady,
    ProofRequired,
    RoleRequired,
    TooManyCorrections,
)

from .case import Dossier
from .counter import Held, require_owner, require_reason, revised
from .people import applicant_as_kept

CORRECTABLE: tuple[CorrectedField, ...] = (
    "full_name",
    "id_number",
    "id_kind",
    "address",
    "phone",
    "email",
    "language",
)
OWN_CONTACT = frozenset({"phone", "email", "language"})
"""What an owner corrects without showing a paper."""


def correct(
    dossier: Dossier, command: CorrectApplicant, actor: str, catalogue: Catalogue, given: Any
) -> Decision:
    """A contact that becomes another address is unconfirmed again, but where the command says that
    it is known.

    Raises what `require_correctable` raises, `TooManyCorrections`, `FormInvalid`, `NotPrintable`,
    `NothingToCorrect`, `PapersNotReady`.
    """
    require_correctable(dossier, command, actor, catalogue)
    if dossier.revision >= (MOST_BY_COUNTER if command.agency else MOST_BY_OWNER):
        raise TooManyCorrections()
    if not isinstance(given, Held):
        raise PapersNotReady()
    before = given.papers.applicant
    after = corrected_by(command, before)
    fields = tuple(name for name in CORRECTABLE if getattr(before, name) != getattr(after, name))
    if not fields:
        raise NothingToCorrect()
    paper, _ = revised(dossier, given, applicant=after, note=command.shown_by)
    left = contacts_of(after)
    changed = tuple(
        contact for contact in CONTACTS if getattr(before, contact) != getattr(after, contact)
    )
    event = ApplicantCorrected(
        revision=paper.revision,
        commitment=paper.commitment,
        by="counter" if command.agency else "owner",
        reason_code=command.reason_code,
        fields=fields,
        contacts=left,
        changed=changed,
        confirmed=confirmed_after(dossier.confirmed, left, changed, command.confirmed),
        matter=given.matter,
    )
    return Decision((event,), (paper,))


def corrected_by(command: CorrectApplicant, before: Applicant) -> Applicant:
    """The applicant as the next revision keeps it. Raises `FormInvalid`, `NotPrintable`."""
    asked: dict[str, Any] = {
        name: value for name in CORRECTABLE if (value := getattr(command, name)) is not None
    }
    if "id_number" in asked and "id_kind" not in asked:
        asked["id_kind"] = ""  # recognised from the new number
    return applicant_as_kept(before.model_copy(update=asked))


def require_correctable(
    dossier: Dossier, command: CorrectApplicant, actor: str, catalogue: Catalogue
) -> None:
    """Raises `DossierUnknown`, `DossierErased`, `ForeignAgency`, `RoleRequired`, `ReasonUnknown`,
    `ProofRequired`.
    """
    require_owner(dossier, command.agency, actor, catalogue)
    if command.agency:
        require_reason(command.reason_code, CORRECTION)
        if not command.shown_by.strip():
            raise ProofRequired()
    elif any(getattr(command, name) is not None for name in CORRECTABLE if name not in OWN_CONTACT):
        raise RoleRequired(role="clerk")


def confirmed_after(
    before: tuple[Contact, ...],
    left: tuple[Contact, ...],
    changed: tuple[Contact, ...],
    known: tuple[Contact, ...],
) -> tuple[Contact, ...]:
    return tuple(
        contact
        for contact in left
        if contact in known or (contact in before and contact not in changed)
    )
