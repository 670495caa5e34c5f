"""Who did it, marked where it is declared: fields of events that name a person by id say whether
that is whoever acted.

The auditor holds a `Doer` against the event's own `actor`: an event whose actor is an officer and
whose data name another one is forged. A test holds that every such field of an event bears one of
the two (`tests/unit/contracts/test_doers.py`).
"""

from enum import Enum
from functools import cache
from typing import Annotated

from ..values.bounds import Id
from .payload import Payload


class Named(Enum):
    """Whom a field names."""

    DOER = "whoever acted; empty where a rule did"
    OTHER = "somebody whom the act concerns"


Doer = Annotated[Id, Named.DOER]
"""The event's actor, as `officer:<id>` or the id alone. Empty for a step that the rules did."""
Somebody = Annotated[Id, Named.OTHER]
"""Who is asked, reminded, away, or owns the dossier."""


@cache
def doer_fields(model: type[Payload]) -> tuple[str, ...]:
    """The fields of an event that name whoever acted."""
    return tuple(name for name, field in model.model_fields.items() if Named.DOER in field.metadata)


def named_otherwise(event: Payload, actor: str) -> str:
    """The field in which a person's event names another one than its actor; empty where none does,
    and for what rules said.
    """
    if actor.startswith("system:"):
        return ""
    allowed = ("", actor, actor.partition(":")[2])
    return next(
        (name for name in doer_fields(type(event)) if getattr(event, name) not in allowed), ""
    )
