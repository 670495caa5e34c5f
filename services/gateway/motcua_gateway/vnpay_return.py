"""Whether the address on which VNPAY sent a browser back is VNPAY's, for the page that is shown then. Nothing is settled by it."""

import hashlib
import hmac
from typing import Literal
from urllib.parse import parse_qsl, urlencode

Outcome = Literal["confirming", "failed", "unverified"]
_HASH = "vnp_SecureHash"


def outcome(query: str, secret: str) -> Outcome:
    """What the address says, if it is rightly signed: the sorted, URL-encoded `vnp_` parameters under HMAC-SHA512."""
    parameters = {name: value for name, value in parse_qsl(query) if name.startswith("vnp_")}
    given = parameters.pop(_HASH, "").lower()
    parameters.pop("vnp_SecureHashType", None)
    right = hmac.new(secret.encode(), urlencode(sorted(parameters.items())).encode(), hashlib.sha512).hexdigest()
    if not secret or not hmac.compare_digest(right.encode(), given.encode()):
        return "unverified"
    paid = parameters.get("vnp_ResponseCode") == "00" and parameters.get("vnp_TransactionStatus") == "00"
    return "confirming" if paid else "failed"
