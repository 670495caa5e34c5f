"""When a procedure takes new dossiers: suspended, resumed, withdrawn.

Running dossiers are none of this.

Turns follow each other in time: none takes effect before the one that was said before it, and none
in the past.
"""

from datetime import datetime

from motcua_contracts import Decision
from motcua_contracts.messages.catalog import (
    ProcedureResumed,
    ProcedureSuspended,
    ProcedureWithdrawn,
    ResumeProcedure,
    SuspendProcedure,
    WithdrawProcedure,
)
from motcua_contracts.rules.reasons import SUSPENSION
from motcua_contracts.rules.refusals import (
    EffectiveTooEarly,
    NotPublished,
    ProcedureNotSuspended,
    ProcedureSuspendedNow,
    ProcedureWithdrawnNow,
    ReasonUnknown,
)
from motcua_contracts.wire.envelope import rfc3339

from .case import Entry


def suspend(entry: Entry, command: SuspendProcedure, at: datetime) -> Decision:
    """Raises `NotPublished`, `ProcedureWithdrawnNow`, `ProcedureSuspendedNow`, `ReasonUnknown`,
    `EffectiveTooEarly`.
    """
    _require_published(entry)
    if entry.stage == "suspended":
        raise ProcedureSuspendedNow()
    since, reason = (
        _require_effective(entry, command.effective_from, at),
        _require_reason(command.reason_code),
    )
    return Decision(
        (ProcedureSuspended(version=entry.version, effective_from=since, reason_code=reason),)
    )


def resume(entry: Entry, command: ResumeProcedure, at: datetime) -> Decision:
    """Raises `NotPublished`, `ProcedureWithdrawnNow`, `ProcedureNotSuspended`,
    `EffectiveTooEarly`.
    """
    _require_published(entry)
    if entry.stage != "suspended":
        raise ProcedureNotSuspended()
    return Decision(
        (
            ProcedureResumed(
                version=entry.version,
                effective_from=_require_effective(entry, command.effective_from, at),
            ),
        )
    )


def withdraw(entry: Entry, command: WithdrawProcedure, at: datetime) -> Decision:
    """Raises `NotPublished`, `ProcedureWithdrawnNow`, `ReasonUnknown`, `EffectiveTooEarly`."""
    _require_published(entry)
    since, reason = (
        _require_effective(entry, command.effective_from, at),
        _require_reason(command.reason_code),
    )
    return Decision(
        (ProcedureWithdrawn(version=entry.version, effective_from=since, reason_code=reason),)
    )


def _require_published(entry: Entry) -> None:
    if not entry.version:
        raise NotPublished()
    if entry.stage == "withdrawn":
        raise ProcedureWithdrawnNow()


def _require_effective(entry: Entry, asked: datetime | None, at: datetime) -> datetime:
    """The instant asked for; without one, as soon as may be."""
    earliest = max(at, entry.since) if entry.since else at
    if asked is None:
        return earliest
    if asked < earliest:
        raise EffectiveTooEarly(earliest=rfc3339(earliest))
    return asked


def _require_reason(reason_code: str) -> str:
    if reason_code not in SUSPENSION:
        raise ReasonUnknown(allowed=", ".join(SUSPENSION))
    return reason_code
