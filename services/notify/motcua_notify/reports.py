"""The address of a message's delivery report at the gateway. It is signed, so that nobody else can say what became of a message."""

from collections.abc import Callable
from urllib.parse import quote

from motcua_contracts.notify import report_signature


def addresses(base: str, secret: str, *, kannel: bool) -> Callable[[str], str]:
    """From a message's id to where its report goes; empty without a secret. Kannel fills its state into `%d`."""
    if not secret:
        return lambda message_id: ""
    state = "?status=%d" if kannel else ""

    def of(message_id: str) -> str:
        return f"{base.rstrip('/')}/api/v1/callbacks/sms/{quote(message_id, safe='')}/{report_signature(message_id, secret)}{state}"

    return of
