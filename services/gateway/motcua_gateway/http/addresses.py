"""Who counts as one caller, by the address that a request comes from."""

from motcua_chassis.http import address_key
from starlette.types import Scope


def address_of(scope: Scope) -> str:
    """An IPv4 address, an IPv6 /64; one value for all whose address is not known."""
    return address_key((scope.get("client") or ("", 0))[0]) or "unknown"
