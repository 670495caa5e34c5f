"""What intake reads from its environment, beside what every service reads."""

from motcua_chassis import start_rules
from motcua_chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`documents_uri`: the document store (MOTCUA_DOCUMENTS_URI). `signing_*`: PEM files, the slip's key and its certificate with chain.

    Both are needed; a service without them does not start (`SigningNotConfigured` names the setting).
    """

    documents_uri: str
    signing_key: str = ""
    signing_cert: str = ""

    def faults(self) -> list[str]:
        found = super().faults()
        found += start_rules.required({"signing_key": self.signing_key, "signing_cert": self.signing_cert}, "to sign documents")
        return found
