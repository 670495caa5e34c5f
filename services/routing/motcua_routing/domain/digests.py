"""The officer's morning digest: who wants it and when, and what it contains.

Its subject is the officer's own, beside the cases.

The cases it lists come from `prepare`; the event records what it said of them, so that the mail can
be explained later.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time

from motcua_contracts import Decision
from motcua_contracts.messages.catalog import Seat
from motcua_contracts.messages.routing import (
    DigestDrawn,
    DigestSet,
    DigestTask,
    SetDigest,
    worklist_of,
)
from motcua_contracts.rules.office import DAY, Office, office_of
from motcua_contracts.rules.refusals import DossierUnknown, RoleRequired

from .assignment import Now
from .case import Case, Worklist, desk_hand

ROLES = ("officer", "leader")
MOST_TASKS = 40
"""Lines of a digest; the rest is a number and the list at the desk."""
MOST_UNREADABLE = 20


def set_digest(subject: str, command: SetDigest, actor: str, now: Now) -> Decision:
    """The officer's own wish.

    Raises `RoleRequired`, `DossierUnknown` (somebody else's worklist), `CatalogueEntryMissing`.
    """
    officer = actor.removeprefix("officer:")
    if not actor.startswith("officer:"):
        raise RoleRequired(role=", ".join(ROLES))
    if subject != worklist_of(officer):
        raise DossierUnknown()
    seat = now.catalogue.last_seat(officer)
    if not set(ROLES) & set(seat.roles):
        raise RoleRequired(role=", ".join(ROLES))
    next_at = following(seat, command.at, now) if command.at else None
    return Decision((DigestSet(officer=officer, at=command.at, next_at=next_at),))


def draw(worklist: Worklist, now: Now) -> Decision:
    """The morning has come: the officer's open work now, and when the next digest is due.

    An officer without the role gets none.
    """
    digest = worklist.digest
    if digest is None or digest.next_at is None or now.at < digest.next_at:
        return Decision()
    seat = now.catalogue.last_seat(digest.officer)
    if not set(ROLES) & set(seat.roles):
        return Decision((DigestSet(officer=digest.officer, at="", next_at=None),))
    next_at = following(seat, digest.at, now)
    office = _office(seat, now)
    today = office.local(now.at).date()
    if now.catalogue.absent(digest.officer, now.at) or not office.is_open_on(today):
        return Decision((DigestDrawn(officer=digest.officer, absent=True, next_at=next_at),))
    lines = sorted(
        _lines(seat, now.given.cases, now), key=lambda line: (line.due_at, line.code, line.why)
    )
    waiting = sum(
        one.stage == "waiting" and _has_task(one, seat.officer) for one in now.given.cases
    )
    drawn = DigestDrawn(
        officer=digest.officer,
        tasks=(
            *lines[:MOST_TASKS],
            *(_unreadable(one, now.at) for one in now.given.unreadable[:MOST_UNREADABLE]),
        ),
        total=len(lines) + len(now.given.unreadable),
        late=sum(line.is_late(now.at) for line in lines),
        today=sum(
            not line.is_late(now.at) and office.local(line.due_at).date() == today for line in lines
        ),
        waiting=waiting,
        next_at=next_at,
    )
    return Decision((drawn,))


def following(seat: Seat, hour: str, now: Now) -> datetime:
    """The next such hour of a working day after now on which the officer is there, as far as it is
    known. Raises `CatalogueEntryMissing`.
    """
    office, at = _office(seat, now), now.at
    while True:
        local = office.local(at)
        day = local.date() if local.time() < time.fromisoformat(hour) else local.date() + DAY
        found = office.instant(datetime.combine(office.working_day(day), time.fromisoformat(hour)))
        away = now.catalogue.absence(seat.officer, found)
        if away is None:
            return found
        at = away.ends


def desk_of(seat: Seat) -> str:
    """The department as a consulted one is indexed."""
    return desk_hand(seat.agency, seat.department)


def _office(seat: Seat, now: Now) -> Office:
    calendar, _ = now.catalogue.calendar_at(now.catalogue.agency(seat.agency).calendar, now.at)
    return office_of(calendar)


def _has_task(case: Case, officer: str) -> bool:
    return case.task is not None and case.task.officer == officer


def _lines(seat: Seat, cases: Iterable[Case], now: Now) -> Iterator[DigestTask]:
    for case in cases:
        if case.stage != "open":
            continue
        if _has_task(case, seat.officer):
            yield _line(case, "task", case.appointment, now)
        elif case.escalated_to == seat.officer:
            yield _line(case, "escalated", case.appointment, now)
        for one in case.asked:
            if desk_hand(one.agency, one.department) == desk_of(seat):
                yield _line(case, "opinion", one.respond_by, now)


def _unreadable(subject: str, at: datetime) -> DigestTask:
    """A line without a step: it says that the dossier cannot be read.

    `at` is no appointment and is not shown.
    """
    names = {
        "procedure_vi": "Không đọc được hồ sơ này",
        "procedure_en": "This dossier cannot be read",
        "step_vi": "",
        "step_en": "",
    }
    return DigestTask.model_validate(
        {"dossier_id": subject, "code": subject, **names, "why": "task", "due_at": at}
    )


def _line(case: Case, why: str, due_at: datetime, now: Now) -> DigestTask:
    step, first = (
        case.open_step,
        case.first_due_at if why != "opinion" and case.first_due_at is not None else due_at,
    )
    office = office_of(now.catalogue.calendar_at(case.calendar, now.at)[0])
    return DigestTask.model_validate(
        {
            "dossier_id": case.id,
            "code": case.pinned.code,
            "procedure_vi": case.pinned.name_vi,
            "procedure_en": case.pinned.name_en,
            "step_vi": step.name_vi,
            "step_en": step.name_en,
            "why": why,
            "due_at": due_at,
            "first_due_at": first if first != due_at else None,
            "working_days_late": office.working_days_late(
                office.local(first), office.local(now.at)
            ),
        }
    )
