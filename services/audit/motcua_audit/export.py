"""A dossier's records as one file that can be verified without Kafka, database or network.

JSON lines. The first is the manifest: dossier, number of records, SHA-256 of all the lines behind it, the heads of the chains. Each line
behind it is one record: its place, its append time, its SHA-256 and its exact bytes as text (`raw`; `raw_base64` where they are not UTF-8).
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from motcua_contracts.envelope import rfc3339, sha256

from .domain.difference import Difference, Kind, Place
from .log import Unreachable
from .proof import Proof, Record, prove

FORMAT = 1


def write_export(file: Path, subject: str, records: Sequence[Record], origin: str, now: datetime) -> dict[str, Any]:
    """Write the file; gives its manifest. `origin`: `kafka` or `archive`."""
    ordered = sorted(records, key=lambda record: record.place)
    lines = b"".join(_line(record) for record in ordered)
    proof = prove(subject, ordered)
    manifest = {
        "motcua_export": FORMAT,
        "dossier": subject,
        "origin": origin,
        "exported_at": rfc3339(now),
        "records": len(ordered),
        "sha256": sha256(lines),
        **{key: value for key, value in proof.as_json().items() if key in ("holds", "chains")},
    }
    file.write_bytes(orjson.dumps(manifest) + b"\n" + lines)
    return manifest


def verify_export(file: Path) -> Proof:
    """Verify a file: its manifest, each record's hash, and the chains.

    Raises `Unreachable` for what is no export at all.
    """
    try:
        first, _, lines = file.read_bytes().partition(b"\n")
        manifest = orjson.loads(first)
        subject, count, digest = manifest["dossier"], manifest["records"], manifest["sha256"]
        heads = {chain["source"]: (chain["records"], chain["head"]) for chain in manifest["chains"]}
        records = [_record(line) for line in lines.splitlines()]
    except OSError as error:
        raise Unreachable(f"{file}: {error.strerror or error}") from error
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, binascii.Error) as error:
        raise Unreachable(f"{file} is no export of this tool: {type(error).__name__} {str(error)[:100]}") from error
    proof = prove(subject, records)
    found = proof.strays

    def say(kind: Kind, source: str, detail: str) -> None:
        found.append(Difference(kind, source, subject, None, None, detail))

    for chain in proof.chains:
        if chain.subject != subject:
            say("inserted", chain.source, "a record of another subject lies in the file")
        elif heads.pop(chain.source, None) != (chain.records, chain.head):
            say("altered", chain.source, "the chain does not end where the manifest says")
    for source in heads:
        say("removed", source, "the manifest names this chain, but the file holds nothing of it")
    if len(records) != count:
        say("removed" if len(records) < count else "inserted", "", f"the manifest says {count} records, the file holds {len(records)}")
    if sha256(lines) != digest:
        say("altered", "", "sha256: the lines behind the manifest are not those that were exported")
    return proof


def _line(record: Record) -> bytes:
    line: dict[str, Any] = {
        "topic": record.place.topic,
        "partition": record.place.partition,
        "offset": record.place.offset,
        "appended_at": rfc3339(record.at),
        "copies": record.copies,
        "sha256": sha256(record.raw),
    }
    try:
        line["raw"] = record.raw.decode()
    except UnicodeDecodeError:
        line["raw_base64"] = base64.b64encode(record.raw).decode()
    return orjson.dumps(line) + b"\n"


def _record(line: bytes) -> Record:
    held = orjson.loads(line)
    raw = held["raw"].encode() if "raw" in held else base64.b64decode(held["raw_base64"], validate=True)
    place = Place(str(held["topic"]), int(held["partition"]), int(held["offset"]))
    return Record(raw, place, datetime.fromisoformat(held["appended_at"]), int(held["copies"]), str(held["sha256"]))
