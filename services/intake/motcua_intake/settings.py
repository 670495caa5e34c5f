"""What intake reads from its environment, beside what every service reads."""

from motcua_chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`documents_uri`: the document store (MOTCUA_DOCUMENTS_URI). `signing_*`: the slip's key and certificate (PEM or PKCS12)."""

    documents_uri: str
    signing_key: str = ""
    signing_cert: str = ""
