"""Acceptance (tiếp nhận): the counter's check, the date of the result, the receipt with
appointment.
"""

from datetime import datetime

from motcua_contracts import Catalogue, Event
from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import (
    AcceptanceDecided,
    AcceptanceOverdue,
    AcceptDossier,
    CaseTerms,
    DossierAccepted,
    RecordAcceptanceSlip,
)
from motcua_contracts.rules.deadline import deadline, working_hours_later
from motcua_contracts.rules.refusals import FeeNotAssessed, FeeOpen

from .case import Dossier
from .counter import require_own_counter, require_registered, require_stage

ANSWER_HOURS = 8
"""Working hours in which the counter answers an online dossier."""


def accept(
    dossier: Dossier, command: AcceptDossier, actor: str, at: datetime, catalogue: Catalogue
) -> tuple[Event, ...]:
    """A clerk of the receiving agency accepts.

    A fee that is due before the result does not hold it.

    Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`, `FeeNotAssessed`,
    `FeeOpen`.
    """
    require_own_counter(dossier, command.agency, actor, catalogue)
    require_stage(dossier, "registered")
    if dossier.fee.state == "unassessed":
        raise FeeNotAssessed()
    if dossier.fee.state == "demanded":
        raise FeeOpen()
    return _decided(dossier, at, catalogue)


def by_rules(dossier: Dossier, at: datetime, catalogue: Catalogue) -> tuple[Event, ...]:
    """Straight-through procedures are accepted by the rules as soon as the fee allows; the event's
    actor says so.
    """
    return _decided(dossier, at, catalogue) if dossier.pinned.workflow.automatic_acceptance else ()


def answer_by(dossier: Dossier, since: datetime, catalogue: Catalogue) -> datetime | None:
    """Until when the counter is to answer a dossier that waits for it since then; None where that
    is not watched.
    """
    if dossier.channel != "online" or dossier.pinned.workflow.automatic_acceptance:
        return None
    agency = catalogue.agency(dossier.receiving_agency)
    return working_hours_later(
        catalogue.calendar_at(agency.calendar, since)[0], since, ANSWER_HOURS
    )


def overdue(dossier: Dossier, at: datetime) -> tuple[Event, ...]:
    """A wake at the end of the counter's hours: it is said once that nobody has answered."""
    if (
        not watched(dossier)
        or dossier.answer_by is None
        or dossier.waits_since is None
        or at < dossier.answer_by
    ):
        return ()
    return (AcceptanceOverdue(waited_since=dossier.waits_since, working_hours=ANSWER_HOURS),)


def watched(dossier: Dossier) -> bool:
    """Whether the counter's hours are running."""
    return dossier.stage == "registered" and dossier.supplement is None and not dossier.overdue


def record_slip(dossier: Dossier, command: RecordAcceptanceSlip) -> tuple[Event, ...]:
    """The slip is made: accepted.

    Raises `DossierUnknown`, `WrongStatus` (the dossier ended while it was being made).
    """
    require_registered(dossier)
    require_stage(dossier, "accepting")
    assert dossier.acceptance is not None, "a dossier in stage accepting without its acceptance"
    return (_accepted(dossier, dossier.acceptance, command.slip),)


def _decided(dossier: Dossier, at: datetime, catalogue: Catalogue) -> tuple[Event, ...]:
    """The decision with its due date, computed from the acceptance or, by post,
    from the postmark.
    """
    assert dossier.received_at is not None, "a registered dossier without its time of receipt"
    # Between topics `at` may run backwards: nothing is accepted before it was received.
    accepted_at = max(at, dossier.received_at)
    counts_from = dossier.received_at if dossier.channel == "post" else accepted_at
    calendar, version = catalogue.calendar_at(dossier.pinned.calendar, accepted_at)
    due = deadline(dossier.pinned, calendar, counts_from)
    decided = AcceptanceDecided(
        accepted_at=accepted_at,
        due_at=due.due_at,
        steps=due.steps,
        calendar=calendar.id,
        calendar_version=version,
    )
    if dossier.pinned.issues_documents:
        return (decided,)
    return (decided, _accepted(dossier, decided, None))


def _accepted(
    dossier: Dossier, decided: AcceptanceDecided, slip: DocumentRef | None
) -> DossierAccepted:
    return DossierAccepted(
        case=_case_terms(dossier),
        accepted_at=decided.accepted_at,
        due_at=decided.due_at,
        steps=decided.steps,
        calendar=decided.calendar,
        calendar_version=decided.calendar_version,
        slip=slip,
        supplements_used=dossier.supplements_used,
    )


def _case_terms(dossier: Dossier) -> CaseTerms:
    """What routing and notify need of the dossier, so that neither has to have read its
    registration.
    """
    terms = dossier.pinned
    return CaseTerms(
        procedure=terms.code,
        version=terms.version,
        code=dossier.code,
        name_vi=terms.name_vi,
        name_en=terms.name_en,
        revision=dossier.revision,
        contacts=dossier.contacts,
        confirmed=dossier.confirmed,
        owner_actor=dossier.owner,
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
