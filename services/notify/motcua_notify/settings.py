"""What notify reads from its environment, beside what every service reads."""

from typing import Literal

from motcua_chassis import ServiceSettings, start_rules
from pydantic import Field, SecretStr

from .configuration import Providers, SmsProvider, SmtpProvider


class Settings(ServiceSettings):
    """`smtp_sender`: From address and envelope sender.

    `smtp_start_tls`: None uses TLS where the server offers it, True insists.

    `providers`: YAML of providers (configuration.py) or its file; without it `smtp_…` and `sms_…`
    name one of each channel. `sms_accents`: `fold` sends Vietnamese without accents, in half as
    many segments. `recipient_per_hour`: messages to one address, 0: any. `unconfirmed_per_day`:
    messages to one address that nobody has confirmed, of all dossiers together; 0: none.
    `public_url`: the gateway's address as citizens reach it; `report_url` as providers do, where
    that differs. `report_secret`: what addresses of delivery reports and links that confirm a
    contact are signed with, the same as the gateway's; without it there are none.
    """

    batch_records: int = Field(default=2000, ge=1, le=5000)
    gather_seconds: float = Field(default=0.4, ge=0, le=2)
    """Longer than others under load: of most events that it hears nobody is told, and those of one
    dossier then share a turn.
    """
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_sender: str = "motcua@motcua.example"
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_start_tls: bool | None = None
    smtp_timeout_seconds: float = 20
    sms_url: str = ""
    sms_sender: str = "MOTCUA"
    sms_timeout_seconds: float = 10
    sms_accents: Literal["keep", "fold"] = "keep"
    providers: str = ""
    recipient_per_hour: int = 60
    unconfirmed_per_day: int = Field(default=5, ge=0, le=1000)
    public_url: str
    report_url: str = ""
    report_secret: SecretStr = SecretStr("")

    def of_the_environment(self) -> Providers:
        """One provider of each channel.

        The SMS gateway takes `POST <url>/messages {key, to, from, text, report_url}`.
        """
        tls = {None: "offered", True: "starttls", False: "none"}[self.smtp_start_tls]
        smtp = SmtpProvider.model_validate(
            {
                "name": "smtp",
                "host": self.smtp_host,
                "port": self.smtp_port,
                "tls": tls,
                "username": self.smtp_username,
                "password": self.smtp_password,
                "timeout_seconds": self.smtp_timeout_seconds,
            }
        )
        sms = SmsProvider(
            name="sms",
            url=f"{self.sms_url.rstrip('/')}/messages",
            timeout_seconds=self.sms_timeout_seconds,
        )
        return Providers(email=(smtp,), sms=(sms,))

    def faults(self) -> list[str]:
        found, prod = super().faults(), self.env == "prod"
        found += start_rules.address("public_url", self.public_url, plain=not prod, whole=True)
        if self.report_url:
            found += start_rules.inner_address(self.env, "report_url", self.report_url)
        if self.sms_url:
            found += start_rules.inner_address(self.env, "sms_url", self.sms_url)
        login = {
            "smtp_username": self.smtp_username,
            "smtp_password": self.smtp_password.get_secret_value(),
        }
        found += start_rules.together(
            login, "with the other: a user and a password belong together"
        )
        if prod:
            found += start_rules.required(
                {"report_secret": self.report_secret.get_secret_value()},
                "to sign the addresses of reports",
            )
            if self.smtp_host and not self.providers and self.smtp_start_tls is not True:
                found.append(
                    start_rules.fault(
                        "smtp_start_tls",
                        "true is required under MOTCUA_ENV=prod: mails name people",
                    )
                )
        return found
