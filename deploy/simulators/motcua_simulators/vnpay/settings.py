"""What the provider knows of its one merchant. Built once, in `__main__`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VnpaySettings:
    """`secret` is vnp_HashSecret; `ipn_url` the merchant's address for results."""

    tmn_code: str
    secret: str
    ipn_url: str
    retry_seconds: float
    max_calls: int
    ipn_timeout_seconds: float


def read_settings(
    environment: Mapping[str, str], retry_seconds: float, max_calls: int, ipn_timeout_seconds: float
) -> VnpaySettings:
    """The merchant's secret comes from the environment only, a command line can be read by
    everybody. ValueError names what is missing.
    """
    names = ("MOTCUA_VNPAY_TMN_CODE", "MOTCUA_VNPAY_SECRET", "MOTCUA_VNPAY_IPN_URL")
    if missing := [name for name in names if not environment.get(name)]:
        raise ValueError(f"{', '.join(missing)} must be set in the environment")
    tmn_code, secret, ipn_url = (environment[name] for name in names)
    return VnpaySettings(tmn_code, secret, ipn_url, retry_seconds, max_calls, ipn_timeout_seconds)
