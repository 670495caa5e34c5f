"""The projection: a batch of records in, the read models' writes out.

Fast: it sees every event of every dossier.

One query for the batch's dossiers, one for the requests that could be waiting, one write a dossier.
Events that no view shows cost nothing. A view that cannot be folded or stored parks its dossier
(the chassis does that); outcomes are written apart (`close`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from motcua_chassis import Projected
from motcua_chassis.service import Writes
from motcua_contracts import Message, Payload
from motcua_contracts.messages.intake import DossierForgotten
from pymongo import ReplaceOne, UpdateMany

from ..commands.idempotency import Requests
from ..commands.outcomes import Closing, closing, may_close
from .bank_transfers import EVENTS as TRANSFER_EVENTS
from .bank_transfers import fold_transfer
from .changes import Changing
from .digests import fold_digest, is_worklist
from .document import fold_all
from .folds import HANDLERS
from .person_search import COLLECTION as PEOPLE
from .person_search import PersonSearch
from .portal_feed import feed_rows, passed_by
from .preferences import EVENTS as PREFERENCE_EVENTS
from .preferences import fold_preferences
from .readings import EVENTS as READINGS
from .readings import rows_of
from .tills import EVENTS as TILL_EVENTS
from .tills import fold_till

D = TypeVar("D", bound=Mapping[str, Any])
Fold = Callable[[Any, str, Iterable[Message[Payload]]], D | None]


class ReadModels(Protocol):
    """Where the projection reads and writes."""

    @property
    def database(self) -> Any: ...
    @property
    def awaited(self) -> Closing: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def person_search(self) -> PersonSearch: ...


async def project(batch: Sequence[Projected], tools: ReadModels) -> Writes:
    """The writes that these records lead to.

    Copies of records lead to none, or to the same ones again.
    """
    dossiers: dict[str, list[Message[Payload]]] = {}
    tills: dict[str, list[Message[Payload]]] = {}
    transfers: dict[str, list[Message[Payload]]] = {}
    wishes: dict[str, list[Message[Payload]]] = {}
    digests: dict[str, list[Message[Payload]]] = {}
    read: list[Message[Payload]] = []
    lanes: dict[str, int] = {}
    for record in batch:
        message = record.message
        if message is None:  # papers, which the chassis keeps, and types of a later version
            continue
        kind = type(message.data)
        if kind in READINGS:
            read.append(message)
        elif is_worklist(message.subject):
            digests.setdefault(message.subject, []).append(message)
        elif kind in HANDLERS:
            lanes[message.subject] = record.lane
            dossiers.setdefault(message.subject, []).append(message)
        elif kind in TILL_EVENTS:
            tills.setdefault(message.subject, []).append(message)
        elif kind in TRANSFER_EVENTS:
            transfers.setdefault(message.subject, []).append(message)
        elif kind in PREFERENCE_EVENTS:
            wishes.setdefault(message.subject, []).append(message)
    writes: dict[str, list[Any]] = {}
    changed: list[Changing] = []
    if dossiers:
        changed = await _folded(tools.database.dossiers, dossiers, fold_all)
        passed = [passed_by(document, lanes[document["_id"]]) for document in changed]
        writes["dossiers"] = [document.write() for document in changed]
        writes |= await feed_rows(passed, tools.database.portal_lanes)
    if tills:
        writes["tills"] = await _rewritten(tools.database.tills, tills, fold_till)
    if transfers:
        writes["transfers"] = await _rewritten(tools.database.transfers, transfers, fold_transfer)
    if wishes:
        writes["preferences"] = await _rewritten(
            tools.database.preferences, wishes, fold_preferences
        )
    if digests:
        writes["digests"] = await _rewritten(tools.database.digests, digests, fold_digest)
    if read:
        writes["readings"] = list(rows_of(read))
    writes[PEOPLE] = await tools.person_search.writes(batch, changed)
    return {collection: operations for collection, operations in writes.items() if operations}


async def close(batch: Sequence[Projected], tools: ReadModels) -> Writes:
    """What does not wait for a view: the outcomes of requests, and what is forgotten.

    Told for every record, also of a dossier whose view is parked: who waits has nothing to do with
    that, and nobody's erasure waits for an operator. `project` writes first, so what a view made of
    a person goes after it.
    """
    heard = [record.message for record in batch if record.message is not None]
    outcomes = await closing(
        [message for message in heard if may_close(message, tools.awaited)],
        tools.requests.collection,
    )
    gone = [message.subject for message in heard if isinstance(message.data, DossierForgotten)]
    writes: dict[str, list[Any]] = {"requests": outcomes} if outcomes else {}
    if gone:
        writes[PEOPLE] = [tools.person_search.forget(subject) for subject in gone]
        # Made from the identity number. All else that a view holds of a person is in the papers,
        # which the chassis deletes.
        writes["dossiers"] = [
            UpdateMany({"_id": {"$in": gone}, "matter": {"$gt": ""}}, {"$set": {"matter": ""}})
        ]
    return writes


async def _rewritten(
    collection: Any, messages: dict[str, list[Message[Payload]]], fold: Fold[D]
) -> list[ReplaceOne[Any]]:
    """Small documents are written whole."""
    return [
        ReplaceOne({"_id": document["_id"]}, document, upsert=True)
        for document in await _folded(collection, messages, fold)
    ]


async def _folded(
    collection: Any, messages: dict[str, list[Message[Payload]]], fold: Fold[D]
) -> list[D]:
    stored = {
        document["_id"]: document
        async for document in collection.find({"_id": {"$in": list(messages)}})
    }
    folded = (fold(stored.get(subject), subject, events) for subject, events in messages.items())
    return [document for document in folded if document is not None]
