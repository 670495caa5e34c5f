"""What routing reads from its environment, beside what every service reads."""

from motcua_chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`documents_uri`: the document store. `signing_*`: the key and certificate of the results.

    `public_url`: the gateway's address as people reach it; a result's QR leads to its verification page there.
    """

    documents_uri: str
    signing_key: str = ""
    signing_cert: str = ""
    public_url: str = ""
