"""When two ways of writing an address or a phone number are the same one. Pure; nothing here says whether it exists.

Two questions, answered differently on purpose. Is this the very address that somebody vouched for? Then nothing may be taken for
equal that a mail server could tell apart (`email_of`, `phone_of`). How much goes to one person? Then everything that usually ends in
one mailbox is one (`mailbox_of`).
"""

import re
from string import ascii_lowercase, ascii_uppercase

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
"""Of ASCII alone: other letters with a small form in ASCII (the Kelvin sign) make another address."""
_BETWEEN_DIGITS = re.compile(r"[\s.()-]")
_PHONE = re.compile(r"\+?[0-9]{8,15}")
_ABROAD = ("+84", "0084", "84")
_NATIONAL_DIGITS = 9
"""Of a Vietnamese number without its leading zero."""
_DOTS_ARE_NOTHING = frozenset({"gmail.com", "googlemail.com"})


def email_of(address: str) -> str:
    """The address for comparing; empty for what is none."""
    address = address.strip().translate(_SMALL)
    local, at, domain = address.rpartition("@")
    return address if local and at and domain else ""


def phone_of(number: str) -> str:
    """The number for comparing, Vietnamese ones with their leading zero: `0900000001`; empty for what is none."""
    number = _BETWEEN_DIGITS.sub("", number)
    if not _PHONE.fullmatch(number):
        return ""
    for prefix in _ABROAD:
        rest = number.removeprefix(prefix)
        if number.startswith(prefix) and len(rest.removeprefix("0")) == _NATIONAL_DIGITS:
            return "0" + rest.removeprefix("0")
    return number


def mailbox_of(address: str) -> str:
    """Where the mails of an address end as a rule, for counting: `v.an+1@GMAIL.com` is `van@gmail.com`."""
    local, _, domain = address.strip().casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTS_ARE_NOTHING:
        local, domain = local.replace(".", "") or local, "gmail.com"
    return f"{local}@{domain}"
