"""The cashier's till: opened with a float, takes cash for dossiers, pays refunds out, counted and
closed. And refunds by hand.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_contracts.messages.payment import Amount, CloseTill, CollectCash, OpenTill, PayOut
from motcua_contracts.messages.refunds import RefundByHand
from motcua_contracts.rules.refusals import NothingOwed, RefundUnknown
from motcua_contracts.values.bounds import Id, MessageId, Paid, Version

from ..answers.base import does, shows
from ..answers.till import Booked, Closed, HandedOut, Opened, RefundAsked, Till
from ..commands.sending import Done
from ..http.held import hold
from ..http.problems import refusal_of
from ..http.safe_rows import values_of
from ..identity.callers import Caller
from ..read_model.tills import subject_of
from .asking import PROBLEM, Body, Json, Key, TheGateway, carry_out
from .rights import TheCashier, TheRefunder

router = APIRouter(prefix="/desk", tags=["till"], responses=PROBLEM)
HREF = "/desk/till"


class Opening(Body):
    float_vnd: Amount


class Closing(Body):
    counted_vnd: Amount


class Cash(Body):
    amount_vnd: Paid


class PayingOut(Body):
    """`refund` is the number of the dossier's refund, as its page shows it."""

    dossier_id: Id
    refund: Version
    amount_vnd: Paid


class GivingBack(Body):
    """`reference` names the money by its transaction; empty: the fee.

    `over_the_counter`: in cash, also where the provider could.
    """

    amount_vnd: Paid
    reference: MessageId = ""
    over_the_counter: bool = False


def _till_of(caller: Caller) -> tuple[str, str]:
    """The caller's till and agency."""
    agency = caller.seat("cashier").agency
    return subject_of(agency, caller.officer), agency


@router.post("/till/open", responses=does(Opened))
async def open_till(
    request: Request, gateway: TheGateway, caller: TheCashier, key: Key, body: Opening
) -> Response:
    till, agency = _till_of(caller)
    command = OpenTill(agency=agency, float_vnd=body.float_vnd)
    return await carry_out(gateway, request, caller, command, subject=till, key=key, href=HREF)


@router.post("/till/close", responses=does(Closed))
async def close_till(
    request: Request, gateway: TheGateway, caller: TheCashier, key: Key, body: Closing
) -> Response:
    """Count and close; the answer is the report: expected, counted, difference."""
    till, _ = _till_of(caller)
    return await carry_out(
        gateway,
        request,
        caller,
        CloseTill(counted_vnd=body.counted_vnd),
        subject=till,
        key=key,
        href=HREF,
    )


@router.get("/till", responses=shows(Till))
async def till(gateway: TheGateway, caller: TheCashier) -> Response:
    """The open session with its takings, and the report of the last one."""
    subject, agency = _till_of(caller)
    document = await gateway.database.tills.find_one({"_id": subject}) or {
        "state": "closed",
        "session": None,
        "last": None,
    }
    hold("till", document)
    session = document["session"]
    if session is not None:
        session["expected_vnd"] = (
            session["float_vnd"] + session["booked_vnd"] - session["paid_out_vnd"]
        )
    sessions = [one for one in (session, document["last"]) if one is not None]
    lists = [(one, name) for one in sessions for name in ("takings", "pay_outs")]
    lines = [line for one, name in lists for line in one[name]]
    codes = await gateway.dossiers.codes(values_of(lines, lambda line: line["dossier_id"]))
    for one, name in lists:
        one[name] = gateway.rows.each(
            "till", one[name], lambda line: {**line, "code": codes.get(line["dossier_id"], "")}
        )
    body = {
        "cashier": caller.officer,
        "agency": agency,
        "state": document["state"],
        "session": session,
        "last": document["last"],
    }
    return Json(body)


@router.post("/dossiers/{dossier_id}/collect-cash", responses=does(Booked))
async def collect(
    request: Request, gateway: TheGateway, caller: TheCashier, key: Key, dossier_id: str, body: Cash
) -> Response:
    """Take the fee in cash.

    Where the dossier owes nothing (any more) the answer is that refusal, and the money goes back.
    """
    till, _ = _till_of(caller)
    document = await gateway.dossiers.at_desk(caller, dossier_id)

    def answer(done: Done) -> dict[str, Any]:
        if done.fact == "CashGivenBack":
            # The till's fact names the reason alone; what is owed the dossier says.
            raise refusal_of(
                done.data["reason"] or NothingOwed.slug,
                {"amount_vnd": document.get("charge", {}).get("amount_vnd") or 0},
            )
        return {"done": done.fact, **done.data}

    command = CollectCash(dossier_id=dossier_id, amount_vnd=body.amount_vnd)
    return await carry_out(
        gateway,
        request,
        caller,
        command,
        subject=till,
        key=key,
        href=f"/desk/dossiers/{dossier_id}",
        answer=answer,
    )


@router.post("/till/pay-out", responses=does(HandedOut))
async def pay_out(
    request: Request, gateway: TheGateway, caller: TheCashier, key: Key, body: PayingOut
) -> Response:
    """Hand a refund out in cash, once the answer says `CashPaidOut`.

    Where the dossier has no such refund the answer is that refusal.
    """
    till, _ = _till_of(caller)
    document = await gateway.dossiers.at_desk(caller, body.dossier_id)
    open_ = next(
        (
            one
            for one in document.get("charge", {}).get("refunds", ())
            if one["refund"] == body.refund
        ),
        None,
    )

    def answer(done: Done) -> dict[str, Any]:
        if done.fact == "PayOutDeclined":
            raise refusal_of(
                done.data["reason"] or RefundUnknown.slug,
                {"amount_vnd": open_["amount_vnd"] if open_ else 0},
            )
        return {"done": done.fact, **done.data}

    command = PayOut(dossier_id=body.dossier_id, refund=body.refund, amount_vnd=body.amount_vnd)
    return await carry_out(
        gateway, request, caller, command, subject=till, key=key, href=HREF, answer=answer
    )


@router.post("/dossiers/{dossier_id}/refund", responses=does(RefundAsked))
async def give_back(
    request: Request,
    gateway: TheGateway,
    caller: TheRefunder,
    key: Key,
    dossier_id: str,
    body: GivingBack,
) -> Response:
    """A cashier or leader gives back all or a part of what was paid; refused by name where no more
    than a part is left.
    """
    place = caller.seat("cashier", "leader")
    await gateway.dossiers.at_desk(caller, dossier_id)
    command = RefundByHand(agency=place.agency, **body.model_dump())
    return await carry_out(
        gateway,
        request,
        caller,
        command,
        subject=dossier_id,
        key=key,
        href=f"/desk/dossiers/{dossier_id}",
    )
