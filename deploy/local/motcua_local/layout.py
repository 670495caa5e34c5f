"""What a stack consists of beside Kafka and MongoDB: the simulators and the services, with the
environment each is started with.
"""

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from motcua_contracts.wire.topics import SERVICES
from motcua_operations.development_keys import Keys

from .home import Home
from .infra import Infra
from .patience import QUIET_SECONDS
from .ports import Ports

SIMULATORS = ("mailbox", "sms", "vnpay")
MERCHANT = "MOTCUA01"
"""vnp_TmnCode: the merchant's name at the simulated VNPAY."""
LIMIT_FACTOR = "1000"
"""The gateway's limits are on, this many times as wide: a bench's or a journey's whole load comes
from one address and a few people.
"""
BANK, ACCOUNT = "970436", "1017000000001"
"""A bank's NAPAS number, and an account there that nobody has."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to start.

    `instances` counts those services that run more than once; `services` empty: simulators and
    ground only.
    """

    services: tuple[str, ...] = SERVICES
    instances: Mapping[str, int] = field(default_factory=dict)
    simulators: bool = True
    restart: bool = True
    mail_sink: bool = False
    """The mailbox counts and keeps only Message-IDs (benchmarks)."""
    throwaway: bool = False
    """Nobody will look at the data afterwards: Kafka and MongoDB are killed at the end, which saves
    their tidying up.
    """

    secure: bool = False
    """Kafka and MongoDB by TLS and login, and nobody may do what no right of `access.py` grants."""

    patience: float = QUIET_SECONDS
    """Seconds after which a start gives up when nothing moves any longer."""

    def __post_init__(self) -> None:
        check_services((*self.services, *self.instances))
        for service, count in self.instances.items():
            check_count(service, count)

    def count(self, service: str) -> int:
        return self.instances.get(service, 1)


class OptionError(ValueError):
    """An option that cannot be followed; the text names it and what is allowed."""


MOST_INSTANCES = 16


def check_services(names: tuple[str, ...]) -> None:
    if unknown := sorted(set(names) - set(SERVICES)):
        raise OptionError(
            f"service: there is no {', '.join(unknown)}; allowed are {', '.join(SERVICES)}"
        )


def check_count(service: str, count: int) -> None:
    if not 0 <= count <= MOST_INSTANCES:
        raise OptionError(
            f"instances of {service}: {count} is not allowed; allowed are 0 to {MOST_INSTANCES}"
        )


def parse_instances(words: list[str]) -> dict[str, int]:
    """`routing=3` or `routing=3,notify=2`. OptionError names the word that cannot be read."""
    counts: dict[str, int] = {}
    for word in (w for words_ in words for w in words_.split(",") if w):
        service, equals, count = word.partition("=")
        if not equals or not count.isdigit():
            raise OptionError(
                f"--instances: {word!r} cannot be read; write SERVICE=COUNT, for example routing=3"
            )
        check_services((service,))
        check_count(service, int(count))
        counts[service] = int(count)
    return counts


def url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def addresses(ports: Ports, infra: Infra, options: Options) -> dict[str, str]:
    """Where everything is, by the names of `stack.json`."""
    found = {"mongo": infra.mongo_uri, "kafka": infra.kafka_bootstrap}
    if options.simulators:
        found |= {
            "smtp": f"127.0.0.1:{ports.choose('mailbox-smtp')}",
            "smtp-backup": f"127.0.0.1:{ports.choose('mailbox-smtp-backup')}",
            "mailbox": url(ports.choose("mailbox")),
            "sms": url(ports.choose("sms")),
            "vnpay": url(ports.choose("vnpay")),
        }
    found |= {
        name: url(ports.choose(f"{name}-1"))
        for name in ("gateway", "audit")
        if name in options.services
    }
    return found


def simulator_argv(name: str, home: Home, ports: Ports, options: Options) -> list[str]:
    argv = [sys.executable, "-m", f"motcua_simulators.{name}"]
    match name:
        case "mailbox":
            kept = ["--sink"] if options.mail_sink else ["--data", str(home.data / "mailbox")]
            doors = [
                "--smtp-port",
                str(ports.choose("mailbox-smtp")),
                "--backup-smtp-port",
                str(ports.choose("mailbox-smtp-backup")),
            ]
            return [*argv, *doors, "--http-port", str(ports.choose("mailbox")), *kept]
        case "sms":
            return [*argv, "--port", str(ports.choose("sms")), "--data", str(home.data / "sms")]
        case "vnpay":
            return [*argv, "--port", str(ports.choose("vnpay"))]
        case _:
            raise ValueError(name)


def simulator_env(ports: Ports, keys: Keys) -> dict[str, str]:
    return {
        **os.environ,
        "MOTCUA_VNPAY_TMN_CODE": MERCHANT,
        "MOTCUA_VNPAY_SECRET": keys.vnpay_secret,
        "MOTCUA_VNPAY_IPN_URL": f"{url(ports.choose('gateway-1'))}/api/v1/callbacks/vnpay/ipn",
    }


def documents_uri(mongo_uri: str) -> str:
    """The document store's database on the same server: the path goes before the options."""
    address, question, options = mongo_uri.partition("?")
    scheme, _, hosts = address.partition("://")
    return f"{scheme}://{hosts.split('/', 1)[0]}/motcua_documents{question}{options}"


def providers(ports: Ports) -> str:
    """Two of each channel over the same simulators, the second a stand-by: the mailbox's other
    port, and Kannel's interface.
    """
    sms = url(ports.choose("sms"))
    kannel = {
        "name": "kannel",
        "kind": "kannel",
        "url": f"{sms}/cgi-bin/sendsms",
        "username": "motcua",
        "password": "motcua",
        "weight": 0,
    }
    return json.dumps(
        {
            "email": [
                {"name": "smtp", "host": "127.0.0.1", "port": ports.choose("mailbox-smtp")},
                {
                    "name": "smtp-backup",
                    "host": "127.0.0.1",
                    "port": ports.choose("mailbox-smtp-backup"),
                    "weight": 0,
                },
            ],
            "sms": [{"name": "sms", "url": f"{sms}/messages"}, kannel],
        }
    )


def service_env(infra: Infra, ports: Ports, keys: Keys) -> dict[str, str]:
    """What every service of a development stack gets, before its own instance and port.

    The caller's environment shows through.
    """
    return {
        "MOTCUA_LOG_FORMAT": "json",
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "MOTCUA_ENV": "dev",
        "MOTCUA_KAFKA_BOOTSTRAP": infra.kafka_bootstrap,
        "MOTCUA_MONGO_URI": infra.mongo_uri,
        "MOTCUA_DOCUMENTS_URI": documents_uri(infra.mongo_uri),
        "MOTCUA_HTTP_HOST": "127.0.0.1",
        "MOTCUA_METRICS_HOST": "127.0.0.1",
        "MOTCUA_SIGNING_KEY": str(keys.signing_key),
        "MOTCUA_SIGNING_CERT": str(keys.signing_cert),
        "MOTCUA_SIGNING_KEYS": str(keys.signing_keys),
        "MOTCUA_SIGNING_CA": str(keys.ca_cert),
        "MOTCUA_SMTP_HOST": "127.0.0.1",
        "MOTCUA_SMTP_PORT": str(ports.choose("mailbox-smtp")),
        "MOTCUA_SMS_URL": url(ports.choose("sms")),
        "MOTCUA_PROVIDERS": os.environ.get("MOTCUA_PROVIDERS") or providers(ports),
        "MOTCUA_REPORT_SECRET": hashlib.sha256(
            f"sms-reports {keys.token_secret}".encode()
        ).hexdigest(),
        "MOTCUA_AUDIT_SECRET": hashlib.sha256(f"audit {keys.token_secret}".encode()).hexdigest(),
        "MOTCUA_PUBLIC_URL": url(ports.choose("gateway-1")),
        "MOTCUA_LIMIT_FACTOR": os.environ.get("MOTCUA_LIMIT_FACTOR", LIMIT_FACTOR),
        "MOTCUA_HTTP_CONNECTIONS_PER_ADDRESS": os.environ.get(
            "MOTCUA_HTTP_CONNECTIONS_PER_ADDRESS", "4000"
        ),
        "MOTCUA_AUDIT_URL": url(ports.choose("audit-1")),
        "MOTCUA_VNPAY_URL": f"{url(ports.choose('vnpay'))}/paymentv2/vpcpay.html",
        "MOTCUA_VNPAY_TMN_CODE": MERCHANT,
        "MOTCUA_VNPAY_SECRET": keys.vnpay_secret,
        "MOTCUA_VNPAY_API_URL": f"{url(ports.choose('vnpay'))}/merchant_webapi/api/transaction",
        "MOTCUA_VIETQR_BANK": BANK,
        "MOTCUA_VIETQR_ACCOUNT": ACCOUNT,
        "MOTCUA_VIETQR_SECRET": keys.bank_secret,
        "MOTCUA_VIETQR_AGENCY": "haihau",
        "MOTCUA_TOKEN_SECRET": keys.token_secret,
        "MOTCUA_COMMAND_PUBLIC_KEYS": str(keys.command_keys),
        "MOTCUA_COMMAND_KEY": "",
    }


def access_env(infra: Infra, who: str) -> dict[str, str]:
    """How one service signs in at Kafka and MongoDB, over what all of them get; nothing where there
    are no logins.
    """
    if infra.secured is None:
        return {}
    uri = infra.mongo_as(who)
    return {
        **infra.kafka_as(who).environment(),
        "MOTCUA_MONGO_URI": uri,
        "MOTCUA_DOCUMENTS_URI": documents_uri(uri),
    }


def private_env(service: str, keys: Keys) -> dict[str, str]:
    """What one service alone gets: the gateway is the only one that signs in the name of people."""
    return {"MOTCUA_COMMAND_KEY": str(keys.gateway_key)} if service == "gateway" else {}


def instance_env(
    base: Mapping[str, str], instance: str, port: int, metrics_port: int
) -> dict[str, str]:
    return {
        **base,
        "MOTCUA_INSTANCE": instance,
        "MOTCUA_HTTP_PORT": str(port),
        "MOTCUA_METRICS_PORT": str(metrics_port),
    }


def service_argv(service: str) -> list[str]:
    return [sys.executable, "-m", f"motcua_{service}"]
