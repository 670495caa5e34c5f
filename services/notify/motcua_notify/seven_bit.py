"""A mail for a server that takes ASCII alone (no 8BITMIME, RFC 6152): the same message, its texts
in base64.
"""

from email import message_from_bytes
from email.policy import SMTP

_READ = SMTP.clone(refold_source="none")
_WRITTEN = _READ.clone(cte_type="7bit")


def seven_bit(raw: bytes) -> bytes:
    """Each part whose text is not ASCII is encoded and says so; the headers, which are ASCII
    already, stay as they are.

    A header that holds a mailbox outside ASCII stays too: only a server that takes such mailboxes
    gets it.
    """
    if raw.isascii():
        return raw
    message = message_from_bytes(raw, policy=_READ)
    for part in message.walk():
        if not part.is_multipart() and str(part["Content-Transfer-Encoding"]) == "8bit":
            text, subtype = part.get_content(), part.get_content_subtype()
            kept = [
                (name, value)
                for name, value in part.raw_items()
                if not name.lower().startswith(("content-t", "mime-"))
            ]
            part.clear()
            for name, value in kept:
                part[name] = value
            part.set_content(text, subtype=subtype, charset="utf-8", cte="base64")
    return message.as_bytes(policy=_WRITTEN)
