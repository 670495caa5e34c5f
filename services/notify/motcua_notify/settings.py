"""What notify reads from its environment, beside what every service reads."""

from motcua_chassis.settings import ServiceSettings
from pydantic import SecretStr


class Settings(ServiceSettings):
    """`smtp_sender`: From address and envelope sender. `smtp_start_tls`: None uses TLS where the server offers it, True insists.

    `public_url`: the gateway's address as citizens reach it (MOTCUA_PUBLIC_URL).
    """

    smtp_host: str
    smtp_port: int
    smtp_sender: str = "motcua@motcua.example"
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_start_tls: bool | None = None
    smtp_timeout_seconds: float = 30
    sms_url: str
    sms_sender: str = "MOTCUA"
    sms_timeout_seconds: float = 10
    public_url: str
