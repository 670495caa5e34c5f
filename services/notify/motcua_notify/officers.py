"""Officers as mails to them need it: name and office address, from the replica of catalog.people."""

from typing import Any

from motcua_chassis.papers import bytes_of, latest_paper
from motcua_contracts.catalog import Person


async def person(papers: Any, officer: str) -> Person | None:
    """The paper of the officer's last place; None where there is none (yet).

    Raises the driver's errors, `TypeError` and `ValidationError` for one that cannot be read.
    """
    row = await latest_paper(papers, f"officer:{officer}")
    return Person.model_validate_json(bytes_of(row["raw"])) if row is not None else None
