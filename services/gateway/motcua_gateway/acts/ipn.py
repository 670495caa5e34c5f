"""What VNPAY is told, by what its call led to.

The table is payment's (its page); VNPAY calls again on everything but 00 and 02.
"""

from motcua_contracts.rules.decision import Refusal

from ..commands.sending import Done

CONFIRMED = ("00", "Confirm Success")
UNKNOWN_ORDER = ("01", "Order not found")
ALREADY = ("02", "Order already confirmed")
WRONG_AMOUNT = ("04", "Invalid amount")
WRONG_SIGNATURE = ("97", "Invalid signature")
TRY_AGAIN = ("99", "Unknown error")

_MISMATCHES = {
    "late": CONFIRMED,
    "duplicate": CONFIRMED,
    "not_demanded": CONFIRMED,
    "amount_differs": WRONG_AMOUNT,
    "bad_signature": WRONG_SIGNATURE,
}
_REFUSALS = {
    "already-settled": ALREADY,
    "bad-signature": WRONG_SIGNATURE,
    "amount-too-large": WRONG_AMOUNT,
    "attempt-unknown": UNKNOWN_ORDER,
    "dossier-unknown": UNKNOWN_ORDER,
}


def of_outcome(done: Done | None) -> tuple[str, str]:
    """RspCode and Message for a fact.

    None: nothing in time (also money that is held); the provider calls again.
    """
    if done is None:
        return TRY_AGAIN
    match done.fact:
        case "PaymentSettled" | "PaymentFailed" | "PaymentDoubted" | "TransferReceived":
            return CONFIRMED
        case "MismatchFound":
            return _MISMATCHES.get(done.data["reason"], TRY_AGAIN)
        case _:
            return TRY_AGAIN


def of_refusal(refusal: Refusal) -> tuple[str, str]:
    """The same for a refusal, of the rules or of the door."""
    return _REFUSALS.get(refusal.slug, TRY_AGAIN)
