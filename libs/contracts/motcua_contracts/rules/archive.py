"""How long the papers of an ended dossier are kept (thời hạn lưu trữ), and what an erasure leaves.

Pure.
"""

from datetime import datetime, time, timedelta
from typing import Annotated, Literal, get_args

from pydantic import Field

from ..values.bounds import END_OF_TIME, FIRST_INSTANT
from ..values.clock import VIETNAM
from ..wire.payload import Model

Years = Annotated[int, Field(ge=0, le=70)]
HowEnded = Literal["returned", "not_accepted", "stopped", "withdrawn"]
ENDED: tuple[str, ...] = get_args(HowEnded)
"""The statuses after which a dossier may be erased at all."""
LASTING = ("slip", "receipt", "refusal-slip", "result")
"""Kinds of documents that an erasure leaves: what the authority issued and others rely on."""


class Archive(Model):
    """Whole years from the end of the dossier, by how it ended.

    The catalogue says others for a procedure.

    The defaults are this project's own; docs/decisions/0031 says where they come from.
    """

    returned_years: Years = 10
    not_accepted_years: Years = 1
    stopped_years: Years = 1
    withdrawn_years: Years = 0


def erasable_from(archive: Archive, how: str, ended_at: datetime) -> datetime:
    """The first instant at which the papers may go: the midnight in Vietnam after the term's last
    day; no wait where there is no term.
    """
    years = {
        "returned": archive.returned_years,
        "not_accepted": archive.not_accepted_years,
        "stopped": archive.stopped_years,
    }.get(how, archive.withdrawn_years)
    if not years:
        return ended_at
    day = ended_at.astimezone(VIETNAM).date()
    try:
        last = day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        last = day.replace(year=day.year + years, day=28)
    end = datetime.combine(last + timedelta(days=1), time(), VIETNAM)
    return max(FIRST_INSTANT, min(end, END_OF_TIME))


def day_of(at: datetime) -> str:
    """`27/11/2036` in Vietnam."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y}"
