"""What the commands take from a stack that runs on this machine: addresses, logins, keys.

The command line knows no stack. A distribution that starts one says so with an entry point of the
group `motcua.environment`: a function that gets the user that a command works as and returns
variables of the environment, none where nothing runs.
"""

import os
from collections.abc import Mapping
from importlib.metadata import entry_points

from .access import OPERATOR

GROUP = "motcua.environment"


def adopt_environment(who: str = OPERATOR) -> Mapping[str, str]:
    """Set what is known of the stack that runs here; what is set already stays.

    Returns all that is known of it, empty where no stack runs or none can be started here: then the
    command itself says what it lacks. `who`: the user that a command works as on a secure stack.
    """
    known: dict[str, str] = {}
    for found in entry_points(group=GROUP):
        known |= found.load()(who)
    for name, value in known.items():
        os.environ.setdefault(name, value)
    return known
