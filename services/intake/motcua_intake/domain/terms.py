"""The terms in which the owner has to act (thời hạn của người nộp): to hand in papers, to pay. They end while the counter is open.

Terms of the citizen are plain days. A last moment at which the counter is closed moves to the end of its next working day, so that nobody
loses a day to a holiday. Terms of less than a day are for somebody who is at the screen, and run on.
"""

from datetime import datetime, timedelta

from motcua_contracts.appointments import term_end
from motcua_contracts.catalog import Calendar
from motcua_contracts.catalogue import Catalogue

from .state import Dossier


def respond_by(dossier: Dossier, at: datetime, facts: Catalogue) -> datetime:
    """Until when papers that are asked for at `at` may be handed in. Raises `AgencyUnknown`, `FactMissing`."""
    return term_end(counters_calendar(dossier, at, facts), at, timedelta(days=dossier.pinned.supplement_days))


def pay_by(dossier: Dossier, at: datetime, seconds: float, facts: Catalogue) -> datetime | None:
    """Until when a fee demanded at `at` may be paid; None where the plain term stands. Raises `AgencyUnknown`, `FactMissing`."""
    term = timedelta(seconds=seconds)
    ends = term_end(counters_calendar(dossier, at, facts), at, term)
    return ends if ends != at + term else None


def counters_calendar(dossier: Dossier, at: datetime, facts: Catalogue) -> Calendar:
    """The calendar of the counter that received the dossier, in force at `at`. Raises `AgencyUnknown`, `FactMissing`."""
    return facts.calendar_at(facts.agency(dossier.receiving_agency).calendar, at)[0]
