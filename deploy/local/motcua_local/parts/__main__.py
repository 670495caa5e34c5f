"""`python -m motcua_local.parts`: fetches what is missing, so that the first start has nothing to
wait for.
"""

import sys

import requests
from rich.console import Console

from ..home import cache_directory
from ..progress import Shown
from .kafka_jars import VERAPDF, LockError, ensure_jars
from .mongod_binary import MongodMissingError, ensure_mongod


def main() -> None:
    console = Console(highlight=False)
    cache = cache_directory()
    try:
        ensure_mongod(cache)
        with Shown(console) as shown, shown.step("Kafka: jars, checked against the lock") as step:
            ensure_jars(cache, step.update)
        with (
            Shown(console) as shown,
            shown.step("veraPDF, for tests of papers: checked against its lock") as step,
        ):
            ensure_jars(cache, step.update, VERAPDF)
    except (LockError, MongodMissingError, RuntimeError, requests.RequestException) as error:
        console.print(f"[red]error:[/] {error}", soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
