"""The reconciliation (đối soát) of one provider's day: each finding is said once, and nothing is
mended.

What does not match was found outside (`motcua payment reconcile`), where statement and events are
read; here it becomes an event.
"""

from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Decision, Event, Message, Model, Payload
from motcua_contracts.messages.refunds import (
    ReconciliationRecorded,
    RecordReconciliation,
    StatementFinding,
    StatementMismatch,
)
from motcua_contracts.rules.decision import NOTHING, Wake
from motcua_contracts.wire.payload import CommandRejected

SUBJECTS = "reconciliation:"


class Reconciliation(Model):
    """`said`: every finding so far.

    `recorded` counts the statements, the last of which had this hash.
    """

    said: tuple[StatementMismatch, ...] = ()
    recorded: int = 0
    statement_sha256: str = ""


def decide(
    case: Reconciliation, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> Decision:
    """Each finding is said once; events change nothing."""
    match message.data:
        case RecordReconciliation() as command:
            found = tuple(_mismatch(finding) for finding in command.findings)
            new = tuple(mismatch for mismatch in dict.fromkeys(found) if mismatch not in case.said)
            return Decision((*new, _recorded(case, command, found, at)))
        case Event() | Wake():
            return NOTHING
        case _:
            raise TypeError(f"a reconciliation has no rule for {type(message.data).__name__}")


def _mismatch(finding: StatementFinding) -> StatementMismatch:
    return StatementMismatch(**finding.model_dump())


def _recorded(
    case: Reconciliation,
    command: RecordReconciliation,
    found: tuple[StatementMismatch, ...],
    at: datetime,
) -> ReconciliationRecorded:
    kinds = [mismatch.finding for mismatch in found]
    return ReconciliationRecorded(
        provider=command.provider,
        day=command.day,
        statement_sha256=command.statement_sha256,
        matched=command.matched,
        missing_here=kinds.count("missing_here"),
        missing_there=kinds.count("missing_there"),
        amount_differs=kinds.count("amount_differs"),
        settled=sum(mismatch not in found for mismatch in case.said),
        recorded_at=at,
    )


def evolve(case: Reconciliation, event: Message[Payload]) -> Reconciliation:
    match event.data:
        case StatementMismatch() as data:
            return case.model_copy(update={"said": (*case.said, data)})
        case ReconciliationRecorded() as data:
            return case.model_copy(
                update={"recorded": case.recorded + 1, "statement_sha256": data.statement_sha256}
            )
        case CommandRejected():
            return case
        case _:
            raise TypeError(f"a reconciliation does not say {type(event.data).__name__}")
