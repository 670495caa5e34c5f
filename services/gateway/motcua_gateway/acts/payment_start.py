"""What a citizen is told of a payment that was started: where to go, or the QR code to scan."""

from base64 import b64encode
from typing import Any

from ..commands.sending import Done
from ..documents import qr


def started(done: Done) -> dict[str, Any]:
    """The answer to `POST /dossiers/{id}/payments`."""
    told = {
        name: done.data.get(name) for name in ("provider", "attempt", "amount_vnd", "expires_at")
    }
    payload = done.data.get("payload")
    if not payload:
        return {**told, "redirect_url": done.data["redirect_url"]}
    picture = b64encode(qr.png(payload)).decode()
    return {
        **told,
        "payload": payload,
        "qr_svg": qr.svg(payload),
        "qr_png": f"data:image/png;base64,{picture}",
    }
