"""What the folds of all sources share: shapes of references and due dates, and handlers that need
no function of their own.
"""

from collections.abc import Callable
from typing import Any, Protocol, cast, overload

from motcua_contracts import Payload
from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import DossierAccepted, RequestedPaper
from motcua_contracts.messages.routing import (
    CaseOpened,
    ClockResumed,
    DeadlineExtended,
    DueDateMoved,
)
from motcua_contracts.rules.deadline import DeadlineStep

from ..changes import Changing
from ..stored import Due, FileReference, More, PaperAsked

Handler = Callable[[Changing, Any], More | None]
"""Changes the document, and gives what the history shows of the event beside its name; None: no
history entry.
"""


@overload
def reference(document: DocumentRef) -> FileReference: ...
@overload
def reference(document: DocumentRef | None) -> FileReference | None: ...
def reference(document: DocumentRef | None) -> FileReference | None:
    """A document as views name it."""
    if document is None:
        return None
    return {"sha256": document.sha256, "size": document.size, "media_type": document.media_type}


def due(
    event: DossierAccepted | CaseOpened | ClockResumed | DeadlineExtended | DueDateMoved,
) -> Due:
    """The computation is kept as JSON: it is only ever read whole."""
    steps = (
        b"["
        + b",".join(DeadlineStep.__pydantic_serializer__.to_json(step) for step in event.steps)
        + b"]"
    )
    return {
        "due_at": event.due_at,
        "calendar": event.calendar,
        "calendar_version": event.calendar_version,
        "steps": steps,
    }


class Computed(Protocol):
    """An event that says how a date came about."""

    @property
    def steps(self) -> tuple[DeadlineStep, ...]: ...


def why(event: Computed) -> More:
    """The line of a moved date that says why, for the history."""
    return (
        {"reason_vi": event.steps[0].text_vi, "reason_en": event.steps[0].text_en}
        if event.steps
        else {}
    )


def asked_lines(papers: tuple[RequestedPaper, ...]) -> list[PaperAsked]:
    """The lines of a supplement request, as they are stored."""
    return [
        {
            "paper": one.paper,
            "copies": one.copies,
            "kind": one.kind,
            "reason_code": one.reason_code,
        }
        for one in papers
    ]


def only_status(document: Changing, event: Payload) -> None:
    """The status fold is all there is to it."""


def says(*names: str) -> Handler:
    """An event that only goes into the history, with these of its values."""

    def handler(document: Changing, event: Payload) -> More:
        return cast(More, {name: getattr(event, name) for name in names})

    return handler
