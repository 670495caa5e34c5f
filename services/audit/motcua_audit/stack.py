"""Where Kafka and MongoDB are: said on the command line, in the environment, or by the local
stack's `.motcua/stack.json`.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from motcua_chassis.signatures import Keyring, UnusableKey
from motcua_chassis.transport import mongo_of

from .callers import Believed
from .log import Unreachable

VARIABLES = {"kafka": "MOTCUA_KAFKA_BOOTSTRAP", "mongo": "MOTCUA_MONGO_URI"}


def address(name: str, given: str | None) -> str:
    """The address of `kafka`, or of `mongo` with the files of TLS that the environment names.

    Raises `Unreachable` when nobody says it.
    """
    if found := given or os.environ.get(VARIABLES[name]) or _from_stack().get(name):
        return mongo_of(found) if name == "mongo" else found
    raise Unreachable(
        f"{name}: give --{name}, set {VARIABLES[name]}, or start the local stack (motcua up)"
    )


def known_address(name: str, given: str | None) -> str:
    """The same; empty where nobody says it."""
    try:
        return address(name, given)
    except Unreachable:
        return ""


def command_keys(
    given: str | None, since: datetime | None = None, *, required: bool = True
) -> Believed | None:
    """Whose commands are believed.

    Raises `Unreachable` when nobody says it and it is `required`, or where it cannot be read.
    """
    file = _home() / "keys" / "command-keys.json"
    found = (
        given
        or os.environ.get("MOTCUA_COMMAND_PUBLIC_KEYS")
        or (str(file) if file.is_file() else "")
    )
    if not found and not required:
        return None
    if not found:
        raise Unreachable(
            "command keys: give --command-keys, set MOTCUA_COMMAND_PUBLIC_KEYS, or start the local"
            " stack (motcua up)"
        )
    try:
        return Believed(Keyring.load(found), since)
    except UnusableKey as error:
        raise Unreachable(f"command keys: {error}") from error


def _home() -> Path:
    return Path(os.environ.get("MOTCUA_HOME", ".motcua"))


def _from_stack() -> dict[str, str]:
    file = _home() / "stack.json"
    try:
        addresses = json.loads(file.read_text())["addresses"]
        return {name: str(addresses[name]) for name in VARIABLES if name in addresses}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreachable(f"{file}: cannot be read ({type(error).__name__} {error})") from error
