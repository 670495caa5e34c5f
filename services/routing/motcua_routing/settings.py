"""What routing reads from its environment, beside what every service reads."""

from motcua_chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`documents_uri`: the document store. `signing_*`: the key and certificate of the results."""

    documents_uri: str
    signing_key: str = ""
    signing_cert: str = ""
