"""What the auditor reads of a dossier's log, as audit answers it and the gateway passes it on."""

from datetime import datetime

from motcua_contracts.rules.status import FeeState, NextAction, Status, Whereabouts
from motcua_contracts.values.bounds import Money

from .base import Answer


class LogRecord(Answer):
    """`raw`: the record's exact bytes as text, `raw_base64` where they are no UTF-8; `sha256` is
    theirs.
    """

    topic: str
    partition: int
    offset: int
    copies: list[str]
    appended_at: datetime
    sha256: str
    raw: str = ""
    raw_base64: str = ""


class LogPage(Answer):
    dossier: str
    events: list[LogRecord]
    next_cursor: str | None


class LogState(Answer):
    """The state at an instant, folded from the log; `known` false: nothing was
    registered by then.
    """

    dossier: str
    at: datetime | None
    known: bool
    status: Status
    status_number: int
    status_vi: str
    status_en: str
    code: str
    procedure: str
    place: Whereabouts | None
    fee: FeeState
    amount_vnd: Money | None
    due_at: datetime | None
    next_actions: list[NextAction]
    last_fact_at: datetime | None
    sequences: dict[str, int]


class Chain(Answer):
    source: str
    records: int
    copies: int
    head: str
    holds: bool


class Difference(Answer):
    """Where a record is not what it should be."""

    kind: str
    source: str
    subject: str
    sequence: int | None
    topic: str | None
    partition: int | None
    offset: int | None
    detail: str
    expected: str
    found: str


class LogProof(Answer):
    dossier: str
    holds: bool
    chains: list[Chain]
    differences: list[Difference]
