"""What audit reads from its environment, beside what every service reads."""

from motcua_chassis.callers import SHORTEST_SECRET
from motcua_chassis.settings import ServiceSettings
from pydantic import Field, SecretStr, model_validator


class Settings(ServiceSettings):
    """`audit_secret`: the same as the gateway's. Calls that were not signed with it are refused, and all are without it."""

    batch_records: int = Field(default=2000, ge=1, le=5000)
    """More than others take at once: nobody waits for the archive."""
    gather_seconds: float = Field(default=0.5, ge=0, le=2)
    audit_secret: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _knows_the_gateway(self) -> "Settings":
        if self.env == "prod" and len(self.audit_secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"MOTCUA_AUDIT_SECRET: {SHORTEST_SECRET} characters or more are required in production")
        return self
