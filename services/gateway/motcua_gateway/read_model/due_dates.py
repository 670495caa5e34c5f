"""What is read off a dossier's due dates by the office's calendar: how late it is, and whether they
rest on a forecast. Pure functions.
"""

from datetime import UTC, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from motcua_contracts import Catalogue, CatalogueEntryMissing
from motcua_contracts.messages.catalog import Calendar
from motcua_contracts.rules.office import office_of

from .document import due_of
from .stored import Document

LAST = datetime.max.replace(tzinfo=UTC)


class Lateness(TypedDict):
    """How late a dossier is, measured against its first promised date."""

    first_due_at: datetime | None
    late: bool
    working_days_late: int


def calendar_of(document: Document, catalogue: Catalogue) -> Calendar | None:
    """The last published version of the calendar that the dossier's date was computed with; None
    before acceptance.
    """
    due = due_of(document)
    if due is None:
        return None
    try:
        return catalogue.calendar_at(due["calendar"], LAST)[0]
    except CatalogueEntryMissing:
        return None


def is_forecast(document: Document, due_at: datetime | None, catalogue: Catalogue) -> bool:
    """Whether the date reaches a day for which the calendar has nothing but a forecast by now."""
    calendar = calendar_of(document, catalogue)
    if due_at is None or calendar is None or calendar.decided_until is None:
        return False
    return due_at.astimezone(ZoneInfo(calendar.timezone)).date() > calendar.decided_until


def lateness(document: Document, catalogue: Catalogue, at: datetime) -> Lateness:
    """The first promised date, whether it is past, and by how many working days.

    While papers are awaited the clock is paused.
    """
    first = document.get("first_due_at") or document["due_at"]
    waiting = document.get("case", {}).get("waiting")
    until = (waiting["since"] if waiting else None) or at
    if first is None or until <= first:
        return {"first_due_at": first, "late": False, "working_days_late": 0}
    calendar = calendar_of(document, catalogue)
    office = office_of(calendar) if calendar is not None else None
    days = (
        office.working_days_late(office.local(first), office.local(until))
        if office is not None
        else 0
    )
    return {"first_due_at": first, "late": True, "working_days_late": days}
