"""`python -m motcua_simulators.mailbox`: reads the command line, starts both
sides in one process.
"""

import argparse
from pathlib import Path

import uvloop

from motcua_simulators.faults import Faults
from motcua_simulators.mailbox.api import MailboxApi
from motcua_simulators.mailbox.smtp import FAULT_MODES, start_smtp
from motcua_simulators.mailbox.spool import Content, FileContent, MemoryContent, Spool
from motcua_simulators.serving import announce, listen, serve


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="motcua_simulators.mailbox", description="SMTP server that keeps what it accepts"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--smtp-port", type=int, default=0, help="0: any free port, printed on standard output"
    )
    parser.add_argument(
        "--backup-smtp-port",
        type=int,
        help="a second SMTP port over the same mailbox, for faults of one of two servers",
    )
    parser.add_argument("--http-port", type=int, default=0)
    parser.add_argument("--data", type=Path, help="directory of messages.spool")
    parser.add_argument("--no-store", action="store_true", help="keep messages in memory only")
    parser.add_argument(
        "--sink", action="store_true", help="keep only Message-IDs and counts (benchmarks)"
    )
    arguments = parser.parse_args()
    if arguments.data is None and not (arguments.no_store or arguments.sink):
        parser.error("--data DIR is needed, or --no-store, or --sink")
    content: Content | None = None
    if not arguments.sink:
        content = MemoryContent() if arguments.no_store else FileContent(arguments.data)
    uvloop.run(
        run(
            arguments.host,
            arguments.smtp_port,
            arguments.http_port,
            content,
            arguments.backup_smtp_port,
        )
    )


async def run(
    host: str,
    smtp_port: int,
    http_port: int,
    content: Content | None,
    backup_port: int | None = None,
) -> None:
    spool, faults = Spool(content), Faults(FAULT_MODES)
    sockets = {"smtp_port": listen(host, smtp_port)}
    if backup_port is not None:
        sockets["backup_smtp_port"] = listen(host, backup_port)
    http_socket = listen(host, http_port)
    servers = [await start_smtp(one, spool, faults) for one in sockets.values()]
    ports = {name: one.getsockname()[1] for name, one in sockets.items()}
    announce("mailbox", **ports, http_port=http_socket.getsockname()[1])
    try:
        await serve(MailboxApi(spool, faults).app(), http_socket)
    finally:
        for server in servers:
            server.close()


if __name__ == "__main__":
    main()
