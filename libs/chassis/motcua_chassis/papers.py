"""The replica of private papers, as everybody keeps it: `{_id: "<subject>/<revision>", raw}`. Read only."""

from typing import Any


async def latest_paper(papers: Any, subject: str) -> bytes | None:
    """The exact bytes of a subject's last revision; None where the replica holds none (yet). Raises the driver's errors."""
    prefix = f"{subject}/"
    last, raw = 0, None
    async for row in papers.find({"_id": {"$gte": prefix, "$lt": f"{subject}0"}}):  # "0" follows "/"
        revision = row["_id"].removeprefix(prefix)
        if revision.isdigit() and int(revision) > last and row.get("raw") is not None:
            last, raw = int(revision), bytes(row["raw"])
    return raw
