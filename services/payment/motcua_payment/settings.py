"""What payment reads from its environment, beside what every service reads."""

from motcua_chassis.settings import ServiceSettings
from pydantic import SecretStr


class Settings(ServiceSettings):
    """`vnpay_*`: the merchant; MOTCUA_VNPAY_URL is the pay page, MOTCUA_VNPAY_API_URL (by default beside it) answers questions and refunds.
    `vietqr_*`: the authority's account, its bank's NAPAS number, the secret of the bank's notifications; without an account nobody is
    offered a transfer. `documents_uri`: the document store. `signing_*`: the receipts' key.

    `vnpay_client_ip` is what VNPAY is told of the payer's address: ours, since a citizen's belongs in no record that is kept.
    """

    vnpay_url: str
    vnpay_tmn_code: str
    vnpay_secret: SecretStr
    vnpay_api_url: str = ""
    vnpay_client_ip: str = "127.0.0.1"
    vietqr_bank: str = ""
    vietqr_account: str = ""
    vietqr_secret: SecretStr = SecretStr("")
    documents_uri: str
    signing_key: str = ""
    signing_cert: str = ""
