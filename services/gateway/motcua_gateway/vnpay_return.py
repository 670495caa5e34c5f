"""What the address says on which VNPAY sent a browser back, for the page that is shown then. Nothing is settled by it."""

from collections.abc import Mapping
from typing import Literal

Outcome = Literal["confirming", "failed"]


def outcome(parameters: Mapping[str, str]) -> Outcome:
    """Of the parameters of a rightly signed address."""
    paid = parameters.get("vnp_ResponseCode") == "00" and parameters.get("vnp_TransactionStatus") == "00"
    return "confirming" if paid else "failed"
