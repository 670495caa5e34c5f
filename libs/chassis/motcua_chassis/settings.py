"""What every service reads from its environment (`MOTCUA_…`). Built once in `run`, handed down, never global."""

from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from .transport import KafkaSettings, MongoSettings


class ServiceSettings(KafkaSettings, MongoSettings):
    """`http_port` serves probes, metrics and, where a service has one, its API; 0 takes a free port. `instance` names the process in logs.

    `env` is `dev` only where simulated time and dev tokens are allowed. Durations are seconds.
    """

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore")

    env: Literal["dev", "test", "prod"] = "prod"
    http_host: str = "127.0.0.1"
    http_port: int = 0
    instance: str = ""
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    batch_records: int = Field(default=500, ge=1, le=5000)
    gather_seconds: float = Field(default=0.1, ge=0, le=2)
    """Under load a turn begins so long after the last one: a turn of ten records costs nearly as much as one of a hundred."""
    session_timeout_seconds: float = Field(default=6, ge=1)
    drain_seconds: float = Field(default=15, ge=0)
    publish_timeout_seconds: float = Field(default=30, gt=0)
    breaker_limit: int = Field(default=50, ge=1)
    """So many dead letters in a row open the breaker."""
    stall_seconds: float = Field(default=30, gt=0)
    """`/livez` fails when the loop has not turned for so long."""
    fault_point: str = ""
    """Tests only: dies at this point of the turn (`before-commit`, `after-commit`, `after-publish`), once a batch holds events."""
