"""querydr and refund: the merchant's questions, each signed by "|"-joined values, each answer
signed the same way. No HTTP here.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from motcua_simulators.vnpay.protocol import (
    QUERYDR_REQUEST,
    QUERYDR_RESPONSE,
    REFUND_REQUEST,
    REFUND_RESPONSE,
    RefusalError,
    checksum,
    is_signed,
    piped,
)
from motcua_simulators.vnpay.transactions import Transaction, Transactions

_PAYMENT = "01"
_REFUND_IN_WORK = "05"


class MerchantApi:
    """Answers one JSON request with one JSON answer; refusals are answers too (vnp_ResponseCode),
    signed like the others.
    """

    def __init__(self, transactions: Transactions, tmn_code: str, secret: str) -> None:
        self._transactions = transactions
        self._tmn_code = tmn_code
        self._secret = secret

    def answer(self, body: Mapping[str, Any]) -> dict[str, str]:
        """Codes: 00 done, 02 other merchant, 03 malformed, 91 no such transaction, 94 asked before,
        95 was not paid, 97 checksum.
        """
        command = str(body.get("vnp_Command", ""))
        try:
            match command:
                case "querydr":
                    return self._sign(QUERYDR_RESPONSE, self._querydr(body))
                case "refund":
                    return self._sign(REFUND_RESPONSE, self._refund(body))
                case _:
                    raise RefusalError("03", "vnp_Command must be querydr or refund")
        except RefusalError as refusal:
            fields = REFUND_RESPONSE if command == "refund" else QUERYDR_RESPONSE
            return self._sign(fields, self._head(body, refusal.code, refusal.reason))

    def _querydr(self, body: Mapping[str, Any]) -> dict[str, str]:
        transaction = self._find(body, QUERYDR_REQUEST)
        if transaction.hidden:
            return self._head(body, "00", "QueryDR Success") | {
                **self._payment(transaction),
                "vnp_TransactionStatus": "01",
            }
        answer = self._head(body, "00", "QueryDR Success") | self._payment(transaction)
        if transaction.refunds:
            latest = transaction.refunds[-1]
            answer |= {"vnp_TransactionType": latest.kind, "vnp_TransactionStatus": _REFUND_IN_WORK}
        return answer

    def _refund(self, body: Mapping[str, Any]) -> dict[str, str]:
        transaction = self._find(body, REFUND_REQUEST)
        amount = str(body.get("vnp_Amount", ""))
        if not (amount.isascii() and amount.isdigit()):
            raise RefusalError("03", "vnp_Amount must be digits")
        refund = self._transactions.refund(
            transaction,
            str(body["vnp_RequestId"]),
            str(body.get("vnp_TransactionType", "")),
            int(amount),
        )
        return (
            self._head(body, "00", "Refund Success")
            | self._payment(transaction)
            | {
                "vnp_Amount": str(refund.amount),
                "vnp_TransactionType": refund.kind,
                "vnp_TransactionNo": refund.transaction_no,
                "vnp_TransactionStatus": _REFUND_IN_WORK,
                "vnp_PayDate": refund.at,
            }
        )

    def _find(self, body: Mapping[str, Any], fields: str) -> Transaction:
        """The transaction asked for, after the checksum and the request's id.

        Raises RefusalError.
        """
        if body.get("vnp_TmnCode") != self._tmn_code:
            raise RefusalError("02", "no website with this vnp_TmnCode")
        if not is_signed(self._secret, piped(fields, body), str(body.get("vnp_SecureHash", ""))):
            raise RefusalError("97", "invalid checksum")
        request_id = str(body.get("vnp_RequestId", ""))
        if body.get("vnp_Version") != "2.1.0" or not request_id:
            raise RefusalError("03", "vnp_Version must be 2.1.0, vnp_RequestId may not be empty")
        if not self._transactions.claim_request(request_id):
            raise RefusalError("94", "this vnp_RequestId was used before")
        transaction = self._transactions.get(str(body.get("vnp_TxnRef", "")))
        # The same TxnRef may be used on another day, hence the date of the pay request is part of
        # the question.
        if transaction is None or transaction.request["vnp_CreateDate"] != str(
            body.get("vnp_TransactionDate", "")
        ):
            raise RefusalError("91", "no such transaction")
        return transaction

    def _head(self, body: Mapping[str, Any], code: str, message: str) -> dict[str, str]:
        return {
            "vnp_ResponseId": secrets.token_hex(16),
            "vnp_Command": str(body.get("vnp_Command", "")),
            "vnp_ResponseCode": code,
            "vnp_Message": message,
            "vnp_TmnCode": self._tmn_code,
            "vnp_TxnRef": str(body.get("vnp_TxnRef", "")),
        }

    def _payment(self, transaction: Transaction) -> dict[str, str]:
        return {
            "vnp_Amount": str(transaction.amount),
            "vnp_BankCode": transaction.bank_code,
            "vnp_PayDate": transaction.pay_date,
            "vnp_TransactionNo": transaction.transaction_no,
            "vnp_TransactionType": _PAYMENT,
            "vnp_TransactionStatus": transaction.status,
            "vnp_OrderInfo": transaction.request["vnp_OrderInfo"],
        }

    def _sign(self, fields: str, answer: dict[str, str]) -> dict[str, str]:
        return {**answer, "vnp_SecureHash": checksum(self._secret, piped(fields, answer))}
