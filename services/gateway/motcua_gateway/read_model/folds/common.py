"""What the folds of all sources share: shapes of references and due dates, and handlers that need
no function of their own.
"""

from collections.abc import Callable
from typing import Any

from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import DossierAccepted
from motcua_contracts.messages.routing import (
    CaseOpened,
    ClockResumed,
    DeadlineExtended,
    DueDateMoved,
)
from motcua_contracts.rules.deadline import DeadlineStep
from motcua_contracts.wire.payload import Payload

from ..changes import Changing

Handler = Callable[[Changing, Any], dict[str, Any] | None]
"""Changes the document, and gives what the history shows of the fact beside its name; None: no
history entry.
"""


def reference(document: DocumentRef | None) -> dict[str, Any] | None:
    """A document as views name it."""
    if document is None:
        return None
    return {"sha256": document.sha256, "size": document.size, "media_type": document.media_type}


def due(
    fact: DossierAccepted | CaseOpened | ClockResumed | DeadlineExtended | DueDateMoved,
) -> dict[str, Any]:
    """The computation is kept as JSON: it is only ever read whole."""
    steps = (
        b"["
        + b",".join(DeadlineStep.__pydantic_serializer__.to_json(step) for step in fact.steps)
        + b"]"
    )
    return {
        "due_at": fact.due_at,
        "calendar": fact.calendar,
        "calendar_version": fact.calendar_version,
        "steps": steps,
    }


def why(fact: Any) -> dict[str, Any]:
    """The line of a moved date that says why, for the history."""
    return (
        {"reason_vi": fact.steps[0].text_vi, "reason_en": fact.steps[0].text_en}
        if fact.steps
        else {}
    )


def only_status(document: Changing, fact: Payload) -> None:
    """The status fold is all there is to it."""


def says(*names: str) -> Handler:
    """A fact that only goes into the history, with these of its values."""

    def handler(document: Changing, fact: Any) -> dict[str, Any]:
        return {name: getattr(fact, name) for name in names}

    return handler
