"""The hash by which the same matter of the same person is found, under a key of intake's own: it
says nothing of the person.
"""

import hmac


def matter_of(key: bytes, procedure: str, id_number: str, account: str) -> str:
    """The same for the same person and procedure; empty where nobody says who it is.

    By the identity number in the form that papers keep, else by the account of a citizen
    (`citizen:…`).
    """
    person = id_number or (account if account.startswith("citizen:") else "")
    return hmac.new(key, f"{procedure}\n{person}".encode(), "sha256").hexdigest() if person else ""
