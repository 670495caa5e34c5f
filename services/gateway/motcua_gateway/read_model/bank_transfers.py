"""Bank transfers that name no payment of ours, as cashiers see them: one document each, folded from
what payment says of it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, Required, TypedDict

from motcua_contracts import Label, Message, Payload
from motcua_contracts.messages.transfers import (
    PREFIX,
    TransferAssigned,
    TransferAssigning,
    TransferDeclined,
    TransferReceived,
    TransferReturned,
)
from motcua_contracts.rules.refusals import TransferUnknown

from ..identity.callers import Caller
from .document import fold_sequence

NOT_TAKEN = Label("Hồ sơ không nhận khoản này", "The dossier did not accept it")
DECLINED: dict[str, Label] = {
    "nothing-owed": Label(
        "Hồ sơ không còn khoản phải nộp", "Nothing is owed on the dossier any more"
    ),
    "amount-differs": Label("Số tiền không đúng mức phải nộp", "A different amount is owed"),
    "fee-expired": Label("Tiền đến sau hạn nộp", "The money arrived after the payment deadline"),
    "already-settled": Label(
        "Hồ sơ đã ghi nhận khoản này hoặc khoản khác", "A payment is already recorded for it"
    ),
    "foreign-agency": Label("Khoản thu của cơ quan khác", "Another agency takes this fee"),
    "dossier-unknown": Label(
        "Chưa có khoản phải nộp của hồ sơ này", "This dossier's fee is not known"
    ),
}
"""Refusal's slug -> why a dossier did not take a transfer, for whoever looks at it later."""
EVENTS = (TransferReceived, TransferAssigning, TransferAssigned, TransferDeclined, TransferReturned)


class Transfer(TypedDict, total=False):
    """The stored document; what the bank told is there from the first event on."""

    _id: Required[str]
    sequence: Required[int]
    state: Required[Literal["unknown", "unassigned", "assigning", "assigned", "returned"]]
    provider: str
    reference: str
    amount_vnd: int
    received_at: datetime
    agency: str
    code: str
    heard_at: datetime
    dossier_id: str
    reason_code: str
    officer: str
    declined: str
    """Slug of the refusal with which the last dossier did not take it."""


def fold_transfer(
    document: Transfer | None, subject: str, messages: Iterable[Message[Payload]]
) -> Transfer | None:
    """The document with these events taken in. None: nothing in them is new."""
    blank: Transfer = {"_id": subject, "sequence": 0, "state": "unknown"}
    return fold_sequence(document if document is not None else blank, messages, _take)


def _take(document: Transfer, message: Message[Payload]) -> None:
    match message.data:
        case TransferReceived() as event:
            document |= {
                "provider": event.provider,
                "reference": event.reference,
                "amount_vnd": event.amount_vnd,
                "received_at": event.received_at,
                "agency": event.agency,
                "code": event.code,
                "state": "unassigned",
                "heard_at": message.time,
                "dossier_id": "",
                "reason_code": "",
                "officer": "",
                "declined": "",
            }
        case TransferAssigning() as event:
            document |= {
                "dossier_id": event.dossier_id,
                "reason_code": event.reason_code,
                "officer": event.officer,
                "state": "assigning",
                "declined": "",
            }
        case TransferAssigned():
            document["state"] = "assigned"
        case TransferDeclined() as event:
            document["state"], document["declined"] = "unassigned", event.reason
        case TransferReturned() as event:
            document["reason_code"], document["officer"] = event.reason_code, event.officer
            document["state"], document["dossier_id"] = "returned", ""
        case _:
            pass


def in_scope(caller: Caller) -> dict[str, object]:
    """The transfers to the caller's agency's account, and those to an account for which the
    settings name no agency.
    """
    return {"agency": {"$in": ["", caller.require_seat("cashier", "leader").agency]}}


class Transfers:
    """Queries on the collection `transfers`."""

    def __init__(self, collection: Any) -> None:
        self.collection = collection

    async def make_indexes(self) -> None:
        """Idempotent."""
        await self.collection.create_index([("state", 1), ("received_at", -1), ("_id", -1)])

    async def known(self, subject: str) -> bool:
        return await self.collection.find_one({"_id": subject}, {"_id": 1}) is not None

    async def of(self, caller: Caller, transfer_id: str) -> Transfer:
        """Raises `TransferUnknown`, also for one of another agency's account."""
        found: Transfer | None = await self.collection.find_one(
            {"_id": f"{PREFIX}{transfer_id}", **in_scope(caller)}
        )
        if found is None:
            raise TransferUnknown()
        return found
