"""Of one bank transaction there is one booking: who was told of it first has it, whatever the bank
tells of it to somebody else.
"""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from motcua_chassis import Prepared
from motcua_chassis.mongo import connect
from motcua_contracts import Refusal
from motcua_contracts.messages.transfers import transfer_subject
from motcua_contracts.values.bounds import MONEY_MAX
from motcua_payment.bank_claims import BankClaims
from motcua_payment.domain.calls import ProviderResult
from motcua_payment.domain.transfer import Transfer
from motcua_payment.prepare import prepare

from tests.support.stack import mongodb

from .harness import (
    CALL,
    DOSSIER,
    FEE_VND,
    NOW,
    START,
    SYSTEM,
    TRANSFER,
    PaymentHarness,
    demanded,
    later,
    message,
    registered,
)

BANK = CALL.model_copy(update={"provider": "vietqr"})
SUBJECT = transfer_subject("vietqr", "FT1")


@pytest.fixture
async def claims() -> AsyncIterator[BankClaims]:
    client = connect(mongodb())
    name = f"payment_{uuid4().hex[:12]}"
    yield BankClaims(client[name]["bank_transactions"])
    await client.drop_database(name)
    client.close()


def owing() -> PaymentHarness:
    desk = PaymentHarness()
    desk.tell(registered(), demanded())
    desk.tell(START.model_copy(update={"provider": "vietqr"}), given=TRANSFER)
    return desk


def told(**changes: Any) -> ProviderResult:
    plain: dict[str, Any] = {
        "valid": True,
        "amount_vnd": FEE_VND,
        "code": "00",
        "transaction": "FT1",
        "final": True,
        "paid_at": NOW,
    }
    return ProviderResult(**plain | changes)


async def read(
    claims: BankClaims, subject: str, case: Any, result: ProviderResult
) -> ProviderResult:
    """What `prepare` gives the rules of a bank's notification."""
    bank = SimpleNamespace(parse=lambda raw: result)
    tools: Any = SimpleNamespace(providers={"vietqr": bank, "vnpay": bank}, claims=claims)
    heard = message(BANK, SYSTEM, NOW, subject)
    given = await prepare([Prepared(heard, subject, case, NOW)], tools)
    found = given[heard.id]
    assert isinstance(found, ProviderResult)
    return found


async def test_of_many_at_the_same_moment_one_has_it_for_good(claims: BankClaims) -> None:
    subjects = [SUBJECT, *(f"d-{number}" for number in range(19))]
    holders = await asyncio.gather(
        *(claims.holder("vietqr", "FT1", subject) for subject in subjects * 3)
    )
    (holder,) = set(holders)
    assert holder in subjects
    assert await claims.holder("vietqr", "FT1", "d-late") == holder
    assert await claims.holder("vietqr", "FT2", "d-late") == "d-late"
    assert await claims.holder("bank2", "FT1", "d-late") == "d-late"


@pytest.mark.parametrize("with_our_reference_first", [True, False])
async def test_told_once_with_our_reference_and_once_without_it_is_booked_once(
    claims: BankClaims, with_our_reference_first: bool
) -> None:
    dossier, transfer = owing(), PaymentHarness(SUBJECT)
    short = dossier.charge.attempts[0].request.short_reference
    tellings = [
        (dossier, told(references=(short,)), "PaymentSettled"),
        (transfer, told(), "TransferReceived"),
    ]
    (first, said, event), (second, again, _) = (
        tellings if with_our_reference_first else tellings[::-1]
    )
    given = await read(claims, first.subject, first.case, said)
    assert first.tell(BANK, at=later(1), given=given) == [event]
    copy = await read(claims, first.subject, first.case, said)
    assert not copy.booked_elsewhere, "a copy of the record is told the same"
    given = await read(claims, second.subject, second.case, again)
    with pytest.raises(Refusal, match="already-settled"):
        second.tell(BANK, at=later(1), given=given)


@pytest.mark.parametrize(
    "unbooked",
    [
        told(valid=False), told(transaction=""), told(code="24"), told(amount_vnd=MONEY_MAX + 1),
        told(final=False),
        told(references=("MCAAAAAAAAAAAAAAA",)),
    ],
)  # fmt: skip
async def test_who_will_not_book_it_keeps_it_from_nobody(
    claims: BankClaims, unbooked: ProviderResult
) -> None:
    await read(claims, DOSSIER, owing().case, unbooked)
    assert not (await read(claims, SUBJECT, Transfer(), told())).booked_elsewhere
