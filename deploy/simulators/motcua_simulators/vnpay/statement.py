"""The statement of a day: one line for each payment and each refund, as a CSV file.

And the disorder that a test orders in it.
"""

import csv
import io
from collections.abc import Iterable

from motcua_simulators.vnpay.protocol import read_date
from motcua_simulators.vnpay.transactions import PAID, Transaction

COLUMNS = ("kind", "reference", "transaction", "amount_vnd", "time")
MODES = ("normal", "left_out", "other_amount")
DONG = 100
"""A đồng is a hundred in the provider's books."""


def statement_of(transactions: Iterable[Transaction], day: str) -> str:
    """The day as yyyyMMdd in Vietnam; empty: every day there is."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    for one in transactions:
        if (
            one.response_code == PAID
            and one.statement != "left_out"
            and one.pay_date.startswith(day)
        ):
            more = 1_000 if one.statement == "other_amount" else 0
            table.writerow(
                (
                    "payment",
                    one.txn_ref,
                    one.transaction_no,
                    one.amount // DONG + more,
                    _iso(one.pay_date),
                )
            )
        for refund in one.refunds:
            if refund.at.startswith(day):
                table.writerow(
                    (
                        "refund",
                        one.txn_ref,
                        refund.transaction_no,
                        refund.amount // DONG,
                        _iso(refund.at),
                    )
                )
    return written.getvalue()


def _iso(wire: str) -> str:
    return read_date(wire).isoformat()
