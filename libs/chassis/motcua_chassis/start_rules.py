"""What a service must not start with.

Each rule gives faults: the variable's name and what is allowed there, never a value that was given.

`faults` of a Settings class lists its own rules after those of every service; all of them are told
at once, and the process ends with 2. Under `dev` much is allowed that is nowhere else, so `dev`
itself is allowed on loopback alone, without exception.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from itertools import combinations
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel, SecretStr

SHORTEST_SECRET, FEWEST_LETTERS = 32, 8
PLACEHOLDERS = (
    "change-me",
    "changeme",
    "change_me",
    "development-only",
    "example-secret",
    "your-secret",
)
DEFAULTS = frozenset(
    {
        "secret",
        "password",
        "passwd",
        "motcua",
        "admin",
        "root",
        "guest",
        "test",
        "default",
        "1234",
        "12345678",
    }
)
MONGO_SCHEMES = ("mongodb", "mongodb+srv")
UNCHECKED = ("tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames")


def fault(field: str, allowed: str) -> str:
    return f"MOTCUA_{field.upper()}: {allowed}"


def loopback(host: str) -> bool:
    """Whether nobody outside this machine reaches it."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def within_the_cluster(host: str) -> bool:
    """A name that only a cluster's own resolver knows."""
    return "." not in host or host.endswith((".svc", ".svc.cluster.local"))


def ports(env: str, hosts: Mapping[str, str], numbers: Mapping[str, int]) -> list[str]:
    """Where the service listens."""
    found = [
        fault(name, "an address of this machine is required")
        for name, host in hosts.items()
        if not host.strip()
    ]
    if env == "dev":
        said = (
            "under MOTCUA_ENV=dev a loopback address alone (127.0.0.1, ::1, localhost): dev tokens"
            " are for whoever asks"
        )
        found += [
            fault(name, said) for name, host in hosts.items() if host.strip() and not loopback(host)
        ]
    return found + [
        fault(name, "a port from 0 to 65535")
        for name, port in numbers.items()
        if not 0 <= port <= 65_535
    ]


def broker(env: str, bootstrap: str, security: str) -> list[str]:
    """Kafka."""
    parts = [part.strip().rpartition(":") for part in bootstrap.split(",")]
    found = []
    if not all(host and port.isdigit() and 0 < int(port) < 65_536 for host, _, port in parts):
        found.append(fault("kafka_bootstrap", "host:port is required, several separated by commas"))
    if env == "prod" and security == "PLAINTEXT":
        found.append(
            fault(
                "kafka_security",
                "under MOTCUA_ENV=prod SASL_SSL alone: whoever reaches plain Kafka is any officer",
            )
        )
    return found


def database(env: str, field: str, uri: str) -> list[str]:
    """MongoDB: this service's own, or the document store."""
    try:
        parts = urlsplit(uri)
        options = {
            name.lower(): values[-1].lower() for name, values in parse_qs(parts.query).items()
        }
    except ValueError:
        return [fault(field, "mongodb://host or mongodb+srv://host is required")]
    if parts.scheme not in MONGO_SCHEMES or not parts.netloc.rpartition("@")[2]:
        return [fault(field, "mongodb://host or mongodb+srv://host is required")]
    if env != "prod":
        return []
    found = []
    encrypted = (
        options.get("tls", options.get("ssl", "true" if parts.scheme == "mongodb+srv" else "false"))
        == "true"
    )
    if not encrypted or any(options.get(name) == "true" for name in UNCHECKED):
        found.append(
            fault(
                field,
                "under MOTCUA_ENV=prod tls=true (or MOTCUA_MONGO_CA), with certificates that are"
                " checked",
            )
        )
    if "@" not in parts.netloc and options.get("authmechanism") != "mongodb-x509":
        found.append(
            fault(
                field, "under MOTCUA_ENV=prod a user: mongodb://user:password@host, or MONGODB-X509"
            )
        )
    return found


def secrets_of(settings: BaseModel) -> dict[str, str]:
    """Every secret that is given, by field; passwords of addresses among them."""
    found = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and value.get_secret_value():
            found[name] = value.get_secret_value()
        elif (
            isinstance(value, str)
            and "://" in value
            and ":" in (user := value.partition("://")[2].partition("/")[0].rpartition("@")[0])
        ):
            found[name] = unquote(user.partition(":")[2])
    return found


def secrets(env: str, given: Mapping[str, str]) -> list[str]:
    """What is nobody's but ours: long, not out of an example, not the same for two things.

    A provider's password may be shorter.
    """
    if env == "dev":
        return []
    found = []
    for name, value in given.items():
        if any(one in value.lower() for one in PLACEHOLDERS) or value.lower() in DEFAULTS:
            found.append(fault(name, "a secret of your own is required, not one of an example"))
        elif name.endswith(("_secret", "access_key")) and (
            len(value) < SHORTEST_SECRET or len(set(value)) < FEWEST_LETTERS
        ):
            found.append(
                fault(name, f"at least {SHORTEST_SECRET} letters at random (openssl rand -hex 32)")
            )
    for (one, first), (other, second) in combinations(given.items(), 2):
        if first == second and not (one.endswith("_uri") and other.endswith("_uri")):
            found.append(
                fault(other, f"a secret of its own is required, not that of MOTCUA_{one.upper()}")
            )
    return found


def placeholders(settings: BaseModel) -> list[str]:
    """Texts that were copied from an example and never filled in."""
    given = {name: getattr(settings, name) for name in type(settings).model_fields}
    texts = {
        name: value.lower()
        for name, value in given.items()
        if isinstance(value, str) and "://" not in value
    }
    return [
        fault(name, "a value of your own is required, not that of the example")
        for name, value in texts.items()
        if "change-me" in value
    ]


def required(given: Mapping[str, str], why: str) -> list[str]:
    return [fault(name, f"is required {why}") for name, value in given.items() if not value.strip()]


def together(given: Mapping[str, str], why: str) -> list[str]:
    """All of them or none."""
    return required(given, why) if any(value.strip() for value in given.values()) else []


def files(given: Mapping[str, str]) -> list[str]:
    """Files that are named are there and can be read."""
    told = "a file that this service can read"
    return [
        fault(name, told)
        for name, path in given.items()
        if path and not (Path(path).is_file() and os.access(path, os.R_OK))
    ]


def open_keys(given: Mapping[str, str]) -> list[str]:
    """Private keys that everybody on the machine can read: a warning."""
    found = []
    for name, path in given.items():
        if path and Path(path).is_file() and Path(path).stat().st_mode & stat.S_IROTH:
            found.append(
                fault(
                    name,
                    "this private key can be read by everybody on the machine; chmod 640 or less",
                )
            )
    return found


def address(field: str, url: str, *, plain: bool, whole: bool = False) -> list[str]:
    """An http address.

    `plain`: http is allowed. `whole`: scheme and host only, since paths are put behind it.
    """
    try:
        parts = urlsplit(url)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return [fault(field, "an address like https://host is required")]
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or not port_is_one
        or parts.username
        or url != url.strip()
    ):
        return [fault(field, "an address like https://host is required, without user and password")]
    if whole and (parts.path not in ("", "/") or parts.query or parts.fragment):
        return [fault(field, "an address without a path is required, like https://motcua.example")]
    if parts.scheme == "http" and not plain:
        return [fault(field, "https is required")]
    return []


def inner_address(env: str, field: str, url: str) -> list[str]:
    """Of another service of ours: http only where nobody else can be between."""
    host = (urlsplit(url).hostname or "") if "://" in url else ""
    return address(field, url, plain=env != "prod" or within_the_cluster(host) or loopback(host))


def joined(found: Iterable[str]) -> str:
    """Each fault once, a line each."""
    return "\n".join(dict.fromkeys(found))
