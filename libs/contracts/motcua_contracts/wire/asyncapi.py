"""The AsyncAPI 3 document of everything on Kafka, made from the topics and the payloads themselves.

python -m motcua_contracts.wire.asyncapi > docs/asyncapi.json
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from .. import messages
from ..rules.decision import PrivateRecord
from .channels import topic_of, topic_of_private_record
from .envelope import CONTENT_TYPE
from .payload import REGISTRY, Command, DeadLettered, Event, Payload
from .topics import TOPICS, Topic

EXAMPLES = Path("tests/contracts/goldens")
"""A record of each kind as it is on Kafka, below the project's root: `<name>.json`."""
_KEYS = {
    "private": "subject and revision, `<dossier>/<revision>`",
    "commands": "subject",
    "events": "subject",
    "dead-letters": "subject of the record, if it was readable",
}
_ENVELOPE: dict[str, Any] = {
    "type": "object",
    "description": (
        "CloudEvents 1.0, structured JSON. Events have `sequence` and `prevhash`: a chain over the"
        " exact bytes of the records."
    ),
    "required": [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "correlationid",
        "causationid",
        "actor",
        "data",
    ],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string"},
        "source": {"type": "string", "pattern": "^/motcua/"},
        "type": {"type": "string"},
        "subject": {"type": "string"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "correlationid": {"type": "string"},
        "causationid": {"type": "string"},
        "actor": {"type": "string"},
        "sequence": {"type": "integer", "minimum": 1},
        "prevhash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "traceparent": {"type": "string"},
        "data": {"type": "object"},
        "keyid": {
            "type": "string",
            "description": (
                "Commands alone: whose key signed it; `own` for what a service tells itself."
            ),
        },
        "signedat": {"type": "string", "format": "date-time"},
        "signature": {
            "type": "string",
            "description": (
                "base64url, the last field: over `motcua.command.v1`, the topic's name (a line"
                " each) and every byte before it."
            ),
        },
    },
}


def registry() -> dict[str, type[Payload]]:
    """Every payload by wire type, sorted, with all modules of contracts read."""
    for module in pkgutil.iter_modules(messages.__path__):
        importlib.import_module(f"{messages.__name__}.{module.name}")
    return dict(sorted(REGISTRY.items()))


def papers() -> list[type[PrivateRecord]]:
    """Every kind of private record."""
    registry()
    own = [
        model
        for model in PrivateRecord.__subclasses__()
        if model.__module__.startswith(f"{messages.__name__}.")
    ]
    return sorted(own, key=lambda model: model.__name__)


def document(examples: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document, sorted by name.

    `examples`: one record for each message. Raises `KeyError` where one is missing.
    """
    schemas: dict[str, Any] = {"Envelope": _ENVELOPE}
    messages = {
        wire_type: _message(wire_type, payload, schemas)
        for wire_type, payload in registry().items()
    }
    travels: dict[str, list[str]] = {name: [] for name in sorted(TOPICS)}
    for wire_type, payload in registry().items():
        travels[topic_of(payload).name].append(wire_type)
    for paper in papers():
        name = paper_name(paper)
        messages[name] = _paper(name, paper, schemas)
        travels[topic_of_private_record(paper).name].append(name)
    for name, message in messages.items():
        message["examples"] = [{"name": "golden", "payload": examples[name]}]
    channels = {name: _channel(TOPICS[name], kinds) for name, kinds in travels.items()}
    operations = {}
    for name, kinds in travels.items():
        if kinds:
            action, verb = (
                ("receive", "takes") if TOPICS[name].kind == "commands" else ("send", "says")
            )
            channel = {"$ref": f"#/channels/{name}"}
            operations[f"{TOPICS[name].owner}-{verb}-{name}"] = {
                "action": action,
                "channel": channel,
            }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Một Cửa",
            "version": "1",
            "description": (
                "Commands and events of the one-stop shop. Events are kept forever and hold no"
                " personal data."
            ),
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": dict(sorted(schemas.items()))},
    }


def read_examples(directory: Path = EXAMPLES) -> dict[str, Any]:
    """The examples by message. Raises `OSError` and `ValueError` for what cannot be read."""
    return {file.stem: json.loads(file.read_bytes()) for file in directory.glob("*.json")}


def paper_name(paper: type[PrivateRecord]) -> str:
    """How a kind of private record is named as a message."""
    return f"paper.{paper.__name__}"


def render(examples: Mapping[str, Any]) -> str:
    """The document as it is committed."""
    return json.dumps(document(examples), ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def _message(wire_type: str, payload: type[Payload], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = _schema(wire_type, payload, schemas)
    message = _head(wire_type, payload, schema, topic_of(payload))
    if issubclass(payload, Command) and payload.closed_by:
        message["x-closed-by"] = list(payload.closed_by)
    typed: dict[str, Any] = {"properties": {"type": {"const": wire_type}, "data": schema}}
    if issubclass(payload, Event) and not issubclass(payload, DeadLettered):
        typed["required"] = ["sequence", "prevhash"]
    return message | {"payload": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, typed]}}


def _paper(name: str, paper: type[PrivateRecord], schemas: dict[str, Any]) -> dict[str, Any]:
    """A private record has no envelope; a tombstone has no bytes and needs no schema."""
    schema = _schema(name, paper, schemas)
    return _head(name, paper, schema, topic_of_private_record(paper)) | {"payload": schema}


def _schema(name: str, model: type[BaseModel], schemas: dict[str, Any]) -> dict[str, Any]:
    """The model's schema; what it is made of goes to `schemas`."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    for part, definition in schema.pop("$defs", {}).items():
        if schemas.setdefault(part, definition) != definition:
            raise ValueError(f"{name}: two models are called {part}")
    return schema


def _head(
    name: str, model: type[BaseModel], schema: Mapping[str, Any], topic: Topic
) -> dict[str, Any]:
    head: dict[str, Any] = {
        "name": name,
        "title": model.__name__,
        "contentType": topic.content_type,
    }
    said = schema.get("description", "").partition("\n\n")[0]
    return head | ({"summary": " ".join(said.split())} if said else {})


def _channel(topic: Topic, kinds: list[str]) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": topic.name,
        "description": f"{topic.kind}; key: {_KEYS[topic.kind]}",
    }
    if kinds:
        channel["messages"] = {
            wire_type: {"$ref": f"#/components/messages/{wire_type}"} for wire_type in kinds
        }
    bindings = {
        "topic": topic.name,
        "partitions": topic.partitions,
        "topicConfiguration": _configuration(topic),
    }
    return channel | {"bindings": {"kafka": bindings}}


def _configuration(topic: Topic) -> dict[str, Any]:
    """The binding's form of the topic's settings: a list of policies, whole numbers for
    milliseconds.
    """
    known = {
        key: int(value) if key.endswith(".ms") else value
        for key, value in topic.config.items()
        if key != "message.timestamp.type"
    }
    return known | {"cleanup.policy": [topic.config["cleanup.policy"]]}


if __name__ == "__main__":
    sys.stdout.write(render(read_examples()))
