"""Money on its way between its own subject and a dossier.

Cash: the till tells it, and hears whether it settled the fee, goes back, or may be handed out. A
transfer without a reference likewise.
"""

from motcua_chassis import PrivateRecords
from motcua_contracts import Effect
from motcua_contracts.messages.payment import ConfirmCash, ConfirmPayOut, PaymentSettled, RecordCash
from motcua_contracts.messages.refunds import RecordPayOut
from motcua_contracts.messages.transfers import ConfirmTransfer, RecordTransfer

from ..domain.till import RECORD_CASH, RECORD_PAY_OUT, Till
from ..domain.transfer import Transfer
from ..tools import Tools


class NotJudgedYet(Exception):  # noqa: N818 - no fault: the dossier holds the cash until it has read what was said before it
    """The cash is held; the effect is done again in a moment."""


async def record_cash(
    effect: Effect, till: Till, records: PrivateRecords, tools: Tools
) -> ConfirmCash:
    """Tell the dossier of the taking that the key names.

    Told again, it gives the same answer. Raises `NotJudgedYet`.
    """
    taking = till.taking(effect.key.removesuffix(f"/{RECORD_CASH}"))
    command = RecordCash(
        till=till.subject, reference=taking.reference, amount_vnd=taking.amount_vnd
    )
    outcome = await tools.runtime.ask(taking.dossier_id, command, key=effect.key)
    if outcome.refused:
        return ConfirmCash(reference=taking.reference, accepted=False, reason=outcome.refused)
    if any(isinstance(event.data, PaymentSettled) for event in outcome.events):
        return ConfirmCash(reference=taking.reference, accepted=True)
    verdict = (await tools.charge(taking.dossier_id)).verdict_on_cash(taking.reference)
    if verdict is None:
        raise NotJudgedYet(taking.reference)
    return ConfirmCash(reference=taking.reference, accepted=not verdict, reason=verdict)


async def record_transfer(
    effect: Effect, transfer: Transfer, records: PrivateRecords, tools: Tools
) -> ConfirmTransfer:
    """Tell the dossier of the transfer that a cashier gives to it.

    Told again, it gives the same answer.
    """
    assert transfer.assigning is not None, "told of a transfer that is given to nobody"
    money, asked = transfer.sum, transfer.assigning
    command = RecordTransfer(
        transfer=transfer.subject,
        provider=money.provider,
        reference=money.reference,
        amount_vnd=money.amount_vnd,
        received_at=money.received_at,
        agency=asked.agency,
        cashier=asked.officer,
    )
    outcome = await tools.runtime.ask(asked.dossier_id, command, key=effect.key)
    return ConfirmTransfer(
        assignment=asked.assignment, accepted=not outcome.refused, reason=outcome.refused
    )


async def record_pay_out(
    effect: Effect, till: Till, records: PrivateRecords, tools: Tools
) -> ConfirmPayOut:
    """Ask the dossier for the refund that the pay-out names.

    Told again, it gives the same answer.
    """
    asked = till.pay_out(effect.key.removesuffix(f"/{RECORD_PAY_OUT}"))
    command = RecordPayOut(
        till=till.subject,
        reference=asked.reference,
        refund=asked.refund,
        amount_vnd=asked.amount_vnd,
    )
    outcome = await tools.runtime.ask(asked.dossier_id, command, key=effect.key)
    return ConfirmPayOut(
        reference=asked.reference, accepted=not outcome.refused, reason=outcome.refused
    )
