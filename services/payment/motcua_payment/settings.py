"""What payment reads from its environment, beside what every service reads."""

from motcua_chassis.settings import ServiceSettings
from pydantic import SecretStr


class Settings(ServiceSettings):
    """`vnpay_*`: the merchant (MOTCUA_VNPAY_URL is the pay page). `documents_uri`: the document store. `signing_*`: the receipts' key.

    `vnpay_client_ip` is what VNPAY is told of the payer's address: ours, since a citizen's belongs in no record that is kept.
    """

    vnpay_url: str
    vnpay_tmn_code: str
    vnpay_secret: SecretStr
    vnpay_client_ip: str = "127.0.0.1"
    documents_uri: str
    signing_key: str = ""
    signing_cert: str = ""
