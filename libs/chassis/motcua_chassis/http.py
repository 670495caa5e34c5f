"""What an API shares with the ports that serve it: headers of every answer, one key an address."""

from ._http.headers import HEADERS
from ._http.slow_clients import address_key

__all__ = ["HEADERS", "address_key"]
