"""The provider's books: one transaction per TxnRef, what became of it, what was refunded, every IPN
and its answer. No HTTP.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from motcua_simulators.vnpay.protocol import RefusalError, read_date, write_date

PAID, CANCELLED, TOO_LATE, NO_MONEY, SUSPECTED = "00", "24", "11", "51", "07"
_OUTCOMES = frozenset({PAID, CANCELLED, TOO_LATE, NO_MONEY, SUSPECTED})


@dataclass(slots=True)
class IpnCall:
    """One call of the merchant's IPN address.

    `rsp_code` None: no answer, or one that says nothing; then `error` says why.
    """

    at: str
    kind: str
    rsp_code: str | None = None
    message: str = ""
    error: str = ""


@dataclass(slots=True)
class Refund:
    """A refund taken on: `kind` 02 all, 03 a part; amount ×100."""

    request_id: str
    kind: str
    amount: int
    transaction_no: str
    at: str


@dataclass(slots=True)
class Transaction:
    """`amount` ×100; `response_code` "" while the citizen has not decided.

    `opened` is how often the pay page was shown.

    `hidden`: querydr calls it unfinished, as when a bank is slow to tell. `statement`: how the
    day's statement shows it.
    """

    txn_ref: str
    request: dict[str, str]
    amount: int
    opened: int = 0
    response_code: str = ""
    transaction_no: str = "0"
    bank_code: str = "VNPAY"
    pay_date: str = ""
    hidden: bool = False
    statement: str = "normal"
    ipn_calls: list[IpnCall] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)

    @property
    def status(self) -> str:
        """vnp_TransactionStatus: 01 not finished, 00 paid, 07 suspected (the payer's bank was
        debited), 02 failed.
        """
        if not self.response_code:
            return "01"
        return self.response_code if self.response_code in (PAID, SUSPECTED) else "02"

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds)

    def result(self) -> dict[str, str]:
        """The parameters of IPN and return URL, unsigned."""
        parameters = {
            "vnp_Amount": str(self.amount),
            "vnp_BankCode": self.bank_code,
            "vnp_OrderInfo": self.request["vnp_OrderInfo"],
            "vnp_PayDate": self.pay_date,
            "vnp_ResponseCode": self.response_code,
            "vnp_TmnCode": self.request["vnp_TmnCode"],
            "vnp_TransactionNo": self.transaction_no,
            "vnp_TransactionStatus": self.status,
            "vnp_TxnRef": self.txn_ref,
        }
        if self.response_code == PAID:
            parameters |= {"vnp_BankTranNo": f"VNP{self.transaction_no}", "vnp_CardType": "ATM"}
        else:
            parameters |= {"vnp_CardType": "QRCODE"}
        return parameters

    def describe(self) -> dict[str, Any]:
        """As JSON for GET /transactions."""
        return {**asdict(self), "status": self.status, "refunded": self.refunded}


class Transactions:
    """All transactions, in memory. `now` gives the time (with a zone)."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._transactions: dict[str, Transaction] = {}
        self._request_ids: set[str] = set()
        self._last_no = 14_000_000

    def open(self, request: dict[str, str]) -> Transaction:
        """The transaction of a pay page.

        Raises RefusalError 01 (this TxnRef was used or is decided), 15 (expired before it was
        opened).
        """
        txn_ref = request["vnp_TxnRef"]
        known = self._transactions.get(txn_ref)
        if known is not None:
            if known.request != request or known.response_code:
                raise RefusalError("01", "this vnp_TxnRef exists already")
            known.opened += 1
            return known
        if self.is_expired(request):
            raise RefusalError("15", "the time to pay is over")
        transaction = Transaction(txn_ref, request, int(request["vnp_Amount"]), opened=1)
        self._transactions[txn_ref] = transaction
        return transaction

    def decide(self, transaction: Transaction, outcome: str) -> None:
        """The citizen's choice: PAID, CANCELLED, NO_MONEY or SUSPECTED; after the expiry every
        choice is TOO_LATE.
        """
        if outcome not in _OUTCOMES:
            raise ValueError(f"unknown outcome {outcome!r}")
        if self.is_expired(transaction.request):
            outcome = TOO_LATE
        transaction.response_code = outcome
        transaction.pay_date = write_date(self._now())
        if outcome in (PAID, SUSPECTED):
            transaction.transaction_no = self.next_no()
            transaction.bank_code = transaction.request.get("vnp_BankCode", "NCB")

    def end_suspicion(self, transaction: Transaction, paid: bool) -> None:
        """The suspicion ends: the money is the merchant's, or goes back to the payer.

        Raises ValueError where nothing is suspected.
        """
        if transaction.response_code != SUSPECTED:
            raise ValueError("nothing is suspected of this transaction")
        transaction.response_code = PAID if paid else CANCELLED

    def is_expired(self, request: dict[str, str]) -> bool:
        return self._now() > read_date(request["vnp_ExpireDate"])

    def get(self, txn_ref: str) -> Transaction | None:
        return self._transactions.get(txn_ref)

    def all(self) -> list[Transaction]:
        return list(self._transactions.values())

    def clear(self) -> None:
        """Forgets everything; transaction numbers go on."""
        self._transactions.clear()
        self._request_ids.clear()

    def next_no(self) -> str:
        self._last_no += 1
        return str(self._last_no)

    def claim_request(self, request_id: str) -> bool:
        """False when the merchant used this vnp_RequestId before."""
        if request_id in self._request_ids:
            return False
        self._request_ids.add(request_id)
        return True

    def refund(self, transaction: Transaction, request_id: str, kind: str, amount: int) -> Refund:
        """Takes a refund on.

        Raises RefusalError 95 (nothing was paid), 94 (nothing left to refund), 03 (kind and amount
        do not fit).
        """
        left = transaction.amount - transaction.refunded
        if transaction.response_code != PAID:
            raise RefusalError("95", "the payment did not succeed")
        if left == 0:
            raise RefusalError("94", "everything was refunded before")
        whole = kind == "02" and amount == transaction.amount and left == amount
        part = kind == "03" and 0 < amount <= left
        if not (whole or part):
            raise RefusalError("03", "vnp_TransactionType and vnp_Amount do not fit what was paid")
        taken = Refund(request_id, kind, amount, self.next_no(), write_date(self._now()))
        transaction.refunds.append(taken)
        return taken
