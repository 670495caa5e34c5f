"""Writes the goldens: one record of each wire type that was ever published, and one of each kind of
private record.

    python tests/contracts/golden_records.py

writes those that are missing and enters them in the manifest. One that is there is never written
again: it represents records that are on Kafka forever. Only before the first release may a golden
be deleted and rewritten.
"""

import hashlib
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from motcua_contracts import Event, Message, Payload
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.values.bounds import BANK_NUMBER, REQUEST_NUMBER_OR_NONE
from motcua_contracts.wire.asyncapi import papers, registry
from motcua_contracts.wire.envelope import GENESIS, encode
from motcua_contracts.wire.payload import DeadLettered
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)

GOLDENS = Path(__file__).parent / "goldens"
MANIFEST = GOLDENS / "SHA256SUMS"
INSTANT = datetime(2026, 11, 26, 3, 30, 15, 123000, tzinfo=UTC)
FITTING = {
    r"^[0-9a-f]{64}$": "ab" * 32,
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "07:30",
    r"^[a-z0-9-]*$": "not-eligible",
    r"^$|^([01][0-9]|2[0-3]):[0-5][0-9]$": "07:30",
    REQUEST_NUMBER_OR_NONE: "125/DDN-HH",
    BANK_NUMBER: "FT26331000001",
}
"""A value for each pattern of which no word is an example."""


def expected() -> Iterator[tuple[str, bytes]]:
    """Every golden's file name, and the bytes that an example gives under the present models."""
    for wire_type, model in registry().items():
        yield f"{wire_type}.json", record(model)
    for paper in papers():
        raw = PrivateEntry.of(1, example(paper)).raw
        assert raw is not None, "only a tombstone has no bytes"
        yield f"paper.{paper.__name__}.json", raw


def record(model: type[Payload]) -> bytes:
    data = example(model)
    chained = issubclass(model, Event) and not issubclass(model, DeadLettered)
    return encode(
        Message(
            id="0192f0c0-0000-7000-8000-000000000001",
            source=f"/motcua/{model.owner}",
            type=model.wire_type,
            subject="d-1",
            time=INSTANT,
            actor="officer:officer-tckh",
            correlationid="c-1",
            causationid="m-1",
            data=data,
            sequence=1 if chained else None,
            prevhash=GENESIS if chained else None,
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
    )


def example(model: type[M]) -> M:
    """An instance with every field filled, also those that have a default, so that none can be
    renamed unseen.
    """
    return model.model_validate(
        {
            name: value(field.annotation, field.metadata)
            for name, field in model.model_fields.items()
        }
    )


def value(kind: Any, metadata: Any = ()) -> Any:
    """An example of an annotation.

    Raises `TypeError` for a kind that no contract used before: add it here.
    """
    origin, args = get_origin(kind), get_args(kind)
    if hasattr(kind, "__metadata__"):
        return value(args[0], kind.__metadata__)
    match origin or kind:
        case _ if origin is Literal:
            return args[-1]
        case _ if origin in (Union, UnionType):
            return value(next(arg for arg in args if arg is not NoneType), metadata)
        case _ if origin is tuple:
            return [value(args[0])]
        case _ if origin is dict:
            return {value(args[0]): value(args[1])}
        case _ if kind is str:
            patterns = [part.pattern for part in metadata if getattr(part, "pattern", None)]
            return FITTING.get(patterns[0], "Mẫu") if patterns else "Mẫu"
        case _ if kind is bool:
            return True
        case _ if kind is int:
            return min(
                [7, *(part.le for part in metadata if getattr(part, "le", None) is not None)]
            )
        case _ if kind is float:
            return 1.5
        case _ if kind is datetime or getattr(kind, "__name__", "") == "AwareDatetime":
            return INSTANT
        case _ if kind is date:
            return INSTANT.date()
        case _ if kind is Any:
            return "text"
        case _ if isinstance(kind, type) and issubclass(kind, BaseModel):
            return example(kind)
        case _:
            raise TypeError(f"no example of {kind}")


def sums() -> dict[str, str]:
    """The manifest: file name -> SHA-256."""
    lines = MANIFEST.read_text().splitlines() if MANIFEST.exists() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def write_missing() -> int:
    known = {name: digest for name, digest in sums().items() if (GOLDENS / name).exists()}
    written = 0
    for name, raw in expected():
        path = GOLDENS / name
        if not path.exists():
            path.write_bytes(raw)
            known[name] = hashlib.sha256(raw).hexdigest()
            written += 1
    MANIFEST.write_text("".join(f"{known[name]}  {name}\n" for name in sorted(known)))
    return written


if __name__ == "__main__":
    sys.stdout.write(f"{write_missing()} goldens written\n")
