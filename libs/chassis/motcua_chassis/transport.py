"""How Kafka and MongoDB are reached: TLS and login.

The one place that turns settings into the arguments of clients.

Kafka by `SASL_SSL` with SCRAM-SHA-512, and a client certificate where one is given. MongoDB by its
URI, which holds user and password; the files that a driver needs for TLS are settings of their own,
and are written into the URI here.
"""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, quote

from faststream.security import SASLScram512
from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MECHANISM = "SCRAM-SHA-512"
Security = Literal["PLAINTEXT", "SASL_SSL"]


@dataclass(frozen=True, slots=True)
class Kafka:
    """Where Kafka is (`host:port`, comma-separated) and how one signs in there.

    `ca`, `cert`, `key` are PEM files or empty.
    """

    bootstrap: str
    security: Security = "PLAINTEXT"
    username: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""
    cert: str = ""
    key: str = ""

    def __str__(self) -> str:
        return self.bootstrap

    def tls(self) -> ssl.SSLContext:
        """Servers are checked against `ca` (empty: the system's authorities) and their name.

        Raises `OSError` for a bad file.
        """
        context = ssl.create_default_context(cafile=self.ca or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.cert:
            context.load_cert_chain(self.cert, self.key or None)
        return context

    def arguments(self) -> dict[str, Any]:
        """Of every aiokafka client: producer, consumer, admin client."""
        if self.security == "PLAINTEXT":
            return {"bootstrap_servers": self.bootstrap}
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.security,
            "ssl_context": self.tls(),
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }

    def of_the_broker(self) -> SASLScram512 | None:
        """The same as FastStream's broker takes it."""
        if self.security == "PLAINTEXT":
            return None
        return SASLScram512(self.username, self.password, ssl_context=self.tls(), use_ssl=True)

    def environment(self) -> dict[str, str]:
        """The same as settings in an environment, for a process that is started from here."""
        if self.security == "PLAINTEXT":
            return {
                "MOTCUA_KAFKA_BOOTSTRAP": self.bootstrap,
                "MOTCUA_KAFKA_SECURITY": self.security,
            }
        values = {
            "BOOTSTRAP": self.bootstrap,
            "SECURITY": self.security,
            "USERNAME": self.username,
            "PASSWORD": self.password,
            "CA": self.ca,
            "CERT": self.cert,
            "KEY": self.key,
        }
        return {f"MOTCUA_KAFKA_{name}": value for name, value in values.items()}


class KafkaSettings(BaseSettings):
    """`MOTCUA_KAFKA_…`: the address, and how one signs in there.

    Raises by the name of the setting that is missing.
    """

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore")

    kafka_bootstrap: str
    kafka_security: Security = "PLAINTEXT"
    """PLAINTEXT is for one machine; SASL_SSL encrypts and signs in by SCRAM-SHA-512."""
    kafka_username: str = ""
    kafka_password: SecretStr = SecretStr("")
    kafka_ca: str = ""
    """PEM file of the authority that signed the brokers' certificates; without it the system's
    authorities are asked.
    """
    kafka_cert: str = ""
    kafka_key: str = ""
    """PEM files of a client certificate and its key, where the brokers ask for one."""

    @model_validator(mode="after")
    def _whole(self) -> "KafkaSettings":
        if self.kafka_security == "SASL_SSL":
            for name, value in (
                ("USERNAME", self.kafka_username),
                ("PASSWORD", self.kafka_password.get_secret_value()),
            ):
                if not value:
                    raise ValueError(
                        f"MOTCUA_KAFKA_{name} is required with MOTCUA_KAFKA_SECURITY=SASL_SSL"
                    )
        if bool(self.kafka_cert) != bool(self.kafka_key):
            missing = "MOTCUA_KAFKA_KEY" if self.kafka_cert else "MOTCUA_KAFKA_CERT"
            raise ValueError(
                f"{missing} is required: a client certificate is MOTCUA_KAFKA_CERT and"
                " MOTCUA_KAFKA_KEY"
            )
        for name, path in (
            ("CA", self.kafka_ca),
            ("CERT", self.kafka_cert),
            ("KEY", self.kafka_key),
        ):
            if path and not os.access(path, os.R_OK):
                raise ValueError(f"MOTCUA_KAFKA_{name}: {path} cannot be read")
        return self

    @property
    def kafka(self) -> Kafka:
        """What clients are made from."""
        return Kafka(
            self.kafka_bootstrap,
            self.kafka_security,
            self.kafka_username,
            self.kafka_password.get_secret_value(),
            self.kafka_ca,
            self.kafka_cert,
            self.kafka_key,
        )


class MongoSettings(BaseSettings):
    """`MOTCUA_MONGO_URI` (user, password, `tls=true`) and the files of TLS, which stand in the URI
    once the settings are built.
    """

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore")

    mongo_uri: str
    mongo_ca: str = ""
    """PEM file of the authority that signed the servers' certificates. With it TLS is used, here
    and to the document store.
    """
    mongo_cert: str = ""
    """PEM file of a client certificate and its key, both in it, where the servers ask for one."""

    @model_validator(mode="after")
    def _with_files(self) -> "MongoSettings":
        for name, path in (("CA", self.mongo_ca), ("CERT", self.mongo_cert)):
            if path and not os.access(path, os.R_OK):
                raise ValueError(f"MOTCUA_MONGO_{name}: {path} cannot be read")
        for uri in ("mongo_uri", "documents_uri"):
            if (given := getattr(self, uri, None)) is not None:
                setattr(self, uri, with_tls(given, self.mongo_ca, self.mongo_cert))
        return self


def client_arguments(kafka: str | Kafka) -> dict[str, Any]:
    """Arguments of an aiokafka client.

    A bare address takes its login from the environment, as command lines do.
    """
    return kafka_of(kafka).arguments()


def kafka_of(kafka: str | Kafka) -> Kafka:
    """A bare address with the login that the environment says (`MOTCUA_KAFKA_…`); one that is
    complete, as it is.
    """
    return kafka if isinstance(kafka, Kafka) else KafkaSettings(kafka_bootstrap=kafka).kafka


def mongo_of(uri: str) -> str:
    """MongoDB's URI with the files of TLS that the environment names (`MOTCUA_MONGO_CA`,
    `MOTCUA_MONGO_CERT`).
    """
    return MongoSettings(mongo_uri=uri).mongo_uri


def with_tls(uri: str, ca: str, cert: str = "") -> str:
    """The URI with these files for TLS; what it says already stays.

    Without files it is given back as it is.
    """
    wanted = {"tlsCAFile": ca, "tlsCertificateKeyFile": cert}
    said = {name.lower() for name in options_of(uri)}
    added = [
        f"{name}={quote(path, safe='/')}"
        for name, path in wanted.items()
        if path and name.lower() not in said
    ]
    if added and not said & {"tls", "ssl"}:
        added.insert(0, "tls=true")
    if not added:
        return uri
    scheme, separator, rest = uri.partition("://")
    if "/" not in rest.partition("?")[0]:
        address, question, options = rest.partition("?")
        rest = f"{address}/{question}{options}"
    joint = "" if rest.endswith(("?", "&")) else "&" if "?" in rest else "?"
    return f"{scheme}{separator}{rest}{joint}{'&'.join(added)}"


def options_of(uri: str) -> Mapping[str, str]:
    """The options behind a MongoDB URI's question mark, as they are written."""
    return dict(parse_qsl(uri.partition("?")[2], keep_blank_values=True))


def uses_tls(uri: str) -> bool:
    """Whether a MongoDB URI asks for TLS; `mongodb+srv` does by itself.

    One that does not check the server's certificate does not count.
    """
    options = {name.lower(): value.lower() for name, value in options_of(uri).items()}
    if any(
        options.get(name) == "true"
        for name in ("tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames")
    ):
        return False
    said = options.get("tls", options.get("ssl"))
    return said == "true" if said is not None else uri.startswith("mongodb+srv://")


def signs_in(uri: str) -> bool:
    """Whether a MongoDB URI names a user, with a password or by certificate."""
    _, _, rest = uri.partition("://")
    authority = rest.partition("?")[0].partition("/")[0]
    return (
        "@" in authority
        or {n.lower(): v.upper() for n, v in options_of(uri).items()}.get("authmechanism")
        == "MONGODB-X509"
    )
