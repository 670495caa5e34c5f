"""Routing's words for an officer's morning digest (bản tin công việc): the officer's open work.

Subject: `worklist:<officer>`.

The list is drawn from routing's own cases at that moment; notify mails it. It names dossiers by
code, nobody by name.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ..values.bounds import Id, Instant, Line, Number
from ..wire.doers import Doer, Somebody
from ..wire.payload import Command, Event, Hour, Model

WORKLIST = "worklist:"
"""Before an officer's id it is the subject of the officer's digest."""


def worklist_of(officer: str) -> str:
    """The subject of an officer's digest."""
    return f"{WORKLIST}{officer}"


class DigestTask(Model):
    """One line.

    `why`: the officer's open step (`task`), one of which the department's `opinion` is awaited, one
    `escalated` to the leader.

    `due_at`: the appointment of the dossier; for an opinion when it is awaited. `first_due_at`: the
    date that was promised first, where a new one was given; late is measured against it.
    `working_days_late`: the working days since then.
    """

    dossier_id: Id
    code: Id
    procedure_vi: Line
    procedure_en: Line
    step_vi: Line
    step_en: Line
    why: Literal["task", "opinion", "escalated"]
    due_at: Instant
    first_due_at: Instant | None = None
    working_days_late: Number = 0

    def is_late(self, at: datetime) -> bool:
        """Measured against the first date."""
        return (self.first_due_at or self.due_at) <= at


class SetDigest(Command, owner="routing"):
    """An officer or leader wants the digest on every working day at that hour of the office's
    clock, or (empty) no longer.
    """

    closed_by = ("DigestSet",)
    at: Hour


class DigestSet(Event, owner="routing"):
    """The officer's wish. `next_at`: the first one; None: no digest."""

    officer: Doer
    at: Id
    next_at: Instant | None


class DigestDrawn(Event, owner="routing"):
    """What lay with the officer on that morning, most urgent first; `tasks` are the first of
    `total`.

    `late` and `today` of them are overdue and due that day; `waiting` more stand still until the
    applicant brings papers. Nothing to tell where `total` is 0; `absent`: the officer was away or
    the day had become a day off, and nobody looked.
    """

    officer: Somebody
    tasks: Annotated[tuple[DigestTask, ...], Field(max_length=60)] = ()
    total: Number = 0
    late: Number = 0
    today: Number = 0
    waiting: Number = 0
    absent: bool = False
    next_at: Instant
