"""What audit reads from its environment, beside what every service reads."""

from motcua_chassis import ServiceSettings, start_rules
from pydantic import Field, SecretStr


class Settings(ServiceSettings):
    """`audit_secret`: the same as the gateway's.

    Calls that were not signed with it are refused, and all are without it.
    """

    batch_records: int = Field(default=2000, ge=1, le=5000)
    """More than others take at once: nobody waits for the archive."""
    gather_seconds: float = Field(default=0.5, ge=0, le=2)
    audit_secret: SecretStr = SecretStr("")

    def faults(self) -> list[str]:
        found = super().faults()
        if self.env == "prod":
            found += start_rules.required(
                {"audit_secret": self.audit_secret.get_secret_value()},
                "to know the gateway's calls",
            )
        return found
