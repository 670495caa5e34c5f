"""Calendars whose days off are soon no longer decided: what an import says of them. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from motcua_contracts.messages.catalog import Calendar

AHEAD = timedelta(days=183)
"""So far ahead deadlines reach: about the longest time of a procedure, and the terms to hand in
papers and to pay.
"""


def undecided(calendars: Iterable[Calendar], now: datetime) -> list[str]:
    """A line for the calendars that have nothing but a forecast for days which deadlines reach
    already; nothing for others.
    """
    short: dict[str, list[str]] = {}
    for calendar in calendars:
        reached = (now + AHEAD).astimezone(ZoneInfo(calendar.timezone)).date()
        if calendar.decided_until is not None and calendar.decided_until < reached:
            short.setdefault(calendar.decided_until.isoformat(), []).append(calendar.id)
    return [
        f"warning: calendar {', '.join(sorted(ids))}: days off are decided until {until}, after"
        " that they are a forecast, and deadlines reach them: enter what was decided, and set"
        " decided_until"
        for until, ids in sorted(short.items())
    ]
