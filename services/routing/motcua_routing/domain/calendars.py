"""Days off that are announced while a case is running (lịch nghỉ công bố sau): a date that falls on
one moves to the next working day.

New promises are given by the calendar in force; a date that was given stays, unless its own day is
off by now. That holds for the case's dates, the open step's, and those of opinions that are
awaited.
"""

from datetime import datetime

from motcua_contracts import Event, Label
from motcua_contracts.messages.routing import ConsultationDateMoved, DueDateMoved, TaskDateMoved
from motcua_contracts.rules.appointments import moved_off, watch_of
from motcua_contracts.rules.days_off import MovedDate, moved_date

from .assignment import Now
from .case import Case, Consultation

TASK, OPINION = (
    Label("Hạn của bước xử lý", "The step's date"),
    Label("Hạn cho ý kiến", "The date for the opinion"),
)


def follow(case: Case, now: Now) -> tuple[Event, ...]:
    """What the calendar in force makes of the dates of a case that runs.

    Raises `CatalogueEntryMissing`.
    """
    if case.stage not in ("open", "waiting"):
        return ()
    return (*_case(case, now), *_task(case, now), *_opinions(case, now))


def stands(case: Case, promised: datetime, now: Now, what: Label) -> MovedDate | None:
    """Where that date goes by the calendar in force; None where it stands.

    Raises `CatalogueEntryMissing`.
    """
    return moved_date(now.catalogue, case.calendar, promised, now.at, what)


def answers_until(case: Case, asked: Consultation, now: Now) -> datetime:
    """Until when an opinion is awaited, whether or not the case was told of a day off.

    Raises `CatalogueEntryMissing`.
    """
    moved = stands(case, asked.respond_by, now, OPINION)
    return moved.at if moved is not None else asked.respond_by


def _task(case: Case, now: Now) -> tuple[Event, ...]:
    if (
        case.task is None
        or case.task.due_at is None
        or (moved := stands(case, case.task.due_at, now, TASK)) is None
    ):
        return ()
    return (TaskDateMoved(step=case.task.step, due_at=moved.at, **moved.by),)


def _opinions(case: Case, now: Now) -> tuple[Event, ...]:
    found = ((one, stands(case, one.respond_by, now, OPINION)) for one in case.asked)
    return tuple(
        ConsultationDateMoved(consultation=one.number, respond_by=moved.at, **moved.by)
        for one, moved in found
        if moved is not None
    )


def _case(case: Case, now: Now) -> tuple[Event, ...]:
    """The appointments; nothing while the clock is paused."""
    if case.stage != "open" or case.first_due_at is None:
        return ()
    calendar, version = now.catalogue.calendar_at(case.calendar, now.at)
    moved = moved_off(calendar, case.appointment, case.first_due_at)
    if moved is None:
        return ()
    watch = case.watch
    if watch.apology_at is not None:
        days = case.pinned.lateness.apology_working_days_before
        # Announced too late for a day before: the moment that was set stays, and comes before the
        # new date all the same.
        by_person = case.pinned.lateness.apology_signature == "person"
        again = watch_of(calendar, now.at, moved.due_at, (), days, prepared=by_person)
        # What was prepared for the old date is prepared for the new one.
        update = {
            "apology_at": again.apology_at or watch.apology_at,
            "prepare_at": again.prepare_at or watch.prepare_at,
        }
        watch = watch.model_copy(update=update)
    event = DueDateMoved(
        due_at=moved.due_at,
        first_due_at=moved.first_due_at,
        steps=moved.steps,
        calendar=case.calendar,
        calendar_version=version,
        watch=watch,
    )
    return (event,)
