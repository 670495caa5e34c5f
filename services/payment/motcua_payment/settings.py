"""What payment reads from its environment, beside what every service reads."""

from motcua_chassis import start_rules
from motcua_documents.issuing import IssuerSettings
from pydantic import SecretStr


class Settings(IssuerSettings):
    """`vnpay_*`: the merchant; MOTCUA_VNPAY_URL is the pay page, MOTCUA_VNPAY_API_URL (by default
    beside it) answers questions and refunds. `vietqr_*`: the authority's account, its bank's NAPAS
    number, the secret of the bank's notifications; without an account nobody is offered a transfer.
    `vietqr_agency` is the agency that has the account: its cashiers give transfers without a
    reference to dossiers; empty: every cashier may. `signing_*`: the receipts' key.

    `vnpay_client_ip` is what VNPAY is told of the payer's address: ours, since a citizen's belongs
    in no record that is kept.
    """

    vnpay_url: str
    vnpay_tmn_code: str
    vnpay_secret: SecretStr
    vnpay_api_url: str = ""
    vnpay_client_ip: str = "127.0.0.1"
    vietqr_bank: str = ""
    vietqr_account: str = ""
    vietqr_secret: SecretStr = SecretStr("")
    vietqr_agency: str = ""

    def faults(self) -> list[str]:
        found = super().faults()
        plain = self.env != "prod"
        found += start_rules.required({"vnpay_tmn_code": self.vnpay_tmn_code}, "by VNPAY")
        found += start_rules.required(
            {"vnpay_secret": self.vnpay_secret.get_secret_value()}, "to know VNPAY's calls"
        )
        found += start_rules.address("vnpay_url", self.vnpay_url, plain=plain)
        if self.vnpay_api_url:
            found += start_rules.address("vnpay_api_url", self.vnpay_api_url, plain=plain)
        transfer = {"vietqr_bank": self.vietqr_bank, "vietqr_account": self.vietqr_account}
        if self.vietqr_account or self.vietqr_bank:
            transfer["vietqr_secret"] = self.vietqr_secret.get_secret_value()
        return found + start_rules.together(
            transfer, "for bank transfers: bank, account and secret, or none of bank and account"
        )
