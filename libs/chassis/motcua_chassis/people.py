"""Officers by name, from the replica of catalog.people, for services that print
or write to them.
"""

from typing import Any

from motcua_contracts.messages.catalog import Person
from pydantic import ValidationError

from .private_records import bytes_of, latest_record


async def person(replica: Any, officer: str) -> Person | None:
    """The private record of the officer's last seat; None where there is none (yet).

    Raises the driver's errors, `TypeError` and `ValidationError` for one that cannot be read.
    """
    row = await latest_record(replica, f"officer:{officer}")
    return Person.model_validate_json(bytes_of(row["raw"])) if row is not None else None


async def name_of(replica: Any, officer: str) -> str:
    """The officer's name as a paper prints it; empty for nobody, and where no record (that can be
    read) says it.
    """
    try:
        found = await person(replica, officer) if officer else None
    except (TypeError, ValidationError):
        return ""
    return found.full_name if found is not None else ""
