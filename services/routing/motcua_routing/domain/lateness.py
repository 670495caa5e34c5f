"""What time brings to an open case: reminders, the apology with a new date, the leader when a date
passes. And a leader's own date.
"""

from datetime import timedelta

from motcua_contracts import Decision, Event
from motcua_contracts.messages.routing import (
    ApologyPrepared,
    CaseEscalated,
    DeadlineExtended,
    Extend,
    ExtensionDecided,
    RecordApology,
    ReminderDue,
)
from motcua_contracts.rules.appointments import Watch, moved_by, moved_to, watch_of
from motcua_contracts.rules.deadline import Deadline
from motcua_contracts.rules.reasons import EXTENSION
from motcua_contracts.rules.refusals import AlreadyExtended, DateInPast, DateTooFar, DossierUnknown

from . import calendars
from .assignment import Now, leader_for
from .case import Case
from .evolve import dates
from .rights import require_current_step, require_open, require_reason, require_seat

FURTHEST = timedelta(days=3 * 366)
"""How far in the future a new due date may be."""


def ring(case: Case, now: Now) -> Decision:
    """The moment that `due` named has come.

    Says everything that is to be said by now, in its order.
    """
    if case.stage != "open":
        return Decision()
    if moved := calendars.follow(case, now):
        # what is to be said by the dates that stand now is said at the next wake
        return Decision(moved)
    officer, over = (
        case.open_task.officer,
        [one for one in case.watch.reminders if one.at <= now.at],
    )
    said: list[Event] = [
        ReminderDue(percent=one.percent, officer=officer, due_at=case.appointment) for one in over
    ]
    if case.watch.apology_at is not None and case.watch.apology_at <= now.at:
        said += _apologise(case, now)
    elif case.watch.prepare_at is not None and case.watch.prepare_at <= now.at:
        said.append(_prepared(case, now))
    said += [
        CaseEscalated(to=leader_for(case, now), due_at=at) for at in dates(case) if at <= now.at
    ]
    return Decision(tuple(said))


def extend(case: Case, command: Extend, actor: str, now: Now) -> Decision:
    """A leader of the agency gives a new date.

    Raises `DossierUnknown`, `WrongStatus`, `RoleRequired`, `ForeignAgency`, `StepOutOfOrder`,
    `ReasonRequired`, `ReasonUnknown`, `AlreadyExtended`, `DateInPast`, `DateTooFar`.
    """
    require_open(case)
    seat = require_seat(case.agency, actor, now.catalogue, "leader")
    require_current_step(case, command.step)
    code = require_reason(command.reason_code, EXTENSION)
    allowed = case.pinned.lateness.extensions
    if case.extensions >= allowed or case.extending is not None:
        raise AlreadyExtended(allowed=allowed)
    if command.new_due_at <= max(now.at, case.appointment):
        raise DateInPast(field="new_due_at")
    if command.new_due_at > (latest := now.at + FURTHEST):
        raise DateTooFar(field="new_due_at", latest=f"{latest:%d/%m/%Y}")
    calendar, _ = now.catalogue.calendar_at(case.calendar, now.at)
    return Decision(
        _decided(
            case, moved_to(calendar, case.appointment, command.new_due_at), code, seat.officer, now
        )
    )


def record_apology(case: Case, command: RecordApology, now: Now) -> Decision:
    """The letter is made; the new date holds.

    Raises `DossierUnknown`, `WrongStatus` (the case ended meanwhile), `AlreadyExtended`.
    """
    if case.stage == "unopened":
        raise DossierUnknown()
    require_open(case, "open", "waiting")
    if case.extending is None:
        raise AlreadyExtended(allowed=case.pinned.lateness.extensions)
    return Decision((_extended(case, case.extending, command, now),))


def opening_watch(case: Case, now: Now) -> Watch:
    """What of the time is to be said for a case that opens now.

    Nothing where the rules do all steps.
    """
    if all(step.automatic for step in case.workflow.steps):
        return Watch()
    rules = case.pinned.lateness
    calendar = now.catalogue.calendar(case.calendar, case.calendar_version)
    apology = (
        rules.apology_working_days_before if rules.apology_automatic and rules.extensions else None
    )
    return watch_of(
        calendar,
        now.at,
        case.appointment,
        rules.reminders,
        apology,
        prepared=rules.apology_signature == "person",
    )


def _prepared(case: Case, now: Now) -> ApologyPrepared:
    """The letter for a leader to sign.

    What it says is the rule's; the leader may give another date and reason.
    """
    new, code = _new_date(case, now)
    assert case.watch.apology_at is not None, "an apology that is prepared and never due"
    return ApologyPrepared(
        due_at=new.due_at,
        steps=new.steps,
        reason_code=code,
        seal_at=case.watch.apology_at,
        calendar=case.calendar,
        calendar_version=case.calendar_version,
    )


def _apologise(case: Case, now: Now) -> tuple[Event, ...]:
    """Nobody has signed: the rule gives the new date, and the agency's seal signs.

    The reason is what is known now.
    """
    new, code = _new_date(case, now)
    return _decided(case, new, code, "", now)


def _new_date(case: Case, now: Now) -> tuple[Deadline, str]:
    calendar, _ = now.catalogue.calendar_at(case.calendar, now.at)
    rules = case.pinned.lateness
    days = rules.extension_days or max(1.0, case.pinned.days / 2)
    if case.asked:
        code = "consultation-pending"
    elif case.open_task.officer and now.catalogue.absent(case.open_task.officer, now.at):
        code = "officer-absent"
    else:
        code = "not-finished"
    return moved_by(calendar, case.appointment, days), code


def _decided(case: Case, new: Deadline, code: str, by: str, now: Now) -> tuple[Event, ...]:
    decided = ExtensionDecided(
        due_at=new.due_at,
        decided_at=now.at,
        steps=new.steps,
        reason_code=code,
        by=by,
        calendar=case.calendar,
        calendar_version=now.catalogue.calendar_at(case.calendar, now.at)[1],
    )
    if case.pinned.issues_documents:
        return (decided,)
    return (decided, _extended(case, decided, RecordApology(letter=None), now))


def _extended(
    case: Case, decided: ExtensionDecided, command: RecordApology, now: Now
) -> DeadlineExtended:
    rules = case.pinned.lateness
    again = rules.apology_automatic and case.extensions + 1 < rules.extensions
    calendar = now.catalogue.calendar(decided.calendar, decided.calendar_version)
    by_person = rules.apology_signature == "person"
    days = rules.apology_working_days_before
    watch = (
        watch_of(calendar, decided.decided_at, decided.due_at, (), days, prepared=by_person)
        if again
        else Watch()
    )
    return DeadlineExtended(
        due_at=decided.due_at,
        steps=decided.steps,
        reason_code=decided.reason_code,
        letter=command.letter,
        calendar=decided.calendar,
        calendar_version=decided.calendar_version,
        watch=watch,
        issued_at=command.issued_at,
    )
