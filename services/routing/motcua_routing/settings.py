"""What routing reads from its environment, beside what every service reads."""

from motcua_chassis import start_rules
from motcua_chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`documents_uri`: the document store. `signing_*`: the key and certificate of the results.

    `public_url`: the gateway's address as people reach it; a result's QR leads to its verification page there.
    """

    documents_uri: str
    signing_key: str = ""
    signing_cert: str = ""
    public_url: str = ""

    def faults(self) -> list[str]:
        found = super().faults()
        found += start_rules.required({"signing_key": self.signing_key, "signing_cert": self.signing_cert}, "to sign documents")
        if self.public_url:
            found += start_rules.address("public_url", self.public_url, plain=self.env != "prod", whole=True)
        elif self.env == "prod":
            found += start_rules.required({"public_url": self.public_url}, "for the way to a result's verification page")
        return found
