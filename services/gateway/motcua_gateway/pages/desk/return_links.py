"""The way to the desk's sign-in page and back to where somebody was: only ever to a page of the
desk itself. Pure.
"""

import re
from urllib.parse import quote, urlencode

HOME = "/quay"
SIGN_IN = f"{HOME}/dang-nhap"
TASKS = f"{HOME}/cong-viec"
_PAGE = re.compile(r"/quay(?:/[A-Za-z0-9_~.-]+)*(?:\?[A-Za-z0-9_~.=&%+-]*)?")
_FORM = re.compile(r"(/quay/(?:ho-so|cong-viec)/[^/]+)/[^/]+")
LONGEST = 300


def safe(address: str) -> str:
    """An address below `/quay` of this very site, else nothing: no other host, no way up, no
    sign-in page again.
    """
    path = address.partition("?")[0]
    good = (
        len(address) <= LONGEST
        and _PAGE.fullmatch(address)
        and not {".", ".."} & set(path.split("/"))
    )
    return address if good and not path.startswith((SIGN_IN, f"{HOME}/dang-xuat")) else ""


def back_to(method: str, path: str, query: str) -> str:
    """The page where somebody was: for a form that was sent, the page that bears it."""
    if method not in ("GET", "HEAD"):
        form = _FORM.fullmatch(path)
        return safe(form[1] if form else path)
    return safe(f"{path}?{query}" if query else path) or safe(path)


def sign_in_at(back: str, english: bool) -> str:
    """The address of the sign-in page that leads back there."""
    given = {**({"next": back} if back else {}), **({"lang": "en"} if english else {})}
    return f"{SIGN_IN}?{urlencode(given, quote_via=quote)}" if given else SIGN_IN


def landing(roles: frozenset[str]) -> str:
    """Where the officer's work is: a department's tasks, or the counter's queue."""
    return TASKS if roles & {"officer", "leader"} and not roles & {"clerk", "cashier"} else HOME
