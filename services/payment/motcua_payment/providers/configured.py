"""The ways to pay online that the settings name. A further one is an entry here and a module of its
own.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import httpx
from motcua_payment_providers.vnpay_api import api_url_of

from motcua_payment.settings import Settings

from . import Provider
from .vietqr import Vietqr
from .vnpay import Vnpay


def configured(
    settings: Settings, client: httpx.AsyncClient, now: Callable[[], datetime]
) -> Mapping[str, Provider]:
    """By the names that commands and events call them."""
    vnpay = Vnpay(
        pay_url=settings.vnpay_url,
        tmn_code=settings.vnpay_tmn_code,
        secret=settings.vnpay_secret.get_secret_value(),
        client_ip=settings.vnpay_client_ip,
        api_url=settings.vnpay_api_url or api_url_of(settings.vnpay_url),
        client=client,
        now=now,
    )
    secret = settings.vietqr_secret.get_secret_value()
    if not (settings.vietqr_account and secret):
        return {"vnpay": vnpay}
    return {
        "vnpay": vnpay,
        "vietqr": Vietqr(
            settings.vietqr_bank, settings.vietqr_account, secret, settings.vietqr_agency
        ),
    }
