"""The cashier's till as it is now. What is done with it: `acts/till.py`."""

from fastapi import APIRouter
from fastapi.responses import Response

from ..answers.base import shows
from ..answers.till import Till
from ..http.held import hold
from ..http.safe_rows import values_of
from ..read_model.tills import subject_of
from .calls import PROBLEM, Json, TheGateway
from .rights import TheCashier

router = APIRouter(prefix="/desk", tags=["till"], responses=PROBLEM)


@router.get("/till", responses=shows(Till))
async def till(gateway: TheGateway, caller: TheCashier) -> Response:
    """The open session with its takings, and the report of the last one."""
    agency = caller.require_seat("cashier").agency
    subject = subject_of(agency, caller.officer)
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
