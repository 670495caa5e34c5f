"""How a gateway answers while thousands of slow clients hold connections: headers and bodies byte
by byte, answers that nobody reads.

    python -m tests.load.slow_clients [--connections 5000] [--seconds 40]

Starts Kafka, MongoDB and one gateway, opens the slow connections from many addresses of this
machine, and asks for a page twenty times a second before and meanwhile. Prints how many slow
connections were open, how they ended, and the good answers' times.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import socket
import statistics
import time
from collections import Counter

from motcua_chassis._http.settings import open_files

from tests.support.faults.deployment import separate_deployment

KINDS = (
    b"GET /api/v1/procedures HTTP/1.1\r\nHost: gateway\r\nX-Slow: ",
    (
        b"POST /thu-tuc/1.001612/to-khai HTTP/1.1\r\nHost: gateway\r\nContent-Type:"
        b" application/x-www-form-urlencoded\r\nContent-Length: 900000\r\n\r\n"
    ),
    b"GET /api/openapi.json HTTP/1.1\r\nHost: gateway\r\n\r\n",
)
GOOD = b"GET /api/v1/procedures HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"


class Slow:
    """The slow connections: how many are open, and how others ended."""

    def __init__(self, port: int) -> None:
        self.port, self.open, self.most, self.ended = port, 0, 0, Counter[str]()

    async def one(self, number: int, until: float) -> None:
        """Holds a connection as long as it may, and opens the next one when it was closed."""
        address = f"127.0.{1 + number // 200}.{1 + number % 200}"
        kind = number % len(KINDS)
        await asyncio.sleep(number / 500)
        while time.monotonic() < until:
            try:
                connection = socket.socket()
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.setblocking(False)
                connection.bind((address, 0))
                await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", self.port))
                reader, writer = await asyncio.open_connection(sock=connection, limit=1024)
            except OSError as error:
                self.ended[f"refused: {type(error).__name__}"] += 1
                await asyncio.sleep(1)
                continue
            self.open += 1
            self.most = max(self.most, self.open)
            with contextlib.suppress(ConnectionError):
                writer.write(KINDS[kind])
                while time.monotonic() < until and not reader.at_eof() and not writer.is_closing():
                    await asyncio.sleep(2)
                    if kind < 2:
                        writer.write(b"x")
            self.open -= 1
            self.ended[("headers", "body", "not reading")[kind]] += 1
            writer.transport.abort()


async def ask(port: int) -> tuple[float, bytes]:
    """Seconds, and the first line of the answer."""
    begun = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.1", 0))
    writer.write(GOOD)
    first = await reader.readline()
    await reader.read()
    writer.close()
    return time.monotonic() - begun, first


def hold(port: int, connections: int, seconds: float) -> None:
    """The slow ones, in a process of their own, so that their work is not measured as the
    gateway's.
    """
    open_files()

    async def all_of_them() -> None:
        slow, until = Slow(port), time.monotonic() + seconds
        await asyncio.gather(
            *(slow.one(number, until) for number in range(connections)), return_exceptions=True
        )
        print(
            f"slow connections: {connections} wanted, {slow.most} open at once; ended:"
            f" {dict(slow.ended)}"
        )

    asyncio.run(all_of_them())


async def run(port: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    times: list[float] = []
    answers: Counter[str] = Counter()
    while time.monotonic() < until:
        try:
            async with asyncio.timeout(20):
                took, first = await ask(port)
        except (OSError, TimeoutError) as error:
            answers[type(error).__name__] += 1
        else:
            answers[first.decode().strip()] += 1
            times.append(took)
        await asyncio.sleep(0.05)
    print(f"good requests: {dict(answers)}")
    if len(times) > 1:
        cuts = statistics.quantiles(times, n=100)
        print(f"seconds: median {cuts[49]:.3f}, 95 % {cuts[94]:.3f}, most {max(times):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--connections", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=40)
    arguments = parser.parse_args()
    open_files()
    deployment = separate_deployment()
    with deployment.services():
        gateway = deployment.start("gateway").wait_ready(120)
        port = deployment.cluster.ports.choose("gateway-1")
        asyncio.run(run(port, 5))
        slow = multiprocessing.get_context("spawn").Process(
            target=hold, args=(port, arguments.connections, arguments.seconds)
        )
        slow.start()
        asyncio.run(run(port, arguments.seconds))
        slow.join()
        assert gateway.alive(), "the gateway died of it"


if __name__ == "__main__":
    main()
