"""`python -m motcua_simulators.vnpay`: reads command line and environment, and serves."""

import argparse
import os
from datetime import UTC, datetime

import uvloop

from motcua_simulators.serving import announce, listen, serve
from motcua_simulators.vnpay.api import VnpayApi
from motcua_simulators.vnpay.settings import VnpaySettings, read_settings


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="motcua_simulators.vnpay",
        description=(
            "VNPAY 2.1.0, the provider's side. Needs MOTCUA_VNPAY_TMN_CODE, MOTCUA_VNPAY_SECRET and"
            " MOTCUA_VNPAY_IPN_URL."
        ),
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=0, help="0: any free port, printed on standard output"
    )
    parser.add_argument(
        "--retry-seconds", type=float, default=300, help="between two calls of the IPN"
    )
    parser.add_argument("--max-calls", type=int, default=10, help="calls of one IPN in all")
    parser.add_argument("--ipn-timeout-seconds", type=float, default=15)
    arguments = parser.parse_args()
    try:
        settings = read_settings(
            os.environ, arguments.retry_seconds, arguments.max_calls, arguments.ipn_timeout_seconds
        )
    except ValueError as error:
        parser.error(str(error))
    uvloop.run(run(arguments.host, arguments.port, settings))


async def run(host: str, port: int, settings: VnpaySettings) -> None:
    sock = listen(host, port)
    announce("vnpay", http_port=sock.getsockname()[1])
    await serve(VnpayApi(settings, lambda: datetime.now(UTC)).app(), sock)


if __name__ == "__main__":
    main()
