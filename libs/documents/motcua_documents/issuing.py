"""What every service that issues signed documents reads from its environment."""

from motcua_chassis import ServiceSettings, start_rules

from .key_files import KeyFiles


class IssuerSettings(ServiceSettings):
    """`documents_uri`: the document store.

    `signing_*`: PEM files, the documents' key and its certificate with chain; both are needed.

    `signing_keys`: a JSON file with the keys of each authority (signing_keys.py); an agency that is
    not listed signs with the key above. `public_url`: the gateway's address as people reach it; the
    QR codes of papers lead there.
    """

    documents_uri: str
    signing_key: str = ""
    signing_cert: str = ""
    signing_keys: str = ""
    public_url: str = ""

    @property
    def keys(self) -> KeyFiles:
        return KeyFiles(self.signing_key, self.signing_cert, self.signing_keys)

    def faults(self) -> list[str]:
        found = super().faults()
        found += start_rules.required(
            {"signing_key": self.signing_key, "signing_cert": self.signing_cert},
            "to sign documents",
        )
        found += start_rules.files({"signing_keys": self.signing_keys})
        if self.public_url:
            found += start_rules.address(
                "public_url", self.public_url, plain=self.env != "prod", whole=True
            )
        elif self.env == "prod":
            found += start_rules.required(
                {"public_url": self.public_url}, "for the links of the QR codes on papers"
            )
        return found
