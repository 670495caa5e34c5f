"""Days off that are announced while a case is running (lịch nghỉ công bố sau): a date that falls on one moves to the next working day.

New promises are given by the calendar in force; a date that was given stays, unless its own day is off by now.
"""

from motcua_contracts.appointments import moved_off, watch_of
from motcua_contracts.payload import Event
from motcua_contracts.routing import DueDateMoved

from .assignment import Now
from .state import Case


def follow(case: Case, now: Now) -> tuple[Event, ...]:
    """What the calendar in force makes of the dates of an open case; nothing while the clock stands. Raises `FactMissing`."""
    if case.stage != "open" or case.first_due_at is None:
        return ()
    calendar, version = now.facts.calendar_at(case.calendar, now.at)
    if version == case.calendar_version:
        return ()
    moved = moved_off(calendar, case.appointment, case.first_due_at)
    if moved is None:
        return ()
    watch = case.watch
    if watch.apology_at is not None:
        days = case.pinned.lateness.apology_working_days_before
        # Announced too late for a day before: the moment that was set stays, and comes before the new date all the same.
        again = watch_of(calendar, now.at, moved.due_at, (), days).apology_at or watch.apology_at
        watch = watch.model_copy(update={"apology_at": again})
    fact = DueDateMoved(
        due_at=moved.due_at,
        first_due_at=moved.first_due_at,
        steps=moved.steps,
        calendar=case.calendar,
        calendar_version=version,
        watch=watch,
    )
    return (fact,)
