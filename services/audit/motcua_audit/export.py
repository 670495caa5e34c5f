"""A dossier's records as one file that can be verified without Kafka, database or network.

JSON lines. The first is the manifest: dossier, number of records, SHA-256 of all the lines behind
it, the heads of the chains. Each line behind it is one record: its place, its append time, its
SHA-256 and its exact bytes as text (`raw`; `raw_base64` where they are not UTF-8).

Whoever can change the file can write a manifest that fits: the SHA-256 that `export` prints is to
be kept elsewhere.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from motcua_contracts.wire.envelope import rfc3339, sha256

from .domain.difference import Difference, Kind, LogPosition
from .domain.ends import End, compare_ends
from .domain.verify import Link, Read, read
from .log import Unreachable
from .proof import Proof, Record, prove

FORMAT = 1


def write_export(
    file: Path, subject: str, records: Sequence[Record], origin: str, now: datetime
) -> dict[str, Any]:
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
    """Verify a file: its manifest, each record's hash, the chains, and the order of the lines.

    Raises `Unreachable` for what is no export at all. A line that cannot be read is a difference.
    """
    manifest, records, ends, lines = _read(file)
    subject = manifest["dossier"]
    found: list[Difference] = []
    held: list[Record] = []
    before: tuple[int, Record] | None = None
    for number, record in enumerate(records, 2):
        if isinstance(record, str):
            found.append(
                Difference("unreadable", "", subject, None, None, f"line {number}: {record}")
            )
            continue
        if before is not None and record.place < before[1].place:
            known = read(record.raw, record.place)
            source, sequence = (
                (known.source, known.link.sequence) if isinstance(known, Read) else ("", None)
            )
            detail = f"line {number} comes after line {before[0]}, which is {before[1].place}"
            found.append(Difference("reordered", source, subject, sequence, record.place, detail))
        held.append(record)
        before = number, record
    proof = prove(subject, held)
    links: dict[str, list[Link]] = {}
    for one in (read(record.raw, record.place) for record in held):
        if not isinstance(one, Read):
            continue
        if one.subject == subject:
            links.setdefault(one.source, []).append(one.link)
        else:
            detail = "a record of another subject lies in the file"
            found.append(
                Difference(
                    "inserted", one.source, one.subject, one.link.sequence, one.link.place, detail
                )
            )
    found += [*proof.strays, *compare_ends(subject, links, ends)]
    digest, count = sha256(lines), len(records)
    if count != manifest["records"]:
        kind: Kind = "removed" if count < manifest["records"] else "inserted"
        detail = "the file does not hold as many records as the manifest says"
        found.append(
            Difference(kind, "", subject, None, None, detail, str(manifest["records"]), str(count))
        )
    if digest != manifest["sha256"]:
        detail = "sha256: the lines behind the manifest are not those that were exported"
        found.append(
            Difference("altered", "", subject, None, None, detail, manifest["sha256"], digest)
        )
    return Proof(subject, proof.chains, found)


def read_export(file: Path) -> tuple[str, list[Record]]:
    """The dossier and the records of a file, without verifying it.

    Raises `Unreachable` where a line cannot be read.
    """
    manifest, records, _, _ = _read(file)
    for number, record in enumerate(records, 2):
        if isinstance(record, str):
            raise Unreachable(f"{file}: line {number}: {record}")
    return manifest["dossier"], [record for record in records if not isinstance(record, str)]


def seal_of(file: Path) -> str:
    """SHA-256 of the lines behind the manifest, as `export` prints it: to be compared with what was
    noted down then.
    """
    return sha256(file.read_bytes().partition(b"\n")[2])


def _read(file: Path) -> tuple[dict[str, Any], list[Record | str], dict[str, End], bytes]:
    """The manifest, each record (or why its line cannot be read), the ends of the chains, and the
    bytes behind the manifest.
    """
    try:
        first, _, lines = file.read_bytes().partition(b"\n")
        manifest = orjson.loads(first)
        if manifest["motcua_export"] != FORMAT:
            raise ValueError(f"motcua_export: {FORMAT} is required")
        ends = {
            chain["source"]: End(int(chain["records"]), str(chain["head"]))
            for chain in manifest["chains"]
        }
        wanted = {
            "dossier": str(manifest["dossier"]),
            "records": int(manifest["records"]),
            "sha256": str(manifest["sha256"]),
        }
    except OSError as error:
        raise Unreachable(f"{file}: {error.strerror or error}") from error
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise Unreachable(
            f"{file} is no export of this tool: {type(error).__name__} {str(error)[:100]}"
        ) from error
    return (
        wanted,
        [_record(line) for line in lines.removesuffix(b"\n").split(b"\n") if lines],
        ends,
        lines,
    )


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


def _record(line: bytes) -> Record | str:
    try:
        held = orjson.loads(line)
        raw = (
            held["raw"].encode()
            if "raw" in held
            else base64.b64decode(held["raw_base64"], validate=True)
        )
        place = LogPosition(str(held["topic"]), int(held["partition"]), int(held["offset"]))
        return Record(
            raw,
            place,
            datetime.fromisoformat(held["appended_at"]),
            int(held["copies"]),
            str(held["sha256"]),
        )
    except (
        orjson.JSONDecodeError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        binascii.Error,
    ) as error:
        return f"is no record as this tool writes it ({type(error).__name__} {str(error)[:100]})"
