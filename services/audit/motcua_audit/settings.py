"""What audit reads from its environment: what every service reads, and nothing more."""

from motcua_chassis.settings import ServiceSettings
from pydantic import Field


class Settings(ServiceSettings):
    """No settings of its own."""

    batch_records: int = Field(default=2000, ge=1, le=5000)
    """More than others take at once: nobody waits for the archive."""
    gather_seconds: float = Field(default=0.5, ge=0, le=2)
