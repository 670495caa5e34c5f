"""A provider's statement of a day, and our events beside it: what matches, what is missing on which
side, what differs. No I/O here.

A statement is a CSV file in UTF-8 with the columns `kind` (payment or refund), `reference` (ours,
or a transfer's text), `transaction` (the provider's number), `amount_vnd` (whole đồng) and `time`
(ISO 8601 with its zone, or yyyyMMddHHmmss in Vietnam).
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from motcua_contracts import VIETNAM, Message, Payload
from motcua_contracts.messages.payment import (
    MismatchFound,
    PaymentDoubted,
    PaymentRequested,
    PaymentSettled,
)
from motcua_contracts.messages.refunds import (
    PaymentReversed,
    Refunded,
    RefundRequested,
    StatementFinding,
)
from motcua_contracts.messages.transfers import TransferReceived, TransferReturned
from motcua_contracts.rules.refusals import AmountTooLarge
from motcua_contracts.values.bounds import MONEY_MAX, MessageId
from motcua_contracts.wire.payload import CommandRejected
from pydantic import TypeAdapter, ValidationError

COLUMNS = ("kind", "reference", "transaction", "amount_vnd", "time")
Kind = Literal["payment", "refund"]


MOST_DIGITS = len(str(MONEY_MAX))
TRANSACTION: TypeAdapter[str] = TypeAdapter(MessageId)


class StatementError(ValueError):
    """The file is no statement. The text names the line, the column and what is allowed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One movement, on a statement or in our events.

    `dossier_id` only in ours; `note` is what we said of it.
    """

    kind: Kind
    reference: str
    transaction: str
    amount_vnd: int
    at: datetime
    dossier_id: str = ""
    note: str = ""

    @property
    def day(self) -> date:
        return self.at.astimezone(VIETNAM).date()


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A call or a sum that we found not to fit when it came."""

    at: datetime
    reason: str
    dossier_id: str
    attempt: int
    amount_vnd: int
    reference: str
    amount_said: str = ""
    """The figures of an amount that nobody can book."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One day. `matched` are pairs (theirs, ours)."""

    day: date
    matched: tuple[tuple[Line, Line], ...]
    findings: tuple[StatementFinding, ...]
    anomalies: tuple[Anomaly, ...]


def read_statement(content: bytes) -> list[Line]:
    """Raises `StatementError`."""
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
            raise StatementError(
                f"column {', '.join(missing)} is missing; a statement has {', '.join(COLUMNS)}"
            )
        return [_line(rows.line_num, row) for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise StatementError(f"the file is no CSV in UTF-8 ({error})") from error


def _line(number: int, row: dict[str | None, str | None]) -> Line:
    """A line that is shorter or longer than the head is no line of it, whatever its values would
    be.
    """
    if lacking := [name for name in COLUMNS if row[name] is None]:
        raise StatementError(
            f"line {number}: {', '.join(lacking)} is missing; a line has as many values as the"
            " first one has columns"
        )
    if None in row:
        raise StatementError(
            f"line {number}: has more values than the first line has columns ({', '.join(COLUMNS)})"
        )
    kind, reference, transaction, amount, time = (row[name] or "" for name in COLUMNS)
    if kind not in ("payment", "refund"):
        raise StatementError(f"line {number}: kind is {kind[:40]!r}; allowed are payment, refund")
    if not (
        amount.isascii()
        and amount.isdigit()
        and len(amount) <= MOST_DIGITS
        and int(amount) <= MONEY_MAX
    ):
        raise StatementError(
            f"line {number}: amount_vnd is {amount[:40]!r}; allowed are whole đồng, at most"
            f" {MONEY_MAX}"
        )
    if not transaction:
        raise StatementError(f"line {number}: transaction is empty")
    try:
        TRANSACTION.validate_python(transaction)
    except ValidationError as error:
        raise StatementError(
            f"line {number}: transaction is {transaction[:40]!r}; allowed is one line of at most"
            " 200 letters"
        ) from error
    return Line(kind, reference, transaction, int(amount), _instant(number, time))  # type: ignore[arg-type]


def _instant(number: int, text: str) -> datetime:
    try:
        if re.fullmatch(r"[0-9]{14}", text):
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise StatementError(
            f"line {number}: time is {text[:40]!r}; allowed are ISO 8601 and yyyyMMddHHmmss"
        ) from error
    if instant.tzinfo is None:
        raise StatementError(f"line {number}: time {text!r} does not say its zone")
    if not 2000 <= instant.year < 2099:
        raise StatementError(f"line {number}: time is {text!r}; allowed are the years 2000 to 2098")
    return instant


@dataclass
class Ours:
    """What our events say of one provider: take them in one by one, each
    subject's in their order.
    """

    provider: str

    def __post_init__(self) -> None:
        self.lines: list[Line] = []
        self.anomalies: list[Anomaly] = []
        self._heard: dict[str, int] = {}
        self._references: dict[tuple[str, int], str] = {}
        self._back: dict[tuple[str, int], RefundRequested] = {}

    def take(self, message: Message[Payload]) -> None:
        """Copies change nothing."""
        subject, sequence = message.subject, message.sequence
        if sequence is None or sequence <= self._heard.get(subject, 0):
            return
        self._heard[subject] = sequence
        match message.data:
            case PaymentRequested() as event if event.provider == self.provider:
                self._references[subject, event.attempt] = event.reference
            case TransferReceived() as event if event.provider == self.provider:
                self.lines.append(
                    Line(
                        "payment",
                        "",
                        event.reference,
                        event.amount_vnd,
                        event.received_at,
                        "",
                        "unassigned",
                    )
                )
            case TransferReturned() as event if event.provider == self.provider:
                self.lines.append(
                    Line(
                        "refund",
                        "",
                        event.reference,
                        event.amount_vnd,
                        message.time,
                        "",
                        event.reason_code,
                    )
                )
            case PaymentSettled(attempt=0) | MismatchFound(attempt=0):
                pass  # cash, or a transfer that came before it was given to this dossier
            case PaymentSettled() as event if event.provider == self.provider:
                self._add(
                    "payment",
                    subject,
                    event.attempt,
                    event.reference,
                    event.amount_vnd,
                    event.settled_at,
                    "fee",
                )
            case MismatchFound() as event if event.provider == self.provider:
                at = event.received_at or message.time
                self.anomalies.append(
                    Anomaly(
                        at, event.reason, subject, event.attempt, event.amount_vnd, event.reference
                    )
                )
                if event.is_money:
                    self._add(
                        "payment",
                        subject,
                        event.attempt,
                        event.reference,
                        event.amount_vnd,
                        at,
                        event.reason,
                    )
            case PaymentDoubted(asks=0) as event if event.provider == self.provider:
                self.anomalies.append(
                    Anomaly(
                        event.doubted_at,
                        "in doubt",
                        subject,
                        event.attempt,
                        event.amount_vnd,
                        event.reference,
                    )
                )
            case CommandRejected(slug=AmountTooLarge.slug) as event if (
                event.params.get("provider") == self.provider
            ):
                said, transaction = (
                    str(event.params.get("amount", "")),
                    str(event.params.get("reference", "")),
                )
                self.anomalies.append(
                    Anomaly(message.time, "amount too large", subject, 0, 0, transaction, said)
                )
            case PaymentReversed() as event if event.provider == self.provider:
                self._add(
                    "refund",
                    subject,
                    event.attempt,
                    event.bank_reference,
                    event.amount_vnd,
                    event.reversed_at,
                    "reversed",
                )
                self.anomalies.append(
                    Anomaly(
                        event.reversed_at,
                        "reversed",
                        subject,
                        event.attempt,
                        event.amount_vnd,
                        event.reference,
                    )
                )
            case RefundRequested() as event if event.provider == self.provider:
                self._back[subject, event.refund] = event
            case Refunded(channel="online") as event if event.provider == self.provider:
                asked = self._back[subject, event.refund]
                self._add(
                    "refund",
                    subject,
                    asked.attempt,
                    event.reference,
                    event.amount_vnd,
                    message.time,
                    asked.reason,
                )
            case _:
                pass

    def _add(
        self,
        kind: Kind,
        subject: str,
        attempt: int,
        transaction: str,
        amount_vnd: int,
        at: datetime,
        note: str,
    ) -> None:
        reference = self._references.get((subject, attempt), "")
        self.lines.append(Line(kind, reference, transaction, amount_vnd, at, subject, note))


def compare(theirs: Iterable[Line], ours: Ours, days: Iterable[date]) -> list[Compared]:
    """Day by day.

    A line is the same by the provider's number, on whichever day we heard of it; a refund also by
    payment and amount.
    """
    every = list(theirs)
    left = list(ours.lines)
    done: list[tuple[Line, Line]] = []
    alone: list[Line] = []
    for line in every:
        mine = next(
            (one for one in left if (one.kind, one.transaction) == (line.kind, line.transaction)),
            None,
        )
        if mine is None and line.kind == "refund":
            mine = next(
                (
                    o
                    for o in left
                    if (o.kind, o.reference, o.amount_vnd)
                    == ("refund", line.reference, line.amount_vnd)
                ),
                None,
            )
        if mine is None:
            alone.append(line)
        else:
            left.remove(mine)
            done.append((line, mine))
    return [
        _day(day, done, alone, left, ours.anomalies)
        for day in sorted(set(days) | {line.day for line in every})
    ]


def _day(
    day: date,
    done: list[tuple[Line, Line]],
    alone: list[Line],
    left: list[Line],
    anomalies: list[Anomaly],
) -> Compared:
    pairs = [(theirs, mine) for theirs, mine in done if theirs.day == day]
    findings = [
        _finding("amount_differs", mine, mine.amount_vnd, theirs.amount_vnd)
        for theirs, mine in pairs
        if _differ(theirs, mine)
    ]
    findings += [
        _finding("missing_here", line, 0, line.amount_vnd) for line in alone if line.day == day
    ]
    findings += [
        _finding("missing_there", line, line.amount_vnd, 0) for line in left if line.day == day
    ]
    matched = tuple(pair for pair in pairs if not _differ(*pair))
    return Compared(
        day,
        matched,
        tuple(findings),
        tuple(one for one in anomalies if one.at.astimezone(VIETNAM).date() == day),
    )


def _differ(theirs: Line, mine: Line) -> bool:
    return theirs.amount_vnd != mine.amount_vnd


def _finding(
    finding: Literal["missing_here", "missing_there", "amount_differs"],
    line: Line,
    here_vnd: int,
    there_vnd: int,
) -> StatementFinding:
    return StatementFinding(
        finding=finding,
        kind=line.kind,
        transaction=line.transaction,
        dossier_id=line.dossier_id,
        here_vnd=here_vnd,
        there_vnd=there_vnd,
    )
