"""What every service reads from its environment (`MOTCUA_…`).

Built once in `run`, handed down, never global.
"""

from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from . import start_rules
from ._http.settings import PortSettings
from .transport import KafkaSettings, MongoSettings


class ServiceSettings(PortSettings, KafkaSettings, MongoSettings):
    """`http_port` serves a service's API, where it has one; `metrics_port` serves probes and
    metrics of every service, for operators alone. 0 takes a free port. `instance` names the process
    in logs.

    `env` is `dev` only where simulated time and dev tokens are allowed: on loopback. Durations are
    seconds.

    What a service must not start with is listed by `faults` (start_rules.py); a service adds its
    own.
    """

    model_config = SettingsConfigDict(
        env_prefix="MOTCUA_", extra="ignore", hide_input_in_errors=True
    )

    env: Literal["dev", "test", "prod"] = "prod"
    command_public_keys: str = ""
    """Whose commands are believed, as JSON or the name of a file with it: `[{"role": "gateway",
    "key": "…"}, …]` (signatures.py). No service starts without it.
    """
    command_key: str = ""
    """PEM file of the private key with which this process signs commands of others than itself: the
    gateway's alone.
    """
    http_host: str = "127.0.0.1"
    http_port: int = 0
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    access_log_reads: float = Field(default=0, ge=0, le=1)
    """This share of the answered reads is logged, too. Changes and refusals are logged always."""
    access_address: Literal["hash", "prefix", "none"] = "hash"
    """How the access log holds an address: a keyed hash, its /24 or /48 network, or nothing."""
    access_key: SecretStr = SecretStr("")
    """Of the hash. The same for all instances finds one caller in all of their logs; without it
    each start takes a new one.
    """
    instance: str = ""
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    batch_records: int = Field(default=500, ge=1, le=5000)
    gather_seconds: float = Field(default=0.1, ge=0, le=2)
    """Under load a turn begins so long after the last one: a turn of ten records costs nearly as
    much as one of a hundred.
    """
    session_timeout_seconds: float = Field(default=6, ge=1)
    drain_seconds: float = Field(default=15, ge=0)
    publish_timeout_seconds: float = Field(default=30, gt=0)
    breaker_limit: int = Field(default=50, ge=1)
    """So many dead letters in a row open the breaker, if they are of so many callers (below) or of
    as many subjects.
    """
    breaker_callers: int = Field(default=10, ge=2)
    commands_kept_seconds: float = Field(default=86_400, ge=0, le=30 * 86_400)
    """Older commands on the service's own topic are deleted, once their outcome is stored and audit
    has kept their heads. 0: at once.
    """
    stall_seconds: float = Field(default=30, gt=0)
    """`/livez` fails when the loop has not turned for so long."""
    fault_point: str = ""
    """Tests only: dies at this point of the turn (`before-commit`, `after-commit`,
    `after-publish`), once a batch holds events; or (`after-shredding`) once commands were deleted,
    or (`between-announcements`) once a batch of cases was told and not noted.
    """

    @model_validator(mode="after")
    def _can_start(self) -> "ServiceSettings":
        if found := self.faults():
            raise ValueError(start_rules.joined(found))
        return self

    def faults(self) -> list[str]:
        """Why the service must not start: a variable and what is allowed there, for each."""
        hosts = {"http_host": self.http_host, "metrics_host": self.metrics_host}
        found = start_rules.ports(
            self.env, hosts, {"http_port": self.http_port, "metrics_port": self.metrics_port}
        )
        found += start_rules.broker(self.env, self.kafka_bootstrap, self.kafka_security)
        found += start_rules.database(self.env, "mongo_uri", self.mongo_uri)
        if (documents := getattr(self, "documents_uri", None)) is not None:
            found += start_rules.database(self.env, "documents_uri", documents)
        found += start_rules.secrets(self.env, start_rules.secrets_of(self))
        found += start_rules.placeholders(self)
        if (key := getattr(self, "signing_key", None)) is not None:
            named = {"signing_key": key, "signing_cert": getattr(self, "signing_cert", "")}
            found += start_rules.together(
                named, "with the other: a key and its certificate belong together"
            ) + start_rules.files(named)
        if self.fault_point and self.env == "prod":
            found.append(
                start_rules.fault(
                    "fault_point", "nothing is allowed under MOTCUA_ENV=prod: it is for tests"
                )
            )
        return found

    def warnings(self) -> list[str]:
        """What works and should not be so."""
        return start_rules.open_keys(
            {name: getattr(self, name, "") for name in ("signing_key", "kafka_key", "mongo_cert")}
        )
