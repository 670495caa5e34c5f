"""What is wrong with a value, told by the field's name and what is allowed there: never the value,
nor a key that somebody chose.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..values.bounds import PATTERNS

MOST_EXPLAINED = 20
"""So many faults are told of one body: a list may hold thousands."""
MOST_STEPS = 20
UNKNOWN = "…"


def field_of(loc: Sequence[str | int], known: Collection[str]) -> str:
    """A place in a body as `applicant.full_name`; a step that is not among the `known` names is
    `…`.
    """
    steps = [
        str(step) if isinstance(step, int) or step in known else UNKNOWN
        for step in loc[:MOST_STEPS]
    ]
    return ".".join(steps)


def allowed(error: Mapping[str, Any]) -> str:
    """pydantic's message, but for those that repeat the value or show a pattern that nobody can
    read.
    """
    context = error.get("ctx") or {}
    match error["type"]:
        case "literal_error":
            return f"one of {context.get('expected', '')}"
        case "json_invalid":
            return "valid JSON"
        case "string_pattern_mismatch" if context.get("pattern") in PATTERNS:
            return PATTERNS[context["pattern"]]
        case "value_error":  # of a validator of ours, which says what is allowed
            return str(error["msg"]).removeprefix("Value error, ")
        case _ if "error" in context:
            return f"a valid {error['type'].removesuffix('_parsing').replace('_', ' ')}"
        case _:
            return str(error["msg"])
