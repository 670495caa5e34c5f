"""Desk forms are taken from the desk's own pages alone.

SameSite keeps other sites out; this keeps sibling domains out, the same site.

A browser says where a form comes from: in Sec-Fetch-Site, which no page can set, or, where it is
old or the address is not https, in Origin. A form that says neither comes from no browser's page,
and a session that a cookie or a proxy brings along is not lent to it.
"""

from urllib.parse import urlsplit

from fastapi import Request

from ...api.calls import TheGateway
from ...http.refusals import ForeignForm
from .return_links import HOME

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


async def from_our_own_page(request: Request, gateway: TheGateway) -> None:
    """For every form below `/quay`. Raises `ForeignForm`."""
    if request.method in SAFE or not request.url.path.startswith(HOME):
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = origin_of(gateway.settings.public_url)
    if (site is not None and site != "same-origin") or (
        origin is not None and origin != ours and not (origin == "null" and site)
    ):
        raise ForeignForm()
    if site is None and origin is None:
        raise ForeignForm()


def origin_of(url: str) -> str:
    """Scheme, host and port as a browser writes them: no default port, small letters."""
    parts = urlsplit(url)
    port = (
        f":{parts.port}"
        if parts.port and (parts.scheme, parts.port) not in (("https", 443), ("http", 80))
        else ""
    )
    return f"{parts.scheme}://{parts.hostname}{port}"
