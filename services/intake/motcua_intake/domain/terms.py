"""The terms in which the owner has to act (thời hạn của người nộp): to hand in papers, to pay.

They end while the counter is open.

Terms of the citizen are plain days. A last moment at which the counter is closed moves to the end
of its next working day, so that nobody loses a day to a holiday. Terms of less than a day are for
somebody who is at the screen, and run on.

A term whose last day is declared off while it runs ends on the next working day: the owner's at its
end, the counter's own at the same hour. The time to pay is payment's once it was demanded.
"""

from datetime import datetime, timedelta

from motcua_contracts import Catalogue, Event, Label
from motcua_contracts.messages.catalog import Calendar
from motcua_contracts.messages.intake import AnswerTermMoved, SupplementTermMoved
from motcua_contracts.rules.appointments import A_DAY, term_end
from motcua_contracts.rules.days_off import MovedDate, moved_date

from . import acceptance
from .case import Dossier

SUPPLEMENT = Label("Hạn nộp giấy tờ bổ sung", "The time to hand in the papers")
ANSWER = Label("Hạn bộ phận một cửa trả lời", "The counter's time to answer")


def respond_by(dossier: Dossier, at: datetime, catalogue: Catalogue) -> datetime:
    """Until when papers that are asked for at `at` may be handed in.

    Raises `AgencyUnknown`, `CatalogueEntryMissing`.
    """
    return term_end(
        counters_calendar(dossier, at, catalogue),
        at,
        timedelta(days=dossier.pinned.supplement_days),
    )


def pay_by(dossier: Dossier, at: datetime, seconds: float, catalogue: Catalogue) -> datetime | None:
    """Until when a fee demanded at `at` may be paid; None if the plain term applies.

    Raises `AgencyUnknown`, `CatalogueEntryMissing`.
    """
    term = timedelta(seconds=seconds)
    ends = term_end(counters_calendar(dossier, at, catalogue), at, term)
    return ends if ends != at + term else None


def counters_calendar(dossier: Dossier, at: datetime, catalogue: Catalogue) -> Calendar:
    """The calendar of the counter that received the dossier, in force at `at`.

    Raises `AgencyUnknown`, `CatalogueEntryMissing`.
    """
    return catalogue.calendar_at(catalogue.agency(dossier.receiving_agency).calendar, at)[0]


def follow(dossier: Dossier, at: datetime, catalogue: Catalogue) -> tuple[Event, ...]:
    """The event of a moved date where the calendar in force moves the term that runs; nothing where
    it stands.

    Raises `AgencyUnknown`, `CatalogueEntryMissing`.
    """
    asked = dossier.supplement
    if asked is not None:
        moved = (
            _supplement(dossier, asked.respond_by, at, catalogue)
            if dossier.supplement_asked
            else None
        )
        return (
            (
                SupplementTermMoved(
                    by=asked.by, number=asked.number, respond_by=moved.at, **moved.by
                ),
            )
            if moved is not None
            else ()
        )
    if not acceptance.watched(dossier) or dossier.answer_by is None:
        return ()
    moved = moved_date(
        catalogue,
        catalogue.agency(dossier.receiving_agency).calendar,
        dossier.answer_by,
        at,
        ANSWER,
    )
    return (AnswerTermMoved(answer_by=moved.at, **moved.by),) if moved is not None else ()


def handed_in_until(
    dossier: Dossier, promised: datetime, at: datetime, catalogue: Catalogue
) -> datetime:
    """Until when papers may be handed in, whether or not the dossier was told of a day off.

    Raises `AgencyUnknown`, `CatalogueEntryMissing`.
    """
    moved = _supplement(dossier, promised, at, catalogue)
    return moved.at if moved is not None else promised


def _supplement(
    dossier: Dossier, promised: datetime, at: datetime, catalogue: Catalogue
) -> MovedDate | None:
    if timedelta(days=dossier.pinned.supplement_days) < A_DAY:
        return None
    return moved_date(
        catalogue,
        catalogue.agency(dossier.receiving_agency).calendar,
        promised,
        at,
        SUPPLEMENT,
        day_end=True,
    )
