"""Where the QR codes of papers lead: the page that follows a dossier, and the one that says whether
a document is ours. Pure.
"""

from urllib.parse import quote


def tracking(public_url: str, code: str) -> str:
    """The page that asks for the pin and shows where the dossier is; empty where this office has
    no public address.

    The pin is printed beside it and never in the address, which browsers, proxies and whoever looks
    over a shoulder remember.
    """
    return f"{public_url.rstrip('/')}/track/{quote(code, safe='')}" if public_url else ""


def verification(public_url: str, code: str, salt: str) -> str:
    """The page that says whether a document is ours; empty where this office
    has no public address.
    """
    return (
        f"{public_url.rstrip('/')}/xac-minh/{quote(code, safe='')}?m={quote(salt, safe='')}"
        if public_url
        else ""
    )
