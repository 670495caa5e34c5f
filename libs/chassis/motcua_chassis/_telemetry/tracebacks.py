"""How an exception is shown in a log: its types and the places in the code, never its message.

A message may quote what somebody sent (pydantic's `input_value`, BSON's value, MongoDB's whole
document), and a log is read and kept by more people than a dossier is. Only messages that this
project writes without values are shown.
"""

import sys
from collections.abc import MutableMapping
from itertools import islice
from types import TracebackType
from typing import Any

from motcua_contracts import Refusal
from motcua_contracts.wire.envelope import Undecodable, explain
from pydantic import ValidationError

from ..failures import told

OWN = "motcua_chassis."
"""The chassis' own exceptions name lanes, topics and ids of records."""
MOST_FRAMES = 40
MOST_CAUSES = 8
MOST_MESSAGE = 200


def without_messages(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """structlog's processor: `exc_info` (True, an exception or a tuple) becomes `exception`, a text
    without anybody's data.
    """
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = shown(error)
    return event


def shown(error: BaseException) -> str:
    """The exception and what caused it, the innermost first, each with its frames."""
    parts: list[str] = []
    one: BaseException | None = error
    while one is not None and len(parts) < MOST_CAUSES:
        parts.append("\n".join((*_frames(one.__traceback__), _headline(one))))
        parts.extend(
            _headline(inner) for inner in islice(getattr(one, "exceptions", ()), MOST_CAUSES)
        )
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n\n".join(reversed(parts))


def said(error: BaseException) -> str:
    """What may be told of an exception beside its type: own words without values, else a code, else
    nothing.
    """
    match error:
        case ValidationError():
            return explain(error)[:MOST_MESSAGE]
        case Undecodable():
            return error.reason[:MOST_MESSAGE]
        case Refusal():
            return error.slug
        case _ if type(error).__module__.startswith(OWN):
            return str(error)[:MOST_MESSAGE]
        case _:
            code = told(error).get("code")
            return "" if code is None else f"code {code}"


def _headline(error: BaseException) -> str:
    name = type(error).__name__
    text = said(error)
    return f"{name}: {text}" if text else name


def _frames(trace: TracebackType | None) -> list[str]:
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"  {_short(code.co_filename)}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return lines[-MOST_FRAMES:]


def _short(file: str) -> str:
    """From the package on: `site-packages/x/y.py` is `x/y.py`, a file of ours begins with its
    distribution.
    """
    _, found, rest = file.rpartition("/site-packages/")
    return rest if found else "/".join(file.split("/")[-2:])
