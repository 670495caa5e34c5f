"""Fields of a dossier's forms: files, the number and the day of a written request."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from motcua_contracts import Label
from motcua_contracts.messages.intake import ForgetDossier
from motcua_contracts.values.bounds import LINE, NOT_IN_LINE
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Bounded

from ..tools import Gateway
from .choices import Choices
from .fields import Field, Given, Line
from .filing import attached
from .submission import Reading

A_DATE = Label(
    "Ngày của văn bản, ví dụ 27/11/2026; không ở tương lai",
    "The document's date, for example 2026-11-27; not in the future",
)
A_NUMBER = Label(
    "Số văn bản đến, ví dụ 125/DDN-HH",
    "Its number in the incoming register, for example 125/DDN-HH",
)


class FileForPaper(BaseModel):
    """An uploaded file (`POST /files` gave its sha256) for one of the procedure's papers."""

    model_config = ConfigDict(extra="forbid")
    paper: Annotated[str, Bounded(min_length=1, max_length=60, pattern=LINE)]
    sha256: Annotated[str, Bounded(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, kw_only=True)
class Files(Given):
    """Uploaded files, each for a paper. The command has the store's own reference of each."""

    name: str = "files"
    api: Any = Annotated[tuple[FileForPaper, ...], Bounded(max_length=100)]
    default: Any = ()

    async def resolved(self, gateway: Gateway, value: tuple[FileForPaper, ...]) -> Any:
        """Raises `DocumentNotYours`."""
        return await attached(gateway.documents, [(one.paper, one.sha256) for one in value])


@dataclass(frozen=True, kw_only=True)
class RequestNumber(Line):
    """The number of a written request in the incoming register."""

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        number = form.text(self.name)
        if not number or NOT_IN_LINE.search(number) or not _fits(number):
            form.wrong[self.name] = A_NUMBER
        return {self.name: number}


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    """A day as a browser sends it, or as people write it."""

    widget = "day"

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        day = _day(form.text(self.name))
        if day is None:
            form.wrong[self.name] = A_DATE
        return {self.name: day}


def _fits(number: str) -> bool:
    try:
        ForgetDossier(agency="", request_number=number)
    except ValueError:
        return False
    return True


def _day(text: str) -> date | None:
    parts = text.split("/")
    try:
        day = (
            date(int(parts[2]), int(parts[1]), int(parts[0]))
            if len(parts) == 3
            else date.fromisoformat(text)
        )
    except (ValueError, OverflowError):
        return None
    return day if 2000 <= day.year <= 2099 else None
