"""What an officer may do about a dossier's money now, with the call that does it.

This is a hint; the service has the final say.
"""

from datetime import datetime

from motcua_contracts.rules.offer_views import Moment
from motcua_contracts.rules.offers import Offer, with_money
from motcua_contracts.rules.status import Progress

from ..identity.callers import Caller
from ..read_model.stored import Document
from .offer_inputs import dossier_of, who_of


def charge_actions(
    document: Document, progress: Progress, caller: Caller, at: datetime | None
) -> list[tuple[str, str, dict[str, object]]]:
    """Name, path and further values of each."""
    offers = with_money(dossier_of(document, progress), who_of(caller), Moment(at))
    return [(one.act, *_call(document["_id"], one)) for one in offers]


def _call(dossier_id: str, offer: Offer) -> tuple[str, dict[str, object]]:
    path, amount_vnd = f"/desk/dossiers/{dossier_id}", offer.amount_vnd
    match offer.act:
        case "pay-out":
            more = {"dossier_id": dossier_id, "refund": offer.number, "amount_vnd": amount_vnd}
            return "/desk/till/pay-out", more
        case "end-doubt":
            return f"{path}/payments/{offer.number}/end-doubt", {"amount_vnd": amount_vnd}
        case "refund":
            return f"{path}/refund", {"refundable_vnd": amount_vnd}
        case _:
            return f"{path}/{offer.act}", {"amount_vnd": amount_vnd}
