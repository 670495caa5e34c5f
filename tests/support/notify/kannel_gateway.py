"""A real Kannel (Debian's `kannel`): bearerbox with its fake centre, smsbox with sendsms, and a
phone network that only listens.
"""

import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

INSTALLED = shutil.which("bearerbox") is not None and shutil.which("smsbox") is not None
WHY_NOT = "Kannel is not installed here (Debian: apt-get install kannel)"
USER, PASSWORD = "motcua", "only-for-tests"
CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = {password}
admin-interface = "127.0.0.1"
smsbox-port = {box}
smsbox-interface = "127.0.0.1"
box-allow-ip = "127.0.0.1"
log-level = 3

group = smsc
smsc = fake
smsc-id = fake
host = 127.0.0.1
port = {centre}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {sendsms}
sendsms-interface = "127.0.0.1"
log-level = 3

group = sendsms-user
username = {user}
password = {password}
max-messages = 10
concatenation = true
forced-smsc = fake

group = sms-service
keyword = default
text = "none"
max-messages = 0
"""


@dataclass
class Kannel:
    """`url`: sendsms. `lines`: what reached the phone network, one line for each part."""

    url: str
    centre: socket.socket
    _rest: bytes = b""
    _lines: list[bytes] = field(default_factory=list)

    @property
    def provider(self) -> dict[str, str]:
        """As notify's configuration names it."""
        return {
            "name": "kannel",
            "kind": "kannel",
            "url": self.url,
            "username": USER,
            "password": PASSWORD,
        }

    def parts(self, count: int, seconds: float = 15) -> list[bytes]:
        """The parts that reached the network, once so many are there; `sender receiver kind
        content`.
        """
        until = time.monotonic() + seconds
        self.centre.settimeout(0.2)
        while len(self._lines) < count and time.monotonic() < until:
            try:
                self._rest += self.centre.recv(65_536)
            except TimeoutError:
                continue
            *whole, self._rest = self._rest.split(b"\n")
            self._lines += whole
        return self._lines

    def parts_until_quiet(self, seconds: float = 3) -> list[bytes]:
        """All that reached the network, once nothing more came for so long."""
        before = -1
        while before < len(self._lines):
            before = len(self._lines)
            self.parts(before + 1, seconds)
        return self._lines


def read_part(line: bytes) -> tuple[str, str]:
    """(receiver, text) of a part; UCS-2 comes with `data`, GSM-7 with `text`."""
    _, receiver, kind, *rest = line.split(b" ", 3)
    if kind == b"udh":
        _, kind, rest_ = rest[0].split(b" ", 2)
    else:
        rest_ = rest[0]
    if kind == b"data":
        return receiver.decode(), unquote_to_bytes(rest_.replace(b"+", b" ")).decode("utf-16-be")
    return receiver.decode(), rest_.decode()


def times_told(lines: list[bytes]) -> dict[str, int]:
    """Receiver -> how often the message came; each part of it as often as every other."""
    parts: dict[str, Counter[str]] = {}
    for receiver, text in map(read_part, lines):
        parts.setdefault(receiver, Counter())[text] += 1
    assert all(len(set(times.values())) == 1 for times in parts.values()), "a message came in part"
    return {receiver: max(times.values()) for receiver, times in parts.items()}


@contextmanager
def kannel(directory: Path) -> Iterator[Kannel]:
    """Started on free ports; ended with the block."""
    ports = dict(zip(("admin", "box", "centre", "sendsms"), _free(4), strict=True))
    configuration = directory / "kannel.conf"
    configuration.write_text(CONFIGURATION.format(user=USER, password=PASSWORD, **ports))
    with ExitStack() as ending:
        log = ending.enter_context((directory / "kannel.log").open("wb"))

        def start(name: str, port: int) -> None:
            process = subprocess.Popen([name, str(configuration)], stdout=log, stderr=log)
            ending.callback(_end, process)
            _listening(port)

        start("bearerbox", ports["centre"])
        start("smsbox", ports["sendsms"])
        centre = ending.enter_context(socket.create_connection(("127.0.0.1", ports["centre"])))
        time.sleep(0.5)  # until the centre counts as connected
        yield Kannel(f"http://127.0.0.1:{ports['sendsms']}/cgi-bin/sendsms", centre)


def _end(process: "subprocess.Popen[Any]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _listening(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
