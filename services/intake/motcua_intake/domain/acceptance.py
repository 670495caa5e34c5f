"""Acceptance (tiếp nhận): the counter's check, the date of the result, the receipt with appointment."""

from datetime import datetime

from motcua_contracts.catalogue import Catalogue
from motcua_contracts.deadline import deadline
from motcua_contracts.documents import DocumentRef
from motcua_contracts.intake import AcceptanceDecided, AcceptDossier, CaseTerms, DossierAccepted, RecordAcceptanceSlip
from motcua_contracts.payload import Event
from motcua_contracts.refusals import FeeNotAssessed, FeeOpen, ForeignAgency

from .counter import clerk_of, in_stage, known
from .state import Dossier


def accept(dossier: Dossier, command: AcceptDossier, actor: str, at: datetime, facts: Catalogue) -> tuple[Event, ...]:
    """A clerk of the receiving agency accepts. A fee that is due before the result does not hold it.

    Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`, `FeeNotAssessed`, `FeeOpen`.
    """
    known(dossier)
    if command.agency != dossier.receiving_agency:
        raise ForeignAgency()
    clerk_of(actor, command.agency, facts)
    in_stage(dossier, "registered")
    if dossier.fee.state == "unassessed":
        raise FeeNotAssessed()
    if dossier.fee.state == "demanded":
        raise FeeOpen()
    return _decided(dossier, at, facts)


def by_rules(dossier: Dossier, at: datetime, facts: Catalogue) -> tuple[Event, ...]:
    """Straight-through procedures are accepted by the rules as soon as the fee allows; the fact's actor says so."""
    return _decided(dossier, at, facts) if dossier.pinned.workflow.automatic_acceptance else ()


def record_slip(dossier: Dossier, command: RecordAcceptanceSlip) -> tuple[Event, ...]:
    """The slip is made: accepted. Raises `DossierUnknown`, `WrongStatus` (the dossier ended while it was being made)."""
    known(dossier)
    in_stage(dossier, "accepting")
    assert dossier.acceptance is not None, "a dossier in stage accepting without its acceptance"
    return (_accepted(dossier, dossier.acceptance, command.slip),)


def _decided(dossier: Dossier, at: datetime, facts: Catalogue) -> tuple[Event, ...]:
    """The decision with its due date, computed from the acceptance or, by post, from the postmark."""
    assert dossier.received_at is not None, "a registered dossier without its time of receipt"
    # Between topics `at` may run backwards: nothing is accepted before it was received.
    accepted_at = max(at, dossier.received_at)
    counts_from = dossier.received_at if dossier.channel == "post" else accepted_at
    calendar, version = facts.calendar_at(dossier.pinned.calendar, accepted_at)
    due = deadline(dossier.pinned, calendar, counts_from)
    decided = AcceptanceDecided(
        accepted_at=accepted_at, due_at=due.due_at, steps=due.steps, calendar=calendar.id, calendar_version=version
    )  # fmt: skip
    if dossier.pinned.issues_documents:
        return (decided,)
    return (decided, _accepted(dossier, decided, None))


def _accepted(dossier: Dossier, decided: AcceptanceDecided, slip: DocumentRef | None) -> DossierAccepted:
    return DossierAccepted(
        case=_case_terms(dossier),
        accepted_at=decided.accepted_at,
        due_at=decided.due_at,
        steps=decided.steps,
        calendar=decided.calendar,
        calendar_version=decided.calendar_version,
        slip=slip,
    )


def _case_terms(dossier: Dossier) -> CaseTerms:
    """What routing and notify need of the dossier, so that neither has to have read its registration."""
    terms = dossier.pinned
    return CaseTerms(
        procedure=terms.code,
        version=terms.version,
        code=dossier.code,
        name_vi=terms.name_vi,
        name_en=terms.name_en,
        revision=dossier.revision,
        contacts=dossier.contacts,
        receiving_agency=dossier.receiving_agency,
        deciding_agency=terms.deciding_agency,
        result_vi=terms.result_vi,
        issues_documents=terms.issues_documents,
        days=terms.days,
        day_unit=terms.day_unit,
        cutoff=terms.cutoff,
        supplement_clock=terms.supplement_clock,
        workflow=terms.workflow,
        received_at=dossier.received_at,
        lateness=terms.lateness,
    )
