"""The AsyncAPI 3 document of everything on Kafka, made from the topics and the payloads themselves.

python -m motcua_contracts.asyncapi > docs/asyncapi.json
"""

import importlib
import json
import pkgutil
import sys
from typing import Any

from . import topics
from .catalog import AgencyPublished, CalendarPublished, OfficerPlaced
from .decision import Papers
from .envelope import CONTENT_TYPE
from .payload import REGISTRY, Command, DeadLettered, Payload
from .topics import TOPICS, Topic

_EVENTS = {
    "catalog": topics.CATALOG_PROCEDURES,
    "intake": topics.INTAKE_DOSSIERS,
    "routing": topics.ROUTING_CASES,
    "payment": topics.PAYMENT_CHARGES,
    "notify": topics.NOTIFY_MESSAGES,
    "audit": topics.AUDIT_RECORDS,
}
_ORGANISATION = (AgencyPublished, CalendarPublished, OfficerPlaced)
_KEYS = {
    "private": "subject and revision, `<dossier>/<revision>`",
    "commands": "subject",
    "events": "subject",
    "dead-letters": "subject of the record, if it was readable",
}
_ENVELOPE: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0, structured JSON. Facts have `sequence` and `prevhash`: a chain over the exact bytes of the records.",
    "required": ["specversion", "id", "source", "type", "subject", "time", "correlationid", "causationid", "actor", "data"],
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
        "keyid": {"type": "string", "description": "Commands alone: whose key signed it; `own` for what a service tells itself."},
        "signedat": {"type": "string", "format": "date-time"},
        "signature": {
            "type": "string",
            "description": "base64url, the last field: over `motcua.command.v1`, the topic's name (a line each) and every byte before it.",
        },
    },
}


def registry() -> dict[str, type[Payload]]:
    """Every payload by wire type, sorted, with all modules of contracts read."""
    package = importlib.import_module(__package__ or "")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(REGISTRY.items()))


def papers() -> list[type[Papers]]:
    """Every kind of private paper."""
    registry()
    own = [model for model in Papers.__subclasses__() if model.__module__.startswith(f"{__package__}.")]
    return sorted(own, key=lambda model: model.__name__)


def topic_of(payload: type[Payload]) -> Topic:
    """Where a payload travels. Raises `KeyError` for one of a service that has no such topic."""
    if issubclass(payload, Command):
        return TOPICS[f"{payload.owner}.commands"]
    if issubclass(payload, DeadLettered):
        return topics.DEAD_LETTERS[payload.owner]
    return topics.CATALOG_ORGANISATION if payload in _ORGANISATION else _EVENTS[payload.owner]


def document() -> dict[str, Any]:
    """The whole document. Deterministic: sorted by name."""
    schemas: dict[str, Any] = {"Envelope": _ENVELOPE}
    messages = {wire_type: _message(wire_type, payload, schemas) for wire_type, payload in registry().items()}
    travels: dict[str, list[str]] = {name: [] for name in sorted(TOPICS)}
    for wire_type, payload in registry().items():
        travels[topic_of(payload).name].append(wire_type)
    channels = {name: _channel(TOPICS[name], kinds) for name, kinds in travels.items()}
    operations = {}
    for name, kinds in travels.items():
        if kinds:
            action, verb = ("receive", "takes") if TOPICS[name].kind == "commands" else ("send", "says")
            channel = {"$ref": f"#/channels/{name}"}
            operations[f"{TOPICS[name].owner}-{verb}-{name}"] = {"action": action, "channel": channel}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Một Cửa",
            "version": "1",
            "description": "Commands and facts of the one-stop shop. Facts are kept for ever and hold no personal data.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": dict(sorted(schemas.items()))},
    }


def render() -> str:
    """The document as it is committed."""
    return json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def _message(wire_type: str, payload: type[Payload], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = payload.model_json_schema(ref_template="#/components/schemas/{model}")
    for name, definition in schema.pop("$defs", {}).items():
        if schemas.setdefault(name, definition) != definition:
            raise ValueError(f"{wire_type}: two models are called {name}")
    message: dict[str, Any] = {"name": wire_type, "title": payload.__name__, "contentType": CONTENT_TYPE}
    if "description" in schema:
        message["summary"] = schema["description"].partition("\n")[0]
    if issubclass(payload, Command) and payload.closed_by:
        message["x-closed-by"] = list(payload.closed_by)
    typed = {"properties": {"type": {"const": wire_type}, "data": schema}}
    return message | {"payload": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, typed]}}


def _channel(topic: Topic, kinds: list[str]) -> dict[str, Any]:
    channel: dict[str, Any] = {"address": topic.name, "description": f"{topic.kind}; key: {_KEYS[topic.kind]}"}
    if kinds:
        channel["messages"] = {wire_type: {"$ref": f"#/components/messages/{wire_type}"} for wire_type in kinds}
    bindings = {"topic": topic.name, "partitions": topic.partitions, "topicConfiguration": _configuration(topic)}
    return channel | {"bindings": {"kafka": bindings}}


def _configuration(topic: Topic) -> dict[str, Any]:
    """The binding's form of the topic's settings: a list of policies, whole numbers for milliseconds."""
    known = {key: int(value) if key.endswith(".ms") else value for key, value in topic.config.items() if key != "message.timestamp.type"}
    return known | {"cleanup.policy": [topic.config["cleanup.policy"]]}


if __name__ == "__main__":
    sys.stdout.write(render())
