"""One document a dossier (`stored.py`), folded from its events: pure functions on plain dicts, no
database here.

Every source writes only its own part, by its own sequence: `filing`, `acceptance`, `completion` are
intake's, `case` routing's, `charge` payment's, `notified` notify's. The status is the fold of
motcua_contracts.rules.status. What is read off the parts together (`status`, `due_at`, …) is
written beside them for queries. So copies change nothing, and the order between sources does not
matter.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict, TypeVar

import orjson
from motcua_contracts import Message, Payload
from motcua_contracts.rules.archive import LASTING
from motcua_contracts.rules.status import Progress, fold

from .changes import Changing
from .folds import HANDLERS
from .folds.actors import who_did
from .milestones import mark_of
from .stored import Document as Document
from .stored import Due, Entry, FileReference, HeldFile, Upload

SOURCES = {"/motcua/intake": 0, "/motcua/routing": 1, "/motcua/payment": 2, "/motcua/notify": 3}
"""Places of the sources in a history entry; among events of the same millisecond the earlier one
comes first.
"""


class Sequenced(TypedDict):
    """A document of one source's events."""

    sequence: int
    """Of the last event that was taken in."""


S = TypeVar("S", bound=Sequenced)


def fold_sequence(
    document: S,
    messages: Iterable[Message[Payload]],
    take: Callable[[S, Message[Payload]], None],
) -> S | None:
    """A document of one subject with one source's events taken in, by their `sequence`.

    None: nothing in them is new.
    """
    before = document["sequence"]
    for message in messages:
        if message.sequence is not None and message.sequence > document["sequence"]:
            document["sequence"] = message.sequence
            take(document, message)
    return document if document["sequence"] > before else None


def fold_all(
    document: Mapping[str, Any] | None, dossier_id: str, messages: Iterable[Message[Payload]]
) -> Changing | None:
    """The stored document with these events taken in; parts of the given one are changed in place.

    None: nothing in them is new.
    """
    stored = (
        document
        if document is not None
        else {"_id": dossier_id, "progress": b"{}", "notified": 0, "history": []}
    )
    document = Changing(stored, is_new=document is None)
    progress = Progress.model_validate_json(document["progress"])
    heard = {
        0: progress.intake.sequence,
        1: progress.routing.sequence,
        2: progress.payment.sequence,
        3: document["notified"],
    }
    news, status = False, None if document.is_new else progress.status
    for message in messages:
        place, sequence = SOURCES.get(message.source), message.sequence
        if place is None or sequence is None or sequence <= heard[place]:
            continue
        heard[place], news = sequence, True
        progress, document.at = fold(progress, message), message.time
        if (mark := mark_of(message)) is not None:
            _insert(document, "marks", list(mark), _when)
        if progress.status != status:
            status = progress.status
            document.setdefault("passed", []).append([status, message.time])
            document.pushed("passed", [status, message.time])
        more, actor = (
            HANDLERS[type(message.data)](document, message.data),
            who_did(document, message),
        )
        if more is not None:
            event = type(message.data).__name__
            entry = Entry(message.time, place, sequence, event, actor, more)
            _insert(document, "history", list(entry), _order)
    if not news:
        return None
    document["progress"] = Progress.__pydantic_serializer__.to_json(progress, exclude_defaults=True)
    document.put("notified", heard[3])
    _read_off(document, progress, sum(heard.values()))
    return document


def _insert(
    document: Changing, name: str, item: list[Any], key: Callable[[list[Any]], Any]
) -> None:
    """Into its place in a sorted list; at the end, where almost all belong, only the item is
    written.
    """
    items: list[Any] = document.setdefault(name, [])
    insort(items, item, key=key)
    if items[-1] is item:
        document.pushed(name, item)
    else:
        document.rewritten(name)


def _when(mark: list[Any]) -> tuple[datetime, str]:
    return mark[0], mark[1]


def _order(entry: list[Any]) -> tuple[datetime, int, int]:
    """By the first three fields of an `Entry`."""
    at, source, sequence, *_ = entry
    return at, source, sequence


def _read_off(document: Changing, progress: Progress, version: int) -> None:
    """What queries and lists need. `version` grows with every event taken in."""
    task = document.typed.get("case", {}).get("task")
    history = document.typed["history"]
    document["version"] = version
    document.put("status", progress.status)
    document.put("due_at", progress.due_at)
    document.put("first_due_at", progress.routing.first_due_at or progress.due_at)
    document.put("changed_at", Entry(*history[-1]).at if history else None)
    document.put(
        "officer", task["officer"] if task is not None and progress.status == "processing" else ""
    )
    if held := [one["sha256"] for one in documents_of(document.typed)]:
        document.put("documents", held)


def documents_of(document: Document) -> list[HeldFile]:
    """Every file of the dossier, with its `kind`: upload, slip (also of a supplement request or a
    refusal), receipt, apology or result.

    Of one whose papers were erased those that last.
    """
    case, charge = document.get("case", {}), document.get("charge", {})
    parts: list[HeldFile | None] = [
        *(_upload(paper) for paper in document.get("filing", {}).get("papers", ())),
        _kind(document.get("acceptance", {}).get("slip"), "slip"),
        *(_kind(slip, slip["kind"]) for slip in document.get("slips", ())),
        _kind(charge.get("receipt", {}).get("document"), "receipt"),
        *(_kind(one["letter"], "apology") for one in case.get("apologies", ())),
        _kind(case.get("result"), "result"),
    ]
    held = [part for part in parts if part is not None]
    if not document.get("forgotten"):
        return held
    return [part for part in held if part["kind"] in LASTING] if document.get("lasting") else []


def _kind(reference: FileReference | None, kind: str) -> HeldFile | None:
    if reference is None:
        return None
    return {
        "sha256": reference["sha256"],
        "size": reference["size"],
        "media_type": reference["media_type"],
        "kind": kind,
    }


def _upload(upload: Upload) -> HeldFile:
    return {
        "paper": upload["paper"],
        "sha256": upload["sha256"],
        "size": upload["size"],
        "media_type": upload["media_type"],
        "kind": "upload",
    }


def due_of(document: Document) -> Due | None:
    """The due date with its computation: routing's own once the case is open; None before
    acceptance.
    """
    return document.get("case", {}).get("due") or document.get("acceptance", {}).get("due")


def due_steps(document: Document) -> list[dict[str, object]]:
    """How the due date came about, line by line."""
    due = due_of(document)
    steps: list[dict[str, object]] = orjson.loads(due["steps"]) if due else []
    return steps
