"""Addresses at the gateway that a message gives out: of its delivery report, and of the page that
confirms a contact.

Both are signed: nobody else can say what became of a message, or confirm an address whose mails
somebody else reads.
"""

from collections.abc import Callable
from urllib.parse import quote

from motcua_contracts.messages.intake import Contact
from motcua_contracts.messages.notify import contact_signature, report_signature


def addresses(base: str, secret: str, *, kannel: bool) -> Callable[[str], str]:
    """From a message's id to where its report goes; empty without a secret.

    Kannel fills its state into `%d`.
    """
    if not secret:
        return lambda message_id: ""
    state = "?status=%d" if kannel else ""

    def of(message_id: str) -> str:
        return f"{base.rstrip('/')}/api/v1/callbacks/sms/{quote(message_id, safe='')}/{report_signature(message_id, secret)}{state}"  # noqa: E501

    return of


def confirm_links(base: str, secret: str) -> Callable[[str, Contact, int], str]:
    """From a dossier, one of its contacts and the correction that it is of to the page that
    confirms it; empty without a secret.
    """
    if not secret:
        return lambda dossier_id, contact, corrected: ""

    def of(dossier_id: str, contact: Contact, corrected: int) -> str:
        signature = contact_signature(dossier_id, contact, secret, corrected)
        return f"{base.rstrip('/')}/xac-nhan/{quote(dossier_id, safe='')}/{contact}/{signature}"

    return of
