"""A collection in memory that knows just what the archive does with MongoDB: unordered upserts, and
finding by a range of ids.
"""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from motcua_audit.archive import COLLECTION, archive
from motcua_chassis import Projected
from pymongo import InsertOne


class Found:
    def __init__(self, documents: list[dict[str, Any]]) -> None:
        self._documents = documents

    def sort(self, field: str, direction: int) -> "Found":
        return Found(
            sorted(
                self._documents, key=lambda document: str(document[field]), reverse=direction < 0
            )
        )

    def limit(self, count: int) -> "Found":
        return Found(self._documents[:count] if count else self._documents)

    async def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        for document in self._documents:
            yield document


class Collection:
    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}

    def write(self, operations: Iterable[Any]) -> None:
        for operation in operations:
            # pymongo keeps what it will send in these two.
            if isinstance(operation, InsertOne):
                document: Any = operation._doc
                assert document["_id"] not in self.documents
                self.documents[document["_id"]] = document
                continue
            wanted: Any = operation._filter
            change: Any = operation._doc
            assert set(change) == {"$addToSet"}
            document = self.documents[wanted["_id"]]
            for field, value in change["$addToSet"].items():
                if value not in document.setdefault(field, []):
                    document[field].append(value)

    def find(self, wanted: dict[str, Any], fields: Any = None) -> Found:
        bounds = wanted.get("_id", {})
        if "$in" in bounds:
            return Found(
                [self.documents[known] for known in bounds["$in"] if known in self.documents]
            )
        assert set(bounds) <= {"$gte", "$gt", "$lt"}
        tests = {"$gte": lambda a, b: a >= b, "$gt": lambda a, b: a > b, "$lt": lambda a, b: a < b}
        return Found(
            [
                d
                for d in self.documents.values()
                if all(tests[name](d["_id"], bound) for name, bound in bounds.items())
            ]
        )


class Database(dict[str, Collection]):
    """`database[...]` as Motor gives it."""

    def __init__(self) -> None:
        super().__init__({COLLECTION: Collection()})

    async def archive(self, *records: Projected) -> None:
        for name, operations in (await archive(records, self[COLLECTION])).items():
            self[name].write(operations)
