"""`python -m motcua_simulators.sms`: reads the command line and serves."""

import argparse
from pathlib import Path

import uvloop

from motcua_simulators.serving import Connections, announce, listen, serve
from motcua_simulators.sms.api import SmsApi


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="motcua_simulators.sms", description="SMS gateway that keeps what it gets"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=0, help="0: any free port, printed on standard output"
    )
    parser.add_argument(
        "--data", type=Path, help="directory of messages.jsonl; without it, memory only"
    )
    parser.add_argument(
        "--report-seconds", type=float, default=0.2, help="from acceptance to the delivery report"
    )
    arguments = parser.parse_args()
    uvloop.run(run(arguments.host, arguments.port, arguments.data, arguments.report_seconds))


async def run(host: str, port: int, directory: Path | None, report_seconds: float) -> None:
    connections = Connections()
    api = SmsApi(directory, report_seconds, connections)
    sock = listen(host, port)
    announce("sms", http_port=sock.getsockname()[1])
    await serve(api.app(), sock, connections)


if __name__ == "__main__":
    main()
