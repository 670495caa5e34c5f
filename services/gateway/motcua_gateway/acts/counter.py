"""What a clerk does with a dossier at the one-stop counter, in the order of the page: what cannot
be undone comes last. What the rules say, intake says.
"""

from collections.abc import Mapping
from typing import Any

from motcua_contracts import Command, Refusal

from ..commands.sending import Done
from ..identity.callers import Caller
from ..tools import Gateway
from ..views.dossier import desk_view
from .act import Act, ActGroup, Aim
from .counter_answers import ACCEPT, CLERK, REFUSE, REQUEST_SUPPLEMENT, TAKE_SUPPLEMENT, WITHDRAWAL
from .counter_data import CORRECT, FORGET
from .counter_results import HAND_OVER, POST_OUTCOME, POST_RESULT

ACTS = (
    ACCEPT,
    TAKE_SUPPLEMENT,
    POST_RESULT,
    CORRECT,
    HAND_OVER,
    POST_OUTCOME,
    REQUEST_SUPPLEMENT,
    REFUSE,
    WITHDRAWAL,
    FORGET,
)


async def _aim(gateway: Gateway, caller: Caller, act: Act, path: Mapping[str, Any]) -> Aim:
    """For the clerk's agency. Raises `RoleNeeded`, `DossierUnknown`, `ForeignAgency`."""
    dossier_id, agency = path["dossier_id"], caller.require_seat(*CLERK).agency
    document = await gateway.dossiers.at_desk(caller, dossier_id)
    return Aim(dossier_id, f"/desk/dossiers/{dossier_id}", {"agency": agency}, dossier=document)


def _answered(act: Act, aim: Aim, command: Command, done: Done) -> dict[str, Any]:
    status = act.status(command)
    return {"dossier_id": aim.subject, **({"status": status} if status else {}), **done.data}


async def _legal(gateway: Gateway, caller: Caller, aim: Aim, refusal: Refusal) -> dict[str, Any]:
    """Every refusal says what may be done with the dossier now."""
    document = await gateway.dossiers.get(aim.subject)
    if document is None:
        return {"actions": []}
    now = gateway.runtime.now()
    return {"actions": desk_view(document, gateway.catalogue, {}, caller, now)["actions"]}


COUNTER = ActGroup(
    name="counter",
    prefix="/desk/dossiers/{dossier_id}",
    tag="desk",
    acts=ACTS,
    aim=_aim,
    answered=_answered,
    refused=_legal,
    gives=frozenset({"agency"}),
)
