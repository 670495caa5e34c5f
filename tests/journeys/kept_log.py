"""Keeps what a stack's log and stores hold, for a later release to fold."""

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

from motcua_audit.folds import SPEAKERS
from motcua_audit.log import EVENT_TOPICS, Log
from motcua_audit.stores import Stores


def keep(kafka: str, mongo: str, into: Path) -> None:
    """Write every event and every stored state; tests/unit/audit/test_audit_kept_log.py says how
    they are in the file.
    """
    with gzip.open(into, "wt", encoding="utf-8") as file:
        json.dump(asyncio.run(_held(kafka, mongo)), file, ensure_ascii=False)


async def _held(kafka: str, mongo: str) -> dict[str, Any]:
    records, states = [], {}
    async with Log(kafka) as log:
        for topic in EVENT_TOPICS:
            for lane in log.lanes((topic,)):
                async for record in log.read((topic,), lane):
                    at = record.topic, record.partition, record.offset, record.timestamp
                    value = record.value.decode() if record.value is not None else None
                    records.append((*at, (record.key or b"").decode(), value))
    async with Stores(mongo) as stores:
        for service in SPEAKERS:
            found = stores.database(service).cases.find({})
            states[service] = {
                case["_id"]: (case["lane"], case["state"], case["sequence"], case["hash"])
                async for case in found
            }
    return {"records": records, "states": states}
