"""What the command line takes from the stack that runs here: an entry point of its group
`motcua.environment`.
"""

import os

from motcua_operations.development_keys import COMMAND_KEYS, TOOLS_KEY

from .home import Home
from .stack_file import NoStackError, read_stack

ADDRESSES = {
    "kafka": "MOTCUA_KAFKA_BOOTSTRAP",
    "mongo": "MOTCUA_MONGO_URI",
    "gateway": "MOTCUA_GATEWAY_URL",
    "audit": "MOTCUA_AUDIT_URL",
    "mailbox": "MOTCUA_MAILBOX_URL",
}


def environment(who: str) -> dict[str, str]:
    """Variables with addresses, keys and, on a secure stack, the logins of `who`; none where no
    stack runs.

    Somebody else's Kafka gets no login of this stack's. Raises `OSError` for a user whose password
    is not there.
    """
    home = Home.from_environment()
    try:
        stack = read_stack(home)
    except NoStackError:
        return {}
    known = {
        variable: stack.addresses[name]
        for name, variable in ADDRESSES.items()
        if name in stack.addresses
    }
    if stack.secure:
        kafka = stack.addresses["kafka"]
        if os.environ.get("MOTCUA_KAFKA_BOOTSTRAP", kafka) == kafka:
            known |= stack.kafka(who).environment()
        known["MOTCUA_MONGO_URI"] = stack.mongo(who)
    return known | {
        "MOTCUA_COMMAND_PUBLIC_KEYS": str(home.keys / COMMAND_KEYS),
        "MOTCUA_COMMAND_KEY": str(home.keys / TOOLS_KEY),
    }
