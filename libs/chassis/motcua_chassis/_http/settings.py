"""What the ports of every service read from the environment: the times and numbers of connections,
and whose word on addresses counts.
"""

import resource

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .slow_clients import ConnectionLimits, networks

FILES_FOR_THE_REST = 256
"""Open files that are no caller's connection: Kafka, MongoDB, providers, the program itself."""
DEFAULT = ConnectionLimits()


class PortSettings(BaseSettings):
    """Seconds, bytes a second and numbers, as `ConnectionLimits` explains them."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore")

    http_header_seconds: float = Field(default=DEFAULT.header_seconds, gt=0)
    http_body_seconds: float = Field(default=DEFAULT.body_seconds, gt=0)
    http_body_rate: int = Field(default=DEFAULT.body_rate, ge=1)
    http_request_seconds: float = Field(default=DEFAULT.request_seconds, gt=0)
    http_write_seconds: float = Field(default=DEFAULT.write_seconds, gt=0)
    http_idle_seconds: float = Field(default=DEFAULT.idle_seconds, gt=0)
    http_connections: int = Field(default=DEFAULT.connections, ge=10)
    """Fewer where the system allows fewer open files."""
    http_connections_per_address: int = Field(default=DEFAULT.per_address, ge=1)
    trusted_proxies: str = ""
    """Addresses and networks (`10.0.0.0/8, 192.0.2.7`) of the proxies before this port. Their
    X-Forwarded-For is believed, from the right to the left; everybody else's is not. Empty:
    nobody's.
    """

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, said: str) -> str:
        try:
            networks(said)
        except ValueError:
            raise ValueError(
                "allowed are addresses and networks (10.0.0.0/8), separated by commas"
            ) from None
        return said

    def connection_limits(self) -> ConnectionLimits:
        """For one port. Lets this process open as many files as the system allows it."""
        return ConnectionLimits(
            header_seconds=self.http_header_seconds,
            body_seconds=self.http_body_seconds,
            body_rate=self.http_body_rate,
            request_seconds=self.http_request_seconds,
            write_seconds=self.http_write_seconds,
            idle_seconds=self.http_idle_seconds,
            connections=min(self.http_connections, max(10, open_files() - FILES_FOR_THE_REST)),
            per_address=self.http_connections_per_address,
            trusted=networks(self.trusted_proxies),
        )


def open_files() -> int:
    """Raise this process's limit of open files to the system's, and say it. uvloop takes no new
    connection without a free one.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard if hard != resource.RLIM_INFINITY else 1 << 20
