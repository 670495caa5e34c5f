"""What is read off a dossier's due dates by the office's calendar: whether they rest on a forecast. Pure functions."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from motcua_contracts.catalog import Calendar
from motcua_contracts.catalogue import Catalogue
from motcua_contracts.refusals import FactMissing

from .folding import Document

LAST = datetime.max.replace(tzinfo=UTC)


def calendar_of(document: Document, catalogue: Catalogue) -> Calendar | None:
    """The last published version of the calendar that the dossier's date was computed with; None before acceptance."""
    due = document.get("case", {}).get("due") or document.get("acceptance", {}).get("due")
    if due is None:
        return None
    try:
        return catalogue.calendar_at(due["calendar"], LAST)[0]
    except FactMissing:
        return None


def is_forecast(document: Document, due_at: datetime | None, catalogue: Catalogue) -> bool:
    """Whether the date reaches a day for which the calendar has nothing but a forecast by now."""
    calendar = calendar_of(document, catalogue)
    if due_at is None or calendar is None or calendar.decided_until is None:
        return False
    return due_at.astimezone(ZoneInfo(calendar.timezone)).date() > calendar.decided_until
