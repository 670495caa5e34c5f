"""A stored document that knows which of its parts were changed, so that only those are written.

A dossier's document has some kilobytes, and most events change a few hundred bytes of it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, cast, overload

from pymongo import ReplaceOne, UpdateOne

from .stored import Case, Charge, Document, Filing, Supplement


class Changing(dict[str, Any]):
    """A document as it was read (or a new one), to be changed by item, by `part` and by `push`."""

    __slots__ = ("_changed", "_pushed", "at", "is_new")

    def __init__(self, document: Mapping[str, Any], *, is_new: bool) -> None:
        super().__init__(document)
        self.is_new = is_new
        self.at: datetime | None = None
        """When the event was said that is taken in just now."""
        self._changed: set[str] = set()
        self._pushed: dict[str, list[Any]] = {}

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self._changed.add(name)

    def put(self, name: str, value: Any) -> None:
        """Set a value; an equal one that is there already is no change."""
        if name not in self or self[name] != value:
            self[name] = value

    @property
    def typed(self) -> Document:
        """The same object, to be read by the types of its parts."""
        return cast(Document, self)

    @overload
    def part(self, name: Literal["filing"]) -> Filing: ...
    @overload
    def part(self, name: Literal["supplement"]) -> Supplement: ...
    @overload
    def part(self, name: Literal["case"]) -> Case: ...
    @overload
    def part(self, name: Literal["charge"]) -> Charge: ...

    def part(self, name: str) -> object:
        """A sub-document to change in place."""
        self._changed.add(name)
        return self.setdefault(name, {})

    def pushed(self, name: str, item: Any) -> None:
        """Say that this item was appended to the list of that name."""
        self._pushed.setdefault(name, []).append(item)

    def rewritten(self, name: str) -> None:
        """Say that the value of that name was changed in place, other than at a list's end."""
        self._changed.add(name)

    def has_changed(self, *names: str) -> bool:
        """Whether one of these was written; of a new document, whether it has one."""
        return any(name in self._changed or (self.is_new and name in self) for name in names)

    def write(self) -> ReplaceOne[Any] | UpdateOne:
        """The operation that stores what was changed."""
        if self.is_new:
            return ReplaceOne({"_id": self["_id"]}, dict(self), upsert=True)
        change: dict[str, Any] = {"$set": {name: self[name] for name in self._changed}}
        if pushes := {
            name: {"$each": items}
            for name, items in self._pushed.items()
            if name not in self._changed
        }:
            change["$push"] = pushes
        return UpdateOne({"_id": self["_id"]}, change)
