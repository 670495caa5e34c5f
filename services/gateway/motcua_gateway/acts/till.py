"""What a cashier does with the till, and with a dossier's cash: opened with a float, cash taken,
refunds paid out, counted and closed. And refunds by hand.
"""

from collections.abc import Mapping
from typing import Any

from motcua_contracts import Label
from motcua_contracts.messages.payment import Amount, CloseTill, CollectCash, OpenTill, PayOut
from motcua_contracts.messages.refunds import RefundByHand
from motcua_contracts.rules.refusals import NothingOwed, RefundUnknown
from motcua_contracts.values.bounds import Id, MessageId, Paid, Version

from ..answers.till import Booked, Closed, HandedOut, Opened, RefundAsked
from ..identity.callers import Caller
from ..read_model.stored import Document
from ..read_model.tills import subject_of
from ..tools import Gateway
from .act import Act, ActGroup, Aim
from .fields import Given

CASHIER, REFUNDER = ("cashier",), ("cashier", "leader")
HREF = "/desk/till"
AMOUNT = Given(name="amount_vnd", api=Paid)


def _till_of(caller: Caller) -> tuple[str, str]:
    """The caller's till and agency."""
    agency = caller.require_seat(*CASHIER).agency
    return subject_of(agency, caller.officer), agency


def owed_of(dossier: Document) -> int:
    """What the dossier's fee is, in đồng; 0 without one."""
    return dossier.get("charge", {}).get("amount_vnd") or 0


async def _at_till(gateway: Gateway, caller: Caller, act: Act, asked: Mapping[str, Any]) -> Aim:
    till, agency = _till_of(caller)
    return Aim(till, HREF, {"agency": agency})


async def _pay_out(gateway: Gateway, caller: Caller, act: Act, asked: Mapping[str, Any]) -> Aim:
    """Raises `DossierUnknown`, `ForeignAgency`."""
    till, _ = _till_of(caller)
    document = await gateway.dossiers.at_desk(caller, asked["dossier_id"])
    refunds = document.get("charge", {}).get("refunds", ())
    amount = next((one["amount_vnd"] for one in refunds if one["refund"] == asked["refund"]), 0)
    return Aim(till, HREF, amount_vnd=amount)


async def _cash_of(gateway: Gateway, caller: Caller, act: Act, asked: Mapping[str, Any]) -> Aim:
    """Raises `DossierUnknown`, `ForeignAgency`."""
    till, _ = _till_of(caller)
    dossier_id = asked["dossier_id"]
    document = await gateway.dossiers.at_desk(caller, dossier_id)
    more = {"dossier_id": dossier_id}
    return Aim(till, f"/desk/dossiers/{dossier_id}", more, owed_of(document))


async def at_dossier(gateway: Gateway, caller: Caller, act: Act, asked: Mapping[str, Any]) -> Aim:
    """A dossier's money. Raises `DossierUnknown`, `ForeignAgency`."""
    agency, dossier_id = caller.require_seat(*REFUNDER).agency, asked["dossier_id"]
    await gateway.dossiers.at_desk(caller, dossier_id)
    attempt = {"attempt": asked["attempt"]} if "attempt" in asked else {}
    return Aim(dossier_id, f"/desk/dossiers/{dossier_id}", {"agency": agency, **attempt})


TILL = ActGroup(
    name="till",
    prefix="/desk/till",
    tag="till",
    aim=_at_till,
    gives=frozenset({"agency"}),
    acts=(
        Act(
            name="open-till",
            path="open",
            command=OpenTill,
            roles=CASHIER,
            label=Label("Mở quỹ", "Open the till"),
            about="Open the till with what is in it.",
            answer=Opened,
            fields=(Given(name="float_vnd", api=Amount),),
            on_page=False,
        ),
        Act(
            name="close-till",
            path="close",
            command=CloseTill,
            roles=CASHIER,
            label=Label("Đóng quỹ", "Close the till"),
            about="Count and close; the answer is the report: expected, counted, difference.",
            answer=Closed,
            fields=(Given(name="counted_vnd", api=Amount),),
            on_page=False,
        ),
        Act(
            name="pay-out",
            command=PayOut,
            roles=CASHIER,
            label=Label("Chi hoàn trả tiền mặt", "Pay a refund out in cash"),
            about=(
                "Hand a refund out in cash, once the answer says `CashPaidOut`.\n\nWhere the"
                " dossier has no such refund the answer is that refusal."
            ),
            answer=HandedOut,
            body="`refund` is the number of the dossier's refund, as its page shows it.",
            fields=(
                Given(name="dossier_id", api=Id),
                Given(name="refund", api=Version),
                AMOUNT,
            ),
            aim=_pay_out,
            declined={"PayOutDeclined": RefundUnknown.slug},
            on_page=False,
        ),
    ),
)
CASH = ActGroup(
    name="cash",
    prefix="/desk/dossiers/{dossier_id}",
    tag="till",
    aim=at_dossier,
    gives=frozenset({"agency", "dossier_id"}),
    acts=(
        Act(
            name="collect-cash",
            command=CollectCash,
            roles=CASHIER,
            label=Label("Thu tiền mặt", "Collect cash"),
            about=(
                "Take the fee in cash.\n\nWhere the dossier owes nothing (any more) the answer is"
                " that refusal, and the money goes back."
            ),
            answer=Booked,
            fields=(AMOUNT,),
            aim=_cash_of,
            declined={"CashGivenBack": NothingOwed.slug},
            on_page=False,
        ),
        Act(
            name="refund",
            command=RefundByHand,
            roles=REFUNDER,
            label=Label("Hoàn trả", "Refund"),
            about=(
                "A cashier or leader gives back all or a part of what was paid; refused by name"
                " where no more than a part is left."
            ),
            answer=RefundAsked,
            body=(
                "`reference` names the money by its transaction; empty: the"
                " fee.\n\n`over_the_counter`: in cash, also where the provider could."
            ),
            fields=(
                AMOUNT,
                Given(name="reference", api=MessageId, default=""),
                Given(name="over_the_counter", api=bool, default=False),
            ),
            on_page=False,
        ),
    ),
)
