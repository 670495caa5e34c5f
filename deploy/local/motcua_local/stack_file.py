"""`stack.json`: where a running stack is and which processes it consists of.

Written by the supervisor, read by everybody else.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from motcua_chassis.transport import Kafka, kafka_of

from .home import Home
from .secured import Secured


@dataclass(slots=True)
class Part:
    """One process.

    `kind`: infra, simulator or service; `service` names what a service's instance is an instance
    of.

    `http_port` is the port of an API, `metrics_port` that of a service's probes and metrics.
    """

    name: str
    kind: str
    pid: int
    log: str
    service: str = ""
    http_port: int | None = None
    running: bool = True
    exit_code: int | None = None
    restarts: int = 0
    metrics_port: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def probes_url(self) -> str:
        """Where `/livez`, `/readyz` and `/metrics` of a service are; a simulator's `/healthz` is at
        its own port.
        """
        return (
            f"http://127.0.0.1:{self.metrics_port}" if self.metrics_port is not None else self.url
        )


@dataclass(slots=True)
class Stack:
    """`pid` is the supervisor's.

    `addresses`: mongo, kafka, smtp, mailbox, sms, vnpay, gateway, audit.
    """

    pid: int
    home: str
    addresses: dict[str, str]
    processes: list[Part] = field(default_factory=list)
    ready: bool = False
    secure: bool = False
    """By TLS and login: who reaches Kafka and MongoDB needs the secrets in the home's
    `keys/access`.
    """

    def kafka(self, who: str) -> Kafka:
        """Kafka as this user reaches it; without logins, as everybody does.

        Raises `OSError` for a user whose password is not there.
        """
        address = self.addresses["kafka"]
        return self._secured.kafka(address, who) if self.secure else kafka_of(address)

    def mongo(self, who: str) -> str:
        """MongoDB's URI for this user; without logins, everybody's. Raises as `kafka`."""
        address = self.addresses["mongo"]
        return self._secured.mongo(address, who) if self.secure else address

    @property
    def _secured(self) -> Secured:
        return Secured(Home(Path(self.home)).keys / "access")

    def services(self) -> list[Part]:
        return [part for part in self.processes if part.kind == "service"]


class NoStackError(Exception):
    """No stack runs in this home."""


def write_stack(home: Home, stack: Stack) -> None:
    temporary = home.stack_file.with_suffix(".new")
    temporary.write_text(json.dumps(asdict(stack), indent=1) + "\n")
    temporary.replace(home.stack_file)


def read_stack(home: Home) -> Stack:
    """The stack that runs in this home now.

    NoStackError also when a file was left behind by one that was killed.
    """
    try:
        content = json.loads(home.stack_file.read_text())
    except FileNotFoundError:
        content = None
    except ValueError as error:
        raise NoStackError(
            f"{home.stack_file} cannot be read; `motcua down`, then `motcua up` writes it again"
        ) from error
    if content is None or not is_held(home):
        raise NoStackError(f"no stack runs in {home.root}; `motcua up` starts one")
    return Stack(**{**content, "processes": [Part(**part) for part in content["processes"]]})


def is_held(home: Home) -> bool:
    """Whether a supervisor lives here (it holds the lock)."""
    path: Path = home.run / "lock"
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
