"""The ground of everything that a person writes into the catalogue's files: unknown names are
errors, `source` marks whose word it is.
"""

import re
from datetime import date, datetime, time
from typing import Annotated, Literal

from motcua_contracts import VIETNAM
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Origin = Literal["authored-for-demo", "configured"]
AuthorityLevel = Literal["province", "district", "commune"]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=60)]
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _email(value: str) -> str:
    if value and not _EMAIL.fullmatch(value):
        raise ValueError("must be an address such as an.nguyen@agency.example, or left out")
    return value


Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A time of the day, 24 hours: `07:30`."""
Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
"""An address at an office; empty for none."""
Vnd = Annotated[int, Field(ge=0, le=10**12)]
"""Whole đồng."""


class Written(BaseModel):
    """Base of everything that a person writes."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Names(Written):
    vi: Annotated[str, Field(min_length=1)]
    en: str = ""


def midnight(day: date) -> datetime:
    """The start of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)
