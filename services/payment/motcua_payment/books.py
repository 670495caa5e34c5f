"""The books: payment's events folded into balances, and what must hold of them.

Fed from Kafka's log, copies and all; no I/O here.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from motcua_contracts import Message, Payload
from motcua_contracts.messages.payment import (
    PaymentReversed,
    PaymentSettled,
    ReceiptIssued,
    ReceiptNumbered,
)
from motcua_contracts.messages.till import PREFIX as TILLS

from .domain.ledger import (
    CASH_PENDING,
    HELD,
    RECEIVABLE,
    REFUNDS_PAYABLE,
    TILL_CLEARING,
    TRANSFER_CLEARING,
    TRANSFER_PENDING,
    UNASSIGNED,
    UNCLAIMED,
    Entry,
    Folio,
    posted,
    sum_of,
)


@dataclass
class Books:
    """Take events in one by one, each subject's in their order; then read
    `balances` and `problems`.
    """

    balances: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    """Authority -> account -> đồng, debit above zero."""
    entries: int = 0
    copies: int = 0
    _folios: dict[str, Folio] = field(default_factory=dict)
    _heard: dict[str, int] = field(default_factory=dict)
    _own: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    """Subject -> account -> đồng: where an imbalance is looked for."""
    _settled: dict[str, int] = field(default_factory=dict)
    _receipts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _numbered: dict[str, str] = field(default_factory=dict)
    _last_number: dict[str, int] = field(default_factory=dict)
    _broken: list[str] = field(default_factory=list)

    def take(self, message: Message[Payload]) -> Entry | None:
        """Post one event.

        A copy of one that was heard posts nothing, and neither does an event that moves no money.
        """
        subject, sequence = message.subject, message.sequence
        if sequence is None:
            return None
        heard = self._heard.get(subject, 0)
        if sequence <= heard:
            self.copies += 1
            return None
        if sequence > heard + 1:
            self._broken.append(f"{subject}: events {heard + 1} to {sequence - 1} are missing")
        self._heard[subject] = sequence
        self._receipt(subject, message.data)
        folio, postings = posted(self._folios.get(subject, Folio()), subject, message.data)
        self._folios[subject] = folio
        if not postings:
            return None
        name = type(message.data).__name__
        if sum_of(postings):
            self._broken.append(
                f"{subject}: {name} {sequence} posts {sum_of(postings):,} đồng from nowhere"
            )
        self.entries += 1
        for posting in postings:
            self.balances[folio.authority][posting.account] += posting.amount_vnd
            self._own[subject][posting.account] += posting.amount_vnd
        return Entry(
            authority=folio.authority,
            subject=subject,
            sequence=sequence,
            event=name,
            at=message.time,
            postings=postings,
        )

    def _receipt(self, subject: str, event: Payload) -> None:
        match event:
            case PaymentSettled():
                if subject in self._settled:
                    self._broken.append(f"{subject}: settled twice")
                self._settled[subject] = event.amount_vnd
            case PaymentReversed(fee=True):
                self._settled.pop(subject, None)
            case ReceiptIssued():
                self._receipts[subject].append(event.number)
            case ReceiptNumbered() if event.ordinal > self._last_number.get(subject, 0):
                if event.ordinal != self._last_number.get(subject, 0) + 1:
                    self._broken.append(
                        f"{subject}: number {event.ordinal} follows"
                        f" {self._last_number.get(subject, 0)}"
                    )
                self._last_number[subject] = event.ordinal
                if event.dossier_id in self._numbered:
                    first = self._numbered[event.dossier_id]
                    self._broken.append(
                        f"{event.dossier_id}: has the receipts {first} and {event.number}"
                    )
                self._numbered[event.dossier_id] = event.number
            case _:
                pass

    def problems(self) -> list[str]:
        """What does not hold, in words; empty when the books are right."""
        found = list(self._broken)
        for authority, accounts in self.balances.items():
            if rest := sum(accounts.values()):
                found.append(f"{authority}: the balances add up to {rest:,} đồng")
        for subject, accounts in self._own.items():
            found += (
                _wrong_at_till(subject, accounts, self._folios[subject])
                if subject.startswith(TILLS)
                else _wrong(subject, accounts)
            )
        found += [
            f"{subject}: has the receipts {', '.join(numbers)}"
            for subject, numbers in self._receipts.items()
            if len(numbers) > 1
        ]
        for subject, numbers in self._receipts.items():
            if self._numbered.get(subject) != numbers[0]:
                found.append(f"{subject}: receipt {numbers[0]} is in no book")
        found += self._between("tills", CASH_PENDING, TILL_CLEARING)
        return found + self._between("transfers", TRANSFER_PENDING, TRANSFER_CLEARING)

    def _between(self, what: str, waiting: str, clearing: str) -> list[str]:
        """What lies between two kinds of subjects is no more than what waits for the second one's
        word.
        """
        pending = -sum(accounts.get(waiting, 0) for accounts in self.balances.values())
        between = sum(accounts.get(clearing, 0) for accounts in self.balances.values())
        return (
            [f"{what} and dossiers differ by {between:,} đồng ({pending:,} đồng are pending)"]
            if abs(between) > pending
            else []
        )


def _wrong(subject: str, accounts: Mapping[str, int]) -> list[str]:
    """A dossier owes nothing below zero, and promises back only what it holds."""
    found = []
    if accounts.get(RECEIVABLE, 0) < 0:
        found.append(
            f"{subject}: paid {-accounts[RECEIVABLE]:,} đồng more than it owed, as its fee"
        )
    too_much = [
        name
        for name in (HELD, UNCLAIMED, REFUNDS_PAYABLE, UNASSIGNED, TRANSFER_PENDING)
        if accounts.get(name, 0) > 0
    ]
    return found + [f"{subject}: {accounts[name]:,} đồng too much left {name}" for name in too_much]


def _wrong_at_till(subject: str, accounts: Mapping[str, int], folio: Folio) -> list[str]:
    drawer = accounts.get(f"cash:{subject}", 0)
    if drawer < 0:
        return [f"{subject}: {-drawer:,} đồng more were handed out than were in the drawer"]
    if folio.closed and drawer:
        return [f"{subject}: is closed with {drawer:,} đồng in the drawer"]
    return []
