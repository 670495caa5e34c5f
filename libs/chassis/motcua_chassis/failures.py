"""What a log may say of somebody else's exception: its class and a code, never its text.

Texts of drivers hold hosts, credentials of a URI, the query and its values; texts of decoders quote
what was sent.
"""

import errno
from typing import Any

from aiokafka.errors import KafkaError
from pymongo.errors import OperationFailure


def told(error: BaseException) -> dict[str, Any]:
    """Fields for a log line: `error`, the class; `code`, the number or the name that its maker gave
    it.
    """
    fields: dict[str, Any] = {"error": type(error).__name__}
    code = _code(error)
    return fields if code is None else fields | {"code": code}


def brief(error: BaseException) -> str:
    """The same for a terminal: `OperationFailure 13`, `ConnectionRefusedError ECONNREFUSED`."""
    return " ".join(str(part) for part in told(error).values())


def _code(error: BaseException) -> str | int | None:
    if isinstance(error, KafkaError):
        errno_of = getattr(error, "errno", None)  # those that aiokafka makes by itself have none
        return errno_of if isinstance(errno_of, int) else None
    if isinstance(error, OperationFailure):
        return error.code
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno) if isinstance(error.errno, int) else None
    return None
