"""One case of the catalogue: all that was published under one subject, as far as the rules need it.

Subjects: a procedure's code, `agency:<id>`, `officer:<id>`, `absences:<officer>`, `calendar:<id>`.
What was published is in the events; here are only its digests, and whether a procedure takes
dossiers.
"""

from datetime import datetime
from typing import Any, Literal

from motcua_contracts import Model
from motcua_contracts.messages import catalog as said
from motcua_contracts.wire.envelope import rfc3339, sha256

Stage = Literal["open", "suspended", "withdrawn"]


class Entry(Model):
    """The versions of one subject, the first one first.

    `commitment` is an officer's only: of the last paper with the name.

    `stage` is a procedure's only: what the last event made of it, from `since` on (None: it was
    never suspended).
    """

    digests: tuple[str, ...] = ()
    commitment: str = ""
    stage: Stage = "open"
    since: datetime | None = None

    @property
    def version(self) -> int:
        """The last version; 0 before the first."""
        return len(self.digests)


Versioned = (
    said.ProcedurePublished
    | said.AgencyPublished
    | said.OfficerPlaced
    | said.CalendarPublished
    | said.AbsenceRecorded
    | said.OfficerRemoved
)
"""Events that are a version of their subject."""


def digest(event: Versioned) -> str:
    """SHA-256 of what an event publishes, whatever its version.

    Calendars, agencies and seats count no version inside.
    """
    match event:
        case said.ProcedurePublished():
            return _digest(
                event.effective_from,
                event.terms.model_copy(update={"version": 0}),
                event.publication,
            )
        case said.AgencyPublished():
            return _digest(event.effective_from, event.agency)
        case said.OfficerPlaced():
            return _digest(event.effective_from, event.place)
        case said.CalendarPublished():
            return _digest(event.effective_from, event.calendar)
        case said.AbsenceRecorded() | said.OfficerRemoved():
            return sha256(event.model_copy(update={"version": 0}).model_dump_json().encode())


def _digest(effective_from: datetime, *content: Any) -> str:
    # Defaults are left out, so that a field which a later release adds changes no digest of what
    # was published before it.
    parts = [
        rfc3339(effective_from),
        *(part.model_dump_json(exclude_defaults=True) for part in content),
    ]
    return sha256("\x1f".join(parts).encode())
