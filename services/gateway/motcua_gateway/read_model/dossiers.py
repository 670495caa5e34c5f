"""The read model's collection `dossiers`: who may see which, and pages of them.

What is in a document: document.py.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from motcua_contracts.rules.refusals import DossierUnknown, ForeignAgency

from ..http.held import hold
from ..http.paging import Page, sorted_page
from ..identity.callers import Caller
from .folds.routing import desk_of
from .stored import Document, history_of

LISTED = {
    "progress": 0,
    "history": 0,
    "marks": 0,
    "passed": 0,
    "acceptance.due.steps": 0,
    "case.due.steps": 0,
}
"""Parts that no list shows. `progress` is small, but reading it costs a fold."""


def scope_of(caller: Caller) -> dict[str, object]:
    """Which dossiers an officer may see: at the counter those received by the officer's agency, in
    a department those it had a step of.
    """
    seat = caller.require_seat("clerk", "cashier", "officer", "leader")
    allowed: list[dict[str, object]] = []
    if caller.roles & {"clerk", "cashier"}:
        allowed.append({"agency": seat.agency})
    if caller.roles & {"officer", "leader"}:
        allowed.append({"desks": desk_of(seat.agency, seat.department)})
    return allowed[0] if len(allowed) == 1 else {"$or": allowed}


def places_of(caller: Caller) -> list[str]:
    """The same rule as places, for an index that holds the dossiers of each: `agency:…` and
    `desk:…`.
    """
    seat = caller.require_seat("clerk", "cashier", "officer", "leader")
    counter = [f"agency:{seat.agency}"] if caller.roles & {"clerk", "cashier"} else []
    department = (
        [f"desk:{desk_of(seat.agency, seat.department)}"]
        if caller.roles & {"officer", "leader"}
        else []
    )
    return counter + department


def may_see(caller: Caller, document: Document) -> bool:
    """The same rule for one document; and who was given a task of it, or was told that it is late,
    in whichever department that lies.
    """
    seat = caller.seat
    if seat is None:
        return False
    counter = bool(caller.roles & {"clerk", "cashier"}) and document.get("agency") == seat.agency
    department = bool(caller.roles & {"officer", "leader"}) and desk_of(
        seat.agency, seat.department
    ) in document.get("desks", ())
    return (
        counter
        or department
        or bool(
            caller.officer
            and caller.roles & {"officer", "leader"}
            and _was_given(document, caller.officer)
        )
    )


def _was_given(document: Document, officer: str) -> bool:
    return any(
        line.event in ("TaskAssigned", "CaseEscalated") and line.more.get("officer") == officer
        for line in history_of(document)
    )


def told_of(caller: Caller) -> dict[str, object]:
    """Of which dossiers somebody is told that they are the same matter: their own, or those that
    their own agency received or decides.
    """
    if caller.seat is None:
        return {"owner": caller.actor}
    agency, desk = caller.seat.agency, desk_of(caller.seat.agency, caller.seat.department)
    return {"$or": [{"agency": agency}, {"filing.deciding_agency": agency}, {"desks": desk}]}


OPEN = ["registered", "accepted", "processing", "supplement_requested", "payment_due"]
"""Statuses in which a dossier is still being handled."""
MOST_NAMED = 10


class Dossiers:
    """Queries.

    Documents whose registration has not been heard yet are nobody's and in no answer.
    """

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    async def make_indexes(self) -> None:
        """Idempotent."""
        await self._collection.create_index("code", sparse=True)
        for lead in ("owner", "agency", "desks"):
            await self._collection.create_index([(lead, 1), ("filed_at", -1), ("_id", -1)])
        await self._collection.create_index(
            [("officer", 1), ("case.task.due_at", 1)],
            partialFilterExpression={"officer": {"$gt": ""}},
        )
        await self._collection.create_index("documents", sparse=True)
        await self._collection.create_index("matter", sparse=True)
        await self._collection.create_index("filed_at", sparse=True)
        await self._collection.create_index(
            [("agency", 1), ("undelivered", 1)], partialFilterExpression={"undelivered": {"$gt": 0}}
        )
        await self._collection.create_index("asked", partialFilterExpression={"asked": {"$gt": ""}})
        await self._collection.create_index(
            "escalated_to", partialFilterExpression={"escalated_to": {"$gt": ""}}
        )
        await self._collection.create_index("transfers", sparse=True)
        await self._collection.create_index("charge.doubts.attempt", sparse=True)
        await self._collection.create_index("credits", sparse=True)

    async def get(self, dossier_id: str) -> Document | None:
        found: Document | None = await self._collection.find_one(
            {"_id": dossier_id, "code": {"$exists": True}}
        )
        hold("dossier", found)
        return found

    async def by_code(self, code: str) -> Document | None:
        found: Document | None = await self._collection.find_one({"code": code})
        hold("dossier", found)
        return found

    async def by_transfer(self, references: tuple[str, ...]) -> str | None:
        """The dossier whose payment a bank transfer names; None where it names none, or payments of
        two dossiers.
        """
        if not references:
            return None
        where = {"transfers": {"$in": list(references)}, "code": {"$exists": True}}
        found = [row["_id"] async for row in self._collection.find(where, {"_id": 1}).limit(2)]
        return found[0] if len(found) == 1 else None

    async def credited(self, transaction: str) -> bool:
        """Whether a bank's transaction is some dossier's already."""
        return await self._collection.find_one({"credits": transaction}, {"_id": 1}) is not None

    async def of_owner(self, caller: Caller, dossier_id: str) -> Document:
        """A citizen's own dossier. Raises `DossierUnknown`, also for somebody else's."""
        document = await self.get(dossier_id)
        if document is None or document["owner"] != caller.actor:
            raise DossierUnknown()
        return document

    async def at_desk(self, caller: Caller, dossier_id: str) -> Document:
        """A dossier that the officer may see. Raises `DossierUnknown`, `ForeignAgency`."""
        caller.require_seat("clerk", "cashier", "officer", "leader")
        document = await self.get(dossier_id)
        if document is None:
            raise DossierUnknown()
        if not may_see(caller, document):
            raise ForeignAgency()
        return document

    async def same_matter(self, document: Document, caller: Caller) -> list[dict[str, object]]:
        """Other open dossiers of the same person and procedure, the latest first: a citizen's own
        ones, an officer's those of their agency. Nobody is told of others: anybody can type a
        stranger's identity number, also at a counter.
        """
        if not (matter := document.get("matter")):
            return []
        where: dict[str, object] = {
            "matter": matter,
            "_id": {"$ne": document["_id"]},
            "status": {"$in": OPEN},
            "code": {"$exists": True},
        }
        found = self._collection.find(
            {"$and": [where, told_of(caller)]}, {"code": 1, "status": 1}
        ).sort("filed_at", -1)
        return [
            {"dossier_id": row["_id"], "code": row["code"], "status": row["status"]}
            async for row in found.limit(MOST_NAMED)
        ]

    async def holding(self, sha256: str) -> list[Document]:
        """The dossiers that hold a document."""
        return [document async for document in self._collection.find({"documents": sha256})]

    async def codes(self, dossier_ids: set[str]) -> dict[str, str]:
        """Dossier -> its code, as people read it."""
        found = self._collection.find(
            {"_id": {"$in": sorted(dossier_ids)}, "code": {"$exists": True}}, {"code": 1}
        )
        return {row["_id"]: row["code"] async for row in found}

    async def with_confirmed(
        self, owner: str, contact: str, most: int
    ) -> AsyncIterator[tuple[str, int]]:
        """Somebody's latest dossiers of which this contact is confirmed: id, and the revision of
        the papers that holds it.
        """
        where = {
            "owner": owner,
            "$or": [{"filing.confirmed": contact}, {"confirmed": contact}],
            "forgotten": {"$ne": True},
        }
        async for row in (
            self._collection.find(where, {"filing.revision": 1})
            .sort([("filed_at", -1), ("_id", -1)])
            .limit(most)
        ):
            yield row["_id"], row["filing"]["revision"]

    async def version(self, dossier_id: str) -> int:
        """How far the dossier has come; grows with every event that is shown."""
        found = await self._collection.find_one({"_id": dossier_id}, {"version": 1})
        return found["version"] if found else 0

    async def page(
        self, where: Mapping[str, object], cursor: str | None, limit: int
    ) -> Page[Document]:
        """The latest first. Raises `CursorInvalid`."""
        registered = {"$and": [where, {"code": {"$exists": True}}]}
        return await sorted_page(self._listed, registered, "filed_at", -1, cursor, limit)

    async def these(self, where: Mapping[str, object], ids: list[str]) -> list[Document]:
        """Those of these dossiers that `where` takes and that are not forgotten, in the order of
        `ids`.
        """
        wanted = {
            "$and": [
                where,
                {"_id": {"$in": ids}, "code": {"$exists": True}, "forgotten": {"$ne": True}},
            ]
        }
        found = {row["_id"]: row async for row in self._listed(wanted)} if ids else {}
        return [found[one] for one in ids if one in found]

    async def tasks(self, where: Mapping[str, object], cursor: str | None, limit: int) -> Page[Any]:
        """Open tasks, the most urgent first; each row is a `Document` whose case has a task.

        Raises `CursorInvalid`.
        """
        conditions = [
            where,
            {
                "code": {"$exists": True},
                "status": {"$in": ["processing", "supplement_requested"]},
                "case.task": {"$ne": None},
            },
        ]
        return await sorted_page(
            self._listed, {"$and": conditions}, "case.task.due_at", 1, cursor, limit
        )

    def _listed(self, where: Mapping[str, object]) -> Any:
        return self._collection.find(where, LISTED)


def tasks_of(caller: Caller, scope: str) -> dict[str, object]:
    """The filter of open tasks: the officer's own, all of the department, those that await the
    department's opinion, or what is late and escalated to this leader as well.
    """
    seat = caller.require_seat("officer", "leader")
    desk = desk_of(seat.agency, seat.department)
    match scope:
        case "mine":
            return {"officer": caller.officer}
        case "consulted":
            return {"asked": desk}
        case "escalated":
            return {"escalated_to": caller.officer}
        case _:
            return {
                "desks": desk,
                "case.task.agency": seat.agency,
                "case.task.department": seat.department,
            }
