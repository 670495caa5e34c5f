"""What cashiers and leaders do with money that needs a person's look: payments in doubt, money that
the bank took back, and transfers that name no payment.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from motcua_contracts import Label
from motcua_contracts.messages.payment import EndDoubt
from motcua_contracts.messages.refunds import ReversePayment
from motcua_contracts.messages.transfers import (
    PREFIX,
    AssignReason,
    AssignTransfer,
    ReturnReason,
    ReturnTransfer,
)
from motcua_contracts.rules.refusals import DossierUnknown
from motcua_contracts.values.bounds import LINE, BankNumber
from pydantic import Field as Bounded

from ..answers.money import Assigned, DoubtEnded, Returned, Reversed
from ..identity.callers import Caller
from ..read_model.dossiers import may_see
from ..read_model.stored import Document
from ..tools import Gateway
from .act import Act, ActGroup, Aim
from .fields import Given
from .till import CASHIER, REFUNDER, at_dossier, owed_of


async def named(gateway: Gateway, caller: Caller, code: str) -> Document:
    """The dossier of a typed code.

    Raises `DossierUnknown`: of another agency nothing is told, not even that it is there.
    """
    dossier = await gateway.dossiers.by_code(code.strip().upper())
    if dossier is None or not may_see(caller, dossier):
        raise DossierUnknown()
    return dossier


async def _at_transfer(gateway: Gateway, caller: Caller, act: Act, asked: Mapping[str, Any]) -> Aim:
    """Raises `TransferUnknown`, and `DossierUnknown` for the code of no dossier."""
    agency, transfer_id = caller.require_seat(*act.roles).agency, asked["transfer_id"]
    await gateway.transfers.of(caller, transfer_id)
    more, owed_vnd = {"agency": agency}, 0
    if "code" in asked:
        dossier = await named(gateway, caller, asked["code"])
        more["dossier_id"], owed_vnd = dossier["_id"], owed_of(dossier)
    return Aim(f"{PREFIX}{transfer_id}", "/desk/transfers", more, owed_vnd)


END_DOUBT = Act(
    name="end-doubt",
    path="payments/{attempt}/end-doubt",
    command=EndDoubt,
    roles=REFUNDER,
    label=Label("Ghi nhận giao dịch không thành công", "Record that the payment failed"),
    about=(
        "The provider's portal or statement shows that the payment brought nothing: it has"
        " failed.\n\nMoney that comes all the same is booked."
    ),
    answer=DoubtEnded,
    happens=(
        Label(
            "Giao dịch được ghi là không thành công; hệ thống không hỏi lại VNPAY về giao dịch này"
            " nữa.",
            "The payment is recorded as failed; VNPAY is not asked about it any more.",
        ),
        Label(
            "Thời hạn nộp của hồ sơ lại được tính; quá hạn, hồ sơ bị dừng.",
            "The dossier's time to pay counts again, and may end it.",
        ),
    ),
    on_page=False,
)
REVERSE = Act(
    name="reverse",
    path="payments/reverse",
    command=ReversePayment,
    roles=REFUNDER,
    label=Label("Ghi nhận ngân hàng thu hồi tiền", "Record that the bank took the money back"),
    about=(
        "Record that the bank took back what it had brought, by a transfer or online.\n\nThe fee"
        " is owed again; the dossier is not stopped."
    ),
    answer=Reversed,
    body=(
        "`reference`: the bank's number by which the money had come; `bank_reference`: its number"
        " of\nthe movement that took it away."
    ),
    fields=(
        Given(name="reference", api=BankNumber),
        Given(name="bank_reference", api=BankNumber),
    ),
    happens=(
        Label(
            "Phí, lệ phí của hồ sơ trở lại chưa nộp; hồ sơ không bị dừng.",
            "The dossier's fee is owed again; it is not stopped.",
        ),
        Label(
            "Khoản hoàn trả đang chờ chi của số tiền này bị hủy.",
            "A refund of this money that waits to be paid out is cancelled.",
        ),
        Label("Biên lai đã lập vẫn được giữ.", "The receipt that was issued is kept."),
    ),
    on_page=False,
)
ASSIGN = Act(
    name="assign",
    command=AssignTransfer,
    roles=CASHIER,
    label=Label("Gán khoản chuyển khoản vào hồ sơ", "Assign the transfer to the dossier"),
    about=(
        "Give a transfer to the dossier whose fee it is.\n\nWhere the dossier does not take it"
        " (nothing owed, another amount, too late) the answer is that\nrefusal, and the money is"
        " unassigned again."
    ),
    answer=Assigned,
    body="`code`: the dossier's code, as people read it.",
    fields=(
        Given(
            name="code",
            api=Annotated[str, Bounded(min_length=1, max_length=60, pattern=LINE)],
            for_aim=True,
        ),
        Given(name="reason_code", api=AssignReason),
    ),
    declined={"TransferDeclined": ""},
    happens=(
        Label(
            "Khoản chuyển khoản được ghi là phí, lệ phí của hồ sơ này; không gán được vào hồ sơ"
            " khác nữa.",
            "The transfer is recorded as the fee of this dossier; it cannot be given to another"
            " dossier any more.",
        ),
        Label(
            "Nếu hồ sơ không còn khoản phải nộp hoặc số tiền không khớp, khoản này vẫn là chưa xác"
            " định.",
            "Where the dossier owes nothing or another amount, the transfer stays unassigned.",
        ),
    ),
    on_page=False,
)
RETURN = Act(
    name="return",
    command=ReturnTransfer,
    roles=REFUNDER,
    label=Label("Ghi nhận đã hoàn trả", "Record that it went back"),
    about="Record that the money went back to its payer, or that the bank took it back.",
    answer=Returned,
    body="`reference`: the bank's number of the movement by which the money left.",
    fields=(
        Given(name="reason_code", api=ReturnReason),
        Given(name="reference", api=BankNumber),
    ),
    happens=(
        Label(
            "Khoản chuyển khoản được ghi là đã rời tài khoản; không gán được vào hồ sơ nào nữa.",
            "The transfer is recorded as gone from the account; it cannot be given to a dossier any"
            " more.",
        ),
    ),
    on_page=False,
)
MONEY = ActGroup(
    name="money",
    prefix="/desk/dossiers/{dossier_id}",
    tag="money",
    acts=(END_DOUBT, REVERSE),
    aim=at_dossier,
    gives=frozenset({"agency", "attempt"}),
)
TRANSFERS = ActGroup(
    name="transfer",
    prefix="/desk/transfers/{transfer_id}",
    tag="money",
    acts=(ASSIGN, RETURN),
    aim=_at_transfer,
    gives=frozenset({"agency", "dossier_id"}),
)
