"""Rows of lists, built one by one: one that cannot be read is shown as such, and all others are
shown.

Whoever builds a list gives the stored rows and the function that makes one row; nobody else catches
anything. What fails is logged by class and id, never by its content, and counted by view
(`motcua_unreadable_rows`).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

import orjson
from motcua_chassis.logs import Log
from motcua_chassis.metrics import Metrics
from motcua_chassis.unreadable import LONGEST_ID, Unreadable
from motcua_contracts import Label, Refusal
from pymongo.errors import PyMongoError

Row = dict[str, Any]
T = TypeVar("T")
R = TypeVar("R")

UNREADABLE: Final = Label("Không đọc được hồ sơ này", "This dossier cannot be read")
PAPERS_UNREADABLE: Final = Label(
    "Không đọc được tờ khai và thông tin người nộp của hồ sơ này",
    "Declaration and applicant of this dossier cannot be read",
)
NOTE_UNREADABLE: Final = Label("Không đọc được nội dung ghi chú", "What was typed cannot be read")


def _same(row: Any) -> Any:
    return row


class SafeRows:
    """The one place that catches what a row raises."""

    def __init__(self, metrics: Metrics, log: Log) -> None:
        self._unreadable = Unreadable(metrics, log)

    def each(
        self,
        view: str,
        rows: Iterable[Any],
        build: Callable[[Any], Row],
        of: Callable[[Any], Any] = _same,
    ) -> list[Row]:
        """What `build` makes of each row, in their order, or its `marker`.

        `of`: the dossier's document, where the row is none.
        """
        return [self._one(view, row, build, of) for row in rows]

    def _one(
        self, view: str, row: Any, build: Callable[[Any], Row], of: Callable[[Any], Any]
    ) -> Row:
        return self.one(view, of(row), lambda: sound(build(row)), lambda: marker(of(row)))

    async def one_awaited(self, view: str, row: Any, build: Callable[[Any], Awaitable[Row]]) -> Row:
        """One row whose `build` asks the database, or its `marker`.

        Raises the driver's errors: they are not the row's fault.
        """
        try:
            return sound(await build(row))
        except (PyMongoError, Refusal):
            raise
        except Exception as error:
            self.tell(view, row, error)
            return marker(row)

    def one(self, view: str, row: Any, make: Callable[[], R], otherwise: Callable[[], R]) -> R:
        """What `make` gives; `otherwise` of a row that cannot be read."""
        try:
            return make()
        except Exception as error:
            self.tell(view, row, error)
            return otherwise()

    def tell(self, view: str, row: Any, error: Exception, *, traced: bool = False) -> None:
        """Say that a row (or a record, by its id) cannot be read; `traced`: and where it failed."""
        self._unreadable.tell(
            view, row if isinstance(row, str) else _id_of(row), error, traced=traced
        )


def values_of(rows: Iterable[T], value: Callable[[T], Any]) -> set[str]:
    """The texts that `value` finds in the rows that have one: to look them up before the rows are
    built.
    """
    found = set()
    for row in rows:
        try:
            one = value(row)
        except Exception:  # noqa: S112 - told once the row itself is built
            continue
        if isinstance(one, str):
            found.add(one)
    return found


def marker(row: Any) -> Row:
    """What is shown of a row that cannot be read: that it cannot, and its dossier's id and code
    where those can.
    """
    return {
        "dossier_id": _id_of(row),
        "code": _code_of(row),
        "unreadable": True,
        "note_vi": UNREADABLE.vi,
        "note_en": UNREADABLE.en,
    }


def _id_of(row: Any) -> str:
    row = row if isinstance(row, Mapping) else {}
    found = (row.get(name) for name in ("dossier_id", "dossier", "_id"))
    return next((text_of(one) for one in found if text_of(one)), "")


def _code_of(row: Any) -> str:
    return text_of(row.get("code")) if isinstance(row, Mapping) else ""


def text_of(value: Any) -> str:
    """An id or code as it is said to people; empty for what is no text, or none that can be
    written.
    """
    return value[:LONGEST_ID] if isinstance(value, str) and value.isprintable() else ""


def sound(row: Row) -> Row:
    """The row.

    Raises `TypeError`, `ValueError` where a value has another type than its name says, or one that
    JSON has not.
    """
    _check(row)
    orjson.dumps(row, option=orjson.OPT_UTC_Z)
    return row


def _check_instant(value: Any) -> None:
    if isinstance(value, str):
        datetime.fromisoformat(value)
    elif not isinstance(value, datetime | None):
        raise TypeError("no instant")


def _check(value: Any) -> None:
    """Instants are called `at` or `…_at`, texts `…_vi`, `…_en` or `code`."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == "at" or name.endswith("_at"):
                _check_instant(inner)
            if (name == "code" or name.endswith(("_vi", "_en", "_code"))) and not isinstance(
                inner, str | None
            ):
                raise TypeError(name)
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
