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
        by_person = case.pinned.lateness.apology_signature == "person"
        again = watch_of(calendar, now.at, moved.due_at, (), days, prepared=by_person)
        # What was prepared for the old date is prepared for the new one.
        update = {"apology_at": again.apology_at or watch.apology_at, "prepare_at": again.prepare_at or watch.prepare_at}
        watch = watch.model_copy(update=update)
    fact = DueDateMoved(
        due_at=moved.due_at,
        first_due_at=moved.first_due_at,
        steps=moved.steps,
        calendar=case.calendar,
        calendar_version=version,
        watch=watch,
    )
    return (fact,)
