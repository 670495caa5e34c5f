"""What every provider has: a name, a sender of its calls, a payment that it is asked for, and an
answer to each of its calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple, get_args

Method = Literal["vnpay", "vietqr"]
"""How a citizen pays online: the provider's name in settings, commands and events."""
NAMES: Final[tuple[str, ...]] = get_args(Method)
TRANSFERS: Final[Method] = "vietqr"
"""Its money comes as a bank's credit, which may name no payment of ours."""
SENDERS: Final[Mapping[str, str]] = {"vnpay": "system:vnpay", "vietqr": "system:bank"}
"""The actor of the command that hands a provider's call to payment."""
FORGED_CALLS: Final = "forged_calls"
"""The gateway's collection of calls that were not rightly signed: `{provider, hour, count}`, `hour`
the beginning of an hour in UTC.
"""
LONGEST_CALL_BYTES: Final = 3_800
"""Of a query or a body. A real call has less than 1,000; with its signature it fits
`RecordProviderResult.raw_query`.
"""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid.

    `reference` is unique forever and the provider's idempotency key; `text` is plain ASCII, for the
    pay page.

    `short_reference` is the same in 17 letters and digits, where there is no room.
    """

    reference: str
    amount_vnd: int
    text: str
    return_url: str
    created_at: datetime
    expires_at: datetime
    short_reference: str = ""


@dataclass(frozen=True, slots=True)
class BackOrder:
    """Money that is to go back.

    `key` is the same however often it is tried; `transaction` the provider's number of the payment.
    """

    key: str
    payment: Order
    transaction: str
    paid_vnd: int
    amount_vnd: int


class Reply(NamedTuple):
    """What a provider is told of its call: one of VNPAY's codes (RspCode), which the bank gets,
    too.

    Providers call again on everything but 00 and 02.
    """

    code: str
    message: str


CONFIRMED: Final = Reply("00", "Confirm Success")
UNKNOWN_ORDER: Final = Reply("01", "Order not found")
ALREADY: Final = Reply("02", "Order already confirmed")
WRONG_AMOUNT: Final = Reply("04", "Invalid amount")
WRONG_SIGNATURE: Final = Reply("97", "Invalid signature")
TRY_AGAIN: Final = Reply("99", "Unknown error")

_TAKEN_IN = frozenset({"PaymentSettled", "PaymentFailed", "PaymentDoubted", "TransferReceived"})
_MISMATCHES: Final[Mapping[str, Reply]] = {
    "late": CONFIRMED,
    "duplicate": CONFIRMED,
    "not_demanded": CONFIRMED,
    "amount_differs": WRONG_AMOUNT,
    "bad_signature": WRONG_SIGNATURE,
}
_REFUSALS: Final[Mapping[str, Reply]] = {
    "already-settled": ALREADY,
    "bad-signature": WRONG_SIGNATURE,
    "amount-too-large": WRONG_AMOUNT,
    "attempt-unknown": UNKNOWN_ORDER,
    "dossier-unknown": UNKNOWN_ORDER,
}


def reply(event: str, reason: str = "") -> Reply:
    """The answer to a call that led to this event, by its type; `reason` is that of a mismatch.

    Empty: nothing in time (also money that is held), so the provider is to call again.
    """
    if event == "MismatchFound":
        return _MISMATCHES.get(reason, TRY_AGAIN)
    return CONFIRMED if event in _TAKEN_IN else TRY_AGAIN


def reply_to_refusal(slug: str) -> Reply:
    """The answer to a call that was refused, by the rules or at the door."""
    return _REFUSALS.get(slug, TRY_AGAIN)
