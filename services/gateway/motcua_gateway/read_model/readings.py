"""Who read a dossier's papers or found it by its applicant, for its owner: one row a reading, from
audit's events.

The owner's own looks are no readings. The rows hold an officer's id and a document's hash, nothing
of what was read.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from motcua_contracts import Catalogue, CatalogueEntryMissing, Label, Message, Payload
from motcua_contracts.messages.audit import ListRead, LogRead, PaperRead
from pymongo import ReplaceOne

from ..http.paging import Page, sorted_page
from ..procedures.agencies import agency_names

EVENTS = (PaperRead, LogRead, ListRead)
WHAT: Mapping[str, Label] = {
    "papers": Label("tờ khai và thông tin người nộp", "declaration and applicant"),
    "log": Label("nhật ký xử lý", "processing log"),
    "search": Label("tìm hồ sơ theo người nộp", "search for the applicant's dossiers"),
    "document": Label("tài liệu", "document"),
}
"""What was read, for people. `document`: `sha256` says which."""


class ReadingsOfPapers:
    """The collection `readings`."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    async def make_indexes(self) -> None:
        """Idempotent."""
        await self._collection.create_index([("dossier", 1), ("at", -1), ("_id", -1)])

    async def page(self, dossier_id: str, cursor: str | None, limit: int) -> Page[dict[str, Any]]:
        """The latest first. Raises `CursorInvalid`."""
        return await sorted_page(
            self._collection.find, {"dossier": dossier_id}, "at", -1, cursor, limit
        )


def rows_of(messages: Iterable[Message[Payload]]) -> list[ReplaceOne[dict[str, object]]]:
    """The writes of these events; a copy of an event writes the same rows again."""
    return [
        ReplaceOne({"_id": row["_id"]}, row, upsert=True)
        for message in messages
        for row in _rows(message)
    ]


def _rows(message: Message[Payload]) -> list[dict[str, object]]:
    """One row for each dossier that was read.

    A list says which only where somebody was looked for.
    """
    data = message.data
    match data:
        case PaperRead():
            about = {"dossier": message.subject, "reader": data.reader, "what": data.document}
        case LogRead():
            about = {"dossier": data.dossier_id, "reader": data.reader, "what": "log"}
        case ListRead():
            seen = {"at": message.time, "reader": data.reader, "what": "search"}
            return [
                {"_id": f"{message.id}/{dossier}", "dossier": dossier, **seen}
                for dossier in data.found
            ]
        case _:
            raise TypeError(type(data).__name__)
    return [{"_id": message.id, "at": message.time, **about}]


def shown(
    row: Mapping[str, Any], names: Mapping[str, str], catalogue: Catalogue
) -> dict[str, object]:
    """One reading as the owner sees it: when, what, and who by name, post,
    department and agency.
    """
    officer = str(row["reader"]).removeprefix("officer:")
    what = row["what"] if row["what"] in WHAT else "document"
    return {
        "at": row["at"],
        "what": what,
        "what_vi": WHAT[what].vi,
        "what_en": WHAT[what].en,
        "sha256": row["what"] if what == "document" else None,
        "reader": {"name": names.get(officer, ""), **_seat(officer, catalogue)},
    }


def _seat(officer: str, catalogue: Catalogue) -> dict[str, str]:
    names = ("post", "department", "agency")
    try:
        seat = catalogue.last_seat(officer)
    except CatalogueEntryMissing:  # an auditor, or somebody who left
        return {f"{name}_{language}": "" for name in names for language in ("vi", "en")}
    agency_vi, agency_en, departments = agency_names(seat.agency, catalogue)
    department_vi, department_en = departments.get(
        seat.department, (seat.department, seat.department)
    )
    return {
        "post_vi": seat.post_vi,
        "post_en": seat.post_en,
        "department_vi": department_vi,
        "department_en": department_en,
        "agency_vi": agency_vi,
        "agency_en": agency_en,
    }
