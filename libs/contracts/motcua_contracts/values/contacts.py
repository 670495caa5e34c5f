"""When two ways of writing an e-mail address are the same one.

Pure; nothing here says whether it exists. Phones: `phones.py`.

Two questions, answered differently on purpose. Is this the very address that somebody vouched for?
Then nothing may be taken for equal that a mail server could tell apart (`email_of`). How much goes
to one person? Then everything that usually ends in one mailbox is one (`mailbox_of`).
"""

import re
from string import ascii_lowercase, ascii_uppercase

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
"""Of ASCII alone: other letters with a small form in ASCII (the Kelvin sign)
make another address.
"""
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LAST_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{2,59}")
_DOTS_ARE_NOTHING = frozenset({"gmail.com", "googlemail.com"})


def email_of(address: str) -> str:
    """The address for comparing; empty for what is none."""
    address = address.strip().translate(_SMALL)
    local, at, domain = address.rpartition("@")
    return address if local and at and domain else ""


def is_email(address: str) -> bool:
    """Whether mail can go there at all: a local part in ASCII without stray dots, and a domain of
    at least two labels (IDNA).
    """
    local, at, domain = address.rpartition("@")
    try:
        labels = domain.encode("idna").decode("ascii").lower().split(".")
    except UnicodeError:
        return False
    whole = (
        at
        and len(local) <= 64
        and len(domain) <= 253
        and _LOCAL.fullmatch(local)
        and len(labels) > 1
    )
    return bool(
        whole
        and all(_LABEL.fullmatch(label) for label in labels)
        and _LAST_LABEL.fullmatch(labels[-1])
    )


def mailbox_of(address: str) -> str:
    """Where the mails of an address end as a rule, for counting: `v.an+1@GMAIL.com` is
    `van@gmail.com`.
    """
    local, _, domain = address.strip().casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTS_ARE_NOTHING:
        local, domain = local.replace(".", "") or local, "gmail.com"
    return f"{local}@{domain}"
