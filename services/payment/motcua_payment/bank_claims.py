"""Whose a bank's transaction is: the subject that was told of it first, for good.

Of one transaction there is one booking.

A dossier and unassigned money are subjects of their own, each with its own writer; so a bank that
tells of the same transaction once with our reference and once without it would be believed twice,
were it not for this. The claim is made before the rules decide, and made again by a copy it is the
same.
"""

from collections.abc import Mapping
from typing import Any

from motcua_contracts.messages.transfers import transfer_subject
from motcua_contracts.values.bounds import MONEY_MAX
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from .domain.calls import PAID, ProviderResult, attempt_named
from .domain.charge import Charge
from .domain.transfer import Transfer


class BankClaims:
    """The collection `bank_transactions`: `{_id: transfer_subject(…), subject}`."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    async def holder(self, provider: str, transaction: str, subject: str) -> str:
        """The subject whose this transaction is: `subject`, where nobody was told of it before.

        Raises `PyMongoError`.
        """
        where = {"_id": transfer_subject(provider, transaction)}
        try:
            claim: Mapping[str, Any] | None = await self._collection.find_one_and_update(
                where,
                {"$setOnInsert": {"subject": subject}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:  # two were told at the same moment, and the other one was first
            claim = await self._collection.find_one(where)
        assert claim is not None, "a claim is never removed"
        return str(claim["subject"])


def may_claim(provider: str, result: ProviderResult, case: object) -> bool:
    """Whether this subject would book what is told, by all that is known before it decides: a claim
    of who then refuses would keep the money from whose it is. Only a bank's final word is claimed:
    VNPAY's numbers are of a dossier each, and 0 where nothing was paid.
    """
    if not (
        result.valid
        and result.final
        and result.code == PAID
        and result.transaction
        and 0 < result.amount_vnd <= MONEY_MAX
    ):
        return False
    match case:
        case Transfer():
            return True
        case Charge():
            return attempt_named(case, provider, result) is not None
        case _:
            return False
