"""When offices are open, counted minute by minute from the catalogue's list of holidays: a second
opinion on due dates, slow and plain.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path

import yaml
from motcua_catalog.importer.file_stack import HOME

VIETNAM = timezone(timedelta(hours=7))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MORNING, AFTERNOON = (time(7), time(11, 30)), (time(13, 30), time(17))
Week = Mapping[int, tuple[tuple[time, time], ...]]
DISTRICT: Week = dict.fromkeys(range(5), (MORNING, AFTERNOON))
COMMUNE: Week = {**DISTRICT, 5: (MORNING,)}
"""The commune is open on Saturday mornings."""


@cache
def _holidays() -> dict[date, bool]:
    """Day -> whether it is a make-up day."""
    listed = yaml.safe_load((Path(HOME) / "organisation" / "holidays.yaml").read_text())["days"]
    return {one["day"]: one.get("working", False) for one in listed}


def hours(week: Week, day: date) -> tuple[tuple[time, time], ...]:
    make_up = _holidays().get(day)
    if make_up is None:
        return week.get(day.weekday(), ())
    return (MORNING, AFTERNOON) if make_up else ()


def is_open(week: Week, local: datetime) -> bool:
    return any(opens <= local.time() < closes for opens, closes in hours(week, local.date()))


def received(week: Week, came: datetime) -> datetime:
    """What comes while the office is closed was received when it opens next."""
    local = came.astimezone(VIETNAM)
    if is_open(week, local):
        return local
    local = local.replace(second=0, microsecond=0)
    while not is_open(week, local):
        local += MINUTE
    return local


def next_working_day(week: Week, day: date) -> date:
    day += DAY
    while not hours(week, day):
        day += DAY
    return day


def working_days_later(week: Week, came: datetime, days: int) -> datetime:
    """The same hour and minute so many working days after the day of receipt."""
    local = received(week, came).replace(second=0, microsecond=0)
    day = local.date()
    for _ in range(days):
        day = next_working_day(week, day)
    return datetime.combine(day, local.time(), VIETNAM)


def same_day(week: Week, came: datetime) -> datetime:
    """The closing of the day; of the next working day for what came after 15:00."""
    local = received(week, came)
    day = local.date() if local.time() <= time(15) else next_working_day(week, local.date())
    return datetime.combine(day, hours(week, day)[-1][1], VIETNAM)


def open_minutes_later(week: Week, came: datetime, minutes: int) -> datetime:
    """When the office has been open for so many minutes since, to the minute."""
    local = came.astimezone(VIETNAM)
    while minutes:
        minutes -= is_open(week, local)
        local += MINUTE
    return local


def open_minutes_between(week: Week, since: datetime, until: datetime) -> int:
    """How many minutes the office is open between the two."""
    local, end, minutes = since.astimezone(VIETNAM), until.astimezone(VIETNAM), 0
    while local < end:
        minutes += is_open(week, local)
        local += MINUTE
    return minutes
