"""What the catalogue answers to a command: a new version, nothing where the content is published
already, or a refusal.
"""

from datetime import datetime
from typing import Any, NamedTuple

from motcua_contracts import Catalogue, CatalogueEntryMissing, Decision, Message, Payload
from motcua_contracts.messages.catalog import (
    AbsenceRecorded,
    AgencyPublished,
    CalendarPublished,
    OfficerPlaced,
    OfficerRemoved,
    Person,
    PlaceOfficer,
    ProcedurePublished,
    PublishAgency,
    PublishCalendar,
    PublishProcedure,
    RecordAbsence,
    RemoveOfficer,
    ResumeProcedure,
    SuspendProcedure,
    WithdrawProcedure,
)
from motcua_contracts.rules.decision import NOTHING, PrivateEntry
from motcua_contracts.rules.refusals import ProcedureWithdrawnNow, VersionConflict, VersionGap

from .availability import resume, suspend, withdraw
from .case import Entry, digest


class Salts(NamedTuple):
    """What `prepare` gives for PlaceOfficer: a new salt, and the one of the officer's last paper
    (None: there is none).
    """

    fresh: str
    last: str | None = None


def decide(
    entry: Entry, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> Decision:
    """What follows from one command; `given` is `Salts` for PlaceOfficer.

    Raises `VersionConflict`, `VersionGap`, `ProcedureWithdrawnNow`, what `availability` raises,
    and, for a subject that is not the content's own, `ValueError`.
    """
    match message.data:
        case PublishProcedure() as command:
            _require_same_subject(message.subject, command.terms.code)
            published = ProcedurePublished(
                terms=command.terms,
                publication=command.publication,
                effective_from=command.effective_from,
            )
            return _procedure(entry, published)
        case PublishAgency(agency=agency, effective_from=since):
            _require_same_subject(message.subject, f"agency:{agency.id}")
            agreed = AgencyPublished(agency=agency, version=entry.version + 1, effective_from=since)
            return NOTHING if _unchanged(entry, digest(agreed)) else Decision((agreed,))
        case PublishCalendar(calendar=calendar, effective_from=since):
            _require_same_subject(message.subject, f"calendar:{calendar.id}")
            opened = CalendarPublished(
                calendar=calendar, version=entry.version + 1, effective_from=since
            )
            return NOTHING if _unchanged(entry, digest(opened)) else Decision((opened,))
        case PlaceOfficer() as command:
            _require_same_subject(message.subject, f"officer:{command.place.officer}")
            if not isinstance(given, Salts):
                raise CatalogueEntryMissing()
            return _officer(entry, command, given)
        case RemoveOfficer(officer=officer):
            _require_same_subject(message.subject, f"officer:{officer}")
            left = OfficerRemoved(officer=officer, version=entry.version + 1)
            return (
                NOTHING
                if not entry.version or _unchanged(entry, digest(left))
                else Decision((left,))
            )
        case RecordAbsence(officer=officer, absences=absences):
            _require_same_subject(message.subject, f"absences:{officer}")
            told = AbsenceRecorded(officer=officer, absences=absences, version=entry.version + 1)
            return NOTHING if _unchanged(entry, digest(told)) else Decision((told,))
        case SuspendProcedure() as command:
            return suspend(entry, command, at)
        case ResumeProcedure() as command:
            return resume(entry, command, at)
        case WithdrawProcedure() as command:
            return withdraw(entry, command, at)
        case _:
            return NOTHING


def _procedure(entry: Entry, published: ProcedurePublished) -> Decision:
    """(code, version) never changes; the next version is the last one plus one, and says something
    new. None follows a withdrawal.
    """
    version, content = published.terms.version, digest(published)
    if 1 <= version <= entry.version:
        if entry.digests[version - 1] != content:
            raise VersionConflict(version=version)
        return NOTHING
    if _unchanged(entry, content):
        return NOTHING
    if entry.stage == "withdrawn":
        raise ProcedureWithdrawnNow()
    if version != entry.version + 1:
        raise VersionGap(expected=entry.version + 1)
    return Decision((published,))


def _officer(entry: Entry, command: PlaceOfficer, salts: Salts) -> Decision:
    """The seat is an event, name and address are a private record.

    It is known again by the salt of the last one.
    """
    version = entry.version + 1
    person = Person(
        salt=salts.fresh,
        officer=command.place.officer,
        full_name=command.full_name,
        email=command.email,
    )
    paper = PrivateEntry.of(version, person)
    placed = OfficerPlaced(
        place=command.place,
        version=version,
        effective_from=command.effective_from,
        commitment=paper.commitment,
    )
    if salts.last is not None:
        before = PrivateEntry.of(entry.version, person.model_copy(update={"salt": salts.last}))
        if before.commitment == entry.commitment and _unchanged(entry, digest(placed)):
            return NOTHING
    return Decision((placed,), (paper,))


def _unchanged(entry: Entry, content: str) -> bool:
    return entry.digests[-1:] == (content,)


def _require_same_subject(subject: str, expected: str) -> None:
    if subject != expected:
        raise ValueError("the subject is not what the content names")
