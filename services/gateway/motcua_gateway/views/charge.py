"""What an officer may do about a dossier's money now, with the call that does it.

This is a hint; the service has the final say.
"""

from collections.abc import Mapping
from typing import Any

from motcua_contracts.rules.status import Progress

from ..identity.callers import Caller


def charge_actions(
    document: Mapping[str, Any], progress: Progress, caller: Caller
) -> list[tuple[str, str, dict[str, Any]]]:
    """Name, path and further values of each."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    charge, dossier = document.get("charge", {}), f"/desk/dossiers/{document['_id']}"
    if "cashier" in caller.roles:
        owed = progress.payment.amount_vnd or 0
        if progress.payment.state == "owed" and owed > 0 and not charge.get("closed"):
            found.append(("collect-cash", f"{dossier}/collect-cash", {"amount_vnd": owed}))
        for refund in charge.get("refunds", ()):
            if refund["state"] == "requested" and refund["channel"] == "cash":
                more = {
                    "dossier_id": document["_id"],
                    "refund": refund["refund"],
                    "amount_vnd": refund["amount_vnd"],
                }
                found.append(("pay-out", "/desk/till/pay-out", more))
    if caller.roles & {"cashier", "leader"}:
        doubts = charge.get("doubts", ())
        found += [
            (
                "end-doubt",
                f"{dossier}/payments/{one['attempt']}/end-doubt",
                {"amount_vnd": one["amount_vnd"]},
            )
            for one in doubts
        ]
    if caller.roles & {"cashier", "leader"} and (left := refundable_vnd(charge)) > 0:
        found.append(("refund", f"{dossier}/refund", {"refundable_vnd": left}))
    return found


def refundable_vnd(charge: Mapping[str, Any]) -> int:
    """What of a paid fee is still here and not on its way back."""
    if not charge.get("settled"):
        return 0
    back = sum(
        one["amount_vnd"]
        for one in charge.get("refunds", ())
        if one["fee"] and one["state"] != "failed"
    )
    return int(charge["amount_vnd"] - back)
