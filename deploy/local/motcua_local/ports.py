"""Ports for servers: free ones are chosen, remembered under a name, and taken again while they are
free.

They are below the range from which the system gives ports to outgoing connections. Inside that
range a client that keeps calling a server which is down can be given the server's own port,
connects to itself and keeps the server from coming back.
"""

import json
import random
import socket
from pathlib import Path

_LOWEST = 15_000
_RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")


class NoFreePortError(Exception):
    """Every port that was tried is taken."""


def lower_end_of_outgoing_ports() -> int:
    try:
        return int(_RANGE_FILE.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen here now.

    Connections of a former server that are closing do not count.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Ports:
    """The ports of one stack by name (`mongod`, `routing-1`), kept in a file."""

    def __init__(self, file: Path, host: str = "127.0.0.1") -> None:
        self._file, self._host = file, host
        self._given: dict[str, int] = {}
        self._remembered: dict[str, int] = {}
        try:
            stored = json.loads(file.read_text())
            self._remembered = {str(name): int(port) for name, port in stored.items()}
        except (OSError, ValueError, AttributeError):
            # no file yet, or half a file: new ports are chosen, nothing else is lost
            self._remembered = {}

    def choose(self, name: str) -> int:
        """The port of `name`: the one given before in this run, the remembered one if it is free,
        or a new one.
        """
        if name in self._given:
            return self._given[name]
        port = self._remembered.get(name)
        if port is None or port in self._given.values() or not is_free(port, self._host):
            port = self._new()
        self._given[name] = self._remembered[name] = port
        temporary = self._file.with_suffix(".new")
        temporary.write_text(json.dumps(dict(sorted(self._remembered.items())), indent=1) + "\n")
        temporary.replace(self._file)
        return port

    def _new(self) -> int:
        taken = {*self._given.values(), *self._remembered.values()}
        highest = max(lower_end_of_outgoing_ports() - 1, _LOWEST + 1_000)
        for _ in range(500):
            port = random.randint(_LOWEST, highest)
            if port not in taken and is_free(port, self._host):
                return port
        raise NoFreePortError(f"no free port found on {self._host} between {_LOWEST} and {highest}")
