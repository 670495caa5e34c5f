"""Officers as mails to them need it: name and office address, from the replica of catalog.people."""

from typing import Any

from motcua_contracts.catalog import Person


async def latest_paper(papers: Any, officer: str) -> Person | None:
    """The paper of the officer's last place; None where there is none (yet). Raises the driver's errors."""
    prefix = f"officer:{officer}/"
    versions = {
        int(row["_id"].removeprefix(prefix)): bytes(row["raw"])
        async for row in papers.find({"_id": {"$gte": prefix, "$lt": prefix + "~"}})
        if row.get("raw") is not None
    }
    return Person.model_validate_json(versions[max(versions)]) if versions else None
