"""The secrets of a secure local stack: certificates and one password a user, made at its first
start, readable by this user alone.

They are in `.motcua/keys/access`: `ca.pem`, `kafka.pem`, `mongodb.pem`, `mongodb-keyfile` and
`passwords/<user>`. `stack.json` holds none of them; whoever may read this directory may sign in.
"""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

from motcua_chassis.transport import Kafka, with_tls
from motcua_operations.access import ADMIN, PRINCIPALS, signs_in_at
from motcua_operations.development_keys import write_private

from .certificates import make_authority

BROKER = "broker"
"""Kafka's own user: the broker's with itself."""
SERVERS = ("kafka", "mongodb")


@dataclass(frozen=True, slots=True)
class Secured:
    """The directory of one stack's secrets."""

    directory: Path

    @property
    def ca(self) -> Path:
        return self.directory / "ca.pem"

    @property
    def keyfile(self) -> Path:
        """By which members of a MongoDB replica set know each other."""
        return self.directory / "mongodb-keyfile"

    @property
    def passwords(self) -> Path:
        """One file a user."""
        return self.directory / "passwords"

    def server(self, name: str) -> Path:
        """A server's key, certificate and authority in one file."""
        return self.directory / f"{name}.pem"

    def password(self, who: str) -> str:
        return (self.passwords / who).read_text()

    def of_everybody(self) -> dict[str, str]:
        """The passwords of all who have rights."""
        return {who: self.password(who) for who in PRINCIPALS}

    def kafka(self, bootstrap: str, who: str) -> Kafka:
        """Kafka as this user reaches it."""
        return Kafka(bootstrap, "SASL_SSL", who, self.password(who), str(self.ca))

    def mongo(self, uri: str, who: str) -> str:
        """A URI without a user as this user writes it."""
        scheme, _, rest = uri.partition("://")
        joint = "&" if "?" in rest else "?"
        return with_tls(
            f"{scheme}://{who}:{self.password(who)}@{rest}{joint}authSource={signs_in_at(who)}",
            str(self.ca),
        )


def ensure_secured(keys: Path) -> Secured:
    """Makes what is missing below the home's directory of keys."""
    found = Secured(keys / "access")
    for directory in (found.directory, found.passwords):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not all(file.is_file() for file in (found.ca, *map(found.server, SERVERS))):
        make_authority(found.directory, SERVERS)
    if not found.keyfile.is_file():
        write_private(found.keyfile, base64.b64encode(secrets.token_bytes(512)))
    for who in (*PRINCIPALS, ADMIN, BROKER):
        if not (found.passwords / who).is_file():
            write_private(found.passwords / who, secrets.token_hex(24).encode())
    return found
